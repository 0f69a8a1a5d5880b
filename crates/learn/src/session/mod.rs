//! What the page drives: one person's models, examples, history and way back.
//!
//! Every public call holds the session together by itself, in whatever order the calls come: while a lesson is under way
//! whatever would change its ground is refused ([`Error::Busy`]); whatever changes the weights ends training first and
//! keeps what it learned; memory, history and undo learn of a lesson once, when it is over.
//!
//! Long work (a lesson, training, the exam, an export) is cut into units of a millisecond or two: the caller calls
//! [`Session::advance`] as often as it has time, and reads drawings in between.

mod examples;
mod hand;
mod history;
mod models;
mod state;
mod symbols;
mod take_back;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)] // In a test a panic is the report.
mod tests;
mod training;
mod undo;
mod writers;

pub use hand::{MOST_OF_A_DIGIT, REMEMBERED_FROM};
pub use state::{Advance, Question, Restored, SavedTimeline, Session, Teach};
pub use undo::{UndoKind, Undoable};
