//! NumPy's own file of one array, `.npy`.
//!
//! ```text
//! 93 "NUMPY", version (2 bytes), length of the header (u16; u32 from version 2 on), the header,
//! the numbers. The header: {'descr': '<f8', 'fortran_order': False, 'shape': (4, 400), }
//! ```
//! Source: NumPy's `numpy/lib/_format_impl.py`. Arrays of Python objects are pickles and are
//! refused, as is everything but floating-point numbers.

use crate::array::{ArrayView, Dtype};
use crate::error::Error;
use crate::sniff::{Kind, sniff};

/// An array of a NumPy file.
#[derive(Debug, Clone, PartialEq)]
pub struct NpyArray {
    /// Its sizes, outermost first.
    pub shape: Vec<usize>,
    /// Its numbers, the last index running fastest, whatever the file's order is.
    pub values: Vec<f32>,
}

/// Reads a `.npy` file of float16, float32 or float64, of either byte order and either order of
/// indices.
///
/// ```
/// let file = trazo_formats::write_npy(&[2], &[0.5, -1.0]);
/// assert_eq!(trazo_formats::read_npy(&file)?.values, [0.5, -1.0]);
/// # Ok::<(), trazo_formats::Error>(())
/// ```
///
/// # Errors
/// `not-npy`, `cut-short`, `malformed` for other numbers (Python objects among them), `too-large`
/// and `shape-mismatch` where shape and bytes do not agree.
pub fn read_npy(file: &[u8]) -> Result<NpyArray, Error> {
    let view = view(file, "the array")?;
    Ok(NpyArray {
        values: view.floats(),
        shape: view.shape,
    })
}

/// The array as it lies in the file; `what` names it in errors.
pub(crate) fn view<'a>(file: &'a [u8], what: &str) -> Result<ArrayView<'a>, Error> {
    if sniff(file) != Kind::Npy {
        return Err(Error::NotThisFormat {
            code: "not-npy",
            expected: "a NumPy array",
            found: sniff(file).sentence().to_owned(),
        });
    }
    let short = || Error::CutShort {
        expected: file.len() as u64 + 1,
        found: file.len() as u64,
    };
    let rest = file.get(8..).ok_or_else(short)?;
    let (length, rest) = match file.get(6) {
        Some(1) => {
            let (length, rest) = rest.split_first_chunk().ok_or_else(short)?;
            (u32::from(u16::from_le_bytes(*length)), rest)
        }
        Some(2 | 3) => {
            let (length, rest) = rest.split_first_chunk().ok_or_else(short)?;
            (u32::from_le_bytes(*length), rest)
        }
        _ => return Err(malformed(what, "its version is unknown")),
    };
    let split = usize::try_from(length)
        .ok()
        .and_then(|length| rest.split_at_checked(length));
    let (header, data) = split.ok_or_else(short)?;
    let header =
        std::str::from_utf8(header).map_err(|_| malformed(what, "its header is no text"))?;
    let name = field(header, "descr")
        .and_then(|rest| rest.strip_prefix('\'')?.split('\'').next())
        .ok_or_else(|| malformed(what, "its header does not say one type of number"))?;
    let dtype = Dtype::numpy(name).ok_or_else(|| {
        let name: String = name.chars().take(20).collect();
        let problem = format!(
            "its numbers have the type {name:?}, and weights are float16, float32 or float64"
        );
        malformed(what, problem)
    })?;
    let fortran = match field(header, "fortran_order") {
        Some(rest) if rest.starts_with("True") => true,
        Some(rest) if rest.starts_with("False") => false,
        _ => return Err(malformed(what, "its header does not say the order")),
    };
    let sizes: Option<Vec<u64>> = field(header, "shape")
        .and_then(|rest| rest.strip_prefix('(')?.split_once(')'))
        .and_then(|(sizes, _)| {
            let sizes = sizes.split(',').map(str::trim);
            let sizes = sizes.filter(|size| !size.is_empty());
            sizes.map(|size| size.parse().ok()).collect()
        });
    let sizes = sizes.ok_or_else(|| malformed(what, "its header does not say the shape"))?;
    ArrayView::new(what, &sizes, dtype, fortran, data)
}

/// What follows a key of the header.
fn field<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{key}'"))?;
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

/// Writes an array of float32, the last index running fastest.
pub fn write_npy(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}), }}");
    // The numbers begin at a multiple of 64 bytes, as NumPy has it.
    while !(10 + header.len() + 1).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let mut file = b"\x93NUMPY\x01\0".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    file
}

fn malformed(what: &str, problem: impl Into<String>) -> Error {
    let problem = problem.into();
    Error::Malformed {
        problem: format!("{what}: {problem}"),
    }
}
