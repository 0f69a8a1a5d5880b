//! The person's examples: adding, deleting, relabelling, asking what the model says to them.

use std::collections::BTreeSet;

use crate::decide::{DIGITS, decide, likeliest};
use crate::error::Error;
use crate::memory::{Content, Example, Memory};
use crate::undo::{Undo, UndoKind};

use super::School;

impl School {
    /// What the person taught.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Adds examples under new ids, leaving out drawings that are there already with the same label; how many were added.
    pub fn add_examples(&mut self, examples: Vec<Example>) -> usize {
        let mut known = BTreeSet::new();
        known.extend(self.memory.iter().filter_map(key));
        let before = self.memory.clone();
        let mut added = 0;
        for example in examples {
            if usize::from(example.label) < DIGITS
                && !key(&example).is_some_and(|k| known.contains(&k))
            {
                self.memory.add(example);
                added += 1;
            }
        }
        if added > 0 {
            self.undo.push(Undo::Models {
                kind: UndoKind::Upload,
                models: Vec::new(),
                selected: self.selected,
                memory: Some(Box::new(before)),
                settings: self.settings,
                points: Vec::new(),
                lines: Vec::new(),
            });
            self.changed();
        }
        added
    }

    /// Forgets an example; can be undone. What the network learned from it stays learned.
    ///
    /// # Errors
    /// [`Error::UnknownExample`].
    pub fn delete_example(&mut self, id: u64) -> Result<(), Error> {
        let example = self.forget(id).ok_or(Error::UnknownExample(id))?;
        self.undo.push(Undo::Delete(Box::new(example)));
        self.changed();
        Ok(())
    }

    /// Says that an example is another digit; can be undone.
    ///
    /// # Errors
    /// [`Error::UnknownExample`], [`Error::Label`].
    pub fn relabel_example(&mut self, id: u64, label: u8) -> Result<(), Error> {
        if usize::from(label) >= DIGITS {
            return Err(Error::Label(label));
        }
        let old = self.relabel(id, label).ok_or(Error::UnknownExample(id))?;
        self.undo.push(Undo::Relabel { id, old });
        self.changed();
        Ok(())
    }

    pub(super) fn forget(&mut self, id: u64) -> Option<Example> {
        for pupil in &mut self.pupils {
            pupil.forget(id);
        }
        self.memory.remove(id)
    }

    /// Gives an example another label, and the one it had back. Among the neighbours it takes its new place in
    /// [`School::advance`].
    pub(super) fn relabel(&mut self, id: u64, label: u8) -> Option<u8> {
        for pupil in &mut self.pupils {
            pupil.forget(id);
        }
        self.memory.relabel(id, label)
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
        let example = self.memory.get(id).ok_or(Error::UnknownExample(id))?;
        let pupil = &mut self.pupils[self.selected.index()];
        let row = match pupil.own.get(&id) {
            Some(known) => known.row().unwrap_or_default().to_vec(),
            None => pupil.features_of_example(example)?,
        };
        let mut answers = Vec::with_capacity(DIGITS);
        pupil.answers(&row, &mut answers)?;
        Ok(answers)
    }
}

/// What makes two examples the same.
fn key(example: &Example) -> Option<(u8, Vec<u8>)> {
    match &example.content {
        Content::Strokes(bytes) => Some((example.label, bytes.clone())),
        Content::Picture { .. } => None,
    }
}
