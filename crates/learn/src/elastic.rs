//! Elastic weight consolidation, for comparison: weights that mattered are pulled back to what they were.
//!
//! `λ/2 Σ F (w − w₀)²` is added to the loss, with `F` the diagonal of the Fisher information on base memory (Kirkpatrick
//! et al., «Overcoming catastrophic forgetting in neural networks», PNAS 2017, equation 3). For a dense layer under
//! softmax, which is the tail of `digits`, it is exact: `F = mean x² p (1 − p)`. A longer tail is not consolidated.

use crate::decide::DIGITS;
use crate::error::Error;
use crate::pupil::Pupil;

/// The weights that the tail came with, and how much each mattered.
#[derive(Debug)]
pub(crate) struct Elastic {
    came: Vec<f32>,
    pull: Vec<f32>,
}

impl Elastic {
    pub fn new(pupil: &mut Pupil, strength: f32) -> Result<Self, Error> {
        let layers = pupil.reference.network.layers();
        let start = layers.get(pupil.reference.tail());
        let start = start.map_or(0, |l| l.params.start);
        let came = pupil.reference.network.params()[start..].to_vec();
        let answers = pupil.reference_answers()?;
        let width = pupil.features_len();
        let mut pull = vec![0.0; came.len()];
        if came.len() == (width + 1) * DIGITS {
            let share = strength / pupil.base.labels.len().max(1) as f32;
            let rows = pupil.base.rows.chunks_exact(width);
            for (row, answer) in rows.zip(answers.chunks_exact(DIGITS)) {
                let lines = pull.chunks_exact_mut(DIGITS);
                for (line, x) in lines.zip(row.iter().chain(&[1.0])) {
                    for (f, p) in line.iter_mut().zip(answer) {
                        *f += share * x * x * p * (1.0 - p);
                    }
                }
            }
        }
        Ok(Self { came, pull })
    }

    /// Adds the pull to the gradient of the tail.
    pub fn pull(&self, weights: &[f32], gradients: &mut [f32]) {
        let pulls = self.pull.iter().zip(&self.came);
        for ((g, w), (pull, came)) in gradients.iter_mut().zip(weights).zip(pulls) {
            *g += pull * (w - came);
        }
    }
}
