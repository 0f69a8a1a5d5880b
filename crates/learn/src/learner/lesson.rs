//! A lesson from the tap to the outcome, in units short enough to answer a drawing in between.
//!
//! A lesson changes its learner and nothing else. What becomes of the example, the history and the way back is up to
//! whoever gave it, once, when it is [`Over`](Step::Over); until then it can be [`cancel`](Lesson::cancel)led.

use trazo_ink::{Drawing, pack};
use trazo_nn::{Optimizer, OptimizerSpec, Targets};

use super::neighbors::OWN_CAPACITY;
use super::state::Learner;
use super::survey::Survey;
use crate::error::Error;
use crate::exam::ExamResult;
use crate::examples::{Content, Example, Examples};
use crate::model::Model;
use crate::reading::{DIGITS, Reading, decide, likeliest};

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
    /// The network said so already and was sure, with memory and without it: stored, nothing learned.
    pub confirmed: bool,
    /// Numbers by label before, as in [`Reading`].
    pub before: Vec<f32>,
    /// And after.
    pub after: Vec<f32>,
    /// The likeliest is now the label.
    pub learned: bool,
    /// Examples remembered.
    pub example_count: usize,
    /// The exam before.
    pub exam_before: ExamResult,
    /// The exam after.
    pub exam_after: ExamResult,
    /// Other examples whose answer changed.
    pub changed: Vec<Changed>,
    /// Drawings that left the hand: this one, or those like it that are said to be another digit.
    pub hand_forgotten: usize,
    /// Steps that the weights took.
    pub steps: u32,
}

/// What one unit of a lesson brought.
#[derive(Debug)]
pub(crate) enum Step {
    /// There is more to do.
    Working,
    /// The lesson is over.
    Over(Box<Taught>),
}

/// A lesson that is over: what is to be kept, and what it takes to undo it.
#[derive(Debug)]
pub(crate) struct Taught {
    pub outcome: LessonOutcome,
    pub example: Example,
    /// This very drawing among the examples before, under the same id or under one that it gives up.
    pub earlier: Option<Example>,
    /// The head before; `None` where the weights stayed.
    pub weights_before: Option<Vec<f32>>,
    /// Drawings that leave the hand.
    pub contradicted: Vec<u64>,
    pub lessons_before: u32,
    /// Milliseconds since 1970 (UTC).
    pub at_ms: u64,
    /// The person's own examples, before and after.
    pub own: [ExamResult; 2],
}

/// What the weights are to learn in a lesson.
#[derive(Debug)]
pub struct Turn<'a> {
    /// What was drawn.
    pub drawing: &'a Drawing,
    /// The drawing's features.
    pub row: &'a [f32],
    /// What the person says it is.
    pub label: u8,
    /// The earlier examples, oldest first, with their labels.
    pub own: Vec<(u64, u8)>,
}

#[derive(Debug, Clone)]
enum Phase {
    /// The caches are filled.
    Warm,
    /// How things stand before.
    Before(Survey),
    /// It is the weights' turn, where they learn too.
    Turn,
    /// The example joins memory.
    Join,
    /// What it says of everything is made good.
    Settle,
    /// How things stand after.
    After(Survey),
}

/// A lesson under way.
#[derive(Debug, Clone)]
pub(crate) struct Lesson {
    drawing: Drawing,
    /// The drawing as it will be kept: under a new id, or the one that is there.
    example: Example,
    earlier: Option<Example>,
    original_way: bool,
    before: Reading,
    /// The drawing's features.
    row: Vec<f32>,
    confirmed: bool,
    exam_before: ExamResult,
    answers_before: Vec<(u64, u8)>,
    lessons_before: u32,
    at_ms: u64,
    weights_before: Option<Vec<f32>>,
    contradicted: Vec<u64>,
    steps: u32,
    phase: Phase,
}

impl Lesson {
    /// This drawing, which was read as `before`, is a `label`. `original_way`: five steps on it and nothing else.
    pub fn new(
        learner: &Learner,
        examples: &Examples,
        drawing: &Drawing,
        label: u8,
        before: Reading,
        original_way: bool,
        now_ms: u64,
    ) -> Self {
        let packed = pack::pack(drawing);
        let earlier = examples.same_drawing(&packed).cloned();
        let new = examples.next_id();
        let mut example = earlier.clone().unwrap_or_else(|| Example {
            id: new,
            label,
            first_read: before.digit,
            taught_at: now_ms,
            source: "pad".into(),
            content: Content::Strokes(packed),
        });
        example.label = label;
        // Memory holds the newest: one that it no longer holds must be among them to be heard.
        let mut held = examples.iter().rev().take(OWN_CAPACITY);
        if !held.any(|each| each.id == example.id) {
            example.id = new;
        }
        Self {
            drawing: drawing.clone(),
            example,
            earlier,
            original_way,
            before,
            row: Vec::new(),
            confirmed: false,
            exam_before: ExamResult::default(),
            answers_before: Vec::new(),
            lessons_before: learner.model.lessons,
            at_ms: now_ms,
            weights_before: None,
            contradicted: Vec::new(),
            steps: 0,
            phase: Phase::Warm,
        }
    }

    /// One unit. Where it fails the lesson must be [`cancel`](Self::cancel)led.
    pub fn advance(&mut self, learner: &mut Learner, examples: &Examples) -> Result<Step, Error> {
        match &mut self.phase {
            Phase::Warm => {
                // Also until all of the person's drawings are in memory: what the lesson tells of them, and of the exam, stays
                // in the history.
                if !learner.warm(examples)? {
                    self.phase = Phase::Before(Survey::new(learner));
                }
            }
            Phase::Before(survey) => {
                if !survey.work(learner)? {
                    self.answers_before = std::mem::take(&mut survey.answers);
                    self.begin(learner)?;
                }
            }
            // The weights know ten classes.
            Phase::Turn if self.original_way && usize::from(self.example.label) < DIGITS => {
                self.take_turn(learner, examples, |learner, turn| {
                    original_way(learner, turn)
                })?;
            }
            Phase::Turn => self.phase = Phase::Join,
            Phase::Join => {
                learner.model.lessons += u32::from(!self.confirmed);
                // As it is kept, thinned and packed, so that it says the same after a reload.
                let Example { id, label, .. } = self.example;
                let row = learner.features_of_example(&self.example)?;
                learner.remember(id, label, true, row)?;
                learner.expect_examples();
                if let Content::Strokes(packed) = &self.example.content {
                    let same = examples.same_in_hand(packed);
                    self.contradicted.extend(same.map(|drawing| drawing.id));
                }
                let others = learner.contradicted_by(id);
                let others = others
                    .into_iter()
                    .filter(|id| !self.contradicted.contains(id));
                let others: Vec<u64> = others.collect();
                self.contradicted.extend(others);
                for id in &self.contradicted {
                    learner.forget(*id);
                }
                self.phase = Phase::Settle;
            }
            Phase::Settle => {
                if !learner.settle() {
                    self.phase = Phase::After(Survey::new(learner));
                }
            }
            Phase::After(survey) => {
                if !survey.work(learner)? {
                    let answers = std::mem::take(&mut survey.answers);
                    let taught = self.report(learner, examples, &answers)?;
                    return Ok(Step::Over(Box::new(taught)));
                }
            }
        }
        Ok(Step::Working)
    }

    /// The model, which is `now` in the middle of the lesson, as it was before.
    pub fn before(&self, now: &Model) -> Model {
        let mut model = now.clone();
        if let Some(weights) = &self.weights_before {
            model.set_head_weights(weights);
        }
        model.lessons = self.lessons_before;
        model
    }

    /// The learner as it was before.
    pub fn cancel(&mut self, learner: &mut Learner) {
        if let Some(weights) = self.weights_before.take() {
            learner.set_head_weights(&weights);
        }
        learner.model.lessons = self.lessons_before;
        // One that was known under another label comes back with it when the caches are filled, and so does the hand.
        learner.forget(self.example.id);
        learner.expect_examples();
    }

    /// Is there anything to learn?
    fn begin(&mut self, learner: &mut Learner) -> Result<(), Error> {
        self.exam_before = learner.exam().unwrap_or_default();
        self.row = learner.features_of(&self.drawing)?;
        let alone = decide(&learner.weights_answers(&self.row)?).digit;
        let right = Some(self.example.label);
        self.confirmed = self.before.digit == right && alone == right;
        self.phase = match self.confirmed {
            true => Phase::Join,
            false => Phase::Turn,
        };
        Ok(())
    }

    /// Is it the weights' turn?
    pub fn is_turn(&self) -> bool {
        matches!(self.phase, Phase::Turn)
    }

    /// The weights' turn, in another way: `teach` changes them and says in how many steps.
    pub fn take_turn(
        &mut self,
        learner: &mut Learner,
        examples: &Examples,
        teach: impl FnOnce(&mut Learner, &Turn<'_>) -> Result<u32, Error>,
    ) -> Result<(), Error> {
        self.weights_before = Some(learner.model.head_weights().to_vec());
        self.steps = teach(learner, &self.turn(examples, learner))?;
        self.phase = Phase::Join;
        Ok(())
    }

    fn turn(&self, examples: &Examples, learner: &Learner) -> Turn<'_> {
        let mut own = learner.own_labels(examples);
        own.retain(|(id, _)| *id != self.example.id);
        Turn {
            drawing: &self.drawing,
            row: &self.row,
            label: self.example.label,
            own,
        }
    }

    /// What has changed by all that.
    fn report(
        &mut self,
        learner: &mut Learner,
        examples: &Examples,
        answers: &[(u64, u8)],
    ) -> Result<Taught, Error> {
        let Example { id: new, label, .. } = self.example;
        let label_of = |id| examples.get(id).map(|e| e.label);
        let share = |answers: &[(u64, u8)], of_new: Option<u8>| {
            let label = |id| if id == new { of_new } else { label_of(id) };
            let right = answers.iter().filter(|a| label(a.0) == Some(a.1));
            ExamResult {
                right: right.count() as u32,
                total: answers.len() as u32,
            }
        };
        let own = [
            share(&self.answers_before, self.earlier.as_ref().map(|e| e.label)),
            share(answers, Some(label)),
        ];
        let changed = self.answers_before.iter().filter_map(|&(id, before)| {
            let i = answers.binary_search_by_key(&id, |a| a.0).ok()?;
            let (after, label) = (answers.get(i)?.1, label_of(id)?);
            (after != before && id != new).then_some(Changed {
                id,
                label,
                before,
                after,
            })
        });
        let changed = changed.collect();
        let after = learner.read(&self.drawing)?.probabilities;
        let learned = likeliest(&after) == label;
        let outcome = LessonOutcome {
            label,
            example: new,
            confirmed: self.confirmed,
            before: self.before.probabilities.clone(),
            after,
            learned,
            example_count: examples.len() + usize::from(self.earlier.is_none()),
            exam_before: self.exam_before,
            exam_after: learner.exam().unwrap_or_default(),
            changed,
            hand_forgotten: self.contradicted.len(),
            steps: self.steps,
        };
        Ok(Taught {
            outcome,
            example: self.example.clone(),
            earlier: self.earlier.take(),
            weights_before: self.weights_before.take(),
            contradicted: std::mem::take(&mut self.contradicted),
            lessons_before: self.lessons_before,
            at_ms: self.at_ms,
            own,
        })
    }
}

impl Learner {
    /// The examples that it knows, with their labels.
    pub(crate) fn own_labels(&self, examples: &Examples) -> Vec<(u64, u8)> {
        let label = |id| Some((id, examples.get(id)?.label));
        self.own_ids().filter_map(label).collect()
    }
}

/// Five steps of plain gradient descent on the one sample, rate 0.5: the original project's way.
fn original_way(learner: &mut Learner, turn: &Turn<'_>) -> Result<u32, Error> {
    const EPOCHS: u32 = 5;
    let head = learner.model.head();
    let (network, workspace) = learner.network();
    let mut optimizer = Optimizer::for_network(OptimizerSpec::sgd(0.5), network)?;
    for _ in 0..EPOCHS {
        network.loss_and_gradient(head, turn.row, Targets::Labels(&[turn.label]), workspace)?;
        let gradients = workspace.gradients();
        network.update(|params| {
            let range = 0..params.len();
            optimizer.step(params, gradients, 1.0, range)
        })?;
    }
    Ok(EPOCHS)
}
