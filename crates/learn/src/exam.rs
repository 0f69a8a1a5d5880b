//! The drawings that are the same for everybody: the exam, which shows what was forgotten, and base memory, which keeps it
//! from being forgotten. Both come from the synthetic writer, one drawing at a time, so that nobody waits for them.

use trazo_ink::{Drawing, Rng, negatives, writer};

use crate::reading::DIGITS;

/// Digits of the exam.
pub const EXAM_SIZE: usize = 500;
/// The exam is the same for everybody, for ever; nothing else uses this seed.
const EXAM_SEED: u64 = 0x7472_617a_6f20_3530;
/// Base memory comes from another stream of the synthetic writer, so the exam is never trained on.
const BASE_SEED: u64 = 0x6261_7365_206d_656d;
/// Drawings in base memory that are no digit.
const BASE_NEGATIVES: usize = 40;

/// The label of what is no digit.
pub(crate) const NO_DIGIT: u8 = u8::MAX;

/// How the exam stands, or how the person's own examples do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExamResult {
    /// Digits read right.
    pub right: u32,
    /// Digits asked.
    pub total: u32,
}

/// The digits of the exam, one after the other.
pub(crate) fn exam() -> writer::Exam {
    writer::Exam::new(EXAM_SEED, EXAM_SIZE)
}

/// The drawings of base memory, one after the other: digits, then scribbles labelled [`NO_DIGIT`].
#[derive(Debug, Clone)]
pub(crate) struct Base {
    rng: Rng,
    next: usize,
    digits: usize,
}

impl Base {
    pub fn new(digits: usize) -> Self {
        Self {
            rng: Rng::new(BASE_SEED),
            next: 0,
            digits,
        }
    }
}

impl Iterator for Base {
    type Item = (Drawing, u8);

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.next;
        self.next += 1;
        if at < self.digits {
            let label = (at % DIGITS) as u8;
            Some((writer::random(label, &mut self.rng), label))
        } else if at < self.digits + BASE_NEGATIVES {
            Some((negatives::random(&mut self.rng).0, NO_DIGIT))
        } else {
            None
        }
    }
}
