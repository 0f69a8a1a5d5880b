//! A pickle from NumPy and `trazo-nn` give NumPy's numbers, before and after a lesson.
//!
//! `reference/small.*` come from `reference/make_pesos.py`; the shared data's `seed/` holds the
//! original project's own weights and what NumPy 2 gives for them.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use serde::Deserialize;
use trazo_formats::{ModelFile, model_to_pesos, pesos_to_model, read_pesos};
use trazo_nn::{Network, OptimizerSpec, Trainer, Workspace};

#[derive(Deserialize)]
struct Expected {
    samples: Vec<Sample>,
    training: Training,
}

#[derive(Deserialize)]
struct Sample {
    input: String,
    label: u8,
    activations: Vec<f64>,
    prediction: usize,
}

#[derive(Deserialize)]
struct Training {
    sample: usize,
    epochs: usize,
    learning_rate: f64,
    activations_after: Vec<f64>,
    sum_w0: f64,
    sum_w1: f64,
}

impl Sample {
    fn bits(&self) -> impl Iterator<Item = bool> {
        self.input.bytes().map(|digit| digit == b'1')
    }

    fn pixels(&self) -> Vec<f32> {
        self.bits().map(|bit| u8::from(bit).into()).collect()
    }
}

fn argmax(outputs: &[f32]) -> usize {
    (0..outputs.len())
        .max_by(|&a, &b| outputs[a].total_cmp(&outputs[b]))
        .unwrap()
}

fn assert_close(found: impl IntoIterator<Item = f64>, expected: &[f64], tolerance: f64) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!(
            (f - e).abs() <= tolerance,
            "{f} is not within {tolerance} of {e}"
        );
    }
}

fn assert_predictions(model: &ModelFile, expected: &Expected) {
    let network = model.network();
    let mut workspace = Workspace::new();
    for sample in &expected.samples {
        let outputs = network.predict(&sample.pixels(), &mut workspace).unwrap();
        assert_eq!(argmax(outputs), sample.prediction);
        assert_close(outputs.iter().map(|&x| x.into()), &sample.activations, 1e-5);
    }
}

/// The original's lesson in `f32`, as the page gives it.
fn assert_lesson(model: &ModelFile, expected: &Expected) {
    let training = &expected.training;
    let sample = &expected.samples[training.sample];
    let optimizer = OptimizerSpec::sgd(training.learning_rate);
    let mut trainer = Trainer::new(model.network().clone(), optimizer, 1).unwrap();
    for _ in 0..training.epochs {
        trainer
            .train_batch(&sample.pixels(), &[sample.label])
            .unwrap();
    }
    let mut workspace = Workspace::new();
    let outputs = trainer
        .network
        .predict(&sample.pixels(), &mut workspace)
        .unwrap();
    assert_close(
        outputs.iter().map(|&x| x.into()),
        &training.activations_after,
        1e-4,
    );
}

/// The same in `f64`, to the last digits: a lesson may change outputs by less than 1e-4, and this
/// shows that it is the same lesson all the same.
fn assert_lesson_to_the_last_digits(pickle: &[u8], model: &ModelFile, expected: &Expected) {
    let pesos = read_pesos(pickle).unwrap();
    let layers = pesos.weights.iter().zip(&pesos.biases);
    let params: Vec<f64> = layers
        .flat_map(|(w, b)| w.transposed().values.into_iter().chain(b.clone()))
        .collect();
    let network = Network::<f64>::from_params(model.network().spec().clone(), params).unwrap();

    let training = &expected.training;
    let sample = &expected.samples[training.sample];
    let pixels: Vec<f64> = sample.bits().map(|bit| u8::from(bit).into()).collect();
    let optimizer = OptimizerSpec::sgd(training.learning_rate);
    let mut trainer = Trainer::new(network, optimizer, 1).unwrap();
    for _ in 0..training.epochs {
        trainer.train_batch(&pixels, &[sample.label]).unwrap();
    }
    let mut workspace = Workspace::new();
    let outputs = trainer.network.predict(&pixels, &mut workspace).unwrap();
    assert_close(outputs.iter().copied(), &training.activations_after, 1e-13);
    let sums = trainer.network.layers().iter().map(|layer| {
        let start = layer.params.start;
        trainer.network.params()[start..start + layer.weights]
            .iter()
            .sum::<f64>()
    });
    assert_close(sums, &[training.sum_w0, training.sum_w1], 1e-9);
}

fn assert_all(pickle: &[u8], expected: &str) {
    let expected: Expected = serde_json::from_str(expected).unwrap();
    let model = pesos_to_model(pickle).unwrap();
    assert_predictions(&model, &expected);
    assert_lesson(&model, &expected);
    assert_lesson_to_the_last_digits(pickle, &model, &expected);
}

#[test]
fn a_small_pickle_gives_numpys_predictions_and_lesson() {
    let expected = include_str!("reference/small.json");
    assert_all(include_bytes!("reference/small.pkl"), expected);
}

#[test]
fn the_original_projects_weights_give_numpys_64_predictions_and_lesson() {
    let data = std::env::var_os("TRAZO_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let (Ok(pickle), Ok(expected)) = (
        std::fs::read(data.join("seed/pesos.pkl")),
        std::fs::read_to_string(data.join("seed/expected.json")),
    ) else {
        eprintln!(
            "skipped: the original's weights; no seed/ in {} (set TRAZO_DATA)",
            data.display()
        );
        return;
    };
    assert_all(&pickle, &expected);
}

#[test]
fn a_model_written_as_a_pickle_comes_back_the_same() {
    let model = pesos_to_model(include_bytes!("reference/small.pkl")).unwrap();
    let again = pesos_to_model(&model_to_pesos(&model).unwrap()).unwrap();
    assert_eq!(again, model);
}

#[test]
fn a_pickle_of_other_sizes_is_refused() {
    let error = pesos_to_model(include_bytes!("reference/protocol-4.pkl")).unwrap_err();
    assert_eq!(error.code(), "shape-mismatch");
    assert!(
        error.to_string().contains("3 inputs and 2 outputs"),
        "{error}"
    );
}
