//! The person's own symbols, as JavaScript adds, names and deletes them.

use trazo_learn::{Restored, Session};
use wasm_bindgen::prelude::*;

use crate::engine::Engine;
use crate::failure::Failure;
use crate::view::drawing_of;

/// The first letter, where there is one: a key.
fn key(text: Option<String>) -> Option<char> {
    text.and_then(|text| text.chars().next())
}

#[wasm_bindgen]
impl Engine {
    /// Adds a symbol that was drawn a few times, and gives its label.
    ///
    /// The drawings follow one another in `points` and `ends`, as of one drawing; `counts` says how many strokes each has.
    /// `key` may be empty.
    ///
    /// # Errors
    /// `symbol-no-name`, `symbol-long-name`, `symbol-strange-name`, `symbol-name-taken`, `symbol-key-taken`,
    /// `too-many-symbols`, `empty`, `busy`.
    #[wasm_bindgen(js_name = addSymbol)]
    pub fn add_symbol(
        &mut self,
        name: &str,
        key_of: Option<String>,
        points: &[f32],
        ends: &[u32],
        counts: &[u32],
        now_ms: f64,
    ) -> Result<u8, Failure> {
        let mut strokes = drawing_of(points, ends).strokes.into_iter();
        let drawings = counts.iter().map(|count| {
            let strokes = strokes.by_ref().take(*count as usize);
            trazo_ink::Drawing::from_strokes(strokes.collect())
        });
        let drawings: Vec<trazo_ink::Drawing> = drawings.collect();
        Ok(self
            .session
            .add_symbol(name, key(key_of), &drawings, now_ms as u64)?)
    }

    /// Gives a symbol another name and key.
    ///
    /// # Errors
    /// As `addSymbol`; `bad-label`.
    #[wasm_bindgen(js_name = changeSymbol)]
    pub fn change_symbol(
        &mut self,
        label: u8,
        name: &str,
        key_of: Option<String>,
    ) -> Result<(), Failure> {
        Ok(self.session.change_symbol(label, name, key(key_of))?)
    }

    /// Deletes a symbol with its examples.
    ///
    /// # Errors
    /// `bad-label`, `busy`.
    #[wasm_bindgen(js_name = deleteSymbol)]
    pub fn delete_symbol(&mut self, label: u8) -> Result<(), Failure> {
        Ok(self.session.delete_symbol(label)?)
    }
}

/// Adds examples that another tab could not save, with the symbols that they are of; symbols are the same where their names
/// are. How many examples were added.
pub(crate) fn adopt(session: &mut Session, theirs: Restored) -> Result<usize, Failure> {
    let mut examples = theirs.examples;
    let mine = session.symbols().to_vec();
    let here = |name: &str| mine.iter().find(|symbol| symbol.name == name);
    let used = |label: u8| examples.iter().any(|example| example.label == label);
    let unknown = theirs.symbols.iter();
    let unknown = unknown.filter(|symbol| used(symbol.label) && here(&symbol.name).is_none());
    let unknown: Vec<&trazo_learn::Symbol> = unknown.collect();
    let new = unknown.iter().map(|symbol| {
        let key = symbol
            .key
            .filter(|key| mine.iter().all(|m| m.key != Some(*key)));
        (symbol.name.as_str(), key)
    });
    let new: Vec<(&str, Option<char>)> = new.collect();
    let relabel = |added: &[trazo_learn::Symbol]| {
        for example in &mut examples {
            let theirs = theirs.symbols.iter().find(|s| s.label == example.label);
            let mine = theirs.and_then(|theirs| {
                let mut all = mine.iter().chain(added);
                all.find(|symbol| symbol.name == theirs.name)
            });
            example.label = mine.map_or(example.label, |symbol| symbol.label);
        }
        examples
    };
    if new.is_empty() {
        return Ok(session.add_examples(relabel(&[]))?);
    }
    Ok(session.add_with_symbols(&new, relabel)?)
}
