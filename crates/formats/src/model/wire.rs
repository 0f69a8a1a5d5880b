//! Version 1 of a model's payload, as postcard sees it.
//!
//! These types are the layout of released files: they never change. A new layout is a new version
//! with types of its own. They mirror [`NetworkSpec`] rather than derive from it because postcard
//! cannot read its JSON form (a tagged enum), and because that one may change.

use serde::{Deserialize, Serialize};
use trazo_ink::Recipe;
use trazo_nn::{Activation, LayerSpec, Loss, NetworkSpec, Padding};

use super::numbers::{COARSE, Encoding, FEW, FINE, NumbersV1};
use super::{ModelFile, TrainingRecord, build};
use crate::error::Error;

#[derive(Serialize, Deserialize)]
pub(crate) struct ModelV1<'a> {
    #[serde(borrow)]
    name: &'a str,
    input: [u32; 3],
    layers: Vec<LayerV1>,
    loss: LossV1,
    /// Two for each layer with parameters: its weights, and the rest (biases; normalisation).
    tensors: Vec<NumbersV1<'a>>,
    #[serde(borrow)]
    labels: Vec<&'a str>,
    recipe: RecipeV1,
    #[serde(borrow)]
    record: Vec<(&'a str, &'a str)>,
}

#[derive(Serialize, Deserialize)]
enum LayerV1 {
    Conv {
        filters: u32,
        kernel: u32,
        padding: PaddingV1,
        activation: ActivationV1,
    },
    MaxPool {
        size: u32,
    },
    Dense {
        units: u32,
        activation: ActivationV1,
    },
    BatchNorm {
        activation: ActivationV1,
    },
    Dropout {
        rate: f64,
    },
}

#[derive(Serialize, Deserialize)]
enum PaddingV1 {
    Same,
    Valid,
}

#[derive(Serialize, Deserialize)]
enum ActivationV1 {
    Linear,
    Relu,
    Sigmoid,
    /// Since the Lab has it; files from before do not.
    Tanh,
}

#[derive(Serialize, Deserialize)]
enum LossV1 {
    CrossEntropy,
    SquaredError,
}

#[derive(Serialize, Deserialize)]
enum RecipeV1 {
    PadBits20,
    Mnist28 { pen: f32 },
    Raw,
}

impl<'a> ModelV1<'a> {
    /// Lays the model out.
    pub(crate) fn from_model(model: &'a ModelFile, encoding: Encoding) -> Result<Self, Error> {
        let network = model.network();
        let spec = network.spec();
        let mut tensors = Vec::new();
        for layer in network
            .layers()
            .iter()
            .filter(|layer| !layer.params.is_empty())
        {
            let params = network.params().get(layer.params.clone());
            let params = params.unwrap_or_default();
            let (weights, rest) = params
                .split_at_checked(layer.weights)
                .unwrap_or((params, &[]));
            let [.., channels] = layer.out_shape;
            tensors.push(match encoding {
                // Normalisation has no weights, only a rest.
                _ if weights.is_empty() => NumbersV1::f32(weights),
                Encoding::F32 => NumbersV1::f32(weights),
                Encoding::F16 => NumbersV1::f16(weights)?,
                Encoding::Mixed if weights.len() < FEW => NumbersV1::f16(weights)?,
                Encoding::I8PerChannel => NumbersV1::i8(weights, channels, FINE),
                Encoding::Mixed => NumbersV1::i8(weights, channels, COARSE),
            });
            tensors.push(NumbersV1::f32(rest));
        }
        let [height, width, depth] = spec.input;
        Ok(Self {
            name: &model.name,
            input: [narrow(height)?, narrow(width)?, narrow(depth)?],
            layers: spec
                .layers
                .iter()
                .map(LayerV1::from_spec)
                .collect::<Result<_, _>>()?,
            loss: match spec.loss {
                Loss::CrossEntropy => LossV1::CrossEntropy,
                Loss::SquaredError => LossV1::SquaredError,
            },
            tensors,
            labels: model.labels().iter().map(String::as_str).collect(),
            recipe: match model.recipe() {
                Some(Recipe::PadBits20) => RecipeV1::PadBits20,
                Some(Recipe::Mnist28 { pen, .. }) => RecipeV1::Mnist28 { pen },
                None => RecipeV1::Raw,
            },
            record: model
                .record
                .lines
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect(),
        })
    }

    /// Checks everything, in the order: sizes, then memory, then numbers, then whether all fits.
    ///
    /// `file_len` bounds what the tensors may amount to.
    pub(crate) fn into_model(self, file_len: usize) -> Result<ModelFile, Error> {
        let spec = NetworkSpec {
            input: self.input.map(|size| size as usize),
            layers: self.layers.into_iter().map(LayerV1::into_spec).collect(),
            loss: match self.loss {
                LossV1::CrossEntropy => Loss::CrossEntropy,
                LossV1::SquaredError => Loss::SquaredError,
            },
        };
        let lengths: Vec<usize> = self
            .tensors
            .iter()
            .map(NumbersV1::len)
            .collect::<Result<_, _>>()?;
        // Every weight takes a byte at least, so this never is more than the file has bytes.
        let total = lengths
            .iter()
            .fold(0_usize, |sum, &length| sum.saturating_add(length));
        let mut params = Vec::with_capacity(total.min(file_len));
        for tensor in &self.tensors {
            tensor.append_to(&mut params);
        }

        let network = build(spec, params)?;
        let layers = network
            .layers()
            .iter()
            .filter(|layer| !layer.params.is_empty());
        let expected: Vec<usize> = layers
            .flat_map(|layer| [layer.weights, layer.params.len() - layer.weights])
            .collect();
        if lengths != expected {
            return Err(Error::ShapeMismatch {
                what: "the weights, layer by layer".into(),
                expected: format!("{expected:?}"),
                found: format!("{lengths:?}"),
            });
        }
        let recipe = match self.recipe {
            RecipeV1::PadBits20 => Some(Recipe::PadBits20),
            RecipeV1::Mnist28 { pen } => Some(Recipe::mnist(pen, network.spec().input)),
            RecipeV1::Raw => None,
        };
        let labels = self.labels.iter().map(|&label| label.to_owned()).collect();
        let mut model = ModelFile::labelled(self.name, network, recipe, labels)?;
        let lines = self.record.iter();
        model.record = TrainingRecord {
            lines: lines.map(|&(k, v)| (k.to_owned(), v.to_owned())).collect(),
        };
        Ok(model)
    }
}

impl LayerV1 {
    fn from_spec(spec: &LayerSpec) -> Result<Self, Error> {
        Ok(match *spec {
            LayerSpec::Conv {
                filters,
                kernel,
                padding,
                activation,
            } => Self::Conv {
                filters: narrow(filters)?,
                kernel: narrow(kernel)?,
                padding: match padding {
                    Padding::Same => PaddingV1::Same,
                    Padding::Valid => PaddingV1::Valid,
                },
                activation: ActivationV1::from_spec(activation),
            },
            LayerSpec::MaxPool { size } => Self::MaxPool {
                size: narrow(size)?,
            },
            LayerSpec::Dense { units, activation } => Self::Dense {
                units: narrow(units)?,
                activation: ActivationV1::from_spec(activation),
            },
            LayerSpec::BatchNorm { activation } => Self::BatchNorm {
                activation: ActivationV1::from_spec(activation),
            },
            LayerSpec::Dropout { rate } => Self::Dropout { rate },
        })
    }

    fn into_spec(self) -> LayerSpec {
        match self {
            Self::Conv {
                filters,
                kernel,
                padding,
                activation,
            } => LayerSpec::Conv {
                filters: filters as usize,
                kernel: kernel as usize,
                padding: match padding {
                    PaddingV1::Same => Padding::Same,
                    PaddingV1::Valid => Padding::Valid,
                },
                activation: activation.into_spec(),
            },
            Self::MaxPool { size } => LayerSpec::MaxPool {
                size: size as usize,
            },
            Self::Dense { units, activation } => LayerSpec::Dense {
                units: units as usize,
                activation: activation.into_spec(),
            },
            Self::BatchNorm { activation } => LayerSpec::BatchNorm {
                activation: activation.into_spec(),
            },
            Self::Dropout { rate } => LayerSpec::Dropout { rate },
        }
    }
}

impl ActivationV1 {
    fn from_spec(activation: Activation) -> Self {
        match activation {
            Activation::Linear => Self::Linear,
            Activation::Relu => Self::Relu,
            Activation::Sigmoid => Self::Sigmoid,
            Activation::Tanh => Self::Tanh,
        }
    }

    fn into_spec(self) -> Activation {
        match self {
            Self::Linear => Activation::Linear,
            Self::Relu => Activation::Relu,
            Self::Sigmoid => Activation::Sigmoid,
            Self::Tanh => Activation::Tanh,
        }
    }
}

fn narrow(size: usize) -> Result<u32, Error> {
    u32::try_from(size).map_err(|_| Error::TooLarge {
        what: "units in a layer",
        claimed: size as u64,
        limit: u32::MAX.into(),
    })
}
