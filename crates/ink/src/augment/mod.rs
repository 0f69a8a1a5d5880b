//! Augmentation: more variety for training, a digit as other hands would have drawn it.
//!
//! [`strokes`] works on the pen's path and is always to be preferred where there is one;
//! [`image`] does what can be done to pixels. Both leave the label true.

mod image;
mod strokes;
mod warp;

#[cfg(test)]
mod tests;

pub use image::{ImageAugment, image};
pub use strokes::{StrokeAugment, pen_width, resample, strokes};
