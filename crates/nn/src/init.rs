//! Where training starts: small random weights, so that signals neither die out nor blow up on
//! their way through the layers, and zero biases.
//!
//! Both schemes draw uniformly from `[-limit, limit)`:
//!
//! - He, before a ReLU: `limit = √(6 / fan_in)` (He, Zhang, Ren and Sun, "Delving Deep into
//!   Rectifiers", ICCV 2015);
//! - Xavier, otherwise: `limit = √(6 / (fan_in + fan_out))` (Glorot and Bengio, "Understanding the
//!   difficulty of training deep feedforward neural networks", AISTATS 2010).
//!
//! ```
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};
//! let spec = NetworkSpec {
//!     input: [1, 1, 24],
//!     layers: vec![LayerSpec::Dense { units: 100, activation: Activation::Relu }],
//!     loss: Loss::SquaredError,
//! };
//! let network = Network::<f32>::new(spec.clone(), 1)?;
//! let (weights, bias) = network.params().split_at(2400);
//! assert!(weights.iter().all(|w| w.abs() <= 0.5) && weights.iter().any(|w| w.abs() > 0.49));
//! assert!(bias.iter().all(|&b| b == 0.0));
//! assert_eq!(network, Network::new(spec, 1)?);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use crate::Real;
use crate::plan::Layer;
use crate::spec::{Activation, LayerSpec};
use rand::Rng;
use rand_pcg::Pcg32;

/// Fills the parameters of one layer; `index` is its place in the network, `next` the layer behind
/// it.
pub(crate) fn initialise<T: Real>(
    params: &mut [T],
    layer: &Layer,
    next: Option<&Layer>,
    index: usize,
    seed: u64,
) {
    let (fan_in, fan_out) = match layer.spec {
        LayerSpec::Dense { units, .. } => (layer.inputs(), units),
        LayerSpec::Conv {
            filters, kernel, ..
        } => {
            let taps = kernel * kernel;
            (taps * layer.in_shape[2], taps * filters)
        }
        LayerSpec::BatchNorm { .. } => {
            let channels = layer.in_shape[2];
            let (gamma, rest) = params.split_at_mut(channels);
            let (shift_and_mean, variance) = rest.split_at_mut(2 * channels);
            gamma.fill(T::ONE);
            shift_and_mean.fill(T::ZERO);
            variance.fill(T::ONE);
            return;
        }
        LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. } => return,
    };
    // A batch normalisation brings its own activation, which is then this layer's.
    let activation = match next.map(|next| next.spec) {
        Some(LayerSpec::BatchNorm { activation }) => activation,
        _ => layer.activation(),
    };
    let limit = match activation {
        Activation::Relu => (6.0 / fan_in as f64).sqrt(),
        Activation::Linear | Activation::Sigmoid => (6.0 / (fan_in + fan_out) as f64).sqrt(),
    };
    let (weights, bias) = params.split_at_mut(layer.weights);
    let mut random = Pcg32::new(seed, index as u64);
    for weight in weights {
        let unit = f64::from(random.next_u32() >> 8) / f64::from(1 << 24);
        *weight = T::from_f64((2.0 * unit - 1.0) * limit);
    }
    bias.fill(T::ZERO);
}
