//! The store as the worker holds it.

use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::project::{Project, read_snapshot};
use crate::store::{self, Loaded, Snapshot, Store};
use crate::view::{Recovered, Saved, to_js, to_js_if};

/// The database of this browser. One call at a time.
#[wasm_bindgen]
pub struct Database {
    store: Store,
}

/// All there is in the database, as it lies there.
#[wasm_bindgen]
pub struct Stored {
    found: store::Found,
}

/// What was found in the database, for `Engine.restore`.
#[wasm_bindgen(js_name = Found)]
pub struct Found {
    project: Option<Project>,
    saved: Option<store::Saved>,
    recovered: Option<store::Recovered>,
}

/// A state, serialised and ready to be saved.
#[wasm_bindgen]
pub struct Save {
    snapshot: Snapshot,
}

impl Save {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        Self { snapshot }
    }
}

impl Found {
    pub(crate) fn take(&mut self) -> Option<Project> {
        self.project.take()
    }
}

#[wasm_bindgen]
impl Database {
    /// Opens the database of this name.
    ///
    /// # Errors
    /// `storage-newer`, `storage-unavailable`.
    pub async fn open(name: String) -> Result<Database, Failure> {
        Ok(Self {
            store: Store::open(&name).await?,
        })
    }

    /// Gets what is stored, for `choose`. Apart from it, because a page without anything stored can read a drawing
    /// before it has the code that makes sense of what is.
    ///
    /// # Errors
    /// `storage-newer`, `storage-failed`.
    pub async fn fetch(&self) -> Result<Stored, Failure> {
        Ok(Stored {
            found: self.store.fetch().await?,
        })
    }

    /// The latest snapshot that is whole. Where another one was damaged (`recovered`), `keepDamaged` is next, in a tab
    /// that may write.
    ///
    /// # Errors
    /// `storage-newer`.
    pub fn choose(&self, stored: &Stored) -> Result<Found, Failure> {
        let Loaded {
            value,
            saved,
            recovered,
        } = self.store.choose(&stored.found, read_snapshot)?;
        Ok(Found {
            project: value,
            saved,
            recovered,
        })
    }

    /// Sets the damaged snapshot aside, where there is room.
    #[wasm_bindgen(js_name = keepDamaged)]
    pub async fn keep_damaged(&self) {
        self.store.keep_damaged().await;
    }

    /// Saves, and reads back what was saved.
    ///
    /// # Errors
    /// `storage-full`, `storage-conflict`, `storage-vanished`, `storage-newer`, `storage-failed`.
    pub async fn save(&self, save: Save) -> Result<Ts<Saved>, Failure> {
        to_js(&Saved::from(self.store.save(save.snapshot).await?))
    }

    /// Empties the database: everything that was ever saved here is gone.
    ///
    /// # Errors
    /// `storage-failed`: then all is as it was.
    pub async fn wipe(&self) -> Result<(), Failure> {
        Ok(self.store.wipe().await?)
    }

    /// Closes the database until the next call that needs it.
    pub fn close(&self) {
        self.store.close();
    }

    /// The latest damaged snapshot that was set aside, if there is one.
    ///
    /// # Errors
    /// `storage-failed`.
    pub async fn damaged(&self) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.store.damaged().await?)
    }
}

impl Database {
    pub(crate) fn has_chunk(&self, index: u64, fingerprint: u64) -> bool {
        self.store.has_chunk(index, fingerprint)
    }
}

#[wasm_bindgen]
impl Stored {
    /// Whether nothing was ever saved: then there is nothing to choose from.
    #[wasm_bindgen(getter)]
    pub fn empty(&self) -> bool {
        self.found.is_empty()
    }
}

#[wasm_bindgen]
impl Found {
    /// The save that it comes from, or `undefined` where nothing was saved.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(getter)]
    pub fn saved(&self) -> Result<Option<Ts<Saved>>, Failure> {
        to_js_if(self.saved.map(Saved::from))
    }

    /// What was damaged, or `undefined` where nothing was.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(getter)]
    pub fn recovered(&self) -> Result<Option<Ts<Recovered>>, Failure> {
        to_js_if(self.recovered.map(Recovered::from))
    }
}
