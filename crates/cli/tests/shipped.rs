//! Guards what ships: the two models in `pretrained/`, on the data where it is there.
// A test that cannot set itself up has to stop.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::PathBuf;

use serde_json::Value;
use support::{figures, text, trazo};

/// Some digits fewer than pretrained/README.md reports: a model that got worse falls through, another machine's rounding
/// does not.
const FLOORS: [(&str, f64, f64); 2] = [("digits", 0.996, 0.990), ("classic", 0.955, 0.940)];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The shared data, or a word about what is skipped.
fn data(what: &str) -> Option<PathBuf> {
    let folder =
        std::env::var_os("TRAZO_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let there = folder.join("mnist").is_dir() && folder.join("pen-digits.jsonl.gz").is_file();
    if !there {
        eprintln!(
            "skipped: {what}; no mnist/ and pen-digits.jsonl.gz in {} (set TRAZO_DATA)",
            folder.display()
        );
    }
    there.then_some(folder)
}

fn accuracy(figures: &Value, set: &str) -> f64 {
    let sets = figures["sets"].as_array().unwrap();
    sets.iter().find(|s| s["name"] == set).unwrap()["accuracy"]
        .as_f64()
        .unwrap()
}

#[test]
fn the_models_that_ship_read_what_their_card_says() {
    let Some(data) = data("the accuracy of the models that ship") else {
        return;
    };
    for (name, mnist, pens) in FLOORS {
        let model = root().join(format!("pretrained/{name}.trazo"));
        let output = trazo([
            "eval",
            "--json",
            "--model",
            &text(&model),
            "--mnist",
            &text(&data.join("mnist")),
            "--strokes",
            &text(&data.join("pen-digits.jsonl.gz")),
            "--source",
            "unipen/gmd",
            "--source",
            "unipen/apa",
        ]);
        let figures = figures(&output);
        let found = (
            accuracy(&figures, "mnist-test"),
            accuracy(&figures, "pen-digits"),
        );
        assert!(
            found.0 >= mnist && found.1 >= pens,
            "{name}: {found:?}, expected at least {mnist} and {pens}"
        );
    }
}

#[test]
fn the_models_that_ship_are_small_enough_to_download() {
    for (name, most) in [("digits", 200_000), ("classic", 100_000)] {
        let bytes = std::fs::metadata(root().join(format!("pretrained/{name}.trazo")))
            .unwrap()
            .len();
        assert!(
            bytes <= most,
            "{name} has {bytes} bytes, expected at most {most}"
        );
    }
}
