//! One door for a model in any format.

use crate::error::Error;
use crate::exchange::{json::read_json, npz, onnx, safetensors};
use crate::guess::{Answers, Assumed, Guess};
use crate::model::{ModelFile, read_model};
use crate::npy::read_npy;
use crate::packed::unpacked;
use crate::pesos::pesos_to_model;
use crate::sniff::{Kind, sniff};

/// A model, and what had to be assumed to open it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The model.
    pub model: ModelFile,
    /// What the file did not say, in the order in which it was met.
    pub assumed: Vec<Assumed>,
    /// The names of the other files of which something was used.
    pub parts: Vec<String>,
}

/// Opens a model in whatever format it is: a Trazo model, a pickle or archive of NumPy arrays,
/// safetensors, ONNX or JSON, each perhaps packed with gzip.
///
/// ```
/// let error = trazo_formats::open_model(b"GIF89a").unwrap_err();
/// assert_eq!(error.to_string(), "This is not a model that Trazo opens: it is a picture.");
/// ```
///
/// # Errors
/// What the format's reader says; `not-known` where no format was recognised; `undecided` for what
/// [`open_model_with`] can be told.
pub fn open_model(file: &[u8]) -> Result<ModelFile, Error> {
    open_model_with(file, &Answers::default(), &[]).map(|opened| opened.model)
}

/// Opens a model, with answers to what the file leaves open and with files that came together with
/// it (name and bytes): ONNX can have its weights in a second one.
///
/// # Errors
/// As [`open_model`]; `needs-file` where a second file is missing.
pub fn open_model_with(
    file: &[u8],
    answers: &Answers,
    beside: &[(&str, &[u8])],
) -> Result<Opened, Error> {
    let mut guess = Guess::new(answers, beside);
    let (file, packed) = unpacked(file)?;
    if packed {
        guess.assume("gzip", "The file was packed, and is unpacked first.");
    }
    let model = match sniff(&file) {
        Kind::TrazoModel | Kind::TrazoProject | Kind::TrazoCheckpoint | Kind::TrazoUnknown => {
            read_model(&file)
        }
        Kind::Pickle => pesos_to_model(&file),
        Kind::Safetensors => safetensors::read(&file, &mut guess),
        Kind::Onnx => onnx::read(&file, &mut guess),
        Kind::Zip => npz::read(&file, &mut guess),
        Kind::Json => read_json(&file),
        Kind::Npy => Err(Error::BadNetwork {
            problem: format!(
                "it is a single array of shape {:?}, and a network has weights and biases for each layer; save them together with numpy.savez",
                read_npy(&file)?.shape
            ),
        }),
        other => Err(Error::NotThisFormat {
            code: "not-known",
            expected: "a model that Trazo opens",
            found: other.sentence().to_owned(),
        }),
    }?;
    Ok(Opened {
        model,
        assumed: guess.assumed,
        parts: guess.parts,
    })
}
