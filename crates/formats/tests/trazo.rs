//! Trazo's own files: what was written comes back, in every encoding.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod common;

use common::{dense, example, model, project};
use trazo_formats::{
    Encoding, InkRecord, Kind, Recipe, read_checkpoint, read_model, read_project, sniff,
    write_checkpoint, write_model, write_project,
};
use trazo_nn::{Network, Workspace};

#[test]
fn a_model_comes_back_bit_for_bit() {
    let file = write_model(&model(), Encoding::F32).unwrap();
    assert_eq!(sniff(&file), Kind::TrazoModel);
    assert_eq!(read_model(&file).unwrap(), model());
}

#[test]
fn half_and_byte_weights_answer_nearly_the_same_in_fewer_bytes() {
    let spec = serde_json::from_str(
        r#"{"input": [12, 12, 1], "layers": [
            {"type": "conv", "filters": 8, "kernel": 3, "padding": "same", "activation": "relu"},
            {"type": "maxpool", "size": 2},
            {"type": "dense", "units": 10}], "loss": "cross-entropy"}"#,
    );
    let network = Network::new(spec.unwrap(), 5).unwrap();
    let model = trazo_formats::ModelFile::new("small", &network, Recipe::Raw).unwrap();
    let pixels: Vec<f32> = (0..144)
        .map(|index| (index * 7 % 11) as f32 / 11.0)
        .collect();
    let answer = |file: &[u8]| {
        let network = read_model(file).unwrap().network().unwrap();
        network
            .predict(&pixels, &mut Workspace::new())
            .unwrap()
            .to_vec()
    };
    let exact = write_model(&model, Encoding::F32).unwrap();
    let half = write_model(&model, Encoding::F16).unwrap();
    let byte = write_model(&model, Encoding::I8PerChannel).unwrap();
    let mixed = write_model(&model, Encoding::Mixed).unwrap();
    assert!(byte.len() <= mixed.len() && mixed.len() <= half.len() && half.len() < exact.len());
    for (file, tolerance) in [(half, 1e-3), (mixed, 2e-2), (byte, 2e-2)] {
        for (a, b) in answer(&exact).iter().zip(answer(&file)) {
            assert!((a - b).abs() < tolerance, "{a} and {b}");
        }
    }
}

#[test]
fn a_byte_model_written_again_stays_where_it_is() {
    let once = read_model(&write_model(&model(), Encoding::I8PerChannel).unwrap()).unwrap();
    let twice = read_model(&write_model(&once, Encoding::I8PerChannel).unwrap()).unwrap();
    for (a, b) in once.params.iter().zip(&twice.params) {
        assert!((a - b).abs() <= 1e-6 * a.abs(), "{a} and {b}");
    }
}

#[test]
fn a_project_comes_back_whole() {
    let file = write_project(&project()).unwrap();
    assert_eq!(sniff(&file), Kind::TrazoProject);
    assert_eq!(read_project(&file).unwrap(), project());
}

#[test]
fn a_project_of_nothing_comes_back() {
    let empty = trazo_formats::ProjectFile::default();
    assert_eq!(
        read_project(&write_project(&empty).unwrap()).unwrap(),
        empty
    );
}

#[test]
fn a_checkpoint_comes_back() {
    let file = write_checkpoint(b"anything");
    assert_eq!(read_checkpoint(&file).unwrap(), b"anything");
}

#[test]
fn the_layout_is_what_the_description_says() {
    // The forger writes from the description; what it writes right is read.
    assert_eq!(read_model(&dense().file()).unwrap().params[..6], [0.5; 6]);
    let file = common::ForgedProject::with(vec![example(1)]).file();
    assert_eq!(read_project(&file).unwrap().examples.len(), 1);
}

#[test]
fn what_would_not_be_read_is_not_written() {
    let refused =
        |model: &trazo_formats::ModelFile| write_model(model, Encoding::F32).unwrap_err().code();
    let mut wrong = model();
    wrong.params[3] = f32::NAN;
    assert_eq!(refused(&wrong), "not-finite");
    let mut wrong = model();
    wrong.params.pop();
    assert_eq!(refused(&wrong), "shape-mismatch");
    let mut wrong = model();
    wrong.recipe = Recipe::PadBits20;
    assert_eq!(refused(&wrong), "shape-mismatch");
    let mut wrong = model();
    wrong.labels.pop();
    assert_eq!(refused(&wrong), "bad-labels");

    let mut wrong = project();
    wrong.examples[1].ink = InkRecord::Picture28(vec![0; 783]);
    assert_eq!(write_project(&wrong).unwrap_err().code(), "bad-example");
    let mut wrong = project();
    wrong.examples[1].bits20 = Some(vec![1; 400]);
    assert_eq!(write_project(&wrong).unwrap_err().code(), "bad-example");
}
