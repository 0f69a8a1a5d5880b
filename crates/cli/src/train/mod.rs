//! `trazo train`: from data to a model file.

mod architectures;
mod calibrate;
mod checkpoint;
mod curves;
mod folds;
mod report;
mod run;
mod schedule;
mod shards;
mod slash;
pub mod split;
pub mod stream;
mod validate;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};
use trazo_formats::{Encoding, ModelFile, TrainingRecord, read_model, write_model};
use trazo_nn::Network;

use crate::data::mnist::{Half, Pictures};
use crate::data::pen::{PenDigit, PenDigits};
use crate::error::Error;
use crate::{data, files, model, print_json};
use architectures::Architecture;
use run::{Outcome, Plan};
use split::Split;
use stream::Mixture;
use validate::Validation;

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Weights {
    /// 32 bits each.
    F32,
    /// 16 bits each: half the size.
    F16,
    /// 8 bits each, with a scale a channel: a quarter of the size.
    I8,
    /// 63 steps a channel for large arrays, 16 bits for small ones: what ships.
    Mixed,
}

impl From<Weights> for Encoding {
    fn from(weights: Weights) -> Self {
        match weights {
            Weights::F32 => Self::F32,
            Weights::F16 => Self::F16,
            Weights::I8 => Self::I8PerChannel,
            Weights::Mixed => Self::Mixed,
        }
    }
}

/// Trains a network on MNIST, pen digits, synthetic digits and what is no digit.
///
/// What is not given is as it was for the models that ship. Validation looks at the last 5,000
/// pictures of MNIST's training set and at held-out donors and writers; MNIST's test set is
/// never opened. The same seed, data and settings give the same file on the same kind of
/// machine, whatever the number of threads, and whether or not the run was stopped in between.
#[derive(Debug, clap::Args)]
// So that «--lr -1» is told what is wrong with it, not that there is no option -1.
#[command(allow_negative_numbers = true)]
pub struct Args {
    /// The network's shape; an unknown name lists those there are.
    #[arg(long, value_name = "NAME", default_value = "digits")]
    arch: String,
    /// Folder with MNIST's IDX files.
    #[arg(long, value_name = "DIR")]
    mnist: Option<PathBuf>,
    /// Pen digits as JSON lines; may be given again.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    strokes: Vec<PathBuf>,
    /// Where the model goes; with --folds, the folder for all of them.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Train one network for each donor of the strokes, without that donor's digits, and measure it
    /// on them. A run that was cut off goes on; folds that are done stay done.
    #[arg(long, requires = "strokes", conflicts_with_all = ["checkpoint", "log"])]
    folds: bool,
    /// What everything random follows from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How often to go through the data.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Samples a step.
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
    /// Peak learning rate of AdamW.
    #[arg(long, value_name = "RATE")]
    lr: Option<f32>,
    /// AdamW's weight decay.
    #[arg(long, value_name = "RATE")]
    weight_decay: Option<f32>,
    /// A source of pen digits that is for validation only; may be given again.
    #[arg(long, value_name = "SOURCE")]
    hold_out_donor: Vec<String>,
    /// The share of the other sources' writers that is for validation only.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    hold_out_writers: f32,
    /// How often each pen digit comes in an epoch (each picture comes once).
    #[arg(long, value_name = "N")]
    pen_repeat: Option<u32>,
    /// Digits by the synthetic writer, as a share of the real ones.
    #[arg(long, value_name = "SHARE")]
    synthetic: Option<f32>,
    /// Drawings that are no digit, as a share of the real ones.
    #[arg(long, value_name = "SHARE")]
    negatives: Option<f32>,
    /// The share of pen digits and of what is no digit that the network is told are pictures.
    #[arg(long, value_name = "SHARE")]
    imported: Option<f32>,
    /// Label smoothing.
    #[arg(long, value_name = "SHARE")]
    smoothing: Option<f32>,
    /// Strength of the augmentation; 1 is the usual, 0 none.
    #[arg(long, value_name = "STRENGTH")]
    augment: Option<f32>,
    /// The share of the run, at its end, with half the augmentation.
    #[arg(long, value_name = "SHARE")]
    settle: Option<f32>,
    /// How weights are stored in the model file.
    #[arg(long, value_enum, default_value_t = Weights::F16)]
    weights: Weights,
    /// State after each epoch; a run that finds one goes on from there. Without it it lies beside
    /// the model and goes when the model is done.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Workers; all cores without it. Changes the time it takes and nothing else.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Learning curves: one JSON line an epoch.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// The learning curves as a picture, from the log.
    #[arg(long, value_name = "PNG", requires = "log")]
    curves: Option<PathBuf>,
    /// Stop before the epoch that would not end within this many minutes (the first always runs),
    /// and write what there is.
    #[arg(long, value_name = "MINUTES")]
    time_limit: Option<f64>,
    /// Leave out lines of strokes that cannot be read (and say so) instead of stopping.
    #[arg(long)]
    skip_bad_lines: bool,
}

/// Runs the command.
///
/// # Errors
/// Where the settings make no sense, the data cannot be read whole, or a file cannot be written.
pub fn run(args: &Args) -> Result<(), Error> {
    let architecture = architectures::named(&args.arch)?;
    let plan = plan(args, &architecture)?;
    if let Some(threads) = args.threads {
        // Fails only where a pool was built before, and none was.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
    }

    let (pictures, pens) = read_data(args)?;
    if args.folds {
        return folds::run(args, &architecture, &plan, &pictures, &pens);
    }
    let skipped = pens.skipped.len();
    let split = Split::new(pictures, pens, &args.hold_out_donor, args.hold_out_writers)?;
    let settings = settings(args, &architecture, &plan, &split);
    let trained = Trained::train(args, &architecture, &plan, &split, &settings, &args.out)?;
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
    /// What the file says.
    file: ModelFile,
    /// The network as it came back from the file.
    network: Network,
    /// How long the file is.
    bytes: usize,
    /// How the run went.
    outcome: Outcome,
    /// Its figures on the validation digits.
    validation: Value,
}

impl Trained {
    /// Trains a network on a split and writes it.
    fn train(
        args: &Args,
        architecture: &Architecture,
        plan: &Plan,
        split: &Split,
        settings: &str,
        out: &Path,
    ) -> Result<Self, Error> {
        tell(split);
        let validation = Validation::new(
            split,
            model::recipe_of(architecture.recipe, architecture.spec.input)?,
        );
        let beside = out.with_extension("checkpoint");
        let checkpoint = args.checkpoint.as_ref().unwrap_or(&beside);
        let outcome = run::train(architecture, plan, split, &validation, settings, checkpoint)?;
        let file = ModelFile {
            name: architecture.name.to_owned(),
            spec: outcome.network.spec().clone(),
            params: outcome.network.params().to_vec(),
            labels: (0..10).map(|digit| digit.to_string()).collect(),
            recipe: architecture.recipe,
            record: record(args, architecture, plan, split, &outcome),
        };
        let bytes = write_model(&file, args.weights.into())
            .map_err(|error| Error::Failed(error.to_string()))?;
        files::write(out, &bytes)?;

        // The figures are those of the bytes that were written, not of the weights in memory.
        let file = read_model(&bytes).map_err(|error| Error::data(out, error))?;
        let network = file.network().map_err(|error| Error::data(out, error))?;
        let validation = validation.look(&network)?.json;
        if args.checkpoint.is_none() && outcome.epochs_done == plan.epochs {
            // It has served; a leftover does no harm, so a failure to remove it is no failure.
            let _ = std::fs::remove_file(&beside);
        }
        if let Some(path) = &args.curves {
            curves::write(path, plan.log.as_deref())?;
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

/// The settings, checked.
fn plan(args: &Args, architecture: &Architecture) -> Result<Plan, Error> {
    let usual = &architecture.training;
    let plan = Plan {
        seed: args.seed,
        epochs: args.epochs.unwrap_or(usual.epochs),
        batch: args.batch.unwrap_or(usual.batch),
        learning_rate: args.lr.unwrap_or(usual.learning_rate),
        weight_decay: args.weight_decay.unwrap_or(usual.weight_decay),
        mixture: Mixture {
            pen_repeat: args.pen_repeat.unwrap_or(usual.mixture.pen_repeat),
            synthetic: args.synthetic.unwrap_or(usual.mixture.synthetic),
            negatives: args.negatives.unwrap_or(usual.mixture.negatives),
            imported: args.imported.unwrap_or(usual.mixture.imported),
            smoothing: args.smoothing.unwrap_or(usual.mixture.smoothing),
            augment: args.augment.unwrap_or(usual.mixture.augment),
            settle: args.settle.unwrap_or(usual.mixture.settle),
        },
        log: args.log.clone(),
        time_limit: args.time_limit.map(|minutes| 60.0 * minutes),
    };
    let mixture = &plan.mixture;
    let wrong = |what: &str| Err(Error::Usage(what.to_owned()));
    let share = |value: f32| (0.0..=1.0).contains(&value);
    if args.mnist.is_none() && args.strokes.is_empty() {
        return wrong("there is nothing to train on: give --mnist, --strokes, or both");
    }
    if plan.epochs == 0 || !(2..=65_536).contains(&plan.batch) {
        return wrong("--epochs must be at least 1 and --batch 2 to 65536");
    }
    if !(plan.learning_rate > 0.0 && plan.learning_rate <= 1.0 && share(plan.weight_decay)) {
        return wrong("--lr must be above 0 and at most 1, --weight-decay 0 to 1");
    }
    if ![
        mixture.synthetic,
        mixture.negatives,
        mixture.imported,
        mixture.smoothing,
        mixture.settle,
        args.hold_out_writers,
    ]
    .into_iter()
    .all(share)
    {
        return wrong(
            "--synthetic, --negatives, --imported, --smoothing, --settle and --hold-out-writers are shares, 0 to 1",
        );
    }
    if !(0.0..=4.0).contains(&mixture.augment) || !(1..=100).contains(&mixture.pen_repeat) {
        return wrong("--augment must be 0 to 4 and --pen-repeat 1 to 100");
    }
    if args.threads == Some(0) {
        return wrong("--threads must be at least 1");
    }
    if args
        .time_limit
        .is_some_and(|minutes| minutes.is_nan() || minutes <= 0.0)
    {
        return wrong("--time-limit must be more than 0 minutes");
    }
    Ok(plan)
}

/// Reads all the data, or none: training never begins on half of it without saying so.
fn read_data(args: &Args) -> Result<(Pictures, PenDigits), Error> {
    let pictures = match &args.mnist {
        Some(folder) => Pictures::read(folder, Half::Train)?,
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

/// Says what is trained on and what is only looked at.
fn tell(split: &Split) {
    let told = |pens: &[PenDigit]| {
        let sources = data::pen::sources(pens).into_iter();
        let counts: Vec<String> = sources.map(|(source, n)| format!("{source} {n}")).collect();
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

/// All that the weights depend on, in one line: a checkpoint goes on only with the same.
fn settings(args: &Args, architecture: &Architecture, plan: &Plan, split: &Split) -> String {
    json!({
        "network": architecture.spec,
        "arch": architecture.name,
        "seed": plan.seed,
        "epochs": plan.epochs,
        "batch": plan.batch,
        "learning_rate": plan.learning_rate,
        "weight_decay": plan.weight_decay,
        "mixture": plan.mixture,
        "hold_out_donors": args.hold_out_donor,
        "hold_out_writers": args.hold_out_writers,
        "pictures": split.pictures.len(),
        "pens": split.pens.len(),
        "data": format!("{:016x}", split.fingerprint()),
    })
    .to_string()
}

/// What the model file says about how it was made. Nothing that differs from run to run (paths,
/// times) is in it, so that the same run gives the same bytes.
fn record(
    args: &Args,
    architecture: &Architecture,
    plan: &Plan,
    split: &Split,
    outcome: &Outcome,
) -> TrainingRecord {
    let sources: Vec<&str> = data::pen::sources(&split.pens).into_keys().collect();
    let mixture = &plan.mixture;
    let lines = [
        (
            "trained with",
            format!("trazo {}", env!("CARGO_PKG_VERSION")),
        ),
        (
            "architecture",
            format!("{}: {}", architecture.name, architecture.about),
        ),
        (
            "data",
            format!(
                "{} MNIST pictures; {} pen digits ({}); synthetic writer {}; no digits {}; {} of all but MNIST as pictures",
                split.pictures.len(),
                split.pens.len(),
                sources.join(", "),
                mixture.synthetic,
                mixture.negatives,
                mixture.imported
            ),
        ),
        ("held out", args.hold_out_donor.join(", ")),
        (
            "recipe",
            format!(
                "AdamW {} decay {}, warm-up and cosine, average of weights, batch {}, smoothing {}, augmentation {} (half of it in the last {} of the run), pen digits {} times an epoch",
                plan.learning_rate,
                plan.weight_decay,
                plan.batch,
                mixture.smoothing,
                mixture.augment,
                mixture.settle,
                mixture.pen_repeat
            ),
        ),
        (
            "epochs",
            format!("{} of {}", outcome.epochs_done, plan.epochs),
        ),
        ("seed", plan.seed.to_string()),
        ("validation", outcome.words.clone()),
    ];
    TrainingRecord {
        lines: lines
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    }
}
