//! One model that learns from one person. Memory learns: the person's own drawings vote on what a drawing is that is like
//! them (`votes`), those that were taught and, less loudly, those that were read surely and not corrected: the hand. The
//! weights stay as they came, but where the person trains on all examples, or in the original's way; and weights that leave
//! without the memory first learn what was taught (`export`).
//!
//! A lesson is cheap because the features of everything are kept: of the exam, of base memory, of every example. All of
//! that is made, and after a change mended, in units of a millisecond or two: [`Learner::warm`] does one.

mod export;
mod least_change;
mod lesson;
mod method;
mod neighbors;
mod reminders;
mod state;
mod survey;
mod training;
mod votes;
mod warm;
mod whitening;

pub use lesson::{Changed, LessonOutcome, Turn};
pub use method::Method;
pub use reminders::Reminder;
pub use state::{Learner, Why};
pub use training::{TrainProgress, TrainState};

pub(crate) use export::Export;
pub(crate) use least_change::LeastChange;
pub(crate) use lesson::{Lesson, Step, Taught};
pub(crate) use neighbors::OWN_CAPACITY;
pub(crate) use state::Places;
pub(crate) use survey::Survey;
pub(crate) use training::{Mix, Replay, Training};
