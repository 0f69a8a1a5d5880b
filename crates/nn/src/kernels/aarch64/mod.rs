//! 64-bit Arm: NEON, which every such machine has. There is nothing to ask for at run time.

pub mod neon;
