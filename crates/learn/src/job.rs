//! A lesson from the tap to the outcome, in units short enough to answer a drawing in between.

use trazo_ink::augment::{self, StrokeAugment};
use trazo_ink::{Drawing, Point, Rng};

use crate::decide::{DIGITS, likeliest};
use crate::error::Error;
use crate::lesson::Lesson;
use crate::recipe::Recipe;
use crate::school::{ExamResult, ModelId, Reading, School};
use crate::training::TrainProgress;

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
    /// The network said so already and was sure: stored, nothing trained.
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
    /// Optimiser steps.
    pub steps: u32,
}

#[derive(Debug)]
enum Phase {
    /// Caches, then the exam and the answers before.
    Prepare,
    /// The drawing's features, then its variants', one a unit.
    Variants(Vec<f32>, usize),
    Steps(Box<Lesson>),
    /// The exam and the answers after.
    Report(u32),
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

    fn confirmed(&self) -> bool {
        self.first_read() == Some(self.label)
    }

    /// One unit; puts itself back into the school unless it is over.
    pub fn advance(mut self, school: &mut School) -> Result<Advance, Error> {
        match self.phase {
            Phase::Prepare => {
                if school.warm(self.model)? {
                    self.phase = Phase::Prepare;
                } else {
                    self.exam_before = school.examine(self.model)?;
                    self.answers_before = answers(school, self.model)?;
                    self.phase = if self.confirmed() {
                        Phase::Report(0)
                    } else {
                        Phase::Variants(Vec::new(), 0)
                    };
                }
            }
            Phase::Variants(mut rows, made) if made <= school.method(self.model).variants => {
                let drawing = if made == 0 {
                    self.drawing.clone()
                } else {
                    let mut rng = Rng::stream(school.lesson_seed(), made as u64);
                    vary(
                        &self.drawing,
                        school.pupils[self.model.index()].model.recipe,
                        school.method(self.model).variety,
                        &mut rng,
                    )
                };
                let row = school.pupils[self.model.index()].features_of(&drawing)?;
                rows.extend(row.unwrap_or_default());
                self.phase = Phase::Variants(rows, made + 1);
            }
            Phase::Variants(rows, _) => {
                let pupil = &school.pupils[self.model.index()];
                let width = pupil.features_len();
                self.weights_before = Some(pupil.tail_weights());
                if self.model == ModelId::Classic && school.settings().original_way {
                    let steps = school.original_way(
                        self.model,
                        rows.get(..width).unwrap_or_default(),
                        self.label,
                    )?;
                    self.phase = Phase::Report(steps);
                } else {
                    let skip = self.same.map(|s| s.0);
                    let own = school
                        .own_labels(self.model)
                        .into_iter()
                        .filter(|e| Some(e.0) != skip)
                        .collect();
                    let seed = school.lesson_seed();
                    let method = school.method(self.model);
                    let lesson = Lesson::new(
                        &mut school.pupils[self.model.index()],
                        self.label,
                        rows,
                        own,
                        seed,
                        method,
                    )?;
                    self.phase = Phase::Steps(Box::new(lesson));
                }
            }
            Phase::Steps(mut lesson) => {
                let over = lesson.step(&mut school.pupils[self.model.index()]);
                match over {
                    Ok(true) => self.phase = Phase::Report(lesson.steps),
                    Ok(false) => self.phase = Phase::Steps(lesson),
                    Err(error) => {
                        if let Some(weights) = &self.weights_before {
                            school.pupils[self.model.index()].set_tail_weights(weights);
                        }
                        return Err(error);
                    }
                }
            }
            Phase::Report(steps) => {
                return self
                    .report(school, steps)
                    .map(|o| Advance::Lesson(Box::new(o)));
            }
        }
        school.job = Some(self);
        Ok(Advance::Working)
    }

    fn report(mut self, school: &mut School, steps: u32) -> Result<LessonOutcome, Error> {
        let exam_after = school.examine(self.model)?;
        // In the order of their ids.
        let own = school.own_labels(self.model);
        let label_of = |id: u64| {
            let at = own.binary_search_by_key(&id, |own| own.0).ok()?;
            own.get(at).map(|own| own.1)
        };
        let answers_after = answers(school, self.model)?;
        let mut own_right = [&self.answers_before, &answers_after].map(|answers| {
            let right = |(id, answer): &&(u64, u8)| label_of(*id) == Some(*answer);
            ExamResult {
                right: answers.iter().filter(right).count() as u32,
                total: answers.len() as u32,
            }
        });
        let changed = answers_after
            .into_iter()
            .zip(&self.answers_before)
            .filter(|(after, before)| {
                after.0 == before.0
                    && after.1 != before.1
                    && Some(after.0) != self.same.map(|s| s.0)
            })
            .filter_map(|(after, before)| {
                label_of(after.0).map(|label| Changed {
                    id: after.0,
                    label,
                    before: before.1,
                    after: after.1,
                })
            })
            .collect();
        let after = school.read(&self.drawing)?.probabilities;
        let learned = likeliest(&after) == self.label;
        if self.same.is_none() {
            own_right[1].right += u32::from(learned);
            own_right[1].total += 1;
        }
        let weights = self.weights_before.take();
        let exams = [self.exam_before, exam_after];
        let (example, example_count) = school.finish_lesson(&self, weights, exams, own_right);
        Ok(LessonOutcome {
            label: self.label,
            example,
            confirmed: self.confirmed(),
            before: self.before.probabilities,
            after,
            learned,
            example_count,
            exam_before: self.exam_before,
            exam_after,
            changed,
            steps,
        })
    }
}

/// The likeliest digit of every example that has features, by id.
fn answers(school: &mut School, id: ModelId) -> Result<Vec<(u64, u8)>, Error> {
    let pupil = &mut school.pupils[id.index()];
    let mut ids = Vec::with_capacity(pupil.own.len());
    let mut rows = Vec::new();
    for (example, row) in &pupil.own {
        if !row.is_empty() {
            ids.push(*example);
            rows.extend_from_slice(row);
        }
    }
    let mut out = Vec::with_capacity(ids.len() * DIGITS);
    pupil.answers(&rows, &mut out)?;
    Ok(ids
        .into_iter()
        .zip(out.chunks_exact(DIGITS))
        .map(|(id, p)| (id, likeliest(p)))
        .collect())
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
