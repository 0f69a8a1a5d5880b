//! A model that learns: what it is made of, and how it reads.

use std::collections::BTreeMap;

use trazo_ink::{Drawing, Origin, writer};
use trazo_nn::{Network, Workspace};

use super::method::Method;
use super::neighbors::{Kept, Known, Opinion, Shift};
use super::reminders::Reminder;
use super::votes::Votes;
use super::whitening::Whitening;
use crate::error::Error;
use crate::exam::{self, Base, ExamResult};
use crate::examples::Example;
use crate::model::{Model, finish, logit, ten};
use crate::reading::{DIGITS, Help, Reading, decide, is_dot, likeliest};

/// How many drawings that one is like are told.
const NEAREST_TOLD: usize = 3;

/// Rows of features with what they should be read as.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// `[rows, features]`, row-major.
    pub rows: Vec<f32>,
    /// A digit, or [`NO_DIGIT`].
    pub labels: Vec<u8>,
}

/// Where rows lie among base memory: what does not change while a person teaches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// Directions in the whitened space, `[rows, width]`.
    pub(super) units: Vec<f32>,
    /// The votes for each before there is any.
    pub(super) silence: Vec<Votes>,
}

impl Places {
    /// More rows.
    pub fn append(&mut self, more: Self) {
        self.units.extend(more.units);
        self.silence.extend(more.silence);
    }
}

/// Why memory helped.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// What it did.
    pub help: Help,
    /// What is read; `None` where it is not sure.
    pub digit: Option<u8>,
    /// What the network alone would have read.
    pub alone: Option<u8>,
    /// Its ten numbers.
    pub alone_probabilities: [f32; DIGITS],
    /// The drawings of the digit that memory speaks for, the most alike first.
    pub nearest: Vec<Reminder>,
}

/// A model that learns.
#[derive(Debug, Clone)]
pub struct Learner {
    pub(crate) model: Model,
    /// What ships, or what was opened: what lessons are measured against.
    pub(super) reference: Model,
    pub(super) method: Method,
    pub(crate) workspace: Workspace,
    pub(super) exam_drawings: writer::Exam,
    pub(super) exam: Rows,
    pub(super) base_drawings: Base,
    pub(super) base: Rows,
    pub(super) whitening: Option<Whitening>,
    /// What enters the reference's last layer and by how much it prefers the likeliest digit to the next, in logits, of
    /// base memory's rows so far; empty once there is a whitening.
    pub(super) anchored: (Vec<f32>, Vec<f32>),
    /// The median of those margins, of the digits: the network's usual one, by which memory's voice is measured.
    pub(super) usual_margin: f32,
    /// What is kept of the exam's digits.
    pub(super) exam_kept: Vec<Kept>,
    pub(super) own: BTreeMap<u64, Known>,
    /// Drawings that came or went, and whose part in the votes that are kept is not made good yet.
    pub(super) shifts: Vec<Shift>,
    /// Some of the votes that are kept may be stale.
    pub(super) unsettled: bool,
    /// How many drawings are heard by label: of the hand or read rightly anyway, and loud ones.
    pub(super) tally: Vec<[usize; 2]>,
    /// Drawings that memory is still to take in, the last one first; `None` where that must be found out.
    pub(super) missing: Option<Vec<u64>>,
    /// Memory may vote.
    pub(super) heard: bool,
    /// Drawings that may not.
    pub(super) masked: Vec<u64>,
    /// Grows whenever weights or memory change; answers that were computed under another one are stale.
    pub(super) version: u64,
    /// Grows whenever weights change.
    pub(super) weights: u64,
    /// By which the answers hold that are kept.
    pub(super) opinion: Opinion,
    /// The exam under some version: digits asked so far, and how many were right.
    pub(super) examined: (u64, ExamResult),
}

impl Learner {
    /// A learner that has been taught nothing: `model` is its own reference.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where the model is no digit model.
    pub fn new(model: Model, method: Method) -> Result<Self, Error> {
        model.check()?;
        Ok(Self {
            reference: model.clone(),
            model,
            method,
            workspace: Workspace::new(),
            exam_drawings: exam::exam(),
            exam: Rows::default(),
            base_drawings: Base::new(method.base_digits),
            base: Rows::default(),
            whitening: None,
            anchored: Default::default(),
            usual_margin: 0.0,
            exam_kept: Vec::new(),
            own: BTreeMap::new(),
            shifts: Vec::new(),
            unsettled: false,
            tally: Vec::new(),
            missing: None,
            heard: true,
            masked: Vec::new(),
            version: 1,
            weights: 1,
            opinion: Opinion::default(),
            examined: Default::default(),
        })
    }

    /// Puts another model in place, and what its lessons are measured against; caches that still hold stay. Both must be
    /// digit models.
    pub(crate) fn replace(&mut self, model: Model, reference: Model) {
        let anchored = model.same_backbone(&self.model) && reference.same_weights(&self.reference);
        if !model.same_backbone(&self.model) {
            self.exam_drawings = exam::exam();
            self.exam = Rows::default();
            self.base_drawings = Base::new(self.method.base_digits);
            self.base = Rows::default();
        }
        if !anchored {
            self.whitening = None;
            self.anchored = Default::default();
            self.exam_kept.clear();
            self.retain(|_| false);
        }
        (self.model, self.reference) = (model, reference);
        self.weights_change();
    }

    pub(super) fn weights_change(&mut self) {
        self.version += 1;
        self.weights += 1;
    }

    /// What ships, or what was opened: what lessons are measured against.
    pub(crate) fn reference(&self) -> &Model {
        &self.reference
    }

    /// Lessons by other numbers from now on, for comparisons. Base memory is made for them.
    pub(crate) fn set_method(&mut self, method: Method) {
        let (model, reference) = (self.model.clone(), self.reference.clone());
        if let Ok(fresh) = Self::new(model.clone(), method) {
            *self = fresh;
            self.replace(model, reference);
        }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Grows whenever weights or memory change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn set_head_weights(&mut self, weights: &[f32]) {
        self.model.set_head_weights(weights);
        self.weights_change();
    }

    /// The network, to be changed.
    pub(crate) fn network(&mut self) -> (&mut Network, &mut Workspace) {
        self.weights_change();
        (&mut self.model.network, &mut self.workspace)
    }

    /// Base memory's features, and what they should be read as.
    pub(crate) fn base(&self) -> &Rows {
        &self.base
    }

    /// Reads a drawing.
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn read(&mut self, drawing: &Drawing) -> Result<Reading, Error> {
        let Some((ink, input)) = self.model.recipe.ink_and_input(drawing) else {
            return Ok(Reading::blank());
        };
        let row = self.model.features(&input, &mut self.workspace)?;
        let probabilities = self.answers(&row, Origin::Pen)?;
        let mut decision = decide(&probabilities);
        let help = match self.listens() {
            true => Help::between(&ten(&self.weights_answers(&row)?)?, &probabilities),
            false => None,
        };
        if is_dot(drawing) {
            // A dot is no digit, whatever the network makes of it.
            decision.digit = None;
        }
        Ok(Reading {
            digit: decision.digit,
            candidates: decision.candidates,
            probabilities,
            help,
            ink: Some(ink),
        })
    }

    /// Why memory helped to read a drawing so; `None` where it did not.
    pub(crate) fn why(&mut self, drawing: &Drawing) -> Result<Option<Why>, Error> {
        let reading = self.read(drawing)?;
        let Some(help) = reading.help else {
            return Ok(None);
        };
        let row = self.features_of(drawing)?;
        let alone = ten(&self.weights_answers(&row)?)?;
        // It speaks for the one whose chance it raised the most; the network alone knows no symbols.
        let known = alone.iter().chain(std::iter::repeat(&0.0));
        let raised = reading.probabilities.iter().zip(known).map(|(p, a)| p - a);
        let raised: Vec<f32> = raised.collect();
        let nearest = self.reminders(&row, Some(likeliest(&raised)), NEAREST_TOLD)?;
        Ok(Some(Why {
            help,
            digit: reading.digit,
            alone: decide(&alone).digit,
            alone_probabilities: alone,
            nearest,
        }))
    }

    /// The features of a drawing; an empty row where it has no ink.
    pub(crate) fn features_of(&mut self, drawing: &Drawing) -> Result<Vec<f32>, Error> {
        let input = self.model.recipe.input(drawing).unwrap_or_default();
        self.model.features(&input, &mut self.workspace)
    }

    /// The features of an example; an empty row where nothing of it is inked.
    pub(crate) fn features_of_example(&mut self, example: &Example) -> Result<Vec<f32>, Error> {
        let input = example.input(self.model.recipe)?.unwrap_or_default();
        self.model.features(&input, &mut self.workspace)
    }

    /// Numbers by label for each of the network's inputs that one ink of a picture made, weights and memory together. What
    /// memory says of the first, which is marked as a picture's, it says of all.
    pub(crate) fn answers_to_picture(&mut self, inputs: &[f32]) -> Result<Vec<f32>, Error> {
        let rows = self.model.features(inputs, &mut self.workspace)?;
        let count = inputs.len() / self.model.recipe.input_len();
        let mut places = Places::default();
        let mut answers = Vec::new();
        for (at, row) in rows
            .chunks_exact((rows.len() / count.max(1)).max(1))
            .enumerate()
        {
            if at == 0 && self.listens() {
                places = self.places(row, Origin::Picture)?;
            }
            answers.extend(self.answers_at(row, &places)?);
        }
        Ok(answers)
    }

    /// [`classes`](Self::classes) numbers a row, weights and memory together, of `[rows, features]` that a pen drew or a
    /// picture showed.
    pub(crate) fn answers(&mut self, rows: &[f32], origin: Origin) -> Result<Vec<f32>, Error> {
        let places = match self.listens() {
            true => self.places(rows, origin)?,
            false => Places::default(),
        };
        self.answers_at(rows, &places)
    }

    /// The same for rows whose places are known.
    pub(crate) fn answers_at(&mut self, rows: &[f32], places: &Places) -> Result<Vec<f32>, Error> {
        let votes = match self.listens() {
            true => self.votes_for(&places.silence, &places.units),
            false => Vec::new(),
        };
        let outputs = self.model.outputs(rows, &mut self.workspace)?;
        self.answers_from(&outputs, &votes)
    }

    /// Where rows, of pen or picture, lie among base memory.
    pub(crate) fn places(&mut self, rows: &[f32], origin: Origin) -> Result<Places, Error> {
        let units = self.units(rows)?;
        let silence = self.silence_at(&units, origin);
        Ok(Places { silence, units })
    }

    /// How many numbers an answer has: one a digit, and one for each further label up to the last that memory knows.
    pub(crate) fn classes(&self) -> usize {
        if !self.heard || self.method.symbol_width <= 0.0 {
            return DIGITS;
        }
        let last = self.tally.iter().rposition(|count| *count != [0, 0]);
        last.map_or(DIGITS, |last| DIGITS.max(last + 1))
    }

    /// Ten numbers a row by the weights alone.
    pub(crate) fn weights_answers(&mut self, rows: &[f32]) -> Result<Vec<f32>, Error> {
        self.model.answers(rows, &mut self.workspace)
    }

    /// Answers of the weights, whose last layer gave these outputs, `[rows, 10]`, and of memory where there are `votes`.
    pub(super) fn answers_from<'a>(
        &self,
        outputs: &[f32],
        votes: impl IntoIterator<Item = &'a Votes>,
    ) -> Result<Vec<f32>, Error> {
        let loss = self.model.network.spec().loss;
        let (voice, symbols) = (self.voice(), self.classes() - DIGITS);
        let (mut answers, mut votes) = (Vec::new(), votes.into_iter());
        for outputs in outputs.chunks_exact(DIGITS) {
            let mut digits = ten(outputs)?;
            let (mut heard, mut shares) = ([0.0; DIGITS], Vec::new());
            if let Some(votes) = votes.next() {
                let alone = digits.map(|z| logit(loss, z));
                heard = votes.logits(&voice, &alone);
                shares = votes.shares(&voice, &alone, symbols);
            }
            shares.resize(symbols, 0.0);
            finish(loss, &mut digits, &heard);
            let rest = 1.0 - shares.iter().sum::<f32>();
            answers.extend(digits.map(|chance| chance * rest));
            answers.extend(shares);
        }
        Ok(answers)
    }

    /// The rows' directions in the whitened space of the reference; none before there is one.
    pub(super) fn units(&mut self, rows: &[f32]) -> Result<Vec<f32>, Error> {
        let Some(whitening) = &self.whitening else {
            return Ok(Vec::new());
        };
        let inputs = self.reference.last_inputs(rows, &mut self.workspace)?;
        let inputs = inputs.chunks_exact(whitening.width().max(1));
        Ok(inputs.flat_map(|x| whitening.unit(x)).collect())
    }
}
