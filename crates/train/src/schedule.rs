//! The learning rate in the course of a run, and the running average of the weights.

use serde::{Deserialize, Serialize};

/// The learning rate over a run, as a share of its peak: a linear warm-up, then a fall.
///
/// ```
/// use trazo_train::{Fall, Schedule};
/// let schedule = Schedule { warm_up: 0.1, longest_warm_up: 1_000, fall: Fall::Linear, floor: 0.0 };
/// let shares = [0, 9, 10, 55, 100].map(|step| schedule.share(step, 100));
/// assert_eq!(shares, [0.1, 1.0, 1.0, 0.5, 0.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The share of the run that the warm-up takes, from 0 to 1.
    pub warm_up: f64,
    /// More steps than this it never takes.
    pub longest_warm_up: u64,
    /// What comes after it.
    pub fall: Fall,
    /// The share of the peak that is left at the end of the fall.
    pub floor: f32,
}

/// The way of the learning rate from its peak to its floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fall {
    /// It stays at the peak.
    None,
    /// In a straight line.
    Linear,
    /// Along half a cosine (Loshchilov and Hutter, «SGDR», ICLR 2017, section 3, without restarts).
    Cosine,
}

impl Schedule {
    /// The peak from the first step to the last.
    pub const CONSTANT: Self = Self {
        warm_up: 0.0,
        longest_warm_up: 0,
        fall: Fall::None,
        floor: 1.0,
    };

    /// The share of the peak at `step` (from 0) of `total`.
    pub fn share(&self, step: u64, total: u64) -> f32 {
        let most = self.longest_warm_up.max(1);
        let warm_up = ((total as f64 * self.warm_up) as u64).clamp(1, most);
        if step < warm_up {
            return (step + 1) as f32 / warm_up as f32;
        }
        let span = total.saturating_sub(warm_up).max(1);
        let done = ((step - warm_up) as f32 / span as f32).min(1.0);
        let left = match self.fall {
            Fall::None => return 1.0,
            Fall::Linear => 1.0 - done,
            Fall::Cosine => half_cosine(done),
        };
        self.floor + (1.0 - self.floor) * left
    }
}

/// `(1 + cos(pi x)) / 2`: from libm, for the same bits on every machine.
fn half_cosine(x: f32) -> f32 {
    0.5 + 0.5 * libm::cosf(std::f32::consts::PI * x)
}

/// Moves the running average of the weights towards the current ones: an exponential moving
/// average (Polyak averaging) whose memory grows from a few steps to `1 / (1 - decay)` of them,
/// so that the random start is soon forgotten.
pub(crate) fn average(mean: &mut [f32], current: &[f32], step: u64, decay: f32) {
    let keep = decay.min((1.0 + step as f32) / (10.0 + step as f32));
    for (mean, &current) in mean.iter_mut().zip(current) {
        *mean += (1.0 - keep) * (current - *mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULE: Schedule = Schedule {
        warm_up: 0.1,
        longest_warm_up: 10,
        fall: Fall::Cosine,
        floor: 0.01,
    };

    #[test]
    fn the_rate_rises_to_its_peak_and_falls_to_its_floor() {
        let share = |step| SCHEDULE.share(step, 110);
        assert!((share(0) - 0.1).abs() < 1e-6);
        assert!((share(10) - 1.0).abs() < 1e-3);
        assert!((share(60) - 0.505).abs() < 1e-3);
        assert!((share(110) - 0.01).abs() < 1e-3);
        assert!((share(100_000) - 0.01).abs() < 1e-3);
    }

    #[test]
    fn a_constant_rate_is_the_peak_throughout() {
        assert!((0..50).all(|step| Schedule::CONSTANT.share(step, 50) == 1.0));
    }

    #[test]
    fn the_average_follows_at_once_and_then_slowly() {
        let mut mean = [0.0];
        average(&mut mean, &[1.0], 0, 0.999);
        assert!(
            (mean[0] - 0.9).abs() < 1e-6,
            "the first step counts nine tenths"
        );
        let before = mean[0];
        average(&mut mean, &[2.0], 1_000_000, 0.999);
        assert!((mean[0] - before - 0.001 * (2.0 - before)).abs() < 1e-6);
    }
}
