//! A network with all that is needed to use it: architecture, weights, labels, input recipe,
//! training record.

mod numbers;
mod reach;
pub(crate) mod wire;

use std::collections::BTreeSet;

use trazo_ink::Recipe;
use trazo_nn::{Layer, LayerSpec, Network, NetworkSpec};

pub use self::numbers::Encoding;
use crate::container::{from_postcard, to_postcard, unwrap, wrap};
use crate::error::Error;
use crate::sniff::FileKind;

/// The most numbers between two layers, for one sample: 4 MB. A specification of a hundred bytes
/// can ask for gigabytes of them, however small the file.
const ACTIVATIONS_LIMIT: u64 = 1 << 20;

/// The most multiplications for one sample: a second or so in a browser. The `digits` model needs
/// a few million.
const MULTIPLY_ADDS_LIMIT: u64 = 1 << 30;

/// The most layers; the models that ship have fewer than twenty.
const LAYERS_LIMIT: u64 = 256;

/// One network and all that is needed to use it, checked: it can be run as it is, and answers
/// finite numbers to inputs of up to 256.
///
/// ```
/// use trazo_formats::ModelFile;
/// use trazo_ink::Recipe;
/// use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};
///
/// let layers = vec![LayerSpec::Dense { units: 10, activation: Activation::Sigmoid }];
/// let spec = NetworkSpec { input: [20, 20, 1], layers, loss: Loss::SquaredError };
/// let model = ModelFile::new("mine", Network::new(spec, 1)?, Some(Recipe::PadBits20))?;
/// assert_eq!(model.labels()[7], "7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// What it is called, for a person: `digits`, `classic`, or a name of their own.
    pub name: String,
    network: Network<f32>,
    labels: Vec<String>,
    recipe: Option<Recipe>,
    /// How it came to be.
    pub record: TrainingRecord,
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
    /// `recipe` says how a drawing becomes the network's input; none for a network that takes rows
    /// of numbers as they are.
    ///
    /// # Errors
    /// `bad-network`, `too-large`, `shape-mismatch`, `not-finite` and `malformed` for a network that nobody could
    /// use: too much work, variances below zero, an input that no drawing fills, weights so large
    /// that an answer could be infinite.
    pub fn new(
        name: impl Into<String>,
        network: Network<f32>,
        recipe: Option<Recipe>,
    ) -> Result<Self, Error> {
        let labels = (0..network.outputs()).map(|label| label.to_string());
        let labels = labels.collect();
        Self::labelled(name, network, recipe, labels)
    }

    /// As [`ModelFile::new`], with what each output means.
    ///
    /// Where the labels are the ten digits in another order, the outputs are put in order, so that
    /// output `d` says how likely the digit `d` is in every model.
    ///
    /// # Errors
    /// As [`ModelFile::new`]; `bad-labels` for labels that do not name the outputs one by one.
    pub fn labelled(
        name: impl Into<String>,
        mut network: Network<f32>,
        recipe: Option<Recipe>,
        labels: Vec<String>,
    ) -> Result<Self, Error> {
        check_size(network.spec())?;
        check_work(&network)?;
        // Networks from files are finite; one that was trained may no longer be.
        if let Some(index) = network.params().iter().position(|param| !param.is_finite()) {
            return Err(from_nn(trazo_nn::Error::NotFinite { index }, 0));
        }
        check_variances(&network)?;
        check_recipe(recipe, network.spec().input)?;
        reach::check(&network)?;
        check_labels(&labels, network.outputs())?;
        let labels = in_order(&mut network, labels)?;
        Ok(Self {
            name: name.into(),
            network,
            labels,
            recipe,
            record: TrainingRecord::default(),
        })
    }

    /// The network: input, layers, loss and weights.
    pub fn network(&self) -> &Network<f32> {
        &self.network
    }

    /// The network, for whoever keeps it.
    pub fn into_network(self) -> Network<f32> {
        self.network
    }

    /// What each output means, in order: as many as there are outputs, no two the same.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Whether the outputs are the ten digits, in order.
    pub fn reads_digits(&self) -> bool {
        let digits = (0..10).map(|digit| digit.to_string());
        self.labels.iter().cloned().eq(digits)
    }

    /// How a drawing becomes the network's input; `None` where it takes rows of numbers as they
    /// are.
    pub fn recipe(&self) -> Option<Recipe> {
        self.recipe
    }
}

/// The network of a file's words and numbers; what is wrong with them, in this crate's words.
pub(crate) fn build(spec: NetworkSpec, params: Vec<f32>) -> Result<Network<f32>, Error> {
    check_size(&spec)?;
    let count = params.len();
    Network::from_params(spec, params).map_err(|error| from_nn(error, count))
}

/// The outputs in the order of the digits that the labels say they are. Other labels stay.
fn in_order(network: &mut Network<f32>, labels: Vec<String>) -> Result<Vec<String>, Error> {
    let digits: Vec<usize> = labels
        .iter()
        .filter_map(|label| crate::label::digit(label).map(usize::from))
        .collect();
    // `check_labels` saw to it that no two are the same word; «7» and «seven» are the same digit.
    let different: BTreeSet<usize> = digits.iter().copied().collect();
    if labels.len() != 10 || different.len() != 10 {
        return Ok(labels);
    }
    if digits.iter().enumerate().any(|(at, &digit)| at != digit) {
        // From the last layer with weights on, every parameter is one of a row of ten.
        let last = network.layers().iter().rposition(|layer| layer.weights > 0);
        let layers = network
            .layers()
            .get(last.unwrap_or(0)..)
            .unwrap_or_default();
        if layers.iter().any(|layer| layer.out_shape != [1, 1, 10]) {
            return Err(Error::BadLabels {
                problem: "they name the digits in another order, and the outputs are a picture"
                    .into(),
            });
        }
        let own = layers.first().map_or(0, |layer| layer.params.start);
        network.update(|params| {
            for row in params
                .get_mut(own..)
                .unwrap_or_default()
                .chunks_exact_mut(10)
            {
                let as_it_was = row.to_vec();
                for (&digit, value) in digits.iter().zip(as_it_was) {
                    if let Some(place) = row.get_mut(digit) {
                        *place = value;
                    }
                }
            }
        });
    }
    Ok((0..10).map(|digit| digit.to_string()).collect())
}

/// Writes a model as a Trazo file.
///
/// ```
/// use trazo_formats::{Encoding, ModelFile, read_model, write_model};
/// use trazo_ink::Recipe;
/// use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};
///
/// let layers = vec![LayerSpec::Dense { units: 10, activation: Activation::Sigmoid }];
/// let spec = NetworkSpec { input: [20, 20, 1], layers, loss: Loss::SquaredError };
/// let model = ModelFile::new("classic", Network::new(spec, 1)?, Some(Recipe::PadBits20))?;
///
/// let file = write_model(&model, Encoding::F32)?;
/// assert_eq!(read_model(&file)?, model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// `cannot-write` for weights beyond what [`Encoding::F16`] holds.
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

fn check_recipe(recipe: Option<Recipe>, input: [usize; 3]) -> Result<(), Error> {
    let Some(recipe) = recipe else { return Ok(()) };
    let what = match recipe {
        Recipe::PadBits20 => "the whole pad as ones and zeros",
        Recipe::Mnist28 { pen, .. } if !(pen > 0.0 && pen <= 28.0) => {
            return Err(Error::Malformed {
                problem: format!("a pen {pen} pixels wide on 28x28 pixels"),
            });
        }
        Recipe::Mnist28 { .. } => "MNIST's recipe",
    };
    let expected = recipe.shape();
    // A network may take the same numbers as one long row.
    let row = recipe.planes() == 1 && input == [1, 1, recipe.input_len()];
    if row || input == expected {
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
        trazo_nn::Error::NotFinite { index } => Error::NotFinite {
            what: "the weights".into(),
            index,
            found: "NaN or infinite".into(),
        },
        error => Error::BadNetwork {
            problem: error.to_string(),
        },
    }
}
