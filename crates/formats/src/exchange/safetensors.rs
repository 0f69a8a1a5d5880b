//! safetensors: weights for PyTorch, JAX, candle and others.
//!
//! Arrays are named `layer{i}.weight`, `layer{i}.bias` (and `running_mean`, `running_var`), where
//! `i` is the layer's place in the network, all of them `float32`, laid out as PyTorch has them:
//! `layer{i}.weight` goes into `Linear.weight` or `Conv2d.weight` as it is. Read are float16 and
//! bfloat16 and float64 as well, and arrays without Trazo's description where their names and shapes
//! tell what network they are. Format: <https://huggingface.co/docs/safetensors>.

use safetensors::tensor::{Metadata, TensorView};
use safetensors::{Dtype, SafeTensorError, serialize};

use super::infer::infer;
use super::{Description, KEY, Tensor, assemble, bytes, tensors};
use crate::array::{ArrayView, Dtype as Number, Float};
use crate::error::Error;
use crate::guess::Guess;
use crate::model::ModelFile;
use crate::sniff::{Kind, sniff};

/// Writes a model as safetensors.
///
/// # Errors
/// `cannot-write`: none that can be met.
pub fn write_safetensors(model: &ModelFile) -> Result<Vec<u8>, Error> {
    let cannot = |error: SafeTensorError| Error::CannotWrite {
        format: "safetensors",
        problem: error.to_string(),
    };
    let tensors = tensors(model.network());
    let data: Vec<Vec<u8>> = tensors.iter().map(|tensor| bytes(&tensor.values)).collect();
    let mut views = Vec::new();
    for (tensor, data) in tensors.iter().zip(&data) {
        let view = TensorView::new(Dtype::F32, tensor.shape.clone(), data).map_err(cannot)?;
        views.push((&tensor.name, view));
    }
    // One key only: the crate keeps them in no order, and the same model gives the same bytes.
    let metadata = [(KEY.to_owned(), Description::json(model)?)]
        .into_iter()
        .collect();
    serialize(views, Some(metadata)).map_err(cannot)
}

/// Reads what [`write_safetensors`] wrote, or arrays whose names and shapes tell what network they
/// are.
///
/// # Errors
/// `not-safetensors`, `cut-short`, `malformed`; `bad-network` and `undecided` where the file does not
/// say what network the weights are for; then as [`crate::read_model`].
pub fn read_safetensors(file: &[u8]) -> Result<ModelFile, Error> {
    Guess::none(|guess| read(file, guess))
}

/// Reads what [`write_safetensors`] wrote, its weights perhaps trained further elsewhere, or arrays
/// whose names and shapes tell what network they are.
pub(crate) fn read(file: &[u8], guess: &mut Guess<'_>) -> Result<ModelFile, Error> {
    if sniff(file) != Kind::Safetensors {
        return Err(Error::NotThisFormat {
            code: "not-safetensors",
            expected: "a safetensors file",
            found: sniff(file).sentence().to_owned(),
        });
    }
    let (header, data) = read_header(file)?;
    let described = header
        .metadata()
        .as_ref()
        .and_then(|metadata| metadata.get(KEY))
        .map(|json| Description::parse(json.as_bytes()))
        .transpose()?;
    let mut tensors = Vec::new();
    for name in header.offset_keys() {
        let Some(info) = header.info(&name) else {
            continue;
        };
        let float = match info.dtype {
            Dtype::F16 => Float::F16,
            Dtype::BF16 => Float::Bf16,
            Dtype::F32 => Float::F32,
            Dtype::F64 => Float::F64,
            // What normalisation counts, which nobody needs.
            Dtype::I64 if name.ends_with("num_batches_tracked") => continue,
            other => {
                return Err(Error::Malformed {
                    problem: format!(
                        "{name:?} has numbers of type {other:?}, and weights are F16, BF16, F32 or F64"
                    ),
                });
            }
        };
        let (start, end) = info.data_offsets;
        let sizes: Vec<u64> = info.shape.iter().map(|&size| size as u64).collect();
        let dtype = Number::little(float);
        let data = data.get(start..end).unwrap_or_default();
        let view = ArrayView::new(&format!("{name:?}"), &sizes, dtype, false, data)?;
        guess.rounds(dtype);
        tensors.push(Tensor {
            values: view.floats(),
            shape: view.shape,
            name,
        });
    }
    match described {
        Some(description) => assemble(description, &tensors),
        None => infer(tensors, guess),
    }
}

/// Reads the header and compares what it claims with the file, in `u64`: the crate adds in `usize`,
/// which is 32 bits in a browser. The header, whose arrays follow one another without holes and are
/// as long as their shapes say (the crate sees to that), and the bytes after it, which are theirs.
fn read_header(file: &[u8]) -> Result<(Metadata, &[u8]), Error> {
    let found = file.len() as u64;
    let (length, rest) = file
        .split_first_chunk::<8>()
        .ok_or(Error::CutShort { expected: 8, found })?;
    let length = u64::from_le_bytes(*length);
    let split = usize::try_from(length)
        .ok()
        .and_then(|length| rest.split_at_checked(length));
    let (header, data) = split.ok_or(Error::CutShort {
        expected: length.saturating_add(8),
        found,
    })?;
    let header: Metadata = serde_json::from_slice(header).map_err(malformed)?;
    let expected = (header.data_len() as u64)
        .saturating_add(length)
        .saturating_add(8);
    if expected > found {
        return Err(Error::CutShort { expected, found });
    }
    if expected < found {
        return Err(Error::TrailingBytes {
            extra: found - expected,
        });
    }
    Ok((header, data))
}

fn malformed(error: impl std::fmt::Display) -> Error {
    Error::Malformed {
        problem: error.to_string(),
    }
}
