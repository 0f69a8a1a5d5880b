//! How fast to learn, and the average of what was learned.

/// The learning rate over a run: a linear warm-up, then half a cosine down to nearly nothing
/// (Loshchilov and Hutter, «SGDR», ICLR 2017, section 3, without restarts).
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// Steps of warm-up.
    pub warm_up: u64,
    /// All steps, warm-up included.
    pub total: u64,
    /// What is left at the end, as a share of the peak.
    pub floor: f32,
}

impl Schedule {
    /// The share of the peak learning rate at `step` (from 0), in `(0, 1]`.
    pub fn scale(&self, step: u64) -> f32 {
        if step < self.warm_up {
            return (step + 1) as f32 / self.warm_up as f32;
        }
        let span = self.total.saturating_sub(self.warm_up).max(1);
        let done = ((step - self.warm_up) as f32 / span as f32).min(1.0);
        self.floor + (1.0 - self.floor) * half_cosine(done)
    }
}

/// `(1 + cos(pi x)) / 2`: from libm, for the same bits on every machine.
fn half_cosine(x: f32) -> f32 {
    0.5 + 0.5 * libm::cosf(std::f32::consts::PI * x)
}

/// Moves the running average of the weights towards the current ones: an exponential moving
/// average (Polyak averaging) whose memory grows from a few steps to `1 / (1 - decay)` of them,
/// so that the random start is soon forgotten.
pub fn average(mean: &mut [f32], current: &[f32], step: u64, decay: f32) {
    let keep = decay.min((1.0 + step as f32) / (10.0 + step as f32));
    for (mean, &current) in mean.iter_mut().zip(current) {
        *mean += (1.0 - keep) * (current - *mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULE: Schedule = Schedule {
        warm_up: 10,
        total: 110,
        floor: 0.01,
    };

    #[test]
    fn the_rate_rises_to_its_peak_and_falls_to_its_floor() {
        assert!((SCHEDULE.scale(0) - 0.1).abs() < 1e-6);
        assert!((SCHEDULE.scale(10) - 1.0).abs() < 1e-3);
        assert!((SCHEDULE.scale(60) - 0.505).abs() < 1e-3);
        assert!((SCHEDULE.scale(110) - 0.01).abs() < 1e-3);
        assert!((SCHEDULE.scale(100_000) - 0.01).abs() < 1e-3);
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
