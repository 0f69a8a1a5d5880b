//! What a learner reads the exam and the person's own examples as, a chunk of rows in a unit of work.

use super::state::Learner;
use crate::error::Error;
use crate::exam::ExamResult;
use crate::model::CHUNK;
use crate::reading::likeliest;

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
        let votes = !self.alone && learner.listens();
        let (mut ids, mut rows, mut heard) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(id) = self.ids.pop() {
            let Some(known) = learner.own.get(&id).filter(|k| !k.row.is_empty()) else {
                continue;
            };
            ids.push(id);
            rows.extend_from_slice(&known.row);
            heard.extend(votes.then(|| known.votes.clone()));
            if ids.len() == CHUNK {
                break;
            }
        }
        let answers = learner.answers_with(&rows, &heard)?;
        let answers = answers.chunks_exact(learner.classes()).map(likeliest);
        let more = !ids.is_empty();
        self.answers.extend(ids.into_iter().zip(answers));
        Ok(more)
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
