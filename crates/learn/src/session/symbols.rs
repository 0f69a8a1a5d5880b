//! The person's own symbols: adding, naming, deleting. Each is one step of undo, with the examples that it concerns.

use trazo_ink::{Drawing, pack};

use super::state::Session;
use super::undo::Undo;
use crate::error::Error;
use crate::examples::{Content, Example};
use crate::history::Event;
use crate::reading::DIGITS;
use crate::symbols::{Symbol, key_of};

impl Session {
    /// The symbols, by label.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// The key that a new symbol with this name is offered: the name itself, where it is one letter and free.
    pub fn offered_key(&self, name: &str) -> Option<char> {
        key_of(name).filter(|key| Symbol::new(0, name, Some(*key), &self.symbols).is_ok())
    }

    /// Whether a label is a digit's, or that of a symbol.
    pub(crate) fn knows_label(&self, label: u8) -> bool {
        usize::from(label) < DIGITS || self.symbols.iter().any(|symbol| symbol.label == label)
    }

    pub(super) fn check_label(&self, label: u8) -> Result<(), Error> {
        self.knows_label(label)
            .then_some(())
            .ok_or(Error::Label(label))
    }

    /// Adds a symbol that the person has drawn a few times, and gives its label. Can be undone.
    ///
    /// # Errors
    /// [`Error::Symbol`] where it cannot be one; [`Error::Empty`] where nothing is drawn, or a drawing is blank;
    /// [`Error::Busy`] while a lesson is under way.
    pub fn add_symbol(
        &mut self,
        name: &str,
        key: Option<char>,
        drawings: &[Drawing],
        now_ms: u64,
    ) -> Result<u8, Error> {
        if drawings.is_empty() || drawings.iter().any(Drawing::is_blank) {
            return Err(Error::Empty);
        }
        let mut given = 0;
        self.add_with_symbols(&[(name, key)], |symbols| {
            given = symbols.last().map_or(0, |symbol| symbol.label);
            let example = |drawing| Example {
                id: 0,
                label: given,
                first_read: None,
                taught_at: now_ms,
                source: "pad".into(),
                content: Content::Strokes(pack::pack(drawing)),
            };
            drawings.iter().map(example).collect()
        })?;
        Ok(given)
    }

    /// Adds symbols and the examples that `make` makes once their labels are known (it is given those that were added, in
    /// order), as one step of undo; how many examples were added.
    ///
    /// # Errors
    /// [`Error::Symbol`] where one cannot be a symbol; [`Error::Busy`] while a lesson is under way. Nothing changes then.
    pub fn add_with_symbols(
        &mut self,
        new: &[(&str, Option<char>)],
        make: impl FnOnce(&[Symbol]) -> Vec<Example>,
    ) -> Result<usize, Error> {
        self.quiet()?;
        let mut symbols = self.symbols.clone();
        let mut added = Vec::new();
        for (name, key) in new {
            let label = Symbol::free_label(&symbols, |label| self.is_told(label))?;
            let symbol = Symbol::new(label, name, *key, &symbols)?;
            symbols.push(symbol.clone());
            added.push(symbol);
        }
        symbols.sort_by_key(|symbol| symbol.label);
        let before = std::mem::replace(&mut self.symbols, symbols);
        let examples = self.put_new(make(&added));
        let count = (examples.end - examples.start) as usize;
        self.undo.push(Undo::Symbols {
            before,
            added: examples,
            removed: Vec::new(),
        });
        self.changed();
        Ok(count)
    }

    /// Gives a symbol another name and key; can be undone.
    ///
    /// # Errors
    /// [`Error::Label`] where there is no such symbol; [`Error::Symbol`]; [`Error::Busy`] while a lesson is under way.
    pub fn change_symbol(&mut self, label: u8, name: &str, key: Option<char>) -> Result<(), Error> {
        self.quiet()?;
        let at = self.symbols.iter().position(|symbol| symbol.label == label);
        let at = at.ok_or(Error::Label(label))?;
        let symbol = Symbol::new(label, name, key, &self.symbols)?;
        let before = self.symbols.clone();
        self.symbols[at] = symbol;
        if before != self.symbols {
            self.undo.push(Undo::Symbols {
                before,
                added: 0..0,
                removed: Vec::new(),
            });
            self.changed();
        }
        Ok(())
    }

    /// Deletes a symbol and its examples; one step of undo brings both back.
    ///
    /// # Errors
    /// [`Error::Label`] where there is no such symbol; [`Error::Busy`] while a lesson is under way.
    pub fn delete_symbol(&mut self, label: u8) -> Result<(), Error> {
        self.quiet()?;
        if !self.symbols.iter().any(|symbol| symbol.label == label) {
            return Err(Error::Label(label));
        }
        let before = self.symbols.clone();
        self.symbols.retain(|symbol| symbol.label != label);
        let its = self.examples.iter().filter(|e| e.label == label);
        let its: Vec<u64> = its.map(|example| example.id).collect();
        let removed = its.into_iter().filter_map(|id| self.forget(id)).collect();
        self.undo.push(Undo::Symbols {
            before,
            added: 0..0,
            removed,
        });
        self.changed();
        Ok(())
    }

    /// Whether anything that is kept tells of a symbol, be it one that is gone.
    pub fn tells_of_symbols(&self) -> bool {
        let beyond = |label: u8| usize::from(label) >= DIGITS;
        let told =
            |example: &Example| beyond(example.label) || example.first_read.is_some_and(beyond);
        let points = self.timelines.iter().flat_map(|timeline| timeline.points());
        let mut events = points.into_iter().map(|point| point.event);
        self.examples.iter().any(told)
            || events.any(|event| matches!(event, Event::Lesson(label) if beyond(label)))
    }

    /// Whether the history tells of lessons about this label.
    fn is_told(&self, label: u8) -> bool {
        let points = self.timelines.iter().flat_map(|timeline| timeline.points());
        points
            .into_iter()
            .any(|point| point.event == Event::Lesson(label))
    }
}
