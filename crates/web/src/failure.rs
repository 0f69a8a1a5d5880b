//! Failures as JavaScript sees them: an `Error` with a sentence, and a `code` that a page can translate.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::store::StoreError;

/// What went wrong: a stable code in kebab case, and a sentence in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For programs and translations.
    pub code: &'static str,
    /// For people and reports.
    pub message: String,
    /// The name in the sentence that a translation needs, too: of a file, of an operator.
    pub about: Option<String>,
}

impl Failure {
    /// A failure of this crate's own.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            about: None,
        }
    }
}

impl From<trazo_learn::Error> for Failure {
    fn from(error: trazo_learn::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<trazo_formats::Error> for Failure {
    fn from(error: trazo_formats::Error) -> Self {
        use trazo_formats::Error::{NeedsFile, NoOperator};
        let failure = Self::new(error.code(), error.to_string());
        let about = match error {
            NeedsFile { file: name } | NoOperator { operator: name, .. } => Some(name),
            _ => None,
        };
        Self { about, ..failure }
    }
}

impl From<trazo_nn::Error> for Failure {
    fn from(error: trazo_nn::Error) -> Self {
        Self::new("bad-network", error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Unavailable(_) => "storage-unavailable",
            StoreError::Newer => "storage-newer",
            StoreError::Full => "storage-full",
            StoreError::Conflict => "storage-conflict",
            StoreError::Vanished => "storage-vanished",
            StoreError::ReadBack | StoreError::Failed(_) => "storage-failed",
        };
        Self::new(code, error.to_string())
    }
}

impl From<serde_wasm_bindgen::Error> for Failure {
    fn from(error: serde_wasm_bindgen::Error) -> Self {
        Self::new("bad-argument", error.to_string())
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let error = js_sys::Error::new(&failure.message);
        // Cannot fail on an object that was just made.
        let _ = Reflect::set(&error, &"code".into(), &failure.code.into());
        error.into()
    }
}
