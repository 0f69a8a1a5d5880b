//! Trazo in a browser: the engine that the page's worker drives, the store that keeps what it learned, and digit
//! reading for other people's pages.
//!
//! Thin on purpose: what it does is decided in `trazo-learn`, how files look in `trazo-formats`.

mod database;
mod engine;
mod experiment;
mod failure;
mod files;
mod hand;
mod history;
mod inside;
mod lab;
mod network;
mod picture;
mod project;
mod self_test;
pub mod store;
mod symbols;
mod view;

use wasm_bindgen::prelude::*;

pub use database::{Database, Found, Save, Stored};
pub use engine::{Engine, Work};
pub use failure::Failure;
pub use lab::{LabEvent, LabRun, LabWriting};
pub use network::{Network, read_digit, read_number, read_picture};
pub use self_test::known_answer;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(message: &str);
}

/// Says in the console where a bug is, in builds whose panics have sentences: those of tests, not those of `scripts/build`.
/// After that the instance is not to be used, whatever the build: its callers get a `RuntimeError`.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| error(&panic.to_string())));
}
