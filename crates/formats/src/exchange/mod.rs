//! A network as other tools lay it out: what [`safetensors`] and [`onnx`] have in common.
//!
//! Trazo keeps channels last, PyTorch and ONNX keep them first. So that predictions agree in their
//! tools, without a word about it, weights are turned on the way out and back on the way in:
//!
//! | layer | Trazo | there |
//! |---|---|---|
//! | convolution | `[kernel, kernel, in, out]` | `[out, in, kernel, kernel]` |
//! | dense | `[height * width * channels, out]` | `[out, channels * height * width]` |
//!
//! What the weights alone do not say (layers, labels, recipe, record) travels as JSON under the
//! key `trazo` of the format's own metadata. Where other programs left it out, [`infer`] makes what
//! it can of names and shapes.

pub(crate) mod infer;
pub(crate) mod json;
pub(crate) mod npz;
pub(crate) mod onnx;
pub(crate) mod safetensors;

use serde::{Deserialize, Serialize};
use trazo_ink::Recipe;
use trazo_nn::{Layer, LayerSpec, Network, NetworkSpec};

use crate::error::Error;
use crate::model::{ModelFile, TrainingRecord, build};

/// The key of the metadata.
const KEY: &str = "trazo";

/// One array of weights with its name, channels first.
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// The arrays of a layer, as `(name, [height, width, channels, outputs] or [n])`, in the order in
/// which [`Network::params`] has them.
fn parts(index: usize, layer: &Layer) -> Vec<(String, Part)> {
    let [height, width, channels] = layer.in_shape;
    let [.., outputs] = layer.out_shape;
    let name = |part: &str| format!("layer{index}.{part}");
    let vector = |part: &str| (name(part), Part::Vector(outputs));
    match layer.spec {
        LayerSpec::Conv { kernel, .. } => {
            let weights = Part::Filters([kernel, kernel, channels, outputs]);
            vec![(name("weight"), weights), vector("bias")]
        }
        LayerSpec::Dense { .. } => {
            let weights = Part::Matrix([height, width, channels, outputs]);
            vec![(name("weight"), weights), vector("bias")]
        }
        // PyTorch's names.
        LayerSpec::BatchNorm { .. } => ["weight", "bias", "running_mean", "running_var"]
            .map(vector)
            .to_vec(),
        LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. } => vec![],
    }
}

/// What shape an array has in Trazo.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Filters([usize; 4]),
    Matrix([usize; 4]),
    Vector(usize),
}

impl Part {
    fn len(self) -> usize {
        match self {
            Self::Filters(sizes) | Self::Matrix(sizes) => sizes.iter().product(),
            Self::Vector(count) => count,
        }
    }

    /// The shape it has there.
    fn shape(self) -> Vec<usize> {
        match self {
            Self::Filters([height, width, channels, outputs]) => {
                vec![outputs, channels, height, width]
            }
            Self::Matrix([height, width, channels, outputs]) => {
                vec![outputs, channels * height * width]
            }
            Self::Vector(count) => vec![count],
        }
    }

    /// Channels last to channels first.
    fn turned(self, values: &[f32]) -> Vec<f32> {
        let (Self::Filters([height, width, channels, outputs])
        | Self::Matrix([height, width, channels, outputs])) = self
        else {
            return values.to_vec();
        };
        let mut turned = Vec::with_capacity(values.len());
        for output in 0..outputs {
            for channel in 0..channels {
                for pixel in 0..height * width {
                    let at = (pixel * channels + channel) * outputs + output;
                    turned.push(values.get(at).copied().unwrap_or_default());
                }
            }
        }
        turned
    }

    /// Channels first to channels last.
    pub(crate) fn turned_back(self, values: &[f32]) -> Vec<f32> {
        let (Self::Filters([height, width, channels, outputs])
        | Self::Matrix([height, width, channels, outputs])) = self
        else {
            return values.to_vec();
        };
        let mut turned = Vec::with_capacity(values.len());
        for pixel in 0..height * width {
            for channel in 0..channels {
                for output in 0..outputs {
                    let at = (output * channels + channel) * height * width + pixel;
                    turned.push(values.get(at).copied().unwrap_or_default());
                }
            }
        }
        turned
    }
}

/// All arrays of a network, channels first.
fn tensors(network: &Network<f32>) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    for (index, layer) in network.layers().iter().enumerate() {
        let mut rest = network
            .params()
            .get(layer.params.clone())
            .unwrap_or_default();
        for (name, part) in parts(index, layer) {
            let (values, after) = rest.split_at_checked(part.len()).unwrap_or((rest, &[]));
            tensors.push(Tensor {
                name,
                shape: part.shape(),
                values: part.turned(values),
            });
            rest = after;
        }
    }
    tensors
}

/// A model from its description and the arrays of a file.
fn assemble(description: Description, tensors: &[Tensor]) -> Result<ModelFile, Error> {
    let recipe = description.recipe(description.network.input)?;
    // Zeros first, as many as the file has numbers: that checks the description, and tells where
    // each array belongs, before anything larger than the file is made.
    let total = tensors.iter().map(|tensor| tensor.values.len()).sum();
    let mut network = build(description.network, vec![0.0; total])?;
    let mut params = Vec::with_capacity(total);
    for (index, layer) in network.layers().iter().enumerate() {
        for (name, part) in parts(index, layer) {
            let tensor = tensors.iter().find(|tensor| tensor.name == name);
            let fits = |tensor: &&Tensor| {
                tensor.shape == part.shape() && tensor.values.len() == part.len()
            };
            let fitting = tensor.filter(fits).ok_or_else(|| Error::ShapeMismatch {
                what: format!("{name:?}"),
                expected: format!("{:?}", part.shape()),
                found: match tensor {
                    Some(tensor) => format!("{:?}", tensor.shape),
                    None => "no such array".into(),
                },
            })?;
            fitting.check_finite()?;
            params.extend(part.turned_back(&fitting.values));
        }
    }
    network.update(|own| own.copy_from_slice(&params));
    let mut model = ModelFile::labelled(description.name, network, recipe, description.labels)?;
    model.record = TrainingRecord {
        lines: description.record,
    };
    Ok(model)
}

impl Tensor {
    fn check_finite(&self) -> Result<(), Error> {
        match self.values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(index) => Err(Error::NotFinite {
                what: format!("{:?}", self.name),
                index,
                found: self
                    .values
                    .get(index)
                    .map(f32::to_string)
                    .unwrap_or_default(),
            }),
        }
    }
}

/// Everything but the weights, as JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct Description {
    name: String,
    network: NetworkSpec,
    labels: Vec<String>,
    recipe: RecipeJson,
    #[serde(default)]
    record: Vec<(String, String)>,
}

/// One flat object: a tagged enum would buffer what it reads in a value of any type.
#[derive(Serialize, Deserialize)]
struct RecipeJson {
    #[serde(rename = "type")]
    kind: RecipeKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pen: Option<f32>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RecipeKind {
    PadBits20,
    Mnist28,
    Raw,
}

impl RecipeJson {
    fn of(kind: RecipeKind, pen: Option<f32>) -> Self {
        Self { kind, pen }
    }
}

impl Description {
    fn of(model: &ModelFile) -> Self {
        Self {
            name: model.name.clone(),
            network: model.network().spec().clone(),
            labels: model.labels().to_vec(),
            recipe: match model.recipe() {
                Some(Recipe::PadBits20) => RecipeJson::of(RecipeKind::PadBits20, None),
                Some(Recipe::Mnist28 { pen, .. }) => RecipeJson::of(RecipeKind::Mnist28, Some(pen)),
                None => RecipeJson::of(RecipeKind::Raw, None),
            },
            record: model.record.lines.clone(),
        }
    }

    fn json(model: &ModelFile) -> Result<String, Error> {
        serde_json::to_string(&Self::of(model)).map_err(|error| Error::CannotWrite {
            format: "JSON",
            problem: error.to_string(),
        })
    }

    /// From bytes, as everywhere: each kind of source would have readers of its own in the module.
    fn parse(json: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(json).map_err(|error| Error::BadNetwork {
            problem: format!("its description under the key {KEY:?} is wrong: {error}"),
        })
    }

    fn recipe(&self, input: [usize; 3]) -> Result<Option<Recipe>, Error> {
        match (&self.recipe.kind, self.recipe.pen) {
            (RecipeKind::PadBits20, _) => Ok(Some(Recipe::PadBits20)),
            (RecipeKind::Mnist28, Some(pen)) => Ok(Some(Recipe::mnist(pen, input))),
            (RecipeKind::Mnist28, None) => Err(Error::BadNetwork {
                problem: "its recipe mnist28 lacks the width of the pen".into(),
            }),
            (RecipeKind::Raw, _) => Ok(None),
        }
    }
}

fn bytes(floats: &[f32]) -> Vec<u8> {
    floats
        .iter()
        .flat_map(|float| float.to_le_bytes())
        .collect()
}
