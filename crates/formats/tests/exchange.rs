//! safetensors and ONNX: what was written comes back. That other tools agree is tested with
//! Python, see `reference/check_other_tools.py`.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod common;

use common::model;
use trazo_formats::{
    Encoding, ModelFile, pesos_to_model, read_model, read_onnx, read_safetensors, write_model,
    write_onnx, write_safetensors,
};

/// A model of every kind of layer, one of dense layers alone, one that ends in a picture.
fn models() -> Vec<ModelFile> {
    let picture = serde_json::from_str(
        r#"{"input": [6, 5, 2], "layers": [
            {"type": "conv", "filters": 4, "kernel": 3, "padding": "same", "activation": "tanh"},
            {"type": "conv", "filters": 3, "kernel": 3, "padding": "same", "activation": "sigmoid"}
        ], "loss": "squared-error"}"#,
    );
    let picture = trazo_nn::Network::new(picture.unwrap(), 3).unwrap();
    vec![
        model(),
        pesos_to_model(include_bytes!("reference/small.pkl")).unwrap(),
        ModelFile::new("picture", picture, None).unwrap(),
    ]
}

#[test]
fn safetensors_come_back_bit_for_bit_and_are_the_same_bytes_each_time() {
    for model in models() {
        let file = write_safetensors(&model).unwrap();
        assert_eq!(read_safetensors(&file).unwrap(), model);
        assert_eq!(write_safetensors(&model).unwrap(), file);
    }
}

#[test]
fn trazos_own_file_comes_back_with_every_activation() {
    for model in models() {
        let file = write_model(&model, Encoding::F32).unwrap();
        assert_eq!(read_model(&file).unwrap(), model);
    }
}

#[test]
fn onnx_comes_back_bit_for_bit() {
    for model in models() {
        assert_eq!(read_onnx(&write_onnx(&model).unwrap()).unwrap(), model);
    }
}

#[test]
fn a_convolution_behind_a_dense_layer_is_not_written_as_onnx() {
    let spec = serde_json::from_str(
        r#"{"input": [1, 1, 4], "layers": [
            {"type": "dense", "units": 4},
            {"type": "conv", "filters": 3, "kernel": 1, "padding": "same"}
        ], "loss": "squared-error"}"#,
    );
    let network = trazo_nn::Network::new(spec.unwrap(), 3).unwrap();
    let model = ModelFile::new("odd", network, None).unwrap();
    assert_eq!(write_onnx(&model).unwrap_err().code(), "cannot-write");
    assert_eq!(
        read_safetensors(&write_safetensors(&model).unwrap()).unwrap(),
        model
    );
}
