//! What a network is made of, in words: the same words in Rust and, through serde, in JSON.
//!
//! ```
//! use trazo_nn::{NetworkSpec, LayerSpec, Activation, Loss};
//! let spec: NetworkSpec = serde_json::from_str(r#"{
//!     "input": [28, 28, 1],
//!     "layers": [
//!         {"type": "conv", "filters": 16, "kernel": 3, "padding": "same", "activation": "relu"},
//!         {"type": "maxpool", "size": 2},
//!         {"type": "dense", "units": 10, "activation": "softmax"}
//!     ],
//!     "loss": "cross-entropy"
//! }"#)?;
//! assert_eq!(spec.loss, Loss::CrossEntropy);
//! // The softmax belongs to the loss, so the layer before it is linear.
//! assert_eq!(spec.layers[2], LayerSpec::Dense { units: 10, activation: Activation::Linear });
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::{Deserialize, Serialize};

/// What is applied to each output of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// `a = z`.
    #[default]
    Linear,
    /// `a = max(0, z)`; its gradient at 0 is 0.
    Relu,
    /// `a = 1 / (1 + e^-z)`.
    Sigmoid,
}

/// What a convolution does at the edge of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// Zeros around the input, so that the output is as large as the input.
    Same,
    /// No padding: the output is `kernel - 1` smaller each way.
    Valid,
}

/// One layer, without its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum LayerSpec {
    /// 2-D convolution with stride 1 (see [`crate::layers::conv`]).
    Conv {
        /// Output channels.
        filters: usize,
        /// Side of the square kernel; odd.
        kernel: usize,
        /// What happens at the edge.
        padding: Padding,
        /// Applied to each output.
        #[serde(default)]
        activation: Activation,
    },
    /// The largest of each `size x size` window, windows side by side (see
    /// [`crate::layers::max_pool`]).
    MaxPool {
        /// Side of the window and stride.
        size: usize,
    },
    /// Every output sees every input (see [`crate::layers::dense`]); flattens what it gets.
    Dense {
        /// Outputs.
        units: usize,
        /// Applied to each output.
        #[serde(default)]
        activation: Activation,
    },
    /// Batch normalisation of each channel (see [`crate::layers::batch_norm`]).
    BatchNorm {
        /// Applied after scale and shift: put it here rather than on the layer before.
        #[serde(default)]
        activation: Activation,
    },
    /// Sets a share of its inputs to zero while training (see [`crate::layers::dropout`]).
    Dropout {
        /// The share, `0 <= rate < 1`.
        rate: f64,
    },
}

/// What training makes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Softmax, then `-Σ y log p` (see [`crate::loss`]); the outputs are probabilities.
    CrossEntropy,
    /// `½ Σ (a - y)²` (see [`crate::loss`]).
    SquaredError,
}

/// A network without its parameters: input, layers, loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "loose::NetworkSpec")]
pub struct NetworkSpec {
    /// Height, width and channels of one sample; a vector of n is `[1, 1, n]`.
    pub input: [usize; 3],
    /// First layer first.
    pub layers: Vec<LayerSpec>,
    /// What training makes small. Under [`Loss::CrossEntropy`] the outputs are softmaxed, and
    /// the last layer must be linear.
    pub loss: Loss,
}

/// JSON as people write it: `"softmax"` on the last layer, which says what the loss says anyway.
mod loose {
    use super::{Activation, LayerSpec, Loss, Padding};
    use serde::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct NetworkSpec {
        input: [usize; 3],
        layers: Vec<Layer>,
        loss: Loss,
    }

    /// [`LayerSpec`] with one more activation.
    #[derive(Deserialize)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Layer {
        Conv {
            filters: usize,
            kernel: usize,
            padding: Padding,
            #[serde(default)]
            activation: LooseActivation,
        },
        MaxPool {
            size: usize,
        },
        Dense {
            units: usize,
            #[serde(default)]
            activation: LooseActivation,
        },
        BatchNorm {
            #[serde(default)]
            activation: LooseActivation,
        },
        Dropout {
            rate: f64,
        },
    }

    #[derive(Clone, Copy, Default, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum LooseActivation {
        #[default]
        Linear,
        Relu,
        Sigmoid,
        Softmax,
    }

    impl LooseActivation {
        fn strict(self, softmax_fits: bool) -> Result<Activation, String> {
            match self {
                Self::Linear => Ok(Activation::Linear),
                Self::Relu => Ok(Activation::Relu),
                Self::Sigmoid => Ok(Activation::Sigmoid),
                Self::Softmax if softmax_fits => Ok(Activation::Linear),
                Self::Softmax => Err(
                    "softmax can only be the activation of the last layer, which must be dense, \
                     with the loss cross-entropy"
                        .to_owned(),
                ),
            }
        }
    }

    impl TryFrom<NetworkSpec> for super::NetworkSpec {
        type Error = String;

        fn try_from(loose: NetworkSpec) -> Result<Self, String> {
            let count = loose.layers.len();
            let layers = loose.layers.into_iter().enumerate().map(|(index, layer)| {
                let last = index + 1 == count && loose.loss == Loss::CrossEntropy;
                Ok(match layer {
                    Layer::Conv {
                        filters,
                        kernel,
                        padding,
                        activation,
                    } => LayerSpec::Conv {
                        filters,
                        kernel,
                        padding,
                        activation: activation.strict(false)?,
                    },
                    Layer::MaxPool { size } => LayerSpec::MaxPool { size },
                    Layer::Dense { units, activation } => LayerSpec::Dense {
                        units,
                        activation: activation.strict(last)?,
                    },
                    Layer::BatchNorm { activation } => LayerSpec::BatchNorm {
                        activation: activation.strict(false)?,
                    },
                    Layer::Dropout { rate } => LayerSpec::Dropout { rate },
                })
            });
            Ok(super::NetworkSpec {
                input: loose.input,
                layers: layers.collect::<Result<_, String>>()?,
                loss: loose.loss,
            })
        }
    }
}
