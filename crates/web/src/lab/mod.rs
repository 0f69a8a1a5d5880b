//! The Lab: a run that is trained from nothing, for workers of its own.
//!
//! What it does is decided in `trazo_train::lab`; here are its digits on their way from files, drawings and other workers,
//! and its answers on their way to the page (typed in `www/src/worker/lab-protocol.ts`).

mod class;
mod digits;

use serde::Serialize;
use trazo_formats::{Encoding, ModelFile, write_model};
use trazo_ink::normalize::CANONICAL_PEN;
use trazo_ink::{Planes, Recipe};
use trazo_train::lab::{Fault, Held, Pictured, Setup};
use trazo_train::{Event, Part};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;

pub use digits::LabWriting;

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self {
            about: fault.about.map(str::to_owned),
            ..Self::new(fault.code, fault.message)
        }
    }
}

/// What a step of the run brought.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabEvent {
    /// There are more parts to the batch or the look.
    Part = 0,
    /// A step was made.
    Step = 1,
    /// A look is done.
    Look = 2,
    /// The run is over.
    Over = 3,
}

impl From<Event> for LabEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Part => Self::Part,
            Event::Step { .. } => Self::Step,
            Event::Look => Self::Look,
            Event::Over => Self::Over,
        }
    }
}

fn js<T: Serialize>(value: &T) -> Result<JsValue, Failure> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    Ok(value.serialize(&serializer)?)
}

/// Beside what `value` says, some bytes or numbers that are no list of JavaScript's.
fn with(value: JsValue, name: &str, numbers: &JsValue) -> JsValue {
    // Cannot fail on an object that was just made.
    let _ = js_sys::Reflect::set(&value, &name.into(), numbers);
    value
}

/// What a setup (as JSON) comes to, and the first thing that is wrong with it.
///
/// # Errors
/// None.
#[wasm_bindgen(js_name = labShapes)]
pub fn lab_shapes(setup: &str) -> Result<JsValue, Failure> {
    js(&match Setup::from_json(setup) {
        Ok(setup) => setup.shapes(),
        Err(fault) => trazo_train::lab::Shapes {
            fault: Some(fault),
            ..Default::default()
        },
    })
}

/// A run with its digits.
#[wasm_bindgen]
pub struct LabRun {
    lab: trazo_train::lab::Lab,
    /// Parts that were computed here and are not taken yet.
    own: Vec<(usize, Part)>,
}

fn pictured(weights: &Pictured) -> Result<JsValue, Failure> {
    let values = js_sys::Float32Array::from(weights.values.as_slice());
    Ok(with(js(weights)?, "values", &values))
}

fn held(test: bool) -> Held {
    if test { Held::Test } else { Held::Validation }
}

fn not_asked() -> Failure {
    Failure::new("lab-not-read", "These digits have not been read yet.")
}

#[wasm_bindgen]
impl LabRun {
    /// A run of a setup (as JSON) with packed digits, from its start or from a checkpoint.
    ///
    /// # Errors
    /// The setup's fault; `lab-checkpoint`; `lab-digits` for bytes that are no packed digits.
    #[wasm_bindgen(constructor)]
    pub fn new(setup: &str, digits: &[u8], checkpoint: Option<Vec<u8>>) -> Result<LabRun, Failure> {
        let setup = Setup::from_json(setup)?;
        let dealt = digits::unpack(digits)?;
        let lab = match checkpoint {
            None => trazo_train::lab::Lab::new(setup, dealt)?,
            Some(bytes) => trazo_train::lab::Lab::resume(setup, dealt, &bytes)?,
        };
        Ok(Self {
            lab,
            own: Vec::new(),
        })
    }

    /// Digits to train on, to look at and sealed; steps in an epoch and in the run.
    ///
    /// # Errors
    /// None.
    pub fn counts(&self) -> Vec<f64> {
        let run = self.lab.run();
        let counts = self.lab.counts().map(|count| count as f64);
        [&counts[..], &[run.batches() as f64, run.total() as f64]].concat()
    }

    /// The first part that is not taken yet.
    #[wasm_bindgen(getter)]
    pub fn taken(&self) -> usize {
        self.lab.pending().start
    }

    /// How many parts the batch, or the look, has; 0 when the run is over.
    #[wasm_bindgen(getter)]
    pub fn parts(&self) -> usize {
        self.lab.pending().end
    }

    /// Whether what is pending is a look.
    #[wasm_bindgen(getter)]
    pub fn looking(&self) -> bool {
        self.lab.run().is_looking()
    }

    /// Steps done.
    #[wasm_bindgen(getter)]
    pub fn step(&self) -> f64 {
        self.lab.run().step() as f64
    }

    /// Computes and takes the next part.
    ///
    /// # Errors
    /// Where the network refuses the digits.
    pub fn advance(&mut self) -> Result<LabEvent, Failure> {
        Ok(self.lab.advance()?.into())
    }

    /// Computes a part, for other workers and, by `takeOwn`, for this one.
    ///
    /// # Errors
    /// Where there is no such part.
    pub fn compute(&mut self, index: usize) -> Result<Vec<f32>, Failure> {
        let part = self.lab.compute(index)?;
        let message = part.to_message();
        self.own.push((index, part));
        Ok(message)
    }

    /// Takes the next part, which was computed here; `undefined` where it was not.
    ///
    /// # Errors
    /// Where it does not fit.
    #[wasm_bindgen(js_name = takeOwn)]
    pub fn take_own(&mut self) -> Result<Option<LabEvent>, Failure> {
        let next = self.taken();
        let Some(place) = self.own.iter().position(|(index, _)| *index == next) else {
            return Ok(None);
        };
        let (_, part) = self.own.swap_remove(place);
        Ok(Some(self.lab.take(part)?.into()))
    }

    /// Takes the next part, which another worker computed.
    ///
    /// # Errors
    /// Where it is not the next one.
    pub fn take(&mut self, message: &[f32]) -> Result<LabEvent, Failure> {
        let part = Part::from_message(message).map_err(|error| Fault::from(&error))?;
        Ok(self.lab.take(part)?.into())
    }

    /// How long it has trained, in seconds.
    #[wasm_bindgen(js_name = setSeconds)]
    pub fn set_seconds(&mut self, seconds: f64) {
        self.lab.set_seconds(seconds);
    }

    /// Seconds that it has trained, as it was told.
    #[wasm_bindgen(getter)]
    pub fn seconds(&self) -> f64 {
        self.lab.seconds()
    }

    /// From now on the learning rate is `factor` times what the setup says.
    ///
    /// # Errors
    /// `lab-setting`.
    #[wasm_bindgen(js_name = setRate)]
    pub fn set_rate(&mut self, factor: f32) -> Result<(), Failure> {
        Ok(self.lab.set_rate(factor)?)
    }

    /// How far it is.
    ///
    /// # Errors
    /// None.
    pub fn progress(&self) -> Result<JsValue, Failure> {
        js(&self.lab.progress())
    }

    /// All looks.
    ///
    /// # Errors
    /// None.
    pub fn looks(&self) -> Result<JsValue, Failure> {
        js(&self.lab.looks())
    }

    /// The figures of its health.
    ///
    /// # Errors
    /// Where a weight is no number.
    pub fn health(&mut self) -> Result<JsValue, Failure> {
        js(&self.lab.health()?)
    }

    /// Begins to read the validation digits, or opens the sealed ones, with the network as it is.
    ///
    /// # Errors
    /// Where a weight is no number.
    #[wasm_bindgen(js_name = readStart)]
    pub fn read_start(&mut self, test: bool) -> Result<(), Failure> {
        Ok(self.lab.begin_reading(held(test))?)
    }

    /// Reads some more; whether there are more.
    ///
    /// # Errors
    /// Where the network refuses the digits.
    #[wasm_bindgen(js_name = readAdvance)]
    pub fn read_advance(&mut self) -> Result<bool, Failure> {
        Ok(self.lab.advance_reading()?)
    }

    /// The step at which the digits were read last; `undefined` where they never were.
    #[wasm_bindgen(js_name = readAt)]
    pub fn read_at(&self, test: bool) -> Option<f64> {
        self.lab.answered_at(held(test)).map(|step| step as f64)
    }

    /// Which answer each label was given how often.
    ///
    /// # Errors
    /// `lab-not-read`.
    pub fn confusion(&self, test: bool) -> Result<JsValue, Failure> {
        js(&self.lab.confusion(held(test)).ok_or_else(not_asked)?)
    }

    /// The figures of the opened envelope.
    ///
    /// # Errors
    /// `lab-not-read`.
    pub fn tested(&self) -> Result<JsValue, Failure> {
        js(&self.lab.tested().ok_or_else(not_asked)?)
    }

    /// Digits with a label that were given an answer, the surest first.
    ///
    /// # Errors
    /// `lab-not-read`.
    pub fn mistakes(
        &self,
        test: bool,
        label: u8,
        answer: u8,
        offset: usize,
        limit: usize,
    ) -> Result<JsValue, Failure> {
        let mistakes = self.lab.mistakes(held(test), label, answer, offset, limit);
        let mistakes = mistakes.ok_or_else(not_asked)?;
        let digits = js_sys::Array::new();
        for mistake in &mistakes.digits {
            let pixels = js_sys::Uint8Array::from(mistake.pixels.as_slice());
            digits.push(&with(js(mistake)?, "pixels", &pixels));
        }
        Ok(with(js(&mistakes)?, "digits", &digits))
    }

    /// The first weights as pictures.
    ///
    /// # Errors
    /// Where there are none.
    #[wasm_bindgen(js_name = firstWeights)]
    pub fn first_weights(&self) -> Result<JsValue, Failure> {
        pictured(&self.lab.first_weights()?)
    }

    /// The steps of the pictures that are kept of the first weights.
    pub fn film(&self) -> Vec<f64> {
        self.lab.film().iter().map(|&step| step as f64).collect()
    }

    /// The first weights as they were at one of these steps.
    ///
    /// # Errors
    /// Where there is no such picture.
    #[wasm_bindgen(js_name = firstWeightsAt)]
    pub fn first_weights_at(&self, step: f64) -> Result<JsValue, Failure> {
        pictured(&self.lab.first_weights_at(step as u64)?)
    }

    /// Takes the run to where its best look was made; what was computed before fits no longer.
    ///
    /// # Errors
    /// `lab-no-best`.
    #[wasm_bindgen(js_name = goBack)]
    pub fn go_back(&mut self) -> Result<(), Failure> {
        self.own.clear();
        Ok(self.lab.go_back()?)
    }

    /// Training digits as the network gets them: the pixels of `count` pictures, then their labels.
    pub fn samples(&self, count: usize) -> Vec<u8> {
        let (pixels, labels) = self.lab.samples(count);
        [pixels, labels].concat()
    }

    /// A model file of the network that answers.
    ///
    /// # Errors
    /// Where a weight is no number.
    pub fn save(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let recipe = Recipe::Mnist28 {
            pen: CANONICAL_PEN,
            planes: Planes::Ink,
        };
        let file = ModelFile::new(name, self.lab.answering()?, Some(recipe))?;
        Ok(write_model(&file, Encoding::F32)?)
    }

    /// All that is needed to go on.
    ///
    /// # Errors
    /// `lab-checkpoint` where there is no memory.
    pub fn checkpoint(&self) -> Result<Vec<u8>, Failure> {
        Ok(self.lab.checkpoint()?)
    }
}
