//! What `trazo train` can be asked for, and that it makes sense.

use std::path::PathBuf;

use clap::ValueEnum;
use trazo_formats::Encoding;
use trazo_train::Mixture;
use trazo_train::architectures::{self, Architecture, Training};

use crate::error::Error;

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
    pub(super) arch: String,
    /// Folder with MNIST's IDX files.
    #[arg(long, value_name = "DIR")]
    pub(super) mnist: Option<PathBuf>,
    /// Pen digits as JSON lines; may be given again.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) strokes: Vec<PathBuf>,
    /// Where the model goes; with --folds, the folder for all of them.
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// Train one network for each donor of the strokes, without that donor's digits, and measure it
    /// on them. A run that was cut off goes on; folds that are done stay done.
    #[arg(long, requires = "strokes", conflicts_with_all = ["checkpoint", "log"])]
    pub(super) folds: bool,
    /// What everything random follows from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// How often to go through the data.
    #[arg(long, value_name = "N")]
    pub(super) epochs: Option<u32>,
    /// Samples a step.
    #[arg(long, value_name = "N")]
    pub(super) batch: Option<usize>,
    /// Peak learning rate of AdamW.
    #[arg(long, value_name = "RATE")]
    pub(super) lr: Option<f32>,
    /// AdamW's weight decay.
    #[arg(long, value_name = "RATE")]
    pub(super) weight_decay: Option<f32>,
    /// A source of pen digits that is for validation only; may be given again.
    #[arg(long, value_name = "SOURCE")]
    pub(super) hold_out_donor: Vec<String>,
    /// The share of the other sources' writers that is for validation only.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub(super) hold_out_writers: f32,
    /// How often each pen digit comes in an epoch (each picture comes once).
    #[arg(long, value_name = "N")]
    pub(super) pen_repeat: Option<u32>,
    /// Digits by the synthetic writer, as a share of the real ones.
    #[arg(long, value_name = "SHARE")]
    pub(super) synthetic: Option<f32>,
    /// Drawings that are no digit, as a share of the real ones.
    #[arg(long, value_name = "SHARE")]
    pub(super) negatives: Option<f32>,
    /// The share of pen digits and of what is no digit that the network is told are pictures.
    #[arg(long, value_name = "SHARE")]
    pub(super) imported: Option<f32>,
    /// The share of what a pen drew of which the network is not told which way the pen went.
    #[arg(long, value_name = "SHARE")]
    pub(super) undirected: Option<f32>,
    /// The share of the strokes that are drawn the other way round.
    #[arg(long, value_name = "SHARE")]
    pub(super) backwards: Option<f32>,
    /// Label smoothing.
    #[arg(long, value_name = "SHARE")]
    pub(super) smoothing: Option<f32>,
    /// Strength of the augmentation; 1 is the usual, 0 none.
    #[arg(long, value_name = "STRENGTH")]
    pub(super) augment: Option<f32>,
    /// The share of the run, at its end, with half the augmentation.
    #[arg(long, value_name = "SHARE")]
    pub(super) settle: Option<f32>,
    /// How weights are stored in the model file.
    #[arg(long, value_enum, default_value_t = Weights::F16)]
    pub(super) weights: Weights,
    /// State after each epoch; a run that finds one goes on from there. Without it it lies beside
    /// the model and goes when the model is done.
    #[arg(long, value_name = "FILE")]
    pub(super) checkpoint: Option<PathBuf>,
    /// Workers; all cores without it. Changes the time it takes and nothing else.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Learning curves: one JSON line an epoch.
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    /// The learning curves as a picture, from the log.
    #[arg(long, value_name = "SVG", requires = "log")]
    pub(super) curves: Option<PathBuf>,
    /// Stop before the epoch that would not end within this many minutes (the first always runs),
    /// and write what there is.
    #[arg(long, value_name = "MINUTES")]
    pub(super) time_limit: Option<f64>,
    /// Leave out lines of strokes that cannot be read (and say so) instead of stopping.
    #[arg(long)]
    pub(super) skip_bad_lines: bool,
}

impl Args {
    /// The architecture that was asked for.
    ///
    /// # Errors
    /// Where there is none of this name; those there are are named.
    pub(super) fn architecture(&self) -> Result<Architecture, Error> {
        architectures::named(&self.arch).ok_or_else(|| {
            let known: String = architectures::all()
                .iter()
                .map(|known| format!("\n  {:8} {}", known.name, known.about))
                .collect();
            Error::Usage(format!(
                "--arch {}: there is no such architecture; there are:{known}",
                self.arch
            ))
        })
    }

    /// The settings of the run: what was asked for, and else what is usual for the architecture.
    ///
    /// # Errors
    /// Where a number is out of range; it says which.
    pub(super) fn training(&self, architecture: &Architecture) -> Result<Training, Error> {
        let usual = &architecture.training;
        let training = Training {
            epochs: self.epochs.unwrap_or(usual.epochs),
            batch: self.batch.unwrap_or(usual.batch),
            learning_rate: self.lr.unwrap_or(usual.learning_rate),
            weight_decay: self.weight_decay.unwrap_or(usual.weight_decay),
            mixture: Mixture {
                pen_repeat: self.pen_repeat.unwrap_or(usual.mixture.pen_repeat),
                synthetic: self.synthetic.unwrap_or(usual.mixture.synthetic),
                negatives: self.negatives.unwrap_or(usual.mixture.negatives),
                imported: self.imported.unwrap_or(usual.mixture.imported),
                undirected: self.undirected.unwrap_or(usual.mixture.undirected),
                backwards: self.backwards.unwrap_or(usual.mixture.backwards),
                smoothing: self.smoothing.unwrap_or(usual.mixture.smoothing),
                augment: self.augment.unwrap_or(usual.mixture.augment),
                settle: self.settle.unwrap_or(usual.mixture.settle),
            },
        };
        let mixture = &training.mixture;
        let wrong = |what: &str| Err(Error::Usage(what.to_owned()));
        let share = |value: f32| (0.0..=1.0).contains(&value);
        if self.mnist.is_none() && self.strokes.is_empty() {
            return wrong("there is nothing to train on: give --mnist, --strokes, or both");
        }
        if training.epochs == 0 || !(2..=65_536).contains(&training.batch) {
            return wrong("--epochs must be at least 1 and --batch 2 to 65536");
        }
        if !(training.learning_rate > 0.0
            && training.learning_rate <= 1.0
            && share(training.weight_decay))
        {
            return wrong("--lr must be above 0 and at most 1, --weight-decay 0 to 1");
        }
        if ![
            mixture.synthetic,
            mixture.negatives,
            mixture.imported,
            mixture.undirected,
            mixture.backwards,
            mixture.smoothing,
            mixture.settle,
            self.hold_out_writers,
        ]
        .into_iter()
        .all(share)
        {
            return wrong(
                "--synthetic, --negatives, --imported, --undirected, --backwards, --smoothing, --settle and --hold-out-writers are shares, 0 to 1",
            );
        }
        if !(0.0..=4.0).contains(&mixture.augment) || !(1..=100).contains(&mixture.pen_repeat) {
            return wrong("--augment must be 0 to 4 and --pen-repeat 1 to 100");
        }
        if self.threads == Some(0) {
            return wrong("--threads must be at least 1");
        }
        if self
            .time_limit
            .is_some_and(|minutes| minutes.is_nan() || minutes <= 0.0)
        {
            return wrong("--time-limit must be more than 0 minutes");
        }
        let is_svg = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "svg");
        if !self.curves.as_ref().is_none_or(is_svg) {
            return wrong("--curves draws an SVG: its name must end in .svg");
        }
        Ok(training)
    }
}
