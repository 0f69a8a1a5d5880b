//! A training run: a value that is stepped, paused, saved and resumed.
//!
//! Its work comes in parts (see [`crate::part`]). [`Run::advance`] does one of them, which is a bounded
//! unit for a page that has one thread. Who has more gives the numbers in [`Run::pending`] to any
//! workers, has each of them [`Run::compute`] its part, and hands the parts to [`Run::take`] in
//! their order; the bits do not depend on who did what. Workers without shared memory each hold the
//! same run, exchange parts as messages, and all of them take all parts.

use std::ops::Range;

use trazo_ink::Rng;
use trazo_nn::{Network, Optimizer};

use crate::checkpoint::{Checkpoint, Tally, Within};
use crate::error::Error;
use crate::look::{Figures, Look, Training, ValidationSet};
use crate::part::{Desk, Found, Gradient, LOOK_ROWS, Part, Samples};
use crate::plan::Plan;
use crate::schedule::average;
use crate::source::Source;
use crate::stop::{Ending, looks_without_gain};

/// A network in training.
#[derive(Debug)]
pub struct Run<S> {
    plan: Plan,
    source: S,
    validation: Vec<ValidationSet>,
    network: Network,
    optimizer: Optimizer,
    /// Where the weights that are not trained lie, and what they are.
    frozen: Vec<(Range<usize>, Vec<f32>)>,
    /// The running average of the weights; empty where the plan has none.
    mean: Vec<f32>,
    /// Epochs done.
    epoch: u32,
    /// Steps done.
    step: u64,
    within: Within,
    /// The samples of this epoch in their order.
    order: Vec<u32>,
    ordered: Option<u32>,
    work: Work,
    /// How many parts of the work are taken.
    taken: usize,
    sum: Sum,
    /// The weights before the last step, where it is watched.
    before: Option<Vec<f32>>,
    /// The answers of the last look.
    answers: Vec<f32>,
    desk: Desk,
}

/// What is being done.
#[derive(Debug)]
enum Work {
    /// The gradient of a batch.
    Batch,
    /// A look, by this network, with the answers so far.
    Look(Box<Network>, Vec<f32>),
    /// Nothing more.
    Over(Ending),
}

/// The parts of a batch, added up so far.
#[derive(Debug, Default)]
struct Sum {
    loss: f32,
    labeled: u64,
    right: u64,
    gradient: Vec<f32>,
    statistics: Vec<Vec<f32>>,
}

/// The outcome of taking a part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// Nothing yet: there are more parts to the batch or the look.
    Part,
    /// A step was made.
    Step {
        /// The mean loss of its batch, before the step.
        loss: f32,
    },
    /// A look is done: the last of [`Run::looks`].
    Look,
    /// The run is over; [`Run::ending`] says why.
    Over,
}

impl<S: Source> Run<S> {
    /// A run from the start.
    ///
    /// # Errors
    /// Where a number of the plan is out of range, the network cannot be built, there are no
    /// samples, or the validation sets do not fit the network.
    pub fn new(plan: Plan, source: S, validation: Vec<ValidationSet>) -> Result<Self, Error> {
        let network = Network::new(plan.network.clone(), plan.seeds.weights)?;
        Self::from_network(plan, network, source, validation)
    }

    /// A run from the weights of `network`, which has to be as the plan says: for another start than the usual
    /// one.
    ///
    /// # Errors
    /// As [`Run::new`].
    pub fn from_network(
        plan: Plan,
        network: Network,
        source: S,
        validation: Vec<ValidationSet>,
    ) -> Result<Self, Error> {
        if network.spec() != &plan.network {
            return Err(Error::Setting {
                name: "the network",
                range: "as the plan says",
            });
        }
        let mean = plan.average.map(|_| network.params().to_vec());
        let mut run = Self::before_first(plan, source, validation, network)?;
        run.mean = mean.unwrap_or_default();
        run.begin()?;
        Ok(run)
    }

    /// A run from a checkpoint of the same plan, data and validation sets: it goes on as if it had
    /// never stopped, bit for bit.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] where the checkpoint's arrays or counts do not fit the plan, and
    /// whatever [`Run::new`] refuses.
    pub fn resume(
        plan: Plan,
        source: S,
        validation: Vec<ValidationSet>,
        checkpoint: Checkpoint,
    ) -> Result<Self, Error> {
        let network = Network::new(plan.network.clone(), plan.seeds.weights)?;
        let mut run = Self::before_first(plan, source, validation, network)?;
        run.restore(checkpoint)?;
        Ok(run)
    }

    /// Takes the run to where a checkpoint of it was made. Parts of where it was fit no longer.
    ///
    /// # Errors
    /// As [`Run::resume`]; the run is then as before.
    pub fn restore(&mut self, checkpoint: Checkpoint) -> Result<(), Error> {
        let run = self;
        let network = Network::from_params(run.plan.network.clone(), checkpoint.params)?;
        let expected = match run.plan.average {
            Some(_) => network.params().len(),
            None => 0,
        };
        let contradiction = |what: &str| Err(Error::Checkpoint(what.to_owned()));
        if checkpoint.average.len() != expected {
            return contradiction("its average of the weights does not fit the network");
        }
        if !checkpoint.average.iter().all(|value| value.is_finite()) {
            return contradiction("its average of the weights has a number that is not finite");
        }
        let within = &checkpoint.within;
        let steps = u64::from(checkpoint.epoch)
            .checked_mul(run.batches())
            .and_then(|steps| steps.checked_add(within.batch));
        if checkpoint.epoch > run.plan.epochs
            || within.batch >= run.batches()
            || steps != Some(checkpoint.step)
        {
            return contradiction("its epoch and its step are not of one run");
        }
        if !(within.rate >= 0.0 && within.rate.is_finite()) {
            return contradiction("its learning rate is not a number");
        }
        let sets = run.validation.len();
        if (within.looks.iter()).any(|look| look.validation.len() != sets) {
            return contradiction("its looks are at other validation sets");
        }
        run.optimizer.restore(checkpoint.optimizer)?;
        run.frozen = frozen_of(&run.plan, &network);
        run.network = network;
        run.mean = checkpoint.average;
        run.epoch = checkpoint.epoch;
        run.step = checkpoint.step;
        run.within = checkpoint.within;
        run.sum = Sum::default();
        run.answers.clear();
        if let Some(before) = &mut run.before {
            before.clear();
        }
        run.begin()
    }

    /// All but what a checkpoint brings.
    fn before_first(
        plan: Plan,
        source: S,
        validation: Vec<ValidationSet>,
        network: Network,
    ) -> Result<Self, Error> {
        plan.check()?;
        if source.is_empty() {
            return Err(Error::NoData);
        }
        u32::try_from(source.len()).map_err(|_| Error::Setting {
            name: "the samples of an epoch",
            range: "fewer than 2^32",
        })?;
        for set in &validation {
            let expected = set.labels.len() * network.inputs();
            if set.inputs.len() != expected {
                return Err(Error::Misfit {
                    what: "the numbers of a validation set",
                    expected,
                    found: set.inputs.len(),
                });
            }
        }
        Ok(Self {
            optimizer: Optimizer::for_network(plan.optimizer, &network)?,
            frozen: frozen_of(&plan, &network),
            plan,
            source,
            validation,
            network,
            mean: Vec::new(),
            epoch: 0,
            step: 0,
            within: Within::default(),
            order: Vec::new(),
            ordered: None,
            work: Work::Batch,
            taken: 0,
            sum: Sum::default(),
            before: None,
            answers: Vec::new(),
            desk: Desk::default(),
        })
    }

    /// Does the next part of the work, on this thread.
    ///
    /// # Errors
    /// Where the network refuses the samples.
    pub fn advance(&mut self) -> Result<Event, Error> {
        let Some(index) = self.pending().next() else {
            return Ok(Event::Over);
        };
        let mut desk = std::mem::take(&mut self.desk);
        let part = self.compute(index, &mut desk);
        self.desk = desk;
        self.take(part?)
    }

    /// The parts of the present batch, or look, that are not taken yet; none when the run is over.
    pub fn pending(&self) -> Range<usize> {
        let parts = match &self.work {
            Work::Batch => self.batch().div_ceil(self.plan.part),
            Work::Look(..) => self.look_chunks().count().max(1),
            Work::Over(_) => 0,
        };
        self.taken..parts
    }

    /// Computes one of the [`Run::pending`] parts. It only reads the run, so that any number of
    /// threads can do this at a time, each at a desk of its own.
    ///
    /// # Errors
    /// Where there is no such part, or the network refuses the samples.
    pub fn compute(&self, index: usize, desk: &mut Desk) -> Result<Part, Error> {
        let found = match &self.work {
            Work::Batch => {
                let samples = self.samples(index)?;
                Found::Gradient(desk.gradient(&self.network, &samples)?)
            }
            Work::Look(network, _) => Found::Answers(match self.look_chunks().nth(index) {
                Some(rows) => desk.answers(network, rows)?,
                None => Vec::new(),
            }),
            Work::Over(_) => return Err(unexpected(0, index)),
        };
        Ok(Part {
            step: self.step,
            index,
            found,
        })
    }

    /// Takes a part in; the last one of a batch makes the step, the last one of a look completes it.
    ///
    /// # Errors
    /// [`Error::Misfit`] for a part that is not the next one of this run.
    pub fn take(&mut self, part: Part) -> Result<Event, Error> {
        if part.step != self.step {
            return Err(unexpected(self.step as usize, part.step as usize));
        }
        if part.index != self.taken || self.pending().is_empty() {
            return Err(unexpected(self.taken, part.index));
        }
        match (part.found, &mut self.work) {
            (Found::Gradient(gradient), Work::Batch) => self.add(gradient)?,
            (Found::Answers(found), Work::Look(_, answers)) => answers.extend(found),
            _ => return Err(unexpected(self.taken, part.index)),
        }
        self.taken += 1;
        if !self.pending().is_empty() {
            return Ok(Event::Part);
        }
        match std::mem::replace(&mut self.work, Work::Batch) {
            Work::Batch => self.make_step(),
            Work::Look(network, answers) => self.end_look(&network, &answers),
            Work::Over(_) => Ok(Event::Over),
        }
    }

    /// Adds one part of a gradient.
    fn add(&mut self, part: Gradient) -> Result<(), Error> {
        let weight = self.samples(self.taken)?.indices.len() as f32 / self.batch() as f32;
        let sum = &mut self.sum;
        if part.gradient.len() != self.network.params().len() {
            return Err(Error::Misfit {
                what: "a part of a gradient",
                expected: self.network.params().len(),
                found: part.gradient.len(),
            });
        }
        if self.taken == 0 {
            sum.loss = 0.0;
            sum.gradient.clear();
            sum.gradient.resize(part.gradient.len(), 0.0);
            sum.statistics.clear();
            (sum.labeled, sum.right) = (0, 0);
        }
        sum.loss += weight * part.loss;
        for (sum, &value) in sum.gradient.iter_mut().zip(&part.gradient) {
            *sum += weight * value;
        }
        sum.statistics.push(part.statistics);
        sum.labeled += part.labeled;
        sum.right += part.right;
        Ok(())
    }

    /// The step, after all parts of the gradient.
    fn make_step(&mut self) -> Result<Event, Error> {
        let sum = &self.sum;
        let loss = sum.loss;
        if !(loss.is_finite() && sum.gradient.iter().all(|value| value.is_finite())) {
            return Ok(self.diverged(loss));
        }
        let scale = self.plan.schedule.share(self.step, self.total()) * self.within.rate;
        let optimizer = &mut self.optimizer;
        if let Some(before) = &mut self.before {
            before.clear();
            before.extend_from_slice(self.network.params());
        }
        self.network.update(|params| {
            let range = 0..params.len();
            optimizer.step(params, &sum.gradient, scale, range)
        })?;
        let statistics = sum.statistics.iter().map(Vec::as_slice);
        self.network.absorb_batch_statistics(statistics);
        let frozen = &self.frozen;
        self.network.update(|params| {
            for (range, kept) in frozen {
                if let Some(own) = params.get_mut(range.clone()) {
                    own.copy_from_slice(kept);
                }
            }
        });
        if let Some(decay) = self.plan.average {
            average(&mut self.mean, self.network.params(), self.step, decay);
        }
        let tally = &mut self.within.tally;
        tally.batches += 1;
        tally.loss += f64::from(loss);
        tally.labeled += sum.labeled;
        tally.right += sum.right;
        self.step += 1;
        self.within.batch += 1;
        if self.within.batch == self.batches() {
            self.within.batch = 0;
            self.epoch += 1;
        }
        self.begin()?;
        Ok(Event::Step { loss })
    }

    /// The figures, after all answers.
    fn end_look(&mut self, network: &Network, answers: &[f32]) -> Result<Event, Error> {
        let expected = self
            .validation
            .iter()
            .map(|set| set.labels.len())
            .sum::<usize>()
            * network.outputs();
        if answers.len() != expected {
            return Err(Error::Misfit {
                what: "the answers of a look",
                expected,
                found: answers.len(),
            });
        }
        let mut rest = answers;
        let validation = self.validation.iter().map(|set| {
            let (own, others) = rest.split_at(set.labels.len() * network.outputs());
            rest = others;
            Figures::of(own, &set.labels, network.spec().loss)
        });
        let validation = validation.collect();
        let tally = std::mem::take(&mut self.within.tally);
        self.within.looks.push(Look {
            step: self.step,
            epoch: self.epoch,
            training: (tally.batches > 0).then(|| Training {
                loss: tally.loss / tally.batches as f64,
                labeled: tally.labeled,
                right: tally.right,
            }),
            validation,
        });
        self.answers.clear();
        self.answers.extend_from_slice(answers);
        self.begin()?;
        Ok(Event::Look)
    }

    /// Decides what is to be done next.
    fn begin(&mut self) -> Result<(), Error> {
        self.taken = 0;
        let looked = self.looks().last().map(|look| look.step) == Some(self.step);
        let boundary = self.epoch == self.plan.epochs
            || match self.plan.look_every {
                Some(batches) => self.step.is_multiple_of(batches),
                None => self.within.batch == 0,
            };
        // Without validation samples there is nothing to gain, and nothing to wait for.
        let patience = (self.plan.patience)
            .filter(|_| !self.validation.is_empty())
            .unwrap_or(usize::MAX);
        self.work = if boundary && !looked {
            match self.answering() {
                Ok(network) => Work::Look(Box::new(network), Vec::new()),
                Err(Error::Network(trazo_nn::Error::NotFinite { .. })) => {
                    Work::Over(Ending::Diverged {
                        loss: self.sum.loss,
                    })
                }
                Err(error) => return Err(error),
            }
        } else if self.epoch >= self.plan.epochs {
            Work::Over(Ending::Finished)
        } else if looked && looks_without_gain(self.looks()) >= patience {
            Work::Over(Ending::NoGain)
        } else {
            Work::Batch
        };
        if matches!(self.work, Work::Batch) && self.ordered != Some(self.epoch) {
            self.shuffle();
        }
        Ok(())
    }

    /// The order of this epoch: Fisher and Yates.
    fn shuffle(&mut self) {
        self.order.clear();
        self.order.extend(0..self.source.len() as u32);
        let mut rng = Rng::stream(self.plan.seeds.order, u64::from(self.epoch));
        for last in (1..self.order.len()).rev() {
            self.order.swap(last, rng.below(last + 1));
        }
        self.ordered = Some(self.epoch);
    }

    fn diverged(&mut self, loss: f32) -> Event {
        self.work = Work::Over(Ending::Diverged { loss });
        Event::Over
    }

    /// The samples of one part of the present batch.
    fn samples(&self, index: usize) -> Result<Samples<'_, S>, Error> {
        let begin = self.within.batch as usize * self.batch();
        let parts = self.order.get(begin..begin + self.batch());
        let indices = parts.and_then(|batch| batch.chunks(self.plan.part).nth(index));
        Ok(Samples {
            source: &self.source,
            epoch: self.epoch,
            first: begin + index * self.plan.part,
            indices: indices.ok_or_else(|| unexpected(self.taken, index))?,
        })
    }

    /// The validation samples, some rows at a time.
    fn look_chunks(&self) -> impl Iterator<Item = &[f32]> {
        let rows = LOOK_ROWS * self.network.inputs();
        self.validation
            .iter()
            .flat_map(move |set| set.inputs.chunks(rows))
    }

    /// A checkpoint of the run as it is. The parts taken of a batch or a look that is not complete
    /// are not in it: they are done again. `settings` is one line of all that the weights depend on.
    pub fn checkpoint(&self, settings: &str) -> Checkpoint {
        Checkpoint {
            settings: settings.to_owned(),
            epoch: self.epoch,
            step: self.step,
            params: self.network.params().to_vec(),
            average: self.mean.clone(),
            optimizer: self.optimizer.state().clone(),
            within: self.within.clone(),
        }
    }

    /// The network that answers: with the average of the weights where the plan has one, batch
    /// normalization and dropout worked into the other layers.
    ///
    /// # Errors
    /// Where a weight is not a finite number.
    pub fn answering(&self) -> Result<Network, Error> {
        let params = match self.plan.average {
            Some(_) => self.mean.clone(),
            None => self.network.params().to_vec(),
        };
        Ok(Network::from_params(self.plan.network.clone(), params)?.fold_batch_norm()?)
    }

    /// The network that is trained, as its layers are while they learn.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The plan that it was begun with.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The samples that it is looked at with.
    pub fn validation(&self) -> &[ValidationSet] {
        &self.validation
    }

    /// All looks so far: one before the first step, then as the plan says, the last at the end.
    pub fn looks(&self) -> &[Look] {
        &self.within.looks
    }

    /// The answers of the last look to all validation samples, `[count, classes]`, in the order of the sets; none
    /// before the first look of this value (a checkpoint does not have them).
    pub fn answers(&self) -> &[f32] {
        &self.answers
    }

    /// From now on the weights before each step are kept, for [`Run::last_step`].
    pub fn watch(&mut self) {
        self.before.get_or_insert_default();
    }

    /// The gradient of the last step and the weights before it, each as long as the parameters; `None` before the
    /// first step of a run that is [watched](Run::watch).
    pub fn last_step(&self) -> Option<(&[f32], &[f32])> {
        let before = self.before.as_deref().unwrap_or_default();
        let count = self.network.params().len();
        // While a batch is added up the sum is not whole.
        let whole = matches!(self.work, Work::Look(..) | Work::Over(_)) || self.taken == 0;
        (before.len() == count && self.sum.gradient.len() == count && whole)
            .then_some((&self.sum.gradient, before))
    }

    /// What was seen of the batches since the last look.
    pub fn tally(&self) -> &Tally {
        &self.within.tally
    }

    /// The source of its samples.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The reason why the run is over, or `None` while it is not.
    pub fn ending(&self) -> Option<Ending> {
        match self.work {
            Work::Over(ending) => Some(ending),
            _ => None,
        }
    }

    /// Epochs done.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Whether the work that is pending is a look.
    pub fn is_looking(&self) -> bool {
        matches!(self.work, Work::Look(..))
    }

    /// Samples in a batch: what the plan says, or all there are.
    pub fn batch(&self) -> usize {
        self.plan.batch.min(self.source.len())
    }

    /// Batches in an epoch.
    pub fn batches(&self) -> u64 {
        (self.source.len() / self.batch()) as u64
    }

    /// Steps of the whole run.
    pub fn total(&self) -> u64 {
        u64::from(self.plan.epochs) * self.batches()
    }

    /// Samples trained on so far.
    pub fn seen(&self) -> u64 {
        self.step * self.batch() as u64
    }

    /// The share of the peak learning rate that the last step was made with.
    pub fn share_of_peak(&self) -> f32 {
        let last = self.step.saturating_sub(1);
        self.plan.schedule.share(last, self.total()) * self.within.rate
    }

    /// From now on the learning rate is `factor` times what the plan says.
    ///
    /// # Errors
    /// [`Error::Setting`] where the factor is negative or not finite.
    pub fn set_rate(&mut self, factor: f32) -> Result<(), Error> {
        if !(factor >= 0.0 && factor.is_finite()) {
            return Err(Error::Setting {
                name: "the factor of the learning rate",
                range: "at least 0 and finite",
            });
        }
        self.within.rate = factor;
        Ok(())
    }
}

/// The weights that the plan does not train, and where they lie.
fn frozen_of(plan: &Plan, network: &Network) -> Vec<(Range<usize>, Vec<f32>)> {
    let layers = plan
        .frozen
        .iter()
        .filter_map(|&at| network.layers().get(at));
    let own = layers.map(|layer| {
        let weights = network.params().get(layer.params.clone());
        (layer.params.clone(), weights.unwrap_or_default().to_vec())
    });
    own.collect()
}

/// A part that is not the next one.
fn unexpected(expected: usize, found: usize) -> Error {
    Error::Misfit {
        what: "the next part of the run",
        expected,
        found,
    }
}
