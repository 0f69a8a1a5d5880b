//! The store as the worker holds it.

use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::project::{Project, read_snapshot};
use crate::store::{self, Loaded, Recovered, Saved, Snapshot, Store};
use crate::view::{RecoveredView, SavedView, to_js};

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
    saved: Option<Saved>,
    recovered: Option<Recovered>,
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

    /// Saves, and reads back what was saved: `{ seq, at, bytes }`.
    ///
    /// # Errors
    /// `storage-full`, `storage-conflict`, `storage-vanished`, `storage-newer`, `storage-failed`.
    pub async fn save(&self, save: Save) -> Result<JsValue, Failure> {
        to_js(&SavedView::from(self.store.save(save.snapshot).await?))
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
    /// `{ seq, at, bytes }` of the save it comes from, or `null` where nothing was saved.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(getter)]
    pub fn saved(&self) -> Result<JsValue, Failure> {
        to_js(&self.saved.map(SavedView::from))
    }

    /// The page's `Recovered`, or `null` where nothing was damaged.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(getter)]
    pub fn recovered(&self) -> Result<JsValue, Failure> {
        to_js(&self.recovered.map(RecoveredView::from))
    }
}
