//! The data that networks are trained on and measured with, MNIST and pen digits: read whole or not at
//! all.

pub mod mnist;
pub mod pen;

pub use pen::PenDigits;
pub use trazo_train::data::{PenDigit, Pictures, sources};
