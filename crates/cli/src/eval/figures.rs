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

/// A model's figures on one set of digits.
pub struct Figures {
    /// Digits in the set.
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
    /// Counts of answers, `[label][answer]`.
    pub confusion: Confusion,
    /// The samples that were read wrong.
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
            let normal = model::normalize(row, model.network.spec().loss);
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

    /// All figures, for a program; `name` is the set's.
    pub fn json(&self, name: &str) -> Value {
        json!({
            "name": name,
            "count": self.count,
            "right": self.right,
            "accuracy": self.accuracy.value,
            "interval": [self.accuracy.low, self.accuracy.high],
            "loss": self.loss,
            "milliseconds": self.milliseconds,
            "calibration_error": self.calibration_error,
            "not_sure": self.not_sure,
            "sure_and_wrong": self.sure_and_wrong,
            "by_class": self.by_class(),
            "by_source": self.by_source(),
            "confusion": self.confusion.0,
        })
    }

    /// The chief figures, for a person.
    pub fn words(&self) -> String {
        format!(
            "{:.2} % of {} right ({:.2} to {:.2}), loss {:.4}, calibration error {:.2} %, not sure {:.2} %, {:.3} ms",
            100.0 * self.accuracy.value,
            self.count,
            100.0 * self.accuracy.low,
            100.0 * self.accuracy.high,
            self.loss,
            100.0 * self.calibration_error,
            100.0 * self.not_sure,
            self.milliseconds,
        )
    }

    /// Count, right and accuracy of each digit.
    fn by_class(&self) -> Vec<Value> {
        let rows = self.confusion.0.iter().enumerate();
        rows.map(|(digit, row)| {
            let right = row.get(digit).copied().unwrap_or(0);
            let mut figures = share_json(right, row.iter().sum());
            figures.insert("digit".to_owned(), json!(digit));
            Value::Object(figures)
        })
        .collect()
    }

    /// Count, right and accuracy of each source.
    fn by_source(&self) -> Map<String, Value> {
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
