//! The words of a network in JSON: what the page and other people's pages write.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, OptimizerSpec, Padding};

fn refusal(json: &str) -> String {
    serde_json::from_str::<NetworkSpec>(json)
        .unwrap_err()
        .to_string()
}

#[test]
fn every_layer_has_its_json() {
    let json = r#"{"input":[28,28,1],"layers":[{"type":"conv","filters":16,"kernel":3,"padding":"valid","activation":"linear"},{"type":"batchnorm","activation":"relu"},{"type":"maxpool","size":2},{"type":"dropout","rate":0.25},{"type":"dense","units":10,"activation":"sigmoid"}],"loss":"squared-error"}"#;
    let spec = NetworkSpec {
        input: [28, 28, 1],
        layers: vec![
            LayerSpec::Conv {
                filters: 16,
                kernel: 3,
                padding: Padding::Valid,
                activation: Activation::Linear,
            },
            LayerSpec::BatchNorm {
                activation: Activation::Relu,
            },
            LayerSpec::MaxPool { size: 2 },
            LayerSpec::Dropout { rate: 0.25 },
            LayerSpec::Dense {
                units: 10,
                activation: Activation::Sigmoid,
            },
        ],
        loss: Loss::SquaredError,
    };
    assert_eq!(serde_json::to_string(&spec).unwrap(), json);
    assert_eq!(serde_json::from_str::<NetworkSpec>(json).unwrap(), spec);
}

#[test]
fn an_activation_left_out_is_linear_and_other_members_are_left_alone() {
    let spec: NetworkSpec = serde_json::from_str(
        r#"{"input": [1, 1, 2], "layers": [{"type": "dense", "units": 2}],
            "loss": "cross-entropy", "optimizer": {"type": "sgd", "learningRate": 0.1}}"#,
    )
    .unwrap();
    let linear = LayerSpec::Dense {
        units: 2,
        activation: Activation::Linear,
    };
    assert_eq!(spec.layers, [linear]);
}

#[test]
fn softmax_is_only_for_the_last_layer_under_cross_entropy() {
    let hidden = r#"{"input": [1, 1, 2], "layers": [
        {"type": "dense", "units": 2, "activation": "softmax"}, {"type": "dense", "units": 2}],
        "loss": "cross-entropy"}"#;
    assert!(refusal(hidden).contains("softmax can only be the activation of the last layer"));
    let squared = r#"{"input": [1, 1, 2], "layers": [
        {"type": "dense", "units": 2, "activation": "softmax"}], "loss": "squared-error"}"#;
    assert!(refusal(squared).contains("with the loss cross-entropy"));
}

#[test]
fn what_is_misspelt_is_named() {
    let layer = |layer: &str| {
        refusal(&format!(
            r#"{{"input": [1, 1, 2], "layers": [{layer}], "loss": "cross-entropy"}}"#
        ))
    };
    assert!(layer(r#"{"type": "lstm", "units": 3}"#).contains("unknown variant `lstm`"));
    assert!(layer(r#"{"type": "conv", "filters": 3, "kernel": 3}"#).contains("`padding`"));
    assert!(layer(r#"{"type": "dense", "units": 3, "activation": "swish"}"#).contains("`swish`"));
    assert!(layer(r#"{"type": "dense", "units": -3}"#).contains("-3"));
    assert!(layer(r#"{"type": "dense", "units": 2.5}"#).contains("2.5"));
    assert!(refusal(r#"{"input": [1, 2], "layers": [], "loss": "cross-entropy"}"#).contains("3"));
}

#[test]
fn optimizers_take_their_authors_settings_where_none_are_given() {
    let parse = |json: &str| serde_json::from_str::<OptimizerSpec>(json).unwrap();
    assert_eq!(
        parse(r#"{"type": "sgd", "learningRate": 0.5}"#),
        OptimizerSpec::sgd(0.5)
    );
    assert_eq!(
        parse(r#"{"type": "adam", "learningRate": 0.001}"#),
        OptimizerSpec::adam(0.001)
    );
    assert_eq!(
        parse(r#"{"type": "momentum", "learningRate": 0.1, "nesterov": true}"#),
        OptimizerSpec::Momentum {
            learning_rate: 0.1,
            momentum: 0.9,
            nesterov: true,
            weight_decay: 0.0
        }
    );
    assert_eq!(
        parse(r#"{"type": "adam", "learningRate": 0.001, "beta1": 0.8, "weightDecay": 0.01}"#),
        OptimizerSpec::Adam {
            learning_rate: 0.001,
            beta1: 0.8,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.01
        }
    );
    let json = serde_json::to_string(&OptimizerSpec::sgd(0.5)).unwrap();
    assert_eq!(
        json,
        r#"{"type":"sgd","learningRate":0.5,"weightDecay":0.0}"#
    );
}

#[test]
fn layers_know_their_shapes_parameters_and_cost() {
    // C of the speed table: 28x28x1, two convolutions with pools, dense 128, dense 10.
    let json = r#"{"input": [28, 28, 1], "layers": [
        {"type": "conv", "filters": 16, "kernel": 3, "padding": "same", "activation": "relu"},
        {"type": "maxpool", "size": 2},
        {"type": "conv", "filters": 32, "kernel": 3, "padding": "same", "activation": "relu"},
        {"type": "maxpool", "size": 2},
        {"type": "dense", "units": 128, "activation": "relu"},
        {"type": "dense", "units": 10, "activation": "softmax"}], "loss": "cross-entropy"}"#;
    let network = Network::<f32>::new(serde_json::from_str(json).unwrap(), 1).unwrap();
    let shapes: Vec<_> = network
        .layers()
        .iter()
        .map(|layer| layer.out_shape)
        .collect();
    let expected = [
        [28, 28, 16],
        [14, 14, 16],
        [14, 14, 32],
        [7, 7, 32],
        [1, 1, 128],
        [1, 1, 10],
    ];
    assert_eq!(shapes, expected);
    let ranges: Vec<_> = network
        .layers()
        .iter()
        .map(|layer| layer.params.clone())
        .collect();
    // 9·16 + 16, then 9·16·32 + 32, then 1568·128 + 128, then 128·10 + 10.
    let expected = [
        0..160,
        160..160,
        160..4800,
        4800..4800,
        4800..205_632,
        205_632..206_922,
    ];
    assert_eq!(ranges, expected);
    // 784·9·16 + 196·144·32 + 1568·128 + 128·10: with two operations each, the 2.44 MFLOP of the table.
    assert_eq!(network.multiply_adds(), 1_218_048);
}
