//! The history of the models among what is saved: eight points a chunk, so that a lesson writes one chunk of them.

use trazo_formats::{ProjectFile, read_points, write_points, write_project};
use trazo_learn::history::Point;
use trazo_learn::{ModelId, SavedTimeline, Session};

use crate::failure::Failure;
use crate::store::Chunk;

const CHUNK: u32 = 8;
/// Chunks of examples have numbers far below.
const FIRST_CHUNK: u64 = 1 << 48;
const NAME: &str = "history-";

fn name(id: ModelId) -> String {
    format!("{NAME}{}", id.as_str())
}

fn id_of(name: &str) -> Option<ModelId> {
    name.strip_prefix(NAME).and_then(ModelId::parse)
}

/// Which point holds, of which weights the timeline tells, and the examples that were cut off it, as settings.
pub(crate) fn settings(session: &Session) -> Vec<(String, String)> {
    let timelines = session.models().filter_map(|id| {
        let timeline = session.saved_timeline(id);
        let mut value = format!("{} {}", timeline.now(), session.learned_sum(id));
        for example in timeline.forgotten() {
            value = format!("{value} {example}");
        }
        (timeline.now() > 0).then(|| (name(id), value))
    });
    timelines.collect()
}

/// Takes a setting of ours; gives any other back.
pub(crate) fn take_setting(
    key: String,
    value: String,
    found: &mut Vec<SavedTimeline>,
) -> Option<(String, String)> {
    let Some(model) = id_of(&key) else {
        return Some((key, value));
    };
    let mut numbers = value.split(' ');
    let first = numbers.next().and_then(|now| now.parse().ok());
    let mut rest = numbers.filter_map(|number| number.parse().ok());
    // What cannot be read is no loss: the points stay unused, the weights are as they were.
    if let (Some(now), Some(sum)) = (first, rest.next()) {
        found.push(SavedTimeline {
            model,
            points: Vec::new(),
            now,
            sum,
            forgotten: rest.collect(),
        });
    }
    None
}

/// Takes points of ours, after the settings; gives anything else back.
///
/// # Errors
/// `from-the-future` for points of a later version, which must not be written over.
pub(crate) fn take_extra(
    key: String,
    bytes: Vec<u8>,
    found: &mut [SavedTimeline],
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let Some(id) = id_of(&key) else {
        return Ok(Some((key, bytes)));
    };
    let points = match read_points(&bytes) {
        Err(error @ trazo_formats::Error::FromTheFuture { .. }) => return Err(error.into()),
        points => points.unwrap_or_default(),
    };
    if let Some(line) = found.iter_mut().find(|line| line.model == id) {
        line.points.extend(points);
    }
    Ok(None)
}

/// All points of all models, for a file.
pub(crate) fn extras(session: &Session) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut extras = Vec::new();
    for id in session.models() {
        let timeline = session.saved_timeline(id);
        let points = timeline.points();
        if !points.is_empty() {
            extras.push((name(id), write_points(points)?));
        }
    }
    Ok(extras)
}

/// All points in chunks; `has` says which are stored already.
pub(crate) fn chunks(
    session: &Session,
    has: impl Fn(u64, u64) -> bool,
) -> Result<Vec<Chunk>, Failure> {
    let mut chunks = Vec::new();
    for (place, id) in (0_u64..).zip(session.models()) {
        let timeline = session.saved_timeline(id);
        let points = timeline.points();
        for some in points.chunk_by(|a, b| a.serial / CHUNK == b.serial / CHUNK) {
            let number = some.first().map_or(0, |point| point.serial / CHUNK);
            let index = FIRST_CHUNK + (place << 32) + u64::from(number);
            let fingerprint = fingerprint(some);
            let bytes = match has(index, fingerprint) {
                true => None,
                false => Some(write_project(&ProjectFile {
                    extras: vec![(name(id), write_points(some)?)],
                    ..ProjectFile::default()
                })?),
            };
            chunks.push(Chunk {
                index,
                fingerprint,
                bytes,
            });
        }
    }
    Ok(chunks)
}

/// A point stays as it is, but that the oldest are made one with their neighbours: then link and change are others.
fn fingerprint(points: &[Point]) -> u64 {
    let mut words = Vec::new();
    for point in points {
        words.extend([point.serial, point.after, point.at_ms as u32]);
        words.push(point.change.len() as u32);
        let (fours, rest) = point.change.as_chunks::<4>();
        words.extend(fours.iter().map(|four| u32::from_le_bytes(*four)));
        words.extend(rest.iter().map(|&byte| u32::from(byte)));
    }
    trazo_learn::history::sum(&words)
}
