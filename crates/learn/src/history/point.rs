//! One point of a model's history, and what made it.

use crate::exam::ExamResult;

/// What made a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The network before its first lesson.
    Start,
    /// A drawing was taught as this digit.
    Lesson(u8),
    /// Training on all examples.
    Training,
    /// The weights that ship were put back.
    Reset,
    /// Drawings were read surely and not corrected: the first of a sitting. [`Point::example`] is its id, by which all of
    /// the sitting is known.
    Hand,
}

/// A point in time to which one can go.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Unique on its timeline; grows with time.
    pub serial: u32,
    /// The serial of the point before, 0 for the first.
    pub after: u32,
    /// Milliseconds since 1970 (UTC), the caller's clock; 0 where nobody knows.
    pub at_ms: u64,
    /// What made it.
    pub event: Event,
    /// Lessons until then.
    pub lessons: u32,
    /// The example that the lesson was about, or the first drawing of a sitting; 0 where there is none.
    pub example: u64,
    /// The exam then.
    pub exam: ExamResult,
    /// The person's own examples then: read right, of how many.
    pub own: ExamResult,
    /// What changed since the point before, packed; empty for the first.
    pub change: Vec<u8>,
}

impl Point {
    /// A point that is on no timeline yet: `Timeline::record` says where it is.
    pub(crate) fn new(
        event: Event,
        at_ms: u64,
        lessons: u32,
        exam: ExamResult,
        own: ExamResult,
    ) -> Self {
        Self {
            serial: 0,
            after: 0,
            at_ms,
            event,
            lessons,
            example: 0,
            exam,
            own,
            change: Vec::new(),
        }
    }
}

/// Tells whether a timeline belongs to these learned numbers: FNV-1a over their bits (Fowler, Noll and Vo).
pub fn sum(words: &[u32]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, &word| {
        (sum ^ u64::from(word)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
