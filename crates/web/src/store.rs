//! Where a person's work is kept: atomic snapshots in IndexedDB.
//!
//! ```text
//! state    pointer ─► slot-a | slot-b      all but the examples, and a list of chunks with their checksums
//! chunks   1, 2, 3, …                      up to 64 examples each; written once, never changed
//! aside    snapshots found damaged         kept for the person to download
//! ```
//!
//! A save writes the slot that the pointer does *not* name, the chunks that changed (under new keys) and the pointer,
//! all in one transaction, then reads them back. Whatever happens in between, one slot is whole and the pointer says
//! which; should the pointer's slot ever be damaged, the other one is a save older. Chunks that neither slot names are
//! deleted in the same transaction.
//!
//! The pointer counts the saves. A tab that finds another pointer than it last saw does not write
//! ([`StoreError::Conflict`]): someone else did. Nothing is written before it was read.
//!
//! The store knows bytes only; what they mean is said by whoever calls it.

mod idb;
mod slot;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbObjectStore};

use idb::{Fault, Mode, Transaction};
pub use slot::Unusable;
use slot::{ChunkRef, Pointer, Record, Slot, crc};

/// The version of the database's layout (which stores there are), not of what lies in them.
const LAYOUT: u32 = 1;
const STATE: &str = "state";
const CHUNKS: &str = "chunks";
const ASIDE: &str = "aside";
const POINTER: &str = "pointer";
/// Damaged snapshots that are kept. More than a few in one browser is a broken disk.
const KEPT_ASIDE: u32 = 3;

/// Why something was not stored or not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no database here, or the browser will not open it.
    #[error("this browser keeps no data here ({0}); Trazo works in memory until the tab closes")]
    Unavailable(String),
    /// A newer Trazo wrote it.
    #[error("a newer version of Trazo has written the database; it is left as it is")]
    Newer,
    /// The quota or the disk is full.
    #[error("there is no room left to save; the state before is kept")]
    Full,
    /// Another tab saved since this one last looked.
    #[error("another tab has saved since; this one must read that first")]
    Conflict,
    /// The database was emptied from outside; what is in memory is all there is.
    #[error("the stored data was deleted from outside")]
    Vanished,
    /// What was written did not come back the same.
    #[error("what was saved did not read back the same; the state before is kept")]
    ReadBack,
    /// Anything else, in the browser's words.
    #[error("the browser could not save: {0}")]
    Failed(String),
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault.name.as_str() {
            "QuotaExceededError" => Self::Full,
            "VersionError" => Self::Newer,
            _ => Self::Failed(format!("{} {}", fault.name, fault.message)),
        }
    }
}

/// What is to be saved, serialised already: nothing may be awaited between the puts.
pub struct Snapshot {
    /// All but the examples.
    pub project: Vec<u8>,
    /// The examples; every chunk there is, changed or not.
    pub chunks: Vec<Chunk>,
}

/// Up to 64 examples.
pub struct Chunk {
    /// Which ones.
    pub index: u64,
    /// Equal for equal examples; see [`Store::has_chunk`].
    pub fingerprint: u64,
    /// `None` where the store has it already.
    pub bytes: Option<Vec<u8>>,
}

/// A save that was read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// Its number.
    pub seq: u64,
    /// Bytes of the snapshot, chunks included.
    pub bytes: u64,
}

/// What took a damaged snapshot's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// The save before.
    OlderSnapshot,
    /// The snapshot itself, without the examples of the chunks that are damaged.
    Partial,
    /// Nothing that was stored can be used.
    Pretrained,
}

/// A damaged snapshot was found and set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// What is used in its place.
    pub used: Used,
    /// How many bytes were set aside.
    pub damaged_bytes: u64,
}

/// What was found in the database.
pub struct Loaded<T> {
    /// What `read` made of the snapshot; `None` where nothing was saved yet, or nothing can be used.
    pub value: Option<T>,
    /// The save that `value` came from.
    pub saved: Option<Saved>,
    /// Set where something was damaged.
    pub recovered: Option<Recovered>,
}

/// What is known of the database since it was last read or written.
#[derive(Default)]
struct Seen {
    /// The pointer's bytes, as they were.
    pointer: Option<Vec<u8>>,
    /// The highest save number met.
    seq: u64,
    /// The slot that is known to be whole: the next save writes the other one.
    good: Option<Slot>,
    /// The good slot's chunks, by index.
    chunks: BTreeMap<u64, ChunkRef>,
    /// Every chunk key there is, the other slot's too.
    keys: BTreeSet<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Open,
    /// The browser closed it (site data deleted, disk trouble): open it again.
    Lost,
    /// Closed so that a newer Trazo in another tab can change the layout.
    Yielded,
}

struct Connection {
    database: IdbDatabase,
    link: Rc<Cell<Link>>,
    _listeners: [Closure<dyn FnMut()>; 2],
}

/// The open database.
pub struct Store {
    name: String,
    connection: RefCell<Connection>,
    seen: RefCell<Seen>,
    /// The last damaged snapshot of this session, should the database have no room to set it aside.
    damaged: RefCell<Option<Vec<u8>>>,
}

impl Connection {
    async fn open(name: &str) -> Result<Self, StoreError> {
        let database = idb::open(name, LAYOUT, |database| {
            for store in [STATE, CHUNKS, ASIDE] {
                if !database.object_store_names().contains(store) {
                    database.create_object_store(store)?;
                }
            }
            Ok(())
        });
        let database = database.await.map_err(|fault| match fault.name.as_str() {
            "VersionError" => StoreError::Newer,
            _ => StoreError::Unavailable(
                format!("{} {}", fault.name, fault.message)
                    .trim()
                    .to_owned(),
            ),
        })?;
        let link = Rc::new(Cell::new(Link::Open));
        let on_close = Closure::<dyn FnMut()>::new({
            let link = link.clone();
            move || link.set(Link::Lost)
        });
        let on_version_change = Closure::<dyn FnMut()>::new({
            let (link, database) = (link.clone(), database.clone());
            move || {
                database.close();
                link.set(Link::Yielded);
            }
        });
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Ok(Self {
            database,
            link,
            _listeners: [on_close, on_version_change],
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

impl Store {
    /// Opens (or makes) the database.
    ///
    /// # Errors
    /// [`StoreError::Newer`] where its layout is of the future, [`StoreError::Unavailable`] where the browser has none or
    /// refuses.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        Ok(Self {
            name: name.to_owned(),
            connection: RefCell::new(Connection::open(name).await?),
            seen: RefCell::default(),
            damaged: RefCell::default(),
        })
    }

    async fn begin(&self, stores: &[&str], mode: Mode) -> Result<Transaction, StoreError> {
        let link = self.connection.borrow().link.get();
        match link {
            Link::Open => {}
            Link::Yielded => return Err(StoreError::Newer),
            Link::Lost => {
                let again = Connection::open(&self.name).await?;
                self.connection.replace(again);
            }
        }
        Ok(Transaction::begin(
            &self.connection.borrow().database,
            stores,
            mode,
        )?)
    }

    /// Whether the last good snapshot has this chunk, so that its bytes need not be made again.
    pub fn has_chunk(&self, index: u64, fingerprint: u64) -> bool {
        self.seen
            .borrow()
            .chunks
            .get(&index)
            .is_some_and(|chunk| chunk.fingerprint == fingerprint)
    }

    /// Reads the latest snapshot that is whole. `read` makes sense of its bytes (the project, the chunks in order of
    /// their index) and has the last word: what it calls damaged is treated as such. A damaged snapshot is set aside,
    /// where `may_write`; a tab that reads along leaves that to the one that writes.
    ///
    /// # Errors
    /// [`StoreError::Newer`] where the snapshot is of a format of the future, and what the browser refuses.
    pub async fn load<T>(
        &self,
        may_write: bool,
        read: impl Fn(&[u8], &[Vec<u8>]) -> Result<T, Unusable>,
    ) -> Result<Loaded<T>, StoreError> {
        let found = self.fetch().await?;
        let (mut seen, order) = found.survey()?;
        let mut damaged = Vec::new();
        let mut whole = None;
        for slot in order.iter().copied() {
            match found.candidate(slot, &read) {
                Ok(candidate) => {
                    whole = Some((slot, candidate));
                    break;
                }
                Err(Unusable::Newer) => return Err(StoreError::Newer),
                Err(Unusable::Damaged) => damaged.push(slot),
            }
        }
        let mut used = Used::OlderSnapshot;
        if whole.is_none() {
            // Both are hurt. The weights and the examples that are whole are worth more than a fresh start.
            used = Used::Partial;
            whole = order
                .iter()
                .find_map(|&slot| Some((slot, found.salvage(slot, &read)?)));
        }
        if let Some((slot, candidate)) = &whole {
            seen.good = Some(*slot);
            seen.chunks = candidate
                .chunks
                .iter()
                .map(|chunk| (chunk.index, *chunk))
                .collect();
        } else {
            used = Used::Pretrained;
        }
        let mut recovered = None;
        if !damaged.is_empty() {
            let bytes: Vec<u8> = damaged.iter().flat_map(|&slot| found.raw(slot)).collect();
            recovered = Some(Recovered {
                used,
                damaged_bytes: bytes.len() as u64,
            });
            if may_write {
                // Best effort: where there is no room, the bytes are offered from memory in this session.
                let _ = self.set_aside(&bytes).await;
            }
            self.damaged.replace(Some(bytes));
        }
        self.seen.replace(seen);
        let (value, saved) = whole
            .map(|(_, candidate)| {
                (
                    candidate.value,
                    Saved {
                        seq: candidate.seq,
                        bytes: candidate.bytes,
                    },
                )
            })
            .unzip();
        Ok(Loaded {
            value,
            saved,
            recovered,
        })
    }

    async fn fetch(&self) -> Result<Found, StoreError> {
        let transaction = self.begin(&[STATE, CHUNKS], Mode::Read).await?;
        let (state, chunks) = (transaction.store(STATE)?, transaction.store(CHUNKS)?);
        let pointer = get(&state, POINTER).await?;
        let slots = [
            get(&state, Slot::A.key()).await?,
            get(&state, Slot::B.key()).await?,
        ];
        let keys: Array = idb::answer(&chunks.get_all_keys().map_err(Fault::from)?)
            .await?
            .unchecked_into();
        let values: Array = idb::answer(&chunks.get_all().map_err(Fault::from)?)
            .await?
            .unchecked_into();
        let chunks = keys.iter().zip(values.iter()).filter_map(|(key, value)| {
            Some((key.as_f64()? as u64, idb::bytes(&value).unwrap_or_default()))
        });
        Ok(Found {
            pointer,
            slots,
            chunks: chunks.collect(),
        })
    }

    async fn set_aside(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let value = idb::value(bytes);
        let transaction = self.begin(&[ASIDE], Mode::WriteStrictly).await?;
        let aside = transaction.store(ASIDE)?;
        let keys: Array = idb::answer(&aside.get_all_keys().map_err(Fault::from)?)
            .await?
            .unchecked_into();
        // Keys come in ascending order, and they are times: the first is the oldest.
        for key in keys
            .iter()
            .take((keys.length() + 1).saturating_sub(KEPT_ASIDE) as usize)
        {
            aside.delete(&key).map_err(Fault::from)?;
        }
        aside
            .put_with_key(&value, &js_sys::Date::now().into())
            .map_err(Fault::from)?;
        Ok(transaction.finish().await?)
    }

    /// The latest damaged snapshot that was set aside, in this session or an earlier one.
    ///
    /// # Errors
    /// What the browser refuses.
    pub async fn damaged(&self) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(bytes) = self.damaged.borrow().clone() {
            return Ok(Some(bytes));
        }
        let transaction = self.begin(&[ASIDE], Mode::Read).await?;
        let aside = transaction.store(ASIDE)?;
        let all: Array = idb::answer(&aside.get_all().map_err(Fault::from)?)
            .await?
            .unchecked_into();
        Ok(idb::bytes(&all.get(all.length().saturating_sub(1))))
    }

    /// Saves a snapshot and reads it back. Where it fails, the one before stays as it was.
    ///
    /// # Errors
    /// Every [`StoreError`]. After [`StoreError::Conflict`] the store must be loaded again; after
    /// [`StoreError::Vanished`] it has forgotten what it knew and takes a snapshot that has all chunks' bytes.
    pub async fn save(&self, snapshot: Snapshot) -> Result<Saved, StoreError> {
        let plan = self.plan(snapshot)?;
        // All values exist before the transaction does: see the trap in `idb`.
        let slot_value = idb::value(&plan.slot_bytes);
        let pointer_value = idb::value(&plan.pointer_bytes);
        let chunk_values: Vec<(f64, JsValue)> = plan
            .written
            .iter()
            .map(|(key, bytes)| (*key as f64, idb::value(bytes)))
            .collect();

        let transaction = self.begin(&[STATE, CHUNKS], Mode::WriteStrictly).await?;
        let (state, chunks) = (transaction.store(STATE)?, transaction.store(CHUNKS)?);
        let stored = get(&state, POINTER).await?;
        if stored != self.seen.borrow().pointer {
            transaction.abort();
            if stored.is_none() {
                self.seen.replace(Seen::default());
                return Err(StoreError::Vanished);
            }
            return Err(StoreError::Conflict);
        }
        let put_all = || -> Result<(), Fault> {
            for (key, value) in &chunk_values {
                chunks.put_with_key(value, &(*key).into())?;
            }
            state.put_with_key(&slot_value, &plan.slot.key().into())?;
            state.put_with_key(&pointer_value, &POINTER.into())?;
            for key in &plan.collected {
                chunks.delete(&(*key as f64).into())?;
            }
            Ok(())
        };
        if let Err(fault) = put_all() {
            transaction.abort();
            return Err(fault.into());
        }
        transaction.finish().await?;

        let whole = self.reads_back(&plan).await?;
        let mut seen = self.seen.borrow_mut();
        seen.seq = plan.seq;
        seen.pointer = Some(plan.pointer_bytes);
        seen.keys = plan.kept;
        if !whole {
            // The slot that is known to be good stays so: the next save tries this one again.
            return Err(StoreError::ReadBack);
        }
        seen.good = Some(plan.slot);
        seen.chunks = plan
            .chunks
            .iter()
            .map(|chunk| (chunk.index, *chunk))
            .collect();
        Ok(Saved {
            seq: plan.seq,
            bytes: plan.bytes,
        })
    }

    fn plan(&self, snapshot: Snapshot) -> Result<Plan, StoreError> {
        let seen = self.seen.borrow();
        let slot = seen.good.map_or(Slot::A, Slot::other);
        let seq = seen.seq + 1;
        let mut next_key = seen.keys.last().map_or(1, |key| key + 1);
        let mut chunks = Vec::with_capacity(snapshot.chunks.len());
        let mut written = Vec::new();
        for chunk in snapshot.chunks {
            if let Some(bytes) = chunk.bytes {
                chunks.push(ChunkRef {
                    index: chunk.index,
                    key: next_key,
                    length: bytes.len() as u32,
                    crc: crc(&bytes),
                    fingerprint: chunk.fingerprint,
                });
                written.push((next_key, bytes));
                next_key += 1;
            } else {
                // Prepared against another state than this: the caller must look again.
                let known = seen
                    .chunks
                    .get(&chunk.index)
                    .filter(|known| known.fingerprint == chunk.fingerprint);
                chunks.push(*known.ok_or(StoreError::Conflict)?);
            }
        }
        let kept_by_good = seen.chunks.values().map(|chunk| chunk.key);
        let kept: BTreeSet<u64> = chunks
            .iter()
            .map(|chunk| chunk.key)
            .chain(kept_by_good)
            .collect();
        let collected = seen.keys.difference(&kept).copied().collect();
        let bytes = snapshot.project.len() as u64
            + chunks
                .iter()
                .map(|chunk| u64::from(chunk.length))
                .sum::<u64>();
        let record = Record {
            seq,
            chunks,
            project: snapshot.project,
        };
        Ok(Plan {
            seq,
            slot,
            slot_bytes: record.to_bytes(),
            pointer_bytes: Pointer { slot, seq }.to_bytes(),
            chunks: record.chunks,
            written,
            kept,
            collected,
            bytes,
        })
    }

    async fn reads_back(&self, plan: &Plan) -> Result<bool, StoreError> {
        let transaction = self.begin(&[STATE, CHUNKS], Mode::Read).await?;
        let (state, chunks) = (transaction.store(STATE)?, transaction.store(CHUNKS)?);
        let mut whole = get(&state, POINTER).await?.as_ref() == Some(&plan.pointer_bytes)
            && get(&state, plan.slot.key()).await?.as_ref() == Some(&plan.slot_bytes);
        for (key, bytes) in &plan.written {
            let request = chunks.get(&(*key as f64).into()).map_err(Fault::from)?;
            whole &= idb::bytes(&idb::answer(&request).await?).as_ref() == Some(bytes);
        }
        Ok(whole)
    }
}

/// A save, computed and serialised.
struct Plan {
    seq: u64,
    slot: Slot,
    slot_bytes: Vec<u8>,
    pointer_bytes: Vec<u8>,
    chunks: Vec<ChunkRef>,
    /// New chunks: key and bytes.
    written: Vec<(u64, Vec<u8>)>,
    /// Chunk keys that one of the two slots will name.
    kept: BTreeSet<u64>,
    /// Chunk keys that neither will name.
    collected: Vec<u64>,
    bytes: u64,
}

/// All there is in the database, unchecked.
struct Found {
    pointer: Option<Vec<u8>>,
    slots: [Option<Vec<u8>>; 2],
    chunks: BTreeMap<u64, Vec<u8>>,
}

/// A slot that can be used.
struct Candidate<T> {
    seq: u64,
    chunks: Vec<ChunkRef>,
    bytes: u64,
    value: T,
}

impl Found {
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
    fn survey(&self) -> Result<(Seen, Vec<Slot>), StoreError> {
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
            keys: self.chunks.keys().copied().collect(),
            ..Seen::default()
        };
        Ok((seen, order.collect()))
    }

    fn chunk(&self, chunk: &ChunkRef) -> Option<&Vec<u8>> {
        let bytes = self.chunks.get(&chunk.key)?;
        (bytes.len() == chunk.length as usize && crc(bytes) == chunk.crc).then_some(bytes)
    }

    fn candidate<T>(
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
    fn salvage<T>(
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
    fn raw(&self, slot: Slot) -> Vec<u8> {
        let mut bytes = self.slot(slot).unwrap_or_default().to_vec();
        for chunk in self
            .record(slot)
            .map_or_else(|_| Vec::new(), |record| record.chunks)
        {
            bytes.extend(self.chunks.get(&chunk.key).into_iter().flatten());
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
        Ok(Self {
            seq: record.seq,
            chunks: record.chunks,
            bytes: bytes as u64,
            value,
        })
    }
}

async fn get(store: &IdbObjectStore, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let request = store.get(&key.into()).map_err(Fault::from)?;
    Ok(idb::bytes(&idb::answer(&request).await?))
}
