//! What is applied to each output by itself.
//!
//! | | forward | gradient, by its own output |
//! |---|---|---|
//! | linear | `a = z` | `δz = δa` |
//! | ReLU | `a = max(0, z)` | `δz = δa` where `a > 0`, else 0 |
//! | sigmoid | `a = 1 / (1 + e^-z)` | `δz = δa · a (1 - a)` |
//! | tanh | `a = (e^z - e^-z) / (e^z + e^-z)` | `δz = δa · (1 - a²)` |
//!
//! ReLU: Nair and Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines", ICML 2010. Tanh rather than
//! sigmoid, because its mean is zero: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, section 4.4.
//!
//! ```
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Workspace};
//! let spec = |activation| NetworkSpec {
//!     input: [1, 1, 1],
//!     layers: vec![LayerSpec::Dense { units: 1, activation }],
//!     loss: Loss::SquaredError,
//! };
//! let answer = |activation, z: f64| {
//!     let network = Network::from_params(spec(activation), vec![1.0, 0.0])?;
//!     Ok::<f64, trazo_nn::Error>(network.predict(&[z], &mut Workspace::new())?[0])
//! };
//! assert_eq!(answer(Activation::Relu, -3.0)?, 0.0);
//! assert_eq!(answer(Activation::Sigmoid, 0.0)?, 0.5);
//! assert_eq!(answer(Activation::Tanh, -1.0)?, (-1.0f64).tanh());
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use crate::Real;
use crate::kernels::Isa;
use crate::kernels::elementwise::{ReluBackward, SigmoidBackward, TanhBackward};
use crate::spec::Activation;

/// `a` for one `z`, as the table says.
pub(crate) fn apply<T: Real>(activation: Activation, z: T) -> T {
    match activation {
        Activation::Linear => z,
        Activation::Relu if z < T::ZERO => T::ZERO,
        Activation::Relu => z,
        Activation::Sigmoid => T::ONE / (T::ONE + (-z).exp()),
        Activation::Tanh => z.tanh(),
    }
}

/// `∂a/∂z` by `a`, as the table says.
pub(crate) fn slope<T: Real>(activation: Activation, a: T) -> T {
    match activation {
        Activation::Linear => T::ONE,
        Activation::Relu if a > T::ZERO => T::ONE,
        Activation::Relu => T::ZERO,
        Activation::Sigmoid => a * (T::ONE - a),
        Activation::Tanh => T::ONE - a * a,
    }
}

/// Applies to all `values` what the multiply has not applied already (it does ReLU on the way out).
pub(crate) fn finish<T: Real>(activation: Activation, values: &mut [T]) {
    if matches!(activation, Activation::Sigmoid | Activation::Tanh) {
        for value in values {
            *value = apply(activation, *value);
        }
    }
}

/// Turns the gradient by `a` into the gradient by `z`, in place.
pub(crate) fn backward<T: Real>(isa: Isa, activation: Activation, output: &[T], delta: &mut [T]) {
    match activation {
        Activation::Linear => {}
        Activation::Relu => T::relu_backward(isa, ReluBackward { delta, output }),
        Activation::Sigmoid => T::sigmoid_backward(isa, SigmoidBackward { delta, output }),
        Activation::Tanh => T::tanh_backward(isa, TanhBackward { delta, output }),
    }
}
