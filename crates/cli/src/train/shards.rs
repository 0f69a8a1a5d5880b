//! One step's gradient by all the workers, the same bits however many there are.
//!
//! A batch is cut into shards of a fixed size. Each shard makes its own samples and runs forward
//! and backward by itself (its batch normalisation sees its own samples only: «ghost batches»,
//! Hoffer, Hubara and Soudry, NIPS 2017); the gradients are summed in the order of the shards.

use rayon::prelude::*;
use trazo_nn::{Network, Targets, Workspace};

use super::stream::{Item, Stream};
use crate::error::Error;

/// Samples in a shard.
pub const SHARD: usize = 32;

/// The workers' memory.
pub struct Shards {
    shards: Vec<Shard>,
    gradient: Vec<f32>,
    width: usize,
}

#[derive(Default)]
struct Shard {
    workspace: Workspace,
    inputs: Vec<f32>,
    targets: Vec<f32>,
    samples: usize,
    loss: f32,
    failure: Option<trazo_nn::Error>,
}

impl Shards {
    /// Memory for batches of up to `batch` samples of `width` numbers for a network of `params`
    /// parameters.
    pub fn new(batch: usize, width: usize, params: usize) -> Self {
        let shards = (0..batch.div_ceil(SHARD))
            .map(|_| Shard::default())
            .collect();
        Self {
            shards,
            gradient: vec![0.0; params],
            width,
        }
    }

    /// Mean loss and gradient over a batch: the places `first..` of an epoch.
    ///
    /// # Errors
    /// Where the network refuses the samples.
    pub fn gradient(
        &mut self,
        network: &Network,
        stream: &Stream<'_>,
        epoch: u32,
        first: usize,
        items: &[Item],
    ) -> Result<(f32, &[f32]), Error> {
        let width = self.width;
        self.shards
            .par_iter_mut()
            .zip(items.par_chunks(SHARD))
            .enumerate()
            .for_each(|(index, (shard, items))| {
                let first = first + index * SHARD;
                // Dropout's masks, where there are any, follow from the place in the run.
                let seed = (u64::from(epoch) << 32) | first as u64;
                shard.run(network, stream, epoch, first, items, width, seed);
            });
        self.gradient.fill(0.0);
        let mut loss = 0.0;
        for shard in self.shards.iter_mut().take(items.len().div_ceil(SHARD)) {
            if let Some(failure) = shard.failure.take() {
                return Err(failure.into());
            }
            let weight = shard.samples as f32 / items.len() as f32;
            loss += weight * shard.loss;
            for (sum, &value) in self.gradient.iter_mut().zip(shard.workspace.gradients()) {
                *sum += weight * value;
            }
        }
        Ok((loss, &self.gradient))
    }
}

impl Shards {
    /// The workers' workspaces as the last gradient left them.
    pub fn workspaces(&self) -> impl Iterator<Item = &Workspace> + Clone {
        self.shards.iter().map(|shard| &shard.workspace)
    }
}

impl Shard {
    #[allow(clippy::too_many_arguments)]
    fn run(
        &mut self,
        network: &Network,
        stream: &Stream<'_>,
        epoch: u32,
        first: usize,
        items: &[Item],
        width: usize,
        seed: u64,
    ) {
        self.samples = items.len();
        self.inputs.resize(items.len() * width, 0.0);
        self.targets.resize(items.len() * 10, 0.0);
        let rows = self
            .inputs
            .chunks_exact_mut(width)
            .zip(self.targets.chunks_exact_mut(10));
        for (index, (&item, (input, target))) in items.iter().zip(rows).enumerate() {
            stream.fill(epoch, first + index, item, input, target);
        }
        self.workspace.set_training(seed);
        let targets = Targets::Soft(&self.targets);
        match network.loss_and_gradient(0, &self.inputs, targets, &mut self.workspace) {
            Ok(loss) => self.loss = loss,
            Err(error) => self.failure = Some(error),
        }
    }
}
