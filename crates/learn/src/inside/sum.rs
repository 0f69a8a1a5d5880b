//! One number of a network as the sum that it is, with what can be told of its terms.

use std::ops::Range;

use trazo_nn::explain::{Term, Trace};
use trazo_nn::{Layer, LayerSpec, Network};

use super::cut::{By, Group, Terms, cuts};
use super::whole::Whole;
use crate::error::Error;

/// `z = Σ x w + bias`, `a = f(z)`; or the difference of two such sums.
#[derive(Debug, Clone, PartialEq)]
pub struct Sum {
    /// Which layer's.
    pub layer: usize,
    /// Which of its outputs; of a difference, the first.
    pub unit: usize,
    /// Row, column, channel of that output.
    pub at: [usize; 3],
    /// The products, in the order of the plain loop.
    pub terms: Vec<Term<f32>>,
    /// The whole numbers that the weights are, and their scale.
    pub whole: Option<Whole>,
    /// What is added at the end.
    pub bias: f64,
    /// Of these terms and the bias, in doubles.
    pub sum: f64,
    /// What the network reckoned, in floats; of a difference, the difference.
    pub z: f64,
    /// The same after the activation; of a difference, what the chances go by.
    pub a: f64,
    /// How far rounding can have taken `sum` and `z` apart: `(n + 1) 2⁻²⁴ (Σ |x w| + |bias|)` for `n` terms; in a batch
    /// normalization some roundings more.
    pub bound: f64,
    /// What memory adds, for an output of the last layer.
    pub memory: Option<f64>,
    /// The ways to add it up.
    pub cuts: Vec<(By, Group)>,
}

/// Half a unit in the last place of a float.
const ROUNDING: f64 = 1.0 / (1 << 24) as f64;

impl Sum {
    /// Output `unit` of layer `layer` on the way that `trace` tells of. `marked`: the last channel of the network's input
    /// only says where the ink comes from.
    ///
    /// # Errors
    /// [`Error::Network`] for what does not exist.
    pub fn of(
        network: &Network,
        trace: &Trace<f32>,
        layer: usize,
        unit: usize,
        marked: bool,
    ) -> Result<Self, Error> {
        let entered = match layer.checked_sub(1).map(|before| trace.layers.get(before)) {
            None => trace.input.clone(),
            // One that is not there is refused below, by its number.
            Some(before) => before.map_or(0..trace.values.len(), |before| before.a.clone()),
        };
        let entered = trace.values.get(entered).unwrap_or_default();
        let of = network.explain(layer, unit, entered)?;
        // Both are there, or it would have been refused.
        let (Some(place), Some(lies)) = (network.layers().get(layer), trace.layers.get(layer))
        else {
            return Err(Error::Empty);
        };
        let value = |range: &Range<usize>| {
            let value = trace.values.get(range.start + unit);
            f64::from(value.copied().unwrap_or(f32::NAN))
        };
        let [_, width, channels] = place.out_shape.map(|side| side.max(1));
        let mut sum = Self {
            layer,
            unit,
            at: [
                unit / channels / width,
                unit / channels % width,
                unit % channels,
            ],
            whole: Whole::of_channel(network, place, unit % channels)
                .map(|whole| whole.of_terms(place, &of.terms)),
            terms: of.terms,
            bias: f64::from(of.bias),
            sum: 0.0,
            z: value(&lies.z),
            a: value(&lies.a),
            bound: 0.0,
            memory: None,
            cuts: Vec::new(),
        };
        sum.add_up(place, layer == 0 && marked);
        Ok(sum)
    }

    /// By how much output `unit` of the last layer is above output `other`. Where both see the same inputs, as in a dense
    /// layer, each term is an input with the difference of its two weights; else the terms of both stand beside each other.
    ///
    /// # Errors
    /// [`Error::Network`] for what does not exist.
    pub fn margin(
        network: &Network,
        trace: &Trace<f32>,
        unit: usize,
        other: usize,
    ) -> Result<Self, Error> {
        let layer = network.layers().len().saturating_sub(1);
        let last = network.layers().last().ok_or(Error::Empty)?;
        let mut sum = Self::of(network, trace, layer, unit, false)?;
        let less = Self::of(network, trace, layer, other, false)?;
        let same = |(a, b): (&Term<f32>, &Term<f32>)| a.input == b.input && a.input.is_some();
        let beside = sum.terms.len() == less.terms.len()
            && sum.terms.iter().zip(&less.terms).all(same)
            && matches!(last.spec, LayerSpec::Dense { .. });
        if beside {
            for (term, less) in sum.terms.iter_mut().zip(&less.terms) {
                term.w -= less.w;
                term.parameter = None;
            }
        } else {
            let negative = less.terms.iter().map(|term| Term {
                w: -term.w,
                ..*term
            });
            sum.terms.extend(negative);
        }
        sum.whole = None;
        sum.bias -= less.bias;
        sum.z -= less.z;
        sum.a = sum.z;
        let bound = sum.bound + less.bound;
        match beside {
            true => sum.add_up(last, false),
            false => sum.add_up_as(Terms::List(sum.terms.len())),
        }
        sum.bound = bound;
        Ok(sum)
    }

    /// `x w` of a term, exactly.
    pub fn product(&self, term: usize) -> f64 {
        let term = self.terms.get(term);
        term.map_or(0.0, |term| f64::from(term.x) * f64::from(term.w))
    }

    /// `x q` of a term, exactly, where its weight is `q` times a scale.
    pub fn whole_product(&self, term: usize) -> Option<f64> {
        let number = self.whole.as_ref()?.numbers.get(term)?;
        let x = self.terms.get(term)?.x;
        Some(f64::from(*number) * f64::from(x))
    }

    fn add_up(&mut self, layer: &Layer, marked: bool) {
        let channels = layer.in_shape[2];
        let marked = marked && channels > 1;
        let picture = |shape, window| Terms::Picture {
            shape,
            window,
            marked,
        };
        self.add_up_as(match layer.spec {
            LayerSpec::Conv { kernel, .. } => picture([kernel, kernel, channels], true),
            LayerSpec::MaxPool { size } => Terms::Picture {
                shape: [size, size, 1],
                window: true,
                marked: false,
            },
            LayerSpec::Dense { .. } => picture(layer.in_shape, false),
            LayerSpec::BatchNorm { .. } | LayerSpec::Dropout { .. } => {
                Terms::List(self.terms.len())
            }
        });
        if let LayerSpec::BatchNorm { .. } = layer.spec {
            // The mean is taken off first, and its share of the bias is worked out beside it.
            self.bound *= 4.0;
        }
    }

    fn add_up_as(&mut self, terms: Terms) {
        let products = (0..self.terms.len()).map(|term| self.product(term));
        let (mut sum, mut size) = (0.0, 0.0);
        for product in products {
            sum += product;
            size += product.abs();
        }
        self.sum = sum + self.bias;
        self.bound = (self.terms.len() + 1) as f64 * ROUNDING * (size + self.bias.abs());
        self.cuts = cuts(self, terms);
    }
}

impl Whole {
    /// A channel's whole numbers in the order of its terms.
    fn of_terms(self, layer: &Layer, terms: &[Term<f32>]) -> Self {
        let channels = layer.out_shape[2].max(1);
        let number = |term: &Term<f32>| {
            let at = term.parameter? - layer.params.start;
            self.numbers.get(at / channels).copied()
        };
        Self {
            numbers: terms.iter().map(|t| number(t).unwrap_or(0)).collect(),
            scale: self.scale,
        }
    }
}
