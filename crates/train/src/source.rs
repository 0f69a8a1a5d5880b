//! Where the samples of an epoch come from, as far as a run needs to know.

use crate::data::{PIXELS, Pictures};

/// Samples for training: network input, and what the network should have answered.
///
/// A sample must follow from its arguments alone. Then it does not matter who makes it, when, or
/// how often, and a run that was stopped goes on as if it never had been.
pub trait Source {
    /// Samples in an epoch.
    fn len(&self) -> usize;

    /// Whether there is nothing to train on.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes a sample: its numbers into `input`, `[height, width, channels]`, its targets into
    /// `target`, one for each of the network's outputs.
    ///
    /// `index`, below [`Source::len`], says which one; it comes once an epoch. `epoch` (from 0) and
    /// `place`, where it stands in the shuffled order of that epoch, are what its augmentation may be
    /// drawn from.
    fn fill(&self, epoch: u32, place: usize, index: usize, input: &mut [f32], target: &mut [f32]);
}

impl<S: Source + ?Sized> Source for &S {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn fill(&self, epoch: u32, place: usize, index: usize, input: &mut [f32], target: &mut [f32]) {
        (**self).fill(epoch, place, index, input, target);
    }
}

/// Pictures as they are: `[28, 28, 1]`, ink from 0 to 1, the label's target 1 and the others 0.
impl Source for Pictures {
    fn len(&self) -> usize {
        Pictures::len(self)
    }

    fn fill(&self, _: u32, _: usize, index: usize, input: &mut [f32], target: &mut [f32]) {
        debug_assert_eq!(input.len(), PIXELS);
        for (value, &pixel) in input.iter_mut().zip(self.picture(index)) {
            *value = f32::from(pixel) / 255.0;
        }
        target.fill(0.0);
        let label = self.labels().get(index).copied().unwrap_or(u8::MAX);
        if let Some(target) = target.get_mut(usize::from(label)) {
            *target = 1.0;
        }
    }
}
