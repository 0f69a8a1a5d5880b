//! Forgetting, seen: two copies of `classic` as it ships get the same corrections in the same order, one in the original
//! project's way (five steps at rate 0.5 on the one drawing), one in Trazo's; after each lesson both sit the exam, and are
//! asked about all they were taught so far.
//!
//! Forgetting like that of the first was called *catastrophic interference* (McCloskey and Cohen, 1989).
//!
//! Each copy sits in a [`Session`] of its own, so that a lesson here is a lesson of the page, number for number, and nothing
//! of the person's is touched.

use trazo_ink::{Drawing, Rng, writer};

use crate::error::Error;
use crate::exam::ExamResult;
use crate::examples::Example;
use crate::learner::{OWN_CAPACITY, Survey};
use crate::model::{ModelId, Settings};
use crate::reading::{DIGITS, likeliest};
use crate::session::{Advance, Session};

/// How many corrections are given.
pub const LESSONS: usize = 40;
/// With fewer mistakes than these among the person's own examples the synthetic writer draws the lessons.
const ENOUGH: usize = 20;

/// How the two ways stand after a lesson: the original's first, then Trazo's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// What was taught; `None` before the first lesson.
    pub label: Option<u8>,
    /// The exam, which nobody is taught.
    pub exam: [ExamResult; 2],
    /// Of what was taught so far, how much is read right.
    pub taught: [ExamResult; 2],
}

/// What a way does next.
#[derive(Debug)]
enum Turn {
    /// The lesson begins.
    Teach,
    /// Units of it are done.
    Advance,
    /// It is seen how things stand.
    Survey(Survey),
}

/// An experiment under way: call [`advance`](Self::advance) until [`is_over`](Self::is_over).
#[derive(Debug)]
pub struct Experiment {
    /// The original's way, then Trazo's.
    sessions: [Session; 2],
    lessons: Vec<(Drawing, u8)>,
    chosen: bool,
    is_own: bool,
    /// The person's examples that have not been looked at, oldest first.
    own: Vec<Example>,
    rng: Rng,
    marks: Vec<Mark>,
    /// How those stand who had their turn in this lesson.
    standing: Vec<[ExamResult; 2]>,
    turn: Turn,
}

impl Experiment {
    /// Two copies of a session's `classic` as it ships. They are corrected where it is wrong about the person's own
    /// drawings, the latest [`LESSONS`] of those, if there are enough, and else about drawings of the synthetic writer, other
    /// ones for each `seed`.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where the pretrained models are broken.
    pub fn new(session: &Session, seed: u64) -> Result<Self, Error> {
        let copy = |original_way| {
            let [digits, classic] = session.pretrained.clone();
            let mut copy = Session::new(digits, classic, seed)?;
            copy.select(ModelId::Classic)?;
            copy.set_settings(Settings {
                original_way,
                ..Settings::default()
            })?;
            Ok::<_, Error>(copy)
        };
        let own = session.examples().iter().rev().take(OWN_CAPACITY);
        let mut own: Vec<Example> = own.cloned().collect();
        own.reverse();
        Ok(Self {
            sessions: [copy(true)?, copy(false)?],
            lessons: Vec::new(),
            chosen: false,
            is_own: !own.is_empty(),
            own,
            rng: Rng::new(seed),
            marks: Vec::new(),
            standing: Vec::new(),
            turn: Turn::Advance,
        })
    }

    /// How many lessons there are; 0 until they have been chosen.
    pub fn lessons(&self) -> usize {
        if self.chosen { self.lessons.len() } else { 0 }
    }

    /// The lessons are the person's own drawings.
    pub fn is_own(&self) -> bool {
        self.is_own
    }

    /// So far: before the first lesson, then after each.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// All lessons have been given.
    pub fn is_over(&self) -> bool {
        self.chosen && self.marks.len() > self.lessons.len()
    }

    /// One unit of work, a millisecond or so; a mark where that completed one.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    pub fn advance(&mut self) -> Result<Option<Mark>, Error> {
        if self.is_over() {
            return Ok(None);
        }
        if !self.chosen {
            return self.choose().map(|()| None);
        }
        let Some(session) = self.sessions.get_mut(self.standing.len()) else {
            return Ok(Some(self.mark()));
        };
        // Before the first lesson it is enough to know how the exam stands.
        let lesson = self.marks.len().checked_sub(1);
        let lesson = lesson.and_then(|at| self.lessons.get(at));
        match (&mut self.turn, lesson) {
            (Turn::Teach, Some((drawing, label))) => {
                session.teach(drawing, *label, true, 0)?;
                self.turn = Turn::Advance;
            }
            (Turn::Survey(survey), _) => {
                if let Some(standing) = session.survey_unit(survey)? {
                    self.standing.push(standing);
                    self.turn = match lesson {
                        Some(_) => Turn::Teach,
                        None => Turn::Advance,
                    };
                }
            }
            _ => {
                if matches!(session.advance()?, Advance::Lesson(_) | Advance::Idle) {
                    self.turn = Turn::Survey(session.survey());
                }
            }
        }
        Ok(None)
    }

    /// Looks at one drawing: a lesson is what `classic` as it ships reads wrong.
    fn choose(&mut self) -> Result<(), Error> {
        let next = if self.is_own {
            let example = self.own.pop();
            // A picture has no strokes, and is no lesson; so is what cannot be read.
            example.map(|e| (e.drawing().ok().flatten().unwrap_or_default(), e.label))
        } else {
            let label = self.rng.below(DIGITS) as u8;
            Some((writer::random(label, &mut self.rng), label))
        };
        match next {
            Some((drawing, label)) => {
                let [_, session] = &mut self.sessions;
                let reading = session.read(&drawing)?;
                if reading.ink.is_some() && likeliest(&reading.probabilities) != label {
                    self.lessons.push((drawing, label));
                    self.chosen = self.lessons.len() == LESSONS;
                }
            }
            None if self.lessons.len() < ENOUGH => {
                self.is_own = false;
                self.lessons.clear();
            }
            None => self.chosen = true,
        }
        if self.chosen && self.is_own {
            // They were looked at from the latest to the oldest.
            self.lessons.reverse();
        }
        Ok(())
    }

    fn mark(&mut self) -> Mark {
        let lesson = self.marks.len().checked_sub(1);
        let mut standing = std::mem::take(&mut self.standing).into_iter();
        let [original, present] = [(); 2].map(|()| standing.next().unwrap_or_default());
        let mark = Mark {
            label: lesson.and_then(|at| self.lessons.get(at)).map(|l| l.1),
            exam: [original[0], present[0]],
            taught: [original[1], present[1]],
        };
        self.marks.push(mark);
        self.turn = Turn::Teach;
        mark
    }
}
