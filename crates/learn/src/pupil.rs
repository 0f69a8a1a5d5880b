//! One model and what is remembered about it: the features of every example, so that a lesson is cheap.
//!
//! A lesson changes only the **tail** of the network: everything from the first dense layer on. The layers before it (the
//! **trunk**: convolutions and pooling) stay as they were trained, so what they make of a drawing, its *features*, is
//! computed once and kept. A training step on features costs a hundredth of one on pictures, and what the trunk learned
//! from thousands of writers cannot be forgotten. In the classic network the trunk is empty: the features are the input.

use std::collections::BTreeMap;

use trazo_ink::Drawing;
use trazo_nn::{LayerSpec, Loss, Network, Workspace, softmax};

use crate::decide::{DIGITS, likeliest};
use crate::error::Error;
use crate::memory::{Example, Memory};
use crate::recipe::Recipe;

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

    /// Index of the first layer of the tail.
    pub fn tail(&self) -> usize {
        let layers = self.network.layers();
        layers
            .iter()
            .position(|l| matches!(l.spec, LayerSpec::Dense { .. }))
            .unwrap_or(layers.len().saturating_sub(1))
    }

    /// Where the tail's parameters begin.
    fn tail_params(&self) -> usize {
        self.network
            .layers()
            .get(self.tail())
            .map_or(0, |l| l.params.start)
    }

    pub(crate) fn same_trunk(&self, other: &Model) -> bool {
        let end = self.tail_params();
        self.recipe == other.recipe
            && self.network.spec() == other.network.spec()
            && self.network.params().get(..end) == other.network.params().get(..end)
    }
}

/// Rows of features with what they should be read as.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    /// `[rows, features]`, row-major.
    pub rows: Vec<f32>,
    /// A digit, or [`NO_DIGIT`].
    pub labels: Vec<u8>,
}

/// The label of what is no digit.
pub(crate) const NO_DIGIT: u8 = u8::MAX;

/// How many rows are evaluated at once: bounds a unit of work to about a millisecond.
const CHUNK: usize = 128;

/// How many of the person's examples are kept as features; the newest hold.
pub(crate) const OWN_CAPACITY: usize = 2_000;

/// A model with its caches.
#[derive(Debug)]
pub(crate) struct Pupil {
    pub model: Model,
    /// What ships, or what was opened: base replay keeps its answers.
    pub reference: Model,
    pub workspace: Workspace,
    pub exam: Features,
    pub base: Features,
    pub own: BTreeMap<u64, Vec<f32>>,
    /// Grows whenever the weights change; answers that were computed under another one are stale.
    pub weights_version: u64,
}

impl Pupil {
    pub fn new(model: Model) -> Result<Self, Error> {
        model.check()?;
        Ok(Self {
            reference: model.clone(),
            model,
            workspace: Workspace::new(),
            exam: Features::default(),
            base: Features::default(),
            own: BTreeMap::new(),
            weights_version: 1,
        })
    }

    /// Puts another model in place; caches that still hold stay.
    pub fn replace(&mut self, model: Model) -> Result<(), Error> {
        model.check()?;
        if !model.same_trunk(&self.model) {
            self.exam = Features::default();
            self.base = Features::default();
            self.own.clear();
        }
        if !model.same_trunk(&self.reference) {
            self.reference = model.clone();
        }
        self.model = model;
        self.weights_version += 1;
        Ok(())
    }

    pub fn features_len(&self) -> usize {
        self.model
            .network
            .layers()
            .get(self.model.tail())
            .map_or(0, |l| l.inputs())
    }

    /// The tail's weights, for undo.
    pub fn tail_weights(&self) -> Vec<f32> {
        self.model
            .network
            .params()
            .get(self.model.tail_params()..)
            .unwrap_or_default()
            .to_vec()
    }

    pub fn set_tail_weights(&mut self, weights: &[f32]) {
        let start = self.model.tail_params();
        self.model.network.update(|params| {
            if let Some(tail) = params.get_mut(start..).filter(|t| t.len() == weights.len()) {
                tail.copy_from_slice(weights);
            }
        });
        self.weights_version += 1;
    }

    /// The learned numbers, bit for bit, for the history.
    pub fn state(&self) -> Vec<u32> {
        bits(&self.tail_weights())
    }

    /// Puts learned numbers in place that [`state`](Self::state) gave.
    pub fn set_state(&mut self, words: &[u32]) {
        let weights: Vec<f32> = words.iter().map(|&word| f32::from_bits(word)).collect();
        self.set_tail_weights(&weights);
    }

    /// Ten numbers for an input.
    pub fn probabilities(&mut self, input: &[f32]) -> Result<[f32; DIGITS], Error> {
        ten(self.model.network.predict(input, &mut self.workspace)?)
    }

    /// Appends the features of `input` to `out`.
    pub fn features(&mut self, input: &[f32], out: &mut Vec<f32>) -> Result<(), Error> {
        let tail = self.model.tail();
        if tail == 0 {
            out.extend_from_slice(input);
        } else {
            out.extend_from_slice(self.model.network.forward_layers(
                0..tail,
                input,
                &mut self.workspace,
            )?);
        }
        Ok(())
    }

    /// The features of a drawing, or `None` where it has no ink.
    pub fn features_of(&mut self, drawing: &Drawing) -> Result<Option<Vec<f32>>, Error> {
        let Some(ink) = self.model.recipe.ink(drawing) else {
            return Ok(None);
        };
        let mut row = Vec::with_capacity(self.features_len());
        self.features(&ink.to_unit(), &mut row)?;
        Ok(Some(row))
    }

    /// Ten numbers a row: `[rows, features]` in, `[rows, 10]` appended to `out`.
    pub fn answers(&mut self, rows: &[f32], out: &mut Vec<f32>) -> Result<(), Error> {
        tail_answers(&self.model, rows, &mut self.workspace, out)
    }

    /// What the reference model says to base memory: targets that keep the network as it was.
    pub fn reference_answers(&mut self) -> Result<Vec<f32>, Error> {
        let mut out = Vec::with_capacity(self.base.labels.len() * DIGITS);
        tail_answers(
            &self.reference,
            &self.base.rows,
            &mut self.workspace,
            &mut out,
        )?;
        Ok(out)
    }

    /// How many rows of the exam are read right.
    pub fn count_right(&mut self, rows: &[f32], labels: &[u8]) -> Result<u32, Error> {
        let mut answers = Vec::with_capacity(labels.len() * DIGITS);
        self.answers(rows, &mut answers)?;
        Ok(answers
            .chunks_exact(DIGITS)
            .zip(labels)
            .filter(|(p, l)| likeliest(p) == **l)
            .count() as u32)
    }

    /// Computes the features of the next example that lacks them; `false` where all of the newest
    /// [`OWN_CAPACITY`] have them.
    pub fn warm_own(&mut self, memory: &Memory) -> Result<bool, Error> {
        let wanted = memory.len().min(OWN_CAPACITY);
        if self.own.len() >= wanted {
            return Ok(false);
        }
        let next = memory
            .iter()
            .rev()
            .take(OWN_CAPACITY)
            .find(|e| !self.own.contains_key(&e.id));
        let Some(example) = next else {
            return Ok(false);
        };
        // An example that cannot be read must not end all lessons: it has no features and takes no part.
        let row = self.features_of_example(example).unwrap_or_default();
        self.own.insert(example.id, row);
        while self.own.len() > OWN_CAPACITY {
            self.own.pop_first();
        }
        Ok(true)
    }

    /// The features of an example; an empty row where nothing of it is inked.
    pub fn features_of_example(&mut self, example: &Example) -> Result<Vec<f32>, Error> {
        let mut row = Vec::new();
        if let Some(ink) = example.ink(self.model.recipe)? {
            self.features(&ink.to_unit(), &mut row)?;
        }
        Ok(row)
    }
}

/// The bits of learned numbers.
pub(crate) fn bits(weights: &[f32]) -> Vec<u32> {
    weights.iter().map(|weight| weight.to_bits()).collect()
}

/// From features to ten numbers a row.
pub(crate) fn tail_answers(
    model: &Model,
    rows: &[f32],
    workspace: &mut Workspace,
    out: &mut Vec<f32>,
) -> Result<(), Error> {
    let layers = model.network.layers();
    let range = model.tail()..layers.len();
    let width = layers.get(range.start).map_or(1, |l| l.inputs()).max(1);
    let start = out.len();
    for part in rows.chunks(CHUNK * width) {
        out.extend_from_slice(
            model
                .network
                .forward_layers(range.clone(), part, workspace)?,
        );
    }
    if model.network.spec().loss == Loss::CrossEntropy {
        out[start..].chunks_exact_mut(DIGITS).for_each(softmax);
    }
    Ok(())
}

/// The first ten numbers of a row.
pub(crate) fn ten(row: &[f32]) -> Result<[f32; DIGITS], Error> {
    row.get(..DIGITS)
        .and_then(|r| r.try_into().ok())
        .ok_or(Error::ModelShape {
            expected: 0,
            found: 0,
            outputs: row.len(),
        })
}
