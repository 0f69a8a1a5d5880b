//! Every output sees every input: `y = f(x W + b)`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[batch, in]`, whatever came before, flattened |
//! | `W` | `[in, out]`, row-major |
//! | `b` | `[out]` |
//! | `y` | `[batch, out]` |
//!
//! Gradients, with `δ` the gradient by `z = x W + b`: `∂W = xᵀ δ`, `∂b = Σ δ` over the batch,
//! `∂x = δ Wᵀ` (Rumelhart, Hinton and Williams, "Learning representations by back-propagating
//! errors", Nature 323, 1986).
//!
//! ```
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Workspace};
//! let spec = NetworkSpec {
//!     input: [1, 1, 2],
//!     layers: vec![LayerSpec::Dense { units: 3, activation: Activation::Linear }],
//!     loss: Loss::SquaredError,
//! };
//! // W = [[1, 2, 3], [4, 5, 6]], b = [0.5, 0, 0].
//! let network = Network::from_params(spec, vec![1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0, 0.5, 0.0, 0.0])?;
//! assert_eq!(network.predict(&[1.0, 10.0], &mut Workspace::new())?, [41.5, 52.0, 63.0]);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use super::{Backward, Call, Scratch, activation, is_sparse};
use crate::Real;
use crate::error::{Result, grow};
use crate::kernels::Isa;
use crate::kernels::gemm::{Finish, Gemm};
use crate::kernels::sparse::{Into, Outer, room};
use crate::kernels::vector::{ColumnSums, RankOne, VectorMatrix};
use crate::kernels::view::{Axis, View};
use crate::plan::Layer;
use crate::spec::Activation;

/// Up to this many samples go through one by one: a register tile would be mostly empty.
const FEW: usize = 3;

pub(crate) fn forward<T: Real>(
    call: Call<'_, T>,
    input: &[T],
    output: &mut [T],
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (call.layer.inputs(), call.layer.outputs());
    let (weights, bias) = call.params.split_at(call.layer.weights);
    let relu = call.layer.activation() == Activation::Relu;
    // Large batches leave small rests: made for them too, so that none of them allocates later.
    let live = grow("a dense layer", &mut scratch.live, inputs)?;
    if call.rows <= FEW || is_sparse(input) {
        for (x, y) in input
            .chunks_exact(inputs)
            .zip(output.chunks_exact_mut(outputs))
        {
            let op = VectorMatrix {
                x,
                weights,
                bias,
                y,
                live,
                relu,
            };
            T::vector_matrix(call.isa, op);
        }
    } else {
        let b = scratch.packed.rows(call.isa, inputs, outputs, weights)?;
        T::gemm(
            call.isa,
            Gemm {
                a: View::matrix(input, call.rows, inputs),
                b,
                c: output,
                strides: (outputs, 1),
                finish: if relu {
                    Finish::BiasRelu(bias)
                } else {
                    Finish::Bias(bias)
                },
            },
        );
    }
    activation::finish(call.layer.activation(), output);
    Ok(())
}

pub(crate) fn backward<T: Real>(
    call: Call<'_, T>,
    pass: Backward<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (call.layer.inputs(), call.layer.outputs());
    let (weight_gradients, bias_gradients) = pass.gradients.split_at_mut(call.layer.weights);
    let delta: &[T] = pass.delta;

    // Made in any case: the next batch may be sparse, and must not allocate.
    grow("a dense layer", &mut scratch.live, room(call.rows))?;
    grow("a dense layer", &mut scratch.values, room(call.rows))?;
    // ∂W = xᵀ δ.
    if is_sparse(pass.input) {
        let place = (call.layer, call.rows, call.isa);
        outer_product(
            place,
            pass.input,
            delta,
            weight_gradients,
            Into::Store,
            scratch,
        )?;
    } else {
        T::gemm(
            call.isa,
            Gemm {
                a: View::matrix(pass.input, call.rows, inputs).transposed(),
                b: scratch.packed.rows(call.isa, call.rows, outputs, delta)?,
                c: weight_gradients,
                strides: (outputs, 1),
                finish: Finish::Store,
            },
        );
    }
    // ∂b = Σ δ.
    T::column_sums(
        call.isa,
        ColumnSums {
            rows: delta,
            sums: bias_gradients,
            add: None,
        },
    );
    match pass.input_delta {
        Some(input_delta) => input_gradient(call, delta, input_delta, scratch),
        None => Ok(()),
    }
}

/// `xᵀ δ` without what is zero in `x`.
fn outer_product<T: Real>(
    (layer, rows, isa): (&Layer, usize, Isa),
    x: &[T],
    delta: &[T],
    c: &mut [T],
    into: Into<T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (layer.inputs(), layer.outputs());
    T::outer(
        isa,
        Outer {
            x,
            rows: inputs,
            y: delta,
            samples: Axis::even(rows, outputs),
            segments: 1,
            width: outputs,
            stride: 0,
            c,
            into,
            live: grow("a dense layer", &mut scratch.live, room(rows))?,
            values: grow("a dense layer", &mut scratch.values, room(rows))?,
        },
    );
    Ok(())
}

/// `∂xᵀ = W δᵀ`: this way round the weights are read as they lie, and only `δ`, which is small, is
/// packed.
fn input_gradient<T: Real>(
    call: Call<'_, T>,
    delta: &[T],
    input_delta: &mut [T],
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (call.layer.inputs(), call.layer.outputs());
    let b = scratch
        .packed
        .transpose(call.isa, outputs, call.rows, delta)?;
    T::gemm(
        call.isa,
        Gemm {
            a: View::matrix(&call.params[..call.layer.weights], inputs, outputs),
            b,
            c: input_delta,
            strides: (1, inputs),
            finish: Finish::Store,
        },
    );
    Ok(())
}

/// One step of plain descent, `W -= η xᵀ δ`, `b -= η Σ δ`: the gradient is applied as it is found and
/// never written down.
pub(crate) fn descend<T: Real>(
    layer: &Layer,
    (rows, isa): (usize, Isa),
    params: &mut [T],
    rate: T,
    pass: Backward<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    activation::backward(isa, layer.activation(), pass.output, pass.delta);
    if let Some(input_delta) = pass.input_delta {
        let call = Call {
            layer,
            params,
            rows,
            isa,
            training: None,
        };
        input_gradient(call, pass.delta, input_delta, scratch)?;
    }
    let (weights, bias) = params.split_at_mut(layer.weights);
    let live = grow("a dense layer", &mut scratch.live, rows.max(layer.inputs()))?;
    if rows == 1 {
        let sums = bias.iter_mut().zip(pass.delta.iter_mut());
        for (bias, delta) in sums {
            *delta *= rate;
            *bias -= *delta;
        }
        T::rank_one(
            isa,
            RankOne {
                weights,
                x: pass.input,
                step: pass.delta,
                live,
            },
        );
        return Ok(());
    }
    let delta: &[T] = pass.delta;
    T::column_sums(
        isa,
        ColumnSums {
            rows: delta,
            sums: bias,
            add: Some(-rate),
        },
    );
    let into = Into::Add(-rate);
    outer_product(
        (layer, rows, isa),
        pass.input,
        delta,
        weights,
        into,
        scratch,
    )
}
