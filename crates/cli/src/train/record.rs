//! What a run is called by, so that a checkpoint finds it again, and what the model file says about it.

use serde_json::json;
use trazo_formats::TrainingRecord;
use trazo_train::Split;
use trazo_train::architectures::{Architecture, Training};

use super::Args;
use super::work::Outcome;
use crate::data::sources;

/// All that the weights depend on, in one line: a checkpoint goes on only with the same.
pub fn settings(
    args: &Args,
    architecture: &Architecture,
    training: &Training,
    split: &Split,
) -> String {
    json!({
        "network": architecture.spec,
        "arch": architecture.name,
        "seed": args.seed,
        "epochs": training.epochs,
        "batch": training.batch,
        "learning_rate": training.learning_rate,
        "weight_decay": training.weight_decay,
        "mixture": training.mixture,
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
pub fn record(
    args: &Args,
    architecture: &Architecture,
    training: &Training,
    split: &Split,
    outcome: &Outcome,
) -> TrainingRecord {
    let sources: Vec<&str> = sources(&split.pens).into_keys().collect();
    let mixture = &training.mixture;
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
                "{} MNIST pictures; {} pen digits ({}); synthetic writer {}; no digits {}; {} of all but MNIST as pictures, {} of the rest without directions, {} of the strokes backwards",
                split.pictures.len(),
                split.pens.len(),
                sources.join(", "),
                mixture.synthetic,
                mixture.negatives,
                mixture.imported,
                mixture.undirected,
                mixture.backwards
            ),
        ),
        ("held out", args.hold_out_donor.join(", ")),
        (
            "recipe",
            format!(
                "AdamW {} decay {}, warm-up and cosine, average of weights, batch {}, smoothing {}, augmentation {} (half of it in the last {} of the run), pen digits {} times an epoch",
                training.learning_rate,
                training.weight_decay,
                training.batch,
                mixture.smoothing,
                mixture.augment,
                mixture.settle,
                mixture.pen_repeat
            ),
        ),
        (
            "epochs",
            format!("{} of {}", outcome.epochs_done, training.epochs),
        ),
        ("seed", args.seed.to_string()),
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
