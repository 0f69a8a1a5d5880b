//! How far a network's numbers can go: weights near the largest `f32` make answers that are no
//! numbers, out of inputs that are.
//!
//! Followed through the layers is the largest that any number between two of them can be, for inputs
//! of up to [`INPUTS`]: `max over outputs of Σ |w| · most + |b|`, which bounds every partial sum in
//! whatever order a kernel takes it. It is generous: the models that ship stay thirty orders of
//! magnitude below the limit.

use trazo_nn::{Activation, LayerSpec, Network};

use crate::error::Error;

/// Ink is 0 to 1; a network of rows of numbers may see a picture's bytes.
const INPUTS: f64 = 256.0;

/// Half of the largest `f32`: the bound is a sum in `f64`, the answer one in `f32`, rounded as it
/// goes.
const LIMIT: f64 = f32::MAX as f64 / 2.0;

/// What keeps a variance of zero from being divided by; see [`trazo_nn::layers::batch_norm`].
const EPSILON: f64 = 1e-5;

/// Checks that no number on the way to an answer can overflow.
pub(super) fn check(network: &Network<f32>) -> Result<(), Error> {
    let mut most = INPUTS;
    for (index, layer) in network.layers().iter().enumerate() {
        let params = network.params().get(layer.params.clone());
        let params = params.unwrap_or_default();
        let [.., channels] = layer.out_shape;
        let step = match layer.spec {
            LayerSpec::Conv { .. } | LayerSpec::Dense { .. } => {
                let (weights, bias) = params.split_at_checked(layer.weights).unwrap_or_default();
                linear(weights, bias, channels, most)
            }
            LayerSpec::BatchNorm { .. } => normalized(params, channels, most),
            LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. } => most,
        };
        if step > LIMIT {
            return Err(Error::BadNetwork {
                problem: format!(
                    "its weights are so large that an answer may be infinite (behind layer {index})"
                ),
            });
        }
        most = match layer.activation() {
            Activation::Sigmoid | Activation::Tanh => 1.0,
            Activation::Linear | Activation::Relu => step,
        };
    }
    Ok(())
}

/// `weights` is `[…, channels]`, the output channel innermost in every kind.
fn linear(weights: &[f32], bias: &[f32], channels: usize, most: f64) -> f64 {
    let mut sums = vec![0.0_f64; channels];
    for row in weights.chunks(channels.max(1)) {
        for (sum, &weight) in sums.iter_mut().zip(row) {
            *sum += f64::from(weight).abs();
        }
    }
    let outputs = sums.iter().zip(bias);
    largest(outputs.map(|(sum, &bias)| sum * most + f64::from(bias).abs()))
}

/// `params` is scale, shift, mean, variance, `[channels]` each; every step of
/// `γ (x - μ) / √(σ² + ε) + β` counts.
fn normalized(params: &[f32], channels: usize, most: f64) -> f64 {
    let vector = |which: usize| {
        let own = params.get(which * channels..(which + 1) * channels);
        own.unwrap_or_default()
            .iter()
            .map(|&value| f64::from(value))
    };
    let channels = vector(0).zip(vector(1)).zip(vector(2).zip(vector(3)));
    largest(channels.map(|((scale, shift), (mean, variance))| {
        let centered = most + mean.abs();
        let unit = centered / (variance + EPSILON).sqrt();
        let scaled = scale.abs() * unit + shift.abs();
        centered.max(unit).max(scaled)
    }))
}

fn largest(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, f64::max)
}
