//! The Lab: a run as a page has it.
//!
//! A [`Setup`] says all of it in plain JSON, which a link carries; [`Setup::shapes`] says what it comes to and what is
//! wrong, at the row of the network that it is wrong at. [`Writing`] and [`deal`] make the digits, and a [`Lab`] is
//! the run with them: it is stepped as a [`Run`] is, by one worker or by several that share no memory, and tells what
//! there is to see.
//!
//! ```
//! use trazo_train::Event;
//! use trazo_train::lab::{Lab, Setup, Writing};
//!
//! let setup = Setup::from_json(r#"{
//!     "v": 1,
//!     "data": { "source": "synthetic", "train": 200, "validation": 100, "test": 0, "seed": 1 },
//!     "network": { "layers": [{ "type": "dense", "units": 10, "activation": "softmax" }] },
//!     "optimizer": { "type": "adam", "learningRate": 0.01 },
//!     "epochs": 3, "batch": 20, "seeds": { "weights": 1, "order": 1 }
//! }"#)?;
//! let shapes = setup.shapes();
//! assert_eq!((shapes.fault, shapes.parameters), (None, 7850));
//!
//! let mut writing = Writing::new(&setup.data);
//! while writing.advance(50) < 1.0 {}
//! let mut lab = Lab::new(setup, writing.deal()?)?;
//! while lab.advance()? != Event::Over {}
//! let looks = lab.looks();
//! assert!(looks[3].validation[0].right > 2 * looks[0].validation[0].right);
//! # Ok::<(), trazo_train::lab::Fault>(())
//! ```

mod data;
mod digits;
mod film;
mod health;
mod setup;
mod view;

use std::hash::Hasher;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use trazo_nn::{Network, Workspace};

pub use data::{Dealt, Given, Use, Writing, deal};
pub use digits::Digits;
pub use health::Health;
pub use setup::{DataSetup, Fault, MOST_DIGITS, Row, Setup, Shapes, SourceKind, VERSION};
pub use view::{Confusion, LookView, Mistake, Mistakes, Pictured, Progress, TrainingView};

use crate::checkpoint::Checkpoint;
use crate::data::{PIXELS, Pictures};
use crate::error::Error;
use crate::look::{Figures, ValidationSet};
use crate::part::{Desk, LOOK_ROWS, Part};
use crate::run::{Event, Run};
use crate::stop::best_look;
use film::Film;

/// Points that a curve has at most.
const POINTS: usize = 512;

/// A run with its digits.
#[derive(Debug)]
pub struct Lab {
    setup: Setup,
    shapes: Shapes,
    run: Run<Digits>,
    /// The sealed digits.
    test: Pictures,
    /// A number that follows from all digits: a checkpoint goes on with the same ones only.
    digits: u64,
    kept: Kept,
    /// The checkpoint of the best look, with its step: where the run can go back to.
    best: Option<(u64, Vec<u8>)>,
    film: Film,
    desk: Desk,
    workspace: Workspace,
    reading: Option<Reading>,
    /// Answers of a reading of each part, and the step at which they were given.
    answers: [Option<(u64, Vec<f32>)>; 2],
}

/// What is in a checkpoint beside the run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    /// How often the sealed digits were looked at.
    opened: u32,
    /// Seconds of training so far, and at each look.
    seconds: f64,
    at_looks: Vec<f64>,
    losses: Losses,
}

/// The losses of all steps, thinned to [`POINTS`] means of as many steps each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Losses {
    /// Steps that make a point, a power of two; 0 stands for 1.
    stride: u32,
    means: Vec<f32>,
    /// The point that is being made.
    sum: f32,
    count: u32,
}

impl Losses {
    fn push(&mut self, loss: f32) {
        self.stride = self.stride.max(1);
        self.sum += loss;
        self.count += 1;
        if self.count < self.stride {
            return;
        }
        self.means.push(self.sum / self.count as f32);
        (self.sum, self.count) = (0.0, 0);
        if self.means.len() >= POINTS {
            let pairs = self.means.chunks_exact(2);
            self.means = pairs.map(|pair| pair.iter().sum::<f32>() / 2.0).collect();
            self.stride *= 2;
        }
    }

    /// `[step, mean loss]`, the step in the middle of its point.
    fn points(&self) -> Vec<[f64; 2]> {
        let stride = f64::from(self.stride.max(1));
        let points = self.means.iter().enumerate();
        points
            .map(|(index, &mean)| [(index as f64 + 0.5) * stride, f64::from(mean)])
            .collect()
    }
}

/// The digits that are not trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Those that are looked at.
    Validation,
    /// Those that are sealed.
    Test,
}

/// The network as it is, being asked about all digits of a part.
#[derive(Debug)]
struct Reading {
    part: Held,
    step: u64,
    network: Network,
    answers: Vec<f32>,
}

impl Lab {
    /// A run from its start.
    ///
    /// # Errors
    /// What [`Setup::shapes`] finds, and digits that do not fit.
    pub fn new(setup: Setup, dealt: Dealt) -> Result<Self, Fault> {
        Self::begin(setup, dealt, |setup, network, source, validation| {
            let start =
                Network::with_start(network.clone(), setup.network.start, setup.seeds.weights)?;
            Ok((
                Run::from_network(setup.plan(network), start, source, validation)?,
                Kept::default(),
            ))
        })
    }

    /// A run that goes on from the bytes of [`Lab::checkpoint`], bit for bit.
    ///
    /// # Errors
    /// As [`Lab::new`], and `lab-checkpoint` where the bytes are damaged, or of another setup or other digits.
    pub fn resume(setup: Setup, dealt: Dealt, bytes: &[u8]) -> Result<Self, Fault> {
        let digits = fingerprint(&dealt);
        let mut best = None;
        let mut lab = Self::begin(setup, dealt, |setup, network, source, validation| {
            let (now, then) = with_best(bytes)?;
            let settings = settings(setup, digits);
            let (mut kept, rest) = read_kept(now)?;
            let checkpoint = Checkpoint::from_bytes(rest, &settings)?;
            kept.at_looks
                .resize(checkpoint.within.looks.len(), kept.seconds);
            if let Some(then) = then {
                let (_, rest) = read_kept(then)?;
                let step = Checkpoint::from_bytes(rest, &settings)?.step;
                best = Some((step, then.to_vec()));
            }
            Ok((
                Run::resume(setup.plan(network), source, validation, checkpoint)?,
                kept,
            ))
        })?;
        lab.best = best;
        Ok(lab)
    }

    fn begin(
        setup: Setup,
        dealt: Dealt,
        make: impl FnOnce(
            &Setup,
            trazo_nn::NetworkSpec,
            Digits,
            Vec<ValidationSet>,
        ) -> Result<(Run<Digits>, Kept), Error>,
    ) -> Result<Self, Fault> {
        let shapes = setup.shapes();
        if let Some(fault) = shapes.fault {
            return Err(fault);
        }
        let digits = fingerprint(&dealt);
        let source = Digits::new(&setup.data, dealt.train);
        let validation = view::validation_sets(&setup.data, &dealt.validation);
        let (mut run, kept) = make(&setup, setup.network.spec()?, source, validation)
            .map_err(|error| Fault::from(&error))?;
        run.watch();
        let mut lab = Self {
            setup,
            shapes,
            run,
            test: dealt.test,
            digits,
            kept,
            best: None,
            film: Film::default(),
            desk: Desk::default(),
            workspace: Workspace::new(),
            reading: None,
            answers: [None, None],
        };
        lab.shoot();
        Ok(lab)
    }

    /// Keeps a picture of the first weights, where one is due.
    fn shoot(&mut self) {
        let step = self.run.step();
        if self.film.is_due(step)
            && let Ok(pictured) = self.first_weights()
        {
            self.film.push(step, &pictured.values);
        }
    }

    /// What the setup came to.
    pub fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// The run itself.
    pub fn run(&self) -> &Run<Digits> {
        &self.run
    }

    /// Digits to train on (in an epoch), to look at, and sealed.
    pub fn counts(&self) -> [usize; 3] {
        use crate::source::Source;
        let validation = self
            .run
            .validation()
            .iter()
            .map(|set| set.labels.len())
            .sum();
        [self.run.source().len(), validation, self.test.len()]
    }

    /// The parts of the present batch, or look, that are not taken yet: see [`Run::pending`].
    pub fn pending(&self) -> Range<usize> {
        self.run.pending()
    }

    /// Computes one of them.
    ///
    /// # Errors
    /// As [`Run::compute`].
    pub fn compute(&mut self, index: usize) -> Result<Part, Fault> {
        self.run
            .compute(index, &mut self.desk)
            .map_err(|error| Fault::from(&error))
    }

    /// Takes the next one in.
    ///
    /// # Errors
    /// As [`Run::take`].
    pub fn take(&mut self, part: Part) -> Result<Event, Fault> {
        let event = self.run.take(part).map_err(|error| Fault::from(&error))?;
        match event {
            Event::Step { loss } => {
                self.kept.losses.push(loss);
                self.shoot();
            }
            Event::Look => {
                self.kept.at_looks.push(self.kept.seconds);
                self.keep_best()?;
            }
            Event::Part | Event::Over => {}
        }
        Ok(event)
    }

    /// Keeps the run as it is where its last look is the best. That is a copy of the weights and of what the optimizer
    /// remembers; where there is no room for it none is kept.
    fn keep_best(&mut self) -> Result<(), Fault> {
        let looks = self.run.looks();
        let is_best = best_look(looks).is_some_and(|best| best + 1 == looks.len());
        let copies = 4 * 4 * self.run.network().params().len() as u64;
        if is_best && self.counts()[1] > 0 && self.shapes.bytes + copies <= setup::MOST_BYTES {
            self.best = Some((
                self.run.step(),
                self.as_it_is().map_err(|error| Fault::from(&error))?,
            ));
        }
        Ok(())
    }

    /// The step of the best look: the most validation digits right, of equal ones the lowest loss.
    pub(super) fn best_step(&self) -> Option<u64> {
        let looks = self.run.looks();
        best_look(looks).and_then(|best| Some(looks.get(best)?.step))
    }

    /// The step that [`Lab::go_back`] leads to, where there is one before this.
    pub fn can_go_back(&self) -> Option<u64> {
        let (step, _) = self.best.as_ref()?;
        (*step < self.run.step()).then_some(*step)
    }

    /// Takes the run to where its best look was made: weights, what the optimizer remembers, curves and all. What is
    /// not taken back is how often the sealed digits were looked at. Parts that were computed before fit no longer.
    ///
    /// # Errors
    /// `lab-no-best` where none is kept.
    pub fn go_back(&mut self) -> Result<(), Fault> {
        let Some((step, bytes)) = &self.best else {
            return Err(Fault::new(
                "lab-no-best",
                "No best step is kept yet.".to_owned(),
            ));
        };
        let step = *step;
        let mut back = || {
            let (mut kept, rest) = read_kept(bytes)?;
            let checkpoint = Checkpoint::from_bytes(rest, &settings(&self.setup, self.digits))?;
            kept.opened = self.kept.opened;
            self.run.restore(checkpoint)?;
            Ok(kept)
        };
        self.kept = back().map_err(|error: Error| Fault::from(&error))?;
        self.film.cut(step);
        self.reading = None;
        self.answers = [None, None];
        Ok(())
    }

    /// The steps of the pictures that are kept of the first weights, in order.
    pub fn film(&self) -> Vec<u64> {
        self.film.steps()
    }

    /// The first weights as they were at one of these steps.
    ///
    /// # Errors
    /// `lab-failed` where there is no such picture.
    pub fn first_weights_at(&self, step: u64) -> Result<Pictured, Fault> {
        let now = self.first_weights()?;
        let values = self.film.frame(step).ok_or_else(|| {
            Fault::new("lab-failed", format!("There is no picture of step {step}."))
        })?;
        Ok(Pictured {
            step,
            values,
            ..now
        })
    }

    /// Computes and takes the next part.
    ///
    /// # Errors
    /// As [`Run::advance`].
    pub fn advance(&mut self) -> Result<Event, Fault> {
        let Some(index) = self.pending().next() else {
            return Ok(Event::Over);
        };
        let part = self.compute(index)?;
        self.take(part)
    }

    /// How long it has trained, in seconds: the run has no clock.
    pub fn set_seconds(&mut self, seconds: f64) {
        self.kept.seconds = seconds;
    }

    /// Seconds that it has trained, as it was told.
    pub fn seconds(&self) -> f64 {
        self.kept.seconds
    }

    /// From now on the learning rate is `factor` times what the setup says.
    ///
    /// # Errors
    /// `lab-setting`.
    pub fn set_rate(&mut self, factor: f32) -> Result<(), Fault> {
        self.run
            .set_rate(factor)
            .map_err(|error| Fault::from(&error))
    }

    /// All that is needed to go on, and to go back to the best look.
    ///
    /// # Errors
    /// `lab-checkpoint` where there is no memory for it.
    pub fn checkpoint(&self) -> Result<Vec<u8>, Fault> {
        let bytes = || {
            let now = self.as_it_is()?;
            let Some((_, best)) = &self.best else {
                return Ok(now);
            };
            let both = postcard::to_allocvec(&(now, best)).map_err(damaged)?;
            Ok([&WITH_BEST[..], &both].concat())
        };
        bytes().map_err(|error: Error| Fault::from(&error))
    }

    /// What a checkpoint has of the run as it is: all there was in one before the best look came with it.
    fn as_it_is(&self) -> Result<Vec<u8>, Error> {
        let kept = postcard::to_allocvec(&self.kept).map_err(damaged)?;
        let run = self.run.checkpoint(&settings(&self.setup, self.digits));
        Ok([kept, run.to_bytes()?].concat())
    }

    /// The network that answers: see [`Run::answering`].
    ///
    /// # Errors
    /// `lab-failed` where a weight is not a finite number.
    pub fn answering(&self) -> Result<Network, Fault> {
        self.run.answering().map_err(|error| Fault::from(&error))
    }

    /// Begins to ask the network as it is about all digits of a part; the sealed ones are opened by this.
    ///
    /// # Errors
    /// As [`Lab::answering`].
    pub fn begin_reading(&mut self, part: Held) -> Result<(), Fault> {
        self.kept.opened += u32::from(part == Held::Test);
        self.reading = Some(Reading {
            part,
            step: self.run.step(),
            network: self.answering()?,
            answers: Vec::new(),
        });
        Ok(())
    }

    /// Some more digits of the reading; whether there are more.
    ///
    /// # Errors
    /// `lab-failed` where the network refuses the digits.
    pub fn advance_reading(&mut self) -> Result<bool, Fault> {
        let Some(mut reading) = self.reading.take() else {
            return Ok(false);
        };
        let outputs = reading.network.outputs().max(1);
        let done = reading.answers.len() / outputs;
        let rows = self.rows(reading.part, done..done + LOOK_ROWS);
        if rows.is_empty() {
            let place = reading.part as usize;
            if let Some(answers) = self.answers.get_mut(place) {
                *answers = Some((reading.step, reading.answers));
            }
            return Ok(false);
        }
        let answers = reading.network.predict(&rows, &mut self.workspace);
        reading
            .answers
            .extend_from_slice(answers.map_err(|error| Fault::from(&Error::from(error)))?);
        self.reading = Some(reading);
        Ok(true)
    }

    /// Some digits of a part as the network's input.
    fn rows(&self, part: Held, range: Range<usize>) -> Vec<f32> {
        let inputs = self
            .run
            .validation()
            .iter()
            .flat_map(|set| set.inputs.chunks_exact(PIXELS));
        match part {
            Held::Validation => inputs
                .skip(range.start)
                .take(range.len())
                .flatten()
                .copied()
                .collect(),
            Held::Test => range
                .filter(|&index| index < self.test.len())
                .flat_map(|index| {
                    self.test
                        .picture(index)
                        .map(|pixel| f32::from(pixel) / 255.0)
                })
                .collect(),
        }
    }

    /// The answers to all digits of a part and the step they were given at: those of the last reading or of the last
    /// look, whichever is later.
    fn answers(&self, part: Held) -> Option<(u64, &[f32])> {
        let read = self.answers.get(part as usize)?.as_ref();
        let read = read.map(|(step, answers)| (*step, answers.as_slice()));
        let looked = self
            .run
            .looks()
            .last()
            .filter(|_| part == Held::Validation && !self.run.answers().is_empty());
        match (read, looked.map(|look| (look.step, self.run.answers()))) {
            (Some(read), Some(look)) if look.0 >= read.0 => Some(look),
            (Some(read), _) => Some(read),
            (None, look) => look,
        }
    }

    /// The step of the answers that [`Lab::confusion`] and [`Lab::mistakes`] tell of, where there are any.
    pub fn answered_at(&self, part: Held) -> Option<u64> {
        self.answers(part).map(|(step, _)| step)
    }

    /// The labels of a part.
    fn labels(&self, part: Held) -> Vec<u8> {
        match part {
            Held::Validation => self
                .run
                .validation()
                .iter()
                .flat_map(|set| set.labels.iter().copied())
                .collect(),
            Held::Test => self.test.labels().to_vec(),
        }
    }

    /// The figures of the opened envelope; `None` while it is sealed.
    pub fn tested(&self) -> Option<Figures> {
        let (_, answers) = self.answers(Held::Test)?;
        let loss = self.run.network().spec().loss;
        Some(Figures::of(answers, self.test.labels(), loss))
    }
}

/// What a checkpoint begins with that has the best look. Others begin with a u32 of postcard's, whose fifth byte is at most 15.
const WITH_BEST: [u8; 5] = [0xff; 5];

fn damaged(error: postcard::Error) -> Error {
    Error::Checkpoint(error.to_string())
}

/// The run as it was when the checkpoint was made, and as it was at its best look where that was kept.
fn with_best(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), Error> {
    let Some(both) = bytes.strip_prefix(&WITH_BEST) else {
        return Ok((bytes, None));
    };
    match postcard::take_from_bytes(both).map_err(damaged)? {
        ((now, best), []) => Ok((now, Some(best))),
        (_, rest) => Err(Error::Checkpoint(format!(
            "{} bytes are left over after its best look",
            rest.len()
        ))),
    }
}

/// What a checkpoint has beside the run, and the rest of its bytes.
fn read_kept(bytes: &[u8]) -> Result<(Kept, &[u8]), Error> {
    let (kept, rest): (Kept, _) = postcard::take_from_bytes(bytes).map_err(damaged)?;
    if kept.losses.means.len() > POINTS || !kept.seconds.is_finite() {
        return Err(Error::Checkpoint("its curve is too long".to_owned()));
    }
    Ok((kept, rest))
}

/// All that the weights depend on, in one line.
fn settings(setup: &Setup, digits: u64) -> String {
    // A setup is plain data: writing it cannot fail.
    let setup = serde_json::to_string(setup).unwrap_or_default();
    format!("lab {setup} digits {digits:016x}")
}

/// A number that follows from all digits and labels.
fn fingerprint(dealt: &Dealt) -> u64 {
    let mut hasher = fnv::FnvHasher::default();
    for part in [&dealt.train, &dealt.validation, &dealt.test] {
        hasher.write_usize(part.len());
        hasher.write(part.labels());
        for index in 0..part.len() {
            hasher.write(part.picture(index));
        }
    }
    hasher.finish()
}
