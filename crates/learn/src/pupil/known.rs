//! The person's examples as neighbours: who speaks, and what each digit hears of them.

use std::collections::BTreeMap;

use super::Pupil;
use super::tail::tail_answers;
use crate::decide::{DIGITS, decide};
use crate::error::Error;
use crate::neighbours::{Centre, Tally, rivals};

/// One of the person's examples.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// Its features; empty where nothing of it is inked or its bytes cannot be read.
    pub(super) row: Vec<f32>,
    /// Its place among the neighbours.
    pub(super) centre: Option<Centre>,
    /// It lies ahead in the history: nobody has heard of it yet.
    pub(super) silent: bool,
    /// What the memory says about it, itself among it.
    pub(super) tally: Tally,
}

impl Known {
    /// Its features, where it has any.
    pub fn row(&self) -> Option<&[f32]> {
        (!self.row.is_empty()).then_some(&self.row)
    }

    /// The network as it came was wrong about it, or not sure.
    pub fn speaks(&self) -> bool {
        self.heard().is_some_and(|c| c.speaks)
    }

    pub(super) fn heard(&self) -> Option<&Centre> {
        self.centre.as_ref().filter(|_| !self.silent)
    }
}

impl Pupil {
    /// Takes an example among the neighbours. Its features are `row`.
    pub fn remember(&mut self, id: u64, label: u8, row: Vec<f32>) -> Result<(), Error> {
        self.forget(id);
        let unit = self.units(&row)?;
        let mut reference = Vec::with_capacity(DIGITS);
        tail_answers(&self.reference, &row, &mut self.workspace, &mut reference)?;
        let speaks = decide(&reference).digit != Some(label);
        let (caution, guard, width) = (self.method.caution, self.method.guard, self.method.width);
        let silent = self.silent.contains(&id);
        let (mut centre, mut tally) = (None, Tally::default());
        if let Some(metric) = self.metric.as_ref().filter(|_| !unit.is_empty()) {
            let rivals = rivals(&unit, &metric.base, &self.base.labels);
            let new = Centre::new(unit, label, speaks, &rivals, caution);
            tally = Tally::new(&rivals, guard).of(&new.unit, centres(&self.own), width);
            if !silent {
                tally.add(&new.unit, &new, width);
                self.join(&new);
            }
            centre = Some(new);
        }
        let known = Known {
            row,
            centre,
            silent,
            tally,
        };
        self.own.insert(id, known);
        self.weights_version += 1;
        Ok(())
    }

    /// Takes an example out of the neighbours.
    pub fn forget(&mut self, id: u64) {
        if let Some(gone) = self.own.remove(&id) {
            self.weights_version += 1;
            if let Some(centre) = gone.heard() {
                self.leave(centre);
            }
        }
    }

    /// From now on these examples are silent, and all others are heard.
    pub fn silence(&mut self, ids: Vec<u64>) {
        if ids == self.silent {
            return;
        }
        self.silent = ids;
        let changed: Vec<u64> = self
            .own
            .iter()
            .filter(|(id, known)| known.silent != self.silent.contains(id))
            .map(|(id, _)| *id)
            .collect();
        for id in changed {
            let known = self.own.get_mut(&id);
            let Some((known, centre)) = known.and_then(|k| k.centre.take().map(|c| (k, c))) else {
                continue;
            };
            known.silent = !known.silent;
            let (silent, tally) = (known.silent, known.tally);
            if silent {
                self.leave(&centre);
            } else {
                self.join(&centre);
            }
            let mut tally = tally.of(&centre.unit, centres(&self.own), self.method.width);
            if !silent {
                tally.add(&centre.unit, &centre, self.method.width);
            }
            if let Some(known) = self.own.get_mut(&id) {
                (known.centre, known.tally) = (Some(centre), tally);
            }
        }
        self.weights_version += 1;
    }

    /// What a new neighbour says is added to all that is known.
    fn join(&mut self, centre: &Centre) {
        let width = self.method.width;
        let exam = self.exam_units.chunks_exact(centre.unit.len());
        for (unit, tally) in exam.zip(&mut self.exam_tallies) {
            tally.add(unit, centre, width);
        }
        for known in self.own.values_mut() {
            if let Some(other) = &known.centre {
                known.tally.add(&other.unit, centre, width);
            }
        }
    }

    /// What a neighbour said that is no longer among them is made good.
    fn leave(&mut self, gone: &Centre) {
        let width = self.method.width;
        let exam = self.exam_units.chunks_exact(gone.unit.len());
        for (unit, tally) in exam.zip(&mut self.exam_tallies) {
            if tally.rests_on(unit, gone, width) {
                *tally = tally.of(unit, centres(&self.own), width);
            }
        }
        let shaken: Vec<(u64, Tally)> = self
            .own
            .iter()
            .filter_map(|(id, known)| {
                let unit = &known.centre.as_ref()?.unit;
                let rests = known.tally.rests_on(unit, gone, width);
                rests.then(|| (*id, known.tally.of(unit, centres(&self.own), width)))
            })
            .collect();
        for (id, tally) in shaken {
            if let Some(known) = self.own.get_mut(&id) {
                known.tally = tally;
            }
        }
    }

    /// Forgets all of the person's examples.
    pub fn forget_all(&mut self) {
        self.own.clear();
        for tally in &mut self.exam_tallies {
            *tally = tally.of(&[], std::iter::empty(), 1.0);
        }
        self.weights_version += 1;
    }
}

pub(super) fn centres(own: &BTreeMap<u64, Known>) -> impl Iterator<Item = &Centre> {
    own.values().filter_map(Known::heard)
}
