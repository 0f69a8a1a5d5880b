//! What can go wrong in a training run, a sentence each.

/// Why a run cannot begin or go on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The network, or its optimizer, refuses what it is given.
    #[error(transparent)]
    Network(#[from] trazo_nn::Error),

    /// A setting of the run is out of range.
    #[error("{name} must be {range}")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// What is allowed, in words.
        range: &'static str,
    },

    /// All the data was held out, or there was none.
    #[error("there is nothing left to train on: give more data, or hold out less")]
    NoData,

    /// A donor is to be held out that the data does not have.
    #[error("there is no donor {name} in the strokes; there are: {}", known.join(", "))]
    UnknownDonor {
        /// The name that was given.
        name: String,
        /// The donors there are, in order.
        known: Vec<String>,
    },

    /// Samples, labels or parts of a gradient that do not fit the run.
    #[error("{what}: expected {expected}, found {found}")]
    Misfit {
        /// What was looked at.
        what: &'static str,
        /// What would have fitted.
        expected: usize,
        /// What was found.
        found: usize,
    },

    /// Bytes that are no checkpoint, or one whose content contradicts itself.
    #[error("expected a training checkpoint: {0}")]
    Checkpoint(String),

    /// A checkpoint of a run with other settings or other data.
    #[error(
        "expected a checkpoint of this very run, found one of another\n  this run: {expected}\n  the file: {found}"
    )]
    AnotherRun {
        /// What this run's weights depend on.
        expected: String,
        /// What the weights in the checkpoint depend on.
        found: String,
    },
}
