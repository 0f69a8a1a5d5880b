//! What the person taught: every drawing as it was drawn, and what it is.

use std::collections::BTreeMap;

use trazo_ink::{Drawing, Ink, pack};

use crate::Error;
use crate::recipe::{Origin, Recipe};

/// What an example looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A drawing, packed by [`trazo_ink::pack`]: the truth, from which any input can be made.
    Strokes(Vec<u8>),
    /// A picture that never had strokes: both inputs, made when it came in.
    Picture {
        /// 28x28, MNIST's recipe.
        mnist: Ink,
        /// 20x20 ones (255) and zeros.
        bits: Ink,
    },
}

/// A drawing and the digit that the person says it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Unique in a memory; grows with time.
    pub id: u64,
    /// 0 … 9.
    pub label: u8,
    /// What the network was sure it was when the person named it; `None` where it was not sure, or was not asked.
    pub first_read: Option<u8>,
    /// When it was taught, in milliseconds since 1970 (UTC); the caller's clock.
    pub taught_at: u64,
    /// Where it comes from: `"pad"`, or what an imported file says.
    pub source: String,
    /// The drawing or picture.
    pub content: Content,
}

impl Example {
    /// The drawing, for an example that has strokes.
    pub fn drawing(&self) -> Result<Option<Drawing>, Error> {
        match &self.content {
            Content::Strokes(bytes) => pack::unpack(bytes)
                .map(Some)
                .map_err(|e| Error::BadDrawing(e.to_string())),
            Content::Picture { .. } => Ok(None),
        }
    }

    /// The network's input for this example, or `None` where nothing of it is inked.
    pub fn input(&self, recipe: Recipe) -> Result<Option<Vec<f32>>, Error> {
        let origin = match &self.content {
            Content::Strokes(_) => Origin::Pen,
            Content::Picture { .. } => Origin::Picture,
        };
        Ok(self.ink(recipe)?.map(|ink| recipe.row(&ink, origin)))
    }

    /// What the network sees of this example, or `None` where nothing of it is inked.
    pub fn ink(&self, recipe: Recipe) -> Result<Option<Ink>, Error> {
        Ok(match &self.content {
            Content::Strokes(_) => self.drawing()?.and_then(|d| recipe.ink(&d)),
            Content::Picture { mnist, bits } => Some(match recipe {
                Recipe::Mnist28 { .. } => mnist.clone(),
                Recipe::PadBits20 => bits.clone(),
            }),
        })
    }
}

/// All examples, by id.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    examples: BTreeMap<u64, Example>,
    next_id: u64,
}

impl Memory {
    /// An empty memory.
    pub fn new() -> Self {
        Self {
            examples: BTreeMap::new(),
            next_id: 1,
        }
    }

    /// A memory with these examples, ids kept; of two with one id the later one holds.
    pub fn from_examples(examples: impl IntoIterator<Item = Example>) -> Self {
        // One by one: collecting would sort first, for kilobytes of code, what comes in order anyway.
        let mut by_id = BTreeMap::new();
        for example in examples {
            by_id.insert(example.id, example);
        }
        let next_id = by_id
            .keys()
            .next_back()
            .map_or(1, |id| id.saturating_add(1));
        Self {
            examples: by_id,
            next_id,
        }
    }

    /// How many examples it remembers.
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// Nothing was taught yet.
    pub fn is_empty(&self) -> bool {
        self.examples.is_empty()
    }

    /// The example with this id.
    pub fn get(&self, id: u64) -> Option<&Example> {
        self.examples.get(&id)
    }

    /// All examples, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Example> {
        self.examples.values()
    }

    /// Remembers an example under a new id (the id it carries is ignored) and gives that id.
    pub fn add(&mut self, mut example: Example) -> u64 {
        let id = self.next_id;
        self.next_id = self.next_id.saturating_add(1);
        example.id = id;
        self.examples.insert(id, example);
        id
    }

    /// Puts an example back under the id it had.
    pub(crate) fn put_back(&mut self, example: Example) {
        self.next_id = self.next_id.max(example.id.saturating_add(1));
        self.examples.insert(example.id, example);
    }

    /// Forgets an example.
    pub fn remove(&mut self, id: u64) -> Option<Example> {
        self.examples.remove(&id)
    }

    /// Gives an example another label and returns the one it had.
    pub fn relabel(&mut self, id: u64, label: u8) -> Option<u8> {
        let example = self.examples.get_mut(&id)?;
        Some(std::mem::replace(&mut example.label, label))
    }

    /// The latest example with exactly this drawing.
    pub fn same_drawing(&self, packed: &[u8]) -> Option<&Example> {
        self.examples
            .values()
            .rev()
            .find(|e| matches!(&e.content, Content::Strokes(bytes) if bytes == packed))
    }

    /// How many examples of each digit.
    pub fn counts(&self) -> [usize; 10] {
        let mut counts = [0; 10];
        for e in self.examples.values() {
            if let Some(n) = counts.get_mut(usize::from(e.label)) {
                *n += 1;
            }
        }
        counts
    }
}
