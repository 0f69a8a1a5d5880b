//! All that a run needs to go on as if it had never stopped, as bytes.

use serde::{Deserialize, Serialize};
use trazo_nn::OptimizerState;

use crate::error::Error;
use crate::look::Look;

/// The state of a run between two parts of its work. Everything else (batches, augmentation,
/// learning rate) follows from the settings, the epoch and the step.
///
/// As bytes it is postcard: first the fields up to `optimizer`, which is all that checkpoints had
/// while they were written between two epochs only, then [`Within`].
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// The settings and the data that the run began with: it must go on with the same.
    pub settings: String,
    /// Epochs done.
    pub epoch: u32,
    /// Optimizer steps done.
    pub step: u64,
    /// The weights.
    pub params: Vec<f32>,
    /// Their running average; empty where the plan has none.
    pub average: Vec<f32>,
    /// The optimizer's memory.
    pub optimizer: OptimizerState<f32>,
    /// Where it stands within its epoch.
    pub within: Within,
}

/// Where a run stands between two epochs or within one, and what it saw so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Within {
    /// Batches of the epoch that are done.
    pub batch: u64,
    /// What the learning rate is multiplied by, on top of the schedule.
    pub rate: f32,
    /// The batches since the last look.
    pub tally: Tally,
    /// All looks.
    pub looks: Vec<Look>,
}

impl Default for Within {
    fn default() -> Self {
        Self {
            batch: 0,
            rate: 1.0,
            tally: Tally::default(),
            looks: Vec::new(),
        }
    }
}

/// Sums over the batches since the last look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Batches.
    pub batches: u64,
    /// The sum of their mean losses.
    pub loss: f64,
    /// Samples with a label.
    pub labeled: u64,
    /// Those of them that were read right.
    pub right: u64,
}

/// The fields of a [`Checkpoint`] that every one has, in the order of the bytes.
#[derive(Serialize, Deserialize)]
struct Always<S, N, O> {
    settings: S,
    epoch: u32,
    step: u64,
    params: N,
    average: N,
    optimizer: O,
}

impl Checkpoint {
    /// The checkpoint as bytes, without a frame or a checksum.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] where there is no memory for them.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let always = Always {
            settings: self.settings.as_str(),
            epoch: self.epoch,
            step: self.step,
            params: self.params.as_slice(),
            average: self.average.as_slice(),
            optimizer: &self.optimizer,
        };
        postcard::to_allocvec(&(always, &self.within)).map_err(damaged)
    }

    /// Reads a checkpoint, which has to be of the run with these `settings`.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] for bytes that are none, [`Error::AnotherRun`].
    pub fn from_bytes(bytes: &[u8], settings: &str) -> Result<Self, Error> {
        type Owned = Always<String, Vec<f32>, OptimizerState<f32>>;
        let (always, rest) = postcard::take_from_bytes::<Owned>(bytes).map_err(damaged)?;
        if always.settings != settings {
            return Err(Error::AnotherRun {
                expected: settings.to_owned(),
                found: always.settings,
            });
        }
        let within = match rest {
            [] => Within::default(),
            rest => match postcard::take_from_bytes(rest).map_err(damaged)? {
                (within, []) => within,
                (_, rest) => {
                    return Err(Error::Checkpoint(format!(
                        "{} bytes are left over after its content",
                        rest.len()
                    )));
                }
            },
        };
        Ok(Self {
            settings: always.settings,
            epoch: always.epoch,
            step: always.step,
            params: always.params,
            average: always.average,
            optimizer: always.optimizer,
            within,
        })
    }
}

fn damaged(error: postcard::Error) -> Error {
    Error::Checkpoint(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            settings: "this one".to_owned(),
            epoch: 2,
            step: 9,
            params: vec![0.5, -1.5],
            average: vec![0.25, -1.0],
            optimizer: OptimizerState {
                step: 9,
                first: vec![0.1, 0.2],
                second: vec![0.3, 0.4],
            },
            within: Within {
                batch: 1,
                rate: 0.5,
                ..Within::default()
            },
        }
    }

    #[test]
    fn a_checkpoint_comes_back_as_it_was_and_cut_short_not_at_all() {
        let bytes = checkpoint().to_bytes().unwrap();
        let back = Checkpoint::from_bytes(&bytes, "this one").unwrap();
        assert_eq!(back, checkpoint());
        let whole = bytes.len() - postcard::to_allocvec(&checkpoint().within).unwrap().len();
        for end in (0..bytes.len()).filter(|&end| end != whole) {
            assert!(
                Checkpoint::from_bytes(&bytes[..end], "this one").is_err(),
                "{end}"
            );
        }
        let long = [&bytes[..], &[0]].concat();
        assert!(Checkpoint::from_bytes(&long, "this one").is_err());
    }

    #[test]
    fn a_checkpoint_from_before_there_was_more_to_say_stands_between_two_epochs() {
        // As written until then: "this one", epoch 2, step 9, and three arrays, by postcard's rules.
        let mut bytes = vec![8];
        bytes.extend(b"this one");
        bytes.extend([2, 9]);
        for (array, first) in [([0.5, -1.5], 2), ([0.25, -1.0], 2)] {
            bytes.push(first);
            bytes.extend(array.iter().flat_map(|value: &f32| value.to_le_bytes()));
        }
        bytes.extend([9, 0, 0]);
        let old = Checkpoint::from_bytes(&bytes, "this one").unwrap();
        assert_eq!(old.within, Within::default());
        assert_eq!((old.epoch, old.step), (2, 9));
        assert_eq!(old.params, [0.5, -1.5]);
        assert_eq!(old.average, [0.25, -1.0]);
    }

    #[test]
    fn a_checkpoint_of_another_run_says_which() {
        let bytes = checkpoint().to_bytes().unwrap();
        let error = Checkpoint::from_bytes(&bytes, "another").unwrap_err();
        assert!(error.to_string().contains("of this very run"), "{error}");
    }
}
