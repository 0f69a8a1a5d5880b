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
//! `∂b = Σ δ`, and the gradient by `x` is itself a convolution, of `δ` with the kernel flipped both ways
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

use super::{Backward, Context, Layer, MAX_ACTIVATIONS, MAX_PARAMETERS, Placed, Site, Term};
use crate::Real;
use crate::error::{Error, Result, product};
use crate::init::{Start, draw_weights};
use crate::kernels::Scratch;
use crate::kernels::conv::Conv;
use crate::kernels::gemm::Epilogue;
use crate::kernels::gemv::ColumnSums;
use crate::spec::{Activation, Padding};
use rand_pcg::Pcg32;

/// Where it may stand: anywhere that a kernel with a middle fits.
pub(crate) fn place(
    site: Site<'_>,
    filters: usize,
    kernel: usize,
    padding: Padding,
) -> Result<Placed> {
    let [height, width, channels] = site.in_shape;
    site.at_least_one("the number of filters", filters)?;
    site.at_least_one("the kernel", kernel)?;
    if kernel.is_multiple_of(2) {
        return Err(Error::EvenKernel {
            layer: site.index,
            kernel,
        });
    }
    let [out_height, out_width] = match padding {
        // More padding than picture would be a mistake, too.
        Padding::Same if kernel / 2 <= height.max(width) => [height, width],
        Padding::Valid if kernel <= height && kernel <= width => {
            [height - kernel + 1, width - kernel + 1]
        }
        _ => return Err(site.window_too_large(kernel)),
    };
    let sizes = [kernel, kernel, channels, filters];
    let weights = product("the weights of a convolution", &sizes, MAX_PARAMETERS)?;
    // What the kernels count with: places in a line of pixels by their weights, and both pictures with
    // zeros around them, forward and backward.
    let line = [width, channels, filters];
    product("a line of a convolution", &line, u32::MAX as usize)?;
    let zeros = zeros_around(kernel, padding);
    for (zeros, height, width, channels) in [
        (zeros, height, width, channels),
        (kernel - 1 - zeros, out_height, out_width, filters),
    ] {
        let padded = [height + 2 * zeros, width + 2 * zeros, channels];
        let operation = "a picture with the padding of a convolution";
        product(operation, &padded, MAX_ACTIVATIONS)?;
    }
    Ok(Placed {
        out_shape: [out_height, out_width, filters],
        weights,
        others: filters,
    })
}

/// How it starts: random weights (or what `start` says), no bias.
pub(crate) fn init<T: Real>(
    start: Start,
    layer: &Layer,
    kernel: usize,
    activation: Activation,
    params: &mut [T],
    random: &mut Pcg32,
) {
    let (weights, bias) = params.split_at_mut(layer.weights);
    let taps = kernel * kernel;
    let fans = [taps * layer.in_shape[2], taps * layer.out_shape[2]];
    draw_weights(start, weights, fans, activation, random);
    bias.fill(T::ZERO);
}

/// `p`: how many zeros there are on each side of the input.
fn zeros_around(kernel: usize, padding: Padding) -> usize {
    match padding {
        Padding::Same => (kernel - 1) / 2,
        Padding::Valid => 0,
    }
}

/// One output as the formula says:
/// `z[i, j, f] = Σ_{ky, kx, c} x[i + ky - p, j + kx - p, c] · W[ky, kx, c, f] + b[f]`.
pub(crate) fn unit<T: Real>(
    layer: &Layer,
    kernel: usize,
    padding: Padding,
    params: &[T],
    x: &[T],
    unit: usize,
    mut see: impl FnMut(Term<T>),
) -> T {
    let [height, width, channels] = layer.in_shape;
    let [_, out_width, filters] = layer.out_shape;
    let (i, j, f) = (
        unit / filters / out_width,
        unit / filters % out_width,
        unit % filters,
    );
    let (w, b) = params.split_at(layer.weights);
    let p = zeros_around(kernel, padding);
    let mut z = T::ZERO;
    for ky in 0..kernel {
        for kx in 0..kernel {
            for c in 0..channels {
                let inside =
                    (p..p + height).contains(&(i + ky)) && (p..p + width).contains(&(j + kx));
                let input = inside.then(|| ((i + ky - p) * width + j + kx - p) * channels + c);
                let weight = ((ky * kernel + kx) * channels + c) * filters + f;
                let x = input.map_or(T::ZERO, |input| x[input]);
                z += x * w[weight];
                see(Term {
                    input,
                    x,
                    parameter: Some(layer.params.start + weight),
                    w: w[weight],
                });
            }
        }
    }
    z + b[f]
}

// The fast path: the same for a batch.

fn conv_of(layer: &Layer, kernel: usize, padding: Padding) -> Conv {
    Conv {
        kernel,
        zeros: zeros_around(kernel, padding),
        in_shape: layer.in_shape,
        out_shape: layer.out_shape,
    }
}

pub(crate) fn forward<T: Real>(
    context: Context<'_, T>,
    kernel: usize,
    padding: Padding,
    input: &[T],
    output: &mut [T],
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let (weights, bias) = context.params.split_at(context.layer.weights);
    let epilogue = match context.layer.activation() {
        Activation::Relu => Epilogue::BiasRelu(bias),
        Activation::Linear | Activation::Sigmoid | Activation::Tanh => Epilogue::Bias(bias),
    };
    let conv = conv_of(context.layer, kernel, padding);
    conv.forward(context.isa, input, weights, output, epilogue, scratch)
}

pub(crate) fn backward<T: Real>(
    context: Context<'_, T>,
    kernel: usize,
    padding: Padding,
    pass: Backward<'_, T>,
    scratch: &mut Scratch<T>,
) -> Result<()> {
    let conv = conv_of(context.layer, kernel, padding);
    let weights = &context.params[..context.layer.weights];
    let (weight_gradients, bias_gradients) = pass.gradients.split_at_mut(context.layer.weights);
    let delta: &[T] = pass.delta;
    // ∂W = Xᵀ δ.
    conv.weight_gradient(context.isa, pass.input, delta, weight_gradients, scratch)?;
    // ∂b = Σ δ.
    let sums = ColumnSums {
        rows: delta,
        sums: bias_gradients,
        add_scaled: None,
    };
    T::column_sums(context.isa, sums);
    // ∂x: δ convolved with the flipped kernel.
    match pass.input_delta {
        Some(input_delta) => conv.input_gradient(context.isa, delta, weights, input_delta, scratch),
        None => Ok(()),
    }
}
