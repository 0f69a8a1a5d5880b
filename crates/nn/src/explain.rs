//! What a network tells of itself: every number on the way to an answer, the sum that makes one of them,
//! and what each number of the input does to the answer. By plain loops over the formulas, slow, meant
//! to be read and looked at; they are also what the fast way is tested against.
//!
//! Each output of each layer is a sum of products and a bias, through an activation: in a dense layer
//! and in a convolution by their weights; in a max-pool with the weight 1 for the largest and 0 for the
//! others; in a batch normalization and in a dropout (which drops nothing while it answers) of a
//! single product. So one loop explains them all, [`Network::explain`], and one loop leads the gradient
//! back through all of them, [`Network::input_gradient`].
//!
//! ```
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Workspace};
//! let spec = NetworkSpec {
//!     input: [1, 1, 2],
//!     layers: vec![LayerSpec::Dense { units: 2, activation: Activation::Relu }],
//!     loss: Loss::SquaredError,
//! };
//! // W = [[1, 2], [3, -4]], b = [0.5, 0].
//! let network = Network::from_params(spec, vec![1.0f32, 2.0, 3.0, -4.0, 0.5, 0.0])?;
//! let (picture, mut ws) = ([1.0, 10.0], Workspace::new());
//!
//! let trace = network.trace(&picture, &mut ws)?;
//! assert_eq!(trace.values[trace.layers[0].z.clone()], [31.5, -38.0]);
//! assert_eq!(trace.values[trace.layers[0].a.clone()], [31.5, 0.0]);
//!
//! let unit = network.explain(0, 0, &picture)?;
//! let products: Vec<f32> = unit.terms.iter().map(|term| term.x * term.w).collect();
//! assert_eq!(products, [1.0, 30.0]);
//! assert_eq!((unit.bias, unit.z, unit.a), (0.5, 31.5, 31.5));
//!
//! // The second output is silent: nothing that changes a little changes it.
//! assert_eq!(network.input_gradient(&picture, &[1.0, 0.0], &mut ws)?, [1.0, 3.0]);
//! assert_eq!(network.input_gradient(&picture, &[0.0, 1.0], &mut ws)?, [0.0, 0.0]);
//! # Ok::<(), trazo_nn::Error>(())
//! ```

use crate::Real;
use crate::error::{Error, Result, grow};
pub use crate::layers::Term;
use crate::layers::{self, Context, Layer, Saved, activation};
use crate::loss::softmax;
use crate::model::Network;
use crate::spec::Loss;
use crate::workspace::Workspace;
use std::ops::Range;

/// Every number on the way from one sample to its answer, in one list: the sample, then layer after
/// layer, then the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace<T> {
    /// All numbers; the ranges below say which is which.
    pub values: Vec<T>,
    /// Where the sample lies: `[height, width, channels]`.
    pub input: Range<usize>,
    /// Where each layer's numbers lie, in the order of [`Network::layers`].
    pub layers: Vec<LayerTrace>,
    /// Where the answer lies: probabilities under cross-entropy, else what the last layer puts out.
    pub answer: Range<usize>,
}

/// Where one layer's numbers lie in [`Trace::values`], `[height, width, channels]` as
/// [`Layer::out_shape`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerTrace {
    /// Before the activation.
    pub z: Range<usize>,
    /// After the activation, what the next layer gets; the same place where there is none.
    pub a: Range<usize>,
}

/// One output of a layer as the sum that it is: `z = Σ x w + bias`, `a = f(z)`.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitSum<T> {
    /// The products, in the order in which they are added.
    pub terms: Vec<Term<T>>,
    /// What is added at the end.
    pub bias: T,
    /// Which of the network's parameters the bias is, where it is one: in a batch normalization it is
    /// `β - μ γ / √(σ² + ε)`, and a max-pool and a dropout have none.
    pub bias_parameter: Option<usize>,
    /// The sum, by the plain loop: as [`Trace`] has it, but for rounding.
    pub z: T,
    /// The sum through the layer's activation.
    pub a: T,
}

impl<T: Real> Network<T> {
    /// What the network answers to one sample, as [`Network::predict`] does, by the plain loop of each
    /// layer: output after output, each the sum that its formula says.
    ///
    /// # Errors
    /// As [`Network::predict`], and [`Error::Shape`] for more than one sample.
    pub fn predict_naive(&self, sample: &[T]) -> Result<Vec<T>> {
        self.check_sample("a prediction", sample)?;
        let mut values = sample.to_vec();
        for layer in self.layers() {
            let params = &self.params()[layer.params.clone()];
            values = (0..layer.outputs())
                .map(|unit| layers::unit(layer, params, &values, unit, |_| ()))
                .map(|z| activation::apply(layer.activation(), z))
                .collect();
        }
        if self.spec().loss == Loss::CrossEntropy {
            softmax(&mut values);
        }
        Ok(values)
    }

    /// Every number on the way from one sample (`[height, width, channels]`) to its answer, bit for bit
    /// as [`Network::predict`] has them with the same kernels.
    ///
    /// # Errors
    /// As [`Network::predict`], and [`Error::Shape`] for more than one sample.
    pub fn trace(&self, sample: &[T], ws: &mut Workspace<T>) -> Result<Trace<T>> {
        self.check_sample("a trace", sample)?;
        let mut trace = Trace {
            values: sample.to_vec(),
            input: 0..sample.len(),
            layers: Vec::new(),
            answer: 0..0,
        };
        let mut input = trace.input.clone();
        for layer in self.layers() {
            // The sum by itself first: the fast way applies some activations before it lets go of it.
            let linear = Layer {
                spec: layer.spec.without_activation(),
                ..layer.clone()
            };
            let context = Context {
                layer: &linear,
                params: &self.params()[layer.params.clone()],
                rows: 1,
                isa: ws.isa,
                training: None,
            };
            let z = trace.add(layer.outputs())?;
            let (before, own) = trace.values.split_at_mut(z.start);
            let (x, saved) = (&before[input], &mut Saved::default());
            layers::forward(context, x, own, saved, &mut ws.scratch)?;
            let a = match linear.spec == layer.spec {
                true => z.clone(),
                false => trace.copy(z.clone())?,
            };
            for value in &mut trace.values[a.clone()] {
                *value = activation::apply(layer.activation(), *value);
            }
            input = a.clone();
            trace.layers.push(LayerTrace { z, a });
        }
        trace.answer = input;
        if self.spec().loss == Loss::CrossEntropy {
            trace.answer = trace.copy(trace.answer.clone())?;
            softmax(&mut trace.values[trace.answer.clone()]);
        }
        Ok(trace)
    }

    /// Output `unit` of layer `layer` as a sum, where `input` is what enters the layer for one sample
    /// (`[height, width, channels]`, from a [`Trace`]). The unit of a picture's pixel `[i, j]` and
    /// channel `c` is `(i · width + j) · channels + c`.
    ///
    /// # Errors
    /// [`Error::LayerRange`] and [`Error::Unit`] for what does not exist, [`Error::Shape`] for an input
    /// of another size.
    pub fn explain(&self, layer: usize, unit: usize, input: &[T]) -> Result<UnitSum<T>> {
        let rows = self.check_batch("an explanation", &(layer..layer.saturating_add(1)), input)?;
        let index = layer;
        let layer = &self.layers()[index];
        if rows > 1 {
            return Err(Error::Shape {
                operation: "an explanation",
                expected: layer.in_shape.into(),
                found: [input.len()].into(),
            });
        }
        if unit >= layer.outputs() {
            return Err(Error::Unit {
                layer: index,
                unit,
                units: layer.outputs(),
            });
        }
        let params = &self.params()[layer.params.clone()];
        let mut terms = Vec::new();
        let z = layers::unit(layer, params, input, unit, |term| terms.push(term));
        let (bias, bias_parameter) = layers::bias(layer, params, unit);
        Ok(UnitSum {
            terms,
            bias,
            bias_parameter,
            z,
            a: activation::apply(layer.activation(), z),
        })
    }

    /// What each number of a sample does to `Σ_k by[k] · o[k]`, with `o` what the last layer puts out
    /// before any softmax: the gradient `[height, width, channels]`. With one 1 among zeros in `by` it is the
    /// gradient of that output; with a 1 and a -1 that of the margin between two.
    ///
    /// It is led back layer by layer by the chain rule: what a sum passes on to each input is what it
    /// got, times that input's weight.
    ///
    /// # Errors
    /// As [`Network::trace`], and [`Error::Shape`] when `by` has not one number an output.
    pub fn input_gradient(&self, sample: &[T], by: &[T], ws: &mut Workspace<T>) -> Result<Vec<T>> {
        let trace = self.trace(sample, ws)?;
        if by.len() != self.outputs() {
            return Err(Error::Shape {
                operation: "a gradient by the outputs",
                expected: [self.outputs()].into(),
                found: [by.len()].into(),
            });
        }
        let mut delta = by.to_vec();
        for (index, layer) in self.layers().iter().enumerate().rev() {
            let input = match index {
                0 => &trace.values[trace.input.clone()],
                _ => &trace.values[trace.layers[index - 1].a.clone()],
            };
            let outputs = &trace.values[trace.layers[index].a.clone()];
            let params = &self.params()[layer.params.clone()];
            let mut input_delta = vec![T::ZERO; layer.inputs()];
            for (unit, (&delta, &a)) in delta.iter().zip(outputs).enumerate() {
                let delta = delta * activation::slope(layer.activation(), a);
                if delta == T::ZERO {
                    continue;
                }
                layers::unit(layer, params, input, unit, |term| {
                    if let Some(input) = term.input {
                        input_delta[input] += delta * term.w;
                    }
                });
            }
            delta = input_delta;
        }
        Ok(delta)
    }
}

impl<T: Real> Trace<T> {
    /// Makes room for `count` more numbers, which are zero.
    fn add(&mut self, count: usize) -> Result<Range<usize>> {
        let start = self.values.len();
        grow("a trace", &mut self.values, start + count)?;
        Ok(start..start + count)
    }

    /// Appends a copy of what lies in `range`.
    fn copy(&mut self, range: Range<usize>) -> Result<Range<usize>> {
        let copy = self.add(range.len())?;
        self.values.copy_within(range, copy.start);
        Ok(copy)
    }
}
