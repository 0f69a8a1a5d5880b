//! The loop: batches, steps, averages, epochs, checkpoints.

use std::path::{Path, PathBuf};

use serde_json::json;
use trazo_nn::{Loss, Network, Optimizer, OptimizerSpec};

use super::architectures::Architecture;
use super::calibrate;
use super::checkpoint::Checkpoint;
use super::report::{Log, Progress};
use super::schedule::{Schedule, average};
use super::shards::Shards;
use super::split::Split;
use super::stream::{Mixture, Stream};
use super::validate::Validation;
use crate::error::Error;
use crate::model;

/// How fast the average of the weights forgets: it remembers about this many steps.
const AVERAGE_DECAY: f32 = 0.999;

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What everything random follows from.
    pub seed: u64,
    /// How often to go through the data.
    pub epochs: u32,
    /// Samples a step.
    pub batch: usize,
    /// Peak learning rate.
    pub learning_rate: f32,
    /// Decoupled weight decay.
    pub weight_decay: f32,
    /// What an epoch is made of.
    pub mixture: Mixture,
    /// Where the learning curves go.
    pub log: Option<PathBuf>,
    /// Seconds after which no further epoch is begun that would not end in time.
    pub time_limit: Option<f64>,
}

/// What a run leaves.
pub struct Outcome {
    /// The averaged network, batch normalisation folded.
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

/// Trains a network, from the start or from the checkpoint.
///
/// # Errors
/// Where the network cannot be built, or a file cannot be written.
pub fn train(
    architecture: &Architecture,
    plan: &Plan,
    split: &Split,
    validation: &Validation,
    settings: &str,
    checkpoint_path: &Path,
) -> Result<Outcome, Error> {
    let mut network = Network::new(architecture.spec.clone(), plan.seed)?;
    let params = network.params().len();
    let mut optimizer = Optimizer::for_network(optimizer(plan), &network)?;
    let mut mean = network.params().to_vec();
    let (mut epoch, mut step) = (0, 0);
    if let Some(state) = Checkpoint::read(checkpoint_path, settings)? {
        network = Network::from_params(architecture.spec.clone(), state.params)?;
        optimizer.restore(state.optimizer)?;
        (mean, epoch, step) = (state.average, state.epoch, state.step);
        eprintln!(
            "going on after epoch {epoch} from {}",
            checkpoint_path.display()
        );
    }
    let mut log = Log::open(plan.log.as_deref(), epoch > 0)?;
    log.line(&json!({"event": "begin", "after_epoch": epoch, "settings": settings}))?;

    let stream = Stream::new(
        split,
        model::recipe_of(architecture.recipe, architecture.spec.input)?,
        plan.mixture.clone(),
        plan.seed,
        plan.epochs,
    );
    let length = stream.epoch_len();
    // What is left of an epoch after the last whole batch comes another time: it is shuffled.
    let batch = plan.batch.min(length);
    let batches = length / batch.max(1);
    let total = u64::from(plan.epochs) * batches as u64;
    let schedule = Schedule {
        warm_up: (total / 25).clamp(1, 1000),
        total,
        floor: 0.002,
    };
    let width = architecture.spec.input.iter().product();
    let mut shards = Shards::new(batch, width, params);
    let mut progress = Progress::new(plan.epochs, (batches * batch) as u64, epoch);
    let averaged = |mean: &[f32]| -> Result<Network, Error> {
        Ok(Network::from_params(architecture.spec.clone(), mean.to_vec())?.fold_batch_norm()?)
    };

    let mut words = validation.look(&averaged(&mean)?)?.words;
    let mut longest: f64 = 0.0;
    while epoch < plan.epochs {
        if plan
            .time_limit
            .is_some_and(|limit| longest > 0.0 && progress.seconds() + longest > limit)
        {
            progress.say(&format!(
                "time is up after {epoch} of {} epochs",
                plan.epochs
            ));
            break;
        }
        let begun = progress.seconds();
        let items = stream.epoch(epoch);
        let mut loss_sum = 0.0;
        for (index, items) in items.chunks_exact(batch).enumerate() {
            let (loss, gradient) =
                shards.gradient(&network, &stream, epoch, index * batch, items)?;
            if !loss.is_finite() {
                progress.finish();
                return Err(Error::Failed(format!(
                    "The loss is {loss} in epoch {}: a lower --lr may help",
                    epoch + 1
                )));
            }
            let scale = schedule.scale(step);
            network.update(|params| optimizer.step(params, gradient, scale, 0..gradient.len()))?;
            network.absorb_statistics(shards.workspaces());
            average(&mut mean, network.params(), step, AVERAGE_DECAY);
            step += 1;
            loss_sum += f64::from(loss);
            progress.at(epoch, ((index + 1) * batch) as u64, loss);
        }
        epoch += 1;

        let seconds = progress.seconds() - begun;
        longest = longest.max(seconds);
        let look = validation.look(&averaged(&mean)?)?;
        let loss = loss_sum / batches as f64;
        let rate = (batches * batch) as f64 / seconds;
        progress.say(&format!(
            "epoch {epoch}/{}: loss {loss:.4}, {}, {rate:.0} digits/s",
            plan.epochs, look.words
        ));
        log.line(&json!({
            "event": "epoch",
            "epoch": epoch,
            "step": step,
            "loss": loss,
            "learning_rate": plan.learning_rate * schedule.scale(step.saturating_sub(1)),
            "seconds": seconds,
            "digits_per_second": rate,
            "validation": look.json,
        }))?;
        words = look.words;
        Checkpoint {
            settings: settings.to_owned(),
            epoch,
            step,
            params: network.params().to_vec(),
            average: mean.clone(),
            optimizer: optimizer.state().clone(),
        }
        .write(checkpoint_path)?;
    }
    progress.finish();
    let mut network = averaged(&mean)?;
    let temperature = match network.spec().loss {
        Loss::CrossEntropy => validation.temperature(&network)?,
        Loss::SquaredError => 1.0,
    };
    calibrate::apply(&mut network, temperature);
    log.line(&json!({"event": "end", "temperature": temperature}))?;
    Ok(Outcome {
        network,
        epochs_done: epoch,
        steps: step,
        seconds: progress.seconds(),
        words,
    })
}

/// AdamW (Loshchilov and Hutter, «Decoupled weight decay regularization», ICLR 2019).
fn optimizer(plan: &Plan) -> OptimizerSpec {
    OptimizerSpec::Adam {
        learning_rate: f64::from(plan.learning_rate),
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weight_decay: f64::from(plan.weight_decay),
    }
}
