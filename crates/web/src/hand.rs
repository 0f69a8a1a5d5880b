//! The person's hand among what is saved: apart from the examples, in chunks like theirs.

use trazo_formats::{
    ProjectFile, read_hand, read_named_hand, write_hand, write_named_hand, write_project,
};
use trazo_learn::{HandDrawing, Session, Writers};

use crate::failure::Failure;
use crate::store::Chunk;

const CHUNK: u64 = 64;
/// Chunks of examples and of the history have numbers below.
const FIRST_CHUNK: u64 = 1 << 50;
/// And those of the hand below this.
const FIRST_OF_OTHERS: u64 = FIRST_CHUNK + (1 << 48);
const NAME: &str = "hand";
/// There may be several of these.
const OTHER: &str = "someone else's hand";
/// The setting that says who writes; not there for the first person.
const WRITER: &str = "writer";

/// The hand, and those of others, for a file; none where there is none.
pub(crate) fn extras(session: &Session) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut extras = Vec::new();
    let hand = session.examples().hand();
    if hand.len() > 0 {
        extras.push((NAME.to_owned(), write_hand(hand)?));
    }
    for (name, drawings) in &session.examples().writers().others {
        extras.push((OTHER.to_owned(), write_named_hand(name, drawings)?));
    }
    Ok(extras)
}

/// Who writes, where it is not the first person.
pub(crate) fn setting(session: &Session) -> Option<(String, String)> {
    let name = &session.examples().writers().current;
    (!name.is_empty()).then(|| (WRITER.to_owned(), name.clone()))
}

/// Takes the setting that says who writes; gives any other back.
pub(crate) fn take_setting(
    key: String,
    value: String,
    writers: &mut Writers,
) -> Option<(String, String)> {
    if key != WRITER {
        return Some((key, value));
    }
    writers.current = value;
    None
}

/// Takes a hand of ours; gives anything else back.
///
/// # Errors
/// `from-the-future` for one of a later version, which must not be written over.
pub(crate) fn take_extra(
    key: String,
    bytes: Vec<u8>,
    found: &mut Vec<HandDrawing>,
    writers: &mut Writers,
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    match key.as_str() {
        NAME => found.extend(read_hand(&bytes)?),
        OTHER => {
            let (name, drawings) = read_named_hand(&bytes)?;
            writers.others.insert(name, drawings);
        }
        _ => return Ok(Some((key, bytes))),
    }
    Ok(None)
}

/// The hand in chunks, and one for each of the others; `has` says which are stored already.
pub(crate) fn chunks(
    session: &Session,
    has: impl Fn(u64, u64) -> bool,
) -> Result<Vec<Chunk>, Failure> {
    let hand: Vec<&HandDrawing> = session.examples().hand().collect();
    let own = hand.chunk_by(|a, b| a.id / CHUNK == b.id / CHUNK);
    let own = own.map(|some| {
        let index = FIRST_CHUNK + some.first().map_or(0, |drawing| drawing.id / CHUNK);
        Ok((index, NAME, write_hand(some.iter().copied())?))
    });
    let others = session.examples().writers().others.iter().enumerate();
    let others = others.map(|(number, (name, drawings))| {
        let index = FIRST_OF_OTHERS + number as u64;
        Ok((index, OTHER, write_named_hand(name, drawings)?))
    });
    let chunks = own.chain(others).map(|chunk: Result<_, Failure>| {
        let (index, key, bytes) = chunk?;
        let fingerprint = fingerprint(&bytes);
        let bytes = match has(index, fingerprint) {
            true => None,
            false => Some(write_project(&ProjectFile {
                extras: vec![(key.to_owned(), bytes)],
                ..ProjectFile::default()
            })?),
        };
        Ok(Chunk {
            index,
            fingerprint,
            bytes,
        })
    });
    chunks.collect()
}

fn fingerprint(bytes: &[u8]) -> u64 {
    let (fours, rest) = bytes.as_chunks::<4>();
    let mut words: Vec<u32> = fours.iter().map(|four| u32::from_le_bytes(*four)).collect();
    words.extend(rest.iter().map(|&byte| u32::from(byte)));
    trazo_learn::history::sum(&words)
}
