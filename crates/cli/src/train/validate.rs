//! How good the network is on what it is not trained on.

use serde_json::{Value, json};
use trazo_learn::{Recipe, metrics};
use trazo_nn::{Loss, Network};

use super::calibrate;
use super::split::Split;
use crate::error::Error;
use crate::eval::samples::Samples;
use crate::model;

/// The validation sets, drawn once.
pub struct Validation {
    sets: Vec<(&'static str, Samples)>,
}

/// One look at them.
pub struct Look {
    /// Figures for the log.
    pub json: Value,
    /// Figures for a person.
    pub words: String,
}

impl Validation {
    /// Draws the validation digits as the network sees them.
    pub fn new(split: &Split, recipe: Recipe) -> Self {
        let sets = [
            (
                "mnist",
                Samples::of_pictures(&split.validation_pictures, recipe),
            ),
            ("pen", Samples::of_pens(&split.validation_pens, recipe)),
        ];
        Self {
            sets: sets
                .into_iter()
                .filter(|(_, samples)| !samples.labels.is_empty())
                .collect(),
        }
    }

    /// The temperature at which the network's chances fit the validation digits best.
    ///
    /// # Errors
    /// Where the network refuses the samples.
    pub fn temperature(&self, network: &Network) -> Result<f32, Error> {
        let mut logits = Vec::new();
        let mut labels = Vec::new();
        for (_, samples) in &self.sets {
            logits.extend(model::logits(network, &samples.inputs)?);
            labels.extend_from_slice(&samples.labels);
        }
        Ok(calibrate::temperature(&logits, &labels))
    }

    /// Measures a network (batch normalisation folded).
    ///
    /// # Errors
    /// Where the network refuses the samples.
    pub fn look(&self, network: &Network) -> Result<Look, Error> {
        let mut figures = serde_json::Map::new();
        let mut words = Vec::new();
        for (name, samples) in &self.sets {
            let rows = model::probabilities(network, &samples.inputs)?;
            let count = samples.labels.len();
            let right = rows
                .chunks_exact(10)
                .zip(&samples.labels)
                .filter(|(row, label)| trazo_learn::likeliest(row) == **label)
                .count();
            let share = metrics::wilson(right as u64, count as u64);
            // With some tens of errors the loss tells two runs apart long before accuracy does.
            let loss = mean_loss(&rows, &samples.labels, network.spec().loss);
            figures.insert(
                (*name).to_owned(),
                json!({"accuracy": share.value, "count": count, "right": right, "loss": loss}),
            );
            words.push(format!("{name} {:.2} % ({loss:.4})", 100.0 * share.value));
        }
        Ok(Look {
            json: Value::Object(figures),
            words: words.join(", "),
        })
    }
}

/// Mean `-ln` of the labels' chances.
fn mean_loss(rows: &[f32], labels: &[u8], loss: Loss) -> f64 {
    let sum: f64 = rows
        .chunks_exact(10)
        .zip(labels)
        .map(|(row, &label)| {
            let chance = model::normalise(row, loss)
                .get(usize::from(label))
                .copied()
                .unwrap_or(0.0);
            -f64::from(chance.max(1e-12)).ln()
        })
        .sum();
    sum / labels.len().max(1) as f64
}
