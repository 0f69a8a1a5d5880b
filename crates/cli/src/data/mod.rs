//! What networks are trained on and measured with: MNIST and pen digits, read whole or not at all.

pub mod mnist;
pub mod pen;

pub use mnist::Pictures;
pub use pen::{PenDigit, PenDigits};
