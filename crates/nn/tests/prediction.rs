//! What a network answers, against the plain loops of its layers, for random architectures; and that answers do
//! not depend on how samples are batched, on padding, on folding or on the workspace's history.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use rand::Rng;
use rand_pcg::Pcg32;
use trazo_nn::{
    Activation, Isa, LayerSpec, Loss, Network, NetworkSpec, Padding, Targets, Workspace,
};

fn numbers(seed: u64, count: usize) -> Vec<f64> {
    let mut random = Pcg32::new(seed, 1);
    (0..count)
        .map(|_| f64::from(((random.next_u32() >> 8) as f32) * 2f32.powi(-23) - 1.0))
        .collect()
}

fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&v| v as f32).collect()
}

/// The same network in both precisions, with biases and statistics that are not what
/// initialization makes them.
fn both(spec: &NetworkSpec, seed: u64) -> (Network<f64>, Network<f32>) {
    let mut exact = Network::<f64>::new(spec.clone(), seed).unwrap();
    let noise = numbers(seed, exact.params().len());
    exact.update(|params| {
        for (p, noise) in params.iter_mut().zip(noise) {
            *p = f64::from((*p + 0.1 * noise) as f32);
        }
    });
    let params = single(exact.params());
    let fast = Network::from_params(spec.clone(), params).unwrap();
    (exact, fast)
}

fn activation() -> impl Strategy<Value = Activation> {
    prop_oneof![
        Just(Activation::Linear),
        Just(Activation::Relu),
        Just(Activation::Sigmoid),
        Just(Activation::Tanh)
    ]
}

fn layer() -> impl Strategy<Value = Vec<LayerSpec>> {
    let padding = prop_oneof![Just(Padding::Same), Just(Padding::Valid)];
    prop_oneof![
        (1usize..20, 0usize..3, padding, activation()).prop_map(
            |(filters, half, padding, activation)| vec![LayerSpec::Conv {
                filters,
                kernel: 2 * half + 1,
                padding,
                activation
            }]
        ),
        (1usize..4).prop_map(|size| vec![LayerSpec::MaxPool { size }]),
        (1usize..40, activation())
            .prop_map(|(units, activation)| vec![LayerSpec::Dense { units, activation }]),
        (1usize..9, activation()).prop_map(|(filters, activation)| vec![
            LayerSpec::Conv {
                filters,
                kernel: 3,
                padding: Padding::Same,
                activation: Activation::Linear
            },
            LayerSpec::BatchNorm { activation },
        ]),
        Just(vec![LayerSpec::Dropout { rate: 0.5 }]),
    ]
}

/// Architectures of which some cannot be built.
fn network() -> impl Strategy<Value = NetworkSpec> {
    (
        (1usize..9, 1usize..9, 1usize..4),
        proptest::collection::vec(layer(), 0..4),
        1usize..12,
        any::<bool>(),
    )
        .prop_map(|((height, width, channels), layers, classes, softmax)| {
            let mut layers = layers.concat();
            layers.push(LayerSpec::Dense {
                units: classes,
                activation: Activation::Linear,
            });
            NetworkSpec {
                input: [height, width, channels],
                layers,
                loss: match softmax {
                    true => Loss::CrossEntropy,
                    false => Loss::SquaredError,
                },
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_network_answers_as_the_naive_one_does(spec in network(), seed: u64, rows in 1usize..40) {
        // A random stack may not fit together: then it is an error, which is all right, too.
        prop_assume!(Network::<f64>::new(spec.clone(), 0).is_ok());
        let (exact, fast) = both(&spec, seed);
        let inputs = numbers(seed ^ 1, rows * exact.inputs());
        let found = exact.predict(&inputs, &mut Workspace::new()).unwrap().to_vec();
        let mut ws = Workspace::new();
        let quick = fast.predict(&single(&inputs), &mut ws).unwrap();
        let outputs = exact.outputs();
        prop_assert_eq!(found.len(), rows * outputs);
        for (row, sample) in inputs.chunks_exact(exact.inputs()).enumerate() {
            let expected = exact.predict_naive(sample).unwrap();
            for (i, &e) in expected.iter().enumerate() {
                let size = e.abs().max(1.0);
                prop_assert!((found[row * outputs + i] - e).abs() <= 1e-11 * size);
                prop_assert!((f64::from(quick[row * outputs + i]) - e).abs() <= 1e-4 * size);
            }
        }
    }

    #[test]
    fn a_sample_gets_the_same_bits_in_any_batch_from_any_workspace(
        spec in network(), seed: u64, rows in 1usize..70
    ) {
        prop_assume!(Network::<f64>::new(spec.clone(), 0).is_ok());
        let (_, fast) = both(&spec, seed);
        let inputs = single(&numbers(seed ^ 2, rows * fast.inputs()));
        for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
            let mut used = Workspace::with_isa(isa).unwrap();
            let together = fast.predict(&inputs, &mut used).unwrap().to_vec();
            for (row, sample) in inputs.chunks_exact(fast.inputs()).enumerate().step_by(7) {
                let alone = fast.predict(sample, &mut used).unwrap();
                let outputs = fast.outputs();
                prop_assert_eq!(alone, &together[row * outputs..(row + 1) * outputs]);
            }
            let mut fresh = Workspace::with_isa(isa).unwrap();
            prop_assert_eq!(fast.predict(&inputs, &mut fresh).unwrap(), &together);
        }
    }

    #[test]
    fn plain_kernels_add_in_the_order_of_the_formulas_to_the_last_bit(
        spec in network(), seed: u64, rows in 1usize..9
    ) {
        prop_assume!(Network::<f64>::new(spec.clone(), 0).is_ok());
        let (exact, single_precision) = both(&spec, seed);
        let inputs = numbers(seed ^ 6, rows * exact.inputs());
        let mut ws = Workspace::new();
        for (sample, answer) in inputs
            .chunks_exact(exact.inputs())
            .zip(exact.predict(&inputs, &mut ws).unwrap().chunks_exact(exact.outputs()))
        {
            prop_assert_eq!(&exact.predict_naive(sample).unwrap(), answer);
        }
        let inputs = single(&inputs);
        let mut ws = Workspace::with_isa(Isa::Scalar).unwrap();
        for (sample, answer) in inputs
            .chunks_exact(exact.inputs())
            .zip(single_precision.predict(&inputs, &mut ws).unwrap().chunks_exact(exact.outputs()))
        {
            prop_assert_eq!(&single_precision.predict_naive(sample).unwrap(), answer);
        }
    }

    #[test]
    fn folding_batch_normalization_away_changes_nothing_but_rounding(spec in network(), seed: u64) {
        prop_assume!(Network::<f64>::new(spec.clone(), 0).is_ok());
        let (exact, _) = both(&spec, seed);
        let folded = exact.fold_batch_norm().unwrap();
        prop_assert!(!folded.has_batch_norm());
        let inputs = numbers(seed ^ 3, 3 * exact.inputs());
        let (mut a, mut b) = (Workspace::new(), Workspace::new());
        let before = exact.predict(&inputs, &mut a).unwrap();
        for (x, y) in before.iter().zip(folded.predict(&inputs, &mut b).unwrap()) {
            prop_assert!((x - y).abs() <= 1e-9 * x.abs().max(1.0));
        }
    }

    #[test]
    fn training_from_a_later_layer_gives_the_same_gradients_there_and_none_before(
        spec in network(), seed: u64, rows in 1usize..9
    ) {
        prop_assume!(Network::<f64>::new(spec.clone(), 0).is_ok());
        let (exact, _) = both(&spec, seed);
        let inputs = numbers(seed ^ 4, rows * exact.inputs());
        let targets = numbers(seed ^ 5, rows * exact.outputs());
        let mut ws = Workspace::new();
        let loss = exact.loss_and_gradient(0, &inputs, Targets::Soft(&targets), &mut ws).unwrap();
        let whole = ws.gradients().to_vec();
        for from in 1..exact.layers().len() {
            let features = exact.forward_layers(0..from, &inputs, &mut ws).unwrap().to_vec();
            let same = exact
                .loss_and_gradient(from, &features, Targets::Soft(&targets), &mut ws)
                .unwrap();
            prop_assert_eq!(loss, same);
            let start = exact.layers()[from].params.start;
            prop_assert!(ws.gradients()[..start].iter().all(|&g| g == 0.0));
            prop_assert_eq!(&ws.gradients()[start..], &whole[start..]);
        }
    }
}

#[test]
fn machines_with_the_same_rounding_train_to_the_same_bits() {
    let spec: NetworkSpec = serde_json::from_str(
        r#"{"input": [11, 9, 2], "layers": [
            {"type": "conv", "filters": 7, "kernel": 3, "padding": "same", "activation": "relu"},
            {"type": "maxpool", "size": 2},
            {"type": "conv", "filters": 18, "kernel": 3, "padding": "valid", "activation": "relu"},
            {"type": "dropout", "rate": 0.2},
            {"type": "dense", "units": 21, "activation": "sigmoid"},
            {"type": "dense", "units": 10, "activation": "softmax"}], "loss": "cross-entropy"}"#,
    )
    .unwrap();
    let (_, network) = both(&spec, 5);
    let inputs = single(&numbers(6, 13 * network.inputs()));
    let labels: Vec<u8> = (0..13).map(|i| i % 10).collect();
    let gradients = |isa| {
        let mut ws = Workspace::with_isa(isa).unwrap();
        ws.set_training(8);
        for _ in 0..2 {
            network
                .loss_and_gradient(0, &inputs, Targets::Labels(&labels), &mut ws)
                .unwrap();
        }
        ws.gradients()
            .iter()
            .map(|g| g.to_bits())
            .collect::<Vec<_>>()
    };
    let twice = gradients(Isa::Scalar);
    assert_eq!(twice, gradients(Isa::Scalar));
    if Isa::Avx2.is_available() && Isa::Avx512.is_available() {
        assert_eq!(gradients(Isa::Avx2), gradients(Isa::Avx512));
    }
}
