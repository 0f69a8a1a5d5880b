//! Which model, which weights: choosing, opening, resetting, restoring, and the way back from all of them.

use crate::error::Error;
use crate::history::Line;
use crate::memory::Memory;
use crate::nudge::Nudge;
use crate::pupil::Model;
use crate::undo::{Undo, UndoKind};

use super::{ModelId, Restored, School, Settings};

impl School {
    /// Takes the latest lesson, deletion, reset, upload or training back, bit for bit.
    ///
    /// # Errors
    /// [`Error::NothingToUndo`]; [`Error::Busy`] while a lesson is under way.
    pub fn undo(&mut self) -> Result<UndoKind, Error> {
        if self.job.is_some() {
            return Err(Error::Busy);
        }
        self.train_stop();
        let undo = self.undo.pop().ok_or(Error::NothingToUndo)?;
        let kind = undo.kind();
        match undo {
            Undo::Lesson {
                model,
                weights,
                kept,
                point,
            } => {
                self.let_go(model, &kept);
                if let Some(weights) = weights {
                    self.pupils[model.index()].set_tail_weights(&weights);
                }
                self.take_back(model, point);
            }
            Undo::Training {
                model,
                weights,
                point,
            } => {
                self.pupils[model.index()].set_tail_weights(&weights);
                self.take_back(model, point);
            }
            Undo::Travel { model, from } => self.go(model, from)?,
            Undo::Delete(example) => self.memory.put_back(*example),
            Undo::Relabel { id, old } => {
                self.relabel(id, old);
            }
            Undo::Models {
                kind: _,
                models,
                selected,
                memory,
                settings,
                points,
                lines,
            } => {
                for (id, model) in models {
                    self.pupils[id.index()].replace(model)?;
                }
                for (id, point) in points {
                    self.take_back(id, point);
                }
                for (id, line) in lines {
                    self.lines[id.index()] = line;
                }
                self.selected = selected;
                self.settings = settings;
                if let Some(memory) = memory {
                    self.set_memory(*memory);
                }
            }
        }
        self.changed();
        Ok(kind)
    }

    /// What [`undo`](Self::undo) would take back.
    pub fn undoable(&self) -> Option<UndoKind> {
        self.undo.last().map(Undo::kind)
    }

    /// The model in use.
    pub fn selected(&self) -> ModelId {
        self.selected
    }

    /// Uses another model.
    ///
    /// # Errors
    /// [`Error::Busy`] while a lesson is under way.
    pub fn select(&mut self, id: ModelId) -> Result<(), Error> {
        if self.job.is_some() {
            return Err(Error::Busy);
        }
        if id != self.selected {
            self.train_stop();
            self.selected = id;
            self.changed();
        }
        Ok(())
    }

    /// A model as it is now.
    pub fn model(&self, id: ModelId) -> &Model {
        &self.pupils[id.index()].model
    }

    /// The selected model as it leaves without the examples, for a browser or a program that has no memory to ask: its
    /// weights learn what a lesson left to the memory as well. What stays here does not change.
    ///
    /// # Errors
    /// [`Error::Network`] where a model is broken.
    pub fn carried(&mut self) -> Result<Model, Error> {
        let id = self.selected;
        let still = self.job.is_some() || self.memory.is_empty();
        if !still {
            while self.warm(id)? {}
        }
        let pupil = &self.pupils[id.index()];
        if still || !pupil.listens() || !Nudge::fits(&pupil.model.network) {
            return Ok(pupil.model.clone());
        }
        let mut pupil = pupil.clone();
        let spoken = self
            .own_labels(id)
            .into_iter()
            .rev()
            .filter_map(|(e, label)| {
                let known = pupil.own.get(&e).filter(|known| known.speaks())?;
                Some((known.row()?.to_vec(), label, true))
            });
        let rows: Vec<_> = spoken.collect();
        let mut method = pupil.method;
        method.trust = f32::INFINITY;
        method.most_steps = method.most_steps.saturating_add(4 * rows.len() as u32);
        let mut nudge = Nudge::new(&mut pupil, rows, &method)?;
        while !nudge.step(&mut pupil)? {}
        Ok(pupil.model)
    }

    /// Are these the weights that ship?
    pub fn is_pristine(&self, id: ModelId) -> bool {
        let (now, shipped) = (&self.pupils[id.index()].model, &self.pretrained[id.index()]);
        now.network.spec() == shipped.network.spec()
            && now.network.params() == shipped.network.params()
    }

    /// The person's choices.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Changes the person's choices.
    pub fn set_settings(&mut self, settings: Settings) {
        if settings != self.settings {
            self.settings = settings;
            self.changed();
        }
    }

    /// The selected model as it ships; examples stay. Can be undone, and is a point of the history.
    ///
    /// # Errors
    /// [`Error::Busy`] while a lesson is under way.
    pub fn reset(&mut self, now_ms: u64) -> Result<(), Error> {
        let shipped = self.pretrained[self.selected.index()].clone();
        self.swap_models(
            UndoKind::Reset,
            vec![(self.selected, shipped)],
            None,
            Some(now_ms),
        )
    }

    /// Puts an opened model in the place of the one with this id and selects it. Can be undone.
    ///
    /// # Errors
    /// [`Error::ModelShape`], [`Error::Busy`]; the model in use stays.
    pub fn open_model(&mut self, id: ModelId, model: Model) -> Result<(), Error> {
        model.check()?;
        self.swap_models(UndoKind::Upload, vec![(id, model)], None, None)?;
        self.selected = id;
        Ok(())
    }

    /// Puts an opened project in the place of everything. Can be undone.
    ///
    /// # Errors
    /// [`Error::ModelShape`], [`Error::Busy`]; everything stays as it was.
    pub fn open_project(&mut self, project: Restored) -> Result<(), Error> {
        let memory = Memory::from_examples(project.examples);
        let mut models = project.models;
        for id in ModelId::ALL {
            if !models.iter().any(|m| m.0 == id) {
                models.push((id, self.pretrained[id.index()].clone()));
            }
        }
        self.swap_models(UndoKind::Upload, models, Some(memory), None)?;
        for line in project.history {
            self.restore_line(line);
        }
        self.selected = project.selected;
        self.settings = project.settings;
        Ok(())
    }

    /// Takes up what was saved. Cannot be undone; nothing becomes dirty.
    ///
    /// # Errors
    /// [`Error::ModelShape`]; everything stays as it was.
    pub fn restore(&mut self, saved: Restored) -> Result<(), Error> {
        for (_, model) in &saved.models {
            model.check()?;
        }
        self.job = None;
        self.training = None;
        let mut models = self.pretrained.clone();
        for (id, model) in saved.models {
            models[id.index()] = model;
        }
        for (id, model) in ModelId::ALL.into_iter().zip(models) {
            self.pupils[id.index()].replace(model)?;
        }
        self.set_memory(Memory::from_examples(saved.examples));
        self.selected = saved.selected;
        self.settings = saved.settings;
        self.lines = [Line::default(), Line::default()];
        for line in saved.history {
            self.restore_line(line);
        }
        self.listen();
        self.undo.clear();
        Ok(())
    }

    fn swap_models(
        &mut self,
        kind: UndoKind,
        models: Vec<(ModelId, Model)>,
        memory: Option<Memory>,
        reset_at: Option<u64>,
    ) -> Result<(), Error> {
        if self.job.is_some() {
            return Err(Error::Busy);
        }
        for (_, model) in &models {
            model.check()?;
        }
        self.train_stop();
        let before: Vec<(ModelId, Model)> = models
            .iter()
            .map(|(id, _)| (*id, self.pupils[id.index()].model.clone()))
            .collect();
        let (selected, settings) = (self.selected, self.settings);
        let (mut points, mut lines) = (Vec::new(), Vec::new());
        for ((id, model), (_, old)) in models.into_iter().zip(&before) {
            // What belongs to the same trunk can be told as a change of what was learned; anything else begins a new line.
            let goes_on = model.same_trunk(old);
            let weights = self.pupils[id.index()].tail_weights();
            self.pupils[id.index()].replace(model)?;
            let point = reset_at
                .filter(|_| goes_on)
                .and_then(|now| self.record_reset(id, &weights, old.lessons, now));
            match point {
                Some(point) => points.push((id, point)),
                None => lines.push((id, std::mem::take(&mut self.lines[id.index()]))),
            }
        }
        let memory = memory.map(|m| Box::new(self.set_memory(m)));
        self.undo.push(Undo::Models {
            kind,
            models: before,
            selected,
            memory,
            settings,
            points,
            lines,
        });
        self.changed();
        Ok(())
    }

    fn set_memory(&mut self, memory: Memory) -> Memory {
        for pupil in &mut self.pupils {
            pupil.forget_all();
        }
        std::mem::replace(&mut self.memory, memory)
    }
}
