//! One lesson: from «it was a 7» to a network that says so, and still knows the rest.
//!
//! Mini-batches of features are mixed from three sources, so that nothing is forgotten (experience replay: Robins,
//! «Catastrophic forgetting, rehearsal and pseudorehearsal», 1995; rehearsal on generated samples with the old network's
//! answers as targets: Li and Hoiem, «Learning without Forgetting», 2016):
//! 1. the new drawing and a few variants of it, labelled by the person;
//! 2. what the person taught before, with the person's labels;
//! 3. base memory: digits of the synthetic writer and scribbles, with the answers that the pretrained network gives.
//!
//! Only the tail of the network learns (see [`crate::pupil`]), with Adam, until the new drawing is read surely and the
//! earlier ones are as right as they were, or the steps run out.

use trazo_ink::Rng;
use trazo_nn::{Optimizer, OptimizerSpec, Targets};

use crate::decide::{DIGITS, decide, likeliest};
use crate::error::Error;
use crate::pupil::Pupil;

/// Rows of each source in a mini-batch.
const NEW_ROWS: usize = 8;
const OWN_ROWS: usize = 12;
const BASE_ROWS: usize = 20;

/// A lesson is over after this many steps whatever the answer is.
const MOST_STEPS: u32 = 80;
/// It checks whether it may stop every so many steps.
const CHECK_EVERY: u32 = 5;
/// The new drawing counts as learned from this chance on.
const LEARNED_FROM: f32 = 0.8;
/// The person's label as a target: a little short of certainty keeps the weights from running away.
const CERTAIN: f32 = 0.97;

/// Adam's rate for the tail.
const LEARNING_RATE: f64 = 2e-3;

/// The optimiser for lessons and for training on one's own examples.
pub(crate) fn optimizer_spec() -> OptimizerSpec {
    OptimizerSpec::adam(LEARNING_RATE)
}

/// Mini-batches of features with soft targets, mixed from several sources.
#[derive(Debug, Default)]
pub(crate) struct Mix {
    rows: Vec<f32>,
    targets: Vec<f32>,
}

impl Mix {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.targets.clear();
    }

    pub fn add_labelled(&mut self, row: &[f32], label: u8) {
        self.rows.extend_from_slice(row);
        let rest = (1.0 - CERTAIN) / (DIGITS as f32 - 1.0);
        self.targets
            .extend((0..DIGITS as u8).map(|d| if d == label { CERTAIN } else { rest }));
    }

    pub fn add_soft(&mut self, row: &[f32], target: &[f32]) {
        self.rows.extend_from_slice(row);
        self.targets.extend_from_slice(target);
    }

    /// One optimiser step on the tail; the mean loss of the batch.
    pub fn step(&self, pupil: &mut Pupil, optimizer: &mut Optimizer) -> Result<f32, Error> {
        let tail = pupil.model.tail();
        let network = &mut pupil.model.network;
        let loss = network.loss_and_gradient(
            tail,
            &self.rows,
            Targets::Soft(&self.targets),
            &mut pupil.workspace,
        )?;
        let gradients = pupil.workspace.gradients();
        let start = network.layers().get(tail).map_or(0, |l| l.params.start);
        network.update(|params| {
            let range = start..params.len();
            optimizer.step(params, gradients, 1.0, range)
        })?;
        pupil.weights_version += 1;
        Ok(loss)
    }
}

/// Base memory's targets, computed once a lesson or session.
#[derive(Debug)]
pub(crate) struct BaseTargets(Vec<f32>);

impl BaseTargets {
    pub fn new(pupil: &mut Pupil) -> Result<Self, Error> {
        pupil.reference_answers().map(Self)
    }

    /// Adds `count` rows of base memory, drawn at random.
    pub fn add_to(&self, mix: &mut Mix, pupil: &Pupil, count: usize, rng: &mut Rng) {
        let width = pupil.features_len();
        let rows = pupil.base.labels.len();
        if rows == 0 {
            return;
        }
        for _ in 0..count {
            let i = rng.below(rows);
            if let (Some(row), Some(target)) = (
                pupil.base.rows.get(i * width..(i + 1) * width),
                self.0.get(i * DIGITS..(i + 1) * DIGITS),
            ) {
                mix.add_soft(row, target);
            }
        }
    }
}

/// The person's earlier examples that take part, by id with their labels.
pub(crate) type Own = Vec<(u64, u8)>;

/// Adds `count` of the person's examples, drawn at random.
pub(crate) fn add_own(mix: &mut Mix, pupil: &Pupil, own: &Own, count: usize, rng: &mut Rng) {
    if own.is_empty() {
        return;
    }
    for _ in 0..count {
        let Some(&(id, label)) = own.get(rng.below(own.len())) else {
            continue;
        };
        if let Some(row) = pupil.own.get(&id).filter(|r| !r.is_empty()) {
            mix.add_labelled(row, label);
        }
    }
}

/// A lesson under way: call [`step`](Lesson::step) until it says it is over.
#[derive(Debug)]
pub(crate) struct Lesson {
    label: u8,
    /// Features of the drawing itself, then of its variants: `[rows, features]`.
    new_rows: Vec<f32>,
    own: Own,
    /// How many of `own` were right when the lesson began.
    own_right: usize,
    base: BaseTargets,
    optimizer: Optimizer,
    rng: Rng,
    mix: Mix,
    pub steps: u32,
}

impl Lesson {
    pub fn new(
        pupil: &mut Pupil,
        label: u8,
        new_rows: Vec<f32>,
        own: Own,
        seed: u64,
    ) -> Result<Self, Error> {
        let optimizer = Optimizer::for_network(optimizer_spec(), &pupil.model.network)?;
        let own_right = own_right(pupil, &own)?;
        Ok(Self {
            label,
            new_rows,
            own,
            own_right,
            base: BaseTargets::new(pupil)?,
            optimizer,
            rng: Rng::new(seed),
            mix: Mix::default(),
            steps: 0,
        })
    }

    /// One optimiser step; `true` when the lesson is over.
    pub fn step(&mut self, pupil: &mut Pupil) -> Result<bool, Error> {
        let width = pupil.features_len().max(1);
        let variants = self.new_rows.len() / width;
        self.mix.clear();
        for i in 0..NEW_ROWS {
            // The drawing itself in every second row.
            let variant = if i % 2 == 0 || variants <= 1 {
                0
            } else {
                1 + self.rng.below(variants - 1)
            };
            if let Some(row) = self.new_rows.get(variant * width..(variant + 1) * width) {
                self.mix.add_labelled(row, self.label);
            }
        }
        add_own(&mut self.mix, pupil, &self.own, OWN_ROWS, &mut self.rng);
        self.base
            .add_to(&mut self.mix, pupil, BASE_ROWS, &mut self.rng);
        self.mix.step(pupil, &mut self.optimizer)?;
        self.steps += 1;
        if self.steps >= MOST_STEPS {
            return Ok(true);
        }
        if !self.steps.is_multiple_of(CHECK_EVERY) {
            return Ok(false);
        }
        let mut answers = Vec::with_capacity(DIGITS);
        pupil.answers(self.new_rows.get(..width).unwrap_or_default(), &mut answers)?;
        let chance = answers.get(usize::from(self.label)).copied().unwrap_or(0.0);
        let learned = chance >= LEARNED_FROM && decide(&answers).digit == Some(self.label);
        Ok(learned && own_right(pupil, &self.own)? >= self.own_right)
    }
}

fn own_right(pupil: &mut Pupil, own: &Own) -> Result<usize, Error> {
    // A few hundred are enough to notice that something was forgotten, and keep a step short.
    const LOOK_AT: usize = 200;
    let mut rows = Vec::new();
    let mut labels = Vec::new();
    for (id, label) in own.iter().rev().take(LOOK_AT) {
        if let Some(row) = pupil.own.get(id).filter(|r| !r.is_empty()) {
            rows.extend_from_slice(row);
            labels.push(*label);
        }
    }
    let mut answers = Vec::with_capacity(labels.len() * DIGITS);
    pupil.answers(&rows, &mut answers)?;
    Ok(answers
        .chunks_exact(DIGITS)
        .zip(&labels)
        .filter(|(p, l)| likeliest(p) == **l)
        .count())
}
