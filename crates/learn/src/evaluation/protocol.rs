//! The protocols: each starts from the models as they ship, teaches through a [`Session`] exactly as the page does, and
//! measures on digits that were not taught. Everything is seeded.

use trazo_ink::{Drawing, Origin};
use trazo_nn::Workspace;

use super::ways::Way;
use crate::error::Error;
use crate::learner::{Learner, LessonOutcome, Places};
use crate::model::{Model, ModelId, Settings};
use crate::reading::{DIGITS, likeliest};
use crate::session::{Advance, Session, Teach};

/// A set of digits that is read before and after. Keeps the features, so that reading ten thousand takes a moment.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    rows: Vec<f32>,
    labels: Vec<u8>,
    /// So many of the first are pictures; a pen drew the others.
    pictures: usize,
    /// Once [`Subject::prepare`] has made them.
    places: Option<Places>,
}

impl Sheet {
    /// The features of `inputs` (`[rows, height * width]`, made by the model's recipe) under the model's backbone.
    ///
    /// # Errors
    /// [`Error::Network`] where the inputs are not whole rows.
    pub fn new(model: &Model, inputs: &[f32], labels: &[u8]) -> Result<Self, Error> {
        let rows = model.features(inputs, &mut Workspace::new())?;
        Ok(Self {
            rows,
            labels: labels.to_vec(),
            pictures: 0,
            places: None,
        })
    }

    /// The same sheet, whose first digits so many are pictures.
    pub fn with_pictures(self, pictures: usize) -> Self {
        let pictures = pictures.min(self.labels.len());
        Self { pictures, ..self }
    }

    /// The sheet of drawings; one without ink is passed over.
    ///
    /// # Errors
    /// As [`Sheet::new`].
    pub fn of_drawings(model: &Model, drawings: &[(&Drawing, u8)]) -> Result<Self, Error> {
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        for (drawing, label) in drawings {
            if let Some(input) = model.recipe.input(drawing) {
                inputs.extend(input);
                labels.push(*label);
            }
        }
        Self::new(model, &inputs, &labels)
    }

    /// How many digits are on it.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// How many of them are read right as the page reads them: by the weights and the memory of the model `id`. Its
    /// backbone must be the one that the sheet was made with.
    ///
    /// # Errors
    /// [`Error::Network`] where features do not fit.
    pub fn read_right(&self, session: &mut Session, id: ModelId) -> Result<usize, Error> {
        let learner = &mut session.learners[id.index()];
        let answers = match &self.places {
            Some(places) => learner.answers_at(&self.rows, places)?,
            None => {
                let places = self.places_of(learner)?;
                learner.answers_at(&self.rows, &places)?
            }
        };
        Ok(self.count_right(&answers, learner.classes()))
    }

    fn places_of(&self, learner: &mut Learner) -> Result<Places, Error> {
        let width = self.rows.len() / self.labels.len().max(1);
        let (pictures, drawn) = self.rows.split_at(self.pictures * width);
        let mut places = learner.places(pictures, Origin::Picture)?;
        places.append(learner.places(drawn, Origin::Pen)?);
        Ok(places)
    }

    fn count_right(&self, answers: &[f32], classes: usize) -> usize {
        let answers = answers.chunks_exact(classes).zip(&self.labels);
        answers.filter(|(p, l)| likeliest(p) == **l).count()
    }

    /// How many of them the weights alone read right. The backbone must be the one that the sheet was made with.
    ///
    /// # Errors
    /// [`Error::Network`] where features do not fit.
    pub fn right(&self, model: &Model) -> Result<usize, Error> {
        let answers = model.answers(&self.rows, &mut Workspace::new())?;
        Ok(self.count_right(&answers, DIGITS))
    }
}

/// Before and after, on one sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Right before.
    pub before: usize,
    /// Right after.
    pub after: usize,
    /// Digits on the sheet.
    pub total: usize,
}

impl Change {
    /// After less before, in percentage points.
    pub fn points(&self) -> f64 {
        100.0 * (self.after as f64 - self.before as f64) / self.total.max(1) as f64
    }
}

/// What came of one protocol run.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Lessons given (drawings that were read right are not taught).
    pub lessons: usize,
    /// On the same person's further digits.
    pub own: Change,
    /// On everybody else's.
    pub exam: Change,
    /// The same by the weights alone, as someone reads who was given them without the examples.
    pub own_weights: Change,
    /// And on everybody else's.
    pub exam_weights: Change,
    /// Of the remembered examples, how many are read right at the end.
    pub remembered_right: usize,
    /// Drawings in the hand at the end.
    pub hand: usize,
    /// Optimizer steps, all lessons together.
    pub steps: u32,
}

/// Who is taught: the models as they ship and which of them.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The `digits` model.
    pub digits: &'a Model,
    /// The `classic` model.
    pub classic: &'a Model,
    /// Which one is taught.
    pub id: ModelId,
    /// Choices, such as the original way.
    pub settings: Settings,
    /// How lessons are given.
    pub way: Way,
    /// Which of the taught are remembered and how they are replayed.
    pub seed: u64,
    /// From [`Subject::prepare`]: every run begins with a copy of it.
    pub ready: Option<Session>,
}

impl Subject<'_> {
    /// A session that has been taught nothing yet.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where a model does not fit its recipe.
    pub fn session(&self) -> Result<Session, Error> {
        if let Some(ready) = &self.ready {
            return Ok(ready.clone());
        }
        let mut session = Session::new(self.digits.clone(), self.classic.clone(), self.seed)?;
        session.select(self.id)?;
        session.set_settings(self.settings)?;
        session.learners[self.id.index()].set_method(self.way.method());
        Ok(session)
    }

    /// Fills the caches once for all runs, and makes `exam` quick to read again and again.
    ///
    /// # Errors
    /// As [`Subject::session`] and [`Session::advance`].
    pub fn prepare(&mut self, exam: &mut Sheet) -> Result<(), Error> {
        let mut session = self.session()?;
        while session.advance()? != Advance::Idle {}
        exam.places = Some(exam.places_of(&mut session.learners[self.id.index()])?);
        self.ready = Some(session);
        Ok(())
    }

    /// The model that is taught, as it ships.
    pub fn model(&self) -> &Model {
        match self.id {
            ModelId::Digits | ModelId::Own => self.digits,
            ModelId::Classic => self.classic,
        }
    }

    /// Goes through `drawn` in order as a person who `corrects` what is read wrong, or never does: what is not corrected is
    /// the session's to remember. Then measures on `rest` and on `exam`.
    ///
    /// # Errors
    /// [`Error::Network`] where a model is broken.
    pub fn drawn(
        &self,
        drawn: &[(&Drawing, u8)],
        corrects: bool,
        rest: &Sheet,
        exam: &Sheet,
    ) -> Result<(Outcome, Session), Error> {
        let mut session = self.session()?;
        let mut outcome = Outcome::default();
        self.go_through(&mut session, drawn, corrects, &mut outcome)?;
        self.measure(&mut session, &mut outcome, rest, exam)?;
        Ok((outcome, session))
    }

    fn go_through(
        &self,
        session: &mut Session,
        drawn: &[(&Drawing, u8)],
        corrects: bool,
        outcome: &mut Outcome,
    ) -> Result<(), Error> {
        for (drawing, label) in drawn {
            let reading = session.read(drawing)?;
            if corrects && reading.ink.is_some() && likeliest(&reading.probabilities) != *label {
                outcome.steps +=
                    lesson(session, &self.way, drawing, *label)?.map_or(0, |l| l.steps);
                outcome.lessons += 1;
            } else if session.remember(drawing, 0)? {
                // What was remembered is heard from the next drawing on.
                while session.advance()? != Advance::Idle {}
            }
        }
        Ok(())
    }

    /// One person on the device of another, who has drawn and corrected `first`: how many of `rest`, the second person's,
    /// are read right at once, and once they have drawn and corrected `second`.
    ///
    /// # Errors
    /// As [`Subject::drawn`].
    pub fn second_person(
        &self,
        first: &[(&Drawing, u8)],
        second: &[(&Drawing, u8)],
        rest: &Sheet,
    ) -> Result<[Change; 2], Error> {
        let mut session = self.session()?;
        let mut outcome = Outcome::default();
        let before = rest.right(self.model())?;
        let mut changes = [Change::default(); 2];
        for (change, drawn) in changes.iter_mut().zip([first, second]) {
            self.go_through(&mut session, drawn, true, &mut outcome)?;
            *change = Change {
                before,
                after: rest.read_right(&mut session, self.id)?,
                total: rest.len(),
            };
        }
        Ok(changes)
    }

    /// Teaches every one of `taught`, right or wrong; then measures.
    ///
    /// # Errors
    /// As [`Subject::drawn`].
    pub fn taught(
        &self,
        taught: &[(&Drawing, u8)],
        rest: &Sheet,
        exam: &Sheet,
    ) -> Result<(Outcome, Session), Error> {
        let mut session = self.session()?;
        let mut outcome = Outcome::default();
        for (drawing, label) in taught {
            outcome.steps +=
                lesson(&mut session, &self.way, drawing, *label)?.map_or(0, |l| l.steps);
            outcome.lessons += 1;
        }
        self.measure(&mut session, &mut outcome, rest, exam)?;
        Ok((outcome, session))
    }

    fn measure(
        &self,
        session: &mut Session,
        outcome: &mut Outcome,
        rest: &Sheet,
        exam: &Sheet,
    ) -> Result<(), Error> {
        let mut change = |sheet: &Sheet| -> Result<(Change, Change), Error> {
            let (before, total) = (sheet.right(self.model())?, sheet.len());
            let of = |after| Change {
                before,
                after,
                total,
            };
            let together = sheet.read_right(session, self.id)?;
            Ok((of(together), of(sheet.right(session.model(self.id))?)))
        };
        (outcome.own, outcome.own_weights) = change(rest)?;
        (outcome.exam, outcome.exam_weights) = change(exam)?;
        outcome.hand = session.examples().hand().len();
        let ids: Vec<(u64, u8)> = session.examples().iter().map(|e| (e.id, e.label)).collect();
        for (id, label) in ids {
            outcome.remembered_right += usize::from(session.likeliest_answer(id)? == Some(label));
        }
        Ok(())
    }
}

/// One lesson from beginning to end; `None` where it was refused (a blank).
///
/// # Errors
/// As [`Session::teach`] and [`Session::advance`].
pub fn lesson(
    session: &mut Session,
    way: &Way,
    drawing: &Drawing,
    label: u8,
) -> Result<Option<LessonOutcome>, Error> {
    if session.teach(drawing, label, true, 0)? != Teach::Started {
        return Ok(None);
    }
    let seed = session.seed ^ session.revision.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    loop {
        // The original's way is a choice of the person's, which every way respects.
        let teacher = way.teacher().filter(|_| !session.settings().original_way);
        if let Some((teacher, (lesson, learner, examples))) = teacher.zip(session.turn()) {
            lesson.take_turn(learner, examples, |learner, turn| {
                teacher.teach(learner, turn, seed)
            })?;
        }
        match session.advance()? {
            Advance::Lesson(outcome) => return Ok(Some(*outcome)),
            Advance::Idle => return Ok(None),
            _ => {}
        }
    }
}
