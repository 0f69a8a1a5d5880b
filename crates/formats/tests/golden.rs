//! Files that were written by version 1, and open forever.
//!
//! The files in `golden/` are frozen: a change that breaks one of these tests breaks the files
//! that people have. A new format version adds files of its own and leaves these alone.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::PathBuf;

use trazo_formats::{
    Encoding, ModelFile, read_checkpoint, read_model, read_project, write_checkpoint, write_model,
    write_project,
};
use trazo_ink::{Planes, Recipe};
use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Padding};

/// The whole pad; half precision. Weights in 64ths, which half precision holds exactly.
fn classic() -> ModelFile {
    let conv = LayerSpec::Conv {
        filters: 2,
        kernel: 3,
        padding: Padding::Same,
        activation: Activation::Sigmoid,
    };
    let dense = LayerSpec::Dense {
        units: 10,
        activation: Activation::Sigmoid,
    };
    let layers = vec![conv, LayerSpec::MaxPool { size: 10 }, dense];
    let spec = NetworkSpec {
        input: [20, 20, 1],
        layers,
        loss: Loss::SquaredError,
    };
    let params = (0..110).map(|index| (index % 13) as f32 / 64.0 - 0.09375);
    let network = Network::from_params(spec, params.collect()).unwrap();
    ModelFile::new("golden classic", network, Some(Recipe::PadBits20)).unwrap()
}

/// MNIST's recipe; a byte a weight. Each output's largest weight is 127 times a power of two, so
/// that all of them come back exactly.
fn digits() -> ModelFile {
    let conv = LayerSpec::Conv {
        filters: 1,
        kernel: 5,
        padding: Padding::Valid,
        activation: Activation::Relu,
    };
    let dense = LayerSpec::Dense {
        units: 10,
        activation: Activation::Linear,
    };
    let layers = vec![conv, LayerSpec::MaxPool { size: 8 }, dense];
    let eighths = |count: i32| (0..count).map(|index| (127 - index) as f32 / 8.0);
    let rows =
        (0..9_u8).flat_map(|row| (0..10).map(move |_| f32::from(127 - 20 * row.min(6)) / 8.0));
    let spec = NetworkSpec {
        input: [28, 28, 1],
        layers,
        loss: Loss::CrossEntropy,
    };
    let params = eighths(25).chain([0.1]).chain(rows).chain(eighths(10));
    let network = Network::from_params(spec, params.collect()).unwrap();
    let recipe = Recipe::Mnist28 {
        pen: 2.5,
        planes: Planes::Ink,
    };
    let mut model = ModelFile::new("golden digits: ñandú, 数字", network, Some(recipe)).unwrap();
    model.record.set("data", "none");
    model
}

fn golden() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "model-v1-f32.trazo",
            write_model(&common::model(), Encoding::F32).unwrap(),
        ),
        (
            "model-v1-f16.trazo",
            write_model(&classic(), Encoding::F16).unwrap(),
        ),
        (
            "model-v1-i8.trazo",
            write_model(&digits(), Encoding::I8PerChannel).unwrap(),
        ),
        (
            "project-v1.trazo",
            write_project(&common::project()).unwrap(),
        ),
        (
            "project-v2.trazo",
            write_project(&common::project_with_symbols()).unwrap(),
        ),
        (
            "checkpoint-v1.trazo",
            write_checkpoint(b"golden checkpoint"),
        ),
    ]
}

#[test]
fn a_version_1_model_opens() {
    let f32 = include_bytes!("golden/model-v1-f32.trazo");
    assert_eq!(read_model(f32).unwrap(), common::model());
    let f16 = include_bytes!("golden/model-v1-f16.trazo");
    assert_eq!(read_model(f16).unwrap(), classic());
    let i8 = include_bytes!("golden/model-v1-i8.trazo");
    assert_eq!(read_model(i8).unwrap(), digits());
}

#[test]
fn a_version_1_project_opens() {
    let file = include_bytes!("golden/project-v1.trazo");
    assert_eq!(read_project(file).unwrap(), common::project());
}

#[test]
fn a_version_2_project_opens() {
    let file = std::fs::read(folder().join("project-v2.trazo")).unwrap();
    assert_eq!(read_project(&file).unwrap(), common::project_with_symbols());
}

#[test]
fn a_version_1_checkpoint_opens() {
    let file = include_bytes!("golden/checkpoint-v1.trazo");
    assert_eq!(read_checkpoint(file).unwrap(), b"golden checkpoint");
}

#[test]
fn every_version_is_still_written_byte_for_byte() {
    for (name, file) in golden() {
        let frozen = std::fs::read(folder().join(name)).unwrap();
        assert!(
            file == frozen,
            "{name} is written otherwise now: that takes a new version"
        );
    }
}

/// How the files were made: `cargo test -p trazo-formats --test golden -- --ignored`, once.
#[test]
#[ignore = "writes the golden files that are missing"]
fn golden_files_are_written_once() {
    for (name, file) in golden() {
        let path = folder().join(name);
        if !path.exists() {
            std::fs::write(path, file).unwrap();
        }
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}
