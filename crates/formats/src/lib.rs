//! Bytes in and out: Trazo's own file, safetensors, ONNX, pickles and archives of NumPy arrays,
//! JSON, IDX, strokes.
//!
//! Every reader treats its input as hostile: it validates, then allocates, then reads; memory is
//! bounded by the size of the file; nothing in a file is ever run; nothing panics. What it gives is
//! valid: a [`ModelFile`] holds a network that runs. `attacks.md`, beside this file, lists what was
//! thought of, each with a test of that name.

mod array;
mod container;
mod error;
mod exchange;
mod guess;
mod hand;
mod history;
pub mod idx;
mod label;
mod model;
mod npy;
mod open;
mod packed;
mod pesos;
mod pickle;
mod project;
mod sniff;
pub mod strokes;
mod zip;

pub use container::{VERSION, crc32, read_checkpoint, write_checkpoint};
pub use error::Error;
pub use exchange::json::{read_json, write_json};
pub use exchange::npz::{read_npz, write_npz};
pub use exchange::onnx::{read_onnx, write_onnx};
pub use exchange::safetensors::{read_safetensors, write_safetensors};
pub use guess::{Answers, Assumed};
pub use hand::{read_hand, read_named_hand, write_hand, write_named_hand};
pub use history::{read_points, write_points};
pub use model::{Encoding, ModelFile, TrainingRecord, read_model, write_model};
pub use npy::{NpyArray, read_npy, write_npy};
pub use open::{Opened, open_model, open_model_with};
pub use packed::unpacked;
pub use pesos::{model_to_pesos, pesos_to_model};
pub use pickle::{Matrix, Pesos, read_pesos, write_pesos};
pub use project::{ProjectFile, ProjectModel, read_project, write_project};
pub use sniff::{Kind, MAGIC, sniff};
pub use zip::{read_archive, write_archive};
