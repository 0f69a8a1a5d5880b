//! A model as JSON, for whoever has no other reader.
//!
//! ```json
//! {"trazo": {"name": …, "network": {"input": …, "layers": […], "loss": …}, "labels": […], "recipe": …},
//!  "arrays": {"layer0.weight": {"shape": [100, 400], "values": [0.5, …]}, …}}
//! ```
//! Arrays are named and laid out as in safetensors. Numbers are written so that they come back bit
//! for bit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Description, Tensor, assemble, tensors};
use crate::error::Error;
use crate::model::ModelFile;
use crate::sniff::{Kind, sniff};

#[derive(Serialize, Deserialize)]
struct Document {
    // First, so that the file is told from a file of drawings by its beginning.
    trazo: Description,
    arrays: BTreeMap<String, Array>,
}

#[derive(Serialize, Deserialize)]
struct Array {
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// Writes a model as JSON.
///
/// # Errors
/// `cannot-write`: none that can be met.
pub fn write_json(model: &ModelFile) -> Result<Vec<u8>, Error> {
    let arrays = tensors(model.network()).into_iter().map(|tensor| {
        let array = Array {
            shape: tensor.shape,
            values: tensor.values,
        };
        (tensor.name, array)
    });
    let document = Document {
        trazo: Description::of(model),
        arrays: arrays.collect(),
    };
    serde_json::to_vec(&document).map_err(|error| Error::CannotWrite {
        format: "JSON",
        problem: error.to_string(),
    })
}

/// Reads what [`write_json`] wrote.
///
/// # Errors
/// `not-json`, `malformed`; then as [`crate::read_model`].
pub fn read_json(file: &[u8]) -> Result<ModelFile, Error> {
    if sniff(file) != Kind::Json {
        return Err(Error::NotThisFormat {
            code: "not-json",
            expected: "a model as JSON",
            found: sniff(file).sentence().to_owned(),
        });
    }
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let document: Document = serde_json::from_slice(text).map_err(|error| Error::Malformed {
        problem: error.to_string(),
    })?;
    let tensors: Vec<Tensor> = document
        .arrays
        .into_iter()
        .map(|(name, array)| Tensor {
            name,
            shape: array.shape,
            values: array.values,
        })
        .collect();
    assemble(document.trazo, &tensors)
}
