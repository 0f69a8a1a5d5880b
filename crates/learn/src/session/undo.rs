//! The way back: what every change needs to be taken back bit for bit.

use std::collections::VecDeque;
use std::ops::Range;

use crate::examples::{Example, Examples, HandDrawing, Writers};
use crate::history::{Recorded, Timeline};
use crate::model::{Model, ModelId, Settings};
use crate::symbols::Symbol;

/// How many changes can be taken back.
const DEPTH: usize = 50;

/// What can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoKind {
    /// A lesson: weights and example.
    Lesson,
    /// A deleted example.
    Delete,
    /// A changed label.
    Relabel,
    /// A reset to the weights that ship.
    Reset,
    /// An opened file.
    Upload,
    /// Training on all examples.
    Training,
    /// Going to another point of the history.
    Travel,
    /// Drawings of the hand that were forgotten.
    Forget,
    /// A drawing of the hand that became an example.
    Promote,
    /// What is not corrected was to be remembered no more.
    HandOff,
    /// Someone else was to write.
    Writer,
    /// Someone else's hand that was forgotten.
    ForgetWriter,
    /// Symbols that were added, named otherwise or deleted, and their examples.
    Symbols,
    /// A network that the person trained and kept.
    Keep,
    /// The kept network that was removed.
    Remove,
}

/// What [`Session::undo`](crate::Session::undo) takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undoable {
    /// What was done.
    pub kind: UndoKind,
    /// The model that it was done to, whichever is in use now; `None` where it was done to the examples, or to everything.
    pub model: Option<ModelId>,
}

/// A model that another one took the place of.
#[derive(Debug, Clone)]
pub(super) struct Replaced {
    pub id: ModelId,
    pub model: Model,
    pub reference: Model,
    pub past: Past,
}

/// The timeline of a model before it was replaced.
#[derive(Debug, Clone)]
pub(super) enum Past {
    /// It went on with this point.
    Point(Recorded),
    /// It ended.
    Whole(Timeline),
}

#[derive(Debug, Clone)]
pub(super) enum Undo {
    Lesson {
        model: ModelId,
        /// Drawings that left the hand.
        hand: Vec<HandDrawing>,
        /// The head before; `None` where the weights stayed.
        weights: Option<Vec<f32>>,
        lessons: u32,
        example: u64,
        /// The same drawing among the examples before; `None` for a new one.
        earlier: Option<Box<Example>>,
        point: Recorded,
    },
    Training {
        model: ModelId,
        weights: Vec<f32>,
        point: Recorded,
    },
    Travel {
        model: ModelId,
        /// The serial of the point before.
        from: u32,
    },
    Forget(Vec<HandDrawing>),
    Promote(HandDrawing),
    HandOff(Vec<HandDrawing>, Writers),
    /// Who wrote before.
    Writer(String),
    ForgetWriter(String, Vec<HandDrawing>),
    Delete(Box<Example>),
    Relabel {
        id: u64,
        old: u8,
    },
    /// Examples that were added.
    Import(Range<u64>),
    Symbols {
        before: Vec<Symbol>,
        /// Examples that were added.
        added: Range<u64>,
        /// Examples that went with a symbol.
        removed: Vec<Example>,
    },
    Models {
        kind: UndoKind,
        models: Vec<Replaced>,
        /// The model in use before, where that changed.
        selected: Option<ModelId>,
        /// Whether there was a kept one before.
        kept: bool,
        /// What an opened project took the place of.
        rest: Option<Box<(Examples, Settings, Vec<Symbol>)>>,
    },
}

impl Undo {
    pub fn what(&self) -> Undoable {
        let (kind, model) = match self {
            Undo::Lesson { model, .. } => (UndoKind::Lesson, Some(*model)),
            Undo::Training { model, .. } => (UndoKind::Training, Some(*model)),
            Undo::Travel { model, .. } => (UndoKind::Travel, Some(*model)),
            Undo::Forget(_) => (UndoKind::Forget, None),
            Undo::Promote(_) => (UndoKind::Promote, None),
            Undo::HandOff(..) => (UndoKind::HandOff, None),
            Undo::Writer(_) => (UndoKind::Writer, None),
            Undo::ForgetWriter(..) => (UndoKind::ForgetWriter, None),
            Undo::Delete(_) => (UndoKind::Delete, None),
            Undo::Relabel { .. } => (UndoKind::Relabel, None),
            Undo::Import(_) => (UndoKind::Upload, None),
            Undo::Symbols { .. } => (UndoKind::Symbols, None),
            Undo::Models { kind, models, .. } => match &models[..] {
                [one] => (*kind, Some(one.id)),
                _ => (*kind, None),
            },
        };
        Undoable { kind, model }
    }
}

/// The latest [`DEPTH`] changes.
#[derive(Debug, Clone, Default)]
pub(super) struct UndoStack(VecDeque<Undo>);

impl UndoStack {
    pub fn push(&mut self, undo: Undo) {
        if self.0.len() == DEPTH {
            self.0.pop_front();
        }
        self.0.push_back(undo);
    }

    pub fn pop(&mut self) -> Option<Undo> {
        self.0.pop_back()
    }

    pub fn last(&self) -> Option<&Undo> {
        self.0.back()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
