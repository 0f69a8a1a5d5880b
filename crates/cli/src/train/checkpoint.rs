//! All that a run needs to go on as if it had never stopped.

use std::path::Path;

use serde::{Deserialize, Serialize};
use trazo_formats::{read_checkpoint, write_checkpoint};
use trazo_nn::OptimizerState;

use crate::error::Error;
use crate::files;

/// The state between two epochs. Everything else (batches, augmentation, learning rate) follows
/// from the settings, the epoch and the step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The settings and the data that the run began with: it must go on with the same.
    pub settings: String,
    /// Epochs done.
    pub epoch: u32,
    /// Optimiser steps done.
    pub step: u64,
    /// The weights.
    pub params: Vec<f32>,
    /// Their running average.
    pub average: Vec<f32>,
    /// The optimiser's memory.
    pub optimizer: OptimizerState<f32>,
}

impl Checkpoint {
    /// Reads a checkpoint, or says that there is none yet.
    ///
    /// # Errors
    /// Where there is a file that is no checkpoint, is damaged, or belongs to another run.
    pub fn read(path: &Path, settings: &str) -> Result<Option<Self>, Error> {
        if !path.exists() {
            return Ok(None);
        }
        let file = files::read(path)?;
        let state = read_checkpoint(&file).map_err(|error| Error::data(path, error))?;
        let checkpoint: Self = postcard::from_bytes(state).map_err(|error| {
            Error::data(path, format!("expected a training checkpoint: {error}"))
        })?;
        if checkpoint.settings != settings {
            return Err(Error::data(
                path,
                format!(
                    "expected a checkpoint of this very run, found one of another; give another --checkpoint or remove it\n  this run: {settings}\n  the file: {}",
                    checkpoint.settings
                ),
            ));
        }
        Ok(Some(checkpoint))
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let bytes = postcard::to_allocvec(self)
            .map_err(|error| Error::Failed(format!("The checkpoint cannot be encoded: {error}")))?;
        files::write(path, &write_checkpoint(&bytes))
    }
}
