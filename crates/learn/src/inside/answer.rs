//! From the last layer to the chances: what the network says, what memory adds, what is read.

use trazo_nn::Loss;

use crate::error::Error;
use crate::learner::Learner;
use crate::model::{finish, logit};
use crate::reading::{DIGITS, likeliest};

/// From the last layer to the chances; one number a digit in each list, but that the chances have the symbols' too.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The chances are `e^total` over their sum. Else each is `1 / (1 + e^-total)` by itself, and they need not sum to one.
    pub softmax: bool,
    /// What the last layer puts out.
    pub outputs: Vec<f32>,
    /// The logits that votes are added to: the outputs themselves under softmax, else `ln(a / (1 - a))` with `a` held
    /// between 0.0001 and 0.9999.
    pub logits: Vec<f32>,
    /// What memory adds to each logit: its vote; where every digit has a chance of its own, less the loudest vote for
    /// another.
    pub votes: Vec<f32>,
    /// Logits and votes.
    pub totals: Vec<f32>,
    /// What is read, by label; the digits' are what the totals come to times [`rest`](Self::rest). Without softmax, where
    /// nothing is added to a logit, the output itself.
    pub probabilities: Vec<f32>,
    /// What the person's symbols, which memory alone knows, leave to the digits: 1 where there are none.
    pub rest: f32,
}

impl Answer {
    /// What comes of the last layer's outputs, of memory's votes and of the symbols' shares.
    pub(super) fn new(
        loss: Loss,
        outputs: &[f32],
        (votes, symbols): ([f32; DIGITS], Vec<f32>),
    ) -> Self {
        let mut probabilities = outputs.to_vec();
        finish(loss, &mut probabilities, &votes);
        let rest = 1.0 - symbols.iter().sum::<f32>();
        probabilities.iter_mut().for_each(|chance| *chance *= rest);
        probabilities.extend(symbols);
        let softmax = loss == Loss::CrossEntropy;
        let added = |digit: usize| {
            let others = votes.iter().enumerate().filter(|v| v.0 != digit);
            let rival = others.map(|v| *v.1).fold(0.0, f32::max);
            votes[digit] - if softmax { 0.0 } else { rival }
        };
        let votes: Vec<f32> = (0..DIGITS).map(added).collect();
        let logits: Vec<f32> = outputs.iter().map(|&output| logit(loss, output)).collect();
        Self {
            softmax,
            outputs: outputs.to_vec(),
            totals: logits.iter().zip(&votes).map(|(z, v)| z + v).collect(),
            logits,
            votes,
            probabilities,
            rest,
        }
    }

    /// The digit with the largest chance, whatever the symbols' are: the network's own answer is a digit.
    pub fn likeliest(&self) -> u8 {
        likeliest(self.probabilities.get(..DIGITS).unwrap_or_default())
    }
}

impl Learner {
    /// The answer to an input of the network. Nothing on the pad reminds memory of anything: it is not asked.
    pub(super) fn answer(&mut self, input: &[f32], asks_memory: bool) -> Result<Answer, Error> {
        let row = self.model.features(input, &mut self.workspace)?;
        let votes = match asks_memory {
            true => self.votes_on(&row)?,
            false => ([0.0; DIGITS], vec![0.0; self.classes() - DIGITS]),
        };
        self.answer_with(&row, votes)
    }

    /// The answer to one row of features.
    pub(super) fn answer_to(&mut self, row: &[f32]) -> Result<Answer, Error> {
        let votes = self.votes_on(row)?;
        self.answer_with(row, votes)
    }

    fn answer_with(
        &mut self,
        row: &[f32],
        votes: ([f32; DIGITS], Vec<f32>),
    ) -> Result<Answer, Error> {
        let outputs = self.model.outputs(row, &mut self.workspace)?;
        Ok(Answer::new(self.model.network.spec().loss, &outputs, votes))
    }
}
