//! What a network tells of itself adds up: the sums that it shows to the numbers that it answered with,
//! and its gradients to central differences.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use rand::Rng;
use rand_pcg::Pcg32;
use trazo_nn::{Error, Isa, Network, NetworkSpec, Real, Workspace};

/// Networks of every kind of layer, as a person may open them: unfolded, one layer only, many classes.
const NETWORKS: [&str; 5] = [
    r#"{"input": [9, 8, 2], "layers": [
        {"type": "conv", "filters": 17, "kernel": 3, "padding": "same", "activation": "relu"},
        {"type": "maxpool", "size": 2},
        {"type": "conv", "filters": 6, "kernel": 3, "padding": "valid", "activation": "sigmoid"},
        {"type": "dense", "units": 10}], "loss": "cross-entropy"}"#,
    r#"{"input": [7, 7, 1], "layers": [
        {"type": "conv", "filters": 5, "kernel": 5, "padding": "same"},
        {"type": "batchnorm", "activation": "relu"}, {"type": "maxpool", "size": 3},
        {"type": "dropout", "rate": 0.5},
        {"type": "dense", "units": 64}, {"type": "batchnorm", "activation": "tanh"},
        {"type": "dense", "units": 10, "activation": "sigmoid"}], "loss": "squared-error"}"#,
    r#"{"input": [5, 4, 1], "layers": [{"type": "dense", "units": 64}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 3], "layers": [{"type": "maxpool", "size": 2}], "loss": "squared-error"}"#,
    r#"{"input": [20, 20, 1], "layers": [
        {"type": "dense", "units": 100, "activation": "sigmoid"},
        {"type": "dense", "units": 10, "activation": "sigmoid"}], "loss": "squared-error"}"#,
];

fn numbers<T: Real>(random: &mut Pcg32, count: usize) -> Vec<T> {
    let unit = |x: u32| f64::from((x >> 8) as f32 / (1 << 23) as f32 - 1.0);
    (0..count)
        .map(|_| T::from_f64(unit(random.next_u32())))
        .collect()
}

/// A network whose biases and statistics are not what initialization makes them.
fn network<T: Real>(json: &str, random: &mut Pcg32) -> Network<T> {
    let spec: NetworkSpec = serde_json::from_str(json).unwrap();
    let mut network = Network::new(spec, 4).unwrap();
    let noise: Vec<T> = numbers(random, network.params().len());
    network.update(|params| {
        for (p, noise) in params.iter_mut().zip(noise) {
            *p += T::from_f64(0.2) * noise;
        }
    });
    network
}

/// What enters each layer.
fn inputs<T: Real>(network: &Network<T>, sample: &[T], ws: &mut Workspace<T>) -> Vec<Vec<T>> {
    let trace = network.trace(sample, ws).unwrap();
    let activations = trace.layers.iter().map(|layer| layer.a.clone());
    [trace.input.clone()]
        .into_iter()
        .chain(activations)
        .map(|range| trace.values[range].to_vec())
        .collect()
}

#[test]
fn a_trace_has_the_numbers_of_the_answer_to_the_last_bit() {
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
        let (mut random, mut ws) = (Pcg32::new(1, 1), Workspace::with_isa(isa).unwrap());
        for json in NETWORKS {
            let network = network::<f32>(json, &mut random);
            let sample = numbers(&mut random, network.inputs());
            let trace = network.trace(&sample, &mut ws).unwrap();
            assert_eq!(trace.values[trace.input.clone()], sample);
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            for (index, layer) in trace.layers.iter().enumerate() {
                let expected = network
                    .forward_layers(0..index + 1, &sample, &mut ws)
                    .unwrap();
                assert_eq!(
                    bits(&trace.values[layer.a.clone()]),
                    bits(expected),
                    "{json} {index}"
                );
            }
            let answer = network.predict(&sample, &mut ws).unwrap();
            assert_eq!(bits(&trace.values[trace.answer.clone()]), bits(answer));
            assert_eq!(trace.answer.end, trace.values.len());
        }
    }
}

#[test]
fn the_terms_of_every_unit_add_up_to_the_number_that_the_network_answered_with() {
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
        let (mut random, mut ws) = (Pcg32::new(2, 1), Workspace::with_isa(isa).unwrap());
        for json in NETWORKS {
            let network = network::<f32>(json, &mut random);
            let sample = numbers(&mut random, network.inputs());
            let inputs = inputs(&network, &sample, &mut ws);
            let trace = network.trace(&sample, &mut ws).unwrap();
            for (index, layer) in network.layers().iter().enumerate() {
                for unit in 0..layer.outputs() {
                    let sum = network.explain(index, unit, &inputs[index]).unwrap();
                    let (mut total, mut size) = (f64::from(sum.bias), f64::from(sum.bias.abs()));
                    for term in &sum.terms {
                        let product = f64::from(term.x) * f64::from(term.w);
                        (total, size) = (total + product, size + product.abs());
                        assert_eq!(term.x, term.input.map_or(0.0, |i| inputs[index][i]));
                        if let Some(parameter) = term.parameter {
                            assert_eq!(term.w, network.params()[parameter]);
                        }
                    }
                    if let Some(parameter) = sum.bias_parameter {
                        assert_eq!(sum.bias, network.params()[parameter]);
                    }
                    // A sum of n products rounds n times, a batch normalization some times more.
                    let bound = (sum.terms.len() + 4) as f64 * 2f64.powi(-24) * size;
                    let z = f64::from(trace.values[trace.layers[index].z.clone()][unit]);
                    assert!(
                        (total - z).abs() <= bound,
                        "{json} {index} {unit}: {total}, not {z}"
                    );
                    assert!((f64::from(sum.z) - z).abs() <= bound);
                    let a = f64::from(trace.values[trace.layers[index].a.clone()][unit]);
                    assert!((f64::from(sum.a) - a).abs() <= bound + 1e-7);
                }
            }
        }
    }
}

#[test]
fn the_gradient_by_the_input_is_the_central_difference() {
    let (mut random, mut ws) = (Pcg32::new(3, 1), Workspace::new());
    for json in NETWORKS {
        let network = network::<f64>(json, &mut random);
        let sample: Vec<f64> = numbers(&mut random, network.inputs());
        let by: Vec<f64> = numbers(&mut random, network.outputs());
        let gradient = network.input_gradient(&sample, &by, &mut ws).unwrap();
        let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        assert!(norm > 0.0);
        let mut value = |sample: &[f64]| -> f64 {
            let outputs = network.logits(sample, &mut ws).unwrap();
            outputs.iter().zip(&by).map(|(o, by)| o * by).sum()
        };
        for (i, &g) in gradient.iter().enumerate() {
            let (mut above, mut below) = (sample.clone(), sample.clone());
            above[i] += 1e-5;
            below[i] -= 1e-5;
            let difference = (value(&above) - value(&below)) / 2e-5;
            let error = (difference - g).abs() / norm;
            assert!(error < 1e-6, "{json}, input {i}: {g}, not {difference}");
        }
    }
}

#[test]
fn weights_near_the_largest_number_and_inputs_of_nothing_are_explained_too() {
    let json = NETWORKS[2];
    let spec: NetworkSpec = serde_json::from_str(json).unwrap();
    let count = Network::<f32>::new(spec.clone(), 0).unwrap().params().len();
    let network = Network::from_params(spec, vec![1e30f32; count]).unwrap();
    let (empty, mut ws) = (vec![0.0; network.inputs()], Workspace::new());
    let sum = network.explain(0, 63, &empty).unwrap();
    assert!(sum.terms.iter().all(|term| term.x * term.w == 0.0));
    assert_eq!((sum.bias, sum.z), (1e30, 1e30));
    let trace = network.trace(&empty, &mut ws).unwrap();
    let answer = &trace.values[trace.answer.clone()];
    assert_eq!(answer, [1.0 / 64.0; 64]);
}

#[test]
fn units_and_inputs_that_do_not_exist_are_refused_with_a_sentence() {
    let mut random = Pcg32::new(4, 1);
    let network = network::<f32>(NETWORKS[0], &mut random);
    let (sample, mut ws) = (vec![0.5; network.inputs()], Workspace::new());
    assert_eq!(
        network
            .explain(0, 72 * 17, &sample)
            .unwrap_err()
            .to_string(),
        "layer 0 has the outputs 0 to 1223; 1224 was asked for"
    );
    for layer in [4, usize::MAX] {
        let error = network.explain(layer, 0, &sample).unwrap_err();
        assert!(matches!(error, Error::LayerRange { .. }), "{error}");
    }
    let two = [sample.clone(), sample.clone()].concat();
    for input in [&sample[1..], &two, &[]] {
        assert!(network.explain(0, 0, input).is_err());
        assert!(network.trace(input, &mut ws).is_err());
        assert!(network.predict_naive(input).is_err());
        assert!(network.input_gradient(input, &[0.0; 10], &mut ws).is_err());
    }
    let error = network
        .input_gradient(&sample, &[1.0; 9], &mut ws)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a gradient by the outputs: expected 10, found 9"
    );
}
