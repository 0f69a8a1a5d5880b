//! What a run of the Lab is to be, as the page and a link say it; and what is wrong with it, at the row of the network
//! that it is wrong at.

use serde::{Deserialize, Serialize};
use trazo_nn::{Layer, LayerSpec, LayerWords, Loss, NetworkSpec, Optimizer, OptimizerSpec, Start};

use crate::data::{PIXELS, SIDE};
use crate::error::Error;
use crate::plan::{Plan, Seeds};
use crate::schedule::{Fall, Schedule};

/// The version of [`Setup`] that this build reads.
pub const VERSION: u32 = 1;
/// Digits that training, validation and test may have together: as many as MNIST has.
pub const MOST_DIGITS: usize = 70_000;
/// Layers that a network may have.
const MOST_ROWS: usize = 32;
/// Parameters that it may have: eight copies of them are in each worker.
const MOST_PARAMETERS: usize = 1 << 22;
/// Multiply-adds that a digit may take forward: with more, a part of a batch takes too long for a worker that is to
/// listen.
const MOST_MULTIPLY_ADDS: u64 = 30_000_000;
/// Bytes that a run may take in a worker.
pub(super) const MOST_BYTES: u64 = 500_000_000;
/// The classes, which are the digits.
const CLASSES: usize = 10;

/// A run of the Lab. With the data it is all that the weights depend on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// [`VERSION`].
    pub v: u32,
    /// The digits.
    pub data: DataSetup,
    /// The network.
    pub network: NetworkSetup,
    /// The rule by which a gradient becomes a step.
    pub optimizer: OptimizerSpec,
    /// The learning rate in the course of the run; constant where nothing is said.
    pub schedule: Option<ScheduleSetup>,
    /// Passes through the data.
    pub epochs: u32,
    /// Digits a step.
    pub batch: usize,
    /// The seeds of weights and order.
    pub seeds: Seeds,
    /// Batches from one look to the next; an epoch's where nothing is said.
    pub look_every: Option<u64>,
    /// Looks without gain after which it ends; never where nothing is said.
    pub patience: Option<usize>,
    /// Decay of the average of the weights that answers, where there is to be one.
    pub average: Option<f32>,
}

/// Where the digits come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// The synthetic writer.
    Synthetic,
    /// Two IDX files.
    Files,
    /// What persons drew.
    Examples,
    /// MNIST, as the site carries it.
    Mnist,
}

/// The digits, and what is done to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSetup {
    /// Where they come from.
    pub source: SourceKind,
    /// How many to train on.
    pub train: usize,
    /// How many to look at now and then.
    pub validation: usize,
    /// How many to keep sealed.
    pub test: usize,
    /// For what is drawn by lot: digits, order, noise, shuffled pixels, directions.
    pub seed: u32,
    /// The classes that there are; all where nothing is said.
    pub classes: Option<Vec<u8>>,
    /// The synthetic writer's hand.
    #[serde(default)]
    pub hand: HandSetup,
    /// The share of training labels that is wrong.
    #[serde(default)]
    pub noise: f32,
    /// Whether the pixels of all pictures are in another order, one and the same.
    #[serde(default)]
    pub shuffled: bool,
    /// Training digits are moved by up to so many pixels, anew each time.
    #[serde(default)]
    pub shift: u8,
    /// Validation and test digits are moved by so many pixels.
    #[serde(default)]
    pub moved: u8,
    /// Strength of the augmentation of training digits.
    #[serde(default)]
    pub augment: f32,
    /// What comes later.
    pub later: Option<Later>,
}

/// What of the synthetic writer's hand is the same for all digits; the rest is drawn by lot for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct HandSetup {
    /// Tangent of the slant.
    pub slant: Option<f32>,
    /// How far a way point strays, as a share of the height.
    pub looseness: Option<f32>,
    /// Longer side, as a share of the pad.
    pub size: Option<f32>,
}

/// Other classes after some epochs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// Epochs until then.
    pub epochs: u32,
    /// The classes from then on.
    pub classes: Vec<u8>,
    /// The share of the digits that are of the first classes still.
    pub replay: f32,
}

/// The network, as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NetworkSetup {
    /// First layer first.
    pub layers: Vec<LayerWords>,
    /// Cross-entropy where nothing is said.
    pub loss: Option<Loss>,
    /// Where the weights start.
    #[serde(default)]
    pub start: Start,
}

/// A [`Schedule`] in the page's words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleSetup {
    /// The share of the run that the warm-up takes.
    pub warm_up: f64,
    /// What comes after it.
    pub fall: FallSetup,
    /// The share of the peak at its end.
    pub floor: f32,
}

/// A [`Fall`] in the page's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FallSetup {
    /// It stays.
    None,
    /// A straight line.
    Linear,
    /// Half a cosine.
    Cosine,
}

/// What is wrong with a setup: a stable code, where, and the numbers that a sentence needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// In kebab case.
    pub code: &'static str,
    /// A sentence in English.
    pub message: String,
    /// The name of the setting, where it is one.
    pub about: Option<&'static str>,
    /// The place of the layer, where it is one's.
    pub row: Option<usize>,
    /// What is too large, even, missing: by the code.
    pub numbers: Vec<f64>,
}

/// A row of the network in its place.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Height, width, channels of what leaves it; none from the first fault on.
    pub shape: Option<[usize; 3]>,
    /// Its parameters.
    pub parameters: usize,
    /// Multiply-adds for a digit, forward.
    pub multiply_adds: u64,
}

/// What a setup comes to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shapes {
    /// The rows, as many as the setup has, up to a bound.
    pub rows: Vec<Row>,
    /// Parameters of all rows.
    pub parameters: usize,
    /// Multiply-adds for a digit, forward.
    pub multiply_adds: u64,
    /// And in a step of training, forward and backward.
    pub training_multiply_adds: u64,
    /// Bytes that a run takes in a worker, about.
    pub bytes: u64,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
}

impl Setup {
    /// A setup from JSON, whatever it says: what it comes to is another question, see [`Setup::shapes`].
    ///
    /// # Errors
    /// `lab-version`, or `lab-setup` for what is no setup.
    pub fn from_json(json: &str) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Version {
            v: f64,
        }
        let wrong = |error: serde_json::Error| {
            Fault::new("lab-setup", format!("This is no setup: {error}."))
        };
        let Version { v } = serde_json::from_str(json).map_err(wrong)?;
        if v != f64::from(VERSION) {
            return Err(Fault {
                numbers: vec![v, f64::from(VERSION)],
                ..Fault::new(
                    "lab-version",
                    format!(
                        "This is a setup of another version; {VERSION} is what can be read here."
                    ),
                )
            });
        }
        serde_json::from_str(json).map_err(wrong)
    }

    /// The rows, what they cost, and the first thing that is wrong. Nothing large is allocated.
    pub fn shapes(&self) -> Shapes {
        let mut shapes = Shapes {
            rows: vec![Row::default(); self.network.layers.len().min(MOST_ROWS)],
            ..Shapes::default()
        };
        shapes.fault = self.measure(&mut shapes).err();
        shapes
    }

    fn measure(&self, shapes: &mut Shapes) -> Result<(), Fault> {
        let layers = &self.network.layers;
        if layers.len() > MOST_ROWS {
            return Err(Fault::too_large(
                Some(MOST_ROWS),
                layers.len() as f64,
                MOST_ROWS as f64,
            ));
        }
        let mut placed: Vec<Layer> = Vec::new();
        let (mut parameters, mut multiply_adds) = (0, 0);
        for (index, row) in shapes.rows.iter_mut().enumerate() {
            let upper = layers.get(..=index).unwrap_or_default();
            placed = place(upper, index)?;
            let Some(layer) = placed.last() else { break };
            *row = Row {
                shape: Some(layer.out_shape),
                parameters: layer.params.len(),
                multiply_adds: layer.multiply_adds(),
            };
            parameters += row.parameters;
            multiply_adds += row.multiply_adds;
            if parameters > MOST_PARAMETERS {
                return Err(Fault::too_large(
                    Some(index),
                    parameters as f64,
                    MOST_PARAMETERS as f64,
                ));
            }
            if multiply_adds > MOST_MULTIPLY_ADDS {
                return Err(Fault::too_large(
                    Some(index),
                    multiply_adds as f64,
                    MOST_MULTIPLY_ADDS as f64,
                ));
            }
        }
        shapes.parameters = parameters;
        shapes.multiply_adds = multiply_adds;
        shapes.training_multiply_adds = training_multiply_adds(&placed);
        let spec = self.network.spec()?;
        let last = layers.len().saturating_sub(1);
        spec.place()
            .map_err(|error| Fault::of_layer(&error, last, &spec))?;
        let outputs = placed.last().map_or(0, Layer::outputs);
        if outputs != CLASSES {
            return Err(Fault {
                row: Some(last),
                numbers: vec![outputs as f64],
                ..Fault::new(
                    "lab-outputs",
                    format!("The last layer has {outputs} outputs; there are ten digits."),
                )
            });
        }
        self.check_frozen(&placed)?;
        self.check_settings()?;
        shapes.bytes = self.bytes(&placed);
        if shapes.bytes > MOST_BYTES {
            return Err(Fault::too_large(
                None,
                shapes.bytes as f64,
                MOST_BYTES as f64,
            ));
        }
        Ok(())
    }

    /// That what is not to be trained are weights, and that something is left to train.
    fn check_frozen(&self, placed: &[Layer]) -> Result<(), Fault> {
        let frozen = self.network.frozen();
        let weighted = |&index: &usize| placed.get(index).is_some_and(|layer| layer.weights > 0);
        if let Some(&row) = frozen.iter().find(|&row| !weighted(row)) {
            return Err(Fault {
                row: Some(row),
                ..Fault::new(
                    "lab-layer",
                    "Only a dense layer or a convolution can be kept from training.".to_owned(),
                )
            });
        }
        let trains =
            |(index, layer): (usize, &Layer)| !layer.params.is_empty() && !frozen.contains(&index);
        if placed.iter().enumerate().any(trains) {
            return Ok(());
        }
        Err(Fault {
            row: Some(placed.len().saturating_sub(1)),
            ..Fault::new(
                "lab-frozen",
                "Nothing is left to train: every layer is frozen.".to_owned(),
            )
        })
    }

    fn check_settings(&self) -> Result<(), Fault> {
        let data = &self.data;
        let digits = [data.train, data.validation, data.test]
            .iter()
            .fold(0_usize, |sum, &count| sum.saturating_add(count));
        let classes = |list: &[u8]| {
            !list.is_empty() && list.len() <= CLASSES && list.iter().all(|&class| class < 10)
        };
        let share = |value: f32| (0.0..=1.0).contains(&value);
        let within = |value: Option<f32>, low: f32, high: f32| {
            value.is_none_or(|value| (low..=high).contains(&value))
        };
        let later = data.later.as_ref();
        let checks = [
            (
                data.train >= 2 && digits <= MOST_DIGITS,
                "digits",
                "2 to train on, and 70000 in all",
            ),
            (
                data.classes.as_deref().is_none_or(classes),
                "classes",
                "digits from 0 to 9",
            ),
            (share(data.noise), "noise", "a share, 0 to 1"),
            (data.shift <= 8, "shift", "0 to 8 pixels"),
            (data.moved <= 8, "moved", "0 to 8 pixels"),
            ((0.0..=2.0).contains(&data.augment), "augment", "0 to 2"),
            (within(data.hand.slant, -0.3, 0.6), "slant", "-0.3 to 0.6"),
            (
                within(data.hand.looseness, 0.0, 0.1),
                "looseness",
                "0 to 0.1",
            ),
            (
                within(data.hand.size, 0.15, 0.88),
                "size",
                "0.15 to 0.88 of the pad",
            ),
            (
                later.is_none_or(|later| classes(&later.classes)),
                "later",
                "digits from 0 to 9",
            ),
            (
                later.is_none_or(|later| share(later.replay)),
                "replay",
                "a share, 0 to 1",
            ),
            ((1..=1_000).contains(&self.epochs), "epochs", "1 to 1000"),
            (
                (2..=4_096).contains(&self.batch),
                "batch",
                "2 to 4096 digits",
            ),
        ];
        if let Some((_, name, range)) = checks.into_iter().find(|(fine, ..)| !fine) {
            return Err(Fault::setting(name, range));
        }
        let network = NetworkSpec {
            input: [SIDE, SIDE, 1],
            layers: Vec::new(),
            loss: Loss::CrossEntropy,
        };
        self.plan(network)
            .check()
            .map_err(|error| Fault::from(&error))?;
        // One parameter: for its own ranges.
        Optimizer::<f32>::new(self.optimizer, 1)
            .map_err(|error| Fault::from(&Error::from(error)))?;
        Ok(())
    }

    /// Bytes that a run takes in a worker, about: data, copies of the weights, activations of a part.
    fn bytes(&self, placed: &[Layer]) -> u64 {
        let DataSetup {
            train,
            validation,
            test,
            ..
        } = self.data;
        let pixels = ((train + validation + test) * PIXELS) as u64;
        let looks = (validation * (PIXELS + CLASSES) * 4) as u64;
        // Weights, two moments, sum, part and message of the gradient, weights before the step, average.
        let copies = 8 * 4 * placed.last().map_or(0, |layer| layer.params.end) as u64;
        let outputs: usize = placed.iter().map(|layer| 2 * layer.outputs()).sum();
        let widest = placed
            .iter()
            .map(Layer::outputs)
            .max()
            .unwrap_or(0)
            .max(PIXELS);
        let rows = self.part().max(crate::part::LOOK_ROWS);
        pixels + looks + copies + (rows * (outputs + 2 * widest) * 4) as u64
    }

    /// Digits in a part of a batch: with two workers there are two parts for them at a time.
    fn part(&self) -> usize {
        match self.batch {
            ..=64 => self.batch.div_ceil(2),
            _ => Plan::PART,
        }
    }

    /// The plan of the run, of a network as it was found to be fine.
    pub(crate) fn plan(&self, network: NetworkSpec) -> Plan {
        let schedule = match self.schedule {
            None => Schedule::CONSTANT,
            Some(schedule) => Schedule {
                warm_up: schedule.warm_up,
                longest_warm_up: 1_000,
                fall: match schedule.fall {
                    FallSetup::None => Fall::None,
                    FallSetup::Linear => Fall::Linear,
                    FallSetup::Cosine => Fall::Cosine,
                },
                floor: schedule.floor,
            },
        };
        Plan {
            network,
            optimizer: self.optimizer,
            schedule,
            epochs: self.epochs,
            batch: self.batch,
            part: self.part(),
            seeds: self.seeds,
            average: self.average,
            frozen: self.network.frozen(),
            look_every: self.look_every,
            patience: self.patience,
        }
    }
}

impl NetworkSetup {
    /// The places of the rows that are not trained.
    fn frozen(&self) -> Vec<usize> {
        let rows = self.layers.iter().enumerate();
        rows.filter(|(_, row)| row.frozen)
            .map(|(index, _)| index)
            .collect()
    }

    /// The network for pictures of digits.
    ///
    /// # Errors
    /// A layer that contradicts itself.
    pub fn spec(&self) -> Result<NetworkSpec, Fault> {
        let loss = self.loss.unwrap_or(Loss::CrossEntropy);
        NetworkSpec::from_words([SIDE, SIDE, 1], &self.layers, loss).map_err(|(row, reason)| {
            Fault {
                row: Some(row),
                ..Fault::new("lab-layer", format!("Layer {row}: {reason}."))
            }
        })
    }
}

/// The first layers in their places: what is wrong is wrong with the last of them. (That the loss fits is another
/// question.)
fn place(words: &[LayerWords], row: usize) -> Result<Vec<Layer>, Fault> {
    // Read as the end of a network, for which softmax is nothing wrong; the whole is read again.
    let spec = NetworkSpec::from_words([SIDE, SIDE, 1], words, Loss::CrossEntropy).map_err(
        |(row, reason)| Fault {
            row: Some(row),
            ..Fault::new("lab-layer", format!("Layer {row}: {reason}."))
        },
    )?;
    let spec = NetworkSpec {
        loss: Loss::SquaredError,
        ..spec
    };
    spec.place()
        .map_err(|error| Fault::of_layer(&error, row, &spec))
}

/// Multiply-adds of a step for a digit: forward, by the weights, and by the input, which nobody asks of the first layer.
pub(crate) fn training_multiply_adds(layers: &[Layer]) -> u64 {
    let mut first = true;
    layers
        .iter()
        .map(|layer| {
            let own = layer.multiply_adds();
            let times = if first { 2 } else { 3 };
            first = first && own == 0;
            times * own
        })
        .sum()
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: String) -> Self {
        Self {
            code,
            message,
            about: None,
            row: None,
            numbers: Vec::new(),
        }
    }

    fn setting(name: &'static str, range: &'static str) -> Self {
        Self {
            about: Some(name),
            ..Self::new("lab-setting", format!("{name} must be {range}."))
        }
    }

    fn too_large(row: Option<usize>, found: f64, limit: f64) -> Self {
        Self {
            row,
            numbers: vec![found, limit],
            ..Self::new(
                "lab-too-large",
                format!("This is too large: {found}, and {limit} is the most."),
            )
        }
    }

    /// What the network's builder said of layer `row`.
    fn of_layer(error: &trazo_nn::Error, row: usize, spec: &NetworkSpec) -> Self {
        use trazo_nn::Error as E;
        let numbers =
            |shape: &trazo_nn::Shape| shape.0.iter().map(|&size| size as f64).collect::<Vec<_>>();
        let (code, numbers) = match error {
            E::ZeroSize { .. } | E::ZeroInput { .. } => ("lab-zero", Vec::new()),
            E::NoLayers => ("lab-outputs", vec![0.0]),
            E::EvenKernel { kernel, .. } => ("lab-kernel", vec![*kernel as f64]),
            E::WindowTooLarge { window, input, .. } => {
                let mut all = numbers(window);
                all.truncate(1);
                all.extend(numbers(input).into_iter().take(2));
                ("lab-window", all)
            }
            E::Layer { .. }
                if matches!(spec.layers.get(row), Some(LayerSpec::BatchNorm { .. })) =>
            {
                ("lab-layer", Vec::new())
            }
            E::Layer { .. } => ("lab-activation", Vec::new()),
            E::TooLarge { shape, .. } => {
                let found: f64 = numbers(shape).into_iter().product();
                ("lab-too-large", vec![found, MOST_PARAMETERS as f64])
            }
            _ => ("lab-setting", Vec::new()),
        };
        let row = (!spec.layers.is_empty()).then_some(row);
        let about = match error {
            E::Setting { name, .. } => Some(*name),
            _ => None,
        };
        Self {
            row,
            numbers,
            about,
            ..Self::new(code, format!("{error}."))
        }
    }
}

impl From<&Error> for Fault {
    fn from(error: &Error) -> Self {
        match error {
            Error::Setting { name, range } => Self::setting(name, range),
            Error::Network(trazo_nn::Error::Setting { name, range, .. }) => {
                Self::setting(name, range)
            }
            Error::NoData => Self::new("lab-no-data", format!("{error}.")),
            Error::Checkpoint(_) | Error::AnotherRun { .. } => {
                Self::new("lab-checkpoint", format!("{error}."))
            }
            Error::Network(trazo_nn::Error::OutOfMemory { .. }) => {
                Self::new("lab-memory", format!("{error}."))
            }
            _ => Self::new("lab-failed", format!("{error}.")),
        }
    }
}
