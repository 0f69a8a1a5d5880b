//! The history: points are made, and gone to.

use std::borrow::Cow;

use super::state::Session;
use super::undo::Undo;
use crate::error::Error;
use crate::history::{Point, Recorded, Timeline, sum};
use crate::model::{Model, ModelId, bits};

impl Session {
    /// Where a model has been.
    pub fn timeline(&self, id: ModelId) -> &Timeline {
        &self.timelines[id.index()]
    }

    /// A model as it is to be saved: as it was before the lesson that is under way.
    pub fn saved_model(&self, id: ModelId) -> Cow<'_, Model> {
        let model = self.model(id);
        let lesson = self.lesson.as_ref().filter(|_| id == self.selected);
        lesson.map_or(Cow::Borrowed(model), |lesson| {
            Cow::Owned(lesson.before(model))
        })
    }

    /// A model's timeline as it is to be saved: with a point for the training that is under way, so that the weights of now
    /// are where the timeline ends.
    pub fn saved_timeline(&self, id: ModelId) -> Cow<'_, Timeline> {
        let timeline = self.timeline(id);
        let training = self.training.as_ref().filter(|_| id == self.selected);
        let Some(training) = training.filter(|t| t.progress.steps > 0) else {
            return Cow::Borrowed(timeline);
        };
        let (mut timeline, model) = (timeline.clone(), self.model(id));
        let [start, end] = training.points(model.lessons);
        let before = bits(&training.weights_before);
        timeline.record_from(&before, &model.head_bits(), start, end);
        Cow::Owned(timeline)
    }

    /// [`crate::history::sum`] of a model's head as it is saved, to be kept beside its timeline.
    pub fn learned_sum(&self, id: ModelId) -> u64 {
        sum(&self.saved_model(id).head_bits())
    }

    /// Goes to another point of the selected model's timeline: what it had learned then, bit for bit. The examples stay.
    /// Can be undone.
    ///
    /// # Errors
    /// [`Error::NoSuchPoint`]; [`Error::Busy`] while a lesson is under way.
    pub fn travel(&mut self, serial: u32) -> Result<(), Error> {
        self.quiet()?;
        let model = self.selected;
        let from = self.timelines[model.index()].now();
        self.go(model, serial)?;
        self.sitting = None;
        self.undo.push(Undo::Travel { model, from });
        self.changed();
        Ok(())
    }

    pub(super) fn go(&mut self, id: ModelId, serial: u32) -> Result<(), Error> {
        let (timeline, learner) = (
            &mut self.timelines[id.index()],
            &mut self.learners[id.index()],
        );
        let there = timeline.state_at(serial, &learner.model.head_bits());
        let (point, state) = there.ok_or(Error::NoSuchPoint(serial))?;
        let weights: Vec<f32> = state.into_iter().map(f32::from_bits).collect();
        learner.set_head_weights(&weights);
        learner.model.lessons = point.lessons;
        timeline.checkout(serial);
        Ok(())
    }

    /// A point for what has just been done to a model; `before`: its head, where that changed. On an empty timeline `start`
    /// becomes a point, too.
    pub(super) fn record(
        &mut self,
        id: ModelId,
        before: Option<&[f32]>,
        start: Point,
        point: Point,
    ) -> Recorded {
        let after = self.learners[id.index()].model.head_bits();
        let before = before.map_or_else(|| after.clone(), bits);
        self.timelines[id.index()].record_from(&before, &after, start, point)
    }
}
