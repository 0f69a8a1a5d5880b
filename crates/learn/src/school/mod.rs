//! Everything that the page's engine does, without a clock, a file or a browser.
//!
//! Long work (a lesson, training, the exam) is cut into units of about a millisecond: the caller calls
//! [`School::advance`] as often as it has time, and reads drawings in between.

use trazo_ink::{Drawing, Rng, negatives, normalise, pack, writer};
use trazo_nn::{Optimizer, OptimizerSpec, Targets};

use crate::decide::{DIGITS, decide};
use crate::error::Error;
use crate::history::{Event, Line, Moment, Point};
use crate::job::{Advance, Job, Question, Teach};
use crate::memory::{Content, Example, Memory};
use crate::method::Method;
use crate::pupil::{Model, NO_DIGIT, Pupil};
use crate::recipe::Origin;
use crate::training::{TrainState, Training};
use crate::undo::{Kept, Undo, UndoStack};

mod examples;
mod line;
mod models;
mod practice;

/// Digits of the exam.
pub const EXAM_SIZE: usize = 500;
/// The exam is the same for everybody, for ever; nothing else uses this seed.
const EXAM_SEED: u64 = 0x7472_617a_6f20_3530;
/// Base memory comes from another stream of the synthetic writer, so the exam is never trained on.
const BASE_SEED: u64 = 0x6261_7365_206d_656d;
/// Drawings in base memory that are no digit.
const BASE_NEGATIVES: usize = 40;

/// Which of the two models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModelId {
    /// The convolutional network on 28x28 ink.
    Digits,
    /// The original's 400-100-10 on 20x20 ones and zeros.
    Classic,
}

impl ModelId {
    /// Both.
    pub const ALL: [ModelId; 2] = [ModelId::Digits, ModelId::Classic];

    /// `"digits"` or `"classic"`.
    pub fn as_str(self) -> &'static str {
        match self {
            ModelId::Digits => "digits",
            ModelId::Classic => "classic",
        }
    }

    /// The model with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == name)
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// What the person chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// In `classic`: five steps at rate 0.5 on the one new sample, as the original did.
    pub original_way: bool,
}

/// How the exam stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExamResult {
    /// Digits read right.
    pub right: u32,
    /// Digits asked.
    pub total: u32,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The answer, or `None` for «not sure» or an empty pad.
    pub digit: Option<u8>,
    /// Best first; empty on an empty pad.
    pub candidates: Vec<u8>,
    /// Ten numbers: a softmax's chances, or the classic network's ten activations; zeros on an empty pad.
    pub probabilities: [f32; DIGITS],
    /// What the network was shown, or `None` on an empty pad.
    pub ink: Option<trazo_ink::Ink>,
}

/// All that is saved.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The current models; one that is missing stays as it ships.
    pub models: Vec<(ModelId, Model)>,
    /// Which one is in use.
    pub selected: ModelId,
    /// Examples with their ids.
    pub examples: Vec<Example>,
    /// Choices.
    pub settings: Settings,
    /// Where the models have been.
    pub history: Vec<SavedLine>,
}

/// A model's history as it was saved.
#[derive(Debug, Clone)]
pub struct SavedLine {
    /// Whose.
    pub model: ModelId,
    /// In any order; some may be missing.
    pub points: Vec<Point>,
    /// The serial of the point that held.
    pub now: u32,
    /// [`crate::history::sum`] of what was learned at that point.
    pub sum: u64,
    /// Examples of lessons that were cut off.
    pub forgotten: Vec<u64>,
}

/// The engine's whole state.
#[derive(Debug)]
pub struct School {
    pub(crate) pupils: [Pupil; 2],
    pub(crate) pretrained: [Model; 2],
    selected: ModelId,
    settings: Settings,
    pub(crate) memory: Memory,
    pub(crate) exam_drawings: Vec<(Drawing, u8)>,
    pub(crate) base_drawings: Vec<Drawing>,
    exam_results: [Option<(u64, ExamResult)>; 2],
    undo: UndoStack,
    lines: [Line; 2],
    pub(crate) job: Option<Job>,
    training: Option<Training>,
    revision: u64,
    seed: u64,
}

impl School {
    /// A school with the two pretrained models and an empty memory. `seed` drives the choice of replayed examples.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where a model's input or output does not fit its recipe.
    pub fn new(digits: Model, classic: Model, seed: u64) -> Result<Self, Error> {
        Ok(Self {
            pretrained: [digits.clone(), classic.clone()],
            pupils: [
                Pupil::new(digits, Method::DIGITS)?,
                Pupil::new(classic, Method::CLASSIC)?,
            ],
            selected: ModelId::Digits,
            settings: Settings::default(),
            memory: Memory::new(),
            exam_drawings: Vec::new(),
            base_drawings: Vec::new(),
            exam_results: [None, None],
            undo: UndoStack::default(),
            lines: [Line::default(), Line::default()],
            job: None,
            training: None,
            revision: 0,
            seed,
        })
    }

    /// Takes over what another school, of the same models and taught nothing, has made ready for lessons.
    pub(crate) fn share(&mut self, ready: &School) {
        self.pupils = ready.pupils.clone();
        self.exam_drawings = ready.exam_drawings.clone();
        self.base_drawings = ready.base_drawings.clone();
        self.exam_results = ready.exam_results;
    }

    /// Gives lessons in another way, for comparisons. Before the first lesson: base memory is made for it.
    pub fn set_method(&mut self, id: ModelId, method: Method) {
        self.pupils[id.index()].method = method;
    }

    pub(crate) fn method(&self, id: ModelId) -> Method {
        self.pupils[id.index()].method
    }

    /// Reads a drawing with the selected model.
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn read(&mut self, drawing: &Drawing) -> Result<Reading, Error> {
        let pupil = &mut self.pupils[self.selected.index()];
        let Some(ink) = pupil.model.recipe.ink(drawing) else {
            return Ok(Reading {
                digit: None,
                candidates: Vec::new(),
                probabilities: [0.0; DIGITS],
                ink: None,
            });
        };
        let probabilities = pupil.probabilities(&pupil.model.recipe.row(&ink, Origin::Pen))?;
        let mut decision = decide(&probabilities);
        if is_dot(drawing) {
            // A dot is no digit, whatever the network makes of it.
            decision.digit = None;
        }
        Ok(Reading {
            digit: decision.digit,
            candidates: decision.candidates,
            probabilities,
            ink: Some(ink),
        })
    }

    /// Begins a lesson: this drawing is a `label`. The lesson itself happens in [`advance`](Self::advance).
    ///
    /// `force` answers «yes» to the question that an earlier call asked.
    ///
    /// # Errors
    /// [`Error::Label`], [`Error::Busy`] while another lesson is under way, [`Error::Network`].
    pub fn teach(
        &mut self,
        drawing: &Drawing,
        label: u8,
        force: bool,
        now_ms: u64,
    ) -> Result<Teach, Error> {
        if usize::from(label) >= DIGITS {
            return Err(Error::Label(label));
        }
        if self.job.is_some() {
            return Err(Error::Busy);
        }
        let reading = self.read(drawing)?;
        if reading.ink.is_none() {
            return Ok(Teach::Question(Question::Blank));
        }
        if is_dot(drawing) && !force {
            return Ok(Teach::Question(Question::Dot));
        }
        let packed = pack::pack(drawing);
        let same = self.memory.same_drawing(&packed).map(|e| (e.id, e.label));
        if let Some((id, other)) = same.filter(|s| s.1 != label && !force) {
            return Ok(Teach::Question(Question::Conflict {
                other_label: other,
                other_id: id,
            }));
        }
        self.job = Some(Job::new(
            self.selected,
            label,
            drawing.clone(),
            packed,
            same,
            now_ms,
            reading,
        ));
        Ok(Teach::Started)
    }

    /// Does one unit of what there is to do: the lesson first, then training, then the caches.
    ///
    /// # Errors
    /// [`Error::Network`]; a lesson that failed is taken back.
    pub fn advance(&mut self) -> Result<Advance, Error> {
        if let Some(job) = self.job.take() {
            return self.advance_job(job);
        }
        if self
            .training
            .as_ref()
            .is_some_and(|t| t.progress.state == TrainState::Running)
        {
            return self.advance_training();
        }
        let id = self.selected;
        if self.warm(id)? {
            return Ok(Advance::Working);
        }
        if self.exam().is_none() {
            self.examine(id)?;
            return Ok(Advance::Warm);
        }
        Ok(Advance::Idle)
    }

    /// Computes one missing row of the exam, base memory or the person's examples; `false` where none is missing.
    pub(crate) fn warm(&mut self, id: ModelId) -> Result<bool, Error> {
        if self.exam_drawings.is_empty() {
            self.exam_drawings = writer::exam(EXAM_SEED, EXAM_SIZE);
            return Ok(true);
        }
        if self.base_drawings.is_empty() {
            let mut rng = Rng::new(BASE_SEED);
            let [one, other] = &self.pupils;
            let digits = one.method.base_digits.max(other.method.base_digits);
            self.base_drawings = (0..digits)
                .map(|i| writer::random((i % DIGITS) as u8, &mut rng))
                .collect();
            self.base_drawings
                .extend((0..BASE_NEGATIVES).map(|_| negatives::random(&mut rng).0));
            return Ok(true);
        }
        let base_digits = self.base_drawings.len().saturating_sub(BASE_NEGATIVES);
        let pupil = &mut self.pupils[id.index()];
        let done = pupil.exam.labels.len();
        if let Some((drawing, label)) = self.exam_drawings.get(done) {
            let row = pupil
                .features_of(drawing)?
                .unwrap_or_else(|| vec![0.0; pupil.features_len()]);
            pupil.exam.rows.extend(row);
            pupil.exam.labels.push(*label);
            return Ok(true);
        }
        let done = pupil.base.labels.len();
        if let Some(drawing) = self.base_drawings.get(done) {
            let row = pupil
                .features_of(drawing)?
                .unwrap_or_else(|| vec![0.0; pupil.features_len()]);
            pupil.base.rows.extend(row);
            pupil.base.labels.push(if done < base_digits {
                (done % DIGITS) as u8
            } else {
                NO_DIGIT
            });
            return Ok(true);
        }
        Ok(pupil.warm_metric()? || pupil.warm_own(&self.memory)?)
    }

    /// Sits the exam unless its result still holds.
    pub(crate) fn examine(&mut self, id: ModelId) -> Result<ExamResult, Error> {
        let pupil = &mut self.pupils[id.index()];
        let known = self.exam_results[id.index()].filter(|r| r.0 == pupil.weights_version);
        if let Some((_, result)) = known {
            return Ok(result);
        }
        let result = ExamResult {
            right: pupil.exam_right()?,
            total: pupil.exam.labels.len() as u32,
        };
        self.exam_results[id.index()] = Some((pupil.weights_version, result));
        Ok(result)
    }

    /// How the exam stands with the current weights of the selected model, once it is known.
    pub fn exam(&self) -> Option<ExamResult> {
        let pupil = &self.pupils[self.selected.index()];
        self.exam_results[self.selected.index()]
            .filter(|r| r.0 == pupil.weights_version)
            .map(|r| r.1)
    }

    fn advance_job(&mut self, job: Job) -> Result<Advance, Error> {
        let (id, weights) = (job.model, job.weights_before.clone());
        match job.advance(self) {
            Ok(Advance::Lesson(outcome)) => Ok(Advance::Lesson(outcome)),
            Ok(other) => Ok(other),
            Err(error) => {
                if let Some(weights) = weights {
                    self.pupils[id.index()].set_tail_weights(&weights);
                }
                Err(error)
            }
        }
    }

    /// Takes the drawing of a lesson into the memory; `taught`: the weights have learned from it too.
    pub(crate) fn keep(&mut self, job: &Job, taught: bool) -> Kept {
        let (example, added, relabelled) = match job.same {
            Some((id, old)) => (id, None, self.relabel(id, job.label).map(|_| (id, old))),
            None => {
                let id = self.memory.add(Example {
                    id: 0,
                    label: job.label,
                    first_read: job.first_read(),
                    taught_at: job.now_ms,
                    source: "pad".into(),
                    content: Content::Strokes(job.packed.clone()),
                });
                (id, Some(id), None)
            }
        };
        let model = &mut self.pupils[job.model.index()].model;
        let lessons = model.lessons;
        model.lessons = lessons.saturating_add(u32::from(taught));
        Kept {
            example,
            added,
            relabelled,
            lessons,
        }
    }

    /// Undoes [`keep`](Self::keep).
    pub(crate) fn let_go(&mut self, model: ModelId, kept: &Kept) {
        if let Some(id) = kept.added {
            self.forget(id);
        }
        if let Some((id, old)) = kept.relabelled {
            self.relabel(id, old);
        }
        self.pupils[model.index()].model.lessons = kept.lessons;
    }

    /// What was kept, and what came of a later unit of its lesson; where that failed it is let go.
    pub(crate) fn unless_failed<T>(
        &mut self,
        model: ModelId,
        kept: Kept,
        done: Result<T, Error>,
    ) -> Result<(Kept, T), Error> {
        match done {
            Ok(value) => Ok((kept, value)),
            Err(error) => {
                self.let_go(model, &kept);
                Err(error)
            }
        }
    }

    /// What a finished lesson leaves behind beside its example: a point of the history, a way back.
    pub(crate) fn finish_lesson(
        &mut self,
        job: &Job,
        kept: Kept,
        weights: Option<Vec<f32>>,
        exams: [ExamResult; 2],
        own: [ExamResult; 2],
    ) {
        let after = self.pupils[job.model.index()].model.lessons;
        let moments = [
            (Event::Start, kept.lessons, 0),
            (Event::Lesson(job.label), after, kept.example),
        ];
        let mut figures = exams.into_iter().zip(own);
        let moments = moments.map(|(event, lessons, example)| {
            let unknown = ExamResult { right: 0, total: 0 };
            let (exam, own) = figures.next().unwrap_or((unknown, unknown));
            Moment {
                at_ms: job.now_ms,
                event,
                lessons,
                example,
                exam,
                own,
            }
        });
        let point = self.record(job.model, weights.as_deref(), moments);
        self.undo.push(Undo::Lesson {
            model: job.model,
            weights,
            kept,
            point,
        });
        self.changed();
    }

    /// Five steps of plain gradient descent on the one sample, rate 0.5: the original project's way.
    pub(crate) fn original_way(
        &mut self,
        id: ModelId,
        row: &[f32],
        label: u8,
    ) -> Result<u32, Error> {
        const EPOCHS: u32 = 5;
        let pupil = &mut self.pupils[id.index()];
        let mut optimizer = Optimizer::for_network(OptimizerSpec::sgd(0.5), &pupil.model.network)?;
        let tail = pupil.model.tail();
        for _ in 0..EPOCHS {
            let network = &mut pupil.model.network;
            network.loss_and_gradient(
                tail,
                row,
                Targets::Labels(&[label]),
                &mut pupil.workspace,
            )?;
            let gradients = pupil.workspace.gradients();
            network.update(|params| {
                let range = 0..params.len();
                optimizer.step(params, gradients, 1.0, range)
            })?;
        }
        pupil.weights_version += 1;
        Ok(EPOCHS)
    }

    /// The examples that have features, with their labels.
    pub(crate) fn own_labels(&self, id: ModelId) -> Vec<(u64, u8)> {
        self.pupils[id.index()]
            .own
            .keys()
            .filter_map(|id| self.memory.get(*id).map(|e| (*id, e.label)))
            .collect()
    }

    #[cfg(feature = "compare")]
    pub(crate) fn lesson_seed(&self) -> u64 {
        self.seed ^ self.revision.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Grows with every change that must be saved.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn changed(&mut self) {
        self.listen();
        self.revision += 1;
    }
}

/// Is there only a dot on the pad?
fn is_dot(drawing: &Drawing) -> bool {
    drawing.bounds().is_some_and(|b| b.side() < normalise::DOT)
}
