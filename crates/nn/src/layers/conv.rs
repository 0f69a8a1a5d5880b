//! 2-D convolution with stride 1, as the field calls it (a cross-correlation):
//! `y[i, j, f] = f(Σ_{ky, kx, c} x[i + ky - p, j + kx - p, c] · W[ky, kx, c, f] + b[f])`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[batch, height, width, channels]` |
//! | `W` | `[kernel, kernel, channels, filters]`, row-major |
//! | `b` | `[filters]` |
//! | `y` | `[batch, height, width, filters]` with padding *same* (`p = (kernel - 1) / 2`, zeros outside), `kernel - 1` less each way with *valid* (`p = 0`) |
//!
//! With `X` the matrix that has one row for each output pixel, holding the window around it (im2col:
//! Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
//! Processing", 2006), `y = X W + b`. So the gradients are those of a dense layer, `∂W = Xᵀ δ`,
//! `∂b = Σ δ`, and the gradient by `x` is itself a convolution, of `δ` with the kernel turned by 180°
//! and its channels and filters swapped. `X` is never made: a `View` reads it out of the picture.
//!
//! ```
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Padding, Workspace};
//! let spec = |padding| NetworkSpec {
//!     input: [3, 3, 1],
//!     layers: vec![LayerSpec::Conv { filters: 1, kernel: 3, padding, activation: Activation::Linear }],
//!     loss: Loss::SquaredError,
//! };
//! // A kernel of ones counts the ink around each pixel.
//! let ones = [vec![1.0f32; 9], vec![0.0]].concat();
//! let picture = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
//! let mut ws = Workspace::new();
//! let same = Network::from_params(spec(Padding::Same), ones.clone())?;
//! assert_eq!(same.predict(&picture, &mut ws)?, [2.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 2.0]);
//! let valid = Network::from_params(spec(Padding::Valid), ones)?;
//! assert_eq!(valid.predict(&picture, &mut ws)?, [3.0]);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use super::{Backward, Call, Scratch, activation, is_sparse};
use crate::Real;
use crate::error::{Result, grow};
use crate::kernels::Isa;
use crate::kernels::gemm::{Finish, Gemm};
use crate::kernels::panels::{Packed, Panels};
use crate::kernels::sparse::{Convolve, Into, Outer, room};
use crate::kernels::vector::ColumnSums;
use crate::kernels::view::View;
use crate::spec::Activation;

pub(crate) fn forward<T: Real>(
    call: Call<'_, T>,
    kernel: usize,
    input: &[T],
    output: &mut [T],
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let [height, width, channels] = call.layer.in_shape;
    let [out_height, out_width, filters] = call.layer.out_shape;
    let (weights, bias) = call.params.split_at(call.layer.weights);
    let margin = (out_height + kernel - 1 - height) / 2;
    let finish = match call.layer.activation() {
        Activation::Relu => Finish::BiasRelu(bias),
        Activation::Linear | Activation::Sigmoid => Finish::Bias(bias),
    };
    let (shape, out_shape) = (call.layer.in_shape, call.layer.out_shape);
    // Made in any case: the next batch may be sparse, and must not allocate.
    let inputs = call.layer.inputs();
    grow("a convolution", &mut scratch.live, inputs)?;
    grow("a convolution", &mut scratch.values, inputs)?;
    grow("a convolution", &mut scratch.starts, height * width + 1)?;
    if pays(call.isa, filters, input) {
        let place = (call.isa, kernel, margin, finish);
        let lists = (&mut scratch.live, &mut scratch.values, &mut scratch.starts);
        convolve(place, (input, shape), weights, (output, out_shape), lists)?;
        activation::finish(call.layer.activation(), output);
        return Ok(());
    }
    let Scratch { padded, packed, .. } = scratch;
    let depth = kernel * kernel * channels;
    let b = packed.rows(call.isa, depth, filters, weights)?;
    let mut frame = Frame::new([height, width, channels], margin, padded)?;
    let pictures = input.chunks_exact(call.layer.inputs());
    let outputs = output.chunks_exact_mut(call.layer.outputs());
    for (picture, output) in pictures.zip(outputs) {
        let (picture, line) = frame.around(picture);
        T::gemm(
            call.isa,
            Gemm {
                a: View::windows(picture, line, channels, [out_height, out_width], kernel),
                b,
                c: output,
                strides: (filters, 1),
                finish,
            },
        );
    }
    activation::finish(call.layer.activation(), output);
    Ok(())
}

pub(crate) fn backward<T: Real>(
    call: Call<'_, T>,
    kernel: usize,
    pass: Backward<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let [height, width, channels] = call.layer.in_shape;
    let [out_height, out_width, filters] = call.layer.out_shape;
    let weights = &call.params[..call.layer.weights];
    let (weight_gradients, bias_gradients) = pass.gradients.split_at_mut(call.layer.weights);
    let delta: &[T] = pass.delta;
    let margin = (out_height + kernel - 1 - height) / 2;
    let sparse = pays(call.isa, kernel * channels, delta);
    let depth = kernel * kernel * channels;
    let pixels = out_height * out_width;
    // Made in any case: the next batch may be sparse, and must not allocate.
    let most = room(pixels).max(pixels * filters);
    grow("a convolution", &mut scratch.live, most)?;
    grow("a convolution", &mut scratch.values, most)?;
    grow("a convolution", &mut scratch.starts, pixels + 1)?;
    grow("a convolution", &mut scratch.turned, depth * filters)?;

    // ∂W = Xᵀ δ, picture after picture into one sum; without what is zero in δ it is ∂Wᵀ = δᵀ X.
    let Scratch { padded, packed, .. } = scratch;
    let turned_gradients = match sparse {
        true => grow("a convolution", &mut scratch.turned, depth * filters)?,
        false => &mut [],
    };
    turned_gradients.fill(T::ZERO);
    let mut frame = Frame::new([height, width, channels], margin, padded)?;
    let mut finish = Finish::Store;
    for (picture, delta) in pass
        .input
        .chunks_exact(call.layer.inputs())
        .zip(delta.chunks_exact(call.layer.outputs()))
    {
        let (picture, line) = frame.around(picture);
        let windows = View::windows(picture, line, channels, [out_height, out_width], kernel);
        if sparse {
            let room = room(windows.rows.len);
            T::outer(
                call.isa,
                Outer {
                    x: delta,
                    rows: filters,
                    y: picture,
                    samples: windows.rows,
                    segments: kernel,
                    width: kernel * channels,
                    stride: line,
                    c: turned_gradients,
                    into: Into::GoOn,
                    live: grow("a convolution", &mut scratch.live, room)?,
                    values: grow("a convolution", &mut scratch.values, room)?,
                },
            );
            continue;
        }
        let b = packed.rows(call.isa, out_height * out_width, filters, delta)?;
        T::gemm(
            call.isa,
            Gemm {
                a: windows.transposed(),
                b,
                c: weight_gradients,
                strides: (filters, 1),
                finish,
            },
        );
        finish = Finish::Accumulate;
    }
    if sparse {
        for (k, row) in weight_gradients.chunks_exact_mut(filters).enumerate() {
            for (filter, gradient) in row.iter_mut().enumerate() {
                *gradient = turned_gradients[filter * depth + k];
            }
        }
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

    // ∂x: δ, with the rest of the margin around it, convolved with the kernel turned round.
    let Some(input_delta) = pass.input_delta else {
        return Ok(());
    };
    if pays(call.isa, channels, delta) {
        return spread(call, kernel, margin, delta, input_delta, scratch);
    }
    {
        let b = turned(
            call.isa,
            weights,
            [kernel * kernel, channels, filters],
            packed,
        )?;
        let margin = kernel - 1 - margin;
        let shape = [out_height, out_width, filters];
        let mut frame = Frame::new(shape, margin, padded)?;
        for (delta, input_delta) in delta
            .chunks_exact(call.layer.outputs())
            .zip(input_delta.chunks_exact_mut(call.layer.inputs()))
        {
            let (delta, line) = frame.around(delta);
            T::gemm(
                call.isa,
                Gemm {
                    a: View::windows(delta, line, filters, [height, width], kernel),
                    b,
                    c: input_delta,
                    strides: (channels, 1),
                    finish: Finish::Store,
                },
            );
        }
    }
    Ok(())
}

/// Whether it pays to leave zeros out: where registers are narrow, and what is added at a time is not.
fn pays<T: Real>(isa: Isa, width: usize, delta: &[T]) -> bool {
    T::lanes(isa) == 4 && width >= 16 && is_sparse(delta)
}

/// `∂x` without what is zero in `δ`.
fn spread<T: Real>(
    call: Call<'_, T>,
    kernel: usize,
    margin: usize,
    delta: &[T],
    input_delta: &mut [T],
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let out_shape = call.layer.in_shape;
    let shape = call.layer.out_shape;
    let (filters, channels) = (shape[2], out_shape[2]);
    let rows = kernel * kernel * filters;
    let weights = grow("a convolution", &mut scratch.turned, rows * channels)?;
    for (k, row) in weights.chunks_exact_mut(channels).enumerate() {
        let (tap, filter) = (kernel * kernel - 1 - k / filters, k % filters);
        for (channel, weight) in row.iter_mut().enumerate() {
            *weight = call.params[(tap * channels + channel) * filters + filter];
        }
    }
    let place = (call.isa, kernel, kernel - 1 - margin, Finish::Store);
    let lists = (&mut scratch.live, &mut scratch.values, &mut scratch.starts);
    convolve(
        place,
        (delta, shape),
        weights,
        (input_delta, out_shape),
        lists,
    )
}

/// Picture after picture, without what is zero in them.
fn convolve<T: Real>(
    (isa, kernel, margin, finish): (Isa, usize, usize, Finish<'_, T>),
    (pictures, shape): (&[T], [usize; 3]),
    weights: &[T],
    (out, out_shape): (&mut [T], [usize; 3]),
    (live, values, starts): (&mut Vec<u32>, &mut Vec<T>, &mut Vec<u32>),
) -> Result<()> {
    let [height, width, channels] = shape;
    let each = height * width * channels;
    let live = grow("a convolution", live, each)?;
    let values = grow("a convolution", values, each)?;
    let starts = grow("a convolution", starts, height * width + 1)?;
    let outs = out.chunks_exact_mut(out_shape.iter().product());
    for (picture, out) in pictures.chunks_exact(each).zip(outs) {
        T::convolve(
            isa,
            Convolve {
                picture,
                shape,
                kernel,
                margin,
                weights,
                out,
                out_shape,
                finish,
                live,
                values,
                starts,
            },
        );
    }
    Ok(())
}

/// The kernel turned by 180° with channels and filters swapped: row `(ky, kx, f)`, column `c`.
fn turned<'a, T: Real>(
    isa: Isa,
    weights: &[T],
    [taps, channels, filters]: [usize; 3],
    packed: &'a mut Packed<T>,
) -> Result<Panels<'a, T>> {
    packed.fill(isa, taps * filters, channels, |k, columns, panel| {
        let (tap, filter) = (taps - 1 - k / filters, k % filters);
        for (value, channel) in panel.iter_mut().zip(columns) {
            *value = weights[(tap * channels + channel) * filters + filter];
        }
    })
}

/// A frame of zeros that pictures are put into, one after the other.
struct Frame<'a, T> {
    padded: &'a mut [T],
    shape: [usize; 3],
    margin: usize,
}

impl<'a, T: Real> Frame<'a, T> {
    fn new(shape: [usize; 3], margin: usize, buffer: &'a mut Vec<T>) -> Result<Self> {
        let [height, width, channels] = shape;
        let len = match margin {
            0 => 0,
            _ => (height + 2 * margin) * (width + 2 * margin) * channels,
        };
        let padded = grow("the margin of a convolution", buffer, len)?;
        padded.fill(T::ZERO);
        Ok(Frame {
            padded,
            shape,
            margin,
        })
    }

    /// The picture in its frame and the length of a line; the picture itself if the frame is empty.
    fn around<'b>(&'b mut self, picture: &'b [T]) -> (&'b [T], usize) {
        let [_, width, channels] = self.shape;
        if self.margin == 0 {
            return (picture, width * channels);
        }
        let line = (width + 2 * self.margin) * channels;
        let inside = self.padded.chunks_exact_mut(line).skip(self.margin);
        for (to, from) in inside.zip(picture.chunks_exact(width * channels)) {
            let start = self.margin * channels;
            to[start..start + from.len()].copy_from_slice(from);
        }
        (self.padded, line)
    }
}
