//! The validation digits of a run: drawn once, asked about with all cores, told to a person and to
//! a program.

use serde_json::{Value, json};
use trazo_ink::Recipe;
use trazo_nn::{Loss, Network};
use trazo_train::{Figures, Split, ValidationSet, calibrate};

use crate::error::Error;
use crate::eval::samples::Samples;
use crate::model;

/// The validation sets of a split as a network with this recipe sees them; empty ones are left out.
pub fn sets(split: &Split, recipe: Recipe) -> Vec<ValidationSet> {
    let sets = [
        (
            "mnist",
            Samples::of_pictures(&split.validation_pictures, recipe),
        ),
        ("pen", Samples::of_pens(&split.validation_pens, recipe)),
    ];
    sets.into_iter()
        .filter(|(_, samples)| !samples.labels.is_empty())
        .map(|(name, samples)| ValidationSet {
            name: name.to_owned(),
            inputs: samples.inputs,
            labels: samples.labels,
        })
        .collect()
}

/// Measures a network that answers (batch normalization folded) on each of the sets.
///
/// # Errors
/// Where the network refuses the samples.
pub fn look(network: &Network, sets: &[ValidationSet]) -> Result<Vec<Figures>, Error> {
    let figures = sets.iter().map(|set| {
        let answers = model::probabilities(network, &set.inputs)?;
        Ok(Figures::of(&answers, &set.labels, network.spec().loss))
    });
    figures.collect()
}

/// Divides the network's logits by the temperature at which its chances fit the validation digits
/// best, and says which it was: 1, and nothing is changed, for a network without softmax.
///
/// # Errors
/// Where the network refuses the samples.
pub fn calibrate(network: &mut Network, sets: &[ValidationSet]) -> Result<f32, Error> {
    if network.spec().loss == Loss::SquaredError {
        return Ok(1.0);
    }
    let mut logits = Vec::new();
    let mut labels = Vec::new();
    for set in sets {
        logits.extend(model::logits(network, &set.inputs)?);
        labels.extend_from_slice(&set.labels);
    }
    let temperature = calibrate::temperature(&logits, &labels);
    calibrate::apply(network, temperature);
    Ok(temperature)
}

/// The figures of a look for the log and for stdout, by set.
pub fn json(sets: &[ValidationSet], figures: &[Figures]) -> Value {
    let sets = sets.iter().zip(figures).map(|(set, figures)| {
        let value = json!({
            "accuracy": figures.accuracy(),
            "count": figures.count,
            "right": figures.right,
            "loss": figures.loss,
        });
        (set.name.clone(), value)
    });
    Value::Object(sets.collect())
}

/// The figures of a look for a person: the share that was read right and, since with some tens of
/// errors it tells two runs apart long before that does, the loss.
pub fn words(sets: &[ValidationSet], figures: &[Figures]) -> String {
    let sets = sets.iter().zip(figures).map(|(set, figures)| {
        let percent = 100.0 * figures.accuracy();
        format!("{} {percent:.2} % ({:.4})", set.name, figures.loss)
    });
    sets.collect::<Vec<_>>().join(", ")
}
