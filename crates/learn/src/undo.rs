//! The way back: what every change needs to be taken back bit for bit.

use crate::history::{Line, Recorded};
use crate::memory::{Example, Memory};
use crate::pupil::Model;
use crate::school::{ModelId, Settings};

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
}

/// What a lesson left in the memory.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The example that holds the drawing.
    pub example: u64,
    /// It is new.
    pub added: Option<u64>,
    /// It was there: id and the label before.
    pub relabelled: Option<(u64, u8)>,
    /// Lessons before.
    pub lessons: u32,
}

#[derive(Debug)]
pub(crate) enum Undo {
    Lesson {
        model: ModelId,
        /// The tail before; `None` where nothing was trained.
        weights: Option<Vec<f32>>,
        kept: Kept,
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
    Delete(Box<Example>),
    Relabel {
        id: u64,
        old: u8,
    },
    Models {
        kind: UndoKind,
        models: Vec<(ModelId, Model)>,
        selected: ModelId,
        memory: Option<Box<Memory>>,
        settings: Settings,
        /// The points that were made of it, on lines that went on.
        points: Vec<(ModelId, Recorded)>,
        /// The lines that ended with it.
        lines: Vec<(ModelId, Line)>,
    },
}

impl Undo {
    pub fn kind(&self) -> UndoKind {
        match self {
            Undo::Lesson { .. } => UndoKind::Lesson,
            Undo::Training { .. } => UndoKind::Training,
            Undo::Travel { .. } => UndoKind::Travel,
            Undo::Delete(_) => UndoKind::Delete,
            Undo::Relabel { .. } => UndoKind::Relabel,
            Undo::Models { kind, .. } => *kind,
        }
    }
}

/// The latest [`DEPTH`] changes.
#[derive(Debug, Default)]
pub(crate) struct UndoStack(std::collections::VecDeque<Undo>);

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
