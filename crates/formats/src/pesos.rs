//! From the original project's `pesos.pkl` to a model, and back.
//!
//! The original computes `a = sigmoid(W @ a + b)` layer after layer on the 20x20 ones and zeros of
//! the whole pad; that is the model kind `classic`.

use trazo_ink::Recipe;
use trazo_nn::{Activation, LayerSpec, Loss, NetworkSpec};

use crate::error::Error;
use crate::model::{ModelFile, build};
use crate::pickle::{Matrix, Pesos, read_pesos, write_pesos};

const INPUTS: usize = 400;
const OUTPUTS: usize = 10;

/// Opens a `pesos.pkl` as a `classic` model: sigmoid layers from 400 inputs to 10 outputs (the
/// original has 100 between them; others are taken too), squared error.
///
/// # Errors
/// What [`read_pesos`] says; `shape-mismatch` for other than 400 inputs and 10 outputs;
/// `not-finite` for numbers beyond what `f32` holds.
pub fn pesos_to_model(file: &[u8]) -> Result<ModelFile, Error> {
    let pesos = read_pesos(file)?;
    let inputs = pesos.weights.first().map_or(0, |matrix| matrix.columns);
    let outputs = pesos.weights.last().map_or(0, |matrix| matrix.rows);
    if (inputs, outputs) != (INPUTS, OUTPUTS) {
        return Err(Error::ShapeMismatch {
            what: "the network in the pickle".into(),
            expected: format!("{INPUTS} inputs and {OUTPUTS} outputs"),
            found: format!("{inputs} inputs and {outputs} outputs"),
        });
    }
    let mut layers = Vec::new();
    let mut params = Vec::new();
    for (matrix, bias) in pesos.weights.iter().zip(&pesos.biases) {
        layers.push(LayerSpec::Dense {
            units: bias.len(),
            activation: Activation::Sigmoid,
        });
        // `Network` has `[inputs, outputs]`.
        params.extend(
            matrix
                .transposed()
                .values
                .iter()
                .map(|&weight| weight as f32),
        );
        params.extend(bias.iter().map(|&bias| bias as f32));
    }
    let spec = NetworkSpec {
        input: [20, 20, 1],
        layers,
        loss: Loss::SquaredError,
    };
    let network = build(spec, params)?;
    let mut model = ModelFile::new("classic", network, Some(Recipe::PadBits20))?;
    model.record.set("origin", "a NumPy pickle");
    Ok(model)
}

/// Writes a model as a pickle that Python with NumPy opens, in the original's shapes.
///
/// # Errors
/// `cannot-write` for a model that is not made of dense sigmoid layers alone: the pickle has no
/// place to say anything else.
pub fn model_to_pesos(model: &ModelFile) -> Result<Vec<u8>, Error> {
    let network = model.network();
    let mut pesos = Pesos {
        weights: Vec::new(),
        biases: Vec::new(),
    };
    for (index, layer) in network.layers().iter().enumerate() {
        let LayerSpec::Dense {
            units,
            activation: Activation::Sigmoid,
        } = layer.spec
        else {
            return Err(Error::CannotWrite {
                format: "a pesos.pkl",
                problem: format!("layer {index} is not a dense layer with sigmoid"),
            });
        };
        let numbers = network
            .params()
            .get(layer.params.clone())
            .unwrap_or_default();
        let numbers: Vec<f64> = numbers.iter().map(|&number| number.into()).collect();
        let (weights, bias) = numbers.split_at_checked(layer.weights).unwrap_or_default();
        let matrix = Matrix {
            rows: layer.inputs(),
            columns: units,
            values: weights.to_vec(),
        };
        pesos.weights.push(matrix.transposed());
        pesos.biases.push(bias.to_vec());
    }
    write_pesos(&pesos)
}
