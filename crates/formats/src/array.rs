//! Arrays of numbers as they lie in other programs' files: what kind of number, which byte order,
//! which index runs fastest.

use half::{bf16, f16};

use crate::error::Error;

/// The most dimensions that an array of weights has: a convolution's four, and one to spare.
const DIMENSIONS: usize = 5;

/// A kind of floating-point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Float {
    /// IEEE half precision.
    F16,
    /// The upper half of an `f32`.
    Bf16,
    F32,
    F64,
}

/// A kind of number and its byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dtype {
    pub(crate) float: Float,
    pub(crate) big_endian: bool,
}

impl Dtype {
    pub(crate) const fn little(float: Float) -> Self {
        Self {
            float,
            big_endian: false,
        }
    }

    /// From NumPy's name for it, such as `f8`, `<f4` or `>f2`; `None` for numbers of other kinds.
    pub(crate) fn numpy(name: &str) -> Option<Self> {
        let (order, letters) = match name.as_bytes() {
            [order @ (b'<' | b'>' | b'=' | b'|'), letters @ ..] => (*order, letters),
            letters => (b'<', letters),
        };
        let float = match letters {
            b"f2" => Float::F16,
            b"f4" => Float::F32,
            b"f8" => Float::F64,
            _ => return None,
        };
        Some(Self {
            float,
            big_endian: order == b'>',
        })
    }

    /// Bytes a number.
    pub(crate) const fn size(self) -> usize {
        match self.float {
            Float::F16 | Float::Bf16 => 2,
            Float::F32 => 4,
            Float::F64 => 8,
        }
    }

    /// What is said of weights that come in another precision than Trazo's.
    pub(crate) const fn rounded(self) -> Option<&'static str> {
        match self.float {
            Float::F16 | Float::Bf16 => Some("half-precision"),
            Float::F32 => None,
            Float::F64 => Some("double-precision"),
        }
    }
}

/// An array as it lies in the file, its size checked against its bytes.
#[derive(Debug, Clone)]
pub(crate) struct ArrayView<'a> {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: &'a [u8],
    pub(crate) dtype: Dtype,
    /// Whether the first index runs fastest, not the last.
    fortran: bool,
}

impl<'a> ArrayView<'a> {
    /// Checks that `data` is what the shape asks for. `what` names the array in errors.
    pub(crate) fn new(
        what: &str,
        sizes: &[u64],
        dtype: Dtype,
        fortran: bool,
        data: &'a [u8],
    ) -> Result<Self, Error> {
        if sizes.len() > DIMENSIONS {
            return Err(Error::ShapeMismatch {
                what: what.into(),
                expected: format!("at most {DIMENSIONS} dimensions"),
                found: format!("{} dimensions", sizes.len()),
            });
        }
        let bytes = sizes
            .iter()
            .try_fold(dtype.size() as u64, |product, &size| {
                product.checked_mul(size)
            });
        match bytes {
            Some(bytes) if bytes == data.len() as u64 && bytes > 0 => {}
            Some(bytes) if bytes <= data.len() as u64 => {
                return Err(Error::ShapeMismatch {
                    what: what.into(),
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
        let shape = sizes.iter().filter_map(|&size| usize::try_from(size).ok());
        Ok(Self {
            shape: shape.collect(),
            data,
            dtype,
            fortran,
        })
    }

    /// The numbers, the last index running fastest.
    pub(crate) fn numbers<T: Copy + Default>(&self, from: impl Fn(f64) -> T) -> Vec<T> {
        let big = self.dtype.big_endian;
        let values = match self.dtype.float {
            Float::F16 => each(self.data, big, |b| from(f16::from_le_bytes(b).to_f64())),
            Float::Bf16 => each(self.data, big, |b| from(bf16::from_le_bytes(b).to_f64())),
            Float::F32 => each(self.data, big, |b| from(f32::from_le_bytes(b).into())),
            Float::F64 => each(self.data, big, |b| from(f64::from_le_bytes(b))),
        };
        if self.fortran && self.shape.len() > 1 {
            return last_index_first(&self.shape, &values);
        }
        values
    }

    /// The numbers as weights are kept.
    pub(crate) fn floats(&self) -> Vec<f32> {
        self.numbers(|number| number as f32)
    }
}

fn each<T, const N: usize>(data: &[u8], big_endian: bool, number: impl Fn([u8; N]) -> T) -> Vec<T> {
    let chunks = data.as_chunks::<N>().0.iter();
    let numbers = chunks.map(|bytes| {
        let mut bytes = *bytes;
        if big_endian {
            bytes.reverse();
        }
        number(bytes)
    });
    numbers.collect()
}

/// From the order in which the first index runs fastest to the one in which the last does.
fn last_index_first<T: Copy + Default>(shape: &[usize], values: &[T]) -> Vec<T> {
    let mut index = vec![0; shape.len()];
    let mut ordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        let at = index
            .iter()
            .zip(shape)
            .rev()
            .fold(0, |at, (index, size)| at * size + index);
        ordered.push(values.get(at).copied().unwrap_or_default());
        for (index, size) in index.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < *size {
                break;
            }
            *index = 0;
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_single_and_double_precision_of_either_byte_order_are_read() {
        // 1.5 and -2, as Python's struct packs them.
        let cases: [(&str, &[u8]); 6] = [
            ("<f2", &[0x00, 0x3e, 0x00, 0xc0]),
            (">f2", &[0x3e, 0x00, 0xc0, 0x00]),
            ("<f4", &[0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]),
            (">f4", &[0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0]),
            (
                "=f8",
                &[0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0],
            ),
            (
                ">f8",
                &[0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0],
            ),
        ];
        for (name, data) in cases {
            let dtype = Dtype::numpy(name).unwrap();
            let view = ArrayView::new("it", &[2], dtype, false, data).unwrap();
            assert_eq!(view.floats(), [1.5, -2.0], "{name}");
        }
        let bf16 = Dtype::little(Float::Bf16);
        let view = ArrayView::new("it", &[2], bf16, false, &[0xc0, 0x3f, 0, 0xc0]).unwrap();
        assert_eq!(view.floats(), [1.5, -2.0]);
        assert_eq!(Dtype::numpy("i8"), None);
    }

    #[test]
    fn an_array_whose_first_index_runs_fastest_is_turned() {
        let data: Vec<u8> = (0..24).flat_map(|n| (n as f32).to_le_bytes()).collect();
        let dtype = Dtype::little(Float::F32);
        let view = ArrayView::new("it", &[2, 3, 4], dtype, true, &data).unwrap();
        // numpy.arange(24).reshape((2, 3, 4), order="F").flatten()
        let expected = [
            0, 6, 12, 18, 2, 8, 14, 20, 4, 10, 16, 22, 1, 7, 13, 19, 3, 9, 15, 21, 5, 11, 17, 23,
        ];
        assert_eq!(view.floats(), expected.map(|n: u8| f32::from(n)));
    }
}
