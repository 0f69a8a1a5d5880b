//! Initialization: where training starts. Small random weights, so that signals neither die out nor
//! blow up on their way through the layers, and zero biases.
//!
//! Both schemes draw uniformly from `[-limit, limit)`, where `fan_in` is how many weights meet in one
//! output and `fan_out` in how many outputs one input has a part:
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
use crate::spec::Activation;
use rand::Rng;
use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};

/// Where the weights start; biases always start at zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// By He's scheme before a ReLU, by Xavier's otherwise.
    #[default]
    Usual,
    /// By He's scheme everywhere.
    He,
    /// By Xavier's scheme everywhere.
    Xavier,
    /// All zero: all units of a layer are alike and stay so, and nothing behind the first of them learns.
    Zero,
    /// All [`Start::CONSTANT`]: all units of a layer are alike and stay so.
    Constant,
}

impl Start {
    /// What every weight is under [`Start::Constant`].
    pub const CONSTANT: f64 = 0.05;
}

/// Draws the weights of a layer before `activation`.
pub(crate) fn draw_weights<T: Real>(
    start: Start,
    weights: &mut [T],
    [fan_in, fan_out]: [usize; 2],
    activation: Activation,
    random: &mut Pcg32,
) {
    let he = match (start, activation) {
        (Start::Zero, _) => return weights.fill(T::ZERO),
        (Start::Constant, _) => return weights.fill(T::from_f64(Start::CONSTANT)),
        (Start::He, _) | (Start::Usual, Activation::Relu) => true,
        (Start::Xavier, _) | (Start::Usual, _) => false,
    };
    let limit = if he {
        (6.0 / fan_in as f64).sqrt()
    } else {
        (6.0 / (fan_in + fan_out) as f64).sqrt()
    };
    for weight in weights {
        let unit = f64::from(random.next_u32() >> 8) / f64::from(1 << 24);
        *weight = T::from_f64((2.0 * unit - 1.0) * limit);
    }
}
