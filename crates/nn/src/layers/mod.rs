//! The layers: what each computes forward, and what gradient it hands back.
//!
//! Every layer is a pair of functions over a batch. Forward turns `input` into `output`. Backward
//! gets `delta`, the gradient of the loss with respect to the layer's output, and fills in the
//! gradient of the layer's parameters and, where anyone asks, that of its input.

pub mod activation;
pub mod batch_norm;
pub mod conv;
pub mod dense;
pub mod dropout;
pub mod max_pool;

use crate::Real;
use crate::error::Result;
use crate::kernels::Isa;
use crate::kernels::panels::Packed;
use crate::plan::Layer;
use crate::spec::LayerSpec;

/// What a layer is told: where it stands, its parameters, how many samples come.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a, T> {
    pub layer: &'a Layer,
    pub params: &'a [T],
    pub rows: usize,
    pub isa: Isa,
    /// While training: the seed of this layer's randomness in this step.
    pub training: Option<u64>,
}

/// What a layer keeps from call to call, apart from its output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory<T> {
    /// One number an input: the dropout mask, or the normalised input.
    pub per_input: Vec<T>,
    /// Batch normalisation: mean, variance and 1/σ of this batch, `channels` numbers each.
    pub statistics: Vec<T>,
}

/// Memory that all layers share, because each is done with it before the next begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch<T> {
    /// One picture with zeros around it.
    pub padded: Vec<T>,
    /// A kernel, or its gradient, the other way round.
    pub turned: Vec<T>,
    /// The right-hand side of a multiply.
    pub packed: Packed<T>,
    /// Positions of what is not zero.
    pub live: Vec<u32>,
    /// What is not zero.
    pub values: Vec<T>,
    /// Where the list of each pixel begins.
    pub starts: Vec<u32>,
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

/// Whether so much is zero that it had better be left out: judged by a few hundred numbers, evenly
/// spread.
pub(crate) fn is_sparse<T: Real>(values: &[T]) -> bool {
    // Odd, so that it does not fall into step with the lines of a picture.
    let stride = (values.len() / 256) | 1;
    let (mut seen, mut live) = (0, 0);
    for value in values.iter().step_by(stride) {
        seen += 1;
        live += usize::from(*value != T::ZERO);
    }
    3 * live < seen
}

/// Runs a layer forward.
pub(crate) fn forward<T: Real>(
    call: Call<'_, T>,
    input: &[T],
    output: &mut [T],
    memory: &mut Memory<T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    match call.layer.spec {
        LayerSpec::Dense { .. } => dense::forward(call, input, output, scratch),
        LayerSpec::Conv { kernel, .. } => conv::forward(call, kernel, input, output, scratch),
        LayerSpec::MaxPool { size } => {
            max_pool::forward(call, size, input, output);
            Ok(())
        }
        LayerSpec::BatchNorm { .. } => batch_norm::forward(call, input, output, memory),
        LayerSpec::Dropout { rate } => dropout::forward(call, rate, input, output, memory),
    }
}

/// Runs a layer backward, after the same batch went forward.
pub(crate) fn backward<T: Real>(
    call: Call<'_, T>,
    pass: Backward<'_, T>,
    memory: &mut Memory<T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    activation::backward(call.isa, call.layer.activation(), pass.output, pass.delta);
    match call.layer.spec {
        LayerSpec::Dense { .. } => dense::backward(call, pass, scratch),
        LayerSpec::Conv { kernel, .. } => conv::backward(call, kernel, pass, scratch),
        LayerSpec::MaxPool { size } => {
            max_pool::backward(call, size, pass);
            Ok(())
        }
        LayerSpec::BatchNorm { .. } => {
            batch_norm::backward(call, pass, memory);
            Ok(())
        }
        LayerSpec::Dropout { .. } => {
            dropout::backward(call, pass, memory);
            Ok(())
        }
    }
}
