//! From a pen to what a network is shown.
//!
//! ```text
//! strokes ──► normalise::digit_ink ──► 28x28 coverage   (the modern models)
//!         └─► pad::pad_bits ─────────► 20x20 ones and zeros (the classic model)
//! picture ──► picture::picture_ink ──► 28x28, picture::picture_bits ──► 20x20
//! ```
//!
//! Strokes are the truth; pixels are made from them whenever they are needed, by the same code
//! in the page, in the command line and in training. Everything is deterministic to the bit on
//! every machine: arithmetic on `f32` with `+ - * /` and `sqrt` only, transcendental functions
//! from `libm`, randomness from a seeded [`Rng`].
//!
//! Coordinates are **pad units**: the pad is [`PAD`] x [`PAD`] units whatever its size on the
//! screen, y grows downwards, the pen is [`PEN`] units wide.
//!
//! ```
//! use trazo_ink::{Drawing, Point, normalise::digit_ink};
//!
//! let one = Drawing::from_strokes(vec![vec![Point::new(500.0, 200.0), Point::new(480.0, 800.0)]]);
//! let ink = digit_ink(&one).expect("there is something drawn");
//! assert_eq!((ink.width, ink.height), (28, 28));
//! assert!(ink.mass() > 30.0);
//! ```

pub mod augment;
mod drawing;
mod error;
mod ink;
pub mod normalise;
pub mod pack;
pub mod pad;
mod random;
pub mod raster;
pub mod thin;

pub use drawing::{Bounds, Drawing, LIMIT, PAD, PEN, Point};
pub use error::Error;
pub use ink::Ink;
pub use random::Rng;
