//! Batches of any size in any order, while training: what a larger batch left behind is nobody's
//! business.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use rand::Rng;
use rand_pcg::Pcg32;
use trazo_nn::{Isa, Network, NetworkSpec, OptimizerSpec, Real, Targets, Trainer, Workspace};

/// Every kind of layer, on its own between dense layers and all together.
const NETWORKS: [&str; 8] = [
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "dense", "units": 9, "activation": "relu"},
        {"type": "dense", "units": 5}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "dense", "units": 9}, {"type": "dropout", "rate": 0.5},
        {"type": "dense", "units": 5}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "dense", "units": 9}, {"type": "batchnorm", "activation": "relu"},
        {"type": "dense", "units": 5}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "conv", "filters": 17, "kernel": 3, "padding": "same", "activation": "relu"},
        {"type": "conv", "filters": 3, "kernel": 5, "padding": "valid", "activation": "sigmoid"},
        {"type": "dense", "units": 5}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "conv", "filters": 17, "kernel": 3, "padding": "same"},
        {"type": "batchnorm", "activation": "relu"},
        {"type": "dense", "units": 5}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "dropout", "rate": 0.3},
        {"type": "conv", "filters": 20, "kernel": 3, "padding": "same"},
        {"type": "maxpool", "size": 2}, {"type": "dropout", "rate": 0.3},
        {"type": "dense", "units": 5}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "maxpool", "size": 3}, {"type": "dropout", "rate": 0.3}], "loss": "squared-error"}"#,
    r#"{"input": [6, 6, 2], "layers": [
        {"type": "conv", "filters": 16, "kernel": 3, "padding": "same"},
        {"type": "batchnorm", "activation": "relu"}, {"type": "maxpool", "size": 2},
        {"type": "dropout", "rate": 0.25},
        {"type": "dense", "units": 13, "activation": "tanh"},
        {"type": "dense", "units": 5}], "loss": "squared-error"}"#,
];

/// Shrinking, growing, and more at once than the largest tile is high.
const SIZES: [usize; 9] = [4, 2, 7, 1, 33, 3, 5, 40, 6];

/// Some batches of a network's input, every other one mostly zero.
fn batches<T: Real>(network: &Network<T>) -> Vec<(Vec<T>, Vec<u8>)> {
    let mut random = Pcg32::new(3, 1);
    let batch = |(index, rows): (usize, usize)| {
        let inputs = (0..rows * network.inputs())
            .map(|_| match random.next_u32() {
                x if index % 2 == 0 && x % 8 > 0 => T::ZERO,
                x => T::from_f64(f64::from(x >> 8) / f64::from(1 << 23) - 1.0),
            })
            .collect();
        let labels = (0..rows).map(|row| (row % 3) as u8).collect();
        (inputs, labels)
    };
    SIZES.into_iter().enumerate().map(batch).collect()
}

fn gradients_do_not_depend_on_earlier_batches<T: Real>(isa: Isa) {
    for json in NETWORKS {
        let spec: NetworkSpec = serde_json::from_str(json).unwrap();
        let network = Network::<T>::new(spec, 2).unwrap();
        let mut used = Workspace::with_isa(isa).unwrap();
        used.set_training(5);
        for (step, (inputs, labels)) in batches(&network).iter().enumerate() {
            let mut fresh = Workspace::with_isa(isa).unwrap();
            fresh.set_training(5);
            fresh.set_step(step as u64);
            let train = |ws: &mut Workspace<T>| {
                let loss = network.loss_and_gradient(0, inputs, Targets::Labels(labels), ws);
                (loss.unwrap(), ws.gradients().to_vec())
            };
            assert_eq!(train(&mut used), train(&mut fresh), "{json}, batch {step}");
            assert_eq!(used.training_outputs(), fresh.training_outputs());
        }
    }
}

#[test]
fn batches_that_shrink_and_grow_train_every_kind_of_layer_as_the_first_would() {
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
        gradients_do_not_depend_on_earlier_batches::<f32>(isa);
        gradients_do_not_depend_on_earlier_batches::<f64>(isa);
    }
}

#[test]
fn a_trainer_takes_batches_of_any_size_with_every_optimizer() {
    let momentum = serde_json::from_str(r#"{"type": "momentum", "learningRate": 0.01}"#).unwrap();
    for json in NETWORKS {
        for optimizer in [
            OptimizerSpec::sgd(0.01),
            momentum,
            OptimizerSpec::adam(0.01),
        ] {
            let spec: NetworkSpec = serde_json::from_str(json).unwrap();
            let network = Network::<f32>::new(spec, 2).unwrap();
            let batches = batches(&network);
            let mut used = Trainer::new(network, optimizer, 5).unwrap();
            for (inputs, labels) in &batches {
                let mut fresh = used.clone();
                fresh.workspace = Workspace::new();
                fresh.workspace.set_training(5);
                fresh.workspace.set_step(used.workspace.step());
                let loss = used.train_batch(inputs, labels).unwrap();
                assert_eq!(loss, fresh.train_batch(inputs, labels).unwrap(), "{json}");
                assert_eq!(used.network, fresh.network, "{json}");
                assert!(used.network.params().iter().all(|p| p.is_finite()));
            }
        }
    }
}

#[test]
fn statistics_of_nobody_change_nothing() {
    let spec: NetworkSpec = serde_json::from_str(NETWORKS[2]).unwrap();
    let mut network = Network::<f32>::new(spec, 2).unwrap();
    let before = network.clone();
    network.absorb_statistics([]);
    network.absorb_statistics([&Workspace::new()]);
    assert_eq!(network, before);
    // One that has trained speaks for itself, whoever else is asked.
    let (inputs, labels) = &batches(&network)[0];
    let mut ws = Workspace::new();
    ws.set_training(1);
    let targets = Targets::Labels(labels);
    network
        .loss_and_gradient(0, inputs, targets, &mut ws)
        .unwrap();
    let mut alone = network.clone();
    alone.absorb_statistics([&ws]);
    network.absorb_statistics([&Workspace::new(), &ws]);
    assert_ne!(alone, before);
    assert_eq!(network, alone);
}
