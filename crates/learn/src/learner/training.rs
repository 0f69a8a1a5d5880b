//! Training on all of one's examples, for as long as the caller lets it run.
//!
//! Mini-batches of features are mixed from two sources, so that nothing is forgotten (experience replay: Robins,
//! «Catastrophic forgetting, rehearsal and pseudorehearsal», 1995; rehearsal on generated samples with the old network's
//! answers as targets: Li and Hoiem, «Learning without Forgetting», 2016): what the person taught, with the person's
//! labels, and base memory, with the answers of the network as it came.

use trazo_ink::Rng;
use trazo_nn::{Optimizer, OptimizerSpec, Targets};

use super::state::Learner;
use super::survey::Survey;
use crate::error::Error;
use crate::exam::ExamResult;
use crate::examples::Examples;
use crate::history::{Event, Point};
use crate::model::CHUNK;
use crate::reading::DIGITS;

const OWN_ROWS: usize = 16;
const BASE_ROWS: usize = 16;
/// Adam's rate.
const RATE: f64 = 2e-3;
/// The person's label as a target: a little short of certainty keeps the weights from running away.
const CERTAIN: f32 = 0.97;
/// Accuracy and exam are looked at every so many steps.
const LOOK_EVERY: u32 = 50;

/// Where training stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainState {
    /// Steps are being taken.
    Running,
    /// It waits for [`crate::Session::train_resume`].
    Paused,
    /// It was stopped and its weights are kept.
    Stopped,
}

/// Figures of training.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainProgress {
    /// Running, paused or stopped.
    pub state: TrainState,
    /// Mini-batches so far.
    pub steps: u32,
    /// Rows trained on so far.
    pub samples: u64,
    /// Mean loss of the latest steps.
    pub loss: f32,
    /// Share of the person's own examples read right, 0 … 1, at the last look.
    pub accuracy: f32,
    /// Exam digits read right at the last look.
    pub exam_right: u32,
    /// Exam digits.
    pub exam_total: u32,
}

/// Mini-batches of features with soft targets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mix {
    rows: Vec<f32>,
    targets: Vec<f32>,
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

    /// Adds `count` of the person's examples, drawn at random.
    pub fn add_own(
        &mut self,
        learner: &Learner,
        own: &[(u64, u8)],
        count: usize,
        certain: f32,
        rng: &mut Rng,
    ) {
        for _ in 0..if own.is_empty() { 0 } else { count } {
            let Some(&(id, label)) = own.get(rng.below(own.len())) else {
                continue;
            };
            if let Some(row) = learner.own_row(id) {
                self.add_labelled(row, label, certain);
            }
        }
    }

    /// Adds `count` rows of base memory, drawn at random.
    pub fn add_base(&mut self, learner: &Learner, base: &Replay, count: usize, rng: &mut Rng) {
        let width = learner.model.features_len();
        let rows = learner.base.labels.len();
        for _ in 0..if rows == 0 { 0 } else { count } {
            let i = rng.below(rows);
            let row = learner.base.rows.get(i * width..(i + 1) * width);
            let target = base.targets.get(i * DIGITS..(i + 1) * DIGITS);
            if let Some((row, target)) = row.zip(target) {
                self.rows.extend_from_slice(row);
                self.targets.extend_from_slice(target);
            }
        }
    }

    /// One optimizer step on the head, whose weights may `adjust` its gradient; the mean loss of the batch.
    pub fn step(
        &self,
        learner: &mut Learner,
        optimizer: &mut Optimizer,
        adjust: impl FnOnce(&[f32], &mut [f32]),
    ) -> Result<f32, Error> {
        let (head, start) = (learner.model.head(), learner.model.head_start());
        let (network, workspace) = learner.network();
        let loss =
            network.loss_and_gradient(head, &self.rows, Targets::Soft(&self.targets), workspace)?;
        adjust(
            &network.params()[start..],
            &mut workspace.gradients_mut()[start..],
        );
        let gradients = workspace.gradients();
        network.update(|params| {
            let range = start..params.len();
            optimizer.step(params, gradients, 1.0, range)
        })?;
        Ok(loss)
    }
}

/// What base memory is replayed with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Replay {
    /// Ten numbers a row.
    pub targets: Vec<f32>,
}

impl Replay {
    /// The answers of the network as it came, a chunk at a time; `false` where all are there.
    pub fn work(&mut self, learner: &mut Learner) -> Result<bool, Error> {
        let width = learner.model.features_len().max(1);
        let done = self.targets.len() / DIGITS;
        let rows = learner.base.rows.chunks_exact(width).skip(done);
        let rows = rows.take(CHUNK).collect::<Vec<_>>().concat();
        let answers = learner.reference.answers(&rows, &mut learner.workspace)?;
        self.targets.extend(&answers);
        Ok(!rows.is_empty())
    }
}

/// What training under way does next.
#[derive(Debug, Clone)]
enum Phase {
    /// The caches are filled.
    Warm,
    /// Base memory's targets are made.
    Prepare,
    /// It is seen how things stand.
    Look(Survey),
    /// Steps are taken.
    Steps,
}

/// Training under way.
#[derive(Debug, Clone)]
pub(crate) struct Training {
    pub weights_before: Vec<f32>,
    /// Milliseconds since 1970 (UTC).
    began_ms: u64,
    /// The exam and the person's own examples, at the start and at the last look.
    figures: Option<[(ExamResult, ExamResult); 2]>,
    pub progress: TrainProgress,
    phase: Phase,
    own: Vec<(u64, u8)>,
    base: Replay,
    optimizer: Optimizer,
    rng: Rng,
    mix: Mix,
}

impl Training {
    pub fn new(learner: &Learner, seed: u64, began_ms: u64) -> Result<Self, Error> {
        Ok(Self {
            weights_before: learner.model.head_weights().to_vec(),
            began_ms,
            figures: None,
            progress: TrainProgress {
                state: TrainState::Running,
                steps: 0,
                samples: 0,
                loss: 0.0,
                accuracy: 0.0,
                exam_right: 0,
                exam_total: 0,
            },
            phase: Phase::Warm,
            own: Vec::new(),
            base: Replay::default(),
            optimizer: Optimizer::for_network(OptimizerSpec::adam(RATE), &learner.model.network)?,
            rng: Rng::new(seed),
            mix: Mix::default(),
        })
    }

    /// One unit: of the caches, of a look, or a mini-batch. Where it fails it must be [`cancel`](Self::cancel)led.
    pub fn advance(&mut self, learner: &mut Learner, examples: &Examples) -> Result<(), Error> {
        match &mut self.phase {
            Phase::Warm => {
                if !learner.warm(examples)? {
                    // The weights know ten classes.
                    self.own = learner.own_labels(examples);
                    self.own.retain(|own| usize::from(own.1) < DIGITS);
                    self.phase = Phase::Prepare;
                }
            }
            Phase::Prepare => {
                if !self.base.work(learner)? {
                    self.phase = Phase::Look(self.look());
                }
            }
            Phase::Look(survey) => {
                if !survey.work(learner)? {
                    let survey = survey.clone();
                    self.looked(learner, &survey);
                    self.phase = Phase::Steps;
                }
            }
            Phase::Steps => {
                self.step(learner)?;
                if self.progress.steps.is_multiple_of(LOOK_EVERY) {
                    self.phase = Phase::Look(self.look());
                }
            }
        }
        Ok(())
    }

    /// The learner as it was before.
    pub fn cancel(self, learner: &mut Learner) {
        learner.set_head_weights(&self.weights_before);
    }

    /// The end: it is seen how things stand.
    pub fn stop(&mut self, learner: &mut Learner) {
        self.progress.state = TrainState::Stopped;
        // A look that fails leaves the figures of the look before; the weights are whole all the same.
        if self.progress.steps > 0
            && let Ok(survey) = self.look().finish(learner)
        {
            self.looked(learner, &survey);
        }
    }

    /// What the history tells of it: the start, and how it stood at the last look.
    pub fn points(&self, lessons: u32) -> [Point; 2] {
        let [start, end] = self.figures.unwrap_or_default();
        [(Event::Start, start), (Event::Training, end)]
            .map(|(event, (exam, own))| Point::new(event, self.began_ms, lessons, exam, own))
    }

    fn look(&self) -> Survey {
        Survey::of_weights(self.own.iter().map(|own| own.0))
    }

    fn looked(&mut self, learner: &Learner, survey: &Survey) {
        let exam = learner.exam().unwrap_or_default();
        let label = |id| {
            let at = self.own.binary_search_by_key(&id, |own| own.0).ok()?;
            self.own.get(at).map(|own| own.1)
        };
        let own = survey.own(label);
        self.figures.get_or_insert([(exam, own); 2])[1] = (exam, own);
        self.progress.accuracy = own.right as f32 / own.total.max(1) as f32;
        self.progress.exam_right = exam.right;
        self.progress.exam_total = exam.total;
    }

    fn step(&mut self, learner: &mut Learner) -> Result<(), Error> {
        self.mix.clear();
        let rng = &mut self.rng;
        self.mix.add_own(learner, &self.own, OWN_ROWS, CERTAIN, rng);
        self.mix.add_base(learner, &self.base, BASE_ROWS, rng);
        let loss = self.mix.step(learner, &mut self.optimizer, |_, _| ())?;
        let p = &mut self.progress;
        // An exponential mean over some twenty steps: one batch's loss jumps about.
        p.loss = if p.steps == 0 {
            loss
        } else {
            p.loss + 0.05 * (loss - p.loss)
        };
        p.steps += 1;
        p.samples += (OWN_ROWS + BASE_ROWS) as u64;
        Ok(())
    }
}
