//! Training on all of one's examples: the same mixture as in a lesson, for as long as the caller lets it run.

use trazo_ink::Rng;
use trazo_nn::Optimizer;

use crate::error::Error;
use crate::lesson::{BaseTargets, Mix, Own, add_own, practice_optimizer};
use crate::pupil::Pupil;
use crate::school::ExamResult;

const OWN_ROWS: usize = 16;
const BASE_ROWS: usize = 16;
/// The label as a target, as in a lesson.
const CERTAIN: f32 = 0.97;
/// Accuracy and exam are looked at every so many steps.
pub(crate) const LOOK_EVERY: u32 = 50;

/// Where a training session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainState {
    /// Steps are being taken.
    Running,
    /// It waits for [`crate::School::train_resume`].
    Paused,
    /// It was stopped and its weights are kept.
    Stopped,
}

/// Figures of a training session.
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

/// What a session needs once the caches are filled.
#[derive(Debug)]
struct Prepared {
    own: Own,
    base: BaseTargets,
    optimizer: Optimizer,
}

/// A session under way.
#[derive(Debug)]
pub(crate) struct Training {
    pub weights_before: Vec<f32>,
    /// Milliseconds since 1970 (UTC).
    pub began_ms: u64,
    /// The exam and the person's own examples, at the start and at the last look.
    figures: [(ExamResult, ExamResult); 2],
    pub progress: TrainProgress,
    prepared: Option<Prepared>,
    rng: Rng,
    mix: Mix,
}

impl Training {
    pub fn new(pupil: &Pupil, seed: u64, began_ms: u64) -> Self {
        let unknown = ExamResult { right: 0, total: 0 };
        Self {
            weights_before: pupil.tail_weights(),
            began_ms,
            figures: [(unknown, unknown); 2],
            progress: TrainProgress {
                state: TrainState::Running,
                steps: 0,
                samples: 0,
                loss: 0.0,
                accuracy: 0.0,
                exam_right: 0,
                exam_total: 0,
            },
            prepared: None,
            rng: Rng::new(seed),
            mix: Mix::default(),
        }
    }

    /// How it stands now.
    pub fn look(&mut self, exam: ExamResult, own: ExamResult) {
        self.figures[1] = (exam, own);
        self.progress.accuracy = own.right as f32 / own.total.max(1) as f32;
        self.progress.exam_right = exam.right;
        self.progress.exam_total = exam.total;
    }

    /// The latest look was the one before the first step.
    pub fn started(&mut self) {
        self.figures[0] = self.figures[1];
    }

    /// The exam and the person's own examples, at the start and at the last look.
    pub fn figures(&self) -> [(ExamResult, ExamResult); 2] {
        self.figures
    }

    pub fn is_prepared(&self) -> bool {
        self.prepared.is_some()
    }

    pub fn prepare(&mut self, pupil: &mut Pupil, own: Own) -> Result<(), Error> {
        let base = BaseTargets::new(pupil)?;
        let optimizer = Optimizer::for_network(practice_optimizer(), &pupil.model.network)?;
        self.prepared = Some(Prepared {
            own,
            base,
            optimizer,
        });
        Ok(())
    }

    /// The examples that take part, with their labels.
    pub fn own(&self) -> &[(u64, u8)] {
        self.prepared.as_ref().map_or(&[], |p| &p.own)
    }

    /// One mini-batch.
    pub fn step(&mut self, pupil: &mut Pupil) -> Result<(), Error> {
        let Some(prepared) = &mut self.prepared else {
            return Ok(());
        };
        self.mix.clear();
        add_own(
            &mut self.mix,
            pupil,
            &prepared.own,
            OWN_ROWS,
            CERTAIN,
            &mut self.rng,
        );
        prepared
            .base
            .add_to(&mut self.mix, pupil, BASE_ROWS, &mut self.rng);
        let loss = self.mix.step(pupil, &mut prepared.optimizer)?;
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
