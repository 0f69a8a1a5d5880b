//! What a pickle's instructions push, and the only names that it may ask for.

use crate::error::Error;

/// What an instruction pushes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    None,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Global(Global),
    /// A position in the machine's list of objects.
    Object(usize),
}

/// The only names a pickle may ask for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Global {
    /// `numpy.core.multiarray._reconstruct`: makes an empty array.
    Reconstruct,
    /// `numpy.core.numeric._frombuffer`: makes an array of bytes at once (protocol 5).
    FromBuffer,
    /// `numpy.ndarray`: which class the array is to have.
    Ndarray,
    /// `numpy.dtype`: makes a type of number.
    Dtype,
    /// `_codecs.encode`: text to bytes, since protocols 0 to 2 have no bytes.
    Encode,
}

impl Global {
    pub(super) fn named(module: &str, name: &str) -> Result<Self, Error> {
        match (module, name) {
            // NumPy 2 renamed the modules; both names are the same thing.
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
                Ok(Self::Reconstruct)
            }
            ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => Ok(Self::FromBuffer),
            ("numpy", "ndarray") => Ok(Self::Ndarray),
            ("numpy", "dtype") => Ok(Self::Dtype),
            ("_codecs", "encode") => Ok(Self::Encode),
            _ => Err(Error::PickleForbidden {
                global: shortened(&format!("{module}.{name}")),
            }),
        }
    }

    pub(super) const fn full_name(self) -> &'static str {
        match self {
            Self::Reconstruct => "numpy.core.multiarray._reconstruct",
            Self::FromBuffer => "numpy.core.numeric._frombuffer",
            Self::Ndarray => "numpy.ndarray",
            Self::Dtype => "numpy.dtype",
            Self::Encode => "_codecs.encode",
        }
    }

    pub(super) fn unknown_call(self) -> Error {
        unsupported(format!(
            "`{}` is called in an unknown way",
            self.full_name()
        ))
    }
}

/// Python 2 wrote short text as bytes.
pub(super) fn text(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

pub(super) fn unsupported(problem: String) -> Error {
    Error::PickleUnsupported { problem }
}

/// A name fit for a sentence: a hostile one may be a megabyte long.
pub(super) fn shortened(name: &str) -> String {
    const LONGEST: usize = 80;
    let mut short: String = name
        .chars()
        .take(LONGEST)
        .filter(|c| !c.is_control())
        .collect();
    if name.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
