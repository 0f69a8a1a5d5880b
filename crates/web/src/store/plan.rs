//! A save, worked out before anything is written.

use super::slot::{ChunkRef, Pointer, Record, Slot, crc};
use super::{Saved, Snapshot, StoreError};

/// What is known of the database since it was last read or written.
#[derive(Default)]
pub(super) struct Seen {
    /// The pointer's bytes, as they were.
    pub(super) pointer: Option<Vec<u8>>,
    /// The highest save number met.
    pub(super) seq: u64,
    /// The slot that is known to be whole: the next save writes the other one.
    pub(super) good: Option<Slot>,
    /// The good slot's chunks, in order of their index.
    pub(super) chunks: Vec<ChunkRef>,
    /// Every chunk key there is, the other slot's too, in ascending order.
    pub(super) keys: Vec<u64>,
}

impl Seen {
    /// The stored chunk of these very examples.
    pub(super) fn chunk(&self, index: u64, fingerprint: u64) -> Option<ChunkRef> {
        let at = self
            .chunks
            .binary_search_by_key(&index, |chunk| chunk.index)
            .ok()?;
        self.chunks
            .get(at)
            .copied()
            .filter(|chunk| chunk.fingerprint == fingerprint)
    }
}

/// A save, computed and serialised.
pub(super) struct Plan {
    pub(super) saved: Saved,
    pub(super) slot: Slot,
    pub(super) slot_bytes: Vec<u8>,
    pub(super) pointer_bytes: Vec<u8>,
    pub(super) chunks: Vec<ChunkRef>,
    /// New chunks: key and bytes.
    pub(super) written: Vec<(u64, Vec<u8>)>,
    /// Chunk keys that one of the two slots will name, in ascending order.
    pub(super) kept: Vec<u64>,
    /// Chunk keys that neither will name.
    pub(super) collected: Vec<u64>,
}

impl Plan {
    /// # Errors
    /// [`StoreError::Conflict`] where the snapshot was prepared against another state than what was seen.
    pub(super) fn new(seen: &Seen, snapshot: Snapshot) -> Result<Self, StoreError> {
        let slot = seen.good.map_or(Slot::A, Slot::other);
        let seq = seen.seq + 1;
        let mut next_key = seen.keys.last().map_or(1, |key| key + 1);
        let mut chunks = Vec::with_capacity(snapshot.chunks.len());
        let mut written = Vec::new();
        for chunk in snapshot.chunks {
            let Some(bytes) = chunk.bytes else {
                chunks.push(
                    seen.chunk(chunk.index, chunk.fingerprint)
                        .ok_or(StoreError::Conflict)?,
                );
                continue;
            };
            chunks.push(ChunkRef {
                index: chunk.index,
                key: next_key,
                length: bytes.len() as u32,
                crc: crc(&bytes),
                fingerprint: chunk.fingerprint,
            });
            written.push((next_key, bytes));
            next_key += 1;
        }
        let mut kept: Vec<u64> = chunks
            .iter()
            .chain(&seen.chunks)
            .map(|chunk| chunk.key)
            .collect();
        kept.sort_unstable();
        kept.dedup();
        let collected = seen
            .keys
            .iter()
            .copied()
            .filter(|key| kept.binary_search(key).is_err())
            .collect();
        let in_chunks: u64 = chunks.iter().map(|chunk| u64::from(chunk.length)).sum();
        let saved = Saved {
            seq,
            at: snapshot.taken_at,
            bytes: snapshot.project.len() as u64 + in_chunks,
        };
        let record = Record {
            seq,
            saved_at: snapshot.taken_at,
            chunks,
            project: snapshot.project,
        };
        Ok(Self {
            saved,
            slot,
            slot_bytes: record.to_bytes(),
            pointer_bytes: Pointer { slot, seq }.to_bytes(),
            chunks: record.chunks,
            written,
            kept,
            collected,
        })
    }
}
