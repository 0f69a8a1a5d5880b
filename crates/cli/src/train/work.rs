//! A run at work on this machine: all cores at its parts, progress on stderr, a log, a checkpoint
//! after each epoch.

use std::path::Path;

use rayon::prelude::*;
use serde_json::json;
use trazo_formats::{read_checkpoint, write_checkpoint};
use trazo_nn::Network;
use trazo_train::architectures::{Architecture, Training};
use trazo_train::{
    Checkpoint, Desk, Ending, Event, Part, Run, Source, Split, Stream, ValidationSet,
};

use super::report::{Log, Progress};
use super::validate;
use crate::error::Error;
use crate::files;

/// A network to be trained.
pub struct Job<'a> {
    /// Its shape and recipe.
    pub architecture: &'a Architecture,
    /// The settings of the run.
    pub training: &'a Training,
    /// The number that everything random follows from.
    pub seed: u64,
    /// The digits to train on.
    pub split: &'a Split,
    /// All that the weights depend on, in one line: a checkpoint goes on only with the same.
    pub settings: &'a str,
    /// The file for the state after each epoch.
    pub checkpoint: &'a Path,
    /// The file for the learning curves.
    pub log: Option<&'a Path>,
    /// Seconds after which no further epoch is begun that would not end in time.
    pub time_limit: Option<f64>,
}

/// What a run leaves.
pub struct Outcome {
    /// The network that answers, calibrated.
    pub network: Network,
    /// Epochs done, all parts of the run together.
    pub epochs_done: u32,
    /// Steps done.
    pub steps: u64,
    /// Seconds that this part of the run took.
    pub seconds: f64,
    /// The last look at the validation sets, for a person.
    pub words: String,
}

impl Job<'_> {
    /// Trains the network, from the start or from the checkpoint.
    ///
    /// # Errors
    /// Where the network cannot be built, its loss is no longer a number, or a file cannot be read or
    /// written.
    pub fn train(&self, validation: Vec<ValidationSet>) -> Result<Outcome, Error> {
        let mut run = self.run(validation)?;
        let epochs = run.plan().epochs;
        let per_epoch = run.batches() * run.batch() as u64;
        let mut log = Log::open(self.log, run.epoch() > 0)?;
        log.line(
            &json!({"event": "begin", "after_epoch": run.epoch(), "settings": self.settings}),
        )?;
        let mut progress = Progress::new(epochs, per_epoch, run.epoch());
        let mut crew = Crew::new();
        let mut epoch_begun = progress.seconds();
        let mut longest: f64 = 0.0;
        let mut epoch_seconds = 0.0;
        while run.ending().is_none() {
            match crew.advance(&mut run)? {
                Event::Step { loss } => {
                    progress.at(run.seen(), loss);
                    epoch_seconds = progress.seconds() - epoch_begun;
                }
                Event::Look => {
                    let Some(look) = run.looks().last() else {
                        continue;
                    };
                    // Before the first step, and where an older checkpoint knew of no looks.
                    if let Some(training) = look.training {
                        longest = longest.max(epoch_seconds);
                        let rate = per_epoch as f64 / epoch_seconds;
                        progress.say(&format!(
                            "epoch {}/{epochs}: loss {:.4}, {}, {rate:.0} digits/s",
                            look.epoch,
                            training.loss,
                            validate::words(run.validation(), &look.validation),
                        ));
                        log.line(&json!({
                            "event": "epoch",
                            "epoch": look.epoch,
                            "step": look.step,
                            "loss": training.loss,
                            "learning_rate": self.training.learning_rate * run.share_of_peak(),
                            "seconds": epoch_seconds,
                            "digits_per_second": rate,
                            "validation": validate::json(run.validation(), &look.validation),
                        }))?;
                        self.write_checkpoint(&run)?;
                    }
                    epoch_begun = progress.seconds();
                    let late = |limit| longest > 0.0 && epoch_begun + longest > limit;
                    if run.ending().is_none() && self.time_limit.is_some_and(late) {
                        progress.say(&format!(
                            "time is up after {} of {epochs} epochs",
                            run.epoch()
                        ));
                        break;
                    }
                }
                Event::Part | Event::Over => {}
            }
        }
        progress.finish();
        if let Some(Ending::Diverged { loss }) = run.ending() {
            return Err(Error::Failed(format!(
                "The loss is {loss} in epoch {}: a lower --lr may help",
                run.epoch() + 1
            )));
        }
        let mut network = run.answering()?;
        let temperature = validate::calibrate(&mut network, run.validation())?;
        log.line(&json!({"event": "end", "temperature": temperature}))?;
        let last = run.looks().last();
        Ok(Outcome {
            network,
            epochs_done: run.epoch(),
            steps: run.step(),
            seconds: progress.seconds(),
            words: last.map_or_else(String::new, |look| {
                validate::words(run.validation(), &look.validation)
            }),
        })
    }

    /// The run, from the start or as the checkpoint left it.
    fn run(&self, validation: Vec<ValidationSet>) -> Result<Run<Stream<'_>>, Error> {
        let stream = Stream::new(
            self.split,
            self.architecture.recipe,
            self.training.mixture.clone(),
            self.seed,
            self.training.epochs,
        );
        let network = self.architecture.spec.clone();
        let plan = self.training.plan(network, self.seed);
        let path = self.checkpoint;
        if !path.exists() {
            return Ok(Run::new(plan, stream, validation)?);
        }
        let file = files::read(path)?;
        let bytes = read_checkpoint(&file).map_err(|error| Error::data(path, error))?;
        let checkpoint =
            Checkpoint::from_bytes(bytes, self.settings).map_err(|error| match error {
                trazo_train::Error::AnotherRun { .. } => Error::data(
                    path,
                    format!("{error}\ngive another --checkpoint or remove it"),
                ),
                _ => Error::data(path, error),
            })?;
        let epoch = checkpoint.epoch;
        let run = Run::resume(plan, stream, validation, checkpoint)
            .map_err(|error| Error::data(path, error))?;
        eprintln!("going on after epoch {epoch} from {}", path.display());
        Ok(run)
    }

    /// Writes the state of the run, whole or not at all.
    fn write_checkpoint<S: Source>(&self, run: &Run<S>) -> Result<(), Error> {
        let bytes = run.checkpoint(self.settings).to_bytes()?;
        files::write(self.checkpoint, &write_checkpoint(&bytes))
    }
}

/// All cores at one run. The parts are taken in their order, so that the bits do not depend on how
/// many cores there are.
struct Crew {
    desks: Vec<Desk>,
}

impl Crew {
    /// Desks for the threads of rayon's pool: two each, so that a thread that is done first has
    /// something left to do.
    fn new() -> Self {
        let desks = 2 * rayon::current_num_threads();
        Self {
            desks: vec![Desk::default(); desks],
        }
    }

    /// Does as many of the pending parts as there are desks.
    fn advance<S: Source + Sync>(&mut self, run: &mut Run<S>) -> Result<Event, Error> {
        let working: &Run<S> = run;
        let parts: Vec<Part> = self
            .desks
            .par_iter_mut()
            .zip(working.pending())
            .map(|(desk, index)| working.compute(index, desk))
            .collect::<Result<_, _>>()?;
        let mut event = Event::Over;
        for part in parts {
            event = run.take(part)?;
        }
        Ok(event)
    }
}
