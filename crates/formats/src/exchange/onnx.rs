//! ONNX: a network that runs in other people's programs.
//!
//! The graph takes `input`, `[batch, channels, height, width]` floats (or `[batch, n]` for a
//! network that takes a row of numbers), and gives `output`, `[batch, outputs]`: probabilities
//! under cross-entropy. Operator set 13, IR version 7 (2020), which every runtime of the last years
//! reads. Dropout does nothing when answering and is left out.
//!
//! What other programs write is read by [`graph`].

mod graph;
mod messages;
mod tensor;

use prost::Message;
use trazo_nn::{Activation, Layer, LayerSpec, Loss, Padding};

use self::messages::{
    Attribute, Dimension, Entry, FLOAT, GraphProto, ModelProto, NodeProto, OperatorSet, ReadModel,
    TensorProto, ValueInfo,
};
use super::{Description, KEY, assemble, bytes, tensors};
use crate::error::Error;
use crate::guess::Guess;
use crate::model::ModelFile;
use crate::sniff::{Kind, sniff};

const IR_VERSION: i64 = 7;
const OPERATOR_SET: i64 = 13;
/// The most arrays, and the most entries of metadata: each may be two bytes in the file.
const COUNT_LIMIT: usize = 4096;

/// Writes a model as ONNX.
///
/// # Errors
/// `cannot-write` for a convolution or pooling behind a dense layer.
pub fn write_onnx(model: &ModelFile) -> Result<Vec<u8>, Error> {
    let network = model.network();
    let spec = network.spec();
    let mut graph = GraphBuilder::new(spec.input);
    for (index, layer) in network.layers().iter().enumerate() {
        graph.add(index, layer)?;
    }
    graph.finish(spec.loss);
    let initializers = tensors(network).into_iter().map(|tensor| {
        let message = TensorProto {
            dims: tensor.shape.iter().map(|&size| size as i64).collect(),
            data_type: FLOAT,
            name: tensor.name,
            raw_data: bytes(&tensor.values),
            ..TensorProto::default()
        };
        message.encode_to_vec()
    });
    let outputs = network.outputs() as i64;
    let mut input = vec![Dimension::named("batch")];
    match spec.input {
        [1, 1, n] => input.push(Dimension::of(n)),
        [h, w, c] => input.extend([c, h, w].map(Dimension::of)),
    }
    let output = vec![
        Dimension::named("batch"),
        Dimension {
            value: Some(outputs),
            name: None,
        },
    ];
    let entry = Entry {
        key: KEY.to_owned(),
        value: Description::json(model)?,
    };
    let file = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "trazo".to_owned(),
        graph: Some(GraphProto {
            nodes: graph.nodes,
            name: "trazo".to_owned(),
            initializers: initializers.collect(),
            inputs: vec![ValueInfo::floats("input", input)],
            outputs: vec![ValueInfo::floats("output", output)],
        }),
        operator_sets: vec![OperatorSet {
            version: OPERATOR_SET,
        }],
        metadata: vec![entry.encode_to_vec()],
    };
    Ok(file.encode_to_vec())
}

/// Reads what [`write_onnx`] wrote, or a plain stack of the layers that Trazo has, as PyTorch, Keras
/// and others export it.
///
/// # Errors
/// `not-onnx`, `malformed`, `too-large`; `no-operator` for what Trazo's networks do not have;
/// `needs-file` where the weights are in another file; then as [`crate::read_model`].
pub fn read_onnx(file: &[u8]) -> Result<ModelFile, Error> {
    Guess::none(|guess| read(file, guess))
}

/// As [`read_onnx`]. Where there is a description under the key `trazo` it says what network it is,
/// and the graph is not looked at.
pub(crate) fn read(file: &[u8], guess: &mut Guess<'_>) -> Result<ModelFile, Error> {
    if sniff(file) != Kind::Onnx {
        return Err(Error::NotThisFormat {
            code: "not-onnx",
            expected: "an ONNX model",
            found: sniff(file).sentence().to_owned(),
        });
    }
    let read = ReadModel::decode(file).map_err(malformed)?;
    let graph = &read.graph;
    let counts = [
        read.metadata.len(),
        graph.initializers.len(),
        graph.nodes.len(),
        graph.inputs.len(),
        graph.outputs.len(),
    ];
    let count = counts.into_iter().max().unwrap_or(0);
    if count > COUNT_LIMIT {
        let (claimed, limit) = (count as u64, COUNT_LIMIT as u64);
        return Err(Error::TooLarge {
            what: "arrays",
            claimed,
            limit,
        });
    }
    let mut entries = Vec::new();
    for entry in &read.metadata {
        entries.push(Entry::decode(entry.as_slice()).map_err(malformed)?);
    }
    let described = entries.iter().find(|entry| entry.key == KEY);
    let Some(described) = described else {
        return graph::read(graph, &entries, guess);
    };
    let description = Description::parse(described.value.as_bytes())?;
    let mut tensors = Vec::new();
    for bytes in &graph.initializers {
        let message = TensorProto::decode(bytes.as_slice()).map_err(malformed)?;
        tensors.push(tensor::floats(message, guess)?);
    }
    assemble(description, &tensors)
}

fn malformed(error: impl std::fmt::Display) -> Error {
    Error::Malformed {
        problem: error.to_string(),
    }
}

/// Strings nodes together, each taking what the one before gives.
struct GraphBuilder {
    nodes: Vec<NodeProto>,
    /// Name of what the last node gives.
    last: String,
    /// Whether it is `[batch, n]` rather than `[batch, channels, height, width]`.
    flat: bool,
}

impl GraphBuilder {
    fn new(shape: [usize; 3]) -> Self {
        let flat = matches!(shape, [1, 1, _]);
        Self {
            nodes: Vec::new(),
            last: "input".to_owned(),
            flat,
        }
    }

    fn node(&mut self, operator: &str, weights: &[String], attributes: Vec<Attribute>) {
        let output = format!("{}.{}", self.nodes.len(), operator.to_ascii_lowercase());
        let mut inputs = vec![std::mem::replace(&mut self.last, output.clone())];
        inputs.extend_from_slice(weights);
        self.nodes.push(NodeProto {
            inputs,
            outputs: vec![output],
            operator: operator.to_owned(),
            attributes,
        });
    }

    fn add(&mut self, index: usize, layer: &Layer) -> Result<(), Error> {
        let names = |parts: &[&str]| -> Vec<String> {
            parts
                .iter()
                .map(|part| format!("layer{index}.{part}"))
                .collect()
        };
        match layer.spec {
            LayerSpec::Conv {
                kernel, padding, ..
            } => {
                self.spatial(index)?;
                let pad = if padding == Padding::Same {
                    kernel / 2
                } else {
                    0
                };
                let sizes = vec![
                    Attribute::of_ints("kernel_shape", &[kernel; 2]),
                    Attribute::of_ints("pads", &[pad; 4]),
                ];
                self.node("Conv", &names(&["weight", "bias"]), sizes);
            }
            LayerSpec::MaxPool { size } => {
                self.spatial(index)?;
                let sizes = vec![
                    Attribute::of_ints("kernel_shape", &[size; 2]),
                    Attribute::of_ints("strides", &[size; 2]),
                ];
                self.node("MaxPool", &[], sizes);
            }
            LayerSpec::Dense { .. } => {
                if !self.flat {
                    self.node("Flatten", &[], vec![]);
                    self.flat = true;
                }
                let turned = vec![Attribute::of_int("transB", 1)];
                self.node("Gemm", &names(&["weight", "bias"]), turned);
            }
            LayerSpec::BatchNorm { .. } => {
                let parts = names(&["weight", "bias", "running_mean", "running_var"]);
                let epsilon = vec![Attribute::of_float("epsilon", 1e-5)];
                self.node("BatchNormalization", &parts, epsilon);
            }
            LayerSpec::Dropout { .. } => {}
        }
        match layer.activation() {
            Activation::Linear => {}
            Activation::Relu => self.node("Relu", &[], vec![]),
            Activation::Sigmoid => self.node("Sigmoid", &[], vec![]),
            Activation::Tanh => self.node("Tanh", &[], vec![]),
        }
        Ok(())
    }

    fn spatial(&self, index: usize) -> Result<(), Error> {
        if self.flat {
            return Err(Error::CannotWrite {
                format: "ONNX",
                problem: format!("layer {index} needs a picture and gets a row of numbers"),
            });
        }
        Ok(())
    }

    fn finish(&mut self, loss: Loss) {
        if !self.flat {
            // Trazo's outputs have the channel innermost.
            self.node(
                "Transpose",
                &[],
                vec![Attribute::of_ints("perm", &[0, 2, 3, 1])],
            );
            self.node("Flatten", &[], vec![]);
        }
        if loss == Loss::CrossEntropy {
            self.node("Softmax", &[], vec![Attribute::of_int("axis", 1)]);
        }
        match self.nodes.last_mut() {
            Some(last) => last.outputs = vec!["output".to_owned()],
            None => self.node("Identity", &[], vec![]),
        }
    }
}
