//! Who has the weights' turn in a lesson, where they do not rest.

use std::fmt::Debug;

use crate::error::Error;
use crate::learner::{Learner, LeastChange, Turn};

/// Earlier examples that are gone through.
const LOOK_BACK: usize = 300;

/// Another way to give lessons: it has the weights' turn in a lesson that is otherwise the page's.
pub trait Teacher: Debug {
    /// Moves the learner's weights until the drawing is read as it was said to be; in how many steps. `seed` drives what
    /// is drawn by lot.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    fn teach(&self, learner: &mut Learner, turn: &Turn<'_>, seed: u64) -> Result<u32, Error>;
}

/// Moves the last layer in the direction that changes least of what usual drawings are read as, as weights learn that leave
/// without the memory.
#[derive(Debug)]
pub(super) struct Least;

impl Teacher for Least {
    fn teach(&self, learner: &mut Learner, turn: &Turn<'_>, _: u64) -> Result<u32, Error> {
        let new = std::iter::once((turn.row.to_vec(), turn.label));
        let earlier = turn.own.iter().rev().take(LOOK_BACK);
        let earlier =
            earlier.filter_map(|(id, label)| Some((learner.own_row(*id)?.to_vec(), *label)));
        let mut change = LeastChange::new(new.chain(earlier), learner.method());
        while !change.step(learner)? {}
        Ok(change.steps)
    }
}
