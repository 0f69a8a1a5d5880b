//! Taking back the latest thing done.

use super::state::Session;
use super::undo::{Past, Replaced, Undo, UndoKind, Undoable};
use crate::error::Error;

impl Session {
    /// What [`undo`](Self::undo) would take back.
    pub fn undoable(&self) -> Option<Undoable> {
        let training = self.training.as_ref().filter(|t| t.progress.steps > 0);
        let training = training.map(|_| Undoable {
            kind: UndoKind::Training,
            model: Some(self.selected),
        });
        training.or_else(|| self.undo.last().map(Undo::what))
    }

    /// Takes back the latest thing done, bit for bit: to the model that it was done to, whichever is in use.
    ///
    /// # Errors
    /// [`Error::NothingToUndo`]; [`Error::Busy`] while a lesson is under way.
    pub fn undo(&mut self) -> Result<Undoable, Error> {
        self.quiet()?;
        let undo = self.undo.pop().ok_or(Error::NothingToUndo)?;
        let what = undo.what();
        self.sitting = None;
        match undo {
            Undo::Lesson {
                model,
                hand,
                weights,
                lessons,
                example,
                earlier,
                point,
            } => {
                self.forget(example);
                if let Some(earlier) = earlier {
                    self.put(*earlier);
                }
                let learner = &mut self.learners[model.index()];
                learner.model.lessons = lessons;
                if let Some(weights) = weights {
                    learner.set_head_weights(&weights);
                }
                self.put_all_in_hand(hand);
                self.timelines[model.index()].take_back(point);
            }
            Undo::Forget(hand) => self.put_all_in_hand(hand),
            Undo::Promote(drawing) => {
                self.forget(drawing.id);
                self.examples.put_in_hand(drawing);
            }
            Undo::Writer(before) => {
                let was = self.switch_hands(&before);
                // Who came in by this and wrote nothing was not here.
                self.examples
                    .writers
                    .others
                    .retain(|name, drawings| *name != was || !drawings.is_empty());
            }
            Undo::ForgetWriter(name, drawings) => {
                drop(self.examples.writers.others.insert(name, drawings))
            }
            Undo::HandOff(hand, writers) => {
                self.put_all_in_hand(hand);
                self.examples.writers = writers;
                self.settings.learn_from_uncorrected = true;
            }
            Undo::Training {
                model,
                weights,
                point,
            } => {
                self.learners[model.index()].set_head_weights(&weights);
                self.timelines[model.index()].take_back(point);
            }
            Undo::Travel { model, from } => self.go(model, from)?,
            Undo::Delete(example) => self.put(*example),
            Undo::Relabel { id, old } => drop(self.relabel(id, old)),
            Undo::Import(ids) => ids.for_each(|id| drop(self.forget(id))),
            Undo::Symbols {
                before,
                added,
                removed,
            } => {
                added.for_each(|id| drop(self.forget(id)));
                self.symbols = before;
                removed.into_iter().for_each(|example| self.put(example));
            }
            Undo::Models {
                models,
                selected,
                kept,
                rest,
                ..
            } => {
                self.kept = kept;
                for Replaced {
                    id,
                    model,
                    reference,
                    past,
                } in models
                {
                    self.learners[id.index()].replace(model, reference);
                    let timeline = &mut self.timelines[id.index()];
                    match past {
                        Past::Point(point) => timeline.take_back(point),
                        Past::Whole(whole) => *timeline = whole,
                    }
                }
                self.selected = selected.unwrap_or(self.selected);
                if let Some(rest) = rest {
                    let (examples, settings, symbols) = *rest;
                    self.set_examples(examples);
                    self.settings = settings;
                    self.symbols = symbols;
                }
            }
        }
        self.changed();
        Ok(what)
    }
}
