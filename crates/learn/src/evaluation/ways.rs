//! Ways to give lessons: the one that ships, with other numbers, and others that lost.

use super::mini_batches::{MiniBatches, Rate};
use super::teacher::{Least, Teacher};
use crate::learner::Method;
use crate::model::ModelId;

/// Who has the weights' turn.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// They rest: memory learns.
    Rest,
    LeastChange,
    MiniBatches,
}

/// A way to give lessons, and its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    method: Method,
    kind: Kind,
    mini_batches: MiniBatches,
}

impl Way {
    /// The ways that are compared.
    pub const NAMES: [&'static str; 7] = [
        "memory", "least", "plain", "own", "base", "distil", "elastic",
    ];

    /// The way that ships.
    pub fn shipped(id: ModelId) -> Self {
        Self {
            method: match id {
                ModelId::Digits | ModelId::Own => Method::DIGITS,
                ModelId::Classic => Method::CLASSIC,
            },
            kind: Kind::Rest,
            mini_batches: MiniBatches::of(id),
        }
    }

    /// One of [`NAMES`](Self::NAMES), for this model.
    pub fn named(name: &str, id: ModelId) -> Option<Self> {
        let ships = Self::shipped(id);
        let replay = Self {
            kind: Kind::MiniBatches,
            method: Method {
                taught: 0.0,
                learned_from: 0.8,
                ..Method::DIGITS
            },
            ..ships
        };
        let batches = replay.mini_batches;
        let plain = MiniBatches {
            own_rows: 0,
            base_rows: 0,
            ..batches
        };
        let by = |mini_batches| Self {
            mini_batches,
            ..replay
        };
        Some(match name {
            "memory" => ships,
            "least" => Self {
                kind: Kind::LeastChange,
                method: Method {
                    taught: 0.0,
                    ..ships.method
                },
                ..ships
            },
            "plain" => by(plain),
            "elastic" => by(MiniBatches {
                elastic: 1_000.0,
                ..plain
            }),
            "own" => by(MiniBatches {
                base_rows: 0,
                ..batches
            }),
            "base" => by(MiniBatches {
                base_labels: true,
                ..batches
            }),
            "distil" => replay,
            _ => return None,
        })
    }

    /// Sets one number by its name.
    ///
    /// # Errors
    /// A sentence where there is no such number or the value is none.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number: f64 = value
            .parse()
            .map_err(|_| format!("{name}={value}: expected a number"))?;
        let (method, batches) = (&mut self.method, &mut self.mini_batches);
        match name {
            "least" => self.kind = Kind::LeastChange,
            "rest" => self.kind = Kind::Rest,
            "adam" => (self.kind, batches.rate) = (Kind::MiniBatches, Rate::Adam(number)),
            "descent" => (self.kind, batches.rate) = (Kind::MiniBatches, Rate::Descent(number)),
            "taught" => method.taught = number as f32,
            "hand" => method.hand = number as f32,
            "unlike" => method.unlike = number as f32,
            "width" => method.width = number as f32,
            "floor" => method.floor = number as f32,
            "usual" => method.base = number as f32,
            "quiet" => method.quiet = number as f32,
            "ridge" => method.ridge = number as f32,
            "steps" => method.most_steps = number as u32,
            "learned" => method.learned_from = number as f32,
            "base-digits" => method.base_digits = number as usize,
            "new" => batches.new_rows = number as usize,
            "own" => batches.own_rows = number as usize,
            "base" => batches.base_rows = number as usize,
            "check" => batches.check_every = (number as u32).max(1),
            "certain" => batches.certain = number as f32,
            "variants" => batches.variants = number as usize,
            "variety" => batches.variety = number as f32,
            "elastic" => batches.elastic = number as f32,
            "base-labels" => batches.base_labels = number != 0.0,
            _ => return Err(format!("{name}: there is no such number in a method")),
        }
        Ok(())
    }

    pub(super) fn method(&self) -> Method {
        self.method
    }

    /// Who has the weights' turn; `None` where they rest.
    pub(super) fn teacher(&self) -> Option<&dyn Teacher> {
        match self.kind {
            Kind::Rest => None,
            Kind::LeastChange => Some(&Least),
            Kind::MiniBatches => Some(&self.mini_batches),
        }
    }
}
