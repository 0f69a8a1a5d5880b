//! `.npz`: NumPy's archive of named arrays.
//!
//! Arrays are named and laid out as in safetensors (`layer0.weight`, …); what network they are for
//! stands beside them in `trazo.json`, which NumPy hands out as bytes.

use super::infer::infer;
use super::{Description, Tensor, assemble, tensors};
use crate::error::Error;
use crate::guess::Guess;
use crate::model::ModelFile;
use crate::npy;
use crate::sniff::{Kind, sniff};
use crate::zip;

const DESCRIPTION: &str = "trazo.json";
const ENDING: &str = ".npy";

/// Writes a model as `.npz`: `numpy.load(…)["layer0.weight"]`.
///
/// # Errors
/// `cannot-write` past four gigabytes.
pub fn write_npz(model: &ModelFile) -> Result<Vec<u8>, Error> {
    let arrays: Vec<(String, Vec<u8>)> = tensors(model.network())
        .iter()
        .map(|tensor| {
            let file = npy::write_npy(&tensor.shape, &tensor.values);
            (format!("{}{ENDING}", tensor.name), file)
        })
        .collect();
    let description = Description::json(model)?;
    let arrays = arrays
        .iter()
        .map(|(name, file)| (name.as_str(), file.as_slice()));
    let members: Vec<_> = arrays
        .chain([(DESCRIPTION, description.as_bytes())])
        .collect();
    zip::write_archive(&members)
}

/// Reads what [`write_npz`] wrote, or arrays whose names and shapes tell what network they are.
///
/// # Errors
/// `not-npz`, `malformed`, `bad-checksum`, `too-large`; `undecided` where names and shapes leave a
/// choice; then as [`crate::read_model`].
pub fn read_npz(file: &[u8]) -> Result<ModelFile, Error> {
    Guess::none(|guess| read(file, guess))
}

/// Reads what [`write_npz`] wrote, or arrays whose names and shapes tell what network they are.
pub(crate) fn read(file: &[u8], guess: &mut Guess<'_>) -> Result<ModelFile, Error> {
    if sniff(file) != Kind::Zip {
        return Err(Error::NotThisFormat {
            code: "not-npz",
            expected: "an archive of NumPy arrays",
            found: sniff(file).sentence().to_owned(),
        });
    }
    let members = zip::read(file)?;
    let mut arrays = Vec::new();
    let mut description = None;
    for member in &members {
        if member.name == DESCRIPTION {
            description = Some(Description::parse(&member.bytes)?);
        } else if let Some(name) = member.name.strip_suffix(ENDING) {
            let view = npy::view(&member.bytes, &format!("{name:?}"))?;
            guess.rounds(view.dtype);
            arrays.push(Tensor {
                name: name.to_owned(),
                values: view.floats(),
                shape: view.shape,
            });
        }
    }
    if arrays.is_empty() {
        let foreign = |part: &str| members.iter().any(|member| member.name.contains(part));
        let found = if foreign("data.pkl") {
            "it is PyTorch's own file, a pickle with code; save the weights as safetensors or the model as ONNX"
        } else if foreign(".h5") {
            "it is Keras's own file; save the model as ONNX or its weights as .npz"
        } else {
            "it is a zip archive without arrays"
        };
        return Err(Error::NotThisFormat {
            code: "not-npz",
            expected: "an archive of NumPy arrays",
            found: found.into(),
        });
    }
    match description {
        Some(description) => assemble(description, &arrays),
        None => infer(arrays, guess),
    }
}
