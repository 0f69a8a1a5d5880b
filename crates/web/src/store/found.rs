//! What was found in the database, and what of it can be used.

use super::plan::Seen;
use super::slot::{ChunkRef, Pointer, Record, Slot, Unusable, crc};
use super::{Saved, StoreError};

/// All there is in the database, unchecked.
pub struct Found {
    pub(super) pointer: Option<Vec<u8>>,
    pub(super) slots: [Option<Vec<u8>>; 2],
    /// By key, ascending.
    pub(super) chunks: Vec<(u64, Vec<u8>)>,
}

/// A slot that can be used.
pub(super) struct Candidate<T> {
    pub(super) saved: Saved,
    pub(super) chunks: Vec<ChunkRef>,
    pub(super) value: T,
}

impl Found {
    /// Whether nothing was ever saved here.
    pub fn is_empty(&self) -> bool {
        self.pointer.is_none() && self.slots.iter().all(Option::is_none) && self.chunks.is_empty()
    }

    fn slot(&self, slot: Slot) -> Option<&[u8]> {
        let [a, b] = &self.slots;
        match slot {
            Slot::A => a.as_deref(),
            Slot::B => b.as_deref(),
        }
    }

    fn record(&self, slot: Slot) -> Result<Record, Unusable> {
        Record::from_bytes(self.slot(slot).ok_or(Unusable::Damaged)?)
    }

    /// What to remember of the database, and the slots in the order in which to try them.
    pub(super) fn survey(&self) -> Result<(Seen, Vec<Slot>), StoreError> {
        let pointer = self.pointer.as_deref().map(Pointer::from_bytes);
        if pointer == Some(Err(Unusable::Newer)) {
            return Err(StoreError::Newer);
        }
        let pointer = pointer.and_then(Result::ok);
        let seqs = Slot::BOTH.map(|slot| self.record(slot).map_or(0, |record| record.seq));
        let [a, b] = seqs;
        let first = pointer.map_or(if a >= b { Slot::A } else { Slot::B }, |pointer| {
            pointer.slot
        });
        // A slot the pointer names must be there; the other one may not have been written yet.
        let order = [first, first.other()].into_iter();
        let order = order
            .filter(|&slot| self.slot(slot).is_some() || pointer.is_some_and(|at| at.slot == slot));
        let seen = Seen {
            pointer: self.pointer.clone(),
            seq: a.max(b).max(pointer.map_or(0, |pointer| pointer.seq)),
            keys: self.chunks.iter().map(|(key, _)| *key).collect(),
            ..Seen::default()
        };
        Ok((seen, order.collect()))
    }

    fn bytes(&self, chunk: &ChunkRef) -> Option<&Vec<u8>> {
        let at = self
            .chunks
            .binary_search_by_key(&chunk.key, |(key, _)| *key)
            .ok()?;
        self.chunks.get(at).map(|(_, bytes)| bytes)
    }

    fn chunk(&self, chunk: &ChunkRef) -> Option<&Vec<u8>> {
        let bytes = self.bytes(chunk)?;
        (bytes.len() == chunk.length as usize && crc(bytes) == chunk.crc).then_some(bytes)
    }

    pub(super) fn candidate<T>(
        &self,
        slot: Slot,
        read: impl Fn(&[u8], &[Vec<u8>]) -> Result<T, Unusable>,
    ) -> Result<Candidate<T>, Unusable> {
        let record = self.record(slot)?;
        let all: Option<Vec<Vec<u8>>> = record
            .chunks
            .iter()
            .map(|chunk| self.chunk(chunk).cloned())
            .collect();
        Candidate::new(record, &all.ok_or(Unusable::Damaged)?, read)
    }

    /// A slot without the chunks that are damaged.
    pub(super) fn salvage<T>(
        &self,
        slot: Slot,
        read: impl Fn(&[u8], &[Vec<u8>]) -> Result<T, Unusable>,
    ) -> Option<Candidate<T>> {
        let mut record = self.record(slot).ok()?;
        record.chunks.retain(|chunk| self.chunk(chunk).is_some());
        let some: Vec<Vec<u8>> = record
            .chunks
            .iter()
            .filter_map(|chunk| self.chunk(chunk).cloned())
            .collect();
        Candidate::new(record, &some, read).ok()
    }

    /// A slot's bytes as they are, and those of its chunks where it can still name them.
    pub(super) fn raw(&self, slot: Slot) -> Vec<u8> {
        let mut bytes = self.slot(slot).unwrap_or_default().to_vec();
        for chunk in self
            .record(slot)
            .map_or_else(|_| Vec::new(), |record| record.chunks)
        {
            bytes.extend(self.bytes(&chunk).into_iter().flatten());
        }
        bytes
    }
}

impl<T> Candidate<T> {
    fn new(
        record: Record,
        chunks: &[Vec<u8>],
        read: impl Fn(&[u8], &[Vec<u8>]) -> Result<T, Unusable>,
    ) -> Result<Self, Unusable> {
        let value = read(&record.project, chunks)?;
        let bytes = record.project.len() + chunks.iter().map(Vec::len).sum::<usize>();
        let saved = Saved {
            seq: record.seq,
            at: record.saved_at,
            bytes: bytes as u64,
        };
        Ok(Self {
            saved,
            chunks: record.chunks,
            value,
        })
    }
}
