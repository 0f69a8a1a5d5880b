//! The memory's word: a drawing that is near one that the person corrected is read as the person said.
//!
//! A network changes slowly or forgets; a memory of single cases does neither (complementary learning systems:
//! McClelland, McNaughton and O'Reilly, 1995; nearest neighbours mixed with a network's answer: Khandelwal et al.,
//! «Generalization through Memorization», ICLR 2020). Here the memory speaks only where it has something to say:
//! - Near is a cosine in the whitened space of [`crate::metric`], and each example has its own **reach**: it ends where
//!   base memory begins to look like it with another label, and sooner where it lies deep among such. A correction in
//!   no-man's-land (a mirrored 3) reaches far, a wrong one among its betters (a 7 called 1) hardly beyond itself.
//! - An example that the network as it came read wrong **speaks**: it adds to its digit's logit, at most so much as the
//!   network's usual lead, so that what the network is quite sure of is not talked over.
//! - It is not heard where the drawing that is read looks about as much like base memory of another label as like it: a
//!   plain 7 is not talked over by a mirrored one.
//! - At itself, and at what is all but the same drawing, it speaks much louder, however little it reaches: what
//!   was taught is read as taught, also where the weights were not allowed to go so far ([`crate::nudge`]).
//! - One that was right all along only **defends**: it cancels what others say near it, and adds nothing.
//!
//! Centres are made again from the strokes whenever the engine starts; nothing of this is saved.

use crate::decide::DIGITS;
use crate::metric::dot;

/// A digit that is what it is said to be is seldom nearer than this to base memory of another label (one in thirty is).
const UNUSUAL: f32 = 0.25;
/// What lies nearer than this is all but the same drawing; so no example reaches less far than a cosine of this, …
const NEAREST: f32 = 0.95;
/// … nor farther than this.
const FARTHEST: f32 = 0.1;

/// How loud an example is at itself.
const LOUDEST: f32 = 4.0;

/// A remembered example as a neighbour.
#[derive(Debug, Clone)]
pub(crate) struct Centre {
    /// Its direction in the whitened space.
    pub unit: Vec<f32>,
    pub label: u8,
    /// The cosine at which it falls silent.
    pub reach: f32,
    /// The network as it came was wrong about it, or not sure.
    pub speaks: bool,
}

impl Centre {
    /// `rivals` are those of its direction.
    pub fn new(
        unit: Vec<f32>,
        label: u8,
        speaks: bool,
        rivals: &[f32; DIGITS],
        caution: f32,
    ) -> Self {
        let nearest = rivals.get(usize::from(label)).copied().unwrap_or(1.0);
        Self {
            unit,
            label,
            reach: (nearest + caution * (nearest - UNUSUAL).max(0.0)).clamp(FARTHEST, NEAREST),
            speaks,
        }
    }

    /// 0 out of reach, which begins at `from` at the earliest, 1 a `width` of cosine nearer and from there; close by it
    /// grows to [`LOUDEST`].
    fn nearness(&self, unit: &[f32], from: f32, width: f32) -> f32 {
        let cosine = dot(&self.unit, unit);
        let near = (cosine - self.reach.max(from)) / width.max(1e-3);
        let near = near.clamp(0.0, 1.0);
        near.max(LOUDEST * (cosine - NEAREST) / (1.0 - NEAREST))
    }
}

/// For each digit: how near (as a cosine) the nearest drawing of base memory is that is another digit, or none. `base`
/// are directions with their `labels`.
pub(crate) fn rivals(unit: &[f32], base: &[f32], labels: &[u8]) -> [f32; DIGITS] {
    let mut nearest = [0.0f32; DIGITS + 1];
    for (row, label) in base.chunks_exact(unit.len().max(1)).zip(labels) {
        let near = &mut nearest[usize::from(*label).min(DIGITS)];
        *near = near.max(dot(row, unit));
    }
    std::array::from_fn(|digit| {
        let others = nearest.iter().enumerate().filter(|n| n.0 != digit);
        others.map(|n| *n.1).fold(0.0, f32::max)
    })
}

/// How near a drawing is to the nearest example of each digit: to any, and to one that speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Tally {
    any: [f32; DIGITS],
    speaking: [f32; DIGITS],
    /// The cosine below which an example of each digit is out of reach: the drawing looks more like another digit.
    from: [f32; DIGITS],
}

impl Tally {
    /// Nobody has spoken yet. `rivals` are those of the drawing's direction.
    pub fn new(rivals: &[f32; DIGITS], guard: f32) -> Self {
        Self {
            from: rivals.map(|near| guard * near),
            ..Self::default()
        }
    }

    /// The same drawing, when these speak and nobody else.
    pub fn of<'a>(
        &self,
        unit: &[f32],
        centres: impl Iterator<Item = &'a Centre>,
        width: f32,
    ) -> Self {
        let mut tally = Self {
            from: self.from,
            ..Self::default()
        };
        for centre in centres {
            tally.add(unit, centre, width);
        }
        tally
    }

    pub fn add(&mut self, unit: &[f32], centre: &Centre, width: f32) {
        let near = self.nearness(unit, centre, width);
        let label = usize::from(centre.label);
        if let Some(any) = self.any.get_mut(label) {
            *any = any.max(near);
        }
        if let Some(speaking) = self.speaking.get_mut(label).filter(|_| centre.speaks) {
            *speaking = speaking.max(near);
        }
    }

    fn nearness(&self, unit: &[f32], centre: &Centre, width: f32) -> f32 {
        let from = self.from.get(usize::from(centre.label));
        centre.nearness(unit, from.copied().unwrap_or(1.0), width)
    }

    /// Would it be another without this centre?
    pub fn rests_on(&self, unit: &[f32], centre: &Centre, width: f32) -> bool {
        let near = self.nearness(unit, centre, width);
        let label = usize::from(centre.label);
        let rests = |of: &[f32; DIGITS]| of.get(label).is_some_and(|best| near >= *best);
        near > 0.0 && (rests(&self.any) || centre.speaks && rests(&self.speaking))
    }

    /// What to add to each digit's logit; zeros where no example that speaks is near.
    pub fn votes(&self, strength: f32) -> [f32; DIGITS] {
        let speaking = &self.speaking;
        std::array::from_fn(|digit| {
            let others = speaking.iter().enumerate().filter(|s| s.0 != digit);
            let rival = others.map(|s| *s.1).fold(0.0, f32::max);
            strength * speaking[digit].max(self.any[digit].min(rival))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centre(angle: f32, label: u8, speaks: bool) -> Centre {
        Centre {
            unit: vec![angle.cos(), angle.sin()],
            label,
            reach: 0.5,
            speaks,
        }
    }

    fn votes(centres: &[Centre]) -> [f32; DIGITS] {
        Tally::default()
            .of(&[1.0, 0.0], centres.iter(), 0.25)
            .votes(8.0)
    }

    #[test]
    fn only_a_near_example_that_speaks_is_heard() {
        assert_eq!(votes(&[centre(0.5, 3, true)])[3], 8.0);
        assert_eq!(votes(&[centre(1.5, 3, true)]), [0.0; DIGITS]);
        assert_eq!(votes(&[centre(0.0, 3, false)]), [0.0; DIGITS]);
    }

    #[test]
    fn what_was_taught_is_heard_at_itself_however_little_it_reaches() {
        let wrong = |angle| Centre {
            reach: NEAREST,
            ..centre(angle, 1, true)
        };
        // Among sevens that were right all along.
        let among = |angle| votes(&[wrong(angle), centre(0.4, 7, false), centre(-0.4, 7, false)]);
        assert_eq!(among(0.0)[1] - among(0.0)[7], 8.0 * (LOUDEST - 1.0));
        assert_eq!(among(0.3)[1], among(0.3)[7]);
    }

    #[test]
    fn one_that_was_right_all_along_cancels_and_adds_nothing() {
        let v = votes(&[centre(0.3, 3, true), centre(0.0, 8, false)]);
        assert_eq!(v[3], v[8]);
        assert!(v[3] > 0.0);
    }

    #[test]
    fn an_example_among_others_of_base_memory_reaches_less_far() {
        let unit = vec![1.0, 0.0];
        let rivals = rivals(&unit, &[0.8, 0.6, 0.0, 1.0], &[7, 7]);
        let close = Centre::new(unit.clone(), 1, true, &rivals, 0.1);
        let free = Centre::new(unit, 7, true, &rivals, 0.1);
        assert!((close.reach - 0.855).abs() < 1e-6 && free.reach == FARTHEST);
    }

    #[test]
    fn an_example_is_not_heard_by_what_looks_more_like_another_digit() {
        let unit = [1.0, 0.0];
        let taught = [centre(0.6, 3, true)];
        let read = |base: &[f32], label| {
            let tally = Tally::new(&rivals(&unit, base, &[label]), 0.9);
            tally.of(&unit, taught.iter(), 0.25).votes(8.0)[3]
        };
        let (near, far) = ([0.96, 0.28], [0.0, 1.0]);
        assert_eq!(read(&near, 7), 0.0);
        assert_eq!(read(&near, 200), 0.0);
        assert_eq!(read(&near, 3), 8.0);
        assert_eq!(read(&far, 7), 8.0);
    }
}
