//! How well does it learn from people: the protocols behind `trazo eval --teach`.
//!
//! Each protocol starts from the models as they ship, teaches through [`School`] exactly as the page does, and measures
//! on digits that were not taught. Everything is seeded.

use trazo_ink::Drawing;
use trazo_nn::Workspace;

use crate::decide::{DIGITS, likeliest};
use crate::error::Error;
use crate::job::{Advance, LessonOutcome, Teach};
use crate::method::Method;
use crate::pupil::{Model, Places, tail_answers};
use crate::school::{ModelId, School, Settings};

/// A set of digits that is read before and after. Keeps the features, so that reading ten thousand takes a moment.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    rows: Vec<f32>,
    labels: Vec<u8>,
    /// Once [`Pupil::prepare`] has made them.
    places: Option<Places>,
}

impl Sheet {
    /// The features of `inputs` (`[rows, height * width]`, made by the model's recipe) under the model's trunk.
    ///
    /// # Errors
    /// [`Error::Network`] where the inputs are not whole rows.
    pub fn new(model: &Model, inputs: &[f32], labels: &[u8]) -> Result<Self, Error> {
        /// Rows at a time: enough for the kernels, little enough for the cache.
        const CHUNK: usize = 64;
        let mut sheet = Self {
            labels: labels.to_vec(),
            ..Self::default()
        };
        if model.tail() == 0 {
            sheet.rows.extend_from_slice(inputs);
            return Ok(sheet);
        }
        let mut workspace = Workspace::new();
        for part in inputs.chunks(CHUNK * model.recipe.input_len()) {
            sheet.rows.extend_from_slice(model.network.forward_layers(
                0..model.tail(),
                part,
                &mut workspace,
            )?);
        }
        Ok(sheet)
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
    /// trunk must be the one that the sheet was made with.
    ///
    /// # Errors
    /// [`Error::Network`] where features do not fit.
    pub fn read_right(&self, school: &mut School, id: ModelId) -> Result<usize, Error> {
        let mut answers = Vec::with_capacity(self.labels.len() * DIGITS);
        let pupil = &mut school.pupils[id.index()];
        match &self.places {
            Some(places) => pupil.answers_at(&self.rows, places, &mut answers)?,
            None => pupil.answers(&self.rows, &mut answers)?,
        }
        Ok(self.count_right(&answers))
    }

    fn count_right(&self, answers: &[f32]) -> usize {
        let answers = answers.chunks_exact(DIGITS).zip(&self.labels);
        answers.filter(|(p, l)| likeliest(p) == **l).count()
    }

    /// How many of them the weights alone read right. The trunk must be the one that the sheet was made with.
    ///
    /// # Errors
    /// [`Error::Network`] where features do not fit.
    pub fn right(&self, model: &Model) -> Result<usize, Error> {
        let mut answers = Vec::with_capacity(self.labels.len() * DIGITS);
        tail_answers(model, &self.rows, &mut Workspace::new(), &mut answers)?;
        Ok(self.count_right(&answers))
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
    /// Optimiser steps, all lessons together.
    pub steps: u32,
}

/// Who is taught: the models as they ship and which of them.
#[derive(Debug)]
pub struct Pupil<'a> {
    /// The `digits` model.
    pub digits: &'a Model,
    /// The `classic` model.
    pub classic: &'a Model,
    /// Which one is taught.
    pub id: ModelId,
    /// Choices, such as the original way.
    pub settings: Settings,
    /// How lessons are given.
    pub method: Method,
    /// Which of the taught are remembered and how they are replayed.
    pub seed: u64,
    /// From [`Pupil::prepare`]: every run begins with a copy of it.
    pub ready: Option<School>,
}

impl Pupil<'_> {
    /// A school that has been taught nothing yet.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where a model does not fit its recipe.
    pub fn school(&self) -> Result<School, Error> {
        let mut school = School::new(self.digits.clone(), self.classic.clone(), self.seed)?;
        school.select(self.id)?;
        school.set_settings(self.settings);
        school.set_method(self.id, self.method);
        if let Some(ready) = &self.ready {
            school.share(ready);
        }
        Ok(school)
    }

    /// Fills the caches once for all runs, and makes `exam` quick to read again and again.
    ///
    /// # Errors
    /// As [`Pupil::school`] and [`School::advance`].
    pub fn prepare(&mut self, exam: &mut Sheet) -> Result<(), Error> {
        let mut school = self.school()?;
        while school.advance()? != Advance::Idle {}
        exam.places = Some(school.pupils[self.id.index()].places(&exam.rows)?);
        self.ready = Some(school);
        Ok(())
    }

    /// The model that is taught, as it ships.
    pub fn model(&self) -> &Model {
        match self.id {
            ModelId::Digits => self.digits,
            ModelId::Classic => self.classic,
        }
    }

    /// Goes through `taught` in order, correcting only what was read wrong; then measures on `rest` and on `exam`.
    ///
    /// # Errors
    /// [`Error::Network`] where a model is broken.
    pub fn corrected(
        &self,
        taught: &[(&Drawing, u8)],
        rest: &Sheet,
        exam: &Sheet,
    ) -> Result<(Outcome, School), Error> {
        let mut school = self.school()?;
        let mut outcome = Outcome::default();
        for (drawing, label) in taught {
            let reading = school.read(drawing)?;
            if reading.ink.is_some() && likeliest(&reading.probabilities) != *label {
                outcome.steps += lesson(&mut school, drawing, *label)?.map_or(0, |l| l.steps);
                outcome.lessons += 1;
            }
        }
        self.measure(&mut school, &mut outcome, rest, exam)?;
        Ok((outcome, school))
    }

    /// Teaches every one of `taught`, right or wrong; then measures.
    ///
    /// # Errors
    /// As [`Pupil::corrected`].
    pub fn taught(
        &self,
        taught: &[(&Drawing, u8)],
        rest: &Sheet,
        exam: &Sheet,
    ) -> Result<(Outcome, School), Error> {
        let mut school = self.school()?;
        let mut outcome = Outcome::default();
        for (drawing, label) in taught {
            outcome.steps += lesson(&mut school, drawing, *label)?.map_or(0, |l| l.steps);
            outcome.lessons += 1;
        }
        self.measure(&mut school, &mut outcome, rest, exam)?;
        Ok((outcome, school))
    }

    fn measure(
        &self,
        school: &mut School,
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
            let together = sheet.read_right(school, self.id)?;
            Ok((of(together), of(sheet.right(school.model(self.id))?)))
        };
        (outcome.own, outcome.own_weights) = change(rest)?;
        (outcome.exam, outcome.exam_weights) = change(exam)?;
        let ids: Vec<(u64, u8)> = school.memory().iter().map(|e| (e.id, e.label)).collect();
        for (id, label) in ids {
            outcome.remembered_right += usize::from(school.likeliest_answer(id)? == Some(label));
        }
        Ok(())
    }
}

/// One lesson from beginning to end; `None` where it was refused (a blank).
///
/// # Errors
/// As [`School::teach`] and [`School::advance`].
pub fn lesson(
    school: &mut School,
    drawing: &Drawing,
    label: u8,
) -> Result<Option<LessonOutcome>, Error> {
    if school.teach(drawing, label, true, 0)? != Teach::Started {
        return Ok(None);
    }
    loop {
        match school.advance()? {
            Advance::Lesson(outcome) => return Ok(Some(*outcome)),
            Advance::Idle => return Ok(None),
            _ => {}
        }
    }
}
