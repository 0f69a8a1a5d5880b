//! A network with all that is needed to use it: architecture, weights, labels, input recipe,
//! training record.

mod numbers;
pub(crate) mod wire;

use std::collections::BTreeSet;

use trazo_nn::{Layer, LayerSpec, Network, NetworkSpec};

pub use self::numbers::Encoding;
use crate::container::{FileKind, from_postcard, to_postcard, unwrap, wrap};
use crate::error::{Error, check_finite};

/// The most numbers between two layers, for one sample: 4 MB. A specification of a hundred bytes
/// can ask for gigabytes of them, however small the file.
const ACTIVATIONS_LIMIT: u64 = 1 << 20;

/// The most multiplications for one sample: a second or so in a browser. The `digits` model needs
/// a few million.
const MULTIPLY_ADDS_LIMIT: u64 = 1 << 30;

/// The most layers; the models that ship have fewer than twenty.
const LAYERS_LIMIT: u64 = 256;

/// One network and all that is needed to use it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// What it is called, for a person: `digits`, `classic`, or a name of their own.
    pub name: String,
    /// Input, layers and loss.
    pub spec: NetworkSpec,
    /// All parameters in [`Network::params`]'s order: layer after layer, weights then the rest.
    pub params: Vec<f32>,
    /// What each output means, in order: as many as there are outputs, no two the same.
    pub labels: Vec<String>,
    /// How a drawing becomes the network's input.
    pub recipe: Recipe,
    /// How it came to be.
    pub record: TrainingRecord,
}

/// How a drawing becomes the network's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recipe {
    /// The whole pad as 20x20 ones and zeros, threshold at half coverage: the original's way.
    PadBits20,
    /// MNIST's recipe: bounding box, longer side to 20 pixels, centre of mass to the middle of
    /// 28x28, strokes drawn `pen` pixels wide after scaling. An input of `[28, 28, 2]` has a second
    /// plane that says where the ink comes from: 0 all over for a pen, 1 for a picture.
    Mnist28 {
        /// Width of the pen in pixels.
        pen: f32,
    },
    /// No drawing at all: the network takes rows of numbers as they are.
    Raw,
}

/// How a model came to be, as lines of (key, value) for people and programs: data, command, seed,
/// figures, lessons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrainingRecord {
    /// The lines, in order.
    pub lines: Vec<(String, String)>,
}

impl TrainingRecord {
    /// The value of the first line with this key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.lines
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.as_str())
    }

    /// Changes the line with this key, or adds one at the end.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        let value = value.into();
        match self.lines.iter_mut().find(|(k, _)| k == key) {
            Some((_, old)) => *old = value,
            None => self.lines.push((key.to_owned(), value)),
        }
    }
}

impl ModelFile {
    /// A model whose labels are the numbers from zero: the ten digits, for ten outputs.
    ///
    /// # Errors
    /// As [`ModelFile::network`].
    pub fn new(
        name: impl Into<String>,
        network: &Network<f32>,
        recipe: Recipe,
    ) -> Result<Self, Error> {
        let outputs = network.layers().last().map_or(0, Layer::outputs);
        let model = Self {
            name: name.into(),
            spec: network.spec().clone(),
            params: network.params().to_vec(),
            labels: (0..outputs).map(|label| label.to_string()).collect(),
            recipe,
            record: TrainingRecord::default(),
        };
        model.network()?;
        Ok(model)
    }

    /// Whether the network is told, by a second plane beside the ink, if a pen or a picture made it.
    pub fn marked(&self) -> bool {
        matches!(self.recipe, Recipe::Mnist28 { .. }) && self.spec.input == MARKED
    }

    /// The network, ready to use. Checks everything that the readers check: what one of them gave
    /// never fails here.
    ///
    /// # Errors
    /// `bad-network`, `too-large`, `shape-mismatch`, `not-finite`, `bad-labels`.
    pub fn network(&self) -> Result<Network<f32>, Error> {
        check_size(&self.spec)?;
        check_finite(&self.params, || format!("the weights of {:?}", self.name))?;
        let network = Network::from_params(self.spec.clone(), self.params.clone())
            .map_err(|error| from_nn(error, self.params.len()))?;
        check_work(&network)?;
        check_variances(&network)?;
        check_recipe(self.recipe, self.spec.input)?;
        check_labels(
            &self.labels,
            network.layers().last().map_or(0, Layer::outputs),
        )?;
        Ok(network)
    }
}

/// Writes a model as a Trazo file.
///
/// ```
/// use trazo_formats::{Encoding, ModelFile, Recipe, read_model, write_model};
/// use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};
///
/// let layers = vec![LayerSpec::Dense { units: 10, activation: Activation::Sigmoid }];
/// let spec = NetworkSpec { input: [20, 20, 1], layers, loss: Loss::SquaredError };
/// let model = ModelFile::new("classic", &Network::new(spec, 1)?, Recipe::PadBits20)?;
///
/// let file = write_model(&model, Encoding::F32)?;
/// assert_eq!(read_model(&file)?, model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Whatever [`read_model`] would refuse is not written; `cannot-write` for weights beyond what
/// [`Encoding::F16`] holds.
pub fn write_model(model: &ModelFile, encoding: Encoding) -> Result<Vec<u8>, Error> {
    let payload = to_postcard(&wire::ModelV1::from_model(model, encoding)?)?;
    Ok(wrap(FileKind::Model, &payload))
}

/// Reads a model from a Trazo file, whatever encoding its weights have.
///
/// # Errors
/// `not-trazo`, `cut-short`, `trailing-bytes`, `bad-checksum`, `from-the-future`, `wrong-kind` for
/// the file; `malformed`, `too-large`, `not-finite`, `shape-mismatch`, `bad-labels`, `bad-network`
/// for its content.
pub fn read_model(file: &[u8]) -> Result<ModelFile, Error> {
    let payload = unwrap(file, FileKind::Model)?;
    from_postcard::<wire::ModelV1<'_>>(payload)?.into_model(payload.len())
}

/// Checks that the specification is of a size that [`trazo_nn`] can be asked to build.
pub(crate) fn check_size(spec: &NetworkSpec) -> Result<(), Error> {
    let too_large = |what, claimed, limit| {
        Err(Error::TooLarge {
            what,
            claimed,
            limit,
        })
    };
    if spec.layers.len() as u64 > LAYERS_LIMIT {
        return too_large("layers", spec.layers.len() as u64, LAYERS_LIMIT);
    }
    let inputs = product(&spec.input);
    if inputs > ACTIVATIONS_LIMIT {
        return too_large("inputs to the network", inputs, ACTIVATIONS_LIMIT);
    }
    Ok(())
}

/// Checks that using the network takes no more than a browser has, however few its weights are.
fn check_work(network: &Network<f32>) -> Result<(), Error> {
    let too_large = |what, claimed, limit| {
        Err(Error::TooLarge {
            what,
            claimed,
            limit,
        })
    };
    let widest = network
        .layers()
        .iter()
        .map(|layer| product(&layer.out_shape))
        .max();
    if widest.unwrap_or(0) > ACTIVATIONS_LIMIT {
        return too_large("outputs of a layer", widest.unwrap_or(0), ACTIVATIONS_LIMIT);
    }
    let work = network
        .layers()
        .iter()
        .map(Layer::multiply_adds)
        .fold(0, u64::saturating_add);
    if work > MULTIPLY_ADDS_LIMIT {
        return too_large("multiplications for one answer", work, MULTIPLY_ADDS_LIMIT);
    }
    Ok(())
}

/// Checks that no variance of a normalisation is negative: its root would be no number.
fn check_variances(network: &Network<f32>) -> Result<(), Error> {
    for (index, layer) in network.layers().iter().enumerate() {
        if let LayerSpec::BatchNorm { .. } = layer.spec {
            // Scale, shift, mean, variance, as many of each.
            let numbers = network
                .params()
                .get(layer.params.clone())
                .unwrap_or_default();
            let variances = numbers.iter().skip(numbers.len() / 4 * 3);
            if let Some(negative) = variances.copied().find(|&variance| variance < 0.0) {
                return Err(Error::BadNetwork {
                    problem: format!("layer {index} has a variance of {negative}, below zero"),
                });
            }
        }
    }
    Ok(())
}

fn product(sizes: &[usize]) -> u64 {
    sizes
        .iter()
        .fold(1, |product, &size| product.saturating_mul(size as u64))
}

/// Ink of 28x28 pixels and, beside each, the mark of where it comes from.
const MARKED: [usize; 3] = [28, 28, 2];

fn check_recipe(recipe: Recipe, input: [usize; 3]) -> Result<(), Error> {
    let (what, expected) = match recipe {
        Recipe::Raw => return Ok(()),
        Recipe::PadBits20 => ("the whole pad as ones and zeros", [20, 20, 1]),
        Recipe::Mnist28 { pen } => {
            if !(pen > 0.0 && pen <= 28.0) {
                return Err(Error::Malformed {
                    problem: format!("a pen {pen} pixels wide on 28x28 pixels"),
                });
            }
            if input == MARKED {
                return Ok(());
            }
            ("MNIST's recipe", [28, 28, 1])
        }
    };
    // A network may take the same numbers as one long row.
    if input == expected || input == [1, 1, expected.iter().product()] {
        return Ok(());
    }
    Err(Error::ShapeMismatch {
        what: format!("the network's input, which {what} has to fill"),
        expected: format!("{expected:?}"),
        found: format!("{input:?}"),
    })
}

fn check_labels(labels: &[String], outputs: usize) -> Result<(), Error> {
    let wrong = |problem| Err(Error::BadLabels { problem });
    if labels.len() != outputs {
        return wrong(format!(
            "the network has {outputs} outputs and the file {} labels",
            labels.len()
        ));
    }
    if labels.iter().any(String::is_empty) {
        return wrong("one of them is empty".into());
    }
    let mut known = BTreeSet::new();
    match labels.iter().find(|label| !known.insert(label.as_str())) {
        Some(label) => wrong(format!("{label:?} is there twice")),
        None => Ok(()),
    }
}

/// What [`trazo_nn`] says about a specification and `found` parameters, in this crate's words.
pub(crate) fn from_nn(error: trazo_nn::Error, found: usize) -> Error {
    match error {
        trazo_nn::Error::TooLarge { shape, .. } => Error::TooLarge {
            what: "weights",
            claimed: product(&shape.0),
            limit: found as u64,
        },
        trazo_nn::Error::Shape {
            expected, found, ..
        } => Error::ShapeMismatch {
            what: "the weights".into(),
            expected: expected.to_string(),
            found: found.to_string(),
        },
        error => Error::BadNetwork {
            problem: error.to_string(),
        },
    }
}
