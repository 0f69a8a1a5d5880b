//! Training on all examples: start, pause, go on, stop.

use super::state::Session;
use super::undo::Undo;
use crate::error::Error;
use crate::learner::{TrainProgress, TrainState, Training};
use crate::reading::DIGITS;

impl Session {
    /// Begins to train the selected model on all examples. `now_ms` is for the history.
    ///
    /// # Errors
    /// [`Error::NoExamples`], [`Error::Network`]; [`Error::Busy`] while a lesson is under way.
    pub fn train_start(&mut self, now_ms: u64) -> Result<TrainProgress, Error> {
        self.quiet()?;
        let mut digits = self.examples.iter().map(|e| usize::from(e.label));
        if !digits.any(|label| label < DIGITS) {
            return Err(Error::NoExamples);
        }
        let learner = &self.learners[self.selected.index()];
        let training = Training::new(learner, self.seed ^ self.revision, now_ms)?;
        let progress = training.progress.clone();
        self.training = Some(training);
        Ok(progress)
    }

    /// Stops for a while; `None` where nothing is being trained.
    pub fn train_pause(&mut self) -> Option<TrainProgress> {
        self.set_train_state(TrainState::Paused)
    }

    /// Goes on; `None` where nothing is being trained.
    pub fn train_resume(&mut self) -> Option<TrainProgress> {
        self.set_train_state(TrainState::Running)
    }

    fn set_train_state(&mut self, state: TrainState) -> Option<TrainProgress> {
        let training = self.training.as_mut()?;
        training.progress.state = state;
        Some(training.progress.clone())
    }

    /// Ends training and keeps its weights; `None` where none was under way. Can be undone, and is a point of the history.
    pub fn train_stop(&mut self) -> Option<TrainProgress> {
        let model = self.selected;
        let learner = &mut self.learners[model.index()];
        let mut training = self.training.take()?;
        training.stop(learner);
        if training.progress.steps > 0 {
            let [start, end] = training.points(learner.model.lessons);
            let weights = training.weights_before;
            let point = self.record(model, Some(&weights), start, end);
            self.undo.push(Undo::Training {
                model,
                weights,
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
}
