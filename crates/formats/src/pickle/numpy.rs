//! What NumPy puts into a pickle: a type of number, an array.

use super::value::{Value, text, unsupported};
use crate::array::Dtype;
use crate::error::Error;

/// What `dtype('f8', align=False, copy=True)` makes.
pub(super) fn dtype(name: Value<'_>) -> Result<Dtype, Error> {
    let name = text(name).ok_or_else(|| unsupported("a type of number without name".into()))?;
    Dtype::numpy(name).ok_or_else(|| {
        unsupported(format!(
            "its numbers have the type {:?}, and weights are float64 (f8), float32 (f4) or float16 (f2)",
            name.chars().take(20).collect::<String>()
        ))
    })
}

/// The state that NumPy gives a type of number: `(3, '<', None, None, None, -1, -1, 0)`, of which
/// only the byte order matters for a plain number.
pub(super) fn with_state(dtype: Dtype, state: &[Value<'_>]) -> Result<Dtype, Error> {
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
    let big_endian = match text(order) {
        Some("<" | "=") => false,
        Some(">") => true,
        _ => {
            return Err(unsupported(
                "a type of number with an unknown byte order".into(),
            ));
        }
    };
    Ok(Dtype {
        big_endian,
        ..dtype
    })
}

/// An array's shape: at most two dimensions, for matrices and vectors are all there is.
pub(super) fn shape(sizes: &[Value<'_>]) -> Result<Vec<u64>, Error> {
    if sizes.len() > 2 {
        return Err(Error::ShapeMismatch {
            what: "an array in the pickle".into(),
            expected: "at most two dimensions".into(),
            found: format!("{} dimensions", sizes.len()),
        });
    }
    let size = |value: &Value<'_>| match value {
        Value::Int(size) => u64::try_from(*size).ok(),
        _ => None,
    };
    let sizes: Option<Vec<u64>> = sizes.iter().map(size).collect();
    sizes.ok_or_else(|| unsupported("an array with a senseless shape".into()))
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
