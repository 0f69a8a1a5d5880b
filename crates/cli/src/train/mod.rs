//! `trazo train`: from data to a model file.

mod args;
mod curves;
mod folds;
mod record;
mod report;
mod validate;
mod work;

use std::path::Path;

use serde_json::{Value, json};
use trazo_formats::{ModelFile, read_model, write_model};
use trazo_nn::Network;
use trazo_train::architectures::{Architecture, Training};
use trazo_train::{Pictures, Split};

use crate::data::{PenDigit, PenDigits, mnist, sources};
use crate::error::Error;
use crate::{files, print_json};
pub use args::{Args, Weights};
use work::{Job, Outcome};

/// Trains a network and writes it, or, with `--folds`, one for each donor of the pen digits.
///
/// # Errors
/// Where the settings make no sense, the data cannot be read whole, or a file cannot be written.
pub fn run(args: &Args) -> Result<(), Error> {
    let architecture = args.architecture()?;
    let training = args.training(&architecture)?;
    if let Some(threads) = args.threads {
        // Fails only where a pool was built before, and none was.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
    }

    let (pictures, pens) = read_data(args)?;
    if args.folds {
        return folds::run(args, &architecture, &training, &pictures, &pens);
    }
    let skipped = pens.skipped.len();
    let split = Split::new(
        pictures,
        pens.digits,
        &args.hold_out_donor,
        args.hold_out_writers,
    )?;
    let settings = record::settings(args, &architecture, &training, &split);
    let log = args.log.as_deref();
    let trained = Trained::train(
        args,
        &architecture,
        &training,
        &split,
        &settings,
        log,
        &args.out,
    )?;
    print_json(
        &json!({
            "out": args.out.display().to_string(),
            "bytes": trained.bytes,
            "parameters": trained.network.params().len(),
            "multiply_adds": trained.network.multiply_adds(),
            "epochs": trained.outcome.epochs_done,
            "steps": trained.outcome.steps,
            "seconds": trained.outcome.seconds,
            "validation": trained.validation,
            "skipped_lines": skipped,
        }),
        false,
    )
}

/// A network that was trained and written.
struct Trained {
    /// The content of the model file.
    file: ModelFile,
    /// The network as it came back from the file.
    network: Network,
    /// How many bytes the file has.
    bytes: usize,
    /// Epochs, steps, seconds and the last look of the run.
    outcome: Outcome,
    /// Its figures on the validation digits.
    validation: Value,
}

impl Trained {
    /// Trains a network on a split and writes it to `out`.
    fn train(
        args: &Args,
        architecture: &Architecture,
        training: &Training,
        split: &Split,
        settings: &str,
        log: Option<&Path>,
        out: &Path,
    ) -> Result<Self, Error> {
        tell(split);
        let beside = out.with_extension("checkpoint");
        let sets = validate::sets(split, architecture.recipe);
        let job = Job {
            architecture,
            training,
            seed: args.seed,
            split,
            settings,
            checkpoint: args.checkpoint.as_ref().unwrap_or(&beside),
            log,
            time_limit: args.time_limit.map(|minutes| 60.0 * minutes),
        };
        let outcome = job.train(sets.clone())?;
        let refused = |error: trazo_formats::Error| Error::Failed(error.to_string());
        let network = outcome.network.clone();
        let mut file = ModelFile::new(architecture.name, network, Some(architecture.recipe))
            .map_err(refused)?;
        file.record = record::record(args, architecture, training, split, &outcome);
        let bytes = write_model(&file, args.weights.into()).map_err(refused)?;
        files::write(out, &bytes)?;

        // The figures are those of the bytes that were written, not of the weights in memory.
        let file = read_model(&bytes).map_err(|error| Error::data(out, error))?;
        let network = file.network().clone();
        let validation = validate::json(&sets, &validate::look(&network, &sets)?);
        if args.checkpoint.is_none() && outcome.epochs_done == training.epochs {
            // It has served; a leftover does no harm, so a failure to remove it is no failure.
            let _ = std::fs::remove_file(&beside);
        }
        if let (Some(path), Some(log)) = (&args.curves, log) {
            curves::write(path, log)?;
        }
        Ok(Self {
            file,
            network,
            bytes: bytes.len(),
            outcome,
            validation,
        })
    }
}

/// Reads all the data, or none: training never begins on half of it without saying so.
fn read_data(args: &Args) -> Result<(Pictures, PenDigits), Error> {
    let pictures = match &args.mnist {
        Some(folder) => mnist::read(folder, mnist::Half::Train)?,
        None => Pictures::default(),
    };
    let pens = PenDigits::read(&args.strokes, args.skip_bad_lines)?;
    for (path, problem) in pens.skipped.iter().take(20) {
        eprintln!("left out: {}: {problem}", path.display());
    }
    if !pens.skipped.is_empty() {
        eprintln!("left out in all: {} lines", pens.skipped.len());
    }
    Ok((pictures, pens))
}

/// Says how many digits are trained on and how many are only looked at.
fn tell(split: &Split) {
    let told = |pens: &[PenDigit]| {
        let counts = sources(pens).into_iter();
        let counts: Vec<String> = counts.map(|(source, n)| format!("{source} {n}")).collect();
        format!("{} pen digits ({})", pens.len(), counts.join(", "))
    };
    eprintln!(
        "training on {} pictures and {}\nvalidating on {} pictures and {}",
        split.pictures.len(),
        told(&split.pens),
        split.validation_pictures.len(),
        told(&split.validation_pens),
    );
}
