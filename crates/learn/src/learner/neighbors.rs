//! The person's drawings in memory: who votes, and what the votes come to for all that is kept.
//!
//! What is read asks all of them at once. For the exam and for the examples themselves the votes are kept; when a drawing
//! comes, goes, or is masked, they are made good in the background, one drawing or one row in a unit of work.

use trazo_ink::Origin;
use trazo_nn::kernels::dot;

use super::state::Learner;
use super::votes::{KNOWN_FROM, Voice, Votes};
use crate::error::Error;
use crate::examples::Examples;
use crate::reading::{DIGITS, decide};

/// How many of the person's examples are kept as features; the newest hold.
pub(crate) const OWN_CAPACITY: usize = 2_000;

/// A drawing of the hand that lies nearer than this (as a cosine) to one that is taught as another digit leaves: it was
/// taken for right by mistake.
const CONTRADICTS: f32 = 0.8;

/// One of the person's drawings.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// Its features; empty where nothing of it is inked or its bytes cannot be read.
    pub(super) row: Vec<f32>,
    /// Its direction in the whitened space.
    pub(super) unit: Vec<f32>,
    pub(super) label: u8,
    /// The person said so; else it is of the hand.
    pub(super) taught: bool,
    /// It votes as what was taught: the network as it came was wrong about it, or not sure. What it read rightly tells no
    /// more, taught or not, than the hand does.
    pub(super) loud: bool,
    /// It lies ahead in the history: nobody has heard of it yet.
    pub(super) masked: bool,
    /// What memory says about it, itself among it.
    pub(super) votes: Votes,
}

/// A drawing that came or went.
#[derive(Debug, Clone)]
pub(super) struct Shift {
    unit: Vec<f32>,
    label: u8,
    loud: bool,
    came: bool,
}

impl Known {
    /// It may vote.
    pub(super) fn is_heard(&self) -> bool {
        !self.masked && !self.unit.is_empty()
    }

    fn shift(&self, came: bool) -> Shift {
        Shift {
            unit: self.unit.clone(),
            label: self.label,
            loud: self.loud,
            came,
        }
    }
}

impl Learner {
    /// The features of one of the person's drawings, where it has any.
    pub(crate) fn own_row(&self, id: u64) -> Option<&[f32]> {
        let row = &self.own.get(&id)?.row;
        (!row.is_empty()).then_some(row)
    }

    /// Whether this is one of the drawings that it knows.
    pub(crate) fn knows(&self, id: u64) -> bool {
        self.own.contains_key(&id)
    }

    /// Whether this drawing may not vote.
    pub(crate) fn is_masked(&self, id: u64) -> bool {
        self.masked.contains(&id)
    }

    /// The examples that it knows, oldest first: not the hand.
    pub(crate) fn own_ids(&self) -> impl DoubleEndedIterator<Item = u64> {
        self.own.iter().filter(|own| own.1.taught).map(|own| *own.0)
    }

    /// Has memory something to say, and is it heard?
    pub(crate) fn listens(&self) -> bool {
        self.heard && self.method.taught > 0.0 && self.own.values().any(Known::is_heard)
    }

    /// Whether memory may vote.
    pub(crate) fn set_heard(&mut self, heard: bool) {
        self.version += u64::from(heard != self.heard);
        self.heard = heard;
    }

    /// Whether memory may vote.
    pub(crate) fn is_heard(&self) -> bool {
        self.heard
    }

    /// How loudly memory speaks at present, and what it knows of the hand.
    pub(super) fn voice(&self) -> Voice<'_> {
        let mut drawings = [0; DIGITS];
        for known in self.own.values().filter(|k| k.is_heard() && !k.loud) {
            if let Some(count) = drawings.get_mut(usize::from(known.label)) {
                *count += 1;
            }
        }
        Voice {
            method: &self.method,
            usual: self.usual_margin,
            known: drawings.map(|count| count >= KNOWN_FROM),
        }
    }

    /// The votes for a row in this direction before anybody votes.
    pub(super) fn silence_at(&self, unit: &[f32], origin: Origin) -> Votes {
        let base = self.whitening.as_ref().map_or(&[][..], |w| &w.base);
        let near = base
            .chunks_exact(unit.len().max(1))
            .map(|row| dot(row, unit));
        Votes::silence(near.fold(-1.0, f32::max), origin)
    }

    /// The votes for a row in this direction, whose `silence` is known.
    pub(super) fn votes_for(&self, silence: &Votes, unit: &[f32]) -> Votes {
        let mut votes = silence.silenced();
        for known in self.own.values().filter(|known| known.is_heard()) {
            votes.add(dot(unit, &known.unit), known.label, known.loud);
        }
        votes
    }

    /// The votes for a row in this direction, where some of the nearest must be found again.
    fn renewed(&self, votes: &Votes, unit: &[f32]) -> Votes {
        let mut votes = votes.clone();
        let stale = votes.renew();
        let known = self.own.values().filter(|known| known.is_heard());
        for known in known.filter(|known| stale.contains(&(known.label, known.loud))) {
            votes.add(dot(unit, &known.unit), known.label, known.loud);
        }
        votes
    }

    /// The drawings of the hand that are so like this example that they cannot be another digit, and are said to be one.
    pub(crate) fn contradicted_by(&self, id: u64) -> Vec<u64> {
        let Some(taught) = self.own.get(&id) else {
            return Vec::new();
        };
        let others = self.own.iter().filter(|(_, known)| {
            !known.taught
                && known.label != taught.label
                && dot(&known.unit, &taught.unit) >= CONTRADICTS
        });
        others.map(|(id, _)| *id).collect()
    }

    /// Of these drawings, oldest first, the older one of the two that are the most alike; the oldest where they are not
    /// known yet.
    pub(crate) fn most_alike(&self, ids: &[u64]) -> Option<u64> {
        let unit = |id: &u64| self.own.get(id).map(|known| known.unit.as_slice());
        let mut most = (f32::NEG_INFINITY, *ids.first()?);
        for (at, older) in ids.iter().enumerate() {
            for newer in ids.get(at + 1..).unwrap_or_default() {
                if let Some((a, b)) = unit(older).zip(unit(newer)) {
                    let alike = dot(a, b);
                    if alike > most.0 {
                        most = (alike, *older);
                    }
                }
            }
        }
        Some(most.1)
    }

    /// Takes a drawing into memory. Its features are `row`.
    pub(crate) fn remember(
        &mut self,
        id: u64,
        label: u8,
        taught: bool,
        row: Vec<f32>,
    ) -> Result<(), Error> {
        self.forget(id);
        let unit = self.units(&row)?;
        let alone = self.reference.answers(&row, &mut self.workspace)?;
        let mut known = Known {
            row,
            unit,
            label,
            taught,
            loud: taught && decide(&alone).digit != Some(label),
            masked: self.masked.contains(&id),
            votes: Votes::default(),
        };
        if !known.unit.is_empty() {
            let silence = self.silence_at(&known.unit, Origin::Pen);
            known.votes = self.votes_for(&silence, &known.unit);
        }
        if known.is_heard() {
            self.shifts.push(known.shift(true));
        }
        self.own.insert(id, known);
        self.version += 1;
        self.expect_examples();
        Ok(())
    }

    /// Takes a drawing out of memory.
    pub(crate) fn forget(&mut self, id: u64) {
        let Some(gone) = self.own.remove(&id) else {
            return;
        };
        if gone.is_heard() {
            self.shifts.push(gone.shift(false));
        }
        self.version += 1;
        self.expect_examples();
    }

    /// Forgets all but these.
    pub(crate) fn retain(&mut self, stays: impl Fn(u64) -> bool) {
        let gone: Vec<u64> = self.own.keys().copied().filter(|id| !stays(*id)).collect();
        if gone.len() < self.own.len() {
            gone.into_iter().for_each(|id| self.forget(id));
            return;
        }
        self.own.clear();
        self.shifts.clear();
        for votes in &mut self.exam_votes {
            *votes = votes.silenced();
        }
        self.version += 1;
        self.expect_examples();
    }

    /// Drawings may have come that it does not know.
    pub(crate) fn expect_examples(&mut self) {
        self.own_incomplete = true;
    }

    /// From now on these drawings may not vote, and all others may.
    pub(crate) fn mask(&mut self, ids: Vec<u64>) {
        if ids == self.masked {
            return;
        }
        for (id, known) in &mut self.own {
            let masked = ids.contains(id);
            if masked != known.masked {
                known.masked = masked;
                if !known.unit.is_empty() {
                    self.shifts.push(known.shift(!masked));
                }
            }
        }
        self.masked = ids;
        self.version += 1;
    }

    /// Takes in the next drawing that is missing, or lets the oldest go; `false` where the hand and the newest
    /// [`OWN_CAPACITY`] examples are there.
    pub(super) fn warm_own(&mut self, examples: &Examples) -> Result<bool, Error> {
        if !self.own_incomplete {
            return Ok(false);
        }
        if self.own_ids().count() > OWN_CAPACITY {
            // Not in the lesson that brought one more: whoever rested on the oldest must look anew for his next.
            let oldest = self.own_ids().next();
            oldest.inspect(|id| self.forget(*id));
            return Ok(true);
        }
        // What cannot be read must not end all lessons: it has no features and takes no part.
        if let Some(drawing) = examples.hand().rev().find(|d| !self.knows(d.id)) {
            let (id, label) = (drawing.id, drawing.label);
            let row = self.features_of(&drawing.drawing().unwrap_or_default());
            self.remember(id, label, false, row.unwrap_or_default())?;
            return Ok(true);
        }
        let mut newest = examples.iter().rev().take(OWN_CAPACITY);
        let Some(example) = newest.find(|e| !self.knows(e.id)) else {
            self.own_incomplete = false;
            return Ok(false);
        };
        let row = self.features_of_example(example).unwrap_or_default();
        self.remember(example.id, example.label, true, row)?;
        Ok(true)
    }

    /// Makes good one drawing's coming or going, or the votes for one row; `false` where all are right.
    pub(super) fn settle(&mut self) -> bool {
        if !self.shifts.is_empty() {
            let shift = self.shifts.remove(0);
            let exam = self.exam_units.chunks_exact(shift.unit.len().max(1));
            let exam = exam.zip(&mut self.exam_votes);
            let own = self.own.values_mut().filter(|known| !known.unit.is_empty());
            let own = own.map(|known| (known.unit.as_slice(), &mut known.votes));
            for (unit, votes) in exam.chain(own) {
                let cosine = dot(unit, &shift.unit);
                match shift.came {
                    true => votes.add(cosine, shift.label, shift.loud),
                    false => votes.leave(cosine, shift.label, shift.loud),
                }
            }
        } else if let Some(at) = self.exam_votes.iter().position(Votes::is_stale) {
            let units = self.exam_units.len() / self.exam_votes.len().max(1);
            let unit = self.exam_units.get(at * units..(at + 1) * units);
            let fresh = self.renewed(&self.exam_votes[at], unit.unwrap_or_default());
            self.exam_votes[at] = fresh;
        } else if let Some((&id, known)) = self.own.iter().find(|k| k.1.votes.is_stale()) {
            let fresh = self.renewed(&known.votes, &known.unit);
            self.own.entry(id).and_modify(|k| k.votes = fresh);
        } else {
            return false;
        }
        self.version += 1;
        true
    }
}
