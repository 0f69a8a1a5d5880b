//! The graphs of other programs: a plain stack of the layers that Trazo has, however it is spelt.
//!
//! The way of the data is followed from the graph's input, node by node. What changes nothing when
//! answering (`Dropout`, `Identity`, `Cast`) is passed over; `MatMul` and `Add` are a dense layer,
//! `Conv` and `Add` a convolution; an activation behind a pooling is the same before it, since both
//! keep the order of numbers. Anything else is refused by its operator's name.
//!
//! Source: <https://github.com/onnx/onnx/blob/main/docs/Operators.md>, sets 11 to 22.

use std::collections::BTreeMap;

use prost::Message as _;
use trazo_nn::{Activation, LayerSpec, Loss, NetworkSpec, Padding};

use super::messages::{Entry, ReadAttribute, ReadGraph, ReadNode, TensorProto, ValueInfo};
use super::{malformed, tensor};
use crate::error::Error;
use crate::exchange::infer::{input_of, say_pixels};
use crate::exchange::{Part, Tensor};
use crate::guess::Guess;
use crate::label;
use crate::model::{ModelFile, build};

/// The most inputs, outputs and attributes of a node.
const NODE_LIMIT: usize = 64;

/// The variance's companion in [`trazo_nn::layers::batch_norm`].
const EPSILON: f32 = 1e-5;

pub(super) fn read(
    graph: &ReadGraph,
    metadata: &[Entry],
    guess: &mut Guess<'_>,
) -> Result<ModelFile, Error> {
    let nodes = graph.nodes.iter().map(|bytes| Node::read(bytes));
    let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
    let mut constants = BTreeMap::new();
    for bytes in &graph.initializers {
        let message = TensorProto::decode(bytes.as_slice()).map_err(malformed)?;
        constants.insert(message.name.clone(), message);
    }
    for node in &nodes {
        if let ("Constant", [output]) = (node.operator.as_str(), node.outputs.as_slice())
            && let Some(message) = node.tensor("value")?
        {
            constants.insert(output.clone(), message);
        }
    }
    let inputs = graph
        .inputs
        .iter()
        .map(|bytes| ValueInfo::decode(bytes.as_slice()).map_err(malformed));
    let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
    // Old exporters list the weights among the inputs.
    let mut given = inputs
        .iter()
        .filter(|input| !constants.contains_key(&input.name));
    let (Some(input), None) = (given.next(), given.next()) else {
        return Err(cannot("its graph does not have one input"));
    };
    let mut stack = Stack::begin(input, constants, guess)?;
    let mut at = input.name.clone();
    let mut left = nodes.len();
    while let Some(node) = next(&nodes, &at)? {
        // Each node is passed once; a circle would go on for ever.
        left = left
            .checked_sub(1)
            .ok_or_else(|| cannot("its graph goes round in a circle"))?;
        if stack.pass(node, &at)? == Step::End {
            break;
        }
        at = node.outputs.first().cloned().unwrap_or_default();
    }
    stack.finish(metadata)
}

/// The node that takes this value; asides that only look at it do not count.
fn next<'n>(nodes: &'n [Node], value: &str) -> Result<Option<&'n Node>, Error> {
    let mut takers = nodes.iter().filter(|node| {
        let aside = matches!(node.operator.as_str(), "Shape" | "ArgMax");
        !aside && node.inputs.iter().any(|input| input == value)
    });
    let first = takers.next();
    match (first, takers.next()) {
        (Some(first), Some(second)) => Err(cannot(format!(
            "its graph parts ways into {} and {}, and Trazo's networks are one layer behind the other",
            first.operator, second.operator
        ))),
        _ => Ok(first),
    }
}

// ---- nodes

struct Node {
    operator: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
    attributes: Vec<ReadAttribute>,
}

impl Node {
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let node = ReadNode::decode(bytes).map_err(malformed)?;
        let counts = [node.inputs.len(), node.outputs.len(), node.attributes.len()];
        let count = counts.into_iter().max().unwrap_or(0);
        if count > NODE_LIMIT {
            return Err(Error::TooLarge {
                what: "parts of a node",
                claimed: count as u64,
                limit: NODE_LIMIT as u64,
            });
        }
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let attributes = node.attributes.iter();
        let attributes = attributes
            .map(|bytes| ReadAttribute::decode(bytes.as_slice()).map_err(malformed))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            operator: node.operator,
            inputs: node.inputs.iter().map(text).collect(),
            outputs: node.outputs.iter().map(text).collect(),
            attributes,
        })
    }

    fn attribute(&self, name: &str) -> Option<&ReadAttribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    fn int(&self, name: &str, otherwise: i64) -> i64 {
        let attribute = self.attribute(name);
        attribute
            .and_then(|attribute| attribute.int)
            .unwrap_or(otherwise)
    }

    fn float(&self, name: &str, otherwise: f32) -> f32 {
        let attribute = self.attribute(name);
        attribute
            .and_then(|attribute| attribute.float)
            .unwrap_or(otherwise)
    }

    fn ints(&self, name: &str) -> Option<&[i64]> {
        let ints = &self.attribute(name)?.ints;
        (!ints.is_empty()).then_some(ints.as_slice())
    }

    fn tensor(&self, name: &str) -> Result<Option<TensorProto>, Error> {
        let bytes = self.attribute(name).and_then(|one| one.tensor.as_deref());
        bytes
            .map(|bytes| TensorProto::decode(bytes).map_err(malformed))
            .transpose()
    }

    /// What of this operator Trazo does not have.
    fn not_so(&self, problem: &str) -> Error {
        Error::NoOperator {
            operator: self.operator.chars().take(40).collect(),
            problem: problem.into(),
        }
    }
}

#[derive(PartialEq, Eq)]
enum Step {
    On,
    End,
}

/// In which order the numbers between two nodes lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Order {
    /// `[batch, channels, height, width]`.
    ChannelsFirst,
    /// `[batch, height, width, channels]`.
    ChannelsLast,
    /// `[batch, n]`, a row that was a picture with its channels first.
    RowOfChannels,
    /// `[batch, n]`, a row that never was a picture, or had its channels last.
    Row,
}

/// The layers so far.
struct Stack<'g, 'a> {
    constants: BTreeMap<String, TensorProto>,
    guess: &'g mut Guess<'a>,
    input: [usize; 3],
    /// What stands between the last node and the next: height, width, channels.
    shape: [usize; 3],
    order: Order,
    layers: Vec<LayerSpec>,
    params: Vec<f32>,
    /// Where the bias of the last layer begins, while nothing but an `Add` came after it.
    bias: Option<usize>,
    softmax: bool,
    labels: Vec<String>,
}

impl<'g, 'a> Stack<'g, 'a> {
    fn begin(
        input: &ValueInfo,
        constants: BTreeMap<String, TensorProto>,
        guess: &'g mut Guess<'a>,
    ) -> Result<Self, Error> {
        let tensor = input.kind.as_ref().and_then(|kind| kind.tensor.as_ref());
        let shape = tensor.and_then(|tensor| tensor.shape.as_ref());
        let dimensions = shape
            .map(|shape| shape.dimensions.as_slice())
            .unwrap_or_default();
        let sizes: Vec<usize> = dimensions
            .iter()
            .take(5)
            .map(|dimension| {
                dimension
                    .value
                    .and_then(|n| usize::try_from(n).ok())
                    .unwrap_or(0)
            })
            .collect();
        // The first is the batch. A picture's channels are few and its sides many.
        let (shape, order) = match *sizes.as_slice() {
            [_, channels, height, width] if height > 0 && width > 0 && channels <= 4 => {
                ([height, width, channels.max(1)], Order::ChannelsFirst)
            }
            [_, height, width, channels] if height > 0 && width > 0 && channels <= 4 => {
                ([height, width, channels.max(1)], Order::ChannelsLast)
            }
            [_, height, width] if height > 0 && width > 0 => {
                ([height, width, 1], Order::ChannelsLast)
            }
            [_, n] if n > 0 => (input_of(n).0, Order::Row),
            _ => {
                return Err(cannot(format!(
                    "its input has the shape {sizes:?}, and pictures or rows of numbers are read"
                )));
            }
        };
        Ok(Self {
            constants,
            guess,
            input: shape,
            shape,
            order,
            layers: Vec::new(),
            params: Vec::new(),
            bias: None,
            softmax: false,
            labels: Vec::new(),
        })
    }

    /// The numbers of a constant.
    fn constant(&mut self, node: &Node, index: usize) -> Result<Tensor, Error> {
        let name = node
            .inputs
            .get(index)
            .map(String::as_str)
            .unwrap_or_default();
        let message = self
            .constants
            .get(name)
            .cloned()
            .ok_or_else(|| node.not_so(", of a value that is not in the file as a constant"))?;
        let tensor = tensor::floats(message, self.guess)?;
        tensor.check_finite()?;
        Ok(tensor)
    }

    fn pass(&mut self, node: &Node, value: &str) -> Result<Step, Error> {
        let bias = self.bias.take();
        if self.softmax && !matches!(node.operator.as_str(), "Identity" | "Cast" | "ZipMap") {
            return Err(node.not_so(" behind a softmax"));
        }
        match node.operator.as_str() {
            "Identity" | "Cast" => self.bias = bias,
            "Dropout" => {
                let text = "Dropout does nothing when answering, and is left out.";
                self.guess.assume("dropout-left-out", text);
            }
            "Conv" => self.conv(node)?,
            "Gemm" => self.gemm(node)?,
            "MatMul" => self.matmul(node, value)?,
            "Add" => self.add(node, value, bias)?,
            "BatchNormalization" => self.batch_norm(node)?,
            "MaxPool" => self.max_pool(node)?,
            "Relu" => self.activate(node, Activation::Relu)?,
            "Sigmoid" => self.activate(node, Activation::Sigmoid)?,
            "Tanh" => self.activate(node, Activation::Tanh)?,
            "Flatten" if matches!(node.int("axis", 1), 1 | -3) => self.flatten(),
            "Flatten" => return Err(node.not_so(" along that axis")),
            "Reshape" => self.reshape(node)?,
            "Transpose" => self.transpose(node)?,
            "Softmax" | "LogSoftmax" => self.softmax = true,
            // scikit-learn's way to name the outputs.
            "ZipMap" => {
                self.name_outputs(node);
                return Ok(Step::End);
            }
            _ => return Err(node.not_so("")),
        }
        Ok(Step::On)
    }

    fn conv(&mut self, node: &Node) -> Result<(), Error> {
        if self.order != Order::ChannelsFirst {
            return Err(node.not_so(", of what is no picture with its channels first"));
        }
        let weight = self.constant(node, 1)?;
        let [filters, channels, kernel, width] = *weight.shape.as_slice() else {
            return Err(node.not_so(" of other than two dimensions"));
        };
        let ones = |name| {
            node.ints(name)
                .is_none_or(|all| all.iter().all(|&one| one == 1))
        };
        if node.int("group", 1) != 1 {
            return Err(node.not_so(" in groups"));
        }
        if !ones("strides") || !ones("dilations") {
            return Err(node.not_so(" with strides or dilations"));
        }
        if kernel != width || kernel % 2 == 0 {
            return Err(node.not_so(" with a kernel that is not square and odd"));
        }
        if channels != self.shape[2] {
            return Err(Error::ShapeMismatch {
                what: format!("{:?}", weight.name),
                expected: format!("{} channels", self.shape[2]),
                found: format!("{channels} channels"),
            });
        }
        let auto = node
            .attribute("auto_pad")
            .and_then(|one| one.text.as_deref());
        let pads = node.ints("pads").unwrap_or(&[0]);
        let all = |size: usize| pads.iter().all(|&pad| usize::try_from(pad) == Ok(size));
        let padding = match auto {
            Some(b"SAME_UPPER" | b"SAME_LOWER") => Padding::Same,
            Some(b"VALID") => Padding::Valid,
            _ if all(0) => Padding::Valid,
            _ if all(kernel / 2) => Padding::Same,
            _ => return Err(node.not_so(" with a padding that is neither «same» nor «valid»")),
        };
        let bias = match node.inputs.get(2).is_some_and(|name| !name.is_empty()) {
            true => self.constant(node, 2)?.values,
            false => vec![0.0; filters],
        };
        let part = Part::Filters([kernel, kernel, channels, filters]);
        self.linear(part.turned_back(&weight.values), bias, filters, node)?;
        self.layers.push(LayerSpec::Conv {
            filters,
            kernel,
            padding,
            activation: Activation::Linear,
        });
        let less = if padding == Padding::Same {
            0
        } else {
            kernel - 1
        };
        let [height, width, _] = self.shape;
        self.shape = [
            height.saturating_sub(less),
            width.saturating_sub(less),
            filters,
        ];
        Ok(())
    }

    fn gemm(&mut self, node: &Node) -> Result<(), Error> {
        if node.int("transA", 0) != 0 {
            return Err(node.not_so(" with its first matrix turned"));
        }
        let mut weight = self.constant(node, 1)?;
        let (alpha, beta) = (node.float("alpha", 1.0), node.float("beta", 1.0));
        weight.values.iter_mut().for_each(|value| *value *= alpha);
        let outputs_first = node.int("transB", 0) != 0;
        let bias = match node.inputs.get(2).is_some_and(|name| !name.is_empty()) {
            true => Some(self.constant(node, 2)?.values),
            false => None,
        };
        let bias = bias.map(|bias| bias.iter().map(|value| value * beta).collect());
        self.dense(node, &weight, outputs_first, bias)
    }

    fn matmul(&mut self, node: &Node, value: &str) -> Result<(), Error> {
        if node.inputs.first().map(String::as_str) != Some(value) {
            return Err(node.not_so(" with the weights on the left"));
        }
        let weight = self.constant(node, 1)?;
        self.dense(node, &weight, false, None)
    }

    fn dense(
        &mut self,
        node: &Node,
        weight: &Tensor,
        outputs_first: bool,
        bias: Option<Vec<f32>>,
    ) -> Result<(), Error> {
        let (inputs, outputs) = match (outputs_first, weight.shape.as_slice()) {
            (true, &[outputs, inputs]) | (false, &[inputs, outputs]) => (inputs, outputs),
            _ => return Err(node.not_so(", of what is no matrix")),
        };
        let [height, width, channels] = self.shape;
        if inputs != height * width * channels
            || matches!(self.order, Order::ChannelsFirst) && height * width > 1
            || matches!(self.order, Order::ChannelsLast) && height * width > 1
        {
            return Err(Error::ShapeMismatch {
                what: format!("{:?}", weight.name),
                expected: format!("a row of {}", height * width * channels),
                found: format!("{inputs} inputs"),
            });
        }
        let channels_first = self.order == Order::RowOfChannels;
        let values = &weight.values;
        let mut numbers = Vec::with_capacity(values.len());
        for pixel in 0..height * width {
            for channel in 0..channels {
                let input = match channels_first {
                    true => channel * height * width + pixel,
                    false => pixel * channels + channel,
                };
                for output in 0..outputs {
                    let at = match outputs_first {
                        true => output * inputs + input,
                        false => input * outputs + output,
                    };
                    numbers.push(values.get(at).copied().unwrap_or_default());
                }
            }
        }
        let bias = match bias {
            // One number for all outputs is spread over them.
            Some(bias) if bias.len() == 1 => vec![bias.first().copied().unwrap_or(0.0); outputs],
            Some(bias) => bias,
            None => vec![0.0; outputs],
        };
        self.linear(numbers, bias, outputs, node)?;
        self.layers.push(LayerSpec::Dense {
            units: outputs,
            activation: Activation::Linear,
        });
        self.shape = [1, 1, outputs];
        self.order = Order::Row;
        Ok(())
    }

    /// The numbers of a layer with weights.
    fn linear(
        &mut self,
        weights: Vec<f32>,
        bias: Vec<f32>,
        outputs: usize,
        node: &Node,
    ) -> Result<(), Error> {
        if bias.len() != outputs {
            return Err(Error::ShapeMismatch {
                what: format!("the bias of a {}", node.operator),
                expected: format!("[{outputs}]"),
                found: format!("[{}]", bias.len()),
            });
        }
        self.params.extend(weights);
        self.bias = Some(self.params.len());
        self.params.extend(bias);
        Ok(())
    }

    /// The bias of the layer just before.
    fn add(&mut self, node: &Node, value: &str, bias: Option<usize>) -> Result<(), Error> {
        let first = node.inputs.first().map(String::as_str) == Some(value);
        let added = self.constant(node, usize::from(first))?;
        let outputs = self.shape[2];
        let sizes: Vec<usize> = added
            .shape
            .iter()
            .copied()
            .filter(|&size| size > 1)
            .collect();
        let place = bias.and_then(|bias| self.params.get_mut(bias..bias + outputs));
        match place {
            Some(place) if sizes == [outputs] || added.values.len() == 1 => {
                let all = added.values.iter().cycle();
                place
                    .iter_mut()
                    .zip(all)
                    .for_each(|(bias, more)| *bias += more);
                Ok(())
            }
            _ => Err(node.not_so(", but for a bias behind a layer of weights")),
        }
    }

    fn batch_norm(&mut self, node: &Node) -> Result<(), Error> {
        let channels = self.shape[2];
        let behind_weights = match self.layers.last() {
            Some(LayerSpec::Conv { activation, .. } | LayerSpec::Dense { activation, .. }) => {
                *activation == Activation::Linear
            }
            _ => false,
        };
        if !behind_weights {
            return Err(node.not_so(", but directly behind a layer of weights"));
        }
        let epsilon = node.float("epsilon", EPSILON);
        for index in 1..=4 {
            let mut vector = self.constant(node, index)?;
            if vector.values.len() != channels {
                return Err(Error::ShapeMismatch {
                    what: format!("{:?}", vector.name),
                    expected: format!("[{channels}]"),
                    found: format!("{:?}", vector.shape),
                });
            }
            if index == 4 && epsilon != EPSILON {
                let more = epsilon - EPSILON;
                vector.values.iter_mut().for_each(|value| *value += more);
                let text =
                    "The small number under the normalization's root was added to its variances.";
                self.guess.assume("batch-norm-epsilon", text);
            }
            self.params.extend(vector.values);
        }
        self.layers.push(LayerSpec::BatchNorm {
            activation: Activation::Linear,
        });
        Ok(())
    }

    fn max_pool(&mut self, node: &Node) -> Result<(), Error> {
        if self.order != Order::ChannelsFirst {
            return Err(node.not_so(", of what is no picture with its channels first"));
        }
        let side = match node.ints("kernel_shape") {
            Some(&[height, width]) if height == width => usize::try_from(height).ok(),
            _ => None,
        };
        let size = side.filter(|&side| side > 0);
        let size = size.ok_or_else(|| node.not_so(" with a window that is not square"))?;
        let steps = node.ints("strides").unwrap_or(&[1, 1]);
        if steps.iter().any(|&step| usize::try_from(step) != Ok(size)) {
            return Err(node.not_so(" with windows that are not side by side"));
        }
        let zeros = |name| {
            node.ints(name)
                .is_none_or(|all| all.iter().all(|&one| one == 0))
        };
        let [height, width, channels] = self.shape;
        let even = height.is_multiple_of(size) && width.is_multiple_of(size);
        let auto = node
            .attribute("auto_pad")
            .and_then(|one| one.text.as_deref());
        let padded = matches!(auto, Some(b"SAME_UPPER" | b"SAME_LOWER"));
        if !zeros("pads") || (!even && (padded || node.int("ceil_mode", 0) != 0)) {
            return Err(node.not_so(" with padding"));
        }
        self.layers.push(LayerSpec::MaxPool { size });
        self.shape = [height / size, width / size, channels];
        Ok(())
    }

    /// An activation belongs to the last layer that has one; poolings between do not mind.
    fn activate(&mut self, node: &Node, wanted: Activation) -> Result<(), Error> {
        let layer =
            self.layers.iter_mut().rev().find(|layer| {
                !matches!(layer, LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. })
            });
        match layer {
            Some(
                LayerSpec::Conv { activation, .. }
                | LayerSpec::Dense { activation, .. }
                | LayerSpec::BatchNorm { activation },
            ) if *activation == Activation::Linear => {
                *activation = wanted;
                Ok(())
            }
            _ => Err(node.not_so(", but behind a layer of weights")),
        }
    }

    fn flatten(&mut self) {
        self.order = match self.order {
            Order::ChannelsFirst => Order::RowOfChannels,
            Order::ChannelsLast => Order::Row,
            row => row,
        };
    }

    fn reshape(&mut self, node: &Node) -> Result<(), Error> {
        let name = node.inputs.get(1).map(String::as_str).unwrap_or_default();
        let target = match self.constants.get(name) {
            Some(message) => tensor::integers(message),
            // Old sets of operators have it as an attribute.
            None => node.ints("shape").map(<[i64]>::to_vec),
        };
        let [height, width, channels] = self.shape;
        let count = (height * width * channels) as i64;
        match target.as_deref() {
            // Worked out while running: every exporter's way to write «flatten».
            None => self.flatten(),
            Some(&[_, n]) if n == count || n == -1 => self.flatten(),
            // A row becomes a picture before the first layer.
            Some(&[_, c, h, w]) if self.layers.is_empty() && matches_picture(count, [c, h, w]) => {
                let channels = usize::try_from(c).unwrap_or(1);
                let (h, w) = (
                    usize::try_from(h).unwrap_or(1),
                    usize::try_from(w).unwrap_or(1),
                );
                let few_last = w <= 4 && channels > 4;
                if channels != 1 && w != 1 {
                    return Err(node.not_so(" to a picture of several channels"));
                }
                (self.shape, self.order) = match few_last {
                    true => ([channels, h, w], Order::ChannelsLast),
                    false => ([h, w, channels], Order::ChannelsFirst),
                };
                self.input = self.shape;
            }
            _ => return Err(node.not_so(" to another shape than a row")),
        }
        Ok(())
    }

    fn transpose(&mut self, node: &Node) -> Result<(), Error> {
        self.order = match (self.order, node.ints("perm")) {
            (Order::ChannelsLast, Some([0, 3, 1, 2])) => Order::ChannelsFirst,
            (Order::ChannelsFirst, Some([0, 2, 3, 1])) => Order::ChannelsLast,
            _ => return Err(node.not_so(", but between channels first and channels last")),
        };
        Ok(())
    }

    fn name_outputs(&mut self, node: &Node) {
        if let Some(names) = node.attribute("classlabels_strings") {
            let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
            self.labels = names.texts.iter().map(text).collect();
        }
        if let Some(names) = node.ints("classlabels_int64s") {
            self.labels = names.iter().map(i64::to_string).collect();
        }
    }

    fn finish(mut self, metadata: &[Entry]) -> Result<ModelFile, Error> {
        // Numbers in two dimensions at the end would have no names.
        let last = self.layers.iter_mut().rev().find_map(|layer| match layer {
            LayerSpec::Conv { activation, .. }
            | LayerSpec::Dense { activation, .. }
            | LayerSpec::BatchNorm { activation } => Some(*activation),
            _ => None,
        });
        let loss = match last {
            Some(Activation::Linear) => Loss::CrossEntropy,
            _ if self.softmax => {
                return Err(Error::NoOperator {
                    operator: "Softmax".into(),
                    problem: " behind another activation".into(),
                });
            }
            _ => Loss::SquaredError,
        };
        if loss == Loss::CrossEntropy && !self.softmax {
            let text = "The outputs become probabilities by a softmax.";
            self.guess.assume("softmax", text);
        }
        let inputs = self.input.iter().product();
        let (shape, recipe) = input_of(inputs);
        // A picture of other proportions and as many pixels is no picture of a digit.
        let recipe = recipe.filter(|_| self.input == shape);
        if recipe.is_some() && inputs != 400 {
            say_pixels(self.guess);
        }
        let spec = NetworkSpec {
            input: self.input,
            layers: self.layers,
            loss,
        };
        let network = build(spec, self.params)?;
        let outputs = network.outputs();
        if self.labels.len() != outputs {
            self.labels = labels(metadata)
                .filter(|labels| labels.len() == outputs)
                .unwrap_or_default();
        }
        if self.labels.is_empty() {
            self.labels = (0..outputs).map(|label| label.to_string()).collect();
            let text =
                "The file does not name its outputs: they are taken for the digits in order.";
            self.guess.assume("labels-from-order", text);
        } else {
            let in_order =
                self.labels.iter().enumerate().all(|(at, name)| {
                    label::digit(name).is_none_or(|digit| usize::from(digit) == at)
                });
            if !in_order {
                let text =
                    "The outputs are named in another order than 0 to 9, and were put in order.";
                self.guess.assume("labels-reordered", text);
            }
        }
        ModelFile::labelled("model", network, recipe, self.labels)
    }
}

/// Whether a picture of these sizes has as many numbers as there are; one may be left open.
fn matches_picture(count: i64, sizes: [i64; 3]) -> bool {
    let product = sizes
        .iter()
        .try_fold(1_i64, |product, &size| product.checked_mul(size));
    product == Some(count)
}

/// Names of the outputs among the metadata: a list as JSON, a table from place to name, or words
/// with commas.
fn labels(metadata: &[Entry]) -> Option<Vec<String>> {
    let keys = [
        "labels",
        "classes",
        "names",
        "class_names",
        "classlabels",
        "id2label",
    ];
    let entry = metadata
        .iter()
        .find(|entry| keys.iter().any(|key| entry.key.eq_ignore_ascii_case(key)))?;
    let inner = entry
        .value
        .trim()
        .trim_matches(|c| matches!(c, '[' | ']' | '{' | '}' | '(' | ')'));
    let names = inner.split([',', '\n', ';']).map(|name| {
        // `0: 'zero'`: the places are counted up anyway.
        let name = name.rsplit(':').next().unwrap_or(name);
        name.trim().trim_matches(['"', '\'']).to_owned()
    });
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then_some(names)
}

fn cannot(problem: impl Into<String>) -> Error {
    Error::BadNetwork {
        problem: problem.into(),
    }
}
