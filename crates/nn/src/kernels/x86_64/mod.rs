//! x86-64: AVX2 with FMA, and AVX-512, both asked for at run time.

pub mod avx2;
pub mod avx512;
