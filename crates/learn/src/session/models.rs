//! Which model, which weights: choosing, opening, resetting, restoring.

use super::state::{Restored, SavedTimeline, Session};
use super::undo::{Past, Replaced, Undo, UndoKind};
use crate::error::Error;
use crate::exam::ExamResult;
use crate::examples::Examples;
use crate::history::{Change, Event, Point, Timeline, sum};
use crate::learner::Survey;
use crate::model::{Model, ModelId, Settings};
use crate::reading::{DIGITS, insertion_sort};
use crate::symbols::Symbol;

impl Session {
    /// The model in use.
    pub fn selected(&self) -> ModelId {
        self.selected
    }

    /// The models that there are: those that ship, and the one that was kept.
    pub fn models(&self) -> impl Iterator<Item = ModelId> + use<> {
        let kept = self.kept;
        let there = move |id: &ModelId| kept || *id != ModelId::Own;
        ModelId::PLACES.into_iter().filter(there)
    }

    /// Uses another model.
    ///
    /// # Errors
    /// [`Error::NoKeptModel`]; [`Error::Busy`] while a lesson is under way.
    pub fn select(&mut self, id: ModelId) -> Result<(), Error> {
        if !self.models().any(|there| there == id) {
            return Err(Error::NoKeptModel);
        }
        if id != self.selected {
            self.quiet()?;
            self.selected = id;
            self.changed();
        }
        Ok(())
    }

    /// A model as it is now. Only those of [`models`](Self::models) tell of anything.
    pub fn model(&self, id: ModelId) -> &Model {
        &self.learners[id.index()].model
    }

    /// Are these the weights that ship, or that were kept, and was nothing taught to them?
    pub fn is_pristine(&self, id: ModelId) -> bool {
        let model = self.model(id);
        model.lessons == 0 && model.same_weights(self.first(id))
    }

    /// A model before anything was taught to it: as it ships, or as it was kept.
    fn first(&self, id: ModelId) -> &Model {
        let shipped = self.pretrained.get(id.index());
        shipped.unwrap_or_else(|| self.learners[id.index()].reference())
    }

    /// The person's choices.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Changes the person's choices. Who no longer wants what is not corrected to be remembered has the hand forgotten;
    /// that can be undone.
    ///
    /// # Errors
    /// [`Error::Busy`] while a lesson is under way.
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), Error> {
        if settings != self.settings {
            self.quiet()?;
            if self.settings.learn_from_uncorrected && !settings.learn_from_uncorrected {
                let hand = self.take_whole_hand();
                let writers = std::mem::take(&mut self.examples.writers);
                self.undo.push(Undo::HandOff(hand, writers));
            }
            self.settings = settings;
            self.changed();
        }
        Ok(())
    }

    /// The selected model as it ships, or as it was kept; examples stay. Can be undone, and is a point of the history.
    ///
    /// # Errors
    /// [`Error::Busy`] while a lesson is under way.
    pub fn reset(&mut self, now_ms: u64) -> Result<(), Error> {
        self.quiet()?;
        let id = self.selected;
        let shipped = self.first(id).clone();
        // What has the same backbone can be told as a change of what was learned; anything else begins a new timeline.
        let goes_on = shipped.same_backbone(self.model(id));
        let timeline = std::mem::take(&mut self.timelines[id.index()]);
        let mut replaced = self.replace(id, shipped, Timeline::default());
        self.sitting = None;
        let learner = &mut self.learners[id.index()];
        let label = |id| self.examples.get(id).map(|e| e.label);
        let own = Survey::new(learner).finish(learner);
        let own = own.map_or(ExamResult::default(), |survey| survey.own(label));
        let exam = learner.exam().unwrap_or_default();
        let point = |event| Point::new(event, now_ms, 0, exam, own);
        let nothing_known = self.examples.is_empty() && self.examples.hand().len() == 0;
        if timeline.is_empty() && nothing_known {
            replaced.past = Past::Whole(timeline);
        } else if goes_on {
            self.timelines[id.index()] = timeline;
            let before = replaced.model.head_weights();
            let (start, reset) = (point(Event::Start), point(Event::Reset));
            replaced.past = Past::Point(self.record(id, Some(before), start, reset));
        } else {
            // Memory is silent from here on, as it is at every reset.
            let now = self.learners[id.index()].model.head_bits();
            self.timelines[id.index()].record(&now, &now, point(Event::Reset));
            replaced.past = Past::Whole(timeline);
        }
        self.undo.push(Undo::Models {
            kind: UndoKind::Reset,
            models: vec![replaced],
            selected: None,
            kept: self.kept,
            rest: None,
        });
        self.changed();
        Ok(())
    }

    /// Puts an opened model in the place of the one with this id and selects it. Can be undone.
    ///
    /// # Errors
    /// [`Error::ModelShape`], [`Error::Busy`]; the model in use stays.
    pub fn open_model(&mut self, id: ModelId, model: Model) -> Result<(), Error> {
        model.check()?;
        self.quiet()?;
        let kept = self.kept || id == ModelId::Own;
        self.put_model(UndoKind::Upload, id, model, id, kept);
        Ok(())
    }

    /// Keeps a network that the person trained, beside those that ship and in the place of the one kept before, and selects
    /// it. Can be undone.
    ///
    /// # Errors
    /// [`Error::ModelShape`], [`Error::Busy`]; everything stays as it was.
    pub fn keep_model(&mut self, model: Model) -> Result<(), Error> {
        model.check()?;
        self.quiet()?;
        self.put_model(UndoKind::Keep, ModelId::Own, model, ModelId::Own, true);
        Ok(())
    }

    /// Removes the network that was kept, with its history; examples stay. Can be undone.
    ///
    /// # Errors
    /// [`Error::NoKeptModel`]; [`Error::Busy`] while a lesson is under way.
    pub fn remove_kept(&mut self) -> Result<(), Error> {
        if !self.kept {
            return Err(Error::NoKeptModel);
        }
        self.quiet()?;
        let [.., nothing] = as_they_ship(&self.pretrained);
        let selected = match self.selected {
            ModelId::Own => ModelId::Digits,
            other => other,
        };
        self.put_model(UndoKind::Remove, ModelId::Own, nothing, selected, false);
        Ok(())
    }

    /// Puts a model in a place, where its timeline begins anew.
    fn put_model(
        &mut self,
        kind: UndoKind,
        id: ModelId,
        model: Model,
        selected: ModelId,
        kept: bool,
    ) {
        self.sitting = None;
        let before = std::mem::replace(&mut self.selected, selected);
        let kept = std::mem::replace(&mut self.kept, kept);
        let replaced = self.replace(id, model, Timeline::default());
        self.undo.push(Undo::Models {
            kind,
            models: vec![replaced],
            selected: (before != selected).then_some(before),
            kept,
            rest: None,
        });
        self.changed();
    }

    /// Puts an opened project in the place of everything. Can be undone.
    ///
    /// # Errors
    /// [`Error::ModelShape`], [`Error::NoKeptModel`], [`Error::Symbol`], [`Error::Label`], [`Error::Busy`]; everything stays as
    /// it was.
    pub fn open_project(&mut self, project: Restored) -> Result<(), Error> {
        project.check()?;
        Symbol::check(&project.symbols)?;
        self.quiet()?;
        let undo = self.take_up(project);
        self.undo.push(undo);
        self.changed();
        Ok(())
    }

    /// Takes up what was saved. Cannot be undone; nothing becomes dirty.
    ///
    /// # Errors
    /// [`Error::ModelShape`], [`Error::NoKeptModel`], [`Error::Label`]; everything stays as it was.
    pub fn restore(&mut self, saved: Restored) -> Result<(), Error> {
        saved.check()?;
        if let Some(mut lesson) = self.lesson.take() {
            lesson.cancel(&mut self.learners[self.selected.index()]);
        }
        self.training = None;
        self.take_up(saved);
        self.undo.clear();
        self.attend();
        Ok(())
    }

    /// Everything at once, and the way back. A model that is missing becomes the one that ships.
    fn take_up(&mut self, saved: Restored) -> Undo {
        let Restored {
            models,
            selected,
            examples,
            hand,
            writers,
            settings,
            history,
            mut symbols,
        } = saved;
        insertion_sort(&mut symbols, |a, b| a.label.cmp(&b.label));
        let symbols = std::mem::replace(&mut self.symbols, symbols);
        self.sitting = None;
        // Off is off, whatever a file says.
        let (hand, writers) = match settings.learn_from_uncorrected {
            true => (hand, writers),
            false => Default::default(),
        };
        let has_kept = models.iter().any(|(id, _)| *id == ModelId::Own);
        let kept = std::mem::replace(&mut self.kept, has_kept);
        let mut fresh = as_they_ship(&self.pretrained);
        let mut shipped = [true; 3];
        for (id, model) in models {
            fresh[id.index()] = model;
            shipped[id.index()] = false;
        }
        let mut timelines: [Timeline; 3] = Default::default();
        for saved in history {
            let at = saved.model.index();
            let timeline = saved.timeline_of(&fresh[at], shipped[at]);
            timelines[at] = timeline.unwrap_or_default();
        }
        let new = ModelId::PLACES.into_iter().zip(fresh).zip(timelines);
        let models = new.map(|((id, model), timeline)| self.replace(id, model, timeline));
        let models = models.collect();
        let examples = Examples::with_ids(examples, hand).with_writers(writers);
        let examples = self.set_examples(examples);
        let before = std::mem::replace(&mut self.selected, selected);
        let settings = std::mem::replace(&mut self.settings, settings);
        Undo::Models {
            kind: UndoKind::Upload,
            models,
            selected: Some(before),
            kept,
            rest: Some(Box::new((examples, settings, symbols))),
        }
    }

    /// Puts a model in place, and where it has been.
    fn replace(&mut self, id: ModelId, model: Model, timeline: Timeline) -> Replaced {
        let new_reference = self.reference_for(id, &model, &timeline);
        let learner = &mut self.learners[id.index()];
        let (old, reference) = (learner.model.clone(), learner.reference().clone());
        learner.replace(model, new_reference);
        Replaced {
            id,
            model: old,
            reference,
            past: Past::Whole(std::mem::replace(&mut self.timelines[id.index()], timeline)),
        }
    }

    /// What a model's lessons are measured against: the one that ships, where the backbone is the same, and else the model
    /// as it came, which is where its timeline starts.
    fn reference_for(&self, id: ModelId, model: &Model, timeline: &Timeline) -> Model {
        if let Some(shipped) = self.pretrained.get(id.index())
            && shipped.same_backbone(model)
        {
            return shipped.clone();
        }
        let mut reference = model.clone();
        let start = timeline.points().first();
        let start = start.filter(|point| point.event == Event::Start);
        let start = start.and_then(|p| timeline.state_at(p.serial, &model.head_bits()));
        if let Some((point, state)) = start {
            reference.lessons = point.lessons;
            let weights: Vec<f32> = state.into_iter().map(f32::from_bits).collect();
            reference.set_head_weights(&weights);
        }
        reference
    }
}

/// What lies in each place before anything is opened, kept or taught.
pub(super) fn as_they_ship([digits, classic]: &[Model; 2]) -> [Model; 3] {
    [digits.clone(), classic.clone(), digits.clone()]
}

impl Restored {
    fn check(&self) -> Result<(), Error> {
        let mut there = self.models.iter();
        if self.selected == ModelId::Own && !there.any(|(id, _)| *id == ModelId::Own) {
            return Err(Error::NoKeptModel);
        }
        self.models
            .iter()
            .try_for_each(|(_, model)| model.check())?;
        // Every visit begins here: no sets and no sorting, which are kilobytes to download.
        let mut known = [false; 255];
        known[..DIGITS].fill(true);
        for Symbol { label, .. } in &self.symbols {
            let place = known.get_mut(usize::from(*label)).filter(|known| !**known);
            *place.ok_or(Error::Label(*label))? = true;
        }
        let mut labels = self.examples.iter().map(|example| example.label);
        let unknown = labels.find(|label| known.get(usize::from(*label)) != Some(&true));
        unknown.map_or(Ok(()), |label| Err(Error::Label(label)))
    }
}

impl SavedTimeline {
    /// The timeline, if it belongs to what the model has learned. A model as it ships may be a newer one than that of which
    /// the timeline tells: where no lesson moved a weight, it tells of the newer one as well.
    fn timeline_of(self, model: &Model, shipped: bool) -> Option<Timeline> {
        let state = model.head_bits();
        let none = Change::none(state.len()).pack();
        let mut changes = self.points.iter().skip(1).map(|point| &point.change);
        let still = shipped && changes.all(|change| *change == none);
        let timeline = || Timeline::from_points(self.points, self.now, self.forgotten, state.len());
        (still || sum(&state) == self.sum).then(timeline).flatten()
    }
}
