//! Max-pooling, the largest of each window, channel by channel:
//! `y[i, j, c] = max over ky, kx of x[i·s + ky, j·s + kx, c]`, windows `s x s`, side by side.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[batch, height, width, channels]` |
//! | `y` | `[batch, ⌊height / s⌋, ⌊width / s⌋, channels]` |
//!
//! Lines and columns that do not fill a window are left out. The gradient of `y` goes to the first
//! of the window's numbers that is the largest, in reading order; all others get zero (Ranzato, Huang,
//! Boureau and LeCun, "Unsupervised Learning of Invariant Feature Hierarchies", CVPR 2007).
//!
//! ```
//! use trazo_nn::{LayerSpec, Loss, Network, NetworkSpec, Workspace};
//! let spec = NetworkSpec {
//!     input: [2, 4, 1],
//!     layers: vec![LayerSpec::MaxPool { size: 2 }],
//!     loss: Loss::SquaredError,
//! };
//! let network = Network::<f32>::new(spec, 0)?;
//! let picture = [1.0, 2.0, 0.0, 7.0, 4.0, 3.0, 5.0, 6.0];
//! assert_eq!(network.predict(&picture, &mut Workspace::new())?, [4.0, 7.0]);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use super::{Backward, Context, Layer, Placed, Site, Term};
use crate::Real;
use crate::error::Result;
use crate::kernels::pool;

/// A window larger than this has no use and is more likely a mistake.
const MAX_SIZE: usize = 1 << 12;

/// Where it may stand: anywhere that a window fits.
pub(crate) fn place(site: Site<'_>, size: usize) -> Result<Placed> {
    let [height, width, channels] = site.in_shape;
    site.at_least_one("the window", size)?;
    if size > height || size > width || size > MAX_SIZE {
        return Err(site.window_too_large(size));
    }
    Ok(Placed {
        out_shape: [height / size, width / size, channels],
        weights: 0,
        others: 0,
    })
}

/// One output as the formula says: the largest of its window, which gets the weight 1.
pub(crate) fn unit<T: Real>(
    layer: &Layer,
    size: usize,
    x: &[T],
    unit: usize,
    mut see: impl FnMut(Term<T>),
) -> T {
    let [_, width, channels] = layer.in_shape;
    let [_, out_width, _] = layer.out_shape;
    let [i, j, c] = [
        unit / channels / out_width,
        unit / channels % out_width,
        unit % channels,
    ];
    let pixel = |k: usize| (i * size + k / size) * width + j * size + k % size;
    let window = (0..size * size).map(|k| pixel(k) * channels + c);
    let mut largest = pixel(0) * channels + c;
    for input in window.clone() {
        if x[input] > x[largest] {
            largest = input;
        }
    }
    for input in window {
        see(Term {
            input: Some(input),
            x: x[input],
            parameter: None,
            w: if input == largest { T::ONE } else { T::ZERO },
        });
    }
    x[largest]
}

// The fast path: the same for a batch.

pub(crate) fn forward<T: Real>(
    context: Context<'_, T>,
    size: usize,
    input: &[T],
    output: &mut [T],
) {
    let [_, width, channels] = context.layer.in_shape;
    let pictures = input.chunks_exact(context.layer.inputs());
    let outputs = output.chunks_exact_mut(context.layer.outputs());
    for (input, output) in pictures.zip(outputs) {
        let op = pool::MaxPool {
            input,
            output,
            width,
            channels,
            size,
        };
        T::max_pool(context.isa, op);
    }
}

pub(crate) fn backward<T: Real>(context: Context<'_, T>, size: usize, pass: Backward<'_, T>) {
    let Some(input_delta) = pass.input_delta else {
        return;
    };
    let [_, width, channels] = context.layer.in_shape;
    let (inputs, outputs) = (context.layer.inputs(), context.layer.outputs());
    for (row, input_delta) in input_delta.chunks_exact_mut(inputs).enumerate() {
        let op = pool::MaxPoolBackward {
            input: &pass.input[row * inputs..][..inputs],
            output: &pass.output[row * outputs..][..outputs],
            delta: &pass.delta[row * outputs..][..outputs],
            input_delta,
            width,
            channels,
            size,
        };
        T::max_pool_backward(context.isa, op);
    }
}
