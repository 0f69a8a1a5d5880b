//! Everything that a network writes while it works, so that the network itself can be shared.

use crate::Real;
use crate::error::{Error, Result};
use crate::kernels::{Isa, Scratch};
use crate::layers::Saved;

/// Memory for running a [`crate::Network`]: activations, gradients, packed weights.
///
/// It grows to what the largest batch so far has needed and then stays; from the second step on
/// nothing is allocated. One workspace serves one thread, and any number of networks, one after the
/// other. Workspaces of several threads can share one `&Network`: that is how training is spread
/// over cores.
#[derive(Clone, Debug)]
pub struct Workspace<T: Real = f32> {
    pub(crate) isa: Isa,
    pub(crate) training: Option<Training>,
    pub(crate) layers: Vec<LayerState<T>>,
    pub(crate) scratch: Scratch<T>,
    pub(crate) deltas: [Vec<T>; 2],
    pub(crate) outputs: Vec<T>,
    pub(crate) gradients: Vec<T>,
}

/// What is kept for one layer.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerState<T> {
    pub output: Vec<T>,
    pub saved: Saved<T>,
}

/// Where the randomness of a training run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Training {
    pub seed: u64,
    pub step: u64,
}

impl Training {
    /// The seed of one layer in this step: a SplitMix64 finalizer (Steele, Lea and Flood, "Fast
    /// Splittable Pseudorandom Number Generators", OOPSLA 2014) over seed, step and layer.
    pub fn of_layer(self, layer: usize) -> u64 {
        let mut z = self
            .seed
            .wrapping_add(self.step.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_add((layer as u64).wrapping_mul(0xd1b5_4a32_d192_ed03));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl<T: Real> Default for Workspace<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Workspace<T> {
    /// An empty workspace, for the fastest kernels that this machine has.
    pub fn new() -> Self {
        Self::with_available(Isa::best())
    }

    /// An empty workspace for the kernels of `isa`: for tests and measurements.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the machine does not have it.
    pub fn with_isa(isa: Isa) -> Result<Self> {
        if !isa.is_available() {
            return Err(Error::Unsupported { isa: isa.name() });
        }
        Ok(Self::with_available(isa))
    }

    fn with_available(isa: Isa) -> Self {
        Workspace {
            isa,
            training: None,
            layers: Vec::new(),
            scratch: Scratch::default(),
            deltas: [Vec::new(), Vec::new()],
            outputs: Vec::new(),
            gradients: Vec::new(),
        }
    }

    /// The instruction set in use.
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// From now on [`crate::Network::loss_and_gradient`] drops out and normalizes by batch, with
    /// randomness from `seed`, and step numbers start at 0. Predictions are not affected.
    pub fn set_training(&mut self, seed: u64) {
        self.training = Some(Training { seed, step: 0 });
    }

    /// How many gradients have been computed since [`Workspace::set_training`].
    pub fn step(&self) -> u64 {
        self.training.map_or(0, |training| training.step)
    }

    /// Goes on at a given step: what a checkpoint needs in order to repeat itself exactly.
    pub fn set_step(&mut self, step: u64) {
        if let Some(training) = &mut self.training {
            training.step = step;
        }
    }

    /// The gradient of the last [`crate::Network::loss_and_gradient`]: as long as the parameters, in
    /// their order.
    pub fn gradients(&self) -> &[T] {
        &self.gradients
    }

    /// The gradient of the last [`crate::Network::loss_and_gradient`], to be scaled, clipped or added up.
    pub fn gradients_mut(&mut self) -> &mut [T] {
        &mut self.gradients
    }

    /// What layer `index` put out for the samples that went through it last, the first of them first; behind
    /// them there may be numbers of larger batches before. Nothing for a layer that has not run.
    ///
    /// A [`crate::Network::predict`] of up to 32 samples sends them through together.
    pub fn layer_outputs(&self, index: usize) -> &[T] {
        self.layers.get(index).map_or(&[], |layer| &layer.output)
    }

    /// What the last layer put out for the batch of the last
    /// [`crate::Network::loss_and_gradient`]: `[batch, outputs]`, before any softmax.
    pub fn training_outputs(&self) -> &[T] {
        &self.outputs
    }
}
