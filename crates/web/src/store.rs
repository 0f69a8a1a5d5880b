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

mod connection;
mod found;
mod idb;
mod plan;
mod slot;

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::IdbObjectStore;

use connection::{Connection, Link};
pub use found::Found;
use idb::{Fault, Mode, Transaction};
use plan::{Plan, Seen};
use slot::Slot;
pub use slot::Unusable;

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
    /// When it was taken, in milliseconds since 1970 (UTC).
    pub taken_at: u64,
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
    /// When the snapshot was taken, in milliseconds since 1970 (UTC).
    pub at: u64,
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

/// The open database.
pub struct Store {
    name: String,
    connection: RefCell<Connection>,
    seen: RefCell<Seen>,
    /// The last damaged snapshot of this session, should the database have no room to set it aside.
    damaged: RefCell<Option<Vec<u8>>>,
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

    /// Closes the database until it is needed again: a page that is put aside must not stand in another one's way.
    pub fn close(&self) {
        self.connection.borrow().close();
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
        self.seen.borrow().chunk(index, fingerprint).is_some()
    }

    /// Reads the latest snapshot that is whole: [`Store::fetch`], [`Store::choose`], and [`Store::keep_damaged`] where it
    /// `may_write`; a tab that reads along leaves that to the one that writes.
    ///
    /// # Errors
    /// As those three.
    pub async fn load<T>(
        &self,
        may_write: bool,
        read: impl Fn(&[u8], &[Vec<u8>]) -> Result<T, Unusable>,
    ) -> Result<Loaded<T>, StoreError> {
        let loaded = self.choose(&self.fetch().await?, read)?;
        if may_write && loaded.recovered.is_some() {
            self.keep_damaged().await;
        }
        Ok(loaded)
    }

    /// Finds the latest snapshot that is whole. `read` makes sense of its bytes (the project, the chunks in order of
    /// their index) and has the last word: what it calls damaged is treated as such.
    ///
    /// # Errors
    /// [`StoreError::Newer`] where the snapshot is of a format of the future.
    pub fn choose<T>(
        &self,
        found: &Found,
        read: impl Fn(&[u8], &[Vec<u8>]) -> Result<T, Unusable>,
    ) -> Result<Loaded<T>, StoreError> {
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
            seen.chunks.clone_from(&candidate.chunks);
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
            self.damaged.replace(Some(bytes));
        }
        self.seen.replace(seen);
        let (value, saved) = whole
            .map(|(_, candidate)| (candidate.value, candidate.saved))
            .unzip();
        Ok(Loaded {
            value,
            saved,
            recovered,
        })
    }

    /// Sets aside the damaged snapshot that was found. Best effort: where there is no room, its bytes are offered from
    /// memory in this session.
    pub async fn keep_damaged(&self) {
        let damaged = self.damaged.borrow().clone();
        if let Some(bytes) = damaged {
            let _ = self.set_aside(&bytes).await;
        }
    }

    /// Gets all there is in the database, and makes no sense of it yet.
    ///
    /// # Errors
    /// What the browser refuses.
    pub async fn fetch(&self) -> Result<Found, StoreError> {
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

    /// Empties the database: both slots, the pointer, all chunks and what was set aside, in one transaction.
    ///
    /// # Errors
    /// What the browser refuses; then all is as it was.
    pub async fn wipe(&self) -> Result<(), StoreError> {
        let all = [STATE, CHUNKS, ASIDE];
        let transaction = self.begin(&all, Mode::WriteStrictly).await?;
        for name in all {
            transaction.store(name)?.clear().map_err(Fault::from)?;
        }
        transaction.finish().await?;
        self.seen.replace(Seen::default());
        self.damaged.replace(None);
        Ok(())
    }

    /// Saves a snapshot and reads it back. Where it fails, the one before stays as it was.
    ///
    /// # Errors
    /// Every [`StoreError`]. After [`StoreError::Conflict`] the store must be loaded again; after
    /// [`StoreError::Vanished`] it has forgotten what it knew and takes a snapshot that has all chunks' bytes.
    pub async fn save(&self, snapshot: Snapshot) -> Result<Saved, StoreError> {
        let plan = Plan::new(&self.seen.borrow(), snapshot)?;
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

        // It is there, whether it can be read back or not: who forgot it would take the next save for another tab's.
        let whole = self.reads_back(&plan).await;
        let mut seen = self.seen.borrow_mut();
        seen.seq = plan.saved.seq;
        seen.pointer = Some(plan.pointer_bytes);
        seen.keys = plan.kept;
        // Where it is not whole, the slot that is known to be good stays so: the next save tries this one again.
        if !whole? {
            return Err(StoreError::ReadBack);
        }
        seen.good = Some(plan.slot);
        seen.chunks = plan.chunks;
        Ok(plan.saved)
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

async fn get(store: &IdbObjectStore, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let request = store.get(&key.into()).map_err(Fault::from)?;
    Ok(idb::bytes(&idb::answer(&request).await?))
}
