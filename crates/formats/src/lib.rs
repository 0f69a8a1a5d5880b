//! Bytes in and out: Trazo's own file, safetensors, ONNX, `pesos.pkl`, IDX, strokes as JSON lines.
//!
//! Every reader treats its input as hostile: it validates, then allocates, then reads; memory is
//! bounded by the size of the file; nothing in a file is ever run; nothing panics. `attacks.md`,
//! beside this file, lists what was thought of, each with a test of that name.

mod container;
mod error;
mod exchange;
mod history;
pub mod idx;
mod model;
mod open;
mod pesos;
mod pickle;
mod project;
mod sniff;
pub mod strokes;

pub use container::{MAGIC, VERSION, crc32, read_checkpoint, write_checkpoint};
pub use error::Error;
pub use exchange::onnx::{read_onnx, write_onnx};
pub use exchange::safetensors::{read_safetensors, write_safetensors};
pub use history::{EventRecord, PointRecord, read_points, write_points};
pub use model::{Encoding, ModelFile, Recipe, TrainingRecord, read_model, write_model};
pub use open::open_model;
pub use pesos::{model_to_pesos, pesos_to_model};
pub use pickle::{Matrix, Pesos, read_pesos, write_pesos};
pub use project::{
    ExampleRecord, InkRecord, ProjectFile, ProjectModel, read_project, write_project,
};
pub use sniff::{Kind, sniff};
