//! Dropout. While training, `y = x · m`, where each `m` is 0 with probability `rate` and `1 / (1 - rate)`
//! otherwise, so that the expectation stays; otherwise `y = x`. The gradient is `δx = δy · m`.
//!
//! Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: A Simple Way to
//! Prevent Neural Networks from Overfitting", JMLR 15, 2014 (the "inverted" form).
//!
//! The mask is made from the seed and step given to [`crate::Workspace::set_training`] and the
//! layer's position: the same step gives the same mask, on every machine.
//!
//! ```
//! use trazo_nn::{LayerSpec, Loss, Network, NetworkSpec, Targets, Workspace};
//! let spec = NetworkSpec {
//!     input: [1, 1, 1000],
//!     layers: vec![LayerSpec::Dropout { rate: 0.25 }],
//!     loss: Loss::SquaredError,
//! };
//! let network = Network::<f64>::new(spec, 0)?;
//! let mut ws = Workspace::new();
//! // Answering is not training: nothing is dropped.
//! assert_eq!(network.predict(&[1.0; 1000], &mut ws)?, [1.0; 1000]);
//! // While training a quarter becomes 0 and the others 4/3; ½ Σ y² is then 1000 · 0.75 · (4/3)² / 2.
//! ws.set_training(7);
//! let loss = network.loss_and_gradient(0, &[1.0; 1000], Targets::Soft(&[0.0; 1000]), &mut ws)?;
//! assert!((loss / 666.7 - 1.0).abs() < 0.1);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use super::{Backward, Context, Placed, Saved, Site, Term};
use crate::Real;
use crate::error::{Error, Result, grow};
use crate::kernels::elementwise::Multiply;
use rand::Rng;
use rand_pcg::Pcg32;

/// Where it may stand: anywhere.
pub(crate) fn place(site: Site<'_>, rate: f64) -> Result<Placed> {
    if !(0.0..1.0).contains(&rate) {
        return Err(Error::Setting {
            name: "the dropout rate",
            value: rate,
            range: "at least 0 and below 1",
        });
    }
    Ok(Placed {
        out_shape: site.in_shape,
        weights: 0,
        others: 0,
    })
}

/// One output as the formula says, of a network that answers and does not train.
pub(crate) fn unit<T: Real>(x: &[T], unit: usize, mut see: impl FnMut(Term<T>)) -> T {
    see(Term {
        input: Some(unit),
        x: x[unit],
        parameter: None,
        w: T::ONE,
    });
    x[unit]
}

// The fast path: the same for a batch, and while training.

pub(crate) fn forward<T: Real>(
    context: Context<'_, T>,
    rate: f64,
    input: &[T],
    output: &mut [T],
    saved: &mut Saved<T>,
) -> Result<()> {
    let Some(seed) = context.training else {
        output.copy_from_slice(input);
        return Ok(());
    };
    let mask = grow("a dropout mask", &mut saved.per_input, input.len())?;
    let mut random = Pcg32::new(seed, 0xd20);
    let dropped = (rate * 2f64.powi(32)) as u64;
    let kept = T::from_f64(1.0 / (1.0 - rate));
    for value in mask.iter_mut() {
        let drop = u64::from(random.next_u32()) < dropped;
        *value = if drop { T::ZERO } else { kept };
    }
    T::multiply(
        context.isa,
        Multiply {
            x: input,
            y: mask,
            product: output,
        },
    );
    Ok(())
}

pub(crate) fn backward<T: Real>(context: Context<'_, T>, pass: Backward<'_, T>, saved: &Saved<T>) {
    let Some(input_delta) = pass.input_delta else {
        return;
    };
    if context.training.is_none() {
        input_delta.copy_from_slice(pass.delta);
        return;
    }
    T::multiply(
        context.isa,
        Multiply {
            x: pass.delta,
            y: &saved.per_input[..pass.delta.len()],
            product: input_delta,
        },
    );
}
