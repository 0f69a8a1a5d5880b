//! What NumPy puts into a pickle: three names, a type of number, an array.

use super::machine::{Object, Value};
use super::{shortened, unsupported};
use crate::error::Error;

/// The only names a pickle may ask for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Global {
    /// `numpy.core.multiarray._reconstruct`: makes an empty array.
    Reconstruct,
    /// `numpy.ndarray`: which class the array is to have.
    Ndarray,
    /// `numpy.dtype`: makes a type of number.
    Dtype,
}

impl Global {
    pub(super) fn named(module: &str, name: &str) -> Result<Self, Error> {
        match (module, name) {
            // NumPy 2 renamed the module; both names are the same thing.
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
                Ok(Self::Reconstruct)
            }
            ("numpy", "ndarray") => Ok(Self::Ndarray),
            ("numpy", "dtype") => Ok(Self::Dtype),
            _ => Err(Error::PickleForbidden {
                global: shortened(&format!("{module}.{name}")),
            }),
        }
    }

    pub(super) const fn full_name(self) -> &'static str {
        match self {
            Self::Reconstruct => "numpy.core.multiarray._reconstruct",
            Self::Ndarray => "numpy.ndarray",
            Self::Dtype => "numpy.dtype",
        }
    }

    /// What a call with these arguments would make.
    pub(super) fn recognise<'a>(self, arguments: &[Value<'a>]) -> Result<Object<'a>, Error> {
        match (self, arguments) {
            // `_reconstruct(ndarray, (0,), b'b')`; shape and type are those of the empty array.
            (Self::Reconstruct, [Value::Global(Self::Ndarray), ..]) => Ok(Object::EmptyArray),
            // `dtype('f8', align=False, copy=True)`.
            (Self::Dtype, [name, ..]) => Dtype::named(*name).map(Object::Dtype),
            _ => Err(unsupported(format!(
                "`{}` is called in an unknown way",
                self.full_name()
            ))),
        }
    }
}

/// A type of number: `float32` or `float64`, of either byte order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dtype {
    size: usize,
    big_endian: bool,
}

impl Dtype {
    fn named(name: Value<'_>) -> Result<Self, Error> {
        let name = text(name).ok_or_else(|| unsupported("a type of number without name".into()))?;
        let (order, letters) = match name.as_bytes() {
            [order @ (b'<' | b'>' | b'=' | b'|'), letters @ ..] => (*order, letters),
            letters => (b'<', letters),
        };
        let size = match letters {
            b"f4" => 4,
            b"f8" => 8,
            _ => {
                return Err(unsupported(format!(
                    "its numbers have the type {:?}, and weights are float64 (f8) or float32 (f4)",
                    name.chars().take(20).collect::<String>()
                )));
            }
        };
        Ok(Self {
            size,
            big_endian: order == b'>',
        })
    }

    /// The state that NumPy gives it: `(3, '<', None, None, None, -1, -1, 0)`, of which only the
    /// byte order matters for a plain number.
    pub(super) fn with_state(self, state: &[Value<'_>]) -> Result<Self, Error> {
        let [
            Value::Int(3 | 4),
            order,
            Value::None,
            Value::None,
            Value::None,
            ..,
        ] = *state
        else {
            return Err(unsupported("a type of number that is not plain".into()));
        };
        match text(order) {
            Some("<" | "=") => Ok(Self {
                big_endian: false,
                ..self
            }),
            Some(">") => Ok(Self {
                big_endian: true,
                ..self
            }),
            _ => Err(unsupported(
                "a type of number with an unknown byte order".into(),
            )),
        }
    }
}

/// Python 2 wrote short text as bytes.
fn text(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// An array as it lies in the file, its size checked against its bytes.
#[derive(Debug)]
pub(super) struct ArrayView<'a> {
    pub(super) shape: Vec<usize>,
    pub(super) data: &'a [u8],
    dtype: Dtype,
    /// Whether columns, not rows, lie one after the other.
    fortran: bool,
}

impl<'a> ArrayView<'a> {
    pub(super) fn new(
        shape: &[Value<'_>],
        dtype: Dtype,
        fortran: bool,
        data: Value<'a>,
    ) -> Result<Self, Error> {
        let Value::Bytes(data) = data else {
            return Err(unsupported(
                "an array whose numbers are not plain bytes".into(),
            ));
        };
        if shape.len() > 2 {
            return Err(Error::ShapeMismatch {
                what: "an array in the pickle".into(),
                expected: "at most two dimensions".into(),
                found: format!("{} dimensions", shape.len()),
            });
        }
        let mut sizes = Vec::with_capacity(shape.len());
        for size in shape {
            match size {
                Value::Int(size) => sizes.push(u64::try_from(*size).ok()),
                _ => sizes.push(None),
            }
        }
        let sizes: Option<Vec<u64>> = sizes.into_iter().collect();
        let sizes = sizes.ok_or_else(|| unsupported("an array with a senseless shape".into()))?;

        let bytes = sizes.iter().try_fold(dtype.size as u64, |product, &size| {
            product.checked_mul(size)
        });
        match bytes {
            Some(bytes) if bytes == data.len() as u64 && bytes > 0 => {}
            Some(bytes) if bytes <= data.len() as u64 => {
                return Err(Error::ShapeMismatch {
                    what: "an array in the pickle".into(),
                    expected: format!("{bytes} bytes for the shape {sizes:?}"),
                    found: format!("{} bytes", data.len()),
                });
            }
            claimed => {
                return Err(Error::TooLarge {
                    what: "bytes of numbers in an array",
                    claimed: claimed.unwrap_or(u64::MAX),
                    limit: data.len() as u64,
                });
            }
        }
        // No size is zero and their product fits the file, so each fits a usize.
        let shape = sizes
            .iter()
            .filter_map(|&size| usize::try_from(size).ok())
            .collect();
        Ok(Self {
            shape,
            data,
            dtype,
            fortran,
        })
    }

    /// The numbers as `f64`, row after row.
    pub(super) fn copied(&self) -> Array {
        let values: Vec<f64> = match (self.dtype.size, self.dtype.big_endian) {
            (4, false) => numbers(self.data, |b| f64::from(f32::from_le_bytes(b))),
            (4, true) => numbers(self.data, |b| f64::from(f32::from_be_bytes(b))),
            (_, false) => numbers(self.data, f64::from_le_bytes),
            (_, true) => numbers(self.data, f64::from_be_bytes),
        };
        let values = match *self.shape.as_slice() {
            // A Fortran array is its transpose lying row after row.
            [rows, columns] if self.fortran => {
                super::Matrix {
                    rows: columns,
                    columns: rows,
                    values,
                }
                .transposed()
                .values
            }
            _ => values,
        };
        Array {
            shape: self.shape.clone(),
            values,
        }
    }
}

fn numbers<const N: usize>(data: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    data.as_chunks::<N>()
        .0
        .iter()
        .map(|bytes| number(*bytes))
        .collect()
}

/// An array copied out of the file.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    /// Row after row.
    pub(super) values: Vec<f64>,
}

/// Appends the instructions that make a float64 array, little-endian, row after row.
pub(super) fn write_array(file: &mut Vec<u8>, shape: [usize; 2], data: &[u8]) -> Result<(), Error> {
    let too_large = |_| Error::CannotWrite {
        format: "a pickle",
        problem: format!("a matrix of {shape:?} is too large"),
    };
    // The old module name: NumPy 2 knows it too, NumPy 1 knows no other.
    write_global(file, "numpy.core.multiarray", "_reconstruct");
    write_global(file, "numpy", "ndarray");
    // (0,) and b'b', then the tuple of three, then the call.
    file.extend_from_slice(b"K\x00\x85C\x01b\x87R");
    // The state: version, shape, dtype, Fortran order, bytes.
    file.extend_from_slice(b"(K\x01");
    for size in shape {
        file.push(b'J');
        file.extend_from_slice(&i32::try_from(size).map_err(too_large)?.to_le_bytes());
    }
    file.push(0x86);
    write_global(file, "numpy", "dtype");
    write_text(file, "f8");
    file.extend_from_slice(b"\x89\x88\x87R(K\x03");
    write_text(file, "<");
    file.extend_from_slice(b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89B");
    file.extend_from_slice(&u32::try_from(data.len()).map_err(too_large)?.to_le_bytes());
    file.extend_from_slice(data);
    file.extend_from_slice(b"tb");
    Ok(())
}

fn write_global(file: &mut Vec<u8>, module: &str, name: &str) {
    write_text(file, module);
    write_text(file, name);
    file.push(0x93);
}

/// All of it is shorter than 256 bytes.
fn write_text(file: &mut Vec<u8>, text: &str) {
    file.extend_from_slice(&[0x8c, text.len() as u8]);
    file.extend_from_slice(text.as_bytes());
}
