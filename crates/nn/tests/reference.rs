//! Against numbers that NumPy worked out: `reference/make.py` made `reference/reference.json`.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde::Deserialize;
use serde_json::Value;
use trazo_nn::{
    Activation, LayerSpec, Loss, Network, NetworkSpec, Optimizer, OptimizerSpec, Real, Targets,
    Trainer, Workspace,
};

#[derive(Deserialize)]
struct Reference {
    networks: Vec<Case>,
    trajectory: Trajectory,
    optimizers: Optimizers,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    spec: NetworkSpec,
    params: Vec<f64>,
    inputs: Vec<f64>,
    labels: Vec<u8>,
    train: bool,
    outputs: Vec<f64>,
    loss: f64,
    gradients: Vec<f64>,
}

#[derive(Deserialize)]
struct Trajectory {
    sizes: Vec<usize>,
    rate: f64,
    epochs: usize,
    params: Vec<f64>,
    inputs: Vec<f64>,
    labels: Vec<u8>,
    losses: Vec<f64>,
    after: Vec<f64>,
}

#[derive(Deserialize)]
struct Optimizers {
    params: Vec<f64>,
    gradients: Vec<Vec<f64>>,
    runs: Vec<Value>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference/reference.json")).unwrap()
}

fn convert<T: Real>(values: &[f64]) -> Vec<T> {
    values.iter().map(|&v| T::from_f64(v)).collect()
}

#[track_caller]
fn close<T: Real>(what: &str, found: &[T], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        let error = (f.to_f64() - e).abs() / e.abs().max(1.0);
        assert!(error <= tolerance, "{what}: number {i} is {f:?}, not {e}");
    }
}

fn check_case<T: Real>(case: &Case, tolerance: f64) {
    let network = Network::<T>::from_params(case.spec.clone(), convert(&case.params)).unwrap();
    let mut ws = Workspace::new();
    let inputs = convert(&case.inputs);
    if case.train {
        ws.set_training(0);
    } else {
        let outputs = network.predict(&inputs, &mut ws).unwrap();
        close(&case.name, outputs, &case.outputs, tolerance);
    }
    let loss = network
        .loss_and_gradient(0, &inputs, Targets::Labels(&case.labels), &mut ws)
        .unwrap();
    close(&case.name, &[loss], &[case.loss], tolerance);
    close(&case.name, ws.gradients(), &case.gradients, tolerance);
}

#[test]
fn outputs_losses_and_gradients_are_numpys() {
    for case in reference().networks {
        check_case::<f64>(&case, 1e-12);
        check_case::<f32>(&case, 2e-5);
    }
}

fn check_trajectory<T: Real>(single: bool, tolerance: f64) {
    let t = reference().trajectory;
    let spec = NetworkSpec {
        input: [1, 1, t.sizes[0]],
        layers: t.sizes[1..]
            .iter()
            .map(|&units| LayerSpec::Dense {
                units,
                activation: Activation::Sigmoid,
            })
            .collect(),
        loss: Loss::SquaredError,
    };
    let mut network = Network::<T>::from_params(spec, convert(&t.params)).unwrap();
    let inputs: Vec<T> = convert(&t.inputs);
    let mut losses = Vec::new();
    let steps = (0..t.epochs).flat_map(|_| inputs.chunks_exact(t.sizes[0]).zip(&t.labels));
    if single {
        let mut trainer = Trainer::new(network, OptimizerSpec::sgd(t.rate), 0).unwrap();
        for (input, &label) in steps {
            losses.push(trainer.train_batch(input, &[label]).unwrap());
        }
        network = trainer.network;
    } else {
        let mut ws = Workspace::new();
        for (input, &label) in steps {
            let target = Targets::Labels(std::slice::from_ref(&label));
            losses.push(
                network
                    .loss_and_gradient(0, input, target, &mut ws)
                    .unwrap(),
            );
            network.update(|params| {
                for (p, &g) in params.iter_mut().zip(ws.gradients()) {
                    *p -= T::from_f64(t.rate) * g;
                }
            });
        }
    }
    close("the losses", &losses, &t.losses, tolerance);
    close("the weights after", network.params(), &t.after, tolerance);
}

#[test]
fn one_sample_at_a_time_the_original_way_follows_numpys_trajectory() {
    for single in [true, false] {
        check_trajectory::<f64>(single, 1e-12);
        check_trajectory::<f32>(single, 2e-5);
    }
}

fn check_optimizers<T: Real>(tolerance: f64) {
    let reference = reference().optimizers;
    let count = reference.params.len();
    for run in reference.runs {
        let spec: OptimizerSpec = serde_json::from_value(run["spec"].clone()).unwrap();
        let after: Vec<f64> = serde_json::from_value(run["after"].clone()).unwrap();
        let mut params: Vec<T> = convert(&reference.params);
        let mut optimizer = Optimizer::new(spec, count).unwrap();
        for (step, gradients) in reference.gradients.iter().enumerate() {
            if step == 3 {
                // A checkpoint in the middle changes nothing.
                let state = optimizer.state().clone();
                optimizer = Optimizer::new(spec, count).unwrap();
                optimizer.restore(state).unwrap();
            }
            optimizer
                .step(&mut params, &convert::<T>(gradients), T::ONE, 0..count)
                .unwrap();
        }
        close(&format!("{spec:?}"), &params, &after, tolerance);
    }
}

#[test]
fn optimizers_take_numpys_steps_and_go_on_from_a_checkpoint() {
    check_optimizers::<f64>(1e-13);
    check_optimizers::<f32>(1e-6);
}

#[test]
fn weight_decay_leaves_biases_and_normalization_alone() {
    let spec: NetworkSpec = serde_json::from_str(
        r#"{"input": [4, 4, 1], "layers": [
            {"type": "conv", "filters": 2, "kernel": 3, "padding": "same"},
            {"type": "batchnorm", "activation": "relu"},
            {"type": "dense", "units": 3}], "loss": "cross-entropy"}"#,
    )
    .unwrap();
    for optimizer in [
        r#"{"type": "sgd", "learningRate": 0.5, "weightDecay": 0.5}"#,
        r#"{"type": "momentum", "learningRate": 0.5, "weightDecay": 0.5}"#,
        r#"{"type": "adam", "learningRate": 0.5, "weightDecay": 0.5}"#,
    ] {
        let network = Network::<f64>::from_params(spec.clone(), vec![1.0; 127]).unwrap();
        let optimizer = serde_json::from_str(optimizer).unwrap();
        let mut optimizer = Optimizer::for_network(optimizer, &network).unwrap();
        let mut params = network.params().to_vec();
        optimizer
            .step(&mut params, &[0.0; 127], 1.0, 0..127)
            .unwrap();
        for (i, &p) in params.iter().enumerate() {
            // 9·2 weights, 2 biases, 4·2 of the normalization, 32·3 weights, 3 biases.
            let is_weight = i < 18 || (28..124).contains(&i);
            assert_eq!(p, if is_weight { 0.75 } else { 1.0 }, "parameter {i}");
        }
    }
}
