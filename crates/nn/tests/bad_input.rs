//! What does not fit is an error with a sentence, never a panic, and leaves everything as it was.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use trazo_nn::{
    Activation, Error, LayerSpec, Loss, Network, NetworkSpec, Optimizer, OptimizerSpec, Padding,
    Targets, Trainer, Workspace,
};

fn spec(input: [usize; 3], layers: Vec<LayerSpec>) -> NetworkSpec {
    NetworkSpec {
        input,
        layers,
        loss: Loss::CrossEntropy,
    }
}

fn dense(units: usize) -> LayerSpec {
    LayerSpec::Dense {
        units,
        activation: Activation::Linear,
    }
}

fn conv(filters: usize, kernel: usize, padding: Padding) -> LayerSpec {
    LayerSpec::Conv {
        filters,
        kernel,
        padding,
        activation: Activation::Linear,
    }
}

fn refusal(input: [usize; 3], layers: Vec<LayerSpec>) -> String {
    Network::<f32>::new(spec(input, layers), 0)
        .unwrap_err()
        .to_string()
}

fn small() -> Network {
    Network::new(spec([2, 2, 1], vec![dense(3)]), 0).unwrap()
}

#[test]
fn a_network_without_layers_or_input_is_refused() {
    assert_eq!(refusal([2, 2, 1], vec![]), "the network has no layers");
    assert_eq!(
        refusal([2, 0, 1], vec![dense(1)]),
        "the network's input is 2x0x1; every size must be at least 1"
    );
}

#[test]
fn layers_of_size_zero_are_refused_by_name() {
    let zero = |layer| refusal([4, 4, 1], vec![dense(4), layer]);
    let says = |what: &str| format!("{what} of layer 1 is zero; every size must be at least 1");
    assert_eq!(zero(dense(0)), says("the number of units"));
    assert_eq!(
        zero(conv(0, 3, Padding::Same)),
        says("the number of filters")
    );
    assert_eq!(zero(conv(1, 0, Padding::Same)), says("the kernel"));
    assert_eq!(zero(LayerSpec::MaxPool { size: 0 }), says("the window"));
}

#[test]
fn even_kernels_and_windows_larger_than_the_picture_are_refused() {
    assert_eq!(
        refusal([8, 8, 1], vec![conv(2, 4, Padding::Same)]),
        "the kernel of layer 0 is 4 wide; it must be odd"
    );
    let says = "layer 0: a window of 9x9 does not fit into an input of 8x12x3";
    assert_eq!(refusal([8, 12, 3], vec![conv(2, 9, Padding::Valid)]), says);
    assert_eq!(
        refusal([8, 12, 3], vec![LayerSpec::MaxPool { size: 9 }]),
        says
    );
    let huge = usize::MAX;
    assert!(refusal([8, 12, 3], vec![conv(2, huge, Padding::Same)]).contains("does not fit"));
    assert!(refusal([8, 12, 3], vec![conv(2, huge, Padding::Valid)]).contains("does not fit"));
    assert!(refusal([8, 12, 3], vec![LayerSpec::MaxPool { size: huge }]).contains("does not fit"));
}

#[test]
fn sizes_that_overflow_are_refused_before_anything_is_allocated() {
    let huge = usize::MAX / 2;
    for layers in [
        vec![dense(huge)],
        vec![dense(1 << 20)],
        vec![conv(huge, 3, Padding::Same)],
        vec![conv(1 << 25, 7, Padding::Same)],
        // No weights to speak of, but an output beyond all memory.
        vec![conv(1 << 16, 1, Padding::Same)],
        // Each fits, all together do not.
        vec![dense(1 << 12), dense((1 << 14) + (1 << 13)), dense(1 << 12)],
    ] {
        let message = refusal([1 << 10, 1 << 7, 1], layers);
        assert!(message.contains("too large"), "{message}");
    }
    assert!(refusal([huge, 3, 1], vec![dense(1)]).contains("too large"));
    assert!(refusal([huge, huge, huge], vec![dense(1)]).contains("too large"));
}

#[test]
fn layers_that_cannot_stand_where_they_are_say_why() {
    let relu = LayerSpec::Dense {
        units: 3,
        activation: Activation::Relu,
    };
    assert!(refusal([2, 2, 1], vec![relu]).contains("under cross-entropy the last layer"));
    let norm = LayerSpec::BatchNorm {
        activation: Activation::Linear,
    };
    for layers in [
        vec![norm, dense(3)],
        vec![relu, norm, dense(3)],
        vec![dense(2), norm, norm, dense(3)],
        vec![LayerSpec::MaxPool { size: 1 }, norm, dense(3)],
    ] {
        assert!(refusal([2, 2, 1], layers).contains("batch normalization must follow"));
    }
    for rate in [-0.1, 1.0, f64::NAN] {
        let message = refusal([2, 2, 1], vec![LayerSpec::Dropout { rate }, dense(3)]);
        assert!(message.contains("the dropout rate must be"), "{message}");
    }
}

#[test]
fn parameters_that_do_not_fit_or_are_not_finite_are_refused() {
    let build = |params| Network::from_params(spec([2, 2, 1], vec![dense(3)]), params);
    assert_eq!(
        build(vec![0.0f32; 14]).unwrap_err().to_string(),
        "the parameters of the network: expected 15, found 14"
    );
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut params = vec![0.0; 15];
        params[7] = bad;
        assert_eq!(build(params), Err(Error::NotFinite { index: 7 }));
    }
}

#[test]
fn batches_that_do_not_fit_are_refused_with_both_shapes() {
    let network = small();
    let mut ws = Workspace::new();
    assert_eq!(
        network.predict(&[0.0; 9], &mut ws).unwrap_err().to_string(),
        "a prediction: expected 3x2x2x1, found 9"
    );
    assert_eq!(
        network.predict(&[], &mut ws).unwrap_err().to_string(),
        "a prediction: the batch is empty; give at least one sample"
    );
    let mut train = |inputs: &[f32], targets| {
        network
            .loss_and_gradient(0, inputs, targets, &mut ws)
            .unwrap_err()
            .to_string()
    };
    assert!(train(&[], Targets::Labels(&[])).contains("the batch is empty"));
    assert_eq!(
        train(&[0.0; 8], Targets::Labels(&[1])),
        "the labels of a batch: expected 2, found 1"
    );
    assert_eq!(
        train(&[0.0; 8], Targets::Soft(&[0.0; 5])),
        "the targets of a batch: expected 2x3, found 5"
    );
    assert_eq!(
        train(&[0.0; 8], Targets::Labels(&[2, 3])),
        "the label of sample 1 is 3; this network has the classes 0 to 2"
    );
}

#[test]
fn layers_that_do_not_exist_are_refused() {
    let network = small();
    let mut ws = Workspace::new();
    for range in [0..0, 0..2, 1..1, 5..6] {
        let error = network
            .forward_layers(range.clone(), &[0.0; 4], &mut ws)
            .unwrap_err();
        let (start, end) = (range.start, range.end);
        assert_eq!(
            error,
            Error::LayerRange {
                start,
                end,
                layers: 1
            }
        );
    }
    let error = network.loss_and_gradient(1, &[0.0; 3], Targets::Labels(&[0]), &mut ws);
    assert!(matches!(error, Err(Error::LayerRange { .. })));
}

#[test]
fn a_batch_that_is_refused_leaves_the_network_as_it_was() {
    for optimizer in [OptimizerSpec::sgd(0.1), OptimizerSpec::adam(0.1)] {
        let mut trainer = Trainer::new(small(), optimizer, 0).unwrap();
        for (inputs, labels) in [(&[1.0; 4][..], &[9u8][..]), (&[1.0; 3], &[0]), (&[], &[])] {
            assert!(trainer.train_batch(inputs, labels).is_err());
        }
        assert_eq!(trainer.network, small());
        assert_eq!(trainer.optimizer.state().step, 0);
    }
}

#[test]
fn settings_out_of_range_are_refused_by_name() {
    let adam = |learning_rate, beta1, beta2, epsilon, weight_decay| OptimizerSpec::Adam {
        learning_rate,
        beta1,
        beta2,
        epsilon,
        weight_decay,
    };
    for (spec, message) in [
        (
            OptimizerSpec::sgd(0.0),
            "the learning rate must be above 0 and finite",
        ),
        (
            OptimizerSpec::sgd(f64::NAN),
            "the learning rate must be above 0 and finite",
        ),
        (
            OptimizerSpec::Momentum {
                learning_rate: 0.1,
                momentum: 1.0,
                nesterov: false,
                weight_decay: 0.0,
            },
            "the momentum must be at least 0 and below 1",
        ),
        (
            adam(0.1, -1.0, 0.9, 1e-8, 0.0),
            "beta1 must be at least 0 and below 1",
        ),
        (
            adam(0.1, 0.9, 1.0, 1e-8, 0.0),
            "beta2 must be at least 0 and below 1",
        ),
        (
            adam(0.1, 0.9, 0.9, 0.0, 0.0),
            "epsilon must be above 0 and finite",
        ),
        (
            adam(0.1, 0.9, 0.9, 1e-8, -0.5),
            "the weight decay must be at least 0 and finite",
        ),
    ] {
        assert_eq!(
            Optimizer::<f32>::new(spec, 3).unwrap_err().to_string(),
            message
        );
    }
}

#[test]
fn an_optimizer_refuses_vectors_and_states_of_another_length() {
    let mut adam = Optimizer::<f32>::new(OptimizerSpec::adam(0.1), 3).unwrap();
    assert!(adam.step(&mut [0.0; 4], &[0.0; 4], 1.0, 0..4).is_err());
    assert!(adam.step(&mut [0.0; 3], &[0.0; 2], 1.0, 0..3).is_err());
    assert!(adam.step(&mut [0.0; 3], &[0.0; 3], 1.0, 0..4).is_err());
    #[expect(
        clippy::reversed_empty_ranges,
        reason = "that is the mistake to be found"
    )]
    let backwards = 2..1;
    assert!(adam.step(&mut [0.0; 3], &[0.0; 3], 1.0, backwards).is_err());
    assert!(adam.step(&mut [0.0; 3], &[0.0; 3], 1.0, 1..2).is_ok());
    let sgd = Optimizer::<f32>::new(OptimizerSpec::sgd(0.1), 3).unwrap();
    assert!(matches!(
        adam.restore(sgd.state().clone()),
        Err(Error::Shape { .. })
    ));
    let state = adam.state().clone();
    assert!(adam.restore(state).is_ok());
}

/// One line of one convolution: `side` pixels of `side` channels into `side` filters.
fn line(side: usize) -> NetworkSpec {
    spec([1, side, side], vec![conv(side, 1, Padding::Same)])
}

#[test]
fn a_line_of_a_convolution_that_its_kernels_cannot_count_is_refused() {
    // 1625³ fits into 32 bits, 1626³ does not.
    let error = Network::<f64>::new(line(1626), 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a line of a convolution: 1626x1626x1626 is too large"
    );
}

#[test]
fn the_longest_line_of_a_convolution_is_counted_to_its_end() {
    let side = 1625;
    let network = Network::<f64>::new(line(side), 0).unwrap();
    let mut inputs = vec![0.0; side * side];
    inputs[side * side - 1] = 2.0;
    let mut ws = Workspace::new();
    let outputs = network.logits(&inputs, &mut ws).unwrap();
    let (zeros, last) = outputs.split_at(side * (side - 1));
    assert!(zeros.iter().all(|&z| z == 0.0));
    let weights = &network.params()[(side - 1) * side..side * side];
    for (z, w) in last.iter().zip(weights) {
        assert_eq!(*z, 2.0 * w);
    }
}

#[test]
fn padding_beyond_counting_is_refused() {
    // Few weights and a picture that fits, but a hundred times as much padding.
    let wide = refusal([1, 1 << 14, 1 << 9], vec![conv(1, 257, Padding::Same)]);
    assert_eq!(
        wide,
        "a picture with the padding of a convolution: 257x16640x512 is too large"
    );
    // The gradient of a valid convolution has more padding than its input.
    let layers = vec![conv(1 << 9, 511, Padding::Valid)];
    let message = refusal([511, 511, 1], layers);
    assert_eq!(
        message,
        "a picture with the padding of a convolution: 1021x1021x512 is too large"
    );
}

#[test]
fn a_batch_beyond_counting_is_refused_before_anything_is_allocated() {
    let layers = vec![dense(1 << 13), dense(2)];
    let network = Network::<f32>::new(spec([1, 1, 1], layers), 0).unwrap();
    let (inputs, labels) = (vec![0.0; 1 << 19], vec![0; 1 << 19]);
    let mut ws = Workspace::new();
    let says = "the gradients of a batch: 524288x8192 is too large";
    let error = network.loss_and_gradient(0, &inputs, Targets::Labels(&labels), &mut ws);
    assert_eq!(error.unwrap_err().to_string(), says);
    let before = network.clone();
    let mut trainer = Trainer::new(network, OptimizerSpec::sgd(0.1), 0).unwrap();
    let error = trainer.train_batch(&inputs, &labels).unwrap_err();
    assert_eq!(error.to_string(), says);
    assert_eq!(trainer.network, before);
}

#[test]
fn settings_that_are_nothing_or_endless_to_single_precision_are_refused() {
    let adam = |epsilon| OptimizerSpec::Adam {
        learning_rate: 0.1,
        beta1: 0.9,
        beta2: 0.999,
        epsilon,
        weight_decay: 0.0,
    };
    assert!(Optimizer::<f32>::new(adam(1e-300), 1).is_err());
    assert!(Optimizer::<f64>::new(adam(1e-300), 1).is_ok());
    assert!(Optimizer::<f32>::new(OptimizerSpec::sgd(1e300), 1).is_err());
    // What is small enough to be refused would have been 0 / 0 where the gradient is zero.
    let mut smallest = Optimizer::<f32>::new(adam(1e-44), 1).unwrap();
    let mut params = [1.0];
    smallest.step(&mut params, &[0.0], 1.0, 0..1).unwrap();
    assert_eq!(params, [1.0]);
}

#[test]
fn an_optimizer_counts_its_last_step_and_goes_on() {
    let mut adam = Optimizer::<f32>::new(OptimizerSpec::adam(0.1), 1).unwrap();
    let mut state = adam.state().clone();
    state.step = u64::MAX;
    adam.restore(state).unwrap();
    let mut params = [1.0];
    adam.step(&mut params, &[1.0], 1.0, 0..1).unwrap();
    assert!(params[0].is_finite() && params[0] < 1.0);
    assert_eq!(adam.state().step, u64::MAX);
}
