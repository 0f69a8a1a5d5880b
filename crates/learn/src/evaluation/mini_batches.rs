//! Lessons by mini-batches: from «it was a 7» to a network that says so, and still knows the rest.
//!
//! Mini-batches of features are mixed from three sources, so that nothing is forgotten: the new drawing and a few variants
//! of it, labelled by the person; what the person taught before; base memory, with the answers that the pretrained network
//! gives, or with its labels (experience replay: Robins, «Catastrophic forgetting, rehearsal and pseudorehearsal», 1995; Li
//! and Hoiem, «Learning without Forgetting», 2016). Or nothing is replayed, and weights that mattered are pulled back to
//! what they were: elastic weight consolidation.
//!
//! Memory forgets nothing, and is what ships.

use trazo_ink::augment::{self, StrokeAugment};
use trazo_ink::{Drawing, Point, Recipe, Rng};
use trazo_nn::{Optimizer, OptimizerSpec};

use super::teacher::Teacher;
use crate::error::Error;
use crate::learner::{Learner, Mix, Replay, Turn};
use crate::model::ModelId;
use crate::reading::{DIGITS, decide, likeliest};

/// How the weights are stepped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rate {
    /// Plain descent. The rate is divided by the squared length of the new drawing's features, so that 1 moves the logits
    /// by about the error itself: only weights that the drawing lights up move.
    Descent(f64),
    /// Adam moves every weight by about as much whatever its gradient: quick, and forgetful.
    Adam(f64),
}

/// What a lesson by mini-batches is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MiniBatches {
    pub rate: Rate,
    /// Rows of the new drawing and its variants in a mini-batch.
    pub new_rows: usize,
    /// Rows of what the person taught before.
    pub own_rows: usize,
    /// Rows of base memory.
    pub base_rows: usize,
    /// Base memory is replayed with its labels, not with the answers of the network as it came.
    pub base_labels: bool,
    /// How strongly weights are pulled back to what they were, where they mattered.
    pub elastic: f32,
    /// It checks whether it may stop every so many steps.
    pub check_every: u32,
    /// The person's label as a target: a little short of certainty keeps the weights from running away.
    pub certain: f32,
    /// How many variants of the new drawing take part.
    pub variants: usize,
    /// How strongly a variant differs, of the strength that training uses.
    pub variety: f32,
}

impl MiniBatches {
    /// The best of them for this model.
    pub fn of(id: ModelId) -> Self {
        let (rate, base_rows) = match id {
            ModelId::Digits | ModelId::Own => (Rate::Descent(0.5), 100),
            ModelId::Classic => (Rate::Adam(5e-4), 60),
        };
        Self {
            rate,
            new_rows: 8,
            own_rows: 12,
            base_rows,
            base_labels: false,
            elastic: 0.0,
            check_every: 2,
            certain: 0.97,
            variants: 6,
            variety: 0.5,
        }
    }

    fn optimizer(&self, row: &[f32]) -> OptimizerSpec {
        match self.rate {
            Rate::Adam(rate) => OptimizerSpec::adam(rate),
            Rate::Descent(rate) => {
                let length: f32 = row.iter().map(|x| x * x).sum();
                // The loss is a mean over the batch: the new rows' share of it is given back.
                let batch = (self.new_rows + self.own_rows + self.base_rows) as f64;
                let new = self.new_rows.max(1) as f64;
                OptimizerSpec::sgd(rate * batch / (new * f64::from(length).max(1e-3)))
            }
        }
    }
}

impl Teacher for MiniBatches {
    fn teach(&self, learner: &mut Learner, turn: &Turn<'_>, seed: u64) -> Result<u32, Error> {
        let mut new = vec![turn.row.to_vec()];
        for variant in 1..=self.variants {
            let mut rng = Rng::stream(seed, variant as u64);
            let drawing = vary(turn.drawing, learner.model.recipe, self.variety, &mut rng);
            let row = learner.features_of(&drawing)?;
            new.extend((!row.is_empty()).then_some(row));
        }
        let mut optimizer =
            Optimizer::for_network(self.optimizer(turn.row), &learner.model.network)?;
        let right_before = own_right(learner, &turn.own)?;
        let mut base = Replay::default();
        while base.work(learner)? {}
        let elastic = Elastic::new(learner, &base.targets, self.elastic);
        if self.base_labels {
            base.targets = base_labels(learner);
        }
        let mut mix = Mix::default();
        let mut rng = Rng::new(seed);
        for step in 1.. {
            mix.clear();
            for i in 0..self.new_rows {
                // The drawing itself in every second row.
                let variant = if i % 2 == 0 || new.len() <= 1 {
                    0
                } else {
                    1 + rng.below(new.len() - 1)
                };
                mix.add_labelled(&new[variant], turn.label, self.certain);
            }
            mix.add_own(learner, &turn.own, self.own_rows, self.certain, &mut rng);
            mix.add_base(learner, &base, self.base_rows, &mut rng);
            mix.step(learner, &mut optimizer, |weights, gradients| {
                elastic.pull(weights, gradients);
            })?;
            if step >= learner.method().most_steps {
                return Ok(step);
            }
            if !step.is_multiple_of(self.check_every) {
                continue;
            }
            let answers = learner.weights_answers(turn.row)?;
            let chance = answers.get(usize::from(turn.label)).copied().unwrap_or(0.0);
            let learned = chance >= learner.method().learned_from
                && decide(&answers).digit == Some(turn.label);
            if learned && own_right(learner, &turn.own)? >= right_before {
                return Ok(step);
            }
        }
        Ok(0)
    }
}

/// How many of the latest earlier examples the weights read right.
fn own_right(learner: &mut Learner, own: &[(u64, u8)]) -> Result<usize, Error> {
    // A few hundred are enough to notice that something was forgotten, and keep a step short.
    const LOOK_AT: usize = 200;
    let (mut rows, mut labels) = (Vec::new(), Vec::new());
    for (id, label) in own.iter().rev().take(LOOK_AT) {
        if let Some(row) = learner.own_row(*id) {
            rows.extend_from_slice(row);
            labels.push(*label);
        }
    }
    let answers = learner.weights_answers(&rows)?;
    let answers = answers.chunks_exact(DIGITS).zip(&labels);
    Ok(answers.filter(|(p, l)| likeliest(p) == **l).count())
}

/// What base memory's digits were meant to be, and one tenth each for what is none.
fn base_labels(learner: &Learner) -> Vec<f32> {
    let rows = learner.base().labels.iter().map(|label| {
        std::array::from_fn::<f32, DIGITS, _>(|digit| match usize::from(*label) {
            label if label == digit => 1.0,
            0..DIGITS => 0.0,
            _ => 0.1,
        })
    });
    rows.flatten().collect()
}

/// The same digit once more, as the same hand might draw it.
fn vary(drawing: &Drawing, recipe: Recipe, variety: f32, rng: &mut Rng) -> Drawing {
    let varied = augment::strokes(drawing, &StrokeAugment::default().scaled(variety), rng);
    match recipe {
        Recipe::Mnist28 { .. } => varied,
        // The classic network sees where on the pad it is: move it a little, a pixel and a half at most.
        Recipe::PadBits20 => {
            let (dx, dy) = (rng.range(-75.0, 75.0), rng.range(-75.0, 75.0));
            varied.map(|p| Point::new(p.x + dx, p.y + dy))
        }
    }
}

/// Elastic weight consolidation: weights that mattered are pulled back to what they were.
///
/// `λ/2 Σ F (w − w₀)²` is added to the loss, with `F` the diagonal of the Fisher information on base memory (Kirkpatrick
/// et al., «Overcoming catastrophic forgetting in neural networks», PNAS 2017, equation 3). For a dense layer under
/// softmax, which is the head of `digits`, it is exact: `F = mean x² p (1 − p)`. A longer head is not consolidated.
#[derive(Debug)]
struct Elastic {
    came: Vec<f32>,
    pull: Vec<f32>,
}

impl Elastic {
    /// `answers` are the reference's to base memory.
    fn new(learner: &Learner, answers: &[f32], strength: f32) -> Self {
        let came = learner.reference().head_weights().to_vec();
        let width = learner.model.features_len();
        let mut pull = vec![0.0; came.len()];
        if strength > 0.0 && came.len() == (width + 1) * DIGITS {
            let share = strength / learner.base().labels.len().max(1) as f32;
            let rows = learner.base().rows.chunks_exact(width);
            for (row, answer) in rows.zip(answers.chunks_exact(DIGITS)) {
                let lines = pull.chunks_exact_mut(DIGITS);
                for (line, x) in lines.zip(row.iter().chain(&[1.0])) {
                    for (f, p) in line.iter_mut().zip(answer) {
                        *f += share * x * x * p * (1.0 - p);
                    }
                }
            }
        }
        Self { came, pull }
    }

    /// Adds the pull to the gradient of the head.
    fn pull(&self, weights: &[f32], gradients: &mut [f32]) {
        let pulls = self.pull.iter().zip(&self.came);
        for ((g, w), (pull, came)) in gradients.iter_mut().zip(weights).zip(pulls) {
            *g += pull * (w - came);
        }
    }
}
