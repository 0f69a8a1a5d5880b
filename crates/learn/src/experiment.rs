//! Forgetting, seen: two copies of `classic` as it ships get the same corrections in the same order, one in the original
//! project's way (five steps at rate 0.5 on the one drawing), one in Trazo's; after each lesson both sit the exam, and are
//! asked about all they were taught so far.
//!
//! Forgetting like that of the first was called *catastrophic interference* (McCloskey and Cohen, 1989).
//!
//! Each copy sits in a [`School`] of its own, so that a lesson here is a lesson of the page, number for number, and nothing
//! of the person's is touched.

use trazo_ink::{Drawing, Rng, writer};

use crate::decide::{DIGITS, likeliest};
use crate::error::Error;
use crate::job::Advance;
use crate::memory::Example;
use crate::pupil::OWN_CAPACITY;
use crate::school::{ExamResult, ModelId, School, Settings};

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

/// An experiment under way: call [`advance`](Self::advance) until [`is_over`](Self::is_over).
#[derive(Debug)]
pub struct Experiment {
    /// The original's way, then Trazo's.
    schools: [School; 2],
    lessons: Vec<(Drawing, u8)>,
    chosen: bool,
    is_own: bool,
    /// The person's examples that have not been looked at, oldest first.
    own: Vec<Example>,
    rng: Rng,
    marks: Vec<Mark>,
    /// Whose turn it is in this lesson, and has it begun there?
    turn: (usize, bool),
}

impl School {
    /// Two copies of `classic` as it ships. They are corrected where it is wrong about the person's own drawings, the
    /// latest [`LESSONS`] of those, if there are enough, and else about drawings of the synthetic writer, other ones for
    /// each `seed`.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where the pretrained models are broken.
    pub fn experiment(&self, seed: u64) -> Result<Experiment, Error> {
        let school = |original_way| {
            let [digits, classic] = self.pretrained.clone();
            let mut school = School::new(digits, classic, seed)?;
            school.select(ModelId::Classic)?;
            school.set_settings(Settings { original_way });
            // Drawn for everybody alike: copied where they are there, since all at once they are long to draw.
            school.exam_drawings.clone_from(&self.exam_drawings);
            school.base_drawings.clone_from(&self.base_drawings);
            Ok::<_, Error>(school)
        };
        let mut own: Vec<Example> = self
            .memory
            .iter()
            .rev()
            .take(OWN_CAPACITY)
            .cloned()
            .collect();
        own.reverse();
        Ok(Experiment {
            schools: [school(true)?, school(false)?],
            lessons: Vec::new(),
            chosen: false,
            is_own: !own.is_empty(),
            own,
            rng: Rng::new(seed),
            marks: Vec::new(),
            turn: (0, false),
        })
    }
}

impl Experiment {
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
        let Some(school) = self.schools.get_mut(self.turn.0) else {
            self.turn = (0, false);
            return self.mark().map(Some);
        };
        let lesson = self.marks.len().checked_sub(1);
        let over = match lesson.and_then(|at| self.lessons.get(at)) {
            // Before the first one it is enough to know how the exam stands.
            None => school.advance()? == Advance::Idle,
            Some((drawing, label)) if !self.turn.1 => {
                school.teach(drawing, *label, true, 0)?;
                false
            }
            Some(_) => matches!(school.advance()?, Advance::Lesson(_) | Advance::Idle),
        };
        self.turn = if over {
            (self.turn.0 + 1, false)
        } else {
            (self.turn.0, true)
        };
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
                let [_, school] = &mut self.schools;
                let reading = school.read(&drawing)?;
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

    fn mark(&mut self) -> Result<Mark, Error> {
        let id = ModelId::Classic;
        let lesson = self.marks.len().checked_sub(1);
        let [original, present] = &mut self.schools;
        let mark = Mark {
            label: lesson.and_then(|at| self.lessons.get(at)).map(|l| l.1),
            exam: [original.examine(id)?, present.examine(id)?],
            taught: [original.own_right(id)?, present.own_right(id)?],
        };
        self.marks.push(mark);
        Ok(mark)
    }
}
