//! Teaching a network digits: the memory of examples, lessons that stick, the exam that shows what was forgotten.
//!
//! ```text
//! drawing ──► recipe ──► ink ──► trunk ──► features ──► tail ──► ten numbers ──► decide
//!    │                              (kept)  │ │           ▲ ▲
//!    │                                        │ └── lesson ─┘ │
//!    └──► memory ◄── label                    └── neighbours ─┘
//! ```
//!
//! Two learn from a lesson: the network's last layer, as little as it can ([`Step::Least`]), and the memory, which has a
//! word of its own where a drawing is near one that was corrected. `trazo eval --teach` compares this with other ways.
//!
//! [`School`] is everything the page's engine does. It has no clock, no files and no browser: the time comes in as an
//! argument, randomness from a seed, and the same calls give the same weights, bit for bit.
//!
//! Uses `trazo-nn` for the network and `trazo-ink` for drawings.

mod decide;
#[cfg(feature = "compare")]
mod elastic;
mod error;
mod experiment;
pub mod history;
mod job;
mod lesson;
mod memory;
mod method;
mod metric;
pub mod metrics;
mod neighbours;
mod nudge;
pub mod protocol;
mod pupil;
mod recipe;
mod school;
mod training;
mod undo;

pub use decide::{DIGITS, Decision, SURE_FROM, decide, likeliest};
pub use error::Error;
pub use experiment::{Experiment, LESSONS, Mark};
pub use job::{Advance, Changed, LessonOutcome, Question, Teach};
pub use memory::{Content, Example, Memory};
pub use method::{Method, Step};
pub use pupil::Model;
pub use recipe::{Origin, Recipe};
pub use school::{EXAM_SIZE, ExamResult, ModelId, Reading, Restored, SavedLine, School, Settings};
pub use training::{TrainProgress, TrainState};
pub use undo::UndoKind;
