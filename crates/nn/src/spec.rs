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
    /// `a = (e^z - e^-z) / (e^z + e^-z)`.
    Tanh,
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(into = "words::Layer")]
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
        activation: Activation,
    },
    /// Batch normalization of each channel (see [`crate::layers::batch_norm`]).
    BatchNorm {
        /// Applied after scale and shift: put it here rather than on the layer before.
        activation: Activation,
    },
    /// Sets a share of its inputs to zero while training (see [`crate::layers::dropout`]).
    Dropout {
        /// The share, `0 <= rate < 1`.
        rate: f64,
    },
}

impl LayerSpec {
    /// This layer without its activation.
    pub(crate) fn without_activation(mut self) -> Self {
        if let LayerSpec::Conv { activation, .. }
        | LayerSpec::Dense { activation, .. }
        | LayerSpec::BatchNorm { activation } = &mut self
        {
            *activation = Activation::Linear;
        }
        self
    }
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
#[serde(try_from = "words::Network")]
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
///
/// A layer is one flat object. Serde's own tagged enums would say the same, but they buffer what
/// they read in a value of any type, and that is a tenth of the code a browser downloads.
mod words {
    use super::{Activation, LayerSpec, Loss, NetworkSpec, Padding};
    use serde::{Deserialize, Serialize};

    #[derive(Deserialize)]
    pub(super) struct Network {
        input: [usize; 3],
        layers: Vec<Layer>,
        loss: Loss,
    }

    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Conv,
        MaxPool,
        Dense,
        BatchNorm,
        Dropout,
    }

    /// A layer as it is written, which may contradict itself: see [`NetworkSpec::from_words`].
    // Any layer: what its kind does not have is left out.
    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    pub struct Layer {
        #[serde(rename = "type")]
        kind: Kind,
        #[serde(skip_serializing_if = "Option::is_none")]
        filters: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        kernel: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        padding: Option<Padding>,
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        units: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rate: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        activation: Option<LooseActivation>,
        /// Whether it is to stay as it starts: for whoever trains, a [`LayerSpec`] does not have it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub frozen: bool,
    }

    /// [`Activation`] with one more.
    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum LooseActivation {
        Linear,
        Relu,
        Sigmoid,
        Tanh,
        Softmax,
    }

    impl From<Activation> for LooseActivation {
        fn from(activation: Activation) -> Self {
            match activation {
                Activation::Linear => Self::Linear,
                Activation::Relu => Self::Relu,
                Activation::Sigmoid => Self::Sigmoid,
                Activation::Tanh => Self::Tanh,
            }
        }
    }

    impl From<LayerSpec> for Layer {
        fn from(layer: LayerSpec) -> Self {
            let blank = Self {
                kind: Kind::Dropout,
                filters: None,
                kernel: None,
                padding: None,
                size: None,
                units: None,
                rate: None,
                activation: None,
                frozen: false,
            };
            match layer {
                LayerSpec::Conv {
                    filters,
                    kernel,
                    padding,
                    activation,
                } => Self {
                    kind: Kind::Conv,
                    filters: Some(filters),
                    kernel: Some(kernel),
                    padding: Some(padding),
                    activation: Some(activation.into()),
                    ..blank
                },
                LayerSpec::MaxPool { size } => Self {
                    kind: Kind::MaxPool,
                    size: Some(size),
                    ..blank
                },
                LayerSpec::Dense { units, activation } => Self {
                    kind: Kind::Dense,
                    units: Some(units),
                    activation: Some(activation.into()),
                    ..blank
                },
                LayerSpec::BatchNorm { activation } => Self {
                    kind: Kind::BatchNorm,
                    activation: Some(activation.into()),
                    ..blank
                },
                LayerSpec::Dropout { rate } => Self {
                    rate: Some(rate),
                    ..blank
                },
            }
        }
    }

    impl Layer {
        fn strict(self, softmax_fits: bool) -> Result<LayerSpec, String> {
            let need = |number: Option<usize>, name: &str| number.ok_or_else(|| self.lacks(name));
            let activation = match self.activation {
                None | Some(LooseActivation::Linear) => Activation::Linear,
                Some(LooseActivation::Relu) => Activation::Relu,
                Some(LooseActivation::Sigmoid) => Activation::Sigmoid,
                Some(LooseActivation::Tanh) => Activation::Tanh,
                Some(LooseActivation::Softmax)
                    if softmax_fits && matches!(self.kind, Kind::Dense) =>
                {
                    Activation::Linear
                }
                Some(LooseActivation::Softmax) => {
                    return Err(
                        "softmax can only be the activation of the last layer, which must be \
                         dense, with the loss cross-entropy"
                            .to_owned(),
                    );
                }
            };
            Ok(match self.kind {
                Kind::Conv => LayerSpec::Conv {
                    filters: need(self.filters, "filters")?,
                    kernel: need(self.kernel, "kernel")?,
                    padding: self.padding.ok_or_else(|| self.lacks("padding"))?,
                    activation,
                },
                Kind::MaxPool => LayerSpec::MaxPool {
                    size: need(self.size, "size")?,
                },
                Kind::Dense => LayerSpec::Dense {
                    units: need(self.units, "units")?,
                    activation,
                },
                Kind::BatchNorm => LayerSpec::BatchNorm { activation },
                Kind::Dropout => LayerSpec::Dropout {
                    rate: self.rate.ok_or_else(|| self.lacks("rate"))?,
                },
            })
        }

        fn lacks(&self, name: &str) -> String {
            let kind = format!("{:?}", self.kind).to_ascii_lowercase();
            format!("missing field `{name}` in a layer of type {kind}")
        }
    }

    impl TryFrom<Network> for NetworkSpec {
        type Error = String;

        fn try_from(network: Network) -> Result<Self, String> {
            Self::from_words(network.input, &network.layers, network.loss)
                .map_err(|(_, reason)| reason)
        }
    }

    impl NetworkSpec {
        /// A network of layers as they are written: for whoever wants to know which of them is wrong.
        ///
        /// # Errors
        /// The position of the layer that contradicts itself, and what is wrong as a sentence.
        pub fn from_words(
            input: [usize; 3],
            words: &[Layer],
            loss: Loss,
        ) -> Result<Self, (usize, String)> {
            let mut layers = Vec::with_capacity(words.len());
            for (index, layer) in words.iter().enumerate() {
                let last = index + 1 == words.len() && loss == Loss::CrossEntropy;
                layers.push(layer.strict(last).map_err(|reason| (index, reason))?);
            }
            Ok(Self {
                input,
                layers,
                loss,
            })
        }
    }
}

pub use words::Layer as LayerWords;
