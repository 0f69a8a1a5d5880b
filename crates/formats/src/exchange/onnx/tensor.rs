//! ONNX's arrays: numbers of several kinds, in the file or in one beside it.

use half::{bf16, f16};
use prost::Message as _;

use super::malformed;
use super::messages::{
    BFLOAT16, DOUBLE, EXTERNAL, Entry, FLOAT, FLOAT16, INT32, INT64, TensorProto,
};
use crate::array::{ArrayView, Dtype, Float};
use crate::error::Error;
use crate::exchange::Tensor;
use crate::guess::Guess;

/// The floating-point numbers of an array.
pub(super) fn floats(message: TensorProto, guess: &mut Guess<'_>) -> Result<Tensor, Error> {
    let name = message.name.clone();
    let float = match message.data_type {
        FLOAT => Float::F32,
        FLOAT16 => Float::F16,
        DOUBLE => Float::F64,
        BFLOAT16 => Float::Bf16,
        other => {
            return Err(Error::Malformed {
                problem: format!("{name:?} has numbers other than floats (ONNX's type {other})"),
            });
        }
    };
    let sizes: Option<Vec<u64>> = message
        .dims
        .iter()
        .map(|&size| u64::try_from(size).ok())
        .collect();
    let sizes = sizes.ok_or_else(|| Error::Malformed {
        problem: format!("{name:?} has a senseless shape"),
    })?;
    let dtype = Dtype::little(float);
    guess.rounds(dtype);
    if message.data_location == EXTERNAL {
        let data = external(&message, guess)?;
        return tensor(name, &sizes, dtype, data);
    }
    let bits = |bits: &i32| *bits as u16;
    let data: Vec<u8> = match float {
        _ if !message.raw_data.is_empty() => message.raw_data,
        Float::F32 => bytes_of(&message.float_data, |number| number.to_le_bytes()),
        Float::F64 => bytes_of(&message.double_data, |number| number.to_le_bytes()),
        Float::F16 => bytes_of(&message.int32_data, |number| {
            f16::from_bits(bits(number)).to_le_bytes()
        }),
        Float::Bf16 => bytes_of(&message.int32_data, |number| {
            bf16::from_bits(bits(number)).to_le_bytes()
        }),
    };
    tensor(name, &sizes, dtype, &data)
}

fn tensor(name: String, sizes: &[u64], dtype: Dtype, data: &[u8]) -> Result<Tensor, Error> {
    // A scalar has no sizes and one number.
    let view = ArrayView::new(&format!("{name:?}"), sizes, dtype, false, data)?;
    Ok(Tensor {
        values: view.floats(),
        shape: view.shape,
        name,
    })
}

fn bytes_of<T, const N: usize>(numbers: &[T], bytes: impl Fn(&T) -> [u8; N]) -> Vec<u8> {
    numbers.iter().flat_map(bytes).collect()
}

/// The bytes of an array that lie in another file, which has to have come together with this one.
fn external<'a>(message: &TensorProto, guess: &mut Guess<'a>) -> Result<&'a [u8], Error> {
    let mut location = String::new();
    let (mut offset, mut length) = (0_usize, None);
    for entry in message.external_data.iter().take(8) {
        let entry = Entry::decode(entry.as_slice()).map_err(malformed)?;
        let number = || {
            entry.value.parse::<usize>().map_err(|_| Error::Malformed {
                problem: format!("{:?} has a senseless {}", message.name, entry.key),
            })
        };
        match entry.key.as_str() {
            "offset" => offset = number()?,
            "length" => length = Some(number()?),
            "location" => location = entry.value,
            _ => {}
        }
    }
    // A name, never a way: the file that came along under that name, and no other.
    let last = |path: &str| path.rsplit(['/', '\\']).next().map(str::to_owned);
    let wanted = last(&location).unwrap_or_default();
    let found = guess
        .beside
        .iter()
        .find(|(name, _)| last(name).is_some_and(|name| name == wanted));
    let Some((name, bytes)) = found else {
        return Err(Error::NeedsFile { file: wanted });
    };
    if guess.parts.iter().all(|part| part != name) {
        guess.parts.push((*name).to_owned());
    }
    guess.assume(
        "external-data",
        format!("The weights were taken from the second file, {wanted:?}."),
    );
    let rest = bytes.get(offset..);
    let data = match length {
        Some(length) => rest.and_then(|rest| rest.get(..length)),
        None => rest,
    };
    data.ok_or(Error::CutShort {
        expected: (offset as u64).saturating_add(length.unwrap_or(0) as u64),
        found: bytes.len() as u64,
    })
}

/// The whole numbers of an array, such as the shape that a node makes.
pub(super) fn integers(message: &TensorProto) -> Option<Vec<i64>> {
    match message.data_type {
        INT64 if !message.raw_data.is_empty() => {
            let chunks = message.raw_data.as_chunks::<8>().0.iter();
            Some(chunks.map(|bytes| i64::from_le_bytes(*bytes)).collect())
        }
        INT64 => Some(message.int64_data.clone()),
        INT32 if !message.raw_data.is_empty() => {
            let chunks = message.raw_data.as_chunks::<4>().0.iter();
            Some(
                chunks
                    .map(|bytes| i32::from_le_bytes(*bytes).into())
                    .collect(),
            )
        }
        INT32 => Some(message.int32_data.iter().map(|&n| n.into()).collect()),
        _ => None,
    }
}
