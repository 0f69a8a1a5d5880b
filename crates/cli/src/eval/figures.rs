//! A model's figures on one set.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value, json};
use trazo_learn::metrics::{Confusion, Share, calibration_error, wilson};
use trazo_learn::{decide, likeliest};
use trazo_nn::Workspace;

use super::samples::Samples;
use crate::error::Error;
use crate::model::{self, Model};

/// Bins of the calibration error, as in Guo et al. 2017.
const BINS: usize = 15;

/// Digits that are read one by one, to take the time.
const TIMED: usize = 1_000;

/// An error: which sample, and what it was taken for.
#[derive(Debug, Clone, Copy)]
pub struct Mistake {
    /// Position in the set.
    pub index: usize,
    /// The answer that was given.
    pub answer: u8,
}

/// How good a model is on one set.
pub struct Figures {
    /// Digits.
    pub count: usize,
    /// Read right: the likeliest is the label, sure or not.
    pub right: u64,
    /// `right / count` with its interval.
    pub accuracy: Share,
    /// Mean `-ln` of the label's chance.
    pub loss: f64,
    /// Time of one prediction, alone, on one core (median).
    pub milliseconds: f64,
    /// Expected calibration error.
    pub calibration_error: f64,
    /// Share about which it says «not sure».
    pub not_sure: f64,
    /// Share on which it is sure, and wrong.
    pub sure_and_wrong: f64,
    /// `[label][answer]`.
    pub confusion: Confusion,
    /// All errors.
    pub errors: Vec<Mistake>,
    sources: BTreeMap<String, (u64, u64)>,
}

impl Figures {
    /// Asks the model about every sample.
    ///
    /// # Errors
    /// Where the network refuses the samples.
    pub fn measure(model: &Model, samples: &Samples) -> Result<Self, Error> {
        let rows = model::probabilities(&model.network, &samples.inputs)?;
        let mut chances = Vec::with_capacity(rows.len());
        let mut confusion = Confusion::default();
        let mut sources: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut errors = Vec::new();
        let (mut loss, mut not_sure, mut sure_and_wrong) = (0.0, 0_usize, 0_usize);
        for (index, (row, &label)) in rows.chunks_exact(10).zip(&samples.labels).enumerate() {
            let normal = model::normalise(row, model.file.spec.loss);
            // A chance of nothing at all would make the mean infinite, and says no more than this.
            let chance = normal
                .get(usize::from(label))
                .copied()
                .unwrap_or(0.0)
                .max(1e-12);
            loss -= f64::from(chance).ln();
            chances.extend(normal);
            let answer = likeliest(row);
            confusion.add(label, answer);
            if answer != label {
                errors.push(Mistake { index, answer });
            }
            match decide(row).digit {
                None => not_sure += 1,
                Some(sure) => sure_and_wrong += usize::from(sure != label),
            }
            if let Some(source) = samples.sources.get(index) {
                let (right, count) = sources.entry(source.clone()).or_default();
                *right += u64::from(answer == label);
                *count += 1;
            }
        }
        let count = samples.labels.len();
        let share = |n: usize| n as f64 / count.max(1) as f64;
        let right = confusion.right();
        Ok(Self {
            count,
            right,
            accuracy: wilson(right, count as u64),
            loss: loss / count.max(1) as f64,
            milliseconds: time_one(model, samples)?,
            calibration_error: calibration_error(&chances, &samples.labels, BINS),
            not_sure: share(not_sure),
            sure_and_wrong: share(sure_and_wrong),
            confusion,
            errors,
            sources,
        })
    }

    /// Accuracy of each digit.
    pub fn by_class(&self) -> Vec<Value> {
        let rows = self.confusion.0.iter().enumerate();
        rows.map(|(digit, row)| {
            let right = row.get(digit).copied().unwrap_or(0);
            let mut figures = share_json(right, row.iter().sum());
            figures.insert("digit".to_owned(), json!(digit));
            Value::Object(figures)
        })
        .collect()
    }

    /// Accuracy of each source.
    pub fn by_source(&self) -> Map<String, Value> {
        let sources = self.sources.iter();
        sources
            .map(|(name, &(right, count))| (name.clone(), Value::Object(share_json(right, count))))
            .collect()
    }
}

fn share_json(right: u64, count: u64) -> Map<String, Value> {
    let share = wilson(right, count);
    let fields = [
        ("count", json!(count)),
        ("right", json!(right)),
        ("accuracy", json!(share.value)),
        ("interval", json!([share.low, share.high])),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The median time of a prediction by itself, from input to chances, in milliseconds.
fn time_one(model: &Model, samples: &Samples) -> Result<f64, Error> {
    let mut workspace = Workspace::default();
    let mut times = Vec::with_capacity(TIMED);
    for input in samples
        .inputs
        .chunks_exact(model.recipe.input_len())
        .take(TIMED)
    {
        let begun = Instant::now();
        model.network.predict(input, &mut workspace)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times.get(times.len() / 2).copied().unwrap_or(0.0))
}
