//! What a run is to do.

use serde::{Deserialize, Serialize};
use trazo_nn::{NetworkSpec, OptimizerSpec};

use crate::error::Error;
use crate::schedule::Schedule;

/// Settings of a run: with the data, all that its weights depend on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Shapes and layers of the network.
    pub network: NetworkSpec,
    /// The rule by which a gradient becomes a step; its learning rate is the peak of the schedule.
    pub optimizer: OptimizerSpec,
    /// The learning rate in the course of the run.
    pub schedule: Schedule,
    /// Passes through the data, at least one.
    pub epochs: u32,
    /// Samples a step, at least 2. What is left of an epoch after the last whole batch comes another
    /// time: the order is shuffled anew each epoch.
    pub batch: usize,
    /// Samples in a part of a batch, 1 to 256: what one worker does at a time, and how long a unit of
    /// work is. It changes the sums, and so the bits.
    pub part: usize,
    /// The seeds of the weights and of the order.
    pub seeds: Seeds,
    /// Where given, the network that answers has a running average of the weights, which remembers
    /// some `1 / (1 - average)` steps; else the weights themselves. At least 0, below 1.
    pub average: Option<f32>,
    /// Batches from one look to the next; without it, an epoch's.
    pub look_every: Option<u64>,
    /// Places of layers that are not trained: their weights stay bit for bit as they start. None of them a batch
    /// normalization, whose statistics belong to what the layers before it make of the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frozen: Vec<usize>,
    /// Looks without gain, at least 1, after which the run ends; without it, or without validation
    /// samples, it never ends before its time.
    pub patience: Option<usize>,
}

/// The two seeds of a run, from which everything random in it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeds {
    /// For the random weights that a network starts with.
    pub weights: u64,
    /// For the order of the samples.
    pub order: u64,
}

impl Plan {
    /// Samples in a part where there is no reason for another number.
    pub const PART: usize = 32;

    /// That every number is in its range. (The network and the optimizer check their own.)
    pub(crate) fn check(&self) -> Result<(), Error> {
        let share = 0.0..=1.0;
        let checks = [
            (self.epochs > 0, "the number of epochs", "at least 1"),
            (
                (2..=65_536).contains(&self.batch),
                "the batch",
                "2 to 65536 samples",
            ),
            (
                (1..=256).contains(&self.part),
                "a part of a batch",
                "1 to 256 samples",
            ),
            (
                share.contains(&self.schedule.warm_up),
                "the warm-up",
                "a share of the run, 0 to 1",
            ),
            (
                (0.0..=1.0).contains(&self.schedule.floor),
                "the floor of the schedule",
                "a share of the learning rate, 0 to 1",
            ),
            (
                self.average.is_none_or(|decay| (0.0..1.0).contains(&decay)),
                "the decay of the average",
                "at least 0 and below 1",
            ),
            (
                self.look_every.is_none_or(|batches| batches > 0),
                "the batches between two looks",
                "at least 1",
            ),
            (
                self.patience.is_none_or(|looks| looks > 0),
                "the looks without gain",
                "at least 1",
            ),
        ];
        match checks.into_iter().find(|(fine, ..)| !fine) {
            Some((_, name, range)) => Err(Error::Setting { name, range }),
            None => Ok(()),
        }
    }
}
