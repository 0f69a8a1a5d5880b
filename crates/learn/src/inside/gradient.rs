//! What each number of the input does to an answer, beside what it does in a network that nobody trained: such maps persuade
//! too easily, and where the two look alike they tell of the picture and not of what was learned (Adebayo et al., «Sanity
//! Checks for Saliency Maps», NeurIPS 2018).

use trazo_nn::Network;

use super::{Entered, Subject, learner};
use crate::error::Error;
use crate::session::Session;

/// The untrained network is the same one each time.
const SEED: u64 = 1;

/// Both maps, one in a unit of work.
#[derive(Debug, Clone)]
pub struct Gradient {
    input: Vec<f32>,
    digit: usize,
    /// By the logit of the network alone, of each number of the input, `[height, width, channels]`.
    pub trained: Vec<f32>,
    /// The same in a network of the same layers with random weights.
    pub untrained: Vec<f32>,
}

impl Gradient {
    /// Of the answer `digit` to a drawing or a picture.
    ///
    /// # Errors
    /// [`Error::Label`] for a digit that is not there.
    pub fn new<'a>(
        session: &mut Session,
        subject: impl Into<Subject<'a>>,
        digit: u8,
    ) -> Result<Self, Error> {
        let learner = learner(session);
        if usize::from(digit) >= learner.model.network.outputs() {
            return Err(Error::Label(digit));
        }
        Ok(Self {
            input: Entered::of(learner.model.recipe, subject).input,
            digit: digit.into(),
            trained: Vec::new(),
            untrained: Vec::new(),
        })
    }

    /// One unit; `true` once both are there.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    pub fn advance(&mut self, session: &mut Session) -> Result<bool, Error> {
        let learner = learner(session);
        let network = &learner.model.network;
        let mut by = vec![0.0; network.outputs()];
        if let Some(by) = by.get_mut(self.digit) {
            *by = 1.0;
        }
        let done = !self.trained.is_empty();
        if done {
            let fresh = Network::new(network.spec().clone(), SEED)?;
            self.untrained = fresh.input_gradient(&self.input, &by, &mut learner.workspace)?;
        } else {
            self.trained = network.input_gradient(&self.input, &by, &mut learner.workspace)?;
        }
        Ok(done)
    }
}
