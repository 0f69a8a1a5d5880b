//! How well a network reads the digits of donors that it has never seen: one fold a donor.
//!
//! Each fold trains the same network by the same recipe on everything but one donor's digits and
//! is asked about those, once, when it is done. Nothing is chosen by them: the temperature is
//! fitted on MNIST's validation pictures and on some writers of the *other* donors.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trazo_learn::metrics;

use trazo_train::architectures::{Architecture, Training};
use trazo_train::{PenDigit, Pictures, Split};

use super::{Args, Trained, record};
use crate::data::{PenDigits, sources};
use crate::error::Error;
use crate::eval::figures::Figures;
use crate::eval::samples::Samples;
use crate::model::Model;
use crate::{files, print_json};

/// The share of the other donors' writers that only the temperature is fitted on, where nothing
/// else is said.
const WRITERS: f32 = 0.04;

/// A fold that is done, as it lies in the folder: one a line.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fold {
    /// The donor that was left out.
    donor: String,
    /// All that the weights depend on.
    settings: String,
    /// Seconds that the training took.
    seconds: f64,
    /// Its figures as `trazo eval` gives them.
    figures: Value,
}

/// Trains and measures all the folds; those that an earlier run has finished are not done again.
///
/// # Errors
/// Where there are fewer than two donors, the settings make no sense, or a file cannot be read or
/// written.
pub fn run(
    args: &Args,
    architecture: &Architecture,
    training: &Training,
    pictures: &Pictures,
    pens: &PenDigits,
) -> Result<(), Error> {
    if !args.hold_out_donor.is_empty() {
        return Err(Error::Usage(
            "--folds leaves out each donor in turn: it goes without --hold-out-donor".to_owned(),
        ));
    }
    let donors: Vec<String> = sources(&pens.digits)
        .into_keys()
        .map(str::to_owned)
        .collect();
    if donors.len() < 2 {
        return Err(Error::Usage(format!(
            "--folds needs the digits of two donors at least, found {}",
            donors.len()
        )));
    }
    std::fs::create_dir_all(&args.out).map_err(|error| Error::io(&args.out, error))?;
    let journal = args.out.join("folds.jsonl");
    let mut done = read(&journal)?;
    let mut folds = Vec::new();
    for (number, donor) in donors.iter().enumerate() {
        let (unseen, seen): (Vec<PenDigit>, Vec<PenDigit>) = pens
            .digits
            .iter()
            .cloned()
            .partition(|digit| digit.source == *donor);
        let writers = if args.hold_out_writers > 0.0 {
            args.hold_out_writers
        } else {
            WRITERS
        };
        let split = Split::new(pictures.clone(), seen, &[], writers)?;
        let settings = record::settings(args, architecture, training, &split);
        eprintln!(
            "fold {} of {}: without {donor} ({} digits)",
            number + 1,
            donors.len(),
            unseen.len()
        );
        if let Some(at) = done
            .iter()
            .position(|fold| fold.donor == *donor && fold.settings == settings)
        {
            eprintln!("  done before");
            folds.push(done.swap_remove(at));
            continue;
        }
        let name = donor.replace(['/', '\\'], "-");
        let out = args.out.join(format!("without-{name}.trazo"));
        let log = out.with_extension("jsonl");
        let trained = Trained::train(
            args,
            architecture,
            training,
            &split,
            &settings,
            Some(&log),
            &out,
        )?;
        let model = Model::of(trained.file, &out)?;
        let figures = Figures::measure(&model, &Samples::of_pens(&unseen, model.recipe))?;
        eprintln!("  {donor}: {}", figures.words());
        if trained.outcome.epochs_done < training.epochs {
            return Err(Error::Failed(format!(
                "time was up in the fold without {donor}; the same command goes on from there"
            )));
        }
        folds.push(Fold {
            donor: donor.clone(),
            settings,
            seconds: trained.outcome.seconds,
            figures: figures.json(donor),
        });
        write(&journal, &folds, &done)?;
    }
    print_json(&summary(&folds), false)
}

/// The folds of the journal; none where there is none.
fn read(journal: &Path) -> Result<Vec<Fold>, Error> {
    if !journal.exists() {
        return Ok(Vec::new());
    }
    let bytes = files::read(journal)?;
    serde_json::Deserializer::from_slice(&bytes)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| Error::data(journal, format!("expected finished folds: {error}")))
}

/// Writes what is done now, and what was done before and not yet asked for.
fn write(journal: &Path, now: &[Fold], before: &[Fold]) -> Result<(), Error> {
    let mut bytes = Vec::new();
    for fold in now.iter().chain(before) {
        let line = serde_json::to_vec(fold)
            .map_err(|error| Error::Failed(format!("A fold cannot be written: {error}")))?;
        bytes.extend(line);
        bytes.push(b'\n');
    }
    files::write(journal, &bytes)
}

/// All folds together: the mean over them, each counting the same, and over the digits.
fn summary(folds: &[Fold]) -> Value {
    let number = |fold: &Fold, name: &str| fold.figures[name].as_f64().unwrap_or(0.0);
    let mean = |name: &str| {
        folds.iter().map(|fold| number(fold, name)).sum::<f64>() / folds.len().max(1) as f64
    };
    let whole = |name: &str| -> u64 {
        let values = folds.iter().map(|fold| fold.figures[name].as_u64());
        values.map(Option::unwrap_or_default).sum()
    };
    let all = metrics::wilson(whole("right"), whole("count"));
    let mut by_donor = BTreeMap::new();
    for fold in folds {
        let figures = [
            "count",
            "right",
            "accuracy",
            "interval",
            "calibration_error",
            "not_sure",
            "sure_and_wrong",
        ];
        let figures: serde_json::Map<String, Value> = figures
            .iter()
            .map(|&name| (name.to_owned(), fold.figures[name].clone()))
            .collect();
        by_donor.insert(fold.donor.clone(), figures);
    }
    json!({
        "folds": folds.len(),
        "mean_accuracy": mean("accuracy"),
        "mean_calibration_error": mean("calibration_error"),
        "mean_not_sure": mean("not_sure"),
        "all_digits": {
            "count": whole("count"),
            "right": whole("right"),
            "accuracy": all.value,
            "interval": [all.low, all.high],
        },
        "seconds": folds.iter().map(|fold| fold.seconds).sum::<f64>(),
        "by_donor": by_donor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_counts_each_donor_once_and_the_whole_each_digit() {
        let fold = |donor: &str, right: u64, count: u64| Fold {
            donor: donor.to_owned(),
            settings: String::new(),
            seconds: 1.5,
            figures: json!({
                "right": right, "count": count,
                "accuracy": right as f64 / count as f64, "calibration_error": 0.01,
            }),
        };
        let summary = summary(&[fold("a", 9, 10), fold("b", 90, 90)]);
        assert!((summary["mean_accuracy"].as_f64().unwrap() - 0.95).abs() < 1e-12);
        assert_eq!(summary["all_digits"]["accuracy"], json!(0.99));
        assert_eq!(summary["seconds"], json!(3.0));
        assert_eq!(summary["by_donor"]["a"]["right"], json!(9));
    }
}
