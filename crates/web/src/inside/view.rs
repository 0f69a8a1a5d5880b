//! What Inside is told, as JavaScript gets it (see [`crate::view`]).

use js_sys::Float32Array;
use serde::Serialize;
use trazo_learn::inside::{self, By, Part};
use trazo_learn::{Content, Reminder, Session};
use trazo_nn::{Activation, Layer, LayerSpec, Network, Padding};
use tsify::Tsify;

use crate::view::{Drawing, Exam, ModelId, NetworkInput};

/// What a layer does.
#[derive(Serialize, Tsify, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum InsideKind {
    /// A convolution.
    Conv,
    /// A max-pool.
    MaxPool,
    /// A dense layer.
    Dense,
    /// A batch normalization that was not folded.
    BatchNorm,
    /// A dropout, which drops nothing while it answers.
    Dropout,
}

/// What is applied to each output.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum InsideActivation {
    /// a = z.
    Linear,
    /// a = max(0, z).
    Relu,
    /// a = 1 / (1 + e^-z).
    Sigmoid,
    /// a = (e^z - e^-z) / (e^z + e^-z).
    Tanh,
}

/// A layer, and where its numbers lie.
#[derive(Serialize, Tsify)]
pub struct InsideLayer {
    kind: InsideKind,
    /// Which of its kind, from 1.
    number: usize,
    /// Height, width, channels of what leaves. What enters is the layer's before, or the input.
    #[tsify(type = "[number, number, number]")]
    shape: [usize; 3],
    /// Where its numbers before the activation begin in `values`.
    z: usize,
    /// Where those after it begin, which the next layer gets: the same as `z` where there is no activation.
    a: usize,
    activation: InsideActivation,
    /// Weights, biases, and what else was learned.
    parameters: usize,
    /// Side of the window of a convolution or a pool (also its stride); 1 for others.
    window: usize,
    /// Zeros around the input of a convolution, on each side.
    padding: usize,
    /// The weights of each channel are still whole numbers times one scale.
    whole: bool,
    /// Batch normalization was worked into these weights after training, as the file tells.
    folded: bool,
}

/// Every number on the way from a drawing to its answer.
#[derive(Serialize, Tsify)]
pub struct InsideTrace {
    model: ModelId,
    /// Grows whenever weights or memory of this model change.
    version: u64,
    /// Nothing is drawn: the numbers are what the network makes of zeros, and memory is not asked.
    empty: bool,
    /// All numbers. Of a part of shape [h, w, c] that begins at `at`, row i, column j, channel k is at
    /// `at + (i * w + j) * c + k`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    values: Float32Array,
    /// Height, width, channels of the network's input, which begins at 0.
    #[tsify(type = "[number, number, number]")]
    input: [usize; 3],
    /// The second channel of the input says whether a pen made the ink (0) or a picture (1).
    marked: bool,
    layers: Vec<InsideLayer>,
    answer: InsideAnswer,
}

impl InsideTrace {
    /// `whole` and `folded` are known of each layer.
    pub(super) fn new(
        session: &Session,
        way: &inside::Way,
        whole: &[bool],
        folded: impl Fn(&Layer) -> bool,
    ) -> Self {
        let network: &Network = &session.model(session.selected()).network;
        let mut layers: Vec<InsideLayer> = Vec::new();
        let lie = network.layers().iter().zip(&way.trace.layers).zip(whole);
        for ((layer, lies), whole) in lie {
            let (kind, window, padding) = match layer.spec {
                LayerSpec::Conv {
                    kernel, padding, ..
                } => (
                    InsideKind::Conv,
                    kernel,
                    match padding {
                        Padding::Same => kernel / 2,
                        Padding::Valid => 0,
                    },
                ),
                LayerSpec::MaxPool { size } => (InsideKind::MaxPool, size, 0),
                LayerSpec::Dense { .. } => (InsideKind::Dense, 1, 0),
                LayerSpec::BatchNorm { .. } => (InsideKind::BatchNorm, 1, 0),
                LayerSpec::Dropout { .. } => (InsideKind::Dropout, 1, 0),
            };
            layers.push(InsideLayer {
                kind,
                number: 1 + layers.iter().filter(|before| before.kind == kind).count(),
                shape: layer.out_shape,
                z: lies.z.start,
                a: lies.a.start,
                activation: match layer.activation() {
                    Activation::Linear => InsideActivation::Linear,
                    Activation::Relu => InsideActivation::Relu,
                    Activation::Sigmoid => InsideActivation::Sigmoid,
                    Activation::Tanh => InsideActivation::Tanh,
                },
                parameters: layer.params.len(),
                window,
                padding,
                whole: *whole,
                folded: folded(layer),
            });
        }
        Self {
            model: session.selected().into(),
            version: inside::version(session),
            empty: way.empty,
            values: Float32Array::from(&way.trace.values[..]),
            input: network.spec().input,
            marked: way.marked,
            layers,
            answer: (&way.answer).into(),
        }
    }
}

/// From the last layer to the chances: one number a digit in each list.
#[derive(Serialize, Tsify)]
pub struct InsideAnswer {
    /// The chances are e^total over their sum. Else each is 1 / (1 + e^-total) by itself, and they need not sum to one.
    softmax: bool,
    /// What the last layer puts out.
    outputs: Vec<f32>,
    /// What memory's votes are added to: the outputs (softmax), or ln(a / (1 - a)) with a held between 0.0001 and 0.9999.
    logits: Vec<f32>,
    /// What memory adds to each. Without softmax: what speaks for it, less the most that speaks for another.
    votes: Vec<f32>,
    /// Logits and votes.
    totals: Vec<f32>,
    /// What is read. Without softmax, where memory adds nothing, the outputs themselves.
    probabilities: Vec<f32>,
    /// The chances of the labels from 10 on: of the person's symbols, which memory alone reads.
    symbols: Vec<f32>,
    /// What those leave to the digits: 1 where there are none.
    rest: f32,
    /// The digit with the largest chance.
    likeliest: u8,
}

impl From<&inside::Answer> for InsideAnswer {
    fn from(answer: &inside::Answer) -> Self {
        let all = &answer.probabilities;
        let (digits, symbols) = all.split_at(all.len().min(answer.outputs.len()));
        Self {
            softmax: answer.softmax,
            outputs: answer.outputs.clone(),
            logits: answer.logits.clone(),
            votes: answer.votes.clone(),
            totals: answer.totals.clone(),
            probabilities: digits.to_vec(),
            symbols: symbols.to_vec(),
            rest: answer.rest,
            likeliest: answer.likeliest(),
        }
    }
}

/// What a group of terms stands for: "all", "place" at [row, column], "row" at [row], "block" at [row, column, height,
/// width], "map" at [channel], "rest", "ranks" at [first, last]. Cells count from the upper left corner: of the window, or of
/// what enters.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum InsidePart {
    /// The whole sum.
    All,
    /// A cell.
    Place,
    /// A row of a window.
    Row,
    /// A rectangle of what enters.
    Block,
    /// A channel of what enters.
    Map,
    /// What is smaller than what stands before it.
    Rest,
    /// Of more than ten that stand in order, the first to the last.
    Ranks,
}

/// Some of the terms: never more than ten numbers, first `terms`, then `groups`, which add up to `sum`.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct InsideGroup {
    kind: InsidePart,
    /// Which one: see `InsidePart`.
    at: Vec<usize>,
    /// Σ x·w of all that is in it.
    sum: f64,
    /// Σ x·whole of all that is in it; null where the weights are no whole numbers.
    whole: Option<f64>,
    /// Terms in it, at all levels.
    count: usize,
    /// Terms of this level: their places in `inputs`, `x`, `w`.
    terms: Vec<usize>,
    groups: Vec<InsideGroup>,
}

impl From<&inside::Group> for InsideGroup {
    fn from(group: &inside::Group) -> Self {
        let (kind, at) = match group.part {
            Part::All => (InsidePart::All, vec![]),
            Part::Place(row, column) => (InsidePart::Place, vec![row, column]),
            Part::Row(row) => (InsidePart::Row, vec![row]),
            Part::Block(row, column, height, width) => {
                (InsidePart::Block, vec![row, column, height, width])
            }
            Part::Map(channel) => (InsidePart::Map, vec![channel]),
            Part::Rest => (InsidePart::Rest, vec![]),
            Part::Ranks(first, last) => (InsidePart::Ranks, vec![first, last]),
        };
        Self {
            kind,
            at,
            sum: group.sum,
            whole: group.whole,
            count: group.count,
            terms: group.terms.clone(),
            groups: group.groups.iter().map(Into::into).collect(),
        }
    }
}

/// How the first level is cut.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum InsideBy {
    /// By cells.
    Place,
    /// By channels.
    Map,
    /// By size.
    Size,
}

/// A way to cut a sum.
#[derive(Serialize, Tsify)]
pub struct InsideCut {
    by: InsideBy,
    top: InsideGroup,
}

/// z = Σ x·w + bias, a = f(z); or of a margin the difference of two such sums.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct InsideSum {
    version: u64,
    layer: usize,
    /// Of a margin: the first answer.
    unit: usize,
    /// Row, column, channel of the unit.
    #[tsify(type = "[number, number, number]")]
    at: [usize; 3],
    /// For each term the number that enters: its place in what enters the layer, or -1 for a zero of the padding.
    inputs: Vec<i32>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    x: Float32Array,
    /// Of a pool: 1 for the largest, 0 for the others.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    w: Float32Array,
    /// Where the weights are whole numbers times a scale: w = whole · scale, rounded to a float.
    whole: Option<Vec<i32>>,
    scale: Option<f32>,
    bias: f64,
    /// Σ x·w + bias of these terms, in doubles.
    sum: f64,
    /// What the network reckoned: |sum - z| <= bound.
    z: f64,
    /// (n + 1) · 2^-24 · (Σ|x·w| + |bias|) for n terms; four times that in a batch normalization.
    bound: f64,
    /// After the activation; of a margin, the difference of the totals.
    a: f64,
    /// What memory adds to the logit of this answer; of a margin, the difference of the votes; null below the last layer.
    memory: Option<f64>,
    /// The ways to add it up: each to sum - bias.
    cuts: Vec<InsideCut>,
}

impl InsideSum {
    pub(super) fn new(version: u64, sum: &inside::Sum) -> Self {
        let inputs = sum.terms.iter().map(|term| match term.input {
            Some(input) => input as i32,
            None => -1,
        });
        let column = |of: fn(&trazo_nn::explain::Term<f32>) -> f32| {
            let numbers: Vec<f32> = sum.terms.iter().map(of).collect();
            Float32Array::from(&numbers[..])
        };
        let cuts = sum.cuts.iter().map(|(by, top)| InsideCut {
            by: match by {
                By::Place => InsideBy::Place,
                By::Map => InsideBy::Map,
                By::Size => InsideBy::Size,
            },
            top: top.into(),
        });
        Self {
            version,
            layer: sum.layer,
            unit: sum.unit,
            at: sum.at,
            inputs: inputs.collect(),
            x: column(|term| term.x),
            w: column(|term| term.w),
            whole: sum.whole.as_ref().map(|whole| whole.numbers.clone()),
            scale: sum.whole.as_ref().map(|whole| whole.scale),
            bias: sum.bias,
            sum: sum.sum,
            z: sum.z,
            bound: sum.bound,
            a: sum.a,
            memory: sum.memory,
            cuts: cuts.collect(),
        }
    }
}

/// An example, or a drawing of the hand, in memory that a drawing looks like.
#[derive(Serialize, Tsify)]
pub struct InsideNeighbour {
    id: u64,
    label: u8,
    /// How alike the two are to the network: 1 is the same.
    nearness: f32,
    /// What it would add to the logit of its label by itself; 0: it is not heard. Of each label only the nearest counts.
    vote: f32,
}

impl From<&Reminder> for InsideNeighbour {
    fn from(reminder: &Reminder) -> Self {
        Self {
            id: reminder.id,
            label: reminder.label,
            nearness: reminder.nearness,
            vote: reminder.vote,
        }
    }
}

/// What memory has that is nearest, nearest first.
#[derive(Serialize, Tsify)]
#[serde(transparent)]
pub struct InsideNeighbours(pub(super) Vec<InsideNeighbour>);

/// How the logit of an answer changes where a number of the input changes a little: one for each, [h, w, c].
#[derive(Serialize, Tsify)]
pub struct InsideGradient {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    gradient: Float32Array,
    /// The same in a network of the same layers with random weights, which nobody trained: always the same ones.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    untrained: Float32Array,
}

impl From<&inside::Gradient> for InsideGradient {
    fn from(gradient: &inside::Gradient) -> Self {
        Self {
            gradient: Float32Array::from(&gradient.trained[..]),
            untrained: Float32Array::from(&gradient.untrained[..]),
        }
    }
}

/// A piece of a drawing.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct InsidePiece {
    drawing: Drawing,
    /// The answer without it; null: nothing is left without it.
    without: Option<InsideAnswer>,
}

/// A drawing without its pieces.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct InsidePieces {
    /// As it is.
    answer: InsideAnswer,
    pieces: Vec<InsidePiece>,
    /// Pieces without all of which the likeliest digit is another, found by taking away what costs the answer most and putting
    /// back what was not needed; none: there is no such set short of everything.
    smallest: Vec<usize>,
    /// The answer without them.
    without: Option<InsideAnswer>,
}

impl From<&inside::Pieces> for InsidePieces {
    fn from(pieces: &inside::Pieces) -> Self {
        let each = pieces.pieces();
        let each = each.iter().zip(&pieces.without);
        let each = each.map(|(drawing, without)| InsidePiece {
            drawing: drawing.into(),
            without: without.as_ref().map(Into::into),
        });
        Self {
            answer: (&pieces.answer).into(),
            pieces: each.collect(),
            smallest: pieces.smallest.clone(),
            without: pieces.changed.as_ref().map(Into::into),
        }
    }
}

/// A drawing that drives a unit.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct InsideWaking {
    /// Before the activation.
    z: f32,
    /// After it.
    a: f32,
    /// The unit asked for, or the strongest of its map.
    unit: usize,
    label: u8,
    /// The example's; null for one of the exam's.
    id: Option<u64>,
    /// Null for an example that came as a picture: then `picture` is there.
    drawing: Option<Drawing>,
    picture: Option<NetworkInput>,
}

/// The drawings that drive a unit most, strongest first, at most nine of each kind.
#[derive(Serialize, Tsify)]
pub struct InsideWakes {
    exam: Vec<InsideWaking>,
    own: Vec<InsideWaking>,
}

impl InsideWakes {
    pub(super) fn new(session: &Session, wakes: &inside::Wakes) -> Self {
        let waking = |waking: &inside::Waking| {
            let (mut drawing, mut picture) = (waking.drawing.as_ref().map(Into::into), None);
            if let Some(example) = waking.id.and_then(|id| session.examples().get(id)) {
                match &example.content {
                    Content::Picture { mnist, .. } => picture = Some(mnist.into()),
                    // One that could not be read was not looked at.
                    Content::Strokes(_) => {
                        drawing = example.drawing().ok().flatten().as_ref().map(Into::into);
                    }
                }
            }
            InsideWaking {
                z: waking.z,
                a: waking.a,
                unit: waking.unit,
                label: waking.label,
                id: waking.id,
                drawing,
                picture,
            }
        };
        Self {
            exam: wakes.exam.iter().map(waking).collect(),
            own: wakes.own.iter().map(waking).collect(),
        }
    }
}

/// What the first step of backpropagation does to a layer.
#[derive(Serialize, Tsify)]
pub struct InsideDelta {
    layer: usize,
    /// What entered it: a step changes the weight from input i to unit j by -rate · delta[j] · inputs[i], and the bias of j by
    /// -rate · delta[j].
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    inputs: Float32Array,
    /// The gradient of the loss by each unit's z.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    delta: Float32Array,
}

/// Backpropagation on the one drawing, as the original project taught.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct InsidePlain {
    rate: f64,
    /// In a lesson.
    steps: usize,
    /// Before.
    loss: f32,
    /// What the outputs ought to have been.
    target: Vec<f32>,
    /// Outputs (with softmax, chances of the network alone) less the target.
    error: Vec<f32>,
    /// The dense layers, the last one first.
    deltas: Vec<InsideDelta>,
    /// The outputs (with softmax, chances) of the network alone after each step.
    after_steps: Vec<Vec<f32>>,
    /// What would be read in the end, with memory as it is.
    after: InsideAnswer,
    /// In the end.
    exam: Exam,
}

impl From<&inside::Plain> for InsidePlain {
    fn from(plain: &inside::Plain) -> Self {
        let deltas = plain.deltas.iter().map(|delta| InsideDelta {
            layer: delta.layer,
            inputs: Float32Array::from(&delta.inputs[..]),
            delta: Float32Array::from(&delta.delta[..]),
        });
        Self {
            rate: inside::RATE,
            steps: inside::STEPS,
            loss: plain.loss,
            target: plain.target.clone(),
            error: plain.error.clone(),
            deltas: deltas.collect(),
            after_steps: plain.after_steps.clone(),
            after: (&plain.after).into(),
            exam: plain.exam.into(),
        }
    }
}

/// A lesson in Trazo's own way.
#[derive(Serialize, Tsify)]
pub struct InsideOwn {
    /// The network says so already and is sure: nothing would be trained.
    confirmed: bool,
    /// Steps that the weights would take.
    steps: u32,
    /// Weights and biases that would move.
    moved: usize,
    /// How far, all together: the root of the sum of squares.
    distance: f64,
    /// How long the weights of the layers that can move are, likewise.
    length: f64,
    /// With the weights as they would be, and memory as it is.
    weights: InsideAnswer,
    /// With memory as it would be.
    after: InsideAnswer,
    /// In the end.
    exam: Exam,
}

impl From<&inside::Own> for InsideOwn {
    fn from(own: &inside::Own) -> Self {
        Self {
            confirmed: own.confirmed,
            steps: own.steps,
            moved: own.moved,
            distance: own.distance,
            length: own.length,
            weights: (&own.weights).into(),
            after: (&own.after).into(),
            exam: own.exam.into(),
        }
    }
}

/// What a lesson would do, in both ways.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct InsideLesson {
    /// The model is taught in the original's way, which is `plain`; else in its `own`.
    original: bool,
    /// What is read now.
    before: InsideAnswer,
    /// Now.
    exam: Exam,
    #[tsify(type = "InsidePlain")]
    plain: Option<InsidePlain>,
    #[tsify(type = "InsideOwn")]
    own: Option<InsideOwn>,
}

impl From<&inside::Lesson> for InsideLesson {
    /// Of one that is done.
    fn from(lesson: &inside::Lesson) -> Self {
        Self {
            original: lesson.original,
            before: (&lesson.before).into(),
            exam: lesson.exam.into(),
            plain: lesson.plain.as_ref().map(Into::into),
            own: lesson.own.as_ref().map(Into::into),
        }
    }
}
