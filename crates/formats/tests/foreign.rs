//! Files that other tools made: each opens as the network that it is, and answers what the tool says.
//!
//! `reference/make_foreign.py` makes them with NumPy, safetensors, onnx and onnxruntime, and has the
//! answers from these.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use trazo_formats::{Answers, Error, Opened, open_model, open_model_with, pesos_to_model};
use trazo_nn::Workspace;

#[derive(Deserialize)]
struct Expected {
    inputs: Vec<f32>,
    answers: Vec<f32>,
    tolerance: f32,
    #[serde(default)]
    answer: BTreeMap<String, String>,
    beside: Option<String>,
}

fn file(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/foreign");
    std::fs::read(folder.join(name)).unwrap()
}

fn expected() -> BTreeMap<String, Expected> {
    serde_json::from_slice(&file("expected.json")).unwrap()
}

fn open(name: &str, expected: &Expected) -> Opened {
    let mut answers = Answers::default();
    for (about, answer) in &expected.answer {
        answers.answer(about, answer).unwrap();
    }
    let beside = expected.beside.as_deref();
    let second = beside.map(file).unwrap_or_default();
    let beside: Vec<(&str, &[u8])> = beside.iter().map(|&name| (name, &second[..])).collect();
    let opened = open_model_with(&file(name), &answers, &beside);
    opened.unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn each_file_answers_what_its_tool_says() {
    let expected = expected();
    assert_eq!(expected.len(), 15);
    for (name, expected) in expected {
        let opened = open(&name, &expected);
        let network = opened.model.network();
        let mut workspace = Workspace::new();
        let found = network.predict(&expected.inputs, &mut workspace).unwrap();
        assert_eq!(found.len(), expected.answers.len(), "{name}");
        for (found, answer) in found.iter().zip(&expected.answers) {
            assert!(
                (found - answer).abs() <= expected.tolerance,
                "{name}: {found} and {answer}"
            );
        }
    }
}

#[test]
fn what_was_assumed_is_said() {
    let expected = expected();
    let codes = |name: &str| -> Vec<&str> {
        let opened = open(name, &expected[name]);
        opened.assumed.iter().map(|assumed| assumed.code).collect()
    };
    assert_eq!(codes("named.npz"), ["half-precision", "sigmoid-original"]);
    assert_eq!(codes("double.safetensors"), ["double-precision", "softmax"]);
    assert_eq!(
        codes("convolutional.safetensors"),
        ["half-precision", "arrangement", "pixels-0-to-1", "softmax"]
    );
    assert_eq!(
        codes("torch-11.onnx"),
        [
            "batch-norm-epsilon",
            "dropout-left-out",
            "softmax",
            "labels-from-order"
        ]
    );
    assert_eq!(
        codes("half-backwards.onnx"),
        ["half-precision", "labels-reordered"]
    );
    assert_eq!(
        codes("external.onnx"),
        ["external-data", "labels-from-order"]
    );
}

#[test]
fn what_the_shapes_leave_open_is_asked() {
    let error = open_model(&file("single.safetensors")).unwrap_err();
    let Error::Undecided { about, choices, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(
        (*about, choices.as_slice()),
        (
            "activation",
            &["relu".to_owned(), "sigmoid".to_owned(), "tanh".to_owned()][..]
        )
    );
    assert_eq!(
        error.to_string(),
        "The arrays do not say what is applied between the layers. It can be: relu or sigmoid or tanh."
    );
    let mut answers = Answers::default();
    assert_eq!(
        answers.answer("activation", "selu").unwrap_err().code(),
        "undecided"
    );
    assert_eq!(
        answers.answer("padding", "same,full").unwrap_err().code(),
        "undecided"
    );
    assert_eq!(answers.answer("pool", "0").unwrap_err().code(), "undecided");
}

#[test]
fn weights_that_are_in_another_file_are_asked_for_by_its_name() {
    let error = open_model(&file("external.onnx")).unwrap_err();
    assert_eq!(error.code(), "needs-file");
    assert!(error.to_string().contains("external.onnx.data"), "{error}");
    let short = open_model_with(
        &file("external.onnx"),
        &Answers::default(),
        &[("external.onnx.data", &[0; 7])],
    );
    assert_eq!(short.unwrap_err().code(), "cut-short");
}

#[test]
fn an_operator_that_trazo_does_not_have_is_named() {
    for (name, operator) in [
        ("no-selu.onnx", "Selu"),
        ("no-averagepool.onnx", "AveragePool"),
    ] {
        let error = open_model(&file(name)).unwrap_err();
        assert_eq!(error.code(), "no-operator");
        let sentence =
            format!("The ONNX graph uses {operator}, which Trazo's networks do not have.");
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn a_single_array_is_no_network_and_python_objects_are_none_at_all() {
    let error = open_model(&file("single.npy")).unwrap_err();
    assert!(
        error.to_string().contains("single array of shape [10, 4]"),
        "{error}"
    );
    let error = open_model(&file("objects.npy")).unwrap_err();
    assert!(error.to_string().contains("the type \"|O\""), "{error}");
}

/// The shared cases: the original's weights as other Pythons save them.
#[test]
fn the_shared_cases_open_with_the_same_numbers() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let Ok(first) = std::fs::read(folder.join("pesos-protocol0.pkl")) else {
        eprintln!("skipped: no cases in {}", folder.display());
        return;
    };
    let first = pesos_to_model(&first).unwrap();
    for name in ["pesos-protocol2.pkl", "pesos-protocol5.pkl", "pesos.npz"] {
        let other = open_model(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        assert_eq!(other.network(), first.network(), "{name}");
        assert_eq!(other.recipe(), first.recipe(), "{name}");
    }
    for name in ["natural.safetensors", "pesos-400-8-8-10.pkl"] {
        let file = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(open_model(&file).unwrap().name, "classic", "{name}");
    }
    for name in [
        "imp-label-float.jsonl",
        "imp-label-string.jsonl",
        "imp-ok.jsonl.gz",
        "imp-point-objects.jsonl",
        "imp-point-xyp.jsonl",
        "imp-quickdraw.ndjson",
    ] {
        let file = std::fs::read(folder.join(name)).unwrap();
        let (text, _) = trazo_formats::unpacked(&file).unwrap();
        let reading = trazo_formats::strokes::read_lenient(&text);
        assert!(
            reading.skipped.is_empty() && !reading.samples.is_empty(),
            "{name}"
        );
        assert!(
            reading.samples.iter().all(|sample| sample.label == 7),
            "{name}"
        );
    }
    let file = std::fs::read(folder.join("imp-signature-pad.json")).unwrap();
    let reading = trazo_formats::strokes::read_lenient(&file);
    assert_eq!((reading.samples.len(), reading.unlabelled), (0, 1));
}
