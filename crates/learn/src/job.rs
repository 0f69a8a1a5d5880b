//! A lesson from the tap to the outcome, in units short enough to answer a drawing in between.

use trazo_ink::Drawing;
#[cfg(feature = "compare")]
use trazo_ink::{
    Point, Rng,
    augment::{self, StrokeAugment},
};

use crate::decide::{DIGITS, decide, likeliest};
use crate::error::Error;
#[cfg(feature = "compare")]
use crate::lesson::Lesson;
use crate::method::Step;
use crate::nudge::Nudge;
#[cfg(feature = "compare")]
use crate::recipe::Recipe;
use crate::school::{ExamResult, ModelId, Reading, School};
use crate::training::TrainProgress;
use crate::undo::Kept;

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

/// The answer to [`School::teach`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teach {
    /// The person must answer first.
    Question(Question),
    /// The lesson has begun; [`School::advance`] carries it out.
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
    /// A training step was taken.
    Training(TrainProgress),
}

/// An example of the person's whose answer a lesson changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// The example.
    pub id: u64,
    /// What the person says it is.
    pub label: u8,
    /// The likeliest digit before.
    pub before: u8,
    /// The likeliest digit after.
    pub after: u8,
}

/// What a lesson did.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonOutcome {
    /// What it was said to be.
    pub label: u8,
    /// The example that now holds the drawing.
    pub example: u64,
    /// The network said so already and was sure, with the memory and without it: stored, nothing trained.
    pub confirmed: bool,
    /// Ten numbers before.
    pub before: [f32; DIGITS],
    /// Ten numbers after.
    pub after: [f32; DIGITS],
    /// The likeliest digit is now the label.
    pub learned: bool,
    /// Examples remembered.
    pub example_count: usize,
    /// The exam before.
    pub exam_before: ExamResult,
    /// The exam after.
    pub exam_after: ExamResult,
    /// Other examples whose answer changed.
    pub changed: Vec<Changed>,
    /// Steps that the weights took.
    pub steps: u32,
}

#[derive(Debug)]
enum Phase {
    /// Caches, then the exam and the answers before.
    Prepare,
    /// The drawing's features, then its variants', one a unit.
    #[cfg(feature = "compare")]
    Variants(Vec<f32>, usize),
    /// Which way the lesson goes.
    Choose,
    Steps(Way),
    /// The example joins the memory and the neighbours.
    Keep(u32),
    /// The exam after.
    Exam(u32, Kept),
    /// The answers after.
    Report(u32, Kept),
}

#[derive(Debug)]
enum Way {
    Least(Nudge),
    #[cfg(feature = "compare")]
    Batches(Box<Lesson>),
}

/// A lesson under way.
#[derive(Debug)]
pub(crate) struct Job {
    pub model: ModelId,
    pub label: u8,
    pub packed: Vec<u8>,
    /// The example that already holds this drawing, and its label.
    pub same: Option<(u64, u8)>,
    pub now_ms: u64,
    pub weights_before: Option<Vec<f32>>,
    /// The drawing's features.
    row: Vec<f32>,
    confirmed: bool,
    drawing: Drawing,
    before: Reading,
    exam_before: ExamResult,
    answers_before: Vec<(u64, u8)>,
    phase: Phase,
}

impl Job {
    pub fn new(
        model: ModelId,
        label: u8,
        drawing: Drawing,
        packed: Vec<u8>,
        same: Option<(u64, u8)>,
        now_ms: u64,
        before: Reading,
    ) -> Self {
        Self {
            model,
            label,
            packed,
            same,
            now_ms,
            weights_before: None,
            row: Vec::new(),
            confirmed: false,
            drawing,
            before,
            exam_before: ExamResult { right: 0, total: 0 },
            answers_before: Vec::new(),
            phase: Phase::Prepare,
        }
    }

    /// What the drawing was read as when the person named it.
    pub fn first_read(&self) -> Option<u8> {
        self.before.digit
    }

    /// One unit; puts itself back into the school unless it is over.
    pub fn advance(mut self, school: &mut School) -> Result<Advance, Error> {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Prepare) {
            Phase::Prepare if school.warm(self.model)? => Phase::Prepare,
            Phase::Prepare => self.begin(school)?,
            #[cfg(feature = "compare")]
            Phase::Variants(rows, made) if made <= school.method(self.model).variants => {
                self.vary(school, rows, made)?
            }
            #[cfg(feature = "compare")]
            Phase::Variants(rows, _) => self.choose(school, rows)?,
            Phase::Choose => {
                let row = self.row.clone();
                self.choose(school, row)?
            }
            Phase::Steps(mut way) => {
                let pupil = &mut school.pupils[self.model.index()];
                let (over, steps) = match &mut way {
                    Way::Least(nudge) => (nudge.step(pupil)?, nudge.steps),
                    #[cfg(feature = "compare")]
                    Way::Batches(lesson) => (lesson.step(pupil)?, lesson.steps),
                };
                if over {
                    Phase::Keep(steps)
                } else {
                    Phase::Steps(way)
                }
            }
            Phase::Keep(steps) => {
                let kept = school.keep(&self, self.weights_before.is_some());
                let joined = self.join(school, kept.example);
                let (kept, ()) = school.unless_failed(self.model, kept, joined)?;
                Phase::Exam(steps, kept)
            }
            Phase::Exam(steps, kept) => {
                // Remembered, so that the report finds it.
                let sat = school.examine(self.model);
                let (kept, _) = school.unless_failed(self.model, kept, sat)?;
                Phase::Report(steps, kept)
            }
            Phase::Report(steps, kept) => {
                return self
                    .report(school, steps, kept)
                    .map(|o| Advance::Lesson(Box::new(o)));
            }
        };
        school.job = Some(self);
        Ok(Advance::Working)
    }

    /// How things stand before; and is there anything to learn?
    fn begin(&mut self, school: &mut School) -> Result<Phase, Error> {
        self.exam_before = school.examine(self.model)?;
        let pupil = &mut school.pupils[self.model.index()];
        self.answers_before = pupil.own_answers()?;
        self.row = pupil.features_of(&self.drawing)?.unwrap_or_default();
        let mut alone = Vec::with_capacity(DIGITS);
        pupil.weights_answers(&self.row, &mut alone)?;
        let right = |digit| digit == Some(self.label);
        self.confirmed = right(self.before.digit) && right(decide(&alone).digit);
        let rests = pupil.method.step == Step::Rest;
        if self.confirmed || rests {
            return Ok(Phase::Keep(0));
        }
        #[cfg(feature = "compare")]
        if school.method(self.model).variants > 0 {
            return Ok(Phase::Variants(Vec::new(), 0));
        }
        Ok(Phase::Choose)
    }

    #[cfg(feature = "compare")]
    fn vary(&self, school: &mut School, mut rows: Vec<f32>, made: usize) -> Result<Phase, Error> {
        if made == 0 {
            rows.extend_from_slice(&self.row);
        } else {
            let mut rng = Rng::stream(school.lesson_seed(), made as u64);
            let pupil = &mut school.pupils[self.model.index()];
            let (recipe, variety) = (pupil.model.recipe, pupil.method.variety);
            let drawing = vary(&self.drawing, recipe, variety, &mut rng);
            rows.extend(pupil.features_of(&drawing)?.unwrap_or_default());
        }
        Ok(Phase::Variants(rows, made + 1))
    }

    /// Which way the lesson goes.
    fn choose(&mut self, school: &mut School, rows: Vec<f32>) -> Result<Phase, Error> {
        /// Earlier examples that a lesson goes through: enough to notice what it unsettles, few enough for its time.
        const LOOK_BACK: usize = 300;
        let method = school.method(self.model);
        self.weights_before = Some(school.pupils[self.model.index()].tail_weights());
        if self.model == ModelId::Classic && school.settings().original_way {
            let steps = school.original_way(self.model, &self.row, self.label)?;
            return Ok(Phase::Keep(steps));
        }
        let mut own = school.own_labels(self.model);
        own.retain(|e| Some(e.0) != self.same.map(|s| s.0));
        #[cfg(feature = "compare")]
        if method.step != Step::Least {
            let seed = school.lesson_seed();
            let pupil = &mut school.pupils[self.model.index()];
            let lesson = Lesson::new(pupil, self.label, rows, own, seed, method)?;
            return Ok(Phase::Steps(Way::Batches(Box::new(lesson))));
        }
        let pupil = &mut school.pupils[self.model.index()];
        if !Nudge::fits(&pupil.model.network) {
            // The memory learns all the same.
            return Ok(Phase::Keep(0));
        }
        let new = std::iter::once((rows, self.label, true));
        // Rightly is enough for the earlier ones: the memory makes them sure.
        let earlier = own.iter().rev().take(LOOK_BACK);
        let earlier: Vec<_> = earlier
            .filter_map(|(id, label)| Some((pupil.own.get(id)?.row()?.to_vec(), *label, false)))
            .collect();
        let nudge = Nudge::new(pupil, new.chain(earlier), &method)?;
        Ok(Phase::Steps(Way::Least(nudge)))
    }

    /// The example joins the neighbours.
    fn join(&self, school: &mut School, example: u64) -> Result<(), Error> {
        let pupil = &mut school.pupils[self.model.index()];
        // As it is kept, thinned and packed, so that it says the same after a reload.
        let kept = school.memory.get(example);
        let row = kept.map_or(Ok(Vec::new()), |e| pupil.features_of_example(e))?;
        pupil.remember(example, self.label, row)
    }

    fn report(
        mut self,
        school: &mut School,
        steps: u32,
        kept: Kept,
    ) -> Result<LessonOutcome, Error> {
        let measured = self.measure(school, steps, kept.example);
        let (kept, (outcome, own)) = school.unless_failed(self.model, kept, measured)?;
        let weights = self.weights_before.take();
        let exams = [self.exam_before, outcome.exam_after];
        school.finish_lesson(&self, kept, weights, exams, own);
        Ok(outcome)
    }

    /// What has changed by all that, and how many examples are read right before and after.
    fn measure(
        &self,
        school: &mut School,
        steps: u32,
        example: u64,
    ) -> Result<(LessonOutcome, [ExamResult; 2]), Error> {
        let pupil = &mut school.pupils[self.model.index()];
        let answers = pupil.own_answers()?;
        let memory = &school.memory;
        let label = |id: u64| match self.same {
            Some((same, before)) if same == id => Some((before, self.label)),
            _ => memory.get(id).map(|e| (e.label, e.label)),
        };
        let share = |answers: &[(u64, u8)], after: bool| {
            let right = |(id, answer): &&(u64, u8)| {
                label(*id).is_some_and(|l| *answer == if after { l.1 } else { l.0 })
            };
            ExamResult {
                right: answers.iter().filter(right).count() as u32,
                total: answers.len() as u32,
            }
        };
        let own = [share(&self.answers_before, false), share(&answers, true)];
        let changed = self.answers_before.iter().filter_map(|&(id, before)| {
            let i = answers.binary_search_by_key(&id, |a| a.0).ok()?;
            let (after, label) = (answers.get(i)?.1, memory.get(id)?.label);
            (after != before && id != example).then_some(Changed {
                id,
                label,
                before,
                after,
            })
        });
        let changed = changed.collect();
        let example_count = memory.len();
        let exam_after = school.examine(self.model)?;
        let after = school.read(&self.drawing)?.probabilities;
        let outcome = LessonOutcome {
            label: self.label,
            example,
            confirmed: self.confirmed,
            before: self.before.probabilities,
            after,
            learned: likeliest(&after) == self.label,
            example_count,
            exam_before: self.exam_before,
            exam_after,
            changed,
            steps,
        };
        Ok((outcome, own))
    }
}

/// The same digit once more, as the same hand might draw it.
#[cfg(feature = "compare")]
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
