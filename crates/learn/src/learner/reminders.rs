//! What memory says of one drawing, told apart from what the weights say.

use trazo_ink::Origin;
use trazo_nn::kernels::dot;

use super::neighbors::Known;
use super::state::{Learner, Places};
use super::votes::Voice;
use crate::error::Error;
use crate::model::{logit, ten};
use crate::reading::DIGITS;

/// One of the person's drawings that what is read looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reminder {
    /// The example, or the drawing of the hand.
    pub id: u64,
    /// What it is.
    pub label: u8,
    /// The cosine in the whitened space of features: 1 is the same.
    pub nearness: f32,
    /// What it adds to the logit of its label when nobody else speaks; 0 where it is not heard. Of each label only the
    /// nearest counts, and the labels share what there is to add. A symbol has no logit: of one, what its share comes to as
    /// one, `ln(p / (1 − p))`.
    pub vote: f32,
}

impl Learner {
    /// What memory adds to each digit's logit for one row of features, zeros where nobody speaks; and the shares of the
    /// symbols that it knows.
    pub(crate) fn votes_on(&mut self, row: &[f32]) -> Result<([f32; DIGITS], Vec<f32>), Error> {
        let symbols = self.classes() - DIGITS;
        if !self.listens() {
            return Ok(([0.0; DIGITS], vec![0.0; symbols]));
        }
        let alone = self.logits_alone(row)?;
        let Places { units, silence, .. } = self.places(row, Origin::Pen)?;
        let votes = self.votes_for(&silence, &units);
        let votes = votes.first().map(|votes| {
            let voice = self.voice();
            (
                votes.logits(&voice, &alone),
                votes.shares(&voice, &alone, symbols),
            )
        });
        Ok(votes.unwrap_or_default())
    }

    /// The drawings that a row of features looks like most, of one label or of all, the nearest first.
    pub(crate) fn reminders(
        &mut self,
        row: &[f32],
        label: Option<u8>,
        most: usize,
    ) -> Result<Vec<Reminder>, Error> {
        let alone = self.logits_alone(row)?;
        let Places { units, silence, .. } = self.places(row, Origin::Pen)?;
        let silence = silence.first().cloned().unwrap_or_default();
        let heard = self.listens();
        let voice = Voice {
            known: [false; DIGITS],
            ..self.voice()
        };
        let own = self.own.iter().filter(|(_, known)| {
            known.is_heard() && label.is_none_or(|label| label == known.label)
        });
        let reminder = |(&id, known): (&u64, &Known)| {
            let (label, nearness) = (known.label, dot(&known.kept.unit, &units));
            let mut by_itself = silence.clone();
            by_itself.add(nearness, label, known.loud);
            let vote = by_itself.vote(&voice, &alone, label);
            let vote = vote.filter(|_| heard);
            Reminder {
                id,
                label,
                nearness,
                vote: vote.unwrap_or_default(),
            }
        };
        let mut all: Vec<Reminder> = own.map(reminder).collect();
        all.sort_by(|a, b| b.nearness.total_cmp(&a.nearness));
        all.truncate(most);
        Ok(all)
    }

    /// Ten logits of the weights alone.
    fn logits_alone(&mut self, row: &[f32]) -> Result<[f32; DIGITS], Error> {
        let loss = self.model.network.spec().loss;
        let outputs = ten(&self.model.outputs(row, &mut self.workspace)?)?;
        Ok(outputs.map(|output| logit(loss, output)))
    }
}
