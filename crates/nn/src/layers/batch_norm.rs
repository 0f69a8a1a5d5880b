//! Each channel is brought to mean 0 and variance 1, then to a scale and shift of its own:
//! `y = f(γ x̂ + β)`, `x̂ = (x - μ) / √(σ² + ε)`, `ε = 1e-5`.
//!
//! | | shape |
//! |---|---|
//! | `x`, `y` | `[batch, height, width, channels]` |
//! | parameters | `γ`, `β`, running `μ`, running `σ²`, `[channels]` each, in this order |
//!
//! While training, `μ` and `σ²` (the biased one) are those of the batch, over its samples and
//! pixels; [`crate::Network::absorb_statistics`] moves the running ones towards them. Otherwise the
//! running ones are used, and are constants to the gradient.
//!
//! Gradients, with `n` numbers a channel and `δ` the gradient by `γ x̂ + β`: `∂γ = Σ δ x̂`, `∂β = Σ δ`
//! and, while training, `∂x = γ / (n √(σ² + ε)) · (n δ - Σ δ - x̂ Σ δ x̂)`.
//!
//! Source: Ioffe and Szegedy, "Batch Normalization", ICML 2015, algorithm 1 and section 3.
//! [`crate::Network::fold_batch_norm`] takes it away where the network only answers.
//!
//! ```
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Workspace};
//! let spec = NetworkSpec {
//!     input: [1, 1, 1],
//!     layers: vec![
//!         LayerSpec::Dense { units: 1, activation: Activation::Linear },
//!         LayerSpec::BatchNorm { activation: Activation::Linear },
//!     ],
//!     loss: Loss::SquaredError,
//! };
//! // W = 1, b = 0; γ = 2, β = 1, μ = 3, σ² = 4: 2 (5 - 3) / 2 + 1.
//! let network = Network::from_params(spec, vec![1.0f64, 0.0, 2.0, 1.0, 3.0, 4.0])?;
//! let mut ws = Workspace::new();
//! assert!((network.predict(&[5.0], &mut ws)?[0] - 3.0).abs() < 1e-5);
//! let folded = network.fold_batch_norm()?;
//! assert_eq!(folded.layers().len(), 1);
//! assert!((folded.predict(&[5.0], &mut ws)?[0] - 3.0).abs() < 1e-5);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use super::{Backward, Call, Memory, activation};
use crate::Real;
use crate::error::{Result, grow};
use crate::spec::Activation;

/// What keeps a channel that does not vary from being divided by zero.
pub(crate) const EPSILON: f64 = 1e-5;

/// `γ`, `β`, `μ`, `σ²`.
pub(crate) fn split<T>(params: &[T], channels: usize) -> [&[T]; 4] {
    let (gamma, rest) = params.split_at(channels);
    let (beta, rest) = rest.split_at(channels);
    let (mean, variance) = rest.split_at(channels);
    [gamma, beta, mean, variance]
}

pub(crate) fn forward<T: Real>(
    call: Call<'_, T>,
    input: &[T],
    output: &mut [T],
    memory: &mut Memory<T>,
) -> Result<()> {
    let channels = call.layer.in_shape[2];
    let [gamma, beta, mean, variance] = split(call.params, channels);
    let statistics = grow("batch normalisation", &mut memory.statistics, 3 * channels)?;
    if call.training.is_some() {
        measure(input, channels, statistics);
    } else {
        statistics[..channels].copy_from_slice(mean);
        statistics[channels..2 * channels].copy_from_slice(variance);
    }
    for c in 0..channels {
        let variance = statistics[channels + c] + T::from_f64(EPSILON);
        statistics[2 * channels + c] = T::ONE / variance.sqrt();
    }
    let normalised = grow("batch normalisation", &mut memory.per_input, input.len())?;
    let relu = call.layer.activation() == Activation::Relu;
    for ((x, y), normalised) in input
        .chunks_exact(channels)
        .zip(output.chunks_exact_mut(channels))
        .zip(normalised.chunks_exact_mut(channels))
    {
        for c in 0..channels {
            normalised[c] = (x[c] - statistics[c]) * statistics[2 * channels + c];
            let z = gamma[c] * normalised[c] + beta[c];
            y[c] = if relu && z < T::ZERO { T::ZERO } else { z };
        }
    }
    activation::finish(call.layer.activation(), output);
    Ok(())
}

/// Mean and biased variance of each channel, into the first two thirds of `statistics`.
fn measure<T: Real>(input: &[T], channels: usize, statistics: &mut [T]) {
    let share = T::ONE / T::from_f64((input.len() / channels) as f64);
    let (mean, rest) = statistics.split_at_mut(channels);
    let variance = &mut rest[..channels];
    mean.fill(T::ZERO);
    variance.fill(T::ZERO);
    for x in input.chunks_exact(channels) {
        for (mean, &x) in mean.iter_mut().zip(x) {
            *mean += x;
        }
    }
    for mean in mean.iter_mut() {
        *mean *= share;
    }
    for x in input.chunks_exact(channels) {
        for ((variance, &mean), &x) in variance.iter_mut().zip(mean.iter()).zip(x) {
            *variance += (x - mean) * (x - mean);
        }
    }
    for variance in variance.iter_mut() {
        *variance *= share;
    }
}

pub(crate) fn backward<T: Real>(call: Call<'_, T>, pass: Backward<'_, T>, memory: &Memory<T>) {
    let channels = call.layer.in_shape[2];
    let [gamma, ..] = split(call.params, channels);
    let inverse = &memory.statistics[2 * channels..3 * channels];
    let normalised = &memory.per_input[..pass.input.len()];
    let delta: &[T] = pass.delta;

    // The running statistics are no business of the gradient.
    pass.gradients.fill(T::ZERO);
    let (gamma_gradients, rest) = pass.gradients.split_at_mut(channels);
    let beta_gradients = &mut rest[..channels];
    for (delta, normalised) in delta
        .chunks_exact(channels)
        .zip(normalised.chunks_exact(channels))
    {
        for c in 0..channels {
            gamma_gradients[c] += delta[c] * normalised[c];
            beta_gradients[c] += delta[c];
        }
    }
    let Some(input_delta) = pass.input_delta else {
        return;
    };
    let share = T::ONE / T::from_f64((delta.len() / channels) as f64);
    for ((delta, normalised), input_delta) in delta
        .chunks_exact(channels)
        .zip(normalised.chunks_exact(channels))
        .zip(input_delta.chunks_exact_mut(channels))
    {
        for c in 0..channels {
            let drift = match call.training {
                Some(_) => (beta_gradients[c] + normalised[c] * gamma_gradients[c]) * share,
                None => T::ZERO,
            };
            input_delta[c] = gamma[c] * inverse[c] * (delta[c] - drift);
        }
    }
}
