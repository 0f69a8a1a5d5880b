//! What there is to see of a run of the Lab.

use serde::Serialize;
use trazo_nn::{Layer, LayerSpec, Loss, OptimizerSpec};

use super::setup::DataSetup;
use super::{Fault, Held, Lab};
use crate::data::{PIXELS, Pictures, SIDE};
use crate::look::{Figures, ValidationSet, likeliest};
use crate::source::Source;
use crate::stop::Ending;

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Why it is over, where it is: `finished`, `no-gain` or `diverged`.
    pub ending: Option<&'static str>,
    /// Steps and epochs done.
    pub step: u64,
    /// Epochs done.
    pub epoch: u32,
    /// Digits trained on, each time that they came.
    pub seen: u64,
    /// Multiply-adds of it.
    pub multiply_adds: u64,
    /// Mean loss of the batches since the last look, or before it where there is none.
    pub loss: Option<f64>,
    /// The share of them that was read right.
    pub accuracy: Option<f64>,
    /// The learning rate of the last step.
    pub rate: f64,
    /// The step of the best look, where it is kept and the run has gone on from it: one can go back there.
    pub best: Option<u64>,
    /// How often the sealed digits were looked at.
    pub opened: u32,
    /// The losses of all steps, thinned.
    pub losses: Vec<[f64; 2]>,
}

/// The training batches before a look.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrainingView {
    /// Mean loss.
    pub loss: f64,
    /// The share that was read right.
    pub accuracy: f64,
}

/// A look.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LookView {
    /// Steps done.
    pub step: u64,
    /// Epochs done.
    pub epoch: u32,
    /// Digits seen.
    pub seen: u64,
    /// Multiply-adds of the training.
    pub multiply_adds: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// The batches since the look before.
    pub training: Option<TrainingView>,
    /// All validation digits; then, where classes come one after the other, the first and the later ones.
    pub validation: Vec<Figures>,
}

/// How often each label was given each answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// `label * 10 + answer`.
    pub counts: Vec<u32>,
    /// The step of the answers.
    pub step: u64,
}

/// A digit with its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// Its place in its part.
    pub place: usize,
    /// Its label.
    pub label: u8,
    /// What was answered.
    pub answer: u8,
    /// The chance of that.
    pub chance: f32,
    /// The chance of the label.
    pub right: f32,
    /// All ten.
    pub probabilities: Vec<f32>,
    /// The picture, 255 ink.
    #[serde(skip)]
    pub pixels: Vec<u8>,
}

/// Digits of one cell of the table of confusion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistakes {
    /// How many there are.
    pub total: usize,
    /// Some of them, worst first.
    pub digits: Vec<Mistake>,
}

/// Weights as pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pictured {
    /// The step of the weights.
    pub step: u64,
    /// How many pictures.
    pub count: usize,
    /// Their height.
    pub height: usize,
    /// Their width.
    pub width: usize,
    /// `[count, height, width]`.
    #[serde(skip)]
    pub values: Vec<f32>,
}

/// Pictures of weights that are shown at most.
const MOST_PICTURES: usize = 256;

/// The validation digits: where classes come one after the other, the first ones apart from the later ones.
pub(super) fn validation_sets(setup: &DataSetup, pictures: &Pictures) -> Vec<ValidationSet> {
    let first = |label: u8| {
        setup
            .classes
            .as_ref()
            .is_none_or(|classes| classes.contains(&label))
    };
    let set = |name: &str, wanted: &dyn Fn(u8) -> bool| {
        let chosen = pictures
            .labels()
            .iter()
            .enumerate()
            .filter(|(_, label)| wanted(**label));
        let mut set = ValidationSet {
            name: name.to_owned(),
            ..ValidationSet::default()
        };
        for (index, &label) in chosen {
            set.labels.push(label);
            set.inputs.extend(
                pictures
                    .picture(index)
                    .map(|pixel| f32::from(pixel) / 255.0),
            );
        }
        set
    };
    match (pictures.is_empty(), &setup.later) {
        (true, _) => Vec::new(),
        (false, None) => vec![set("all", &|_| true)],
        (false, Some(_)) => vec![set("first", &first), set("later", &|label| !first(label))],
    }
}

impl Lab {
    /// How far it is.
    pub fn progress(&self) -> Progress {
        let run = &self.run;
        let tally = run.tally();
        let last = run.looks().last().and_then(|look| look.training);
        let (loss, accuracy) = match (tally.batches, last) {
            (0, None) => (None, None),
            (0, Some(training)) => (
                Some(training.loss),
                Some(share(training.right, training.labeled)),
            ),
            (batches, _) => (
                Some(tally.loss / batches as f64),
                Some(share(tally.right, tally.labeled)),
            ),
        };
        let (OptimizerSpec::Sgd { learning_rate, .. }
        | OptimizerSpec::Momentum { learning_rate, .. }
        | OptimizerSpec::Adam { learning_rate, .. }) = self.setup.optimizer;
        Progress {
            ending: run.ending().map(|ending| match ending {
                Ending::Finished => "finished",
                Ending::NoGain => "no-gain",
                Ending::Diverged { .. } => "diverged",
            }),
            step: run.step(),
            epoch: run.epoch(),
            seen: run.seen(),
            multiply_adds: run
                .seen()
                .saturating_mul(self.shapes.training_multiply_adds),
            loss,
            accuracy,
            rate: learning_rate * f64::from(run.share_of_peak()),
            best: self.can_go_back(),
            opened: self.kept.opened,
            losses: self.kept.losses.points(),
        }
    }

    /// All looks so far.
    pub fn looks(&self) -> Vec<LookView> {
        let looks = self.run.looks().iter().zip(&self.kept.at_looks);
        let looks = looks.map(|(look, &seconds)| {
            let seen = look.step * self.run.batch() as u64;
            let mut validation = look.validation.clone();
            if validation.len() > 1 {
                validation.insert(0, all(&look.validation));
            }
            LookView {
                step: look.step,
                epoch: look.epoch,
                seen,
                multiply_adds: seen.saturating_mul(self.shapes.training_multiply_adds),
                seconds,
                training: look.training.map(|training| TrainingView {
                    loss: training.loss,
                    accuracy: share(training.right, training.labeled),
                }),
                validation,
            }
        });
        looks.collect()
    }

    /// Which answer each label was given how often; `None` where nobody has asked yet.
    pub fn confusion(&self, part: Held) -> Option<Confusion> {
        let (step, answers) = self.answers(part)?;
        let mut counts = vec![0; 100];
        for (row, label) in answers.chunks_exact(10).zip(self.labels(part)) {
            if let Some(count) = counts.get_mut(usize::from(label) * 10 + likeliest(row)) {
                *count += 1;
            }
        }
        Some(Confusion { counts, step })
    }

    /// The digits with this label that were given this answer, the surest first; `None` where nobody has asked yet.
    pub fn mistakes(
        &self,
        part: Held,
        label: u8,
        answer: u8,
        offset: usize,
        limit: usize,
    ) -> Option<Mistakes> {
        let (_, answers) = self.answers(part)?;
        let sums = self.run.network().spec().loss == Loss::SquaredError;
        let rows = answers.chunks_exact(10).zip(self.labels(part)).enumerate();
        let mut found: Vec<(usize, f32, &[f32])> = rows
            .filter(|(_, (row, of))| *of == label && likeliest(row) == usize::from(answer))
            .map(|(place, (row, _))| (place, row.iter().copied().fold(0.0, f32::max), row))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let total = found.len();
        let digits = found
            .into_iter()
            .skip(offset)
            .take(limit)
            .map(|(place, _, row)| {
                let sum: f32 = if sums { row.iter().sum() } else { 1.0 };
                let chance = |class: u8| {
                    row.get(usize::from(class))
                        .map_or(0.0, |value| value / sum.max(f32::MIN_POSITIVE))
                };
                Mistake {
                    place,
                    label,
                    answer,
                    chance: chance(answer),
                    right: chance(label),
                    probabilities: (0..10).map(chance).collect(),
                    pixels: self.pixels(part, place),
                }
            });
        Some(Mistakes {
            total,
            digits: digits.collect(),
        })
    }

    /// The picture of a digit as it was asked about.
    fn pixels(&self, part: Held, place: usize) -> Vec<u8> {
        let row = self.rows(part, place..place + 1);
        row.iter()
            .map(|value| (value * 255.0 + 0.5) as u8)
            .collect()
    }

    /// Training digits as the network gets them in the next epoch, picture after picture, and their labels.
    pub fn samples(&self, count: usize) -> (Vec<u8>, Vec<u8>) {
        let source = self.run.source();
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        for index in 0..count.min(source.len()) {
            let (picture, label) = source.digit(self.run.epoch(), index, index);
            pixels.extend(picture);
            labels.push(label);
        }
        (pixels, labels)
    }

    /// The weights of the first layer that has some, a picture a filter or a unit.
    ///
    /// # Errors
    /// `lab-failed` for a network without weights.
    pub fn first_weights(&self) -> Result<Pictured, Fault> {
        let network = self.run.network();
        let has_weights =
            |layer: &&Layer| matches!(layer.spec, LayerSpec::Conv { .. } | LayerSpec::Dense { .. });
        let layer = network.layers().iter().find(has_weights);
        let layer = layer
            .ok_or_else(|| Fault::new("lab-failed", "This network has no weights.".to_owned()))?;
        let [height, width] = match layer.spec {
            LayerSpec::Conv { kernel, .. } => [kernel, kernel],
            // What goes before it leaves one channel.
            _ => [layer.in_shape[0], layer.in_shape[1]],
        };
        let outputs = layer.out_shape[2];
        let count = outputs.min(MOST_PICTURES);
        let weights = network
            .params()
            .get(layer.params.start..)
            .unwrap_or_default();
        let value =
            |unit: usize, place: usize| weights.get(place * outputs + unit).copied().unwrap_or(0.0);
        let values =
            (0..count).flat_map(|unit| (0..height * width).map(move |place| value(unit, place)));
        Ok(Pictured {
            step: self.run.step(),
            count,
            height,
            width,
            values: values.collect(),
        })
    }
}

const _: () = assert!(SIDE * SIDE == PIXELS);

fn share(part: u64, of: u64) -> f64 {
    part as f64 / of.max(1) as f64
}

/// The figures of several sets together.
pub(super) fn all(sets: &[Figures]) -> Figures {
    let count = sets.iter().map(|set| set.count).sum::<u64>();
    Figures {
        count,
        right: sets.iter().map(|set| set.right).sum(),
        loss: sets
            .iter()
            .map(|set| set.loss * set.count as f64)
            .sum::<f64>()
            / count.max(1) as f64,
    }
}
