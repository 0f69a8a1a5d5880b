//! A dense layer: every output sees every input, `y = f(x W + b)`.
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

use super::{Backward, Context, Layer, Placed, Site, Term, activation};
use crate::Real;
use crate::error::{Result, grow, product};
use crate::init::{Start, draw_weights};
use crate::kernels::gemm::{Epilogue, Gemm};
use crate::kernels::gemv::{ColumnSums, RankOneUpdate, VectorMatrix};
use crate::kernels::sparse::{OuterProduct, Write, is_sparse, list_capacity};
use crate::kernels::view::{Axis, View};
use crate::kernels::{Isa, Scratch};
use crate::spec::Activation;
use rand_pcg::Pcg32;

/// Where it may stand: anywhere.
pub(crate) fn place(site: Site<'_>, units: usize) -> Result<Placed> {
    site.at_least_one("the number of units", units)?;
    let sizes = [site.in_shape.iter().product(), units];
    Ok(Placed {
        out_shape: [1, 1, units],
        weights: product(
            "the weights of a dense layer",
            &sizes,
            super::MAX_PARAMETERS,
        )?,
        others: units,
    })
}

/// How it starts: random weights (or what `start` says), no bias.
pub(crate) fn init<T: Real>(
    start: Start,
    layer: &Layer,
    activation: Activation,
    params: &mut [T],
    random: &mut Pcg32,
) {
    let (weights, bias) = params.split_at_mut(layer.weights);
    let fans = [layer.inputs(), layer.outputs()];
    draw_weights(start, weights, fans, activation, random);
    bias.fill(T::ZERO);
}

/// One output as the formula says: `z[j] = Σ_i x[i] · W[i, j] + b[j]`.
pub(crate) fn unit<T: Real>(
    layer: &Layer,
    params: &[T],
    x: &[T],
    j: usize,
    mut see: impl FnMut(Term<T>),
) -> T {
    let (w, b) = params.split_at(layer.weights);
    let mut z = T::ZERO;
    for (i, &x) in x.iter().enumerate() {
        let weight = i * layer.outputs() + j;
        z += x * w[weight];
        see(Term {
            input: Some(i),
            x,
            parameter: Some(layer.params.start + weight),
            w: w[weight],
        });
    }
    z + b[j]
}

// The fast path: the same for a batch.

/// Up to this many samples go through one by one: a register tile would be mostly empty.
const FEW: usize = 3;

pub(crate) fn forward<T: Real>(
    context: Context<'_, T>,
    input: &[T],
    output: &mut [T],
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (context.layer.inputs(), context.layer.outputs());
    let (weights, bias) = context.params.split_at(context.layer.weights);
    let relu = context.layer.activation() == Activation::Relu;
    // Large batches leave small rests: made for them too, so that none of them allocates later.
    let nonzero = grow("a dense layer", &mut scratch.nonzero, inputs)?;
    if context.rows <= FEW || is_sparse(input) {
        for (x, y) in input
            .chunks_exact(inputs)
            .zip(output.chunks_exact_mut(outputs))
        {
            let op = VectorMatrix {
                x,
                weights,
                bias,
                y,
                nonzero,
                relu,
            };
            T::vector_matrix(context.isa, op);
        }
    } else {
        let b = scratch.packed.rows(context.isa, inputs, outputs, weights)?;
        T::gemm(
            context.isa,
            Gemm {
                a: View::matrix(input, context.rows, inputs),
                b,
                c: output,
                strides: (outputs, 1),
                epilogue: if relu {
                    Epilogue::BiasRelu(bias)
                } else {
                    Epilogue::Bias(bias)
                },
            },
        );
    }
    Ok(())
}

pub(crate) fn backward<T: Real>(
    context: Context<'_, T>,
    pass: Backward<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (context.layer.inputs(), context.layer.outputs());
    let (weight_gradients, bias_gradients) = pass.gradients.split_at_mut(context.layer.weights);
    let delta: &[T] = pass.delta;

    // Made in any case: the next batch may be sparse, and must not allocate.
    grow(
        "a dense layer",
        &mut scratch.nonzero,
        list_capacity(context.rows),
    )?;
    grow(
        "a dense layer",
        &mut scratch.values,
        list_capacity(context.rows),
    )?;
    // ∂W = xᵀ δ.
    if is_sparse(pass.input) {
        let place = (context.layer, context.rows, context.isa);
        outer_product(
            place,
            pass.input,
            delta,
            weight_gradients,
            Write::Store,
            scratch,
        )?;
    } else {
        T::gemm(
            context.isa,
            Gemm {
                a: View::matrix(pass.input, context.rows, inputs).transposed(),
                b: scratch
                    .packed
                    .rows(context.isa, context.rows, outputs, delta)?,
                c: weight_gradients,
                strides: (outputs, 1),
                epilogue: Epilogue::Store,
            },
        );
    }
    // ∂b = Σ δ.
    T::column_sums(
        context.isa,
        ColumnSums {
            rows: delta,
            sums: bias_gradients,
            add_scaled: None,
        },
    );
    match pass.input_delta {
        Some(input_delta) => input_gradient(context, delta, input_delta, scratch),
        None => Ok(()),
    }
}

/// `xᵀ δ` without what is zero in `x`.
fn outer_product<T: Real>(
    (layer, rows, isa): (&Layer, usize, Isa),
    x: &[T],
    delta: &[T],
    c: &mut [T],
    write: Write<T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (layer.inputs(), layer.outputs());
    T::outer_product(
        isa,
        OuterProduct {
            x,
            rows: inputs,
            y: delta,
            samples: Axis::even(rows, outputs),
            segments: 1,
            width: outputs,
            stride: 0,
            c,
            write,
            nonzero: grow("a dense layer", &mut scratch.nonzero, list_capacity(rows))?,
            values: grow("a dense layer", &mut scratch.values, list_capacity(rows))?,
        },
    );
    Ok(())
}

/// `∂xᵀ = W δᵀ`: this way round the weights are read as they lie, and only `δ`, which is small, is
/// packed.
fn input_gradient<T: Real>(
    context: Context<'_, T>,
    delta: &[T],
    input_delta: &mut [T],
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (inputs, outputs) = (context.layer.inputs(), context.layer.outputs());
    let b = scratch
        .packed
        .transpose(context.isa, outputs, context.rows, delta)?;
    T::gemm(
        context.isa,
        Gemm {
            a: View::matrix(&context.params[..context.layer.weights], inputs, outputs),
            b,
            c: input_delta,
            strides: (1, inputs),
            epilogue: Epilogue::Store,
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
        let context = Context {
            layer,
            params,
            rows,
            isa,
            training: None,
        };
        input_gradient(context, pass.delta, input_delta, scratch)?;
    }
    let (weights, bias) = params.split_at_mut(layer.weights);
    let nonzero = grow(
        "a dense layer",
        &mut scratch.nonzero,
        rows.max(layer.inputs()),
    )?;
    if rows == 1 {
        let sums = bias.iter_mut().zip(pass.delta.iter_mut());
        for (bias, delta) in sums {
            *delta *= rate;
            *bias -= *delta;
        }
        T::rank_one_update(
            isa,
            RankOneUpdate {
                weights,
                x: pass.input,
                step: pass.delta,
                nonzero,
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
            add_scaled: Some(-rate),
        },
    );
    let write = Write::AddScaled(-rate);
    outer_product(
        (layer, rows, isa),
        pass.input,
        delta,
        weights,
        write,
        scratch,
    )
}
