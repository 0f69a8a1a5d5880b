//! What the first weights looked like on the way: some pictures of them, evenly spaced, however long the run is.

/// Pictures that are kept at most: then every second one goes, and from there on they are taken half as often.
const MOST: usize = 48;

/// The pictures, first one first.
#[derive(Debug, Clone, Default)]
pub(super) struct Film {
    /// Steps from one to the next, a power of two; 0 stands for 1.
    stride: u64,
    frames: Vec<Frame>,
}

/// The weights at a step, rounded to a 127th of the largest: no eye sees more, and it is a quarter of the memory.
#[derive(Debug, Clone)]
struct Frame {
    step: u64,
    scale: f32,
    values: Vec<i8>,
}

impl Film {
    /// Whether one is to be taken at this step.
    pub fn is_due(&self, step: u64) -> bool {
        step.is_multiple_of(self.stride.max(1))
            && self.frames.last().is_none_or(|last| last.step < step)
    }

    /// Takes one.
    pub fn push(&mut self, step: u64, values: &[f32]) {
        let most = values
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let scale = most / 127.0;
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        let rounded = |&value: &f32| (value * inverse).round() as i8;
        self.frames.push(Frame {
            step,
            scale,
            values: values.iter().map(rounded).collect(),
        });
        if self.frames.len() > MOST {
            self.stride = self.stride.max(1) * 2;
            let stride = self.stride;
            self.frames
                .retain(|frame| frame.step.is_multiple_of(stride));
        }
    }

    /// The run has gone back to this step: what came later never was.
    pub fn cut(&mut self, step: u64) {
        self.frames.retain(|frame| frame.step <= step);
    }

    /// When they were taken.
    pub fn steps(&self) -> Vec<u64> {
        self.frames.iter().map(|frame| frame.step).collect()
    }

    /// The one of a step.
    pub fn frame(&self, step: u64) -> Option<Vec<f32>> {
        let place = self.frames.binary_search_by_key(&step, |frame| frame.step);
        let frame = self.frames.get(place.ok()?)?;
        let values = frame.values.iter();
        Some(
            values
                .map(|&value| f32::from(value) * frame.scale)
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_is_bounded_and_evenly_spaced_however_long_it_is() {
        let mut film = Film::default();
        for step in 0..100_000 {
            if film.is_due(step) {
                film.push(step, &[step as f32, -1.0]);
            }
            assert!(film.frames.len() <= MOST + 1);
        }
        let steps = film.steps();
        assert!(steps.len() > MOST / 2 && steps.first() == Some(&0));
        let stride = steps[1];
        assert!(steps.windows(2).all(|pair| pair[1] - pair[0] == stride));
        assert!(stride.is_power_of_two() && 100_000 - steps[steps.len() - 1] <= stride);
    }

    #[test]
    fn a_frame_comes_back_to_within_half_a_step_of_its_scale() {
        let mut film = Film::default();
        film.push(0, &[0.5, -0.25, 0.003]);
        film.push(8, &[0.0; 3]);
        let back = film.frame(0).unwrap();
        let errors = back.iter().zip([0.5, -0.25, 0.003]);
        assert!(
            errors
                .clone()
                .all(|(a, b)| (a - b).abs() <= 0.5 / 254.0 + 1e-7),
            "{back:?}"
        );
        assert_eq!(film.frame(8), Some(vec![0.0; 3]));
        assert_eq!(film.frame(4), None);
        film.cut(7);
        assert_eq!(film.steps(), [0]);
    }
}
