//! The open database, which may close by itself.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::IdbDatabase;

use super::{ASIDE, CHUNKS, LAYOUT, STATE, StoreError, idb};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Open,
    /// The browser closed it (site data deleted, disk trouble): open it again.
    Lost,
    /// Closed so that a newer Trazo in another tab can change the layout.
    Yielded,
}

pub(super) struct Connection {
    pub(super) database: IdbDatabase,
    pub(super) link: Rc<Cell<Link>>,
    _listeners: [Closure<dyn FnMut()>; 2],
}

impl Connection {
    pub(super) async fn open(name: &str) -> Result<Self, StoreError> {
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
