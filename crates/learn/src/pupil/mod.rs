//! One model and what is remembered about it: the features of every example, so that a lesson is cheap.
//!
//! A lesson changes only the **tail** of the network: everything from the first dense layer on. The layers before it (the
//! **trunk**: convolutions and pooling) stay as they were trained, so what they make of a drawing, its *features*, is
//! computed once and kept. A training step on features costs a hundredth of one on pictures, and what the trunk learned
//! from thousands of writers cannot be forgotten. In the classic network the trunk is empty: the features are the input.
//!
//! What is read is the network's answer and the memory's word together ([`crate::neighbours`]). The memory is heard once
//! the weights are no longer those that came: after a reset the model reads as it ships until it is taught again.

mod known;
mod model;
mod tail;

use std::collections::BTreeMap;

use trazo_ink::Drawing;
use trazo_nn::Workspace;

use crate::decide::{DIGITS, insertion_sort, likeliest};
use crate::error::Error;
use crate::memory::{Example, Memory};
use crate::method::{Method, Step};
use crate::metric::Metric;
use crate::neighbours::{Tally, rivals};
use known::centres;
use tail::{last_inputs, logit, tail_outputs};

pub(crate) use known::Known;
pub use model::Model;
pub(crate) use tail::{finish, tail_answers, ten};

/// Rows of features with what they should be read as.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    /// `[rows, features]`, row-major.
    pub rows: Vec<f32>,
    /// A digit, or [`NO_DIGIT`].
    pub labels: Vec<u8>,
}

/// Where rows lie among base memory: what does not change while a person teaches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    width: usize,
    /// Directions in the whitened space, `[rows, width]`.
    units: Vec<f32>,
    /// What each hears before anybody has spoken.
    silence: Vec<Tally>,
}

/// The label of what is no digit.
pub(crate) const NO_DIGIT: u8 = u8::MAX;

/// Rows in one unit of the exam's directions.
const UNIT: usize = 2;

/// How many of the person's examples are kept as features; the newest hold.
pub(crate) const OWN_CAPACITY: usize = 2_000;

/// A model with its caches.
#[derive(Debug, Clone)]
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
        let Some(input) = self.model.recipe.input(drawing) else {
            return Ok(None);
        };
        let mut row = Vec::with_capacity(self.features_len());
        self.features(&input, &mut row)?;
        Ok(Some(row))
    }

    /// Ten numbers a row, network and memory together: `[rows, features]` in, `[rows, 10]` appended to `out`.
    pub fn answers(&mut self, rows: &[f32], out: &mut Vec<f32>) -> Result<(), Error> {
        let known = if self.listens() {
            self.places(rows)?
        } else {
            Places::default()
        };
        self.answers_at(rows, &known, out)
    }

    /// The same for rows whose places are known.
    pub fn answers_at(
        &mut self,
        rows: &[f32],
        places: &Places,
        out: &mut Vec<f32>,
    ) -> Result<(), Error> {
        let mut tallies = Vec::new();
        if self.listens() {
            let units = places.units.chunks_exact(places.width.max(1));
            let heard = units.zip(&places.silence);
            tallies
                .extend(heard.map(|(unit, t)| t.of(unit, centres(&self.own), self.method.width)));
        }
        self.answers_by(rows, &tallies, out)
    }

    /// Where rows lie among base memory.
    pub fn places(&mut self, rows: &[f32]) -> Result<Places, Error> {
        let units = self.units(rows)?;
        let width = self.metric.as_ref().map_or(1, Metric::width).max(1);
        let silence = units.chunks_exact(width).map(|unit| self.silence_at(unit));
        Ok(Places {
            width,
            silence: silence.collect(),
            units,
        })
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
    pub fn listens(&self) -> bool {
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

    /// What a drawing in this direction hears before anybody has spoken.
    fn silence_at(&self, unit: &[f32]) -> Tally {
        let base = self.metric.as_ref().map_or(&[][..], |m| &m.base);
        Tally::new(&rivals(unit, base, &self.base.labels), self.method.guard)
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
            let silence = self.silence_at(unit);
            let tally = silence.of(unit, centres(&self.own), self.method.width);
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
        if let Some(input) = example.input(self.model.recipe)? {
            self.features(&input, &mut row)?;
        }
        Ok(row)
    }
}

/// The bits of learned numbers.
pub(crate) fn bits(weights: &[f32]) -> Vec<u32> {
    weights.iter().map(|weight| weight.to_bits()).collect()
}
