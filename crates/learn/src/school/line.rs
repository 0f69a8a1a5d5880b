//! The history: points are made, gone to, and taken back.

use crate::error::Error;
use crate::history::{Event, Line, Moment, Recorded, sum};
use crate::pupil::bits;
use crate::undo::Undo;

use super::{EXAM_SIZE, ExamResult, ModelId, SavedLine, School};

impl School {
    /// Where a model has been.
    pub fn line(&self, id: ModelId) -> &Line {
        &self.lines[id.index()]
    }

    /// [`crate::history::sum`] of what a model has learned, to be saved beside its line.
    pub fn learned_sum(&self, id: ModelId) -> u64 {
        sum(&self.pupils[id.index()].state())
    }

    /// Goes to another point of the selected model's line: what it had learned then, bit for bit. The examples stay. Can be
    /// undone.
    ///
    /// # Errors
    /// [`Error::NoSuchPoint`]; [`Error::Busy`] while a lesson is under way.
    pub fn travel(&mut self, serial: u32) -> Result<(), Error> {
        if self.job.is_some() {
            return Err(Error::Busy);
        }
        self.train_stop();
        let model = self.selected;
        let from = self.lines[model.index()].now();
        self.go(model, serial)?;
        self.undo.push(Undo::Travel { model, from });
        self.changed();
        Ok(())
    }

    pub(super) fn go(&mut self, id: ModelId, serial: u32) -> Result<(), Error> {
        let (line, pupil) = (&mut self.lines[id.index()], &mut self.pupils[id.index()]);
        let mut state = pupil.state();
        let mask = line
            .go(serial, state.len())
            .ok_or(Error::NoSuchPoint(serial))?;
        state
            .iter_mut()
            .zip(mask)
            .for_each(|(word, bits)| *word ^= bits);
        pupil.set_state(&state);
        let there = line.points().iter().find(|point| point.serial == serial);
        pupil.model.lessons = there.map_or(0, |point| point.lessons);
        Ok(())
    }

    /// A point for what has just been done to a model; `moments` are before and after. On an empty line the one before
    /// becomes a point too.
    pub(super) fn record(
        &mut self,
        id: ModelId,
        weights_before: Option<&[f32]>,
        moments: [Moment; 2],
    ) -> Recorded {
        let after = self.pupils[id.index()].state();
        let before = weights_before.map_or_else(|| after.clone(), bits);
        let line = &mut self.lines[id.index()];
        if line.is_empty() {
            line.record((&before, &before), moments[0]);
        }
        line.record((&before, &after), moments[1])
    }

    pub(super) fn take_back(&mut self, id: ModelId, point: Recorded) {
        self.lines[id.index()].take_back(point);
    }

    /// A point for the weights that ship; `None` where they belong to another network, which ends the line.
    pub(super) fn record_reset(
        &mut self,
        id: ModelId,
        before: &[f32],
        lessons: u32,
        at_ms: u64,
    ) -> Option<Recorded> {
        if self.lines[id.index()].is_empty() {
            return None;
        }
        let unknown = ExamResult { right: 0, total: 0 };
        let seen = self.pupils[id.index()].exam.labels.len() == EXAM_SIZE;
        let exam = match seen.then(|| self.examine(id)) {
            Some(Ok(exam)) => exam,
            _ => unknown,
        };
        let own = self.own_right(id).unwrap_or(unknown);
        let moments = [Event::Start, Event::Reset].map(|event| Moment {
            at_ms,
            event,
            lessons: if event == Event::Start { lessons } else { 0 },
            example: 0,
            exam,
            own,
        });
        Some(self.record(id, Some(before), moments))
    }

    /// Tells each model whom of the memory it may hear: at a point of the past nobody who was taught later, and in the
    /// original's way nobody at all, as it had no memory that could speak up.
    pub(super) fn listen(&mut self) {
        let original = self.settings.original_way;
        for id in ModelId::ALL {
            let pupil = &mut self.pupils[id.index()];
            pupil.set_heard(!(original && id == ModelId::Classic));
            pupil.silence(self.lines[id.index()].ahead());
        }
    }

    /// How many of the person's own examples a model reads right.
    pub(crate) fn own_right(&mut self, id: ModelId) -> Result<ExamResult, Error> {
        let answers = self.pupils[id.index()].own_answers()?;
        let right = |(id, answer): &&(u64, u8)| {
            let example = self.memory.get(*id);
            example.is_some_and(|e| e.label == *answer)
        };
        Ok(ExamResult {
            right: answers.iter().filter(right).count() as u32,
            total: answers.len() as u32,
        })
    }

    /// Takes up a saved line, if it belongs to what the model has learned.
    pub(super) fn restore_line(&mut self, saved: SavedLine) {
        let state = self.pupils[saved.model.index()].state();
        if sum(&state) != saved.sum {
            return;
        }
        if let Some(line) = Line::from_points(saved.points, saved.now, saved.forgotten, state.len())
        {
            self.lines[saved.model.index()] = line;
        }
    }
}
