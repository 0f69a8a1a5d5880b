//! What must be there before a learner can be taught, made one unit at a time; and the exam, asked one unit at a time.

use trazo_ink::{Drawing, Origin};

use super::neighbors::Kept;
use super::state::{Learner, Places};
use super::votes::{Votes, margin};
use super::whitening::Whitening;
use crate::error::Error;
use crate::exam::{self, ExamResult, NO_DIGIT};
use crate::examples::Examples;
use crate::model::{CHUNK, logit, ten};
use crate::reading::{DIGITS, insertion_sort, likeliest};

/// Exam digits whose directions are made in one unit of work.
const UNIT: usize = 4;

/// A network that knows little is measured by this margin, in logits: memory must be able to be sure where it is not.
const LEAST_MARGIN: f32 = 3.0;

impl Learner {
    /// One unit of what is missing, a millisecond or two; `false` where nothing is.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    pub fn warm(&mut self, examples: &Examples) -> Result<bool, Error> {
        if let Some((drawing, label)) = self.exam_drawings.next() {
            self.exam.labels.push(label);
            let row = self.inked(&drawing)?;
            self.exam.rows.extend(row);
            return Ok(true);
        }
        if let Some((drawing, label)) = self.base_drawings.next() {
            self.base.labels.push(label);
            let row = self.inked(&drawing)?;
            self.base.rows.extend(row);
            return Ok(true);
        }
        let Some(whitening) = &mut self.whitening else {
            self.anchor()?;
            return Ok(true);
        };
        if whitening.work(self.method.ridge) {
            return Ok(true);
        }
        Ok(self.place_exam()? || self.take_in(examples)? || self.settle())
    }

    /// As [`features_of`](Self::features_of), but zeros where there is no ink: every row counts.
    fn inked(&mut self, drawing: &Drawing) -> Result<Vec<f32>, Error> {
        let mut row = self.features_of(drawing)?;
        row.resize(self.model.features_len(), 0.0);
        Ok(row)
    }

    /// A chunk of what the reference makes of base memory; after the last one the whitening begins.
    fn anchor(&mut self) -> Result<(), Error> {
        let features = self.model.features_len().max(1);
        let width = self.reference.network.layers().last();
        let width = width.map_or(1, |last| last.inputs()).max(1);
        let (inputs, margins) = &mut self.anchored;
        let rows = self.base.rows.chunks_exact(features);
        let rows = rows.skip(margins.len()).take(CHUNK);
        let rows = rows.collect::<Vec<_>>().concat();
        inputs.extend(self.reference.last_inputs(&rows, &mut self.workspace)?);
        let outputs = self.reference.outputs(&rows, &mut self.workspace)?;
        let loss = self.reference.network.spec().loss;
        for outputs in outputs.chunks_exact(DIGITS) {
            margins.push(margin(&ten(outputs)?.map(|z| logit(loss, z))));
        }
        if margins.len() >= self.base.labels.len() || rows.is_empty() {
            let (inputs, margins) = std::mem::take(&mut self.anchored);
            let digits = margins.into_iter().zip(&self.base.labels);
            let digits = digits.filter(|(_, label)| **label != NO_DIGIT);
            let mut margins: Vec<f32> = digits.map(|(margin, _)| margin).collect();
            insertion_sort(&mut margins, f32::total_cmp);
            let usual = margins.get(margins.len() / 2).copied().unwrap_or(0.0);
            self.usual_margin = usual.max(LEAST_MARGIN);
            self.whitening = Some(Whitening::new(inputs, width));
        }
        Ok(())
    }

    /// The directions of some digits of the exam; `false` where all have one.
    fn place_exam(&mut self) -> Result<bool, Error> {
        let first = self.exam_kept.len();
        let end = (first + UNIT).min(self.exam.labels.len());
        let features = self.model.features_len();
        let rows = self.exam.rows.get(first * features..end * features);
        let rows = rows.unwrap_or_default().to_vec();
        let Places { units, silence } = self.places(&rows, Origin::Pen)?;
        let votes = self.votes_for(&silence, &units);
        let units = units.chunks_exact((units.len() / votes.len().max(1)).max(1));
        let kept = units
            .zip(votes)
            .map(|(unit, votes)| Kept::new(unit.to_vec(), votes));
        self.exam_kept.extend(kept);
        self.version += u64::from(first < end);
        Ok(first < end)
    }

    /// One unit of the exam; `false` where its result holds.
    pub(crate) fn examine(&mut self) -> Result<bool, Error> {
        if self.examined.0 != self.version {
            self.examined = (self.version, ExamResult::default());
        }
        let done = self.examined.1.total as usize;
        let end = (done + CHUNK).min(self.exam.labels.len());
        let Some(labels) = self.exam.labels.get(done..end).filter(|l| !l.is_empty()) else {
            return Ok(false);
        };
        let labels = labels.to_vec();
        self.attend_to_opinion();
        // Where memory has no place for a digit yet the weights alone are asked.
        let known = |at: usize| self.exam_kept.get(at).and_then(|kept| kept.answer);
        let mut answers: Vec<Option<u8>> = (done..end).map(known).collect();
        let unasked = (done..end).filter(|at| known(*at).is_none());
        let unasked: Vec<usize> = unasked.collect();
        let features = self.model.features_len();
        let row = |at: &usize| self.exam.rows.get(at * features..(at + 1) * features);
        let rows = unasked.iter().filter_map(row).collect::<Vec<_>>().concat();
        let votes = unasked.iter().filter_map(|at| self.exam_kept.get(*at));
        let votes: Vec<Votes> = votes.map(|kept| kept.votes.clone()).collect();
        for (at, answer) in unasked.into_iter().zip(self.likeliest(&rows, &votes)?) {
            answers[at - done] = Some(answer);
            if let Some(kept) = self.exam_kept.get_mut(at) {
                kept.answer = Some(answer);
            }
        }
        let right = answers.iter().zip(&labels);
        let right = right.filter(|(answer, label)| **answer == Some(**label));
        self.examined.1.right += right.count() as u32;
        self.examined.1.total += labels.len() as u32;
        Ok(true)
    }

    /// The likeliest label for each row of features by weights and memory.
    pub(super) fn likeliest(&mut self, rows: &[f32], votes: &[Votes]) -> Result<Vec<u8>, Error> {
        let outputs = self.model.outputs(rows, &mut self.workspace)?;
        let votes = votes.iter().filter(|_| self.listens());
        let answers = self.answers_from(&outputs, votes)?;
        let answers = answers.chunks_exact(self.classes());
        Ok(answers.map(likeliest).collect())
    }

    /// How the exam stands, once all of it was asked with the weights and memory of now.
    pub(crate) fn exam(&self) -> Option<ExamResult> {
        let (version, result) = self.examined;
        let whole = result.total as usize == exam::EXAM_SIZE;
        (version == self.version && whole).then_some(result)
    }
}
