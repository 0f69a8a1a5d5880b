//! The person's drawings in memory: who votes, and what the votes come to for all that is kept.
//!
//! What is read asks all of them at once. For the exam and for the examples themselves the votes are kept, and what is
//! read then. When a drawing comes, its cosines with all others are looked at once, for both sides; when one goes
//! or is masked, the votes are made good in the background, one drawing or one row in a unit of work.

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

/// A row of which it is kept what memory says, and what is read.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// Its direction in the whitened space; empty where it has no features.
    pub unit: Vec<f32>,
    pub votes: Votes,
    /// The likeliest label, once it was asked about; holds as long as [`Learner::opinion`] does.
    pub answer: Option<u8>,
}

impl Kept {
    pub fn new(unit: Vec<f32>, votes: Votes) -> Self {
        Self {
            unit,
            votes,
            answer: None,
        }
    }

    /// One drawing more, so near.
    fn hear(&mut self, cosine: f32, label: u8, loud: bool) {
        if self.votes.add(cosine, label, loud) {
            self.answer = None;
        }
    }
}

/// What every answer that is kept depends on, beside the votes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Opinion {
    weights: u64,
    listens: bool,
    known: [bool; DIGITS],
    classes: usize,
}

/// One of the person's drawings.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// Its features; empty where nothing of it is inked or its bytes cannot be read.
    pub(super) row: Vec<f32>,
    pub(super) label: u8,
    /// The person said so; else it is of the hand.
    pub(super) taught: bool,
    /// It votes as what was taught: the network as it came was wrong about it, or not sure. What it read rightly tells no
    /// more, taught or not, than the hand does.
    pub(super) loud: bool,
    /// It lies ahead in the history: nobody has heard of it yet.
    pub(super) masked: bool,
    /// What memory says about it, itself among it.
    pub(super) kept: Kept,
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
        !self.masked && !self.kept.unit.is_empty()
    }

    fn shift(&self, came: bool) -> Shift {
        Shift {
            unit: self.kept.unit.clone(),
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
        self.heard && self.method.taught > 0.0 && self.tally.iter().any(|count| *count != [0, 0])
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
        let quiet = |digit: usize| self.tally.get(digit).map_or(0, |[quiet, _]| *quiet);
        Voice {
            method: &self.method,
            usual: self.usual_margin,
            known: std::array::from_fn(|digit| quiet(digit) >= KNOWN_FROM),
        }
    }

    /// What every answer that is kept depends on, beside the votes. Those of another opinion are forgotten.
    pub(super) fn attend_to_opinion(&mut self) {
        let opinion = Opinion {
            weights: self.weights,
            listens: self.listens(),
            known: self.voice().known,
            classes: self.classes(),
        };
        if opinion != self.opinion {
            self.opinion = opinion;
            let own = self.own.values_mut().map(|known| &mut known.kept);
            let all = self.exam_kept.iter_mut().chain(own);
            all.for_each(|kept| kept.answer = None);
        }
    }

    /// One more, or one less, that is heard.
    fn count(&mut self, label: u8, loud: bool, came: bool) {
        let label = usize::from(label);
        if self.tally.len() <= label {
            self.tally.resize(label + 1, [0, 0]);
        }
        let count = &mut self.tally[label][usize::from(loud)];
        *count = if came { *count + 1 } else { *count - 1 };
    }

    /// The votes for each row, in these directions, before anybody votes.
    pub(super) fn silence_at(&self, units: &[f32], origin: Origin) -> Vec<Votes> {
        let Some(whitening) = &self.whitening else {
            return Vec::new();
        };
        let width = whitening.width().max(1);
        let mut near = vec![-1.0; units.len() / width];
        // As with the votes: of what is remembered each row is fetched once, which is what takes the time.
        for base in whitening.base.chunks_exact(width) {
            for (unit, near) in units.chunks_exact(width).zip(&mut near) {
                *near = f32::max(*near, dot(base, unit));
            }
        }
        let silence = near.into_iter().map(|near| Votes::silence(near, origin));
        silence.collect()
    }

    /// The votes for each row, in these directions, whose `silence` is known.
    pub(super) fn votes_for(&self, silence: &[Votes], units: &[f32]) -> Vec<Votes> {
        let mut votes: Vec<Votes> = silence.iter().map(Votes::silenced).collect();
        for known in self.own.values().filter(|known| known.is_heard()) {
            let other = &known.kept.unit;
            for (unit, votes) in units.chunks_exact(other.len()).zip(&mut votes) {
                votes.add(dot(unit, other), known.label, known.loud);
            }
        }
        votes
    }

    /// The same row, where some of the nearest must be found again.
    fn renewed(&self, kept: &Kept) -> Kept {
        let mut fresh = Kept::new(kept.unit.clone(), kept.votes.clone());
        let stale = fresh.votes.renew();
        let known = self.own.values().filter(|known| known.is_heard());
        for known in known.filter(|known| stale.contains(&(known.label, known.loud))) {
            let cosine = dot(&fresh.unit, &known.kept.unit);
            fresh.hear(cosine, known.label, known.loud);
        }
        fresh
    }

    /// The drawings of the hand that are so like this example that they cannot be another digit, and are said to be one.
    pub(crate) fn contradicted_by(&self, id: u64) -> Vec<u64> {
        let Some(taught) = self.own.get(&id) else {
            return Vec::new();
        };
        let others = self.own.iter().filter(|(_, known)| {
            !known.taught
                && known.label != taught.label
                && dot(&known.kept.unit, &taught.kept.unit) >= CONTRADICTS
        });
        others.map(|(id, _)| *id).collect()
    }

    /// Of these drawings, oldest first, the older one of the two that are the most alike; the oldest where they are not
    /// known yet.
    pub(crate) fn most_alike(&self, ids: &[u64]) -> Option<u64> {
        let unit = |id: &u64| self.own.get(id).map(|known| known.kept.unit.as_slice());
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
        let silence = self.silence_at(&unit, Origin::Pen);
        let alone = self.reference.answers(&row, &mut self.workspace)?;
        let mut known = Known {
            row,
            label,
            taught,
            loud: taught && decide(&alone).digit != Some(label),
            masked: self.masked.contains(&id),
            kept: Kept::new(unit, silence.into_iter().next().unwrap_or_default()),
        };
        let (heard, loud, kept) = (known.is_heard(), known.loud, &mut known.kept);
        for other in self.own.values_mut() {
            let cosine = dot(&other.kept.unit, &kept.unit);
            if other.is_heard() {
                kept.hear(cosine, other.label, other.loud);
            }
            if heard {
                other.kept.hear(cosine, label, loud);
            }
        }
        if heard {
            kept.hear(dot(&kept.unit, &kept.unit), label, loud);
            for exam in &mut self.exam_kept {
                exam.hear(dot(&exam.unit, &kept.unit), label, loud);
            }
            self.count(label, loud, true);
        }
        self.own.insert(id, known);
        self.version += 1;
        Ok(())
    }

    /// Takes a drawing out of memory.
    pub(crate) fn forget(&mut self, id: u64) {
        let Some(gone) = self.own.remove(&id) else {
            return;
        };
        if gone.is_heard() {
            self.shifts.push(gone.shift(false));
            self.count(gone.label, gone.loud, false);
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
        self.tally.clear();
        self.shifts.clear();
        for kept in &mut self.exam_kept {
            (kept.votes, kept.answer) = (kept.votes.silenced(), None);
        }
        self.version += 1;
        self.expect_examples();
    }

    /// Drawings may have come that it does not know, or there may be one too many.
    pub(crate) fn expect_examples(&mut self) {
        self.missing = None;
    }

    /// From now on these drawings may not vote, and all others may.
    pub(crate) fn mask(&mut self, ids: Vec<u64>) {
        if ids == self.masked {
            return;
        }
        let mut shifts = Vec::new();
        for (id, known) in &mut self.own {
            let masked = ids.contains(id);
            if masked != known.masked {
                known.masked = masked;
                if !known.kept.unit.is_empty() {
                    shifts.push(known.shift(!masked));
                }
            }
        }
        for shift in shifts {
            self.count(shift.label, shift.loud, shift.came);
            self.shifts.push(shift);
        }
        self.masked = ids;
        self.version += 1;
    }

    /// Takes in the next drawing that is missing, the hand's before the newest [`OWN_CAPACITY`] examples, or lets those
    /// that are too many go; `false` where that is done.
    pub(super) fn take_in(&mut self, examples: &Examples) -> Result<bool, Error> {
        let Some(missing) = &mut self.missing else {
            self.find_missing(examples);
            return Ok(true);
        };
        let Some(id) = missing.pop() else {
            return Ok(false);
        };
        // What cannot be read must not end all lessons: it has no features and takes no part.
        if let Some(example) = examples.get(id) {
            let row = self.features_of_example(example).unwrap_or_default();
            self.remember(id, example.label, true, row)?;
        } else if let Some(drawing) = examples.in_hand(id) {
            let row = self.features_of(&drawing.drawing().unwrap_or_default());
            self.remember(id, drawing.label, false, row.unwrap_or_default())?;
        }
        Ok(true)
    }

    /// Finds out what is missing, and lets the oldest go where there are too many: not in the lesson that brought one more,
    /// since whoever rested on one of them must look anew for his next.
    fn find_missing(&mut self, examples: &Examples) {
        let newest = examples.iter().rev().take(OWN_CAPACITY);
        let mut ids: Vec<u64> = newest.map(|example| example.id).collect();
        let oldest = ids.last().copied().unwrap_or(0);
        let old: Vec<u64> = self.own_ids().take_while(|id| *id < oldest).collect();
        old.into_iter().for_each(|id| self.forget(id));
        ids.reverse();
        ids.extend(examples.hand().map(|drawing| drawing.id));
        ids.retain(|id| !self.knows(*id));
        self.missing = Some(ids);
    }

    /// How many of the person's drawings are in memory.
    pub(crate) fn known(&self) -> usize {
        self.own.len()
    }

    /// Makes good one drawing's coming or going, or the votes for one row; `false` where all are right.
    pub(super) fn settle(&mut self) -> bool {
        if !self.shifts.is_empty() {
            let shift = self.shifts.remove(0);
            let own = self.own.values_mut().map(|known| &mut known.kept);
            for kept in self.exam_kept.iter_mut().chain(own) {
                let cosine = dot(&kept.unit, &shift.unit);
                match shift.came {
                    true => kept.hear(cosine, shift.label, shift.loud),
                    false => kept.votes.leave(cosine, shift.label, shift.loud),
                }
            }
            self.unsettled = true;
        } else if !self.unsettled {
            return false;
        } else if let Some(at) = self.exam_kept.iter().position(|k| k.votes.is_stale()) {
            self.exam_kept[at] = self.renewed(&self.exam_kept[at]);
        } else if let Some((&id, known)) = self.own.iter().find(|k| k.1.kept.votes.is_stale()) {
            let fresh = self.renewed(&known.kept);
            self.own.entry(id).and_modify(|known| known.kept = fresh);
        } else {
            self.unsettled = false;
            return false;
        }
        self.version += 1;
        true
    }
}
