//! The network that is taught: its backbone, which stays as it was trained, and its head, which learns.
//!
//! The **head** is everything from the first dense layer on. The **backbone**, the convolutions and pooling before it,
//! stays: what it makes of a drawing, the drawing's *features*, is computed once and kept, so that a training step costs a
//! hundredth of one on pictures, and what it learned from thousands of writers cannot be forgotten. The classic network is
//! all head: its features are its input.

use std::ops::Range;

use trazo_ink::Recipe;
use trazo_nn::{LayerSpec, Loss, Network, Real, Workspace, softmax};

use crate::error::Error;
use crate::reading::DIGITS;

/// Rows in one pass: bounds a unit of work to a millisecond or two.
pub(crate) const CHUNK: usize = 128;

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModelId {
    /// The convolutional network on 28x28 ink.
    Digits,
    /// The original's 400-100-10 on 20x20 ones and zeros.
    Classic,
    /// The one that the person trained and kept, where there is one; on 28x28 ink, too.
    Own,
}

impl ModelId {
    /// Those that ship, and are always there.
    pub const SHIPPED: [ModelId; 2] = [ModelId::Digits, ModelId::Classic];

    /// All places, whether or not there is a model in the third.
    pub(crate) const PLACES: [ModelId; 3] = [ModelId::Digits, ModelId::Classic, ModelId::Own];

    /// `"digits"`, `"classic"` or `"own"`, as files and the page name them.
    pub fn as_str(self) -> &'static str {
        match self {
            ModelId::Digits => "digits",
            ModelId::Classic => "classic",
            ModelId::Own => "own",
        }
    }

    /// The model with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::PLACES.into_iter().find(|m| m.as_str() == name)
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// What the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// In `classic`: five steps at rate 0.5 on the one new sample, as the original project did.
    pub original_way: bool,
    /// What is read surely and not corrected is remembered as the person's hand.
    pub learn_from_uncorrected: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            original_way: false,
            learn_from_uncorrected: true,
        }
    }
}

/// A network, how a drawing becomes its input, and what it is called.
#[derive(Debug, Clone)]
pub struct Model {
    /// For a person: `"digits"`, `"classic"`, or what a file calls itself.
    pub name: String,
    /// The weights.
    pub network: Network,
    /// From drawing to input.
    pub recipe: Recipe,
    /// Lessons since the pretrained weights, or since the file was opened.
    pub lessons: u32,
}

impl Model {
    /// Checks that the recipe's input and ten outputs fit the network.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where they do not.
    pub fn check(&self) -> Result<(), Error> {
        let found = self.network.inputs();
        let outputs = self.network.outputs();
        let expected = self.recipe.input_len();
        if found == expected && outputs == DIGITS {
            Ok(())
        } else {
            Err(Error::ModelShape {
                expected,
                found,
                outputs,
            })
        }
    }

    /// Index of the head's first layer.
    pub fn head(&self) -> usize {
        let layers = self.network.layers();
        layers
            .iter()
            .position(|l| matches!(l.spec, LayerSpec::Dense { .. }))
            .unwrap_or(layers.len().saturating_sub(1))
    }

    /// Where the head's parameters begin.
    pub(crate) fn head_start(&self) -> usize {
        let layers = self.network.layers();
        layers.get(self.head()).map_or(0, |l| l.params.start)
    }

    /// The head's parameters.
    pub(crate) fn head_weights(&self) -> &[f32] {
        let params = self.network.params();
        params.get(self.head_start()..).unwrap_or_default()
    }

    /// Puts other parameters in the head's place; those of another head are passed over.
    pub(crate) fn set_head_weights(&mut self, weights: &[f32]) {
        let start = self.head_start();
        self.network.update(|params| {
            if let Some(head) = params.get_mut(start..).filter(|h| h.len() == weights.len()) {
                head.copy_from_slice(weights);
            }
        });
    }

    /// The head's parameters bit for bit, as the history tells of them.
    pub(crate) fn head_bits(&self) -> Vec<u32> {
        bits(self.head_weights())
    }

    pub(crate) fn same_backbone(&self, other: &Model) -> bool {
        let end = self.head_start();
        self.recipe == other.recipe
            && self.network.spec() == other.network.spec()
            && self.network.params().get(..end) == other.network.params().get(..end)
    }

    /// The same numbers for every drawing: backbone and head.
    pub(crate) fn same_weights(&self, other: &Model) -> bool {
        self.recipe == other.recipe
            && self.network.spec() == other.network.spec()
            && self.network.params() == other.network.params()
    }

    /// Numbers in a row of features.
    pub(crate) fn features_len(&self) -> usize {
        let layers = self.network.layers();
        layers.get(self.head()).map_or(0, |l| l.inputs())
    }

    /// From `[rows, inputs]` to `[rows, features]`.
    pub(crate) fn features(&self, inputs: &[f32], ws: &mut Workspace) -> Result<Vec<f32>, Error> {
        self.run(0..self.head(), inputs, ws)
    }

    /// From features to what enters the last layer.
    pub(crate) fn last_inputs(&self, rows: &[f32], ws: &mut Workspace) -> Result<Vec<f32>, Error> {
        let last = self.network.layers().len().saturating_sub(1);
        self.run(self.head()..last, rows, ws)
    }

    /// From features to ten numbers a row as the last layer gives them.
    pub(crate) fn outputs(&self, rows: &[f32], ws: &mut Workspace) -> Result<Vec<f32>, Error> {
        self.run(self.head()..self.network.layers().len(), rows, ws)
    }

    /// From features to ten numbers a row, by the weights alone.
    pub(crate) fn answers(&self, rows: &[f32], ws: &mut Workspace) -> Result<Vec<f32>, Error> {
        let mut answers = self.outputs(rows, ws)?;
        for answer in answers.chunks_exact_mut(DIGITS) {
            finish(self.network.spec().loss, answer, &[0.0; DIGITS]);
        }
        Ok(answers)
    }

    /// Some layers on any number of rows, [`CHUNK`] at a time.
    fn run(
        &self,
        layers: Range<usize>,
        rows: &[f32],
        ws: &mut Workspace,
    ) -> Result<Vec<f32>, Error> {
        if layers.is_empty() || rows.is_empty() {
            return Ok(rows.to_vec());
        }
        let first = self.network.layers().get(layers.start);
        let width = first.map_or(1, |l| l.inputs()).max(1);
        let mut out = Vec::new();
        for part in rows.chunks(CHUNK * width) {
            out.extend_from_slice(self.network.forward_layers(layers.clone(), part, ws)?);
        }
        Ok(out)
    }
}

/// The bits of learned numbers.
pub(crate) fn bits(weights: &[f32]) -> Vec<u32> {
    weights.iter().map(|weight| weight.to_bits()).collect()
}

/// The logit behind an output of the last layer.
pub(crate) fn logit(loss: Loss, output: f32) -> f32 {
    match loss {
        Loss::CrossEntropy => output,
        Loss::SquaredError => {
            let p = output.clamp(1e-4, 1.0 - 1e-4);
            Real::ln(p / (1.0 - p))
        }
    }
}

/// From ten outputs of the last layer to ten numbers to show, with `votes` added to the logits.
pub(crate) fn finish(loss: Loss, outputs: &mut [f32], votes: &[f32; DIGITS]) {
    if loss == Loss::CrossEntropy {
        outputs.iter_mut().zip(votes).for_each(|(z, v)| *z += v);
        softmax(outputs);
        return;
    }
    // Ten units of their own: what speaks for one digit must speak against the others too.
    for (digit, output) in outputs.iter_mut().enumerate() {
        let others = votes.iter().enumerate().filter(|v| v.0 != digit);
        let vote = votes[digit] - others.map(|v| *v.1).fold(0.0, f32::max);
        if vote != 0.0 {
            let z = logit(loss, *output) + vote;
            *output = 1.0 / (1.0 + Real::exp(-z));
        }
    }
}

/// The first ten numbers of a row.
pub(crate) fn ten(row: &[f32]) -> Result<[f32; DIGITS], Error> {
    let ten = row.get(..DIGITS).and_then(|r| r.try_into().ok());
    ten.ok_or(Error::ModelShape {
        expected: 0,
        found: 0,
        outputs: row.len(),
    })
}
