//! Drawings that are no digit: how often a model is not sure of them, as it should be.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trazo_ink::{Drawing, Origin, negatives};
use trazo_learn::{decide, metrics};

use super::{MADE, MADE_SEED, samples};
use crate::error::Error;
use crate::model::{self, Model};

/// The share of the drawings about which a model says «not sure».
pub struct Refused {
    all: metrics::Share,
    /// By kind of drawing: its count, and how many of it.
    by_kind: BTreeMap<String, (u64, u64)>,
}

/// Asks a model about drawings that are no digit, telling it that they come from `origin`.
///
/// # Errors
/// Where the network refuses the samples.
pub fn refused(model: &Model, origin: Origin) -> Result<Refused, Error> {
    let drawings = negatives::exam(MADE_SEED, MADE);
    let places: Vec<&Drawing> = drawings.iter().map(|(drawing, _)| drawing).collect();
    let ask = |origin: Origin| {
        let inputs = samples::draw_as(&places, model.recipe, origin);
        model::probabilities(&model.network, &inputs)
    };
    let mut rows = ask(origin)?;
    if origin == Origin::Picture {
        // As a picture of numbers is read: both ways, and the mean counts.
        let as_pen = ask(Origin::Pen)?;
        rows.iter_mut()
            .zip(as_pen)
            .for_each(|(a, b)| *a = 0.5 * (*a + b));
    }
    let mut by_kind: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (row, (_, kind)) in rows.chunks_exact(10).zip(&drawings) {
        let kind = format!("{kind:?}").to_lowercase();
        let (count, refused) = by_kind.entry(kind).or_default();
        *count += 1;
        *refused += u64::from(decide(row).digit.is_none());
    }
    let all = by_kind.values().map(|&(_, refused)| refused).sum();
    Ok(Refused {
        all: metrics::wilson(all, MADE as u64),
        by_kind,
    })
}

impl Refused {
    /// The share, for a person.
    pub fn words(&self) -> String {
        format!("{:.2} % of {MADE} refused", 100.0 * self.all.value)
    }

    /// The share with its interval, and by kind, for a program.
    pub fn json(&self) -> Value {
        let by_kind = self.by_kind.iter().map(|(kind, &(count, refused))| {
            let share = metrics::wilson(refused, count);
            (
                kind.clone(),
                json!({"count": count, "refused": share.value}),
            )
        });
        json!({
            "refused": self.all.value,
            "interval": [self.all.low, self.all.high],
            "by_kind": Value::Object(by_kind.collect()),
        })
    }
}
