//! From a gradient to a step: `p` the parameters, `g` the gradient, `η` the learning rate, `λ` the
//! weight decay.
//!
//! | | step | source |
//! |---|---|---|
//! | SGD | `p -= η (g + λ p)` | Robbins and Monro, 1951 |
//! | momentum | `v = μ v + g + λ p`, `p -= η v`; Nesterov: `p -= η (g + λ p + μ v)` | Polyak, 1964; Sutskever, Martens, Dahl and Hinton, ICML 2013 |
//! | Adam | `m = β₁ m + (1 - β₁) g`, `v = β₂ v + (1 - β₂) g²`, `p -= η λ p`, `p -= η m̂ / (√v̂ + ε)`, with `m̂ = m / (1 - β₁ᵗ)`, `v̂ = v / (1 - β₂ᵗ)` | Kingma and Ba, ICLR 2015, algorithm 1; the decay apart from the gradient: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019 |
//!
//! ```
//! use trazo_nn::{Optimizer, OptimizerSpec};
//! let spec: OptimizerSpec = serde_json::from_str(r#"{"type": "sgd", "learningRate": 0.5}"#)?;
//! let mut optimizer = Optimizer::new(spec, 2)?;
//! let mut params = [1.0f32, 2.0];
//! optimizer.step(&mut params, &[1.0, -1.0], 1.0, 0..2)?;
//! assert_eq!(params, [0.5, 2.5]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::error::{Error, Result, grow};
use crate::kernels::Isa;
use crate::kernels::elementwise::{AdamStep, MomentumStep, SgdStep};
use crate::model::Network;
use crate::{Layer, Real};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// An optimizer as it is written down: its kind and its settings, without what it has learned on the way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Words", into = "Words")]
pub enum OptimizerSpec {
    /// Plain descent.
    Sgd {
        /// `η`, above 0.
        learning_rate: f64,
        /// `λ`, at least 0.
        weight_decay: f64,
    },
    /// Descent with a memory of where it was going.
    Momentum {
        /// `η`, above 0.
        learning_rate: f64,
        /// `μ`, at least 0 and below 1.
        momentum: f64,
        /// Look ahead: use the gradient twice.
        nesterov: bool,
        /// `λ`, at least 0.
        weight_decay: f64,
    },
    /// Steps scaled by how much each gradient varies.
    Adam {
        /// `η`, above 0.
        learning_rate: f64,
        /// `β₁`, at least 0 and below 1.
        beta1: f64,
        /// `β₂`, at least 0 and below 1.
        beta2: f64,
        /// `ε`, above 0.
        epsilon: f64,
        /// `λ`, at least 0, apart from the gradient (AdamW).
        weight_decay: f64,
    },
}

/// An [`OptimizerSpec`] as one flat JSON object (see `spec`'s `words` for why not a tagged enum).
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    #[serde(rename = "type")]
    kind: Kind,
    learning_rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    momentum: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nesterov: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beta1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beta2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
    #[serde(default)]
    weight_decay: f64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Sgd,
    Momentum,
    Adam,
}

/// Kingma and Ba's recommendations, and the usual momentum.
const MOMENTUM: f64 = 0.9;
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl From<Words> for OptimizerSpec {
    fn from(words: Words) -> Self {
        let Words {
            learning_rate,
            weight_decay,
            ..
        } = words;
        match words.kind {
            Kind::Sgd => Self::Sgd {
                learning_rate,
                weight_decay,
            },
            Kind::Momentum => Self::Momentum {
                learning_rate,
                momentum: words.momentum.unwrap_or(MOMENTUM),
                nesterov: words.nesterov.unwrap_or_default(),
                weight_decay,
            },
            Kind::Adam => Self::Adam {
                learning_rate,
                beta1: words.beta1.unwrap_or(BETA1),
                beta2: words.beta2.unwrap_or(BETA2),
                epsilon: words.epsilon.unwrap_or(EPSILON),
                weight_decay,
            },
        }
    }
}

impl From<OptimizerSpec> for Words {
    fn from(spec: OptimizerSpec) -> Self {
        let plain = |kind, learning_rate, weight_decay| Self {
            kind,
            learning_rate,
            momentum: None,
            nesterov: None,
            beta1: None,
            beta2: None,
            epsilon: None,
            weight_decay,
        };
        match spec {
            OptimizerSpec::Sgd {
                learning_rate,
                weight_decay,
            } => plain(Kind::Sgd, learning_rate, weight_decay),
            OptimizerSpec::Momentum {
                learning_rate,
                momentum,
                nesterov,
                weight_decay,
            } => Self {
                momentum: Some(momentum),
                nesterov: Some(nesterov),
                ..plain(Kind::Momentum, learning_rate, weight_decay)
            },
            OptimizerSpec::Adam {
                learning_rate,
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => Self {
                beta1: Some(beta1),
                beta2: Some(beta2),
                epsilon: Some(epsilon),
                ..plain(Kind::Adam, learning_rate, weight_decay)
            },
        }
    }
}

impl OptimizerSpec {
    /// Plain descent.
    pub fn sgd(learning_rate: f64) -> Self {
        OptimizerSpec::Sgd {
            learning_rate,
            weight_decay: 0.0,
        }
    }

    /// Adam with its authors' settings.
    pub fn adam(learning_rate: f64) -> Self {
        OptimizerSpec::Adam {
            learning_rate,
            beta1: BETA1,
            beta2: BETA2,
            epsilon: EPSILON,
            weight_decay: 0.0,
        }
    }

    /// Vectors as long as the parameters that it remembers from step to step.
    fn memories(self) -> usize {
        match self {
            OptimizerSpec::Sgd { .. } => 0,
            OptimizerSpec::Momentum { .. } => 1,
            OptimizerSpec::Adam { .. } => 2,
        }
    }

    fn check<T: Real>(self) -> Result<()> {
        // As the parameters' numbers see it: an ε of 1e-300 is 0 to an `f32`, and 0 / 0 is no step.
        let fits = |value: f64| {
            let value = T::from_f64(value);
            value > T::ZERO && value.is_finite()
        };
        let positive = |name, value: f64| match fits(value) {
            true => Ok(()),
            false => Err(Error::Setting {
                name,
                value,
                range: "above 0 and finite",
            }),
        };
        let share = |name, value: f64| match (0.0..1.0).contains(&value) {
            true => Ok(()),
            false => Err(Error::Setting {
                name,
                value,
                range: "at least 0 and below 1",
            }),
        };
        let decay = |value: f64| match value >= 0.0 && T::from_f64(value).is_finite() {
            true => Ok(()),
            false => Err(Error::Setting {
                name: "the weight decay",
                value,
                range: "at least 0 and finite",
            }),
        };
        match self {
            OptimizerSpec::Sgd {
                learning_rate,
                weight_decay,
            } => {
                positive("the learning rate", learning_rate)?;
                decay(weight_decay)
            }
            OptimizerSpec::Momentum {
                learning_rate,
                momentum,
                weight_decay,
                ..
            } => {
                positive("the learning rate", learning_rate)?;
                share("the momentum", momentum)?;
                decay(weight_decay)
            }
            OptimizerSpec::Adam {
                learning_rate,
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => {
                positive("the learning rate", learning_rate)?;
                share("beta1", beta1)?;
                share("beta2", beta2)?;
                positive("epsilon", epsilon)?;
                decay(weight_decay)
            }
        }
    }
}

/// An optimizer at work: its settings, and what it has learned on the way.
#[derive(Clone, Debug)]
pub struct Optimizer<T: Real = f32> {
    spec: OptimizerSpec,
    isa: Isa,
    state: OptimizerState<T>,
    /// Where weight decay acts; everywhere when empty.
    decayed: Vec<Range<usize>>,
}

/// What an optimizer has learned on the way: for checkpoints, and for taking a lesson back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OptimizerState<T> {
    /// Steps taken.
    pub step: u64,
    /// Momentum's `v` or Adam's `m`; empty for SGD.
    pub first: Vec<T>,
    /// Adam's `v`; empty otherwise.
    pub second: Vec<T>,
}

impl<T: Real> Optimizer<T> {
    /// One for `count` parameters. Weight decay, if any, acts on all of them; see
    /// [`Optimizer::for_network`].
    ///
    /// # Errors
    /// [`Error::Setting`] for a number out of range, [`Error::OutOfMemory`].
    pub fn new(spec: OptimizerSpec, count: usize) -> Result<Self> {
        spec.check::<T>()?;
        let mut state = OptimizerState {
            step: 0,
            first: Vec::new(),
            second: Vec::new(),
        };
        for (index, memory) in [&mut state.first, &mut state.second]
            .into_iter()
            .enumerate()
        {
            if index < spec.memories() {
                grow("the optimizer's memory", memory, count)?;
            }
        }
        Ok(Optimizer {
            spec,
            isa: Isa::best(),
            state,
            decayed: Vec::new(),
        })
    }

    /// One for the parameters of `network`. Weight decay acts on weights only, not on biases or
    /// normalization.
    ///
    /// # Errors
    /// As [`Optimizer::new`].
    pub fn for_network(spec: OptimizerSpec, network: &Network<T>) -> Result<Self> {
        let mut optimizer = Self::new(spec, network.params().len())?;
        let weights = |layer: &Layer| layer.params.start..layer.params.start + layer.weights;
        optimizer.decayed = network.layers().iter().map(weights).collect();
        optimizer.decayed.retain(|range| !range.is_empty());
        Ok(optimizer)
    }

    /// Its settings.
    pub fn spec(&self) -> OptimizerSpec {
        self.spec
    }

    /// What it has learned on the way.
    pub fn state(&self) -> &OptimizerState<T> {
        &self.state
    }

    /// Goes on from `state`.
    ///
    /// # Errors
    /// [`Error::Shape`] when it belongs to another kind of optimizer or another number of parameters.
    pub fn restore(&mut self, state: OptimizerState<T>) -> Result<()> {
        let found = [state.first.len(), state.second.len()];
        let expected = [self.state.first.len(), self.state.second.len()];
        if found != expected {
            return Err(Error::Shape {
                operation: "restoring an optimizer",
                expected: expected.into(),
                found: found.into(),
            });
        }
        self.state = state;
        Ok(())
    }

    /// The rate of a step that is nothing but `p -= rate · g`; `None` for any other.
    pub(crate) fn plain_rate(&self, scale: T) -> Option<T> {
        match self.spec {
            OptimizerSpec::Sgd {
                learning_rate,
                weight_decay: 0.0,
            } => Some(T::from_f64(learning_rate) * scale),
            _ => None,
        }
    }

    /// Counts a step that was taken without [`Optimizer::step`].
    pub(crate) fn count_step(&mut self) {
        self.state.step = self.state.step.saturating_add(1);
    }

    /// One step of `params[range]` against `gradients[range]`, the learning rate times `scale` (for
    /// schedules and warm-up). Both slices are whole: as long as the network's parameters.
    ///
    /// # Errors
    /// [`Error::Shape`] when lengths do not fit.
    pub fn step(
        &mut self,
        params: &mut [T],
        gradients: &[T],
        scale: T,
        range: Range<usize>,
    ) -> Result<()> {
        let remembered = match self.spec.memories() {
            0 => params.len(),
            _ => self.state.first.len(),
        };
        let shape = |expected: usize, found: usize| Error::Shape {
            operation: "an optimizer's step",
            expected: [expected].into(),
            found: [found].into(),
        };
        if params.len() != remembered {
            return Err(shape(remembered, params.len()));
        }
        if gradients.len() != params.len() {
            return Err(shape(params.len(), gradients.len()));
        }
        if range.start > range.end || range.end > params.len() {
            return Err(shape(params.len(), range.end));
        }
        self.count_step();
        if self.decayed.is_empty() {
            self.step_over(params, gradients, scale, range, true);
            return Ok(());
        }
        // Decayed and other stretches in turn.
        let mut position = range.start;
        for index in 0..self.decayed.len() {
            let start = self.decayed[index].start.clamp(position, range.end);
            let end = self.decayed[index].end.clamp(position, range.end);
            self.step_over(params, gradients, scale, position..start, false);
            self.step_over(params, gradients, scale, start..end, true);
            position = end;
        }
        self.step_over(params, gradients, scale, position..range.end, false);
        Ok(())
    }

    /// One stretch, with or without weight decay.
    fn step_over(
        &mut self,
        params: &mut [T],
        gradients: &[T],
        scale: T,
        range: Range<usize>,
        decays: bool,
    ) {
        if range.is_empty() {
            return;
        }
        let (params, gradients) = (&mut params[range.clone()], &gradients[range.clone()]);
        let decay = |value: f64| if decays { value } else { 0.0 };
        match self.spec {
            OptimizerSpec::Sgd {
                learning_rate,
                weight_decay,
            } => T::sgd_step(
                self.isa,
                SgdStep {
                    params,
                    gradients,
                    rate: T::from_f64(learning_rate) * scale,
                    decay: T::from_f64(decay(weight_decay)),
                },
            ),
            OptimizerSpec::Momentum {
                learning_rate,
                momentum,
                nesterov,
                weight_decay,
            } => T::momentum_step(
                self.isa,
                MomentumStep {
                    params,
                    gradients,
                    velocity: &mut self.state.first[range],
                    rate: T::from_f64(learning_rate) * scale,
                    momentum: T::from_f64(momentum),
                    decay: T::from_f64(decay(weight_decay)),
                    nesterov,
                },
            ),
            OptimizerSpec::Adam {
                learning_rate,
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => {
                let rate = learning_rate * scale.to_f64();
                let correction = |beta: f64| 1.0 - libm::pow(beta, self.state.step as f64);
                T::adam_step(
                    self.isa,
                    AdamStep {
                        params,
                        gradients,
                        first: &mut self.state.first[range.clone()],
                        second: &mut self.state.second[range],
                        rate: T::from_f64(rate / correction(beta1)),
                        root_correction: T::from_f64(1.0 / correction(beta2).sqrt()),
                        beta1: T::from_f64(beta1),
                        beta2: T::from_f64(beta2),
                        one_minus_beta1: T::from_f64(1.0 - beta1),
                        one_minus_beta2: T::from_f64(1.0 - beta2),
                        epsilon: T::from_f64(epsilon),
                        decay_factor: T::from_f64(1.0 - rate * decay(weight_decay)),
                    },
                );
            }
        }
    }
}
