//! One model and what is remembered about it: the features of every example, so that a lesson is cheap.
//!
//! A lesson changes only the **tail** of the network: everything from the first dense layer on. The layers before it (the
//! **trunk**: convolutions and pooling) stay as they were trained, so what they make of a drawing, its *features*, is
//! computed once and kept. A training step on features costs a hundredth of one on pictures, and what the trunk learned
//! from thousands of writers cannot be forgotten. In the classic network the trunk is empty: the features are the input.
//!
//! What is read is the network's answer and the memory's word together ([`crate::neighbours`]). The memory is heard once
//! the weights are no longer those that came: after a reset the model reads as it ships until it is taught again.

use std::collections::BTreeMap;
use std::ops::Range;

use trazo_ink::Drawing;
use trazo_nn::{LayerSpec, Loss, Network, Real, Workspace, softmax};

use crate::decide::{DIGITS, decide, insertion_sort, likeliest};
use crate::error::Error;
use crate::memory::{Example, Memory};
use crate::method::{Method, Step};
use crate::metric::Metric;
use crate::neighbours::{Centre, Tally};
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

/// Rows in one unit of the exam's directions.
const UNIT: usize = 8;

/// How many of the person's examples are kept as features; the newest hold.
pub(crate) const OWN_CAPACITY: usize = 2_000;

/// One of the person's examples.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its features; empty where nothing of it is inked or its bytes cannot be read.
    row: Vec<f32>,
    /// Its place among the neighbours.
    centre: Option<Centre>,
    /// It lies ahead in the history: nobody has heard of it yet.
    silent: bool,
    /// What the memory says about it, itself among it.
    tally: Tally,
}

impl Known {
    /// Its features, where it has any.
    pub fn row(&self) -> Option<&[f32]> {
        (!self.row.is_empty()).then_some(&self.row)
    }

    /// The network as it came was wrong about it, or not sure.
    pub fn speaks(&self) -> bool {
        self.heard().is_some_and(|c| c.speaks)
    }

    fn heard(&self) -> Option<&Centre> {
        self.centre.as_ref().filter(|_| !self.silent)
    }
}

/// A model with its caches.
#[derive(Debug)]
pub(crate) struct Pupil {
    pub model: Model,
    /// What ships, or what was opened: what lessons are measured against.
    pub reference: Model,
    pub method: Method,
    pub workspace: Workspace,
    pub exam: Features,
    /// Directions of the exam's digits, and what the memory says about each.
    exam_units: Vec<f32>,
    exam_tallies: Vec<Tally>,
    pub base: Features,
    pub metric: Option<Metric>,
    /// By how much the reference usually prefers the likeliest digit to the next, in logits.
    lead: f32,
    pub own: BTreeMap<u64, Known>,
    /// The memory may speak.
    heard: bool,
    /// Examples that may not.
    silent: Vec<u64>,
    /// Grows whenever weights or neighbours change; answers that were computed under another one are stale.
    pub weights_version: u64,
}

impl Pupil {
    pub fn new(model: Model, method: Method) -> Result<Self, Error> {
        model.check()?;
        Ok(Self {
            reference: model.clone(),
            model,
            method,
            workspace: Workspace::new(),
            exam: Features::default(),
            exam_units: Vec::new(),
            exam_tallies: Vec::new(),
            base: Features::default(),
            metric: None,
            lead: 0.0,
            own: BTreeMap::new(),
            heard: true,
            silent: Vec::new(),
            weights_version: 1,
        })
    }

    /// Puts another model in place; caches that still hold stay.
    pub fn replace(&mut self, model: Model) -> Result<(), Error> {
        model.check()?;
        if !model.same_trunk(&self.model) {
            self.exam = Features::default();
            self.exam_units.clear();
            self.exam_tallies.clear();
            self.base = Features::default();
            self.metric = None;
            self.forget_all();
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
        let (mut row, mut out) = (Vec::new(), Vec::with_capacity(DIGITS));
        self.features(input, &mut row)?;
        self.answers(&row, &mut out)?;
        ten(&out)
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

    /// Ten numbers a row, network and memory together: `[rows, features]` in, `[rows, 10]` appended to `out`.
    pub fn answers(&mut self, rows: &[f32], out: &mut Vec<f32>) -> Result<(), Error> {
        let mut tallies = Vec::new();
        if self.listens() {
            let units = self.units(rows)?;
            let width = self.metric.as_ref().map_or(1, Metric::width);
            let of = |unit| Tally::of(unit, centres(&self.own), self.method.width);
            tallies.extend(units.chunks_exact(width).map(of));
        }
        self.answers_by(rows, &tallies, out)
    }

    /// Ten numbers a row by the weights alone, appended to `out`.
    pub fn weights_answers(&mut self, rows: &[f32], out: &mut Vec<f32>) -> Result<(), Error> {
        tail_answers(&self.model, rows, &mut self.workspace, out)
    }

    /// The likeliest digit of every example that has features, by id.
    pub fn own_answers(&mut self) -> Result<Vec<(u64, u8)>, Error> {
        let (mut ids, mut rows, mut tallies) = (Vec::new(), Vec::new(), Vec::new());
        for (id, known) in self.own.iter().filter(|k| !k.1.row.is_empty()) {
            ids.push(*id);
            rows.extend_from_slice(&known.row);
            tallies.push(known.tally);
        }
        if !self.listens() {
            tallies.clear();
        }
        let mut out = Vec::with_capacity(ids.len() * DIGITS);
        self.answers_by(&rows, &tallies, &mut out)?;
        let answers = out.chunks_exact(DIGITS).map(likeliest);
        Ok(ids.into_iter().zip(answers).collect())
    }

    /// How many digits of the exam are read right.
    pub fn exam_right(&mut self) -> Result<u32, Error> {
        let exam = std::mem::take(&mut self.exam);
        let tallies = std::mem::take(&mut self.exam_tallies);
        let mut out = Vec::with_capacity(exam.labels.len() * DIGITS);
        let heard: &[Tally] = if self.listens() { &tallies } else { &[] };
        let done = self.answers_by(&exam.rows, heard, &mut out);
        let right = out.chunks_exact(DIGITS).zip(&exam.labels);
        let right = right.filter(|(p, l)| likeliest(p) == **l).count();
        (self.exam, self.exam_tallies) = (exam, tallies);
        done.map(|()| right as u32)
    }

    /// Answers of the weights, and of the memory where there are `tallies`.
    fn answers_by(
        &mut self,
        rows: &[f32],
        tallies: &[Tally],
        out: &mut Vec<f32>,
    ) -> Result<(), Error> {
        let start = out.len();
        tail_outputs(&self.model, rows, &mut self.workspace, out)?;
        let loss = self.model.network.spec().loss;
        let strength = self.method.strength * self.lead;
        for (i, answer) in out[start..].chunks_exact_mut(DIGITS).enumerate() {
            let votes = tallies.get(i).map(|t| t.votes(strength));
            finish(loss, answer, &votes.unwrap_or_default());
        }
        Ok(())
    }

    /// Whether the memory may speak.
    pub fn set_heard(&mut self, heard: bool) {
        self.weights_version += u64::from(heard != self.heard);
        self.heard = heard;
    }

    /// Has the memory something to say, and is it heard?
    fn listens(&self) -> bool {
        self.heard
            && self.method.strength > 0.0
            && self.own.values().any(Known::speaks)
            && (self.method.step == Step::Rest
                || self.model.lessons > 0
                || self.model.network.params() != self.reference.network.params())
    }

    /// What enters the last layer, where `row` enters the tail.
    pub fn last_inputs(&mut self, row: &[f32]) -> Result<Vec<f32>, Error> {
        last_inputs(&self.model, row, &mut self.workspace)
    }

    /// The rows' directions in the whitened space of the reference; none before there is one.
    fn units(&mut self, rows: &[f32]) -> Result<Vec<f32>, Error> {
        let inputs = last_inputs(&self.reference, rows, &mut self.workspace)?;
        Ok(self.metric.as_ref().map_or(Vec::new(), |metric| {
            let inputs = inputs.chunks_exact(metric.width().max(1));
            inputs.flat_map(|x| metric.unit(x)).collect()
        }))
    }

    /// One unit of what neighbours need before there can be any; `false` where it is all there.
    pub fn warm_metric(&mut self) -> Result<bool, Error> {
        let Some(metric) = &mut self.metric else {
            let inputs = last_inputs(&self.reference, &self.base.rows, &mut self.workspace)?;
            let width = inputs.len() / self.base.labels.len().max(1);
            self.metric = Some(Metric::new(inputs, width));
            self.lead = self.usual_lead()?;
            return Ok(true);
        };
        if metric.work(self.method.ridge) {
            return Ok(true);
        }
        let width = metric.width().max(1);
        let first = (self.exam_units.len() / width).min(self.exam.labels.len());
        let end = (first + UNIT).min(self.exam.labels.len());
        let features = self.features_len();
        let rows = self.exam.rows[first * features..end * features].to_vec();
        let units = self.units(&rows)?;
        for unit in units.chunks_exact(width) {
            let tally = Tally::of(unit, centres(&self.own), self.method.width);
            self.exam_tallies.push(tally);
        }
        self.exam_units.extend(units);
        Ok(first < end)
    }

    /// The median, over base memory's digits, of how far the likeliest digit is ahead of the next.
    fn usual_lead(&mut self) -> Result<f32, Error> {
        let mut out = Vec::new();
        tail_outputs(
            &self.reference,
            &self.base.rows,
            &mut self.workspace,
            &mut out,
        )?;
        let loss = self.reference.network.spec().loss;
        let digits = out.chunks_exact(DIGITS).zip(&self.base.labels);
        let mut leads: Vec<f32> = digits
            .filter(|(_, label)| **label != NO_DIGIT)
            .map(|(row, _)| {
                let best = usize::from(likeliest(row));
                let next = (0..DIGITS).filter(|d| *d != best);
                let next = next.map(|d| row[d]).fold(f32::NEG_INFINITY, f32::max);
                logit(loss, row[best]) - logit(loss, next)
            })
            .collect();
        insertion_sort(&mut leads, f32::total_cmp);
        Ok(leads.get(leads.len() / 2).copied().unwrap_or(0.0))
    }

    /// Takes an example among the neighbours. Its features are `row`.
    pub fn remember(&mut self, id: u64, label: u8, row: Vec<f32>) -> Result<(), Error> {
        self.forget(id);
        let unit = self.units(&row)?;
        let mut reference = Vec::with_capacity(DIGITS);
        tail_answers(&self.reference, &row, &mut self.workspace, &mut reference)?;
        let speaks = decide(&reference).digit != Some(label);
        let centre = self.metric.as_ref().filter(|_| !unit.is_empty()).map(|m| {
            let caution = self.method.caution;
            Centre::new(unit, label, speaks, &m.base, &self.base.labels, caution)
        });
        let mut tally = Tally::default();
        let silent = self.silent.contains(&id);
        if let Some(centre) = &centre {
            tally = Tally::of(&centre.unit, centres(&self.own), self.method.width);
            if !silent {
                tally.add(&centre.unit, centre, self.method.width);
                self.join(centre);
            }
        }
        let known = Known {
            row,
            centre,
            silent,
            tally,
        };
        self.own.insert(id, known);
        self.weights_version += 1;
        Ok(())
    }

    /// Takes an example out of the neighbours.
    pub fn forget(&mut self, id: u64) {
        if let Some(gone) = self.own.remove(&id) {
            self.weights_version += 1;
            if let Some(centre) = gone.heard() {
                self.leave(centre);
            }
        }
    }

    /// From now on these examples are silent, and all others are heard.
    pub fn silence(&mut self, ids: Vec<u64>) {
        if ids == self.silent {
            return;
        }
        self.silent = ids;
        let changed: Vec<u64> = self
            .own
            .iter()
            .filter(|(id, known)| known.silent != self.silent.contains(id))
            .map(|(id, _)| *id)
            .collect();
        for id in changed {
            let known = self.own.get_mut(&id);
            let Some((known, centre)) = known.and_then(|k| k.centre.take().map(|c| (k, c))) else {
                continue;
            };
            known.silent = !known.silent;
            let silent = known.silent;
            if silent {
                self.leave(&centre);
            } else {
                self.join(&centre);
            }
            let mut tally = Tally::of(&centre.unit, centres(&self.own), self.method.width);
            if !silent {
                tally.add(&centre.unit, &centre, self.method.width);
            }
            if let Some(known) = self.own.get_mut(&id) {
                (known.centre, known.tally) = (Some(centre), tally);
            }
        }
        self.weights_version += 1;
    }

    /// What a new neighbour says is added to all that is known.
    fn join(&mut self, centre: &Centre) {
        let width = self.method.width;
        let exam = self.exam_units.chunks_exact(centre.unit.len());
        for (unit, tally) in exam.zip(&mut self.exam_tallies) {
            tally.add(unit, centre, width);
        }
        for known in self.own.values_mut() {
            if let Some(other) = &known.centre {
                known.tally.add(&other.unit, centre, width);
            }
        }
    }

    /// What a neighbour said that is no longer among them is made good.
    fn leave(&mut self, gone: &Centre) {
        let width = self.method.width;
        let exam = self.exam_units.chunks_exact(gone.unit.len());
        for (unit, tally) in exam.zip(&mut self.exam_tallies) {
            if tally.rests_on(unit, gone, width) {
                *tally = Tally::of(unit, centres(&self.own), width);
            }
        }
        let shaken: Vec<(u64, Tally)> = self
            .own
            .iter()
            .filter_map(|(id, known)| {
                let unit = &known.centre.as_ref()?.unit;
                let rests = known.tally.rests_on(unit, gone, width);
                rests.then(|| (*id, Tally::of(unit, centres(&self.own), width)))
            })
            .collect();
        for (id, tally) in shaken {
            if let Some(known) = self.own.get_mut(&id) {
                known.tally = tally;
            }
        }
    }

    /// Forgets all of the person's examples.
    pub fn forget_all(&mut self) {
        self.own.clear();
        self.exam_tallies.fill(Tally::default());
        self.weights_version += 1;
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

    /// How many rows the weights alone read right.
    pub fn count_right(&mut self, rows: &[f32], labels: &[u8]) -> Result<u32, Error> {
        let mut answers = Vec::with_capacity(labels.len() * DIGITS);
        self.weights_answers(rows, &mut answers)?;
        Ok(answers
            .chunks_exact(DIGITS)
            .zip(labels)
            .filter(|(p, l)| likeliest(p) == **l)
            .count() as u32)
    }

    /// Takes in the next example that is missing, or lets the oldest go; `false` where the newest [`OWN_CAPACITY`] are
    /// there.
    pub fn warm_own(&mut self, memory: &Memory) -> Result<bool, Error> {
        if self.own.len() > OWN_CAPACITY {
            // Not in the lesson that brought one more: whoever rested on the oldest must look anew for his next.
            let oldest = self.own.keys().next().copied();
            oldest.inspect(|id| self.forget(*id));
            return Ok(true);
        }
        if self.own.len() >= memory.len().min(OWN_CAPACITY) {
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
        self.remember(example.id, example.label, row)?;
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

fn centres(own: &BTreeMap<u64, Known>) -> impl Iterator<Item = &Centre> {
    own.values().filter_map(Known::heard)
}

/// What enters the last layer, where `rows` enter the tail.
fn last_inputs(model: &Model, rows: &[f32], workspace: &mut Workspace) -> Result<Vec<f32>, Error> {
    let (tail, last) = (model.tail(), model.network.layers().len().saturating_sub(1));
    if tail >= last || rows.is_empty() {
        return Ok(rows.to_vec());
    }
    run(model, tail..last, rows, workspace)
}

/// Some layers on any number of rows, [`CHUNK`] at a time.
fn run(
    model: &Model,
    range: Range<usize>,
    rows: &[f32],
    workspace: &mut Workspace,
) -> Result<Vec<f32>, Error> {
    let layers = model.network.layers();
    let width = layers.get(range.start).map_or(1, |l| l.inputs()).max(1);
    let mut out = Vec::new();
    for part in rows.chunks(CHUNK * width) {
        let network = &model.network;
        out.extend_from_slice(network.forward_layers(range.clone(), part, workspace)?);
    }
    Ok(out)
}

/// From features to ten numbers a row, as the last layer gives them.
fn tail_outputs(
    model: &Model,
    rows: &[f32],
    workspace: &mut Workspace,
    out: &mut Vec<f32>,
) -> Result<(), Error> {
    let range = model.tail()..model.network.layers().len();
    out.extend(run(model, range, rows, workspace)?);
    Ok(())
}

/// From features to ten numbers a row, by the weights alone.
pub(crate) fn tail_answers(
    model: &Model,
    rows: &[f32],
    workspace: &mut Workspace,
    out: &mut Vec<f32>,
) -> Result<(), Error> {
    let start = out.len();
    tail_outputs(model, rows, workspace, out)?;
    for answer in out[start..].chunks_exact_mut(DIGITS) {
        finish(model.network.spec().loss, answer, &[0.0; DIGITS]);
    }
    Ok(())
}

/// The logit behind an output of the last layer.
fn logit(loss: Loss, output: f32) -> f32 {
    match loss {
        Loss::CrossEntropy => output,
        Loss::SquaredError => {
            let p = output.clamp(1e-4, 1.0 - 1e-4);
            Real::ln(p / (1.0 - p))
        }
    }
}

/// From ten outputs of the last layer to ten numbers to show, with the memory's `votes` added to the logits.
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
    row.get(..DIGITS)
        .and_then(|r| r.try_into().ok())
        .ok_or(Error::ModelShape {
            expected: 0,
            found: 0,
            outputs: row.len(),
        })
}
