//! The person's hand among what is saved: apart from the examples, in chunks like theirs.

use trazo_formats::{ProjectFile, read_hand, write_hand, write_project};
use trazo_learn::{HandDrawing, Session};

use crate::failure::Failure;
use crate::store::Chunk;

const CHUNK: u64 = 64;
/// Chunks of examples and of the history have numbers below.
const FIRST_CHUNK: u64 = 1 << 50;
const NAME: &str = "hand";

/// The hand, for a file; none where there is none.
pub(crate) fn extra(session: &Session) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let hand = session.examples().hand();
    if hand.len() == 0 {
        return Ok(None);
    }
    Ok(Some((NAME.to_owned(), write_hand(hand)?)))
}

/// Takes a hand of ours; gives anything else back.
///
/// # Errors
/// `from-the-future` for one of a later version, which must not be written over.
pub(crate) fn take_extra(
    key: String,
    bytes: Vec<u8>,
    found: &mut Vec<HandDrawing>,
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    if key != NAME {
        return Ok(Some((key, bytes)));
    }
    found.extend(read_hand(&bytes)?);
    Ok(None)
}

/// The hand in chunks; `has` says which are stored already.
pub(crate) fn chunks(
    session: &Session,
    has: impl Fn(u64, u64) -> bool,
) -> Result<Vec<Chunk>, Failure> {
    let hand: Vec<&HandDrawing> = session.examples().hand().collect();
    let chunks = hand.chunk_by(|a, b| a.id / CHUNK == b.id / CHUNK);
    let chunks = chunks.map(|some| {
        let index = FIRST_CHUNK + some.first().map_or(0, |drawing| drawing.id / CHUNK);
        let bytes = write_hand(some.iter().copied())?;
        let fingerprint = fingerprint(&bytes);
        let bytes = match has(index, fingerprint) {
            true => None,
            false => Some(write_project(&ProjectFile {
                extras: vec![(NAME.to_owned(), bytes)],
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
