//! One lesson by mini-batches: from «it was a 7» to a network that says so, and still knows the rest.
//!
//! Mini-batches of features are mixed from three sources, so that nothing is forgotten (experience replay: Robins,
//! «Catastrophic forgetting, rehearsal and pseudorehearsal», 1995; rehearsal on generated samples with the old network's
//! answers as targets: Li and Hoiem, «Learning without Forgetting», 2016):
//! 1. the new drawing and a few variants of it, labelled by the person;
//! 2. what the person taught before, with the person's labels;
//! 3. base memory: digits of the synthetic writer and scribbles, with the answers that the pretrained network gives.
//!
//! Only the tail of the network learns (see [`crate::pupil`]), by the numbers of a [`Method`], until the new drawing is
//! read surely and the earlier ones are as right as they were, or the steps run out.
//!
//! [`crate::nudge`] forgets less and is what lessons do now; training on all examples goes on in this way, and as a way to
//! give lessons it is kept for comparison.

use trazo_ink::Rng;
use trazo_nn::{Optimizer, OptimizerSpec, Targets};

use crate::decide::DIGITS;
#[cfg(feature = "compare")]
use crate::decide::decide;
use crate::error::Error;
#[cfg(feature = "compare")]
use crate::method::{Method, Step};
use crate::pupil::{Known, Pupil};

/// Training on one's own examples, and lessons of networks for which it won, step with Adam at this rate.
const ADAM_RATE: f64 = 2e-3;

/// The optimiser for training on one's own examples.
pub(crate) fn practice_optimizer() -> OptimizerSpec {
    OptimizerSpec::adam(ADAM_RATE)
}

#[cfg(feature = "compare")]
/// The optimiser of a lesson on a drawing whose features are `row`.
fn lesson_optimizer(method: &Method, row: &[f32]) -> OptimizerSpec {
    match method.step {
        Step::Adam(rate) => OptimizerSpec::adam(rate),
        step => {
            // The way for networks that `crate::nudge` cannot teach: a last layer that is not dense.
            let rate = if let Step::Descent(rate) = step {
                rate
            } else {
                0.5
            };
            let length: f32 = row.iter().map(|x| x * x).sum();
            // The loss is a mean over the batch: the new rows' share of it is given back.
            let batch = (method.new_rows + method.own_rows + method.base_rows) as f64;
            OptimizerSpec::sgd(
                rate * batch / (method.new_rows.max(1) as f64 * f64::from(length).max(1e-3)),
            )
        }
    }
}

/// Mini-batches of features with soft targets, mixed from several sources.
#[derive(Debug, Default)]
pub(crate) struct Mix {
    rows: Vec<f32>,
    targets: Vec<f32>,
    #[cfg(feature = "compare")]
    elastic: Option<crate::elastic::Elastic>,
}

impl Mix {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.targets.clear();
    }

    pub fn add_labelled(&mut self, row: &[f32], label: u8, certain: f32) {
        self.rows.extend_from_slice(row);
        let rest = (1.0 - certain) / (DIGITS as f32 - 1.0);
        self.targets
            .extend((0..DIGITS as u8).map(|d| if d == label { certain } else { rest }));
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
        let start = network.layers().get(tail).map_or(0, |l| l.params.start);
        #[cfg(feature = "compare")]
        if let Some(elastic) = &self.elastic {
            elastic.pull(
                &network.params()[start..],
                &mut pupil.workspace.gradients_mut()[start..],
            );
        }
        let gradients = pupil.workspace.gradients();
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

    /// What base memory's digits were meant to be, and one tenth each for what is none.
    #[cfg(feature = "compare")]
    fn labels(pupil: &Pupil) -> Self {
        let labels = pupil.base.labels.iter();
        let rows = labels.map(|label| {
            std::array::from_fn::<f32, DIGITS, _>(|digit| match usize::from(*label) {
                label if label == digit => 1.0,
                0..DIGITS => 0.0,
                _ => 0.1,
            })
        });
        Self(rows.flatten().collect())
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
pub(crate) fn add_own(
    mix: &mut Mix,
    pupil: &Pupil,
    own: &Own,
    count: usize,
    certain: f32,
    rng: &mut Rng,
) {
    if own.is_empty() {
        return;
    }
    for _ in 0..count {
        let Some(&(id, label)) = own.get(rng.below(own.len())) else {
            continue;
        };
        if let Some(row) = pupil.own.get(&id).and_then(Known::row) {
            mix.add_labelled(row, label, certain);
        }
    }
}

#[cfg(feature = "compare")]
/// A lesson under way: call [`step`](Lesson::step) until it says it is over.
#[derive(Debug)]
pub(crate) struct Lesson {
    method: Method,
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

#[cfg(feature = "compare")]
impl Lesson {
    pub fn new(
        pupil: &mut Pupil,
        label: u8,
        new_rows: Vec<f32>,
        own: Own,
        seed: u64,
        method: Method,
    ) -> Result<Self, Error> {
        let optimizer = Optimizer::for_network(
            lesson_optimizer(
                &method,
                new_rows.get(..pupil.features_len()).unwrap_or_default(),
            ),
            &pupil.model.network,
        )?;
        let own_right = own_right(pupil, &own)?;
        let mut base = BaseTargets::new(pupil)?;
        if method.base_labels {
            base = BaseTargets::labels(pupil);
        }
        let mut mix = Mix::default();
        if method.elastic > 0.0 {
            mix.elastic = Some(crate::elastic::Elastic::new(pupil, method.elastic)?);
        }
        Ok(Self {
            method,
            label,
            new_rows,
            own,
            own_right,
            base,
            optimizer,
            rng: Rng::new(seed),
            mix,
            steps: 0,
        })
    }

    /// One optimiser step; `true` when the lesson is over.
    pub fn step(&mut self, pupil: &mut Pupil) -> Result<bool, Error> {
        let width = pupil.features_len().max(1);
        let variants = self.new_rows.len() / width;
        self.mix.clear();
        let m = self.method;
        for i in 0..m.new_rows {
            // The drawing itself in every second row.
            let variant = if i % 2 == 0 || variants <= 1 {
                0
            } else {
                1 + self.rng.below(variants - 1)
            };
            if let Some(row) = self.new_rows.get(variant * width..(variant + 1) * width) {
                self.mix.add_labelled(row, self.label, m.certain);
            }
        }
        add_own(
            &mut self.mix,
            pupil,
            &self.own,
            m.own_rows,
            m.certain,
            &mut self.rng,
        );
        self.base
            .add_to(&mut self.mix, pupil, m.base_rows, &mut self.rng);
        self.mix.step(pupil, &mut self.optimizer)?;
        self.steps += 1;
        if self.steps >= m.most_steps {
            return Ok(true);
        }
        if !self.steps.is_multiple_of(m.check_every) {
            return Ok(false);
        }
        let mut answers = Vec::with_capacity(DIGITS);
        pupil.weights_answers(self.new_rows.get(..width).unwrap_or_default(), &mut answers)?;
        let chance = answers.get(usize::from(self.label)).copied().unwrap_or(0.0);
        let learned = chance >= m.learned_from && decide(&answers).digit == Some(self.label);
        Ok(learned && own_right(pupil, &self.own)? >= self.own_right)
    }
}

#[cfg(feature = "compare")]
fn own_right(pupil: &mut Pupil, own: &Own) -> Result<usize, Error> {
    // A few hundred are enough to notice that something was forgotten, and keep a step short.
    const LOOK_AT: usize = 200;
    let mut rows = Vec::new();
    let mut labels = Vec::new();
    for (id, label) in own.iter().rev().take(LOOK_AT) {
        if let Some(row) = pupil.own.get(id).and_then(Known::row) {
            rows.extend_from_slice(row);
            labels.push(*label);
        }
    }
    Ok(pupil.count_right(&rows, &labels)? as usize)
}
