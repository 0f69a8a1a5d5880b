//! How well does it learn from people? The protocols of `trazo eval --teach`, the other ways of giving lessons that they
//! compare, the experiment that shows forgetting, and the figures in which all of them are told.
//!
//! Nothing that ships to a page knows of this module but the experiment.

mod experiment;
pub mod metrics;
mod mini_batches;
mod protocol;
mod teacher;
mod ways;

pub use crate::learner::Turn;
pub use experiment::{Experiment, LESSONS, Mark};
pub use protocol::{Change, Outcome, Sheet, Subject, lesson};
pub use teacher::Teacher;
pub use ways::Way;
