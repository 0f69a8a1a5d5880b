//! What a run's health can be read from, in numbers; the page makes words of them.

use serde::Serialize;
use trazo_nn::{Activation, Layer};

use super::view::all;
use super::{Fault, Held, Lab};
use crate::data::PIXELS;
use crate::error::Error;

/// Digits that a unit must be silent for to count as dead.
const ASKED: usize = 128;
/// Digits that go through the network together.
const ROWS: usize = 32;

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The step they are of.
    pub step: u64,
    /// A number a row: the share of ReLU units, or filters, that were 0 for every one of 128 digits.
    pub dead: Vec<Option<f64>>,
    /// Euclidean norm of the last step's gradient by each row's parameters.
    pub gradients: Vec<Option<f64>>,
    /// Norm of the last step over the norm of the weights that it changed.
    pub updates: Vec<Option<f64>>,
    /// Gradient norm of the first row that has one over that of the last.
    pub first_to_last: Option<f64>,
    /// Looks in a row at which the validation loss rose.
    pub rising: usize,
    /// The step of the best look.
    pub best: u64,
    /// Steps done, where none of them has led beyond chance yet; else 0.
    pub chance: u64,
}

impl Lab {
    /// The figures of the run as it is. Asks the network about some validation digits, or training digits where there
    /// are none.
    ///
    /// # Errors
    /// `lab-failed` where the network refuses the digits.
    pub fn health(&mut self) -> Result<Health, Fault> {
        let dead = self.dead()?;
        let layers = self.run.network().layers();
        let frozen = &self.run.plan().frozen;
        let norms = |values: &dyn Fn(usize) -> f64| -> Vec<Option<f64>> {
            let norm = |layer: &Layer| {
                layer
                    .params
                    .clone()
                    .map(|at| values(at) * values(at))
                    .sum::<f64>()
                    .sqrt()
            };
            layers
                .iter()
                .enumerate()
                .map(|(index, layer)| {
                    // What is not trained has no step to judge.
                    let trained = !layer.params.is_empty() && !frozen.contains(&index);
                    trained.then(|| norm(layer))
                })
                .collect()
        };
        let params = self.run.network().params();
        let at = |list: &[f32], index: usize| f64::from(list.get(index).copied().unwrap_or(0.0));
        let (gradients, updates) = match self.run.last_step() {
            None => (vec![None; layers.len()], vec![None; layers.len()]),
            Some((gradient, before)) => {
                let steps = norms(&|index| at(params, index) - at(before, index));
                let sizes = norms(&|index| at(before, index));
                let shares = steps
                    .iter()
                    .zip(&sizes)
                    .map(|(step, size)| Some((*step)? / (*size)?.max(f64::MIN_POSITIVE)));
                (norms(&|index| at(gradient, index)), shares.collect())
            }
        };
        let known: Vec<f64> = gradients.iter().copied().flatten().collect();
        let first_to_last = match (known.first(), known.last()) {
            (Some(first), Some(last)) => Some(first / last.max(f64::MIN_POSITIVE)),
            _ => None,
        };
        Ok(Health {
            step: self.run.step(),
            dead,
            gradients,
            updates,
            first_to_last,
            rising: self.rising(),
            best: self.best_step().unwrap_or(0),
            chance: self.chance(),
        })
    }

    fn dead(&mut self) -> Result<Vec<Option<f64>>, Fault> {
        let validation = self.rows(Held::Validation, 0..ASKED);
        let rows = match validation.is_empty() {
            false => validation,
            true => self
                .samples(ASKED)
                .0
                .iter()
                .map(|&pixel| f32::from(pixel) / 255.0)
                .collect(),
        };
        let network = self.run.network();
        let is_relu = |layer: &Layer| layer.activation() == Activation::Relu;
        let mut alive: Vec<Vec<bool>> = network
            .layers()
            .iter()
            .map(|layer| {
                vec![
                    false;
                    if is_relu(layer) {
                        layer.out_shape[2]
                    } else {
                        0
                    }
                ]
            })
            .collect();
        for rows in rows.chunks(ROWS * PIXELS) {
            let answered = network.predict(rows, &mut self.workspace).map(|_| ());
            answered.map_err(|error| Fault::from(&Error::from(error)))?;
            let samples = rows.len() / PIXELS;
            for (index, (layer, alive)) in network.layers().iter().zip(&mut alive).enumerate() {
                let units = alive.len().max(1);
                let outputs = self
                    .workspace
                    .layer_outputs(index)
                    .iter()
                    .take(samples * layer.outputs());
                for (place, &output) in outputs.enumerate() {
                    if let Some(alive) = alive.get_mut(place % units) {
                        *alive |= output > 0.0;
                    }
                }
            }
        }
        let share = |alive: &Vec<bool>| {
            let dead = alive.iter().filter(|alive| !**alive).count();
            (!alive.is_empty()).then(|| dead as f64 / alive.len() as f64)
        };
        Ok(alive.iter().map(share).collect())
    }

    /// Validation losses of all looks.
    fn losses(&self) -> Vec<f64> {
        self.run
            .looks()
            .iter()
            .map(|look| all(&look.validation).loss)
            .collect()
    }

    fn rising(&self) -> usize {
        let losses = self.losses();
        losses
            .windows(2)
            .rev()
            .take_while(|pair| matches!(pair, [before, after] if after > before))
            .count()
    }

    fn chance(&self) -> u64 {
        let classes = self.setup.data.classes.as_ref().map_or(10, Vec::len).max(1);
        let limit = 1.5 / classes as f64;
        let tally = self.run.tally();
        let seen = self.run.looks().iter().flat_map(|look| {
            let figures = all(&look.validation);
            let training = look
                .training
                .map(|training| (training.right, training.labeled));
            [Some((figures.right, figures.count)), training]
        });
        let seen = seen.chain([Some((tally.right, tally.labeled))]).flatten();
        let beyond = seen
            .filter(|&(_, count)| count >= 50)
            .any(|(right, count)| right as f64 > limit * count as f64);
        if beyond { 0 } else { self.run.step() }
    }
}
