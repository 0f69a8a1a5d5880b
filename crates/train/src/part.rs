//! The parts that a run's work comes in: small, of bounded size, and the same bits whoever does them.
//!
//! A batch is cut into parts of a fixed number of samples. Each part makes its own samples and runs
//! forward and backward by itself (its batch normalization sees its own samples only: «ghost
//! batches», Hoffer, Hubara and Soudry, NIPS 2017); the gradients are added up in the order of the
//! parts. A look is cut into parts as well: some rows of the validation sets, answered.

use serde::{Deserialize, Serialize};
use trazo_nn::{Network, Targets, Workspace};

use crate::error::Error;
use crate::look::likeliest;
use crate::source::Source;

/// Rows of the validation sets that make one part of a look: enough for the kernels, little enough
/// for the cache.
pub(crate) const LOOK_ROWS: usize = 64;

/// The memory that a worker needs for one part at a time. It serves any number of parts, one
/// after the other, and grows to what the largest of them needs.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    workspace: Workspace,
    inputs: Vec<f32>,
    targets: Vec<f32>,
}

/// A part that is done. It can go from worker to worker as a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The step of the run that it belongs to.
    pub(crate) step: u64,
    /// Its place among the parts of this step, or of the look after it.
    pub(crate) index: usize,
    pub(crate) found: Found,
}

/// What a part found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Found {
    Gradient(Gradient),
    /// Answers to validation samples, `[rows, classes]`.
    Answers(Vec<f32>),
}

/// The gradient of the mean loss over one part of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Gradient {
    pub loss: f32,
    /// Samples with a label.
    pub labeled: u64,
    /// Those of them that were read right.
    pub right: u64,
    /// As long as the network's parameters.
    pub gradient: Vec<f32>,
    /// What batch normalization measured.
    pub statistics: Vec<f32>,
}

/// Numbers before the gradient, or the answers, of a part as a message.
const HEADER: usize = 8;

impl Part {
    /// The part as a message: its counts as the bits of numbers, then what it found.
    ///
    /// Numbers and not bytes, since all but the first few are numbers: a worker hands them over by copying memory.
    pub fn to_message(&self) -> Vec<f32> {
        let word = |bits: u32| f32::from_bits(bits);
        let long = |bits: u64| [word(bits as u32), word((bits >> 32) as u32)];
        let (head, found, rest): ([f32; 5], &[f32], &[f32]) = match &self.found {
            Found::Gradient(part) => (
                [
                    part.loss,
                    word(part.labeled as u32),
                    word(part.right as u32),
                    word(part.gradient.len() as u32),
                    word(1),
                ],
                &part.gradient,
                &part.statistics,
            ),
            Found::Answers(answers) => ([0.0, 0.0, 0.0, 0.0, word(0)], answers, &[]),
        };
        let mut message = Vec::with_capacity(HEADER + found.len() + rest.len());
        message.extend(long(self.step));
        message.push(word(self.index as u32));
        message.extend(head);
        message.extend_from_slice(found);
        message.extend_from_slice(rest);
        message
    }

    /// Reads a message of [`Part::to_message`].
    ///
    /// # Errors
    /// [`Error::Misfit`] for one that is none. (What does not fit the run, [`crate::Run::take`] refuses.)
    pub fn from_message(message: &[f32]) -> Result<Self, Error> {
        let misfit = |expected: usize| Error::Misfit {
            what: "the numbers of a part",
            expected,
            found: message.len(),
        };
        let (head, found) = message.split_at_checked(HEADER).ok_or(misfit(HEADER))?;
        let word = |at: usize| head.get(at).map_or(0, |value| value.to_bits());
        let found = match word(7) {
            0 => Found::Answers(found.to_vec()),
            _ => {
                let length = word(6) as usize;
                let parts = found.split_at_checked(length);
                let (gradient, statistics) = parts.ok_or(misfit(HEADER + length))?;
                Found::Gradient(Gradient {
                    loss: head.get(3).copied().unwrap_or(f32::NAN),
                    labeled: u64::from(word(4)),
                    right: u64::from(word(5)),
                    gradient: gradient.to_vec(),
                    statistics: statistics.to_vec(),
                })
            }
        };
        Ok(Self {
            step: u64::from(word(0)) | u64::from(word(1)) << 32,
            index: word(2) as usize,
            found,
        })
    }
}

/// Some places of an epoch's order: what one part of a batch is made of.
pub(crate) struct Samples<'a, S> {
    pub source: &'a S,
    pub epoch: u32,
    /// The first place.
    pub first: usize,
    /// The samples in these places.
    pub indices: &'a [u32],
}

impl Desk {
    /// Runs samples forward and backward.
    pub(crate) fn gradient<S: Source>(
        &mut self,
        network: &Network,
        samples: &Samples<'_, S>,
    ) -> Result<Gradient, Error> {
        let (width, classes) = (network.inputs(), network.outputs());
        let rows = samples.indices.len();
        self.inputs.resize(rows * width, 0.0);
        self.targets.resize(rows * classes, 0.0);
        let blank = self
            .inputs
            .chunks_exact_mut(width)
            .zip(self.targets.chunks_exact_mut(classes));
        for (offset, (&index, (input, target))) in samples.indices.iter().zip(blank).enumerate() {
            let place = samples.first + offset;
            let index = index as usize;
            samples
                .source
                .fill(samples.epoch, place, index, input, target);
        }
        // Dropout's masks, where there are any, follow from the place in the run.
        let seed = (u64::from(samples.epoch) << 32) | samples.first as u64;
        let workspace = &mut self.workspace;
        workspace.set_training(seed);
        let targets = Targets::Soft(&self.targets);
        let loss = network.loss_and_gradient(0, &self.inputs, targets, workspace)?;
        let (labeled, right) = count_right(workspace.training_outputs(), &self.targets, classes);
        Ok(Gradient {
            loss,
            labeled,
            right,
            gradient: workspace.gradients().to_vec(),
            statistics: network.batch_statistics(workspace),
        })
    }

    /// Asks a network about some rows.
    pub(crate) fn answers(&mut self, network: &Network, rows: &[f32]) -> Result<Vec<f32>, Error> {
        Ok(network.predict(rows, &mut self.workspace)?.to_vec())
    }
}

/// How many rows have a label, which is a target above one half, and how many of those have their
/// largest output there.
fn count_right(outputs: &[f32], targets: &[f32], classes: usize) -> (u64, u64) {
    let (mut labeled, mut right) = (0, 0);
    for (output, target) in outputs
        .chunks_exact(classes)
        .zip(targets.chunks_exact(classes))
    {
        let label = likeliest(target);
        if target.get(label).is_some_and(|&share| share > 0.5) {
            labeled += 1;
            right += u64::from(likeliest(output) == label);
        }
    }
    (labeled, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_comes_back_from_its_message_and_cut_short_not_at_all() {
        let gradient = Part {
            step: (7 << 32) | 5,
            index: 3,
            found: Found::Gradient(Gradient {
                loss: 0.25,
                labeled: 30,
                right: 29,
                gradient: vec![1.0, -2.0, f32::MIN_POSITIVE],
                statistics: vec![0.5],
            }),
        };
        let answers = Part {
            found: Found::Answers(vec![0.1, 0.9]),
            ..gradient.clone()
        };
        for part in [gradient, answers] {
            let message = part.to_message();
            assert_eq!(Part::from_message(&message), Ok(part));
            assert!(Part::from_message(&message[..HEADER - 1]).is_err());
        }
        assert!(Part::from_message(&[f32::from_bits(u32::MAX); HEADER]).is_err());
    }

    #[test]
    fn what_is_no_digit_has_no_label_and_counts_for_nothing() {
        let outputs = [2.0, -1.0, 0.5, 3.0, 4.0, 1.0];
        let targets = [0.95, 0.05, 0.95, 0.05, 0.5, 0.5];
        assert_eq!(count_right(&outputs, &targets, 2), (2, 1));
    }
}
