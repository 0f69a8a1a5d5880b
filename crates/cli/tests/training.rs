//! A tiny training run on made-up data: it learns, it repeats, and it can be stopped anywhere.
// A test that cannot set itself up has to stop.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use support::{Folder, figures, said, text, trazo};

/// Trains on what is in the folder and gives the bytes of the model.
fn train(folder: &Folder, out: &str, more: &[&str]) -> (Vec<u8>, serde_json::Value) {
    let out = folder.path(out);
    let mut args = vec!["train".to_owned()];
    let usual = [
        ("--arch", "digits"),
        ("--seed", "7"),
        ("--epochs", "3"),
        ("--batch", "32"),
        ("--mnist", &text(&folder.path("mnist"))),
        ("--strokes", &text(&folder.path("strokes.jsonl"))),
        ("--out", &text(&out)),
    ];
    for (name, value) in usual.into_iter().filter(|(name, _)| !more.contains(name)) {
        args.extend([name.to_owned(), value.to_owned()]);
    }
    args.extend(more.iter().map(|&arg| arg.to_owned()));
    let figures = figures(&trazo(&args));
    (std::fs::read(out).unwrap(), figures)
}

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write_mnist(240);
    folder.write_strokes(100);
    folder
}

fn accuracy(model: &Path, folder: &Folder) -> f64 {
    let output = trazo([
        "eval",
        "--json",
        "--model",
        &text(model),
        "--mnist",
        &text(&folder.path("mnist")),
    ]);
    figures(&output)["sets"][0]["accuracy"].as_f64().unwrap()
}

#[test]
fn a_short_run_reads_made_up_digits_better_than_chance_and_leaves_a_log() {
    let folder = folder("learns");
    let log = folder.path("log.jsonl");
    let (_, figures) = train(
        &folder,
        "a.trazo",
        &[
            "--epochs",
            "8",
            "--log",
            &text(&log),
            "--curves",
            &text(&folder.path("curves.svg")),
            "--hold-out-donor",
            "made/b",
        ],
    );
    assert_eq!(figures["epochs"], 8);
    assert_eq!(
        figures["validation"]["pen"]["count"], 50,
        "the held-out donor"
    );
    let accuracy = accuracy(&folder.path("a.trazo"), &folder);
    assert!(accuracy > 0.5, "chance would be 0.1: {accuracy}");
    let log = std::fs::read_to_string(log).unwrap();
    let losses: Vec<f64> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    assert_eq!(losses.len(), 8);
    assert!(losses[7] < losses[0], "{losses:?}");
    assert!(!folder.path("a.checkpoint").exists(), "it has served");
    let curves = std::fs::read(folder.path("curves.svg")).unwrap();
    assert!(curves.starts_with(b"<svg"));
}

#[test]
fn the_same_seed_gives_the_same_bytes_whatever_the_number_of_threads() {
    let folder = folder("repeats");
    let (one, _) = train(&folder, "one.trazo", &["--threads", "1"]);
    let (three, _) = train(&folder, "three.trazo", &["--threads", "3"]);
    assert!(one == three);
    let (other, _) = train(&folder, "other.trazo", &["--seed", "8"]);
    assert!(one != other, "another seed, another network");
}

#[test]
fn a_run_that_was_stopped_goes_on_bit_for_bit() {
    let folder = folder("resumes");
    let (whole, _) = train(&folder, "whole.trazo", &[]);
    let checkpoint = text(&folder.path("state.checkpoint"));
    // Time for one epoch and no more: the first is always begun.
    let stopping = [
        "--checkpoint",
        checkpoint.as_str(),
        "--time-limit",
        "0.000001",
    ];
    let (first, figures) = train(&folder, "parts.trazo", &stopping);
    assert_eq!(figures["epochs"], 1);
    assert!(first != whole);
    let (parts, figures) = train(&folder, "parts.trazo", &["--checkpoint", &checkpoint]);
    assert_eq!(figures["epochs"], 3);
    assert!(parts == whole);
}

#[test]
fn a_checkpoint_of_another_run_or_a_damaged_one_is_refused() {
    let folder = folder("strangers");
    let checkpoint = text(&folder.path("state.checkpoint"));
    train(
        &folder,
        "a.trazo",
        &["--epochs", "1", "--checkpoint", &checkpoint],
    );
    let again = |seed: &str| {
        trazo([
            "train",
            "--arch",
            "digits",
            "--epochs",
            "1",
            "--batch",
            "32",
            "--seed",
            seed,
            "--mnist",
            &text(&folder.path("mnist")),
            "--strokes",
            &text(&folder.path("strokes.jsonl")),
            "--out",
            &text(&folder.path("b.trazo")),
            "--checkpoint",
            &checkpoint,
        ])
    };
    let output = again("8");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("of this very run"),
        "{}",
        said(&output)
    );

    let mut bytes = std::fs::read(&checkpoint).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&checkpoint, bytes).unwrap();
    let output = again("7");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("checksum"), "{}", said(&output));
    assert!(!folder.path("b.trazo").exists());
}

#[test]
fn the_classic_network_is_trained_on_ones_and_zeros() {
    let folder = folder("classic");
    let (_, figures) = train(
        &folder,
        "c.trazo",
        &["--arch", "classic", "--weights", "f32", "--epochs", "30"],
    );
    assert_eq!(figures["parameters"], 400 * 100 + 100 + 100 * 10 + 10);
    assert!(accuracy(&folder.path("c.trazo"), &folder) > 0.3);
}

#[test]
fn each_donor_is_left_out_in_turn_and_folds_that_are_done_stay_done() {
    let folder = folder("folds");
    let strokes = text(&folder.path("strokes.jsonl"));
    let out = text(&folder.path("folds"));
    let folds = |epochs: &str| {
        trazo([
            "train",
            "--folds",
            "--arch",
            "digits",
            "--epochs",
            epochs,
            "--batch",
            "32",
            "--strokes",
            &strokes,
            "--out",
            &out,
        ])
    };
    let first = folds("2");
    let figures = figures(&first);
    assert_eq!(figures["folds"], 2);
    assert_eq!(figures["all_digits"]["count"], 100);
    assert_eq!(figures["by_donor"]["made/a"]["count"], 50);
    assert!(folder.path("folds/without-made-b.trazo").exists());
    assert!(
        said(&first).contains("training on 0 pictures and 50 pen digits (made/b 50)"),
        "{}",
        said(&first)
    );

    let again = folds("2");
    assert_eq!(said(&again).matches("done before").count(), 2);
    assert_eq!(support::figures(&again), figures);
    let other = folds("1");
    assert_eq!(said(&other).matches("done before").count(), 0);

    let one = trazo(
        ["train", "--folds", "--strokes", &strokes, "--out", &out]
            .into_iter()
            .chain(["--hold-out-donor", "made/a"]),
    );
    assert_eq!(one.status.code(), Some(2));
}
