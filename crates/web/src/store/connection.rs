//! The open database, which may close by itself.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::IdbDatabase;

use super::{ASIDE, CHUNKS, LAYOUT, STATE, StoreError, idb};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Open,
    /// Closed: by the browser (disk trouble), for a deletion elsewhere, or by [`Connection::close`]. It is opened again.
    Lost,
    /// Closed so that a newer Trazo in another tab can change the layout.
    Yielded,
}

pub(super) struct Connection {
    pub(super) database: IdbDatabase,
    pub(super) link: Rc<Cell<Link>>,
    _listeners: [Closure<dyn FnMut(JsValue)>; 2],
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
        let on_close = Closure::<dyn FnMut(JsValue)>::new({
            let link = link.clone();
            move |_| link.set(Link::Lost)
        });
        let on_version_change = Closure::<dyn FnMut(JsValue)>::new({
            let (link, database) = (link.clone(), database.clone());
            move |event: JsValue| {
                database.close();
                // A deletion has no new version: what is made after it is of this layout again.
                let deleted = Reflect::get(&event, &"newVersion".into())
                    .is_ok_and(|version| version.is_null());
                link.set(if deleted { Link::Lost } else { Link::Yielded });
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

    /// Closes it until it is needed again. Transactions under way are finished first.
    pub(super) fn close(&self) {
        if self.link.get() == Link::Open {
            self.database.close();
            self.link.set(Link::Lost);
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}
