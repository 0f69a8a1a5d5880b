//! IndexedDB's events as futures.
//!
//! **The trap.** A transaction lives only while it has a request under way: it commits by itself as soon as control
//! goes back to the browser's event loop with nothing asked. Awaiting *its own* request inside it is fine (the future
//! goes on in the microtasks that follow the request's event, while the transaction is still active); awaiting anything
//! else (a fetch, a timer, another promise) is not: the next put would meet a finished transaction. So whatever has to
//! be computed or awaited is done before a transaction is opened, and inside it there are only gets and puts.
//!
//! Why not the crate `idb`: it loses the reason of a transaction that is aborted at commit, which is how browsers tell
//! that the disk is full, and it cannot ask for durability.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
};

#[wasm_bindgen]
extern "C" {
    /// web-sys keeps the options behind an unstable flag, though every engine has them (or ignores them).
    #[wasm_bindgen(extends = IdbDatabase)]
    type DatabaseWithOptions;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn transaction_with_options(
        this: &DatabaseWithOptions,
        stores: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// What the browser refused: the exception's name (`QuotaExceededError`, `VersionError`, …) and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) name: String,
    pub(super) message: String,
}

impl From<JsValue> for Fault {
    fn from(value: JsValue) -> Self {
        let text = |key: &str| {
            Reflect::get(&value, &key.into())
                .ok()
                .and_then(|text| text.as_string())
                .unwrap_or_default()
        };
        Self {
            name: text("name"),
            message: text("message"),
        }
    }
}

impl Fault {
    fn unexplained() -> Self {
        Self {
            name: String::new(),
            message: "the browser gave no reason".into(),
        }
    }
}

/// A promise that one of two events settles. It holds no Rust closure, so nothing is left behind.
fn first_of(listen: impl Fn(&Function, &Function)) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, reject| {
        listen(&resolve, &reject)
    }))
}

/// The request's result.
pub(super) async fn answer(request: &IdbRequest) -> Result<JsValue, Fault> {
    let settled = first_of(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    });
    match settled.await {
        Ok(_) => Ok(request.result()?),
        Err(_) => Err(request
            .error()?
            .map_or_else(Fault::unexplained, |error| JsValue::from(error).into())),
    }
}

/// A transaction and the promise of its end. The listeners are set at once, so the end cannot be missed.
pub(super) struct Transaction {
    inner: IdbTransaction,
    end: JsFuture,
}

/// How much a transaction may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    /// Reads and writes; reported as done only when the bytes are on the disk, where the browser can promise that.
    WriteStrictly,
}

impl Transaction {
    pub(super) fn begin(
        database: &IdbDatabase,
        stores: &[&str],
        mode: Mode,
    ) -> Result<Self, Fault> {
        let names: Array = stores.iter().map(|name| JsValue::from(*name)).collect();
        let options = Object::new();
        let mode = match mode {
            Mode::Read => "readonly",
            Mode::WriteStrictly => {
                // Chromium's default is "relaxed": a power cut could then take a save that was already announced.
                Reflect::set(&options, &"durability".into(), &"strict".into())?;
                "readwrite"
            }
        };
        let database: &DatabaseWithOptions = database.unchecked_ref();
        let inner = database.transaction_with_options(&names, mode, &options)?;
        let end = first_of(|resolve, reject| {
            inner.set_oncomplete(Some(resolve));
            // A request's failure ends in an abort as well; a full disk may show only here.
            inner.set_onabort(Some(reject));
        });
        Ok(Self { inner, end })
    }

    pub(super) fn store(&self, name: &str) -> Result<IdbObjectStore, Fault> {
        Ok(self.inner.object_store(name)?)
    }

    /// Takes everything back. Ending twice is no error.
    pub(super) fn abort(self) {
        let _ = self.inner.abort();
    }

    /// Waits until everything is written, or gives the reason why nothing was.
    pub(super) async fn finish(self) -> Result<(), Fault> {
        match self.end.await {
            Ok(_) => Ok(()),
            Err(_) => Err(self
                .inner
                .error()
                .map_or_else(Fault::unexplained, |error| JsValue::from(error).into())),
        }
    }
}

/// The database factory of this page or worker, where there is one. Some private modes throw at the mere look.
fn factory() -> Option<IdbFactory> {
    Reflect::get(&js_sys::global(), &"indexedDB".into())
        .ok()?
        .dyn_into()
        .ok()
}

/// Opens the database, `upgrade`d from the version that it is given (0: there was none).
pub(super) async fn open(
    name: &str,
    version: u32,
    upgrade: impl FnOnce(&IdbDatabase) -> Result<(), JsValue> + 'static,
) -> Result<IdbDatabase, Fault> {
    let Some(factory) = factory() else {
        return Err(Fault {
            name: "NotFoundError".into(),
            message: "this browser has no IndexedDB here".into(),
        });
    };
    let request: IdbOpenDbRequest = factory.open_with_u32(name, version)?;
    let on_upgrade = Closure::once({
        let request = request.clone();
        move |_: JsValue| -> Result<(), JsValue> { upgrade(&request.result()?.unchecked_into()) }
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    Ok(answer(&request).await?.unchecked_into())
}

/// The bytes of a stored value, or `None` where there are none under that key (or something else was put there).
pub(super) fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

/// Bytes as they are stored. The copy is the store's own: the wasm memory may grow and move under it.
pub(super) fn value(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}
