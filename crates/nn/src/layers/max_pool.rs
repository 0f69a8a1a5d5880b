//! The largest of each window, channel by channel:
//! `y[i, j, c] = max over ky, kx of x[i·s + ky, j·s + kx, c]`, windows `s x s`, side by side.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[batch, height, width, channels]` |
//! | `y` | `[batch, ⌊height / s⌋, ⌊width / s⌋, channels]` |
//!
//! Lines and columns that do not fill a window are left out. The gradient of `y` goes to the first
//! of the window's numbers that is the largest, in reading order; all others get zero.
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

use super::{Backward, Call};
use crate::Real;
use crate::kernels::vector;

pub(crate) fn forward<T: Real>(call: Call<'_, T>, size: usize, input: &[T], output: &mut [T]) {
    let [_, width, channels] = call.layer.in_shape;
    let pictures = input.chunks_exact(call.layer.inputs());
    let outputs = output.chunks_exact_mut(call.layer.outputs());
    for (input, output) in pictures.zip(outputs) {
        T::max_pool(
            call.isa,
            vector::MaxPool {
                input,
                output,
                width,
                channels,
                size,
            },
        );
    }
}

pub(crate) fn backward<T: Real>(call: Call<'_, T>, size: usize, pass: Backward<'_, T>) {
    let Some(input_delta) = pass.input_delta else {
        return;
    };
    let [_, width, channels] = call.layer.in_shape;
    let (inputs, outputs) = (call.layer.inputs(), call.layer.outputs());
    for (row, input_delta) in input_delta.chunks_exact_mut(inputs).enumerate() {
        T::max_pool_backward(
            call.isa,
            vector::MaxPoolBackward {
                input: &pass.input[row * inputs..][..inputs],
                output: &pass.output[row * outputs..][..outputs],
                delta: &pass.delta[row * outputs..][..outputs],
                input_delta,
                width,
                channels,
                size,
            },
        );
    }
}
