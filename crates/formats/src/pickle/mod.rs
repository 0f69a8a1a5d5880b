//! `pesos.pkl`: the weights of the original project, a Python pickle of NumPy arrays.
//!
//! ```text
//! (weights, biases): weights[l] has the shape [outputs, inputs], biases[l] [outputs, 1]
//! ```
//!
//! A pickle is a program for a small stack machine, and Python's runs whatever it asks for. The
//! machine here knows only the instructions that such a pair of lists needs and, of all that a
//! pickle can call, only the names that NumPy's arrays need: `_reconstruct` (in
//! `numpy.core.multiarray`, or `numpy._core.multiarray` since NumPy 2), `numpy.ndarray` and
//! `numpy.dtype`; `_frombuffer` (in `numpy.core.numeric` or `numpy._core.numeric`), which protocol 5
//! uses; `_codecs.encode`, by which protocols 0 to 2 write bytes as text. Even these are not called:
//! they are recognised. Anything else is refused by name.
//!
//! Source: the opcodes and their arguments are described in Python's `Lib/pickletools.py`; what
//! NumPy puts into a pickle, in `numpy/_core/src/multiarray/methods.c` (`array_reduce`).

mod cursor;
mod machine;
mod numpy;
mod value;

use self::machine::Machine;
use self::value::{Value, unsupported};
use crate::error::Error;
use crate::sniff::{Kind, sniff};

/// A matrix of `f64`, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// `rows * columns` numbers.
    pub values: Vec<f64>,
}

impl Matrix {
    /// The matrix mirrored at its diagonal.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let columns = (0..self.columns).flat_map(|column| {
            self.values
                .iter()
                .skip(column)
                .step_by(self.columns.max(1))
                .copied()
        });
        Self {
            rows: self.columns,
            columns: self.rows,
            values: columns.collect(),
        }
    }
}

/// The content of a `pesos.pkl`: dense layers, first to last.
#[derive(Debug, Clone, PartialEq)]
pub struct Pesos {
    /// One matrix a layer, `[outputs, inputs]`.
    pub weights: Vec<Matrix>,
    /// One vector a layer, `[outputs]`.
    pub biases: Vec<Vec<f64>>,
}

/// Reads a pickle of `(weights, biases)`, protocols 0 to 5, float16, float32 or float64 of either
/// byte order, and never runs anything in it.
///
/// Weights are taken as `[outputs, inputs]` where that fits the biases (the original's way:
/// `W @ x + b`) and otherwise as `[inputs, outputs]` (`x @ W + b`).
///
/// # Errors
/// `not-pickle`; `pickle-forbidden` for any global but NumPy's own; `pickle-too-deep`;
/// `pickle-unsupported` for what is no such pair of lists; `too-large`; `cut-short`;
/// `shape-mismatch`; `not-finite`.
pub fn read_pesos(file: &[u8]) -> Result<Pesos, Error> {
    if sniff(file) != Kind::Pickle {
        if matches!(file, [0x80]) {
            return Err(Error::CutShort {
                expected: 2,
                found: 1,
            });
        }
        let found = match file {
            [0x80, protocol, ..] => format!("it has pickle protocol {protocol}, and 2 to 5 exist"),
            _ => sniff(file).sentence().to_owned(),
        };
        return Err(Error::NotThisFormat {
            code: "not-pickle",
            expected: "a pickle",
            found,
        });
    }
    let mut machine = Machine::new(file);
    let top = machine.run()?;
    let [weights, biases] = machine.items(top).unwrap_or_default() else {
        return Err(unsupported(format!(
            "the outermost object is {}",
            machine.describe(top)
        )));
    };
    let mut budget = file.len();
    let weights = arrays(&machine, *weights, "weights", &mut budget)?;
    let biases = arrays(&machine, *biases, "biases", &mut budget)?;
    assemble(weights, biases)
}

/// An array copied out of the file.
struct Array {
    shape: Vec<usize>,
    /// Row after row.
    values: Vec<f64>,
}

/// A list of arrays, each copied out of the file.
///
/// `budget` is what is left of the file's size: a pickle can name one array a thousand times, and
/// each mention would be copied.
fn arrays(
    machine: &Machine<'_>,
    list: Value<'_>,
    what: &str,
    budget: &mut usize,
) -> Result<Vec<Array>, Error> {
    let Some(items) = machine.items(list) else {
        return Err(unsupported(format!(
            "the {what} are {}",
            machine.describe(list)
        )));
    };
    if items.is_empty() {
        return Err(unsupported(format!("the list of {what} is empty")));
    }
    let mut arrays = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let view = machine.array(*item).ok_or_else(|| {
            unsupported(format!("{what}[{index}] is {}", machine.describe(*item)))
        })?;
        *budget = budget.checked_sub(view.data.len()).ok_or(Error::TooLarge {
            what: "numbers, naming the same ones again and again",
            claimed: view.data.len() as u64,
            limit: *budget as u64,
        })?;
        let array = Array {
            shape: view.shape.clone(),
            values: view.numbers(|number| number),
        };
        if let Some(at) = array.values.iter().position(|value| !value.is_finite()) {
            return Err(Error::NotFinite {
                what: format!("{what}[{index}]"),
                index: at,
                found: array.values.get(at).map(f64::to_string).unwrap_or_default(),
            });
        }
        arrays.push(array);
    }
    Ok(arrays)
}

/// Checks that the arrays are dense layers that fit together.
fn assemble(weights: Vec<Array>, biases: Vec<Array>) -> Result<Pesos, Error> {
    if weights.len() != biases.len() {
        return Err(Error::ShapeMismatch {
            what: "the pickle's two lists".into(),
            expected: format!("{} biases, one for each matrix of weights", weights.len()),
            found: format!("{} biases", biases.len()),
        });
    }
    let mut matrices = Vec::new();
    for (layer, array) in weights.into_iter().enumerate() {
        let [rows, columns] = *array.shape.as_slice() else {
            return Err(Error::ShapeMismatch {
                what: format!("weights[{layer}]"),
                expected: "two dimensions".into(),
                found: format!("{:?}", array.shape),
            });
        };
        matrices.push(Matrix {
            rows,
            columns,
            values: array.values,
        });
    }
    let mut vectors = Vec::new();
    for (layer, array) in biases.into_iter().enumerate() {
        if !matches!(array.shape.as_slice(), [_] | [_, 1] | [1, _]) {
            return Err(Error::ShapeMismatch {
                what: format!("biases[{layer}]"),
                expected: "[n, 1] or [n]".into(),
                found: format!("{:?}", array.shape),
            });
        }
        vectors.push(array.values);
    }

    let pesos = Pesos {
        weights: matrices,
        biases: vectors,
    };
    match pesos.check_chain() {
        Ok(()) => Ok(pesos),
        Err(error) => {
            let turned = Pesos {
                weights: pesos.weights.iter().map(Matrix::transposed).collect(),
                biases: pesos.biases,
            };
            turned.check_chain().map(|()| turned).map_err(|_| error)
        }
    }
}

impl Pesos {
    /// Checks that each layer takes what the one before gives.
    pub(crate) fn check_chain(&self) -> Result<(), Error> {
        let mut before: Option<usize> = None;
        for (layer, (matrix, bias)) in self.weights.iter().zip(&self.biases).enumerate() {
            let inputs = before.unwrap_or(matrix.columns);
            if (matrix.rows, matrix.columns) != (bias.len(), inputs)
                || matrix.values.len() as u128 != matrix.rows as u128 * matrix.columns as u128
                || matrix.values.is_empty()
            {
                return Err(Error::ShapeMismatch {
                    what: format!("weights[{layer}]"),
                    expected: format!("[{}, {inputs}]", bias.len().max(1)),
                    found: format!("[{}, {}]", matrix.rows, matrix.columns),
                });
            }
            before = Some(matrix.rows);
        }
        Ok(())
    }
}

/// Writes a pickle (protocol 4) that Python with any NumPy since 1.8 opens as
/// `(weights, biases)`, float64, in the original's shapes.
///
/// # Errors
/// `shape-mismatch` where the layers do not fit together; `not-finite`; `cannot-write` for arrays
/// past what the pickle's 32-bit lengths hold.
pub fn write_pesos(pesos: &Pesos) -> Result<Vec<u8>, Error> {
    let bytes = |numbers: &[f64]| -> Vec<u8> {
        numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect()
    };
    pesos.check_chain()?;
    let mut file = vec![0x80, 4];
    file.extend_from_slice(b"](");
    for matrix in &pesos.weights {
        numpy::write_array(
            &mut file,
            [matrix.rows, matrix.columns],
            &bytes(&matrix.values),
        )?;
    }
    file.extend_from_slice(b"e](");
    for bias in &pesos.biases {
        numpy::write_array(&mut file, [bias.len(), 1], &bytes(bias))?;
    }
    // The second list is full; both make a tuple; that is all.
    file.extend_from_slice(b"e\x86.");
    Ok(file)
}

#[cfg(test)]
mod tests;
