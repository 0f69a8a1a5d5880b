//! Training on all examples: start, pause, go on, stop.

use crate::error::Error;
use crate::history::{Event, Moment};
use crate::job::Advance;
use crate::pupil::Known;
use crate::training::{LOOK_EVERY, TrainProgress, TrainState, Training};
use crate::undo::Undo;

use super::{ExamResult, ModelId, School};

impl School {
    /// Begins to train the selected model on all examples. `now_ms` is for the history.
    ///
    /// # Errors
    /// [`Error::NoExamples`], [`Error::Busy`], [`Error::Network`].
    pub fn train_start(&mut self, now_ms: u64) -> Result<TrainProgress, Error> {
        if self.job.is_some() {
            return Err(Error::Busy);
        }
        if self.memory.is_empty() {
            return Err(Error::NoExamples);
        }
        self.train_stop();
        let training = Training::new(
            &self.pupils[self.selected.index()],
            self.seed ^ self.revision,
            now_ms,
        );
        let progress = training.progress.clone();
        self.training = Some(training);
        Ok(progress)
    }

    /// Stops for a while.
    pub fn train_pause(&mut self) -> Option<TrainProgress> {
        self.set_train_state(TrainState::Running, TrainState::Paused)
    }

    /// Goes on.
    pub fn train_resume(&mut self) -> Option<TrainProgress> {
        self.set_train_state(TrainState::Paused, TrainState::Running)
    }

    fn set_train_state(&mut self, from: TrainState, to: TrainState) -> Option<TrainProgress> {
        let training = self.training.as_mut()?;
        if training.progress.state == from {
            training.progress.state = to;
        }
        Some(training.progress.clone())
    }

    /// Ends training and keeps its weights; `None` where none was under way. Can be undone.
    pub fn train_stop(&mut self) -> Option<TrainProgress> {
        let mut training = self.training.take()?;
        training.progress.state = TrainState::Stopped;
        let id = self.selected;
        if training.progress.steps > 0 {
            // A look that fails leaves the figures of the look before; the weights are whole all the same.
            let _ = self.look(id, &mut training);
            let [start, end] = training.figures();
            let lessons = self.pupils[id.index()].model.lessons;
            let moment = |event, (exam, own)| Moment {
                at_ms: training.began_ms,
                event,
                lessons,
                example: 0,
                exam,
                own,
            };
            let moments = [moment(Event::Start, start), moment(Event::Training, end)];
            let point = self.record(id, Some(&training.weights_before), moments);
            self.undo.push(Undo::Training {
                model: id,
                weights: training.weights_before,
                point,
            });
            self.changed();
        }
        Some(training.progress)
    }

    /// Where training stands, if it does.
    pub fn train_progress(&self) -> Option<&TrainProgress> {
        self.training.as_ref().map(|t| &t.progress)
    }

    pub(super) fn advance_training(&mut self) -> Result<Advance, Error> {
        let Some(mut training) = self.training.take() else {
            return Ok(Advance::Idle);
        };
        let id = self.selected;
        let looked = self.train_unit(id, &mut training);
        if let Err(error) = looked {
            self.pupils[id.index()].set_tail_weights(&training.weights_before);
            return Err(error);
        }
        let progress = training.progress.clone();
        self.training = Some(training);
        Ok(Advance::Training(progress))
    }

    /// A missing row of the caches, then one mini-batch at a time.
    fn train_unit(&mut self, id: ModelId, training: &mut Training) -> Result<(), Error> {
        if !training.is_prepared() {
            if self.warm(id)? {
                return Ok(());
            }
            let own = self.own_labels(id);
            training.prepare(&mut self.pupils[id.index()], own)?;
            self.look(id, training)?;
            training.started();
            return Ok(());
        }
        training.step(&mut self.pupils[id.index()])?;
        if training.progress.steps.is_multiple_of(LOOK_EVERY) {
            self.look(id, training)
        } else {
            Ok(())
        }
    }

    fn look(&mut self, id: ModelId, training: &mut Training) -> Result<(), Error> {
        let exam = self.examine(id)?;
        let pupil = &mut self.pupils[id.index()];
        let mut rows = Vec::new();
        let mut labels = Vec::new();
        for (example, label) in training.own() {
            if let Some(row) = pupil.own.get(example).and_then(Known::row) {
                rows.extend_from_slice(row);
                labels.push(*label);
            }
        }
        let own = ExamResult {
            right: pupil.count_right(&rows, &labels)?,
            total: labels.len() as u32,
        };
        training.look(exam, own);
        Ok(())
    }
}
