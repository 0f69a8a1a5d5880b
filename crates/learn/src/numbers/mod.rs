//! Whole numbers: several digits on one pad, parted by asking the network about the ways to part them.

mod lattice;

pub use lattice::{Edge, Path, best_paths};
