//! What a learner reads the exam and the person's own examples as, a chunk of rows in a unit of work.

use super::state::Learner;
use super::votes::Votes;
use crate::error::Error;
use crate::exam::ExamResult;
use crate::model::CHUNK;

/// Asks everything once. Weights and memory must not change meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Survey {
    /// Examples that are still to be asked, the last one first.
    ids: Vec<u64>,
    /// The weights are asked, without memory.
    alone: bool,
    /// The likeliest label of every example that has features, by id.
    pub answers: Vec<(u64, u8)>,
}

impl Survey {
    /// About the exam and all examples as they are read: by weights and memory.
    pub fn new(learner: &Learner) -> Self {
        Self::of(learner.own_ids(), false)
    }

    /// About the exam, and these examples by the weights alone.
    pub fn of_weights(ids: impl DoubleEndedIterator<Item = u64>) -> Self {
        Self::of(ids, true)
    }

    fn of(ids: impl DoubleEndedIterator<Item = u64>, alone: bool) -> Self {
        Self {
            ids: ids.rev().collect(),
            alone,
            answers: Vec::new(),
        }
    }

    /// One unit; `false` where all was asked.
    pub fn work(&mut self, learner: &mut Learner) -> Result<bool, Error> {
        if learner.examine()? {
            return Ok(true);
        }
        let mut ids = self.ids.split_off(self.ids.len().saturating_sub(CHUNK));
        ids.reverse();
        ids.retain(|id| learner.own_row(*id).is_some());
        let answers = match self.alone {
            true => learner.likeliest(&learner.own_rows(&ids), &[])?,
            false => learner.likeliest_of_own(&ids)?,
        };
        self.answers.extend(ids.into_iter().zip(answers));
        Ok(!self.ids.is_empty())
    }

    /// All units at once.
    pub fn finish(mut self, learner: &mut Learner) -> Result<Self, Error> {
        while self.work(learner)? {}
        Ok(self)
    }

    /// How many examples are read as `label` says they are.
    pub fn own(&self, label: impl Fn(u64) -> Option<u8>) -> ExamResult {
        let right = |(id, answer): &&(u64, u8)| label(*id) == Some(*answer);
        ExamResult {
            right: self.answers.iter().filter(right).count() as u32,
            total: self.answers.len() as u32,
        }
    }
}

impl Learner {
    fn own_rows(&self, ids: &[u64]) -> Vec<f32> {
        let rows = ids.iter().filter_map(|id| self.own_row(*id));
        rows.collect::<Vec<_>>().concat()
    }

    /// The likeliest label for each of these drawings, which have features, by weights and memory. Where nothing has
    /// changed for one it is not asked again.
    fn likeliest_of_own(&mut self, ids: &[u64]) -> Result<Vec<u8>, Error> {
        self.attend_to_opinion();
        let kept = |id: &u64| self.own.get(id).map(|known| &known.kept);
        let unasked = ids.iter().copied();
        let unasked = unasked.filter(|id| kept(id).is_some_and(|k| k.answer.is_none()));
        let unasked: Vec<u64> = unasked.collect();
        let votes = unasked.iter().filter_map(kept);
        let votes: Vec<Votes> = votes.map(|kept| kept.votes.clone()).collect();
        let answers = self.likeliest(&self.own_rows(&unasked), &votes)?;
        for (id, answer) in unasked.iter().zip(answers) {
            if let Some(known) = self.own.get_mut(id) {
                known.kept.answer = Some(answer);
            }
        }
        let own = ids.iter().filter_map(|id| self.own.get(id)?.kept.answer);
        Ok(own.collect())
    }
}
