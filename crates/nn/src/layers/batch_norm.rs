//! Batch normalization: each channel is brought to mean 0 and variance 1, then to a scale and shift of its own:
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

use super::{Backward, Context, Layer, Placed, Saved, Site, Term};
use crate::Real;
use crate::error::{Error, Result, grow};
use crate::kernels::normalize::{Channels, Moments, Normalize, NormalizeBackward, NormalizeSums};
use crate::spec::{Activation, LayerSpec};

/// What keeps a channel that does not vary from being divided by zero.
const EPSILON: f64 = 1e-5;

/// How far [`crate::Network::absorb_statistics`] moves running statistics towards a batch's.
const STATISTICS_RATE: f64 = 0.1;

/// Where it may stand: behind weights that have no activation of their own, so that it can be folded
/// into them.
pub(crate) fn place(site: Site<'_>) -> Result<Placed> {
    let fits = site.before.is_some_and(|before| {
        matches!(
            before.spec,
            LayerSpec::Conv { .. } | LayerSpec::Dense { .. }
        ) && before.activation() == Activation::Linear
    });
    if !fits {
        return Err(Error::Layer {
            layer: site.index,
            reason: "batch normalization must follow a convolution or a dense layer with the \
                     activation linear; give its own activation instead"
                .to_owned(),
        });
    }
    Ok(Placed {
        out_shape: site.in_shape,
        weights: 0,
        // Scale, shift, running mean, running variance.
        others: 4 * site.in_shape[2],
    })
}

/// How it starts: it changes nothing.
pub(crate) fn init<T: Real>(layer: &Layer, params: &mut [T]) {
    for (part, values) in params.chunks_exact_mut(layer.in_shape[2]).enumerate() {
        let [gamma, beta, mean, variance] = [T::ONE, T::ZERO, T::ZERO, T::ONE];
        values.fill([gamma, beta, mean, variance][part]);
    }
}

/// `γ`, `β`, `μ`, `σ²`, one number a channel each.
fn split<T>(params: &[T], channels: usize) -> [&[T]; 4] {
    let (gamma, rest) = params.split_at(channels);
    let (beta, rest) = rest.split_at(channels);
    let (mean, variance) = rest.split_at(channels);
    [gamma, beta, mean, variance]
}

/// `√(σ² + ε)`.
fn sigma<T: Real>(variance: T) -> T {
    (variance + T::from_f64(EPSILON)).sqrt()
}

/// What is added to the one term of an output of channel `c`: `β - μ γ / √(σ² + ε)`.
pub(crate) fn bias<T: Real>(layer: &Layer, params: &[T], unit: usize) -> T {
    let channels = layer.in_shape[2];
    let [gamma, beta, mean, variance] = split(params, channels).map(|part| part[unit % channels]);
    beta - mean * gamma / sigma(variance)
}

/// One output as the formula says, of a network that answers and does not train.
pub(crate) fn unit<T: Real>(
    layer: &Layer,
    params: &[T],
    x: &[T],
    unit: usize,
    mut see: impl FnMut(Term<T>),
) -> T {
    let channels = layer.in_shape[2];
    let [gamma, beta, mean, variance] = split(params, channels).map(|part| part[unit % channels]);
    see(Term {
        input: Some(unit),
        x: x[unit],
        parameter: None,
        w: gamma / sigma(variance),
    });
    gamma * ((x[unit] - mean) * (T::ONE / sigma(variance))) + beta
}

/// Moves the running statistics of one layer a tenth of the way towards the mean of those that were
/// measured: `[channels]` means and `[channels]` variances for each batch.
pub(crate) fn absorb<'s, T: Real, I: Iterator<Item = &'s [T]>>(
    params: &mut [T],
    layer: &Layer,
    measured: impl Fn() -> I,
) {
    let count = measured().count();
    if count == 0 {
        return;
    }
    let rate = T::from_f64(STATISTICS_RATE);
    let share = T::from_f64(STATISTICS_RATE / count as f64);
    let running = &mut params[layer.params.clone()][2 * layer.in_shape[2]..];
    for value in running.iter_mut() {
        *value = *value - rate * *value;
    }
    for statistics in measured() {
        for (value, &batch) in running.iter_mut().zip(statistics) {
            *value += share * batch;
        }
    }
}

/// A network's layers and parameters without batch normalization and dropout, which answers the same: each scale and
/// shift is worked into the weights of the layer before it, `W' = W γ / σ`, `b' = (b - μ) γ / σ + β`.
pub(crate) fn fold_all<T: Real>(layers: &[Layer], params: &[T]) -> (Vec<LayerSpec>, Vec<T>) {
    let mut specs = Vec::new();
    let mut folded: Vec<T> = Vec::new();
    // Where the weights of the layer before begin, in `folded`.
    let mut before = 0;
    for layer in layers {
        let own = &params[layer.params.clone()];
        match layer.spec {
            LayerSpec::Dropout { .. } => {}
            LayerSpec::BatchNorm { activation } => {
                fold(own, layer.in_shape[2], &mut folded[before..]);
                if let Some(
                    LayerSpec::Conv { activation: a, .. } | LayerSpec::Dense { activation: a, .. },
                ) = specs.last_mut()
                {
                    *a = activation;
                }
            }
            _ => {
                before = folded.len();
                folded.extend_from_slice(own);
                specs.push(layer.spec);
            }
        }
    }
    (specs, folded)
}

/// Works a batch normalization into the weights and the bias before it, `[…, channels]` all of them.
fn fold<T: Real>(own: &[T], channels: usize, before: &mut [T]) {
    let [gamma, beta, mean, variance] = split(own, channels);
    for row in before.chunks_exact_mut(channels) {
        for c in 0..channels {
            row[c] = row[c] * gamma[c] / sigma(variance[c]);
        }
    }
    let start = before.len() - channels;
    let bias = &mut before[start..];
    for c in 0..channels {
        bias[c] = bias[c] + beta[c] - mean[c] * gamma[c] / sigma(variance[c]);
    }
}

// The fast path: the same for a batch, and while training.

pub(crate) fn forward<T: Real>(
    context: Context<'_, T>,
    input: &[T],
    output: &mut [T],
    saved: &mut Saved<T>,
) -> Result<()> {
    let channels = context.layer.in_shape[2];
    let [gamma, beta, mean, variance] = split(context.params, channels);
    let statistics = grow("batch normalization", &mut saved.statistics, 3 * channels)?;
    if context.training.is_some() {
        let (mean, rest) = statistics.split_at_mut(channels);
        let op = Moments {
            input,
            mean,
            variance: &mut rest[..channels],
        };
        T::moments(context.isa, op);
    } else {
        statistics[..channels].copy_from_slice(mean);
        statistics[channels..2 * channels].copy_from_slice(variance);
    }
    for c in 0..channels {
        let variance = statistics[channels + c] + T::from_f64(EPSILON);
        statistics[2 * channels + c] = T::ONE / variance.sqrt();
    }
    let op = Normalize {
        input,
        output,
        of: channels_of(gamma, statistics),
        beta,
        relu: context.layer.activation() == Activation::Relu,
    };
    T::normalize(context.isa, op);
    Ok(())
}

/// `statistics` are mean, variance and 1/σ.
fn channels_of<'a, T>(gamma: &'a [T], statistics: &'a [T]) -> Channels<'a, T> {
    let channels = gamma.len();
    Channels {
        mean: &statistics[..channels],
        inverse: &statistics[2 * channels..3 * channels],
        gamma,
    }
}

pub(crate) fn backward<T: Real>(context: Context<'_, T>, pass: Backward<'_, T>, saved: &Saved<T>) {
    let channels = context.layer.in_shape[2];
    let [gamma, ..] = split(context.params, channels);
    let of = channels_of(gamma, &saved.statistics);
    let (input, delta): (&[T], &[T]) = (pass.input, pass.delta);

    let (delta_normalized, rest) = pass.gradients.split_at_mut(channels);
    let (deltas, running) = rest.split_at_mut(channels);
    // The running statistics are no business of the gradient.
    running.fill(T::ZERO);
    let op = NormalizeSums {
        input,
        delta,
        of,
        delta_normalized,
        deltas,
    };
    T::normalize_sums(context.isa, op);
    let Some(input_delta) = pass.input_delta else {
        return;
    };
    let op = NormalizeBackward {
        input,
        delta,
        input_delta,
        of,
        delta_normalized,
        deltas,
        share: match context.training {
            Some(_) => T::ONE / T::from_f64((delta.len() / channels) as f64),
            None => T::ZERO,
        },
    };
    T::normalize_backward(context.isa, op);
}
