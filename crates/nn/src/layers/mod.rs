//! The layers, a file each: the formula with its shapes, gradient and source; where it may stand
//! (`place`); how it starts (`init`); one output of it as the plain loop that the formula says (`unit`),
//! which is what to read first and what the tests hold the rest against; and the same for a whole
//! batch, fast (`forward` and `backward`).
//!
//! Forward turns `input` into `output`. Backward gets `delta`, the gradient of the loss by the layer's
//! output, and fills in the gradient of the layer's parameters and, where anyone asks, that of its
//! input.

pub mod activation;
pub mod batch_norm;
pub mod conv;
pub mod dense;
pub mod dropout;
pub mod max_pool;

use crate::Real;
use crate::error::{Error, Result, Shape, product};
use crate::init::Start;
use crate::kernels::{Isa, Scratch};
use crate::spec::{Activation, LayerSpec, Loss, NetworkSpec};
use rand_pcg::Pcg32;
use std::ops::Range;

/// The most parameters a network may have: half a gigabyte of `f32`.
pub const MAX_PARAMETERS: usize = 1 << 27;

/// The most numbers a single sample may have at any layer boundary.
const MAX_ACTIVATIONS: usize = 1 << 27;

/// The most numbers that a batch may have at any layer boundary while it trains: the kernels keep
/// lists of places as `u32`.
pub(crate) const MAX_BATCH: usize = u32::MAX as usize;

/// A layer in its place in a network: what goes in, what comes out, which parameters are its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What it does.
    pub spec: LayerSpec,
    /// Height, width, channels of one sample that enters.
    pub in_shape: [usize; 3],
    /// Height, width, channels of one sample that leaves.
    pub out_shape: [usize; 3],
    /// Its parameters in the network's flat vector: weights, then bias.
    pub params: Range<usize>,
    /// How many of them are weights (the rest are biases, or normalization's shift and statistics):
    /// what weight decay acts on.
    pub weights: usize,
}

impl Layer {
    /// Numbers of one sample that enter.
    pub fn inputs(&self) -> usize {
        self.in_shape.iter().product()
    }

    /// Numbers of one sample that leave.
    pub fn outputs(&self) -> usize {
        self.out_shape.iter().product()
    }

    /// Multiplications with a weight for one sample, forward.
    pub fn multiply_adds(&self) -> u64 {
        let [height, width, _] = self.out_shape;
        match self.spec {
            LayerSpec::Conv { .. } => self.weights as u64 * (height * width) as u64,
            LayerSpec::Dense { .. } => self.weights as u64,
            _ => 0,
        }
    }

    /// The activation that this layer ends with.
    pub fn activation(&self) -> Activation {
        match self.spec {
            LayerSpec::Conv { activation, .. }
            | LayerSpec::Dense { activation, .. }
            | LayerSpec::BatchNorm { activation } => activation,
            LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. } => Activation::Linear,
        }
    }
}

/// Where a layer is to stand: its number, the shape of what enters, and the layer before it.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub index: usize,
    pub in_shape: [usize; 3],
    pub before: Option<&'a Layer>,
}

impl Site<'_> {
    /// That `size` is not zero; `what` is its name.
    fn at_least_one(&self, what: &'static str, size: usize) -> Result<()> {
        match size {
            0 => Err(Error::ZeroSize {
                layer: self.index,
                what,
            }),
            _ => Ok(()),
        }
    }

    /// That a window of `side` by `side` is too large for what enters.
    fn window_too_large(&self, side: usize) -> Error {
        Error::WindowTooLarge {
            layer: self.index,
            window: [side, side].into(),
            input: self.in_shape.into(),
        }
    }
}

/// What a layer is in its place: the shape of what leaves, and how many parameters it has.
pub(crate) struct Placed {
    pub out_shape: [usize; 3],
    pub weights: usize,
    /// Parameters beside the weights.
    pub others: usize,
}

impl NetworkSpec {
    /// Every layer in its place, with its shapes and its range of the parameters: what a network of this
    /// kind would be, without making one.
    ///
    /// # Errors
    /// As [`crate::Network::new`], but for memory.
    pub fn place(&self) -> Result<Vec<Layer>> {
        place(self)
    }
}

/// Places every layer of `spec`, or says why one of them cannot stand where it is.
pub(crate) fn place(spec: &NetworkSpec) -> Result<Vec<Layer>> {
    if spec.input.contains(&0) {
        return Err(Error::ZeroInput {
            shape: spec.input.into(),
        });
    }
    product("the network's input", &spec.input, MAX_ACTIVATIONS)?;
    let mut layers: Vec<Layer> = Vec::new();
    for (index, &spec_of_layer) in spec.layers.iter().enumerate() {
        let before = layers.last();
        let in_shape = before.map_or(spec.input, |before| before.out_shape);
        let site = Site {
            index,
            in_shape,
            before,
        };
        let placed = match spec_of_layer {
            LayerSpec::Conv {
                filters,
                kernel,
                padding,
                ..
            } => conv::place(site, filters, kernel, padding)?,
            LayerSpec::MaxPool { size } => max_pool::place(site, size)?,
            LayerSpec::Dense { units, .. } => dense::place(site, units)?,
            LayerSpec::BatchNorm { .. } => batch_norm::place(site)?,
            LayerSpec::Dropout { rate } => dropout::place(site, rate)?,
        };
        product("the output of a layer", &placed.out_shape, MAX_ACTIVATIONS)?;
        let start = before.map_or(0, |before| before.params.end);
        let end = start + placed.weights + placed.others;
        if end > MAX_PARAMETERS {
            return Err(Error::TooLarge {
                operation: "the parameters of the network",
                shape: Shape(vec![end]),
            });
        }
        layers.push(Layer {
            spec: spec_of_layer,
            in_shape,
            out_shape: placed.out_shape,
            params: start..end,
            weights: placed.weights,
        });
    }
    let Some(last) = layers.last() else {
        return Err(Error::NoLayers);
    };
    if spec.loss == Loss::CrossEntropy && last.activation() != Activation::Linear {
        return Err(Error::Layer {
            layer: layers.len() - 1,
            reason: "under cross-entropy the last layer is softmaxed, so its own activation must \
                     be linear (or softmax, which says the same)"
                .to_owned(),
        });
    }
    Ok(layers)
}

/// Gives layer `index` the parameters that training starts from (see [`crate::init`]).
pub(crate) fn init<T: Real>(
    start: Start,
    layers: &[Layer],
    index: usize,
    params: &mut [T],
    seed: u64,
) {
    let layer = &layers[index];
    // A batch normalization brings its own activation, which is then this layer's.
    let activation = match layers.get(index + 1).map(|next| next.spec) {
        Some(LayerSpec::BatchNorm { activation }) => activation,
        _ => layer.activation(),
    };
    let mut random = Pcg32::new(seed, index as u64);
    match layer.spec {
        LayerSpec::Dense { .. } => dense::init(start, layer, activation, params, &mut random),
        LayerSpec::Conv { kernel, .. } => {
            conv::init(start, layer, kernel, activation, params, &mut random);
        }
        LayerSpec::BatchNorm { .. } => batch_norm::init(layer, params),
        LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. } => {}
    }
}

/// One term of the sum that an output is: an input times a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term<T> {
    /// Which of the numbers that enter the layer, `0..inputs`; `None` for the zeros around a picture.
    pub input: Option<usize>,
    /// The number that entered there.
    pub x: T,
    /// Which of the network's parameters it is multiplied by; `None` where the weight is no parameter: in a
    /// pool (1 for the largest, 0 for the others), in a batch normalization (`γ / √(σ² + ε)`) and in
    /// a dropout (1).
    pub parameter: Option<usize>,
    /// The weight that it is multiplied by.
    pub w: T,
}

/// Output `unit` of `layer` for one sample `x`, before its activation, by the plain loop in the layer's
/// file; `see` is shown each term on the way. `params` are the layer's own.
pub(crate) fn unit<T: Real>(
    layer: &Layer,
    params: &[T],
    x: &[T],
    unit: usize,
    see: impl FnMut(Term<T>),
) -> T {
    match layer.spec {
        LayerSpec::Dense { .. } => dense::unit(layer, params, x, unit, see),
        LayerSpec::Conv {
            kernel, padding, ..
        } => conv::unit(layer, kernel, padding, params, x, unit, see),
        LayerSpec::MaxPool { size } => max_pool::unit(layer, size, x, unit, see),
        LayerSpec::BatchNorm { .. } => batch_norm::unit(layer, params, x, unit, see),
        LayerSpec::Dropout { .. } => dropout::unit(x, unit, see),
    }
}

/// What is added to the terms of output `unit`, and which of the network's parameters it is, if any.
pub(crate) fn bias<T: Real>(layer: &Layer, params: &[T], unit: usize) -> (T, Option<usize>) {
    match layer.spec {
        LayerSpec::Dense { .. } | LayerSpec::Conv { .. } => {
            let place = layer.weights + unit % layer.out_shape[2];
            (params[place], Some(layer.params.start + place))
        }
        LayerSpec::BatchNorm { .. } => (batch_norm::bias(layer, params, unit), None),
        LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. } => (T::ZERO, None),
    }
}

/// What a layer is told each time it runs: where it stands, its parameters, how many samples come.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a, T> {
    pub layer: &'a Layer,
    pub params: &'a [T],
    pub rows: usize,
    pub isa: Isa,
    /// While training: the seed of this layer's randomness in this step.
    pub training: Option<u64>,
}

/// What a layer saves on its way forward for its way back, apart from its output. Made for the largest
/// batch so far, so that what belongs to this one is its first part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Saved<T> {
    /// One number an input: the dropout mask.
    pub per_input: Vec<T>,
    /// Batch normalization: mean, variance and 1/σ of this batch, `channels` numbers each.
    pub statistics: Vec<T>,
}

/// What backward reads and writes.
pub(crate) struct Backward<'a, T> {
    pub input: &'a [T],
    pub output: &'a [T],
    /// Gradient by the output; the layer may overwrite it.
    pub delta: &'a mut [T],
    /// Gradient by the layer's parameters; the layer fills all of it.
    pub gradients: &'a mut [T],
    /// Gradient by the input, unless nobody needs it.
    pub input_delta: Option<&'a mut [T]>,
}

/// Runs a layer forward.
pub(crate) fn forward<T: Real>(
    context: Context<'_, T>,
    input: &[T],
    output: &mut [T],
    saved: &mut Saved<T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    match context.layer.spec {
        LayerSpec::Dense { .. } => dense::forward(context, input, output, scratch)?,
        LayerSpec::Conv {
            kernel, padding, ..
        } => conv::forward(context, kernel, padding, input, output, scratch)?,
        LayerSpec::MaxPool { size } => max_pool::forward(context, size, input, output),
        LayerSpec::BatchNorm { .. } => batch_norm::forward(context, input, output, saved)?,
        LayerSpec::Dropout { rate } => dropout::forward(context, rate, input, output, saved)?,
    }
    activation::finish(context.layer.activation(), output);
    Ok(())
}

/// Runs a layer backward, after the same batch went forward.
pub(crate) fn backward<T: Real>(
    context: Context<'_, T>,
    pass: Backward<'_, T>,
    saved: &Saved<T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let layer = context.layer;
    activation::backward(context.isa, layer.activation(), pass.output, pass.delta);
    match layer.spec {
        LayerSpec::Dense { .. } => dense::backward(context, pass, scratch)?,
        LayerSpec::Conv {
            kernel, padding, ..
        } => conv::backward(context, kernel, padding, pass, scratch)?,
        LayerSpec::MaxPool { size } => max_pool::backward(context, size, pass),
        LayerSpec::BatchNorm { .. } => batch_norm::backward(context, pass, saved),
        LayerSpec::Dropout { .. } => dropout::backward(context, pass, saved),
    }
    Ok(())
}
