//! Seeded randomness that is the same on every machine and with every version of `rand`.

use rand::{Rng as _, SeedableRng};
use rand_pcg::Pcg32;

/// A stream of random numbers: PCG-XSH-RR 64/32 (O'Neill 2014), with its own conversions, so
/// that a seed gives the same drawings for ever.
#[derive(Clone, Debug)]
pub struct Rng(Pcg32);

impl Rng {
    /// The stream that belongs to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Pcg32::seed_from_u64(seed))
    }

    /// Stream number `stream` of `seed`: what a sample's augmentation is drawn from, so that it
    /// does not depend on which worker does it or when.
    #[must_use]
    pub fn stream(seed: u64, stream: u64) -> Self {
        let mut rng = Self(Pcg32::new(seed ^ 0x9E37_79B9_7F4A_7C15, stream));
        // Neighboring streams begin alike; a few steps part them.
        for _ in 0..4 {
            rng.0.next_u32();
        }
        rng
    }

    /// 32 random bits.
    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number uniform in `[0, 1)`, a multiple of 2^-24.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// A number uniform between `low` and `high`.
    // The writer asks in more than a hundred places: inlined, that was half of its code.
    #[inline(never)]
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `n` (0 where `n` is 0), by multiplication: the bias is below 2^-32
    /// a value.
    pub fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.bits()) * n as u64) >> 32) as usize
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of `options`; the first one where there is no choice.
    pub fn pick<T: Copy, const N: usize>(&mut self, options: [T; N]) -> T {
        const { assert!(N > 0) };
        options[self.below(N)]
    }

    /// A number about normal with mean 0 and deviation 1, never beyond 3.5: the sum of four uniform
    /// numbers. Drawings are wanted that a hand can make, so short tails are a virtue.
    #[inline(never)]
    pub fn normal(&mut self) -> f32 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        // Four uniform numbers have variance 4/12.
        (sum - 2.0) * 1.732_050_8
    }

    /// Two numbers as from [`Rng::normal`] from two draws, half the price and a little rougher: for fields of noise.
    pub(crate) fn rough_pair(&mut self) -> (f32, f32) {
        let (a, b) = (self.bits(), self.bits());
        let triangle = |bits: u32| {
            let sum = (bits >> 16) as f32 + (bits & 0xFFFF) as f32;
            // Two uniform numbers have variance 2/12.
            (sum * (1.0 / 65_536.0) - 1.0) * 2.449_489_7
        };
        (triangle(a), triangle(b))
    }
}
