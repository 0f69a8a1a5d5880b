//! How wrong an answer is, and in which direction.
//!
//! With `a` the outputs `[batch, classes]` and `y` the targets, the mean over the batch of
//!
//! | | loss of a sample | gradient, by what the last layer puts out |
//! |---|---|---|
//! | cross-entropy | `-Σ y log p`, `p = softmax(z)`, `p_i = e^{z_i} / Σ e^{z_j}` | `p Σy - y`, which is `p - y` where `Σy = 1` |
//! | squared error | `½ Σ (a - y)²` | `a - y` |
//!
//! each divided by the size of the batch. A label is the target that is 1 there and 0 elsewhere. The
//! softmax is taken together with the logarithm, `log p_i = z_i - max - log Σ e^{z_j - max}`, so that
//! nothing overflows (Bishop, "Pattern Recognition and Machine Learning", 2006, sections 4.3.4 and
//! 5.2).
//!
//! ```
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Targets, Workspace};
//! let spec = NetworkSpec {
//!     input: [1, 1, 2],
//!     layers: vec![LayerSpec::Dense { units: 2, activation: Activation::Linear }],
//!     loss: Loss::CrossEntropy,
//! };
//! // With all weights zero both classes are equally likely, and the loss is log 2.
//! let network = Network::from_params(spec, vec![0.0f64; 6])?;
//! let mut ws = Workspace::new();
//! let loss = network.loss_and_gradient(0, &[1.0, 3.0], Targets::Labels(&[1]), &mut ws)?;
//! assert!((loss - 2f64.ln()).abs() < 1e-12);
//! // ∂b = p - y.
//! assert_eq!(ws.gradients()[4..], [0.5, -0.5]);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use crate::Real;
use crate::error::{Error, Result};
use crate::spec::Loss;

/// What the outputs of a batch should have been.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Targets<'a, T> {
    /// One class a sample.
    Labels(&'a [u8]),
    /// `[batch, classes]`, row-major: probabilities under cross-entropy, values under squared error.
    Soft(&'a [T]),
}

impl<T: Real> Targets<'_, T> {
    /// That there is one target a sample, and that every label is a class.
    pub(crate) fn check(&self, rows: usize, classes: usize) -> Result<()> {
        match *self {
            Targets::Labels(labels) => {
                if labels.len() != rows {
                    return Err(Error::Shape {
                        operation: "the labels of a batch",
                        expected: [rows].into(),
                        found: [labels.len()].into(),
                    });
                }
                let bad = labels
                    .iter()
                    .position(|&label| usize::from(label) >= classes);
                match bad {
                    Some(sample) => Err(Error::Label {
                        sample,
                        label: labels[sample],
                        classes,
                    }),
                    None => Ok(()),
                }
            }
            Targets::Soft(values) if Some(values.len()) == rows.checked_mul(classes) => Ok(()),
            Targets::Soft(values) => Err(Error::Shape {
                operation: "the targets of a batch",
                expected: [rows, classes].into(),
                found: [values.len()].into(),
            }),
        }
    }

    /// The target of output `class` of sample `row`.
    fn at(&self, row: usize, class: usize, classes: usize) -> T {
        match *self {
            Targets::Labels(labels) if usize::from(labels[row]) == class => T::ONE,
            Targets::Labels(_) => T::ZERO,
            Targets::Soft(values) => values[row * classes + class],
        }
    }
}

/// `p = softmax(z)`, in place.
pub fn softmax<T: Real>(row: &mut [T]) {
    let max = largest(row);
    let mut sum = T::ZERO;
    for value in row.iter_mut() {
        *value = (*value - max).exp();
        sum += *value;
    }
    for value in row.iter_mut() {
        *value = *value / sum;
    }
}

fn largest<T: Real>(row: &[T]) -> T {
    let first = row.first().copied().unwrap_or(T::ZERO);
    row.iter()
        .fold(first, |max, &x| if x > max { x } else { max })
}

/// The mean loss of a batch; `delta` becomes its gradient by `outputs`.
pub(crate) fn mean_loss<T: Real>(
    loss: Loss,
    outputs: &[T],
    targets: Targets<'_, T>,
    classes: usize,
    delta: &mut [T],
) -> T {
    let rows = outputs.len() / classes;
    let share = T::ONE / T::from_f64(rows as f64);
    let mut total = T::ZERO;
    for (row, (z, delta)) in outputs
        .chunks_exact(classes)
        .zip(delta.chunks_exact_mut(classes))
        .enumerate()
    {
        let target = |class| targets.at(row, class, classes);
        match loss {
            Loss::SquaredError => {
                for class in 0..classes {
                    let error = z[class] - target(class);
                    total += T::from_f64(0.5) * error * error;
                    delta[class] = error * share;
                }
            }
            Loss::CrossEntropy => {
                let max = largest(z);
                let mut sum = T::ZERO;
                for (delta, &z) in delta.iter_mut().zip(z) {
                    *delta = (z - max).exp();
                    sum += *delta;
                }
                let log_sum = sum.ln();
                let weight = match targets {
                    Targets::Labels(_) => T::ONE,
                    Targets::Soft(_) => (0..classes).fold(T::ZERO, |sum, c| sum + target(c)),
                };
                for class in 0..classes {
                    let wanted = target(class);
                    if wanted != T::ZERO {
                        total -= wanted * (z[class] - max - log_sum);
                    }
                    delta[class] = (delta[class] / sum * weight - wanted) * share;
                }
            }
        }
    }
    total * share
}
