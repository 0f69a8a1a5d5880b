//! Where a model has been: every lesson is a point on its timeline, and one can go back to any of them, and forward again.
//!
//! A point keeps what changed since the point before, bit for bit: the exclusive or of the head's weights before and
//! after. It undoes itself, so one timeline serves both ways, and two neighboring points can be made one by the same
//! operation. A lesson moves a weight by little: its sign, exponent and upper bits mostly stay, so the four bytes of all
//! words are kept apart and the runs of zeros left out.

mod change;
mod point;
mod timeline;

pub(crate) use change::Change;
pub use point::{Event, Point, sum};
pub(crate) use timeline::Recorded;
pub use timeline::{MOST_BYTES, MOST_POINTS, Timeline};
