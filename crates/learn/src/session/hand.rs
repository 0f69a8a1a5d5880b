//! The person's hand: drawings that were read surely and not corrected, apart from what was taught.

use trazo_ink::{Drawing, pack};

use super::models::as_they_ship;
use super::state::Session;
use super::undo::Undo;
use crate::error::Error;
use crate::exam::ExamResult;
use crate::examples::{Content, Example, HandDrawing};
use crate::history::{Event, Point};
use crate::learner::Why;
use crate::reading::{DIGITS, is_dot};

/// What is read less surely is not remembered.
pub const REMEMBERED_FROM: f32 = 0.9;
/// Drawings of each digit in the hand.
pub const MOST_OF_A_DIGIT: usize = 30;

impl Session {
    /// A drawing was cleared, or followed by another, and not corrected: remembers it where it says something of the
    /// person's hand. Whether it was remembered; where it was not, nothing has changed. No step of undo.
    ///
    /// It is where the person lets it learn so ([`Settings::learn_from_uncorrected`](crate::Settings)), it is read at least
    /// [`REMEMBERED_FROM`] surely, it is no dot, it was not taught nor remembered before, and the model listens to memory
    /// and stands at the newest point of its history. Of more than [`MOST_OF_A_DIGIT`] drawings of a digit the older one of
    /// the two that are the most alike leaves.
    ///
    /// # Errors
    /// [`Error::Busy`] while a lesson is under way; [`Error::Network`] if the model is broken.
    pub fn remember(&mut self, drawing: &Drawing, now_ms: u64) -> Result<bool, Error> {
        if self.lesson.is_some() {
            return Err(Error::Busy);
        }
        let id = self.selected;
        let timeline = &self.timelines[id.index()];
        let listens = self.learners[id.index()].is_heard() && timeline.points_ahead() == 0;
        if !self.settings.learn_from_uncorrected || !listens || is_dot(drawing) {
            return Ok(false);
        }
        let reading = self.read(drawing)?;
        let sure = |digit: &u8| {
            let chance = reading.probabilities.get(usize::from(*digit));
            chance.is_some_and(|chance| *chance >= REMEMBERED_FROM)
        };
        let packed = pack::pack(drawing);
        let known = self.examples.same_drawing(&packed).is_some()
            || self.examples.same_in_hand(&packed).is_some();
        // Of the person's symbols only what was taught is known.
        let digit = reading.digit.filter(|digit| usize::from(*digit) < DIGITS);
        let Some(label) = digit.filter(sure).filter(|_| !known) else {
            return Ok(false);
        };
        // Its way back would lead past this drawing's point.
        self.quiet()?;
        let new = self.examples.next_id();
        let sitting = self.sitting(new, now_ms);
        self.examples.put_in_hand(HandDrawing {
            id: new,
            label,
            at: now_ms,
            sitting,
            strokes: packed,
        });
        let alike: Vec<u64> = self.hand_of(label).map(|drawing| drawing.id).collect();
        if alike.len() > MOST_OF_A_DIGIT
            && let Some(leaves) = self.learners[id.index()].most_alike(&alike)
        {
            self.take_from_hand(leaves);
        }
        self.changed();
        Ok(true)
    }

    fn hand_of(&self, label: u8) -> impl Iterator<Item = &HandDrawing> {
        self.examples.hand().filter(move |d| d.label == label)
    }

    /// The sitting that goes on, or a new one that begins with the drawing `first`: one point of the history.
    fn sitting(&mut self, first: u64, now_ms: u64) -> u64 {
        if let Some((model, sitting)) = self.sitting
            && model == self.selected
        {
            return sitting;
        }
        let id = self.selected;
        let lessons = self.model(id).lessons;
        let last = self.timelines[id.index()].points().last();
        let own = last.map_or(ExamResult::default(), |point| point.own);
        let exam = last.map(|point| point.exam);
        let exam = self.exam().or(exam).unwrap_or_default();
        let start = Point::new(Event::Start, now_ms, lessons, exam, own);
        let point = Point {
            example: first,
            ..Point::new(Event::Hand, now_ms, lessons, exam, own)
        };
        self.record(id, None, start, point);
        self.sitting = Some((id, first));
        first
    }

    /// Why memory helped to read this drawing so; `None` where it did not.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    pub fn why(&mut self, drawing: &Drawing) -> Result<Option<Why>, Error> {
        self.learners[self.selected.index()].why(drawing)
    }

    /// Forgets all of the hand; can be undone.
    ///
    /// # Errors
    /// [`Error::Busy`] while a lesson is under way.
    pub fn forget_hand(&mut self) -> Result<(), Error> {
        self.quiet()?;
        let drawings = self.take_whole_hand();
        self.forgotten(drawings);
        Ok(())
    }

    /// Forgets one drawing of the hand; can be undone.
    ///
    /// # Errors
    /// [`Error::UnknownExample`]; [`Error::Busy`] while a lesson is under way.
    pub fn forget_hand_drawing(&mut self, id: u64) -> Result<(), Error> {
        if !self.examples.hand().any(|drawing| drawing.id == id) {
            self.quiet()?;
            return Err(Error::UnknownExample(id));
        }
        self.quiet()?;
        let drawings = self.take_all_from_hand(&[id]);
        self.forgotten(drawings);
        Ok(())
    }

    fn forgotten(&mut self, drawings: Vec<HandDrawing>) {
        if !drawings.is_empty() {
            self.undo.push(Undo::Forget(drawings));
            self.changed();
        }
    }

    /// A drawing of the hand becomes an example, as if the person had taught it; can be undone.
    ///
    /// # Errors
    /// [`Error::UnknownExample`]; [`Error::Busy`] while a lesson is under way.
    pub fn promote(&mut self, id: u64) -> Result<(), Error> {
        self.quiet()?;
        let drawing = self.take_from_hand(id).ok_or(Error::UnknownExample(id))?;
        self.examples.put(Example {
            id,
            label: drawing.label,
            first_read: Some(drawing.label),
            taught_at: drawing.at,
            source: "pad".into(),
            content: Content::Strokes(drawing.strokes.clone()),
        });
        self.undo.push(Undo::Promote(drawing));
        self.changed();
        Ok(())
    }

    /// Everything of this person is gone: models as they ship, no examples, no hand, no history, the choices as at first.
    /// Cannot be undone.
    pub fn wipe(&mut self) {
        let (seed, revision) = (self.seed, self.revision + 1);
        for (learner, model) in self.learners.iter_mut().zip(as_they_ship(&self.pretrained)) {
            learner.replace(model.clone(), model);
            learner.retain(|_| false);
        }
        let (learners, pretrained) = (self.learners.clone(), self.pretrained.clone());
        *self = Self::of(learners, pretrained, seed);
        self.revision = revision;
        self.attend();
    }

    pub(super) fn take_from_hand(&mut self, id: u64) -> Option<HandDrawing> {
        self.learners.iter_mut().for_each(|l| l.forget(id));
        self.examples.take_from_hand(id)
    }

    pub(super) fn take_all_from_hand(&mut self, ids: &[u64]) -> Vec<HandDrawing> {
        let taken = ids.iter().filter_map(|id| self.take_from_hand(*id));
        taken.collect()
    }

    pub(super) fn take_whole_hand(&mut self) -> Vec<HandDrawing> {
        let all: Vec<u64> = self.examples.hand().map(|drawing| drawing.id).collect();
        self.take_all_from_hand(&all)
    }

    pub(super) fn put_all_in_hand(&mut self, drawings: Vec<HandDrawing>) {
        for drawing in drawings {
            self.examples.put_in_hand(drawing);
        }
    }
}

const _: () = assert!(
    MOST_OF_A_DIGIT * DIGITS <= 300,
    "some hundred drawings in all"
);
