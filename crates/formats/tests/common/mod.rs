//! What the tests have in common: small valid files, and a forger who writes what the writers
//! refuse to. The forger has a layout of its own, written from the description of version 1, so
//! that it is also a second opinion on it.

// Each test takes what it needs; a helper is not a test to clippy.
#![allow(dead_code, clippy::unwrap_used)]

use serde::Serialize;
use trazo_formats::{ModelFile, ProjectFile, ProjectModel};
use trazo_learn::Content;
use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Padding};

/// Every kind of layer once; 37 parameters, counted from zero in eighths: exact in half precision.
pub fn model() -> ModelFile {
    let spec = NetworkSpec {
        input: [4, 4, 1],
        layers: vec![
            LayerSpec::Conv {
                filters: 2,
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
                units: 3,
                activation: Activation::Linear,
            },
        ],
        loss: Loss::CrossEntropy,
    };
    let params = (0..37).map(|index| index as f32 / 8.0).collect();
    let network = Network::from_params(spec, params).unwrap();
    let labels = ["zero", "one", "two"].map(String::from).to_vec();
    let mut model = ModelFile::labelled("tiny", network, None, labels).unwrap();
    model.record.set("seed", "7");
    model
}

/// A model that reads drawings, an example of strokes and one of a picture, settings, an extra.
pub fn project() -> ProjectFile {
    // What `trazo_ink::pack` (version 1) made of (480, 200), (500, 500), (520.5, 800): spelt out,
    // because the golden project has it, and packing may become better.
    let strokes = vec![1, 9, 1, 3, 7, 56, 144, 160, 12, 22, 1, 0, 0];
    let picture: Vec<u8> = (0..784).map(|index| (index % 256) as u8).collect();
    let bits: Vec<u8> = (0..400)
        .map(|index| if index % 3 == 0 { 255 } else { 0 })
        .collect();
    let square = |side, pixels| trazo_ink::Ink {
        width: side,
        height: side,
        pixels,
    };
    ProjectFile {
        models: vec![ProjectModel {
            id: "digits".into(),
            model: model(),
        }],
        selected: "digits".into(),
        examples: vec![
            trazo_learn::Example {
                id: 1,
                label: 1,
                first_read: None,
                taught_at: 1_700_000_000_000,
                source: "pad".into(),
                content: Content::Strokes(strokes),
            },
            trazo_learn::Example {
                id: 2,
                label: 7,
                first_read: Some(1),
                taught_at: 1_700_000_001_000,
                source: "seven.png".into(),
                content: Content::Picture {
                    mnist: square(28, picture),
                    bits: square(20, bits),
                },
            },
        ],
        settings: vec![("originalWay".into(), "true".into())],
        extras: vec![("later".into(), vec![1, 2, 3])],
        symbols: None,
    }
}

/// The same with a symbol and an example of it.
pub fn project_with_symbols() -> ProjectFile {
    let mut project = project();
    let symbol = |label, name: &str, key| trazo_learn::Symbol {
        label,
        name: name.into(),
        key,
    };
    project.examples[0].label = 12;
    project.examples[1].first_read = Some(10);
    project.symbols = Some(vec![
        symbol(10, "÷", None),
        symbol(12, "plus ñ 四", Some('+')),
    ]);
    project
}

pub const MODEL: u16 = 1;
pub const PROJECT: u16 = 2;

/// Any payload in a frame that is right.
pub fn frame(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut file = b"TRAZO\0\x01\0".to_vec();
    file.extend(kind.to_le_bytes());
    file.extend((payload.len() as u64).to_le_bytes());
    file.extend(payload);
    file.extend([0; 4]);
    reseal(file)
}

/// Makes the checksum right again after a change.
pub fn reseal(mut file: Vec<u8>) -> Vec<u8> {
    let end = file.len() - 4;
    let crc = trazo_formats::crc32(&file[..end]);
    file[end..].copy_from_slice(&crc.to_le_bytes());
    file
}

#[derive(Serialize, Clone)]
pub enum Layer {
    Conv {
        filters: u32,
        kernel: u32,
        padding: Edge,
        activation: Curve,
    },
    MaxPool {
        size: u32,
    },
    Dense {
        units: u32,
        activation: Curve,
    },
    BatchNorm {
        activation: Curve,
    },
    Dropout {
        rate: f64,
    },
}

#[derive(Serialize, Clone)]
pub enum Edge {
    Same,
    Valid,
}

#[derive(Serialize, Clone)]
pub enum Curve {
    Linear,
    Relu,
    Sigmoid,
}

#[derive(Serialize, Clone)]
pub enum Goal {
    CrossEntropy,
    SquaredError,
}

#[derive(Serialize, Clone)]
pub enum Numbers {
    F32(Vec<u8>),
    F16(Vec<u8>),
    I8 { scales: Vec<u8>, values: Vec<u8> },
}

pub fn f32s(numbers: &[f32]) -> Numbers {
    Numbers::F32(
        numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect(),
    )
}

#[derive(Serialize, Clone)]
pub enum Way {
    PadBits20,
    Mnist28 { pen: f32 },
    Raw,
}

#[derive(Serialize, Clone)]
pub struct ForgedModel {
    pub name: String,
    pub input: [u32; 3],
    pub layers: Vec<Layer>,
    pub loss: Goal,
    pub tensors: Vec<Numbers>,
    pub labels: Vec<String>,
    pub recipe: Way,
    pub record: Vec<(String, String)>,
}

impl ForgedModel {
    pub fn file(&self) -> Vec<u8> {
        frame(MODEL, &postcard::to_allocvec(self).unwrap())
    }
}

/// Six weights and three biases; right as it is, to be made wrong.
pub fn dense() -> ForgedModel {
    ForgedModel {
        name: "forged".into(),
        input: [1, 1, 2],
        layers: vec![Layer::Dense {
            units: 3,
            activation: Curve::Linear,
        }],
        loss: Goal::CrossEntropy,
        tensors: vec![f32s(&[0.5; 6]), f32s(&[0.0; 3])],
        labels: ["a", "b", "c"].map(String::from).to_vec(),
        recipe: Way::Raw,
        record: vec![],
    }
}

#[derive(Serialize, Clone)]
pub enum Ink {
    Strokes(Vec<u8>),
    Picture28(Vec<u8>),
}

#[derive(Serialize, Clone)]
pub struct Example {
    pub id: u64,
    pub label: u8,
    pub answer: Option<u8>,
    pub taught_at_ms: u64,
    pub source: String,
    pub ink: Ink,
    pub bits20: Option<Vec<u8>>,
}

pub fn example(id: u64) -> Example {
    let ink = Ink::Picture28(vec![0; 784]);
    Example {
        id,
        label: 1,
        answer: None,
        taught_at_ms: 0,
        source: "pad".into(),
        ink,
        bits20: None,
    }
}

#[derive(Serialize, Clone)]
pub struct ForgedProject {
    pub models: Vec<(String, ForgedModel)>,
    pub selected: String,
    pub examples: Vec<Example>,
    pub settings: Vec<(String, String)>,
    pub extras: Vec<(String, Vec<u8>)>,
}

impl ForgedProject {
    pub fn with(examples: Vec<Example>) -> Self {
        Self {
            models: vec![("digits".into(), dense())],
            selected: "digits".into(),
            examples,
            settings: vec![],
            extras: vec![],
        }
    }

    pub fn file(&self) -> Vec<u8> {
        frame(PROJECT, &postcard::to_allocvec(self).unwrap())
    }
}
