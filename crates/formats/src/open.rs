//! One door for a model in any format.

use crate::error::Error;
use crate::sniff::{Kind, sniff};
use crate::{ModelFile, pesos_to_model, read_model, read_onnx, read_safetensors};

/// Opens a model in whatever format it is: a Trazo model, a `pesos.pkl`, safetensors or ONNX.
///
/// ```
/// let error = trazo_formats::open_model(b"GIF89a").unwrap_err();
/// assert_eq!(error.to_string(), "This is not a model that Trazo opens: it is a picture.");
/// ```
///
/// # Errors
/// What the format's reader says; `not-known` where no format was recognised.
pub fn open_model(file: &[u8]) -> Result<ModelFile, Error> {
    match sniff(file) {
        Kind::TrazoModel | Kind::TrazoProject | Kind::TrazoCheckpoint | Kind::TrazoUnknown => {
            read_model(file)
        }
        Kind::Pickle => pesos_to_model(file),
        Kind::Safetensors => read_safetensors(file),
        Kind::Onnx => read_onnx(file),
        other => Err(Error::NotThisFormat {
            code: "not-known",
            expected: "a model that Trazo opens",
            found: other.sentence().to_owned(),
        }),
    }
}
