//! What the person taught: every drawing as it was drawn, and what the person says it is; and, apart from it, the person's
//! *hand*: drawings that were read surely and not corrected.

use std::collections::BTreeMap;

use trazo_ink::{Drawing, Ink, Origin, Recipe, pack};

use crate::error::Error;

/// Half of what JavaScript can count to.
const LAST_ID: u64 = 1 << 52;

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

/// A drawing and what the person says it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Unique among the examples; grows with time.
    pub id: u64,
    /// A digit, or the label of a symbol.
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

    /// What made its ink.
    pub(crate) fn origin(&self) -> Origin {
        match &self.content {
            Content::Strokes(_) => Origin::Pen,
            Content::Picture { .. } => Origin::Picture,
        }
    }

    /// The network's input for this example, or `None` where nothing of it is inked.
    pub fn input(&self, recipe: Recipe) -> Result<Option<Vec<f32>>, Error> {
        Ok(match self.drawing()? {
            Some(drawing) => recipe.input(&drawing),
            None => self.ink(recipe)?.map(|ink| recipe.row(&ink, self.origin())),
        })
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

/// A drawing that was read surely and not corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandDrawing {
    /// Unique among the examples, too; grows with time.
    pub id: u64,
    /// What it was read as: 0 … 9.
    pub label: u8,
    /// When, in milliseconds since 1970 (UTC); the caller's clock.
    pub at: u64,
    /// The id of the first drawing of its sitting, by which the history tells of all of that: see
    /// [`crate::history::Event::Hand`].
    pub sitting: u64,
    /// Packed by [`trazo_ink::pack`].
    pub strokes: Vec<u8>,
}

impl HandDrawing {
    /// The drawing.
    ///
    /// # Errors
    /// [`Error::BadDrawing`] where its bytes cannot be read.
    pub fn drawing(&self) -> Result<Drawing, Error> {
        pack::unpack(&self.strokes).map_err(|e| Error::BadDrawing(e.to_string()))
    }
}

/// Who writes, and the hands of others who did: set aside, unheard, until they write again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writers {
    /// The name of whoever writes now; empty for the first one on this device.
    pub current: String,
    /// By name, without whoever writes now.
    pub others: BTreeMap<String, Vec<HandDrawing>>,
}

/// All examples, and the hand, by id.
#[derive(Debug, Clone)]
pub struct Examples {
    examples: BTreeMap<u64, Example>,
    hand: BTreeMap<u64, HandDrawing>,
    pub(crate) writers: Writers,
    next_id: u64,
}

impl Default for Examples {
    /// None yet; ids begin at 1.
    fn default() -> Self {
        Self {
            examples: BTreeMap::new(),
            hand: BTreeMap::new(),
            writers: Writers::default(),
            next_id: 1,
        }
    }
}

impl Examples {
    /// These examples and this hand, ids kept; of two with one id the later one holds, and an example before a drawing of
    /// the hand. Where an id leaves no room for new ones below 2^53, beyond which JavaScript cannot count, all are numbered
    /// anew.
    pub fn with_ids(
        examples: impl IntoIterator<Item = Example>,
        hand: impl IntoIterator<Item = HandDrawing>,
    ) -> Self {
        // One by one: collecting would sort first, for kilobytes of code, what comes in order anyway.
        let mut by_id = BTreeMap::new();
        for example in examples {
            by_id.insert(example.id, example);
        }
        let mut hand_by_id = BTreeMap::new();
        for drawing in hand {
            if !by_id.contains_key(&drawing.id) {
                hand_by_id.insert(drawing.id, drawing);
            }
        }
        let last = by_id
            .keys()
            .chain(hand_by_id.keys())
            .fold(0, |a, b| a.max(*b));
        let mut all = Self::default();
        for example in by_id.into_values() {
            match last < LAST_ID {
                true => all.put(example),
                false => drop(all.add(example)),
            }
        }
        for mut drawing in hand_by_id.into_values() {
            if last >= LAST_ID {
                drawing.id = all.next_id;
            }
            all.put_in_hand(drawing);
        }
        all
    }

    /// These, too, with whoever else writes here; of their drawings none whose id is taken.
    pub fn with_writers(mut self, writers: Writers) -> Self {
        let mut writers = writers;
        writers.others.remove(&writers.current);
        for drawings in writers.others.values_mut() {
            drawings.retain(|drawing| {
                let taken = self.examples.contains_key(&drawing.id)
                    || self.hand.contains_key(&drawing.id)
                    || drawing.id >= LAST_ID;
                !taken
            });
            drawings.iter().for_each(|drawing| self.reserve(drawing.id));
        }
        self.writers = writers;
        self
    }

    /// Who writes, and whose hands are set aside.
    pub fn writers(&self) -> &Writers {
        &self.writers
    }

    /// How many examples there are.
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

    /// The id that the next new example gets.
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    /// New examples get ids beyond this one: it belonged to an example that something still tells of.
    pub(crate) fn reserve(&mut self, id: u64) {
        self.next_id = self.next_id.max(id.min(LAST_ID) + 1);
    }

    /// Adds an example under a new id (the id it carries is ignored) and gives that id.
    pub fn add(&mut self, mut example: Example) -> u64 {
        let id = self.next_id;
        example.id = id;
        self.put(example);
        id
    }

    /// Puts an example in place under the id that it has.
    pub(crate) fn put(&mut self, example: Example) {
        self.reserve(example.id);
        self.examples.insert(example.id, example);
    }

    /// Takes an example out.
    pub fn remove(&mut self, id: u64) -> Option<Example> {
        self.examples.remove(&id)
    }

    /// Gives an example another label and returns the one it had.
    pub fn relabel(&mut self, id: u64, label: u8) -> Option<u8> {
        let example = self.examples.get_mut(&id)?;
        Some(std::mem::replace(&mut example.label, label))
    }

    /// Whether under this id both have the same: an example, or a drawing of the hand.
    pub(crate) fn same(&self, other: &Self, id: u64) -> bool {
        let example = self.get(id);
        let drawing = self.hand.get(&id);
        (example.is_some() || drawing.is_some())
            && (example, drawing) == (other.get(id), other.hand.get(&id))
    }

    /// The hand, oldest first.
    pub fn hand(&self) -> impl DoubleEndedIterator<Item = &HandDrawing> + ExactSizeIterator {
        self.hand.values()
    }

    /// Puts a drawing into the hand under the id that it has.
    pub(crate) fn put_in_hand(&mut self, drawing: HandDrawing) {
        self.reserve(drawing.id);
        self.hand.insert(drawing.id, drawing);
    }

    /// The drawing of the hand with this id.
    pub(crate) fn in_hand(&self, id: u64) -> Option<&HandDrawing> {
        self.hand.get(&id)
    }

    /// Takes a drawing out of the hand.
    pub(crate) fn take_from_hand(&mut self, id: u64) -> Option<HandDrawing> {
        self.hand.remove(&id)
    }

    /// The drawing of the hand that is exactly this one, packed.
    pub(crate) fn same_in_hand(&self, packed: &[u8]) -> Option<&HandDrawing> {
        self.hand().find(|drawing| drawing.strokes == packed)
    }

    /// The latest example with exactly this drawing, packed.
    pub fn same_drawing(&self, packed: &[u8]) -> Option<&Example> {
        self.iter()
            .rev()
            .find(|e| matches!(&e.content, Content::Strokes(bytes) if bytes == packed))
    }
}
