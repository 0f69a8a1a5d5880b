//! What a session is made of: reading, lessons, units of work.

use trazo_ink::{Drawing, pack};

use super::undo::{Undo, UndoStack};
use crate::error::Error;
use crate::exam::ExamResult;
use crate::examples::{Example, Examples, HandDrawing, Writers};
use crate::history::{Event, Point, Timeline};
use crate::learner::{
    Export, Learner, Lesson, LessonOutcome, Method, OWN_CAPACITY, Step, Survey, Taught,
    TrainProgress, TrainState, Training,
};
use crate::model::{Model, ModelId, Settings};
use crate::numbers::Number;
use crate::reading::{DIGITS, Reading, is_dot};
use crate::symbols::Symbol;

/// What the person must say before anything is learned; teach again with `force`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// There is nothing on the pad (force does not help).
    Blank,
    /// There is only a dot.
    Dot,
    /// The same drawing was taught as another digit.
    Conflict {
        /// What it was said to be.
        other_label: u8,
        /// The example that says so.
        other_id: u64,
    },
}

/// The answer to [`Session::teach`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teach {
    /// The person must answer first.
    Question(Question),
    /// The lesson has begun; [`Session::advance`] carries it out.
    Started,
}

/// What one unit of work brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Advance {
    /// There is nothing to do.
    Idle,
    /// There is more to do.
    Working,
    /// The caches are filled and the exam was sat.
    Warm,
    /// A lesson is over.
    Lesson(Box<LessonOutcome>),
    /// A unit of training was done.
    Training(TrainProgress),
}

/// All that is saved.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The current models; one that is missing stays as it ships, and the kept one is not there then.
    pub models: Vec<(ModelId, Model)>,
    /// Which one is in use.
    pub selected: ModelId,
    /// Examples with their ids.
    pub examples: Vec<Example>,
    /// The hand, with ids that no example has.
    pub hand: Vec<HandDrawing>,
    /// Whose it is, and the hands of others.
    pub writers: Writers,
    /// Choices.
    pub settings: Settings,
    /// Where the models have been.
    pub history: Vec<SavedTimeline>,
    /// The symbols of the person's own, in any order.
    pub symbols: Vec<Symbol>,
}

/// A model's history as it was saved.
#[derive(Debug, Clone)]
pub struct SavedTimeline {
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
#[derive(Debug, Clone)]
pub struct Session {
    /// By place. In the third one, where nothing was kept, lies a copy of `digits` that nobody sees.
    pub(crate) learners: [Learner; 3],
    pub(crate) pretrained: [Model; 2],
    /// Whether the person has kept a network of their own.
    pub(super) kept: bool,
    pub(super) selected: ModelId,
    pub(super) settings: Settings,
    pub(crate) examples: Examples,
    /// By label.
    pub(super) symbols: Vec<Symbol>,
    pub(super) timelines: [Timeline; 3],
    pub(super) undo: UndoStack,
    /// The model and the first drawing of the sitting that goes on: what the hand gets belongs to it.
    pub(super) sitting: Option<(ModelId, u64)>,
    /// At most one of these two: the lesson, which is about the selected model, or its training.
    pub(super) lesson: Option<Lesson>,
    pub(super) training: Option<Training>,
    /// Of this model, under this version of its learner.
    pub(super) export: Option<((ModelId, u64), Export)>,
    pub(crate) revision: u64,
    pub(crate) seed: u64,
}

impl Session {
    /// A session with the two pretrained models and no examples. `seed` drives the choice of replayed examples.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where a model's input or output does not fit its recipe.
    pub fn new(digits: Model, classic: Model, seed: u64) -> Result<Self, Error> {
        let pretrained = [digits.clone(), classic.clone()];
        let digits = Learner::new(digits, Method::DIGITS)?;
        let classic = Learner::new(classic, Method::CLASSIC)?;
        let own = digits.clone();
        Ok(Self::of([digits, classic, own], pretrained, seed))
    }

    /// Nothing was taught yet to these, which are as they ship.
    pub(super) fn of(learners: [Learner; 3], pretrained: [Model; 2], seed: u64) -> Self {
        Self {
            learners,
            pretrained,
            kept: false,
            selected: ModelId::Digits,
            settings: Settings::default(),
            examples: Examples::default(),
            symbols: Vec::new(),
            timelines: Default::default(),
            undo: UndoStack::default(),
            sitting: None,
            lesson: None,
            training: None,
            export: None,
            revision: 0,
            seed,
        }
    }

    /// Reads a drawing with the selected model.
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn read(&mut self, drawing: &Drawing) -> Result<Reading, Error> {
        self.learners[self.selected.index()].read(drawing)
    }

    /// Whether the selected model's memory can read symbols at all.
    pub fn reads_symbols(&self) -> bool {
        self.learners[self.selected.index()].method().symbol_width > 0.0
    }

    /// The learner of the selected model, which reads.
    pub(crate) fn reader(&mut self) -> &mut Learner {
        &mut self.learners[self.selected.index()]
    }

    /// Reads a drawing as a whole number with the selected model, of `count` digits where that is given and can be.
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn read_number(
        &mut self,
        drawing: &Drawing,
        count: Option<usize>,
    ) -> Result<Number, Error> {
        self.learners[self.selected.index()].read_number(drawing, count)
    }

    /// The same where the person says which digits and symbols they are, by label; see [`Learner::read_number_as`].
    ///
    /// # Errors
    /// [`Error::Label`] where one is neither; [`Error::Network`] if the model is broken.
    pub fn read_number_as(&mut self, drawing: &Drawing, labels: &[u8]) -> Result<Number, Error> {
        labels
            .iter()
            .try_for_each(|label| self.check_label(*label))?;
        self.learners[self.selected.index()].read_number_as(drawing, labels)
    }

    /// Begins a lesson: this drawing is a `label`. The lesson itself happens in [`advance`](Self::advance).
    ///
    /// `force` answers «yes» to the question that an earlier call asked.
    ///
    /// # Errors
    /// [`Error::Label`], [`Error::ReadsNoSymbols`], [`Error::Busy`] while another lesson is under way, [`Error::Network`].
    pub fn teach(
        &mut self,
        drawing: &Drawing,
        label: u8,
        force: bool,
        now_ms: u64,
    ) -> Result<Teach, Error> {
        self.check_label(label)?;
        if usize::from(label) >= DIGITS && !self.reads_symbols() {
            return Err(Error::ReadsNoSymbols);
        }
        self.quiet()?;
        let reading = self.read(drawing)?;
        if reading.ink.is_none() {
            return Ok(Teach::Question(Question::Blank));
        }
        if is_dot(drawing) && !force {
            return Ok(Teach::Question(Question::Dot));
        }
        let same = self.examples.same_drawing(&pack::pack(drawing));
        if let Some(other) = same.filter(|e| e.label != label && !force) {
            return Ok(Teach::Question(Question::Conflict {
                other_label: other.label,
                other_id: other.id,
            }));
        }
        let learner = &self.learners[self.selected.index()];
        let original_way = self.in_the_original_way(self.selected);
        self.lesson = Some(Lesson::new(
            learner,
            &self.examples,
            drawing,
            label,
            reading,
            original_way,
            now_ms,
        ));
        Ok(Teach::Started)
    }

    /// Does one unit of what there is to do: the lesson first, then training, then the caches.
    ///
    /// # Errors
    /// [`Error::Network`]; a lesson or training that failed is taken back.
    pub fn advance(&mut self) -> Result<Advance, Error> {
        let learner = &mut self.learners[self.selected.index()];
        if let Some(lesson) = &mut self.lesson {
            let step = lesson.advance(learner, &self.examples);
            return match step {
                Ok(Step::Working) => Ok(Advance::Working),
                Ok(Step::Over(taught)) => {
                    self.lesson = None;
                    Ok(Advance::Lesson(Box::new(self.keep(*taught))))
                }
                Err(error) => {
                    lesson.cancel(learner);
                    self.lesson = None;
                    Err(error)
                }
            };
        }
        let training = self.training.as_mut();
        if let Some(training) = training.filter(|t| t.progress.state == TrainState::Running) {
            let advanced = training.advance(learner, &self.examples);
            let progress = training.progress.clone();
            if let Err(error) = advanced {
                if let Some(training) = self.training.take() {
                    training.cancel(learner);
                }
                return Err(error);
            }
            return Ok(Advance::Training(progress));
        }
        if learner.warm(&self.examples)? {
            return Ok(Advance::Working);
        }
        Ok(match learner.examine()? {
            false => Advance::Idle,
            true if learner.exam().is_some() => Advance::Warm,
            true => Advance::Working,
        })
    }

    /// What a lesson leaves behind: its example, a point of the history, a way back.
    fn keep(&mut self, taught: Taught) -> LessonOutcome {
        let (id, example) = (self.selected, taught.example.id);
        // The one who was taught knows it already.
        let others = ModelId::PLACES.into_iter().filter(|other| *other != id);
        others.for_each(|other| self.learners[other.index()].forget(example));
        let outcome = taught.outcome;
        let [own_before, own_after] = taught.own;
        let start = Point::new(
            Event::Start,
            taught.at_ms,
            taught.lessons_before,
            outcome.exam_before,
            own_before,
        );
        let point = Point {
            example,
            ..Point::new(
                Event::Lesson(outcome.label),
                taught.at_ms,
                self.model(id).lessons,
                outcome.exam_after,
                own_after,
            )
        };
        if let Some(earlier) = &taught.earlier {
            self.examples.remove(earlier.id);
        }
        self.examples.put(taught.example);
        let hand = self.take_all_from_hand(&taught.contradicted);
        let point = self.record(id, taught.weights_before.as_deref(), start, point);
        self.undo.push(Undo::Lesson {
            hand,
            model: id,
            weights: taught.weights_before,
            lessons: taught.lessons_before,
            example,
            earlier: taught.earlier.map(Box::new),
            point,
        });
        self.changed();
        outcome
    }

    /// One unit of the selected model's export: its weights as they leave without the examples, so that they have learned
    /// what was taught. Gives the model once it is ready; what stays here does not change. Begins anew
    /// where something was learned meanwhile.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken; [`Error::Busy`] while a lesson is under way.
    pub fn export(&mut self) -> Result<Option<Model>, Error> {
        if self.lesson.is_some() {
            return Err(Error::Busy);
        }
        let learner = &mut self.learners[self.selected.index()];
        if !self.examples.is_empty() && learner.warm(&self.examples)? {
            return Ok(None);
        }
        let of = (self.selected, learner.version());
        match &mut self.export {
            Some((known, export)) if *known == of => export.advance(),
            none => {
                *none = Some((of, Export::new(learner, &self.examples)));
                Ok(None)
            }
        }
    }

    /// How many of the person's drawings the selected model's memory has taken in, of how many that it is to hold: the hand,
    /// and the newest examples.
    pub fn taken_in(&self) -> (usize, usize) {
        let total = self.examples.len().min(OWN_CAPACITY) + self.examples.hand().len();
        let known = self.learners[self.selected.index()].known();
        (known.min(total), total)
    }

    /// How the exam stands with the current weights of the selected model, once it is known.
    pub fn exam(&self) -> Option<ExamResult> {
        self.learners[self.selected.index()].exam()
    }

    /// How the exam and the examples stand with the selected model: to be worked on by [`survey_unit`](Self::survey_unit).
    pub(crate) fn survey(&self) -> Survey {
        Survey::new(&self.learners[self.selected.index()])
    }

    /// One unit of a survey: the exam and the person's own examples, once all was asked.
    pub(crate) fn survey_unit(
        &mut self,
        survey: &mut Survey,
    ) -> Result<Option<[ExamResult; 2]>, Error> {
        let learner = &mut self.learners[self.selected.index()];
        if survey.work(learner)? {
            return Ok(None);
        }
        let own = survey.own(|id| self.examples.get(id).map(|e| e.label));
        Ok(Some([learner.exam().unwrap_or_default(), own]))
    }

    /// The lesson under way and its learner, when it is the weights' turn.
    pub(crate) fn turn(&mut self) -> Option<(&mut Lesson, &mut Learner, &Examples)> {
        let lesson = self.lesson.as_mut().filter(|lesson| lesson.is_turn())?;
        let learner = &mut self.learners[self.selected.index()];
        Some((lesson, learner, &self.examples))
    }

    /// Is a lesson under way?
    pub(crate) fn is_teaching(&self) -> bool {
        self.lesson.is_some()
    }

    /// Grows with every change that must be saved.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Before every change: a lesson under way is not disturbed; training ends, and what it learned is kept.
    pub(super) fn quiet(&mut self) -> Result<(), Error> {
        if self.lesson.is_some() {
            return Err(Error::Busy);
        }
        self.train_stop();
        Ok(())
    }

    /// After every change.
    pub(super) fn changed(&mut self) {
        self.attend();
        self.revision += 1;
    }

    /// Tells each model what of memory it may hear: at a point of the past nothing that came later; after a reset, and in
    /// the original's way, as it had no memory that could speak up, nothing at all.
    pub(super) fn attend(&mut self) {
        for id in ModelId::PLACES {
            let timeline = &self.timelines[id.index()];
            let heard = !self.in_the_original_way(id) && timeline.event() != Some(Event::Reset);
            let mut masked = timeline.masked();
            let hand = self.examples.hand();
            let hand = hand.filter(|drawing| masked.contains(&drawing.sitting));
            let hand: Vec<u64> = hand.map(|drawing| drawing.id).collect();
            masked.extend(hand);
            let learner = &mut self.learners[id.index()];
            learner.set_heard(heard);
            learner.mask(masked);
            learner.expect_examples();
        }
    }

    fn in_the_original_way(&self, id: ModelId) -> bool {
        id == ModelId::Classic && self.settings.original_way
    }
}
