//! The person's examples: adding, deleting, relabelling, asking what the model says to them.

use std::collections::BTreeSet;

use super::state::Session;
use super::undo::Undo;
use crate::error::Error;
use crate::examples::{Content, Example, Examples};
use crate::reading::{decide, likeliest};

impl Session {
    /// What the person taught.
    pub fn examples(&self) -> &Examples {
        &self.examples
    }

    /// Adds examples under new ids, leaving out drawings that are there already with the same label; how many were added.
    /// Can be undone. Training goes on, with those that it began with.
    ///
    /// # Errors
    /// [`Error::Busy`] while a lesson is under way.
    pub fn add_examples(&mut self, examples: Vec<Example>) -> Result<usize, Error> {
        if self.lesson.is_some() {
            return Err(Error::Busy);
        }
        let added = self.put_new(examples);
        let count = (added.end - added.start) as usize;
        if count > 0 {
            self.undo.push(Undo::Import(added));
            self.changed();
        }
        Ok(count)
    }

    /// Adds examples that are not there yet, and whose labels are known; their ids.
    pub(super) fn put_new(&mut self, examples: Vec<Example>) -> std::ops::Range<u64> {
        let mut known = BTreeSet::new();
        known.extend(self.examples.iter().filter_map(key));
        let first = self.examples.next_id();
        for example in examples {
            if self.knows_label(example.label) && !key(&example).is_some_and(|k| known.contains(&k))
            {
                self.examples.add(example);
            }
        }
        first..self.examples.next_id()
    }

    /// Forgets an example; can be undone. What the network learned from it stays learned.
    ///
    /// # Errors
    /// [`Error::UnknownExample`]; [`Error::Busy`] while a lesson is under way.
    pub fn delete_example(&mut self, id: u64) -> Result<(), Error> {
        self.quiet()?;
        let example = self.forget(id).ok_or(Error::UnknownExample(id))?;
        self.undo.push(Undo::Delete(Box::new(example)));
        self.changed();
        Ok(())
    }

    /// Says that an example is another digit or symbol; can be undone.
    ///
    /// # Errors
    /// [`Error::UnknownExample`], [`Error::Label`]; [`Error::Busy`] while a lesson is under way.
    pub fn relabel_example(&mut self, id: u64, label: u8) -> Result<(), Error> {
        self.check_label(label)?;
        self.quiet()?;
        let old = self.relabel(id, label).ok_or(Error::UnknownExample(id))?;
        self.undo.push(Undo::Relabel { id, old });
        self.changed();
        Ok(())
    }

    pub(super) fn forget(&mut self, id: u64) -> Option<Example> {
        self.learners.iter_mut().for_each(|l| l.forget(id));
        self.examples.remove(id)
    }

    /// Gives an example another label, and the one that it had back. In memory it takes its new place in [`Session::advance`].
    pub(super) fn relabel(&mut self, id: u64, label: u8) -> Option<u8> {
        self.learners.iter_mut().for_each(|l| l.forget(id));
        self.examples.relabel(id, label)
    }

    /// Puts an example in place under its id.
    pub(super) fn put(&mut self, example: Example) {
        self.examples.put(example);
    }

    /// Puts other examples in the place of all, which it gives back. What is the same in both needs no new features.
    pub(super) fn set_examples(&mut self, mut examples: Examples) -> Examples {
        // The id of an example that was deleted must not come to mean another one.
        for timeline in &self.timelines {
            examples.reserve(timeline.last_example());
        }
        let old = std::mem::replace(&mut self.examples, examples);
        for learner in &mut self.learners {
            learner.retain(|id| old.same(&self.examples, id));
        }
        old
    }

    /// What the selected model says to an example: `None` for «not sure».
    ///
    /// # Errors
    /// [`Error::UnknownExample`], [`Error::BadDrawing`].
    pub fn answer(&mut self, id: u64) -> Result<Option<u8>, Error> {
        Ok(decide(&self.example_answers(id)?).digit)
    }

    /// The likeliest digit for an example, sure or not; `None` where nothing of it is inked.
    ///
    /// # Errors
    /// [`Error::UnknownExample`], [`Error::BadDrawing`].
    pub fn likeliest_answer(&mut self, id: u64) -> Result<Option<u8>, Error> {
        let answers = self.example_answers(id)?;
        Ok((!answers.is_empty()).then(|| likeliest(&answers)))
    }

    fn example_answers(&mut self, id: u64) -> Result<Vec<f32>, Error> {
        let example = self.examples.get(id).ok_or(Error::UnknownExample(id))?;
        let origin = example.origin();
        let learner = &mut self.learners[self.selected.index()];
        let row = match learner.own_row(id) {
            Some(row) => row.to_vec(),
            None if learner.knows(id) => Vec::new(),
            None => learner.features_of_example(example)?,
        };
        learner.answers(&row, origin)
    }
}

/// What makes two examples the same.
fn key(example: &Example) -> Option<(u8, Vec<u8>)> {
    match &example.content {
        Content::Strokes(bytes) => Some((example.label, bytes.clone())),
        Content::Picture { .. } => None,
    }
}
