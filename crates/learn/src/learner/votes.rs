//! Memory votes: a drawing is read as those it is like were meant.
//!
//! A network changes slowly or forgets; a memory of single cases does neither (complementary learning systems:
//! McClelland, McNaughton and O'Reilly, 1995). Like a kernel regression (Nadaraya, 1964; Watson, 1964) over the person's
//! own drawings, mixed with the network's answer (nearest neighbors beside a network: Khandelwal et al., «Generalization
//! through Memorization», ICLR 2020), it adds to the logit of each digit `c`
//!
//! ```text
//! v_c = l α k_c / (Σ k + b k_base + floor) − l² · unlike · [c is known] · u_c,   l = 1 / (1 + (m / quiet)²)
//! k_c = max over the drawings of c of exp((cos − 1) / width),   u_c = 1 where that cos is below 0.2, 0 from 0.4 on
//! ```
//!
//! with cosines in the whitened space of [`super::whitening`], `k_base` that of the nearest drawing of base memory, which is
//! what is usual, and `m` the margin, in logits, by which the network alone prefers its likeliest digit to the next; `α`,
//! `unlike` and `quiet` are shares of its usual margin. So
//! - what is like nothing in memory (`Σ k` far below the floor), or no more than like what is usual, is read by the network
//!   alone;
//! - what is about as like one digit's drawings as another's gets about as much for both;
//! - what the network is quite sure of is not talked over: a wrong lesson reaches little beyond itself;
//! - what is like none of the drawings of a digit that the person's hand shows several times is less likely that digit:
//!   where the hand knows how its fours look, what is unlike them all may be the six that it has not seen yet;
//! - a picture is read by the network and what was taught alone: the hand is of strokes;
//! - a correction is louder (`α`) than what the network read rightly, taught or of the *hand* (read surely, not corrected);
//! - at itself, and at what is all but the same drawing, a correction is heard whatever the network says.
//!
//! Only the nearest cosines are kept, so that a drawing that comes costs one look at each row, and memory is made again
//! from the strokes whenever the engine starts.

use trazo_ink::Origin;
use trazo_nn::Real;

use super::method::Method;
use crate::reading::DIGITS;

/// What lies nearer than this is all but the same drawing.
const NEAREST: f32 = 0.95;
/// What is added at itself to the logit of what was taught, as a share of the usual margin: more than it is ever sure of.
const LOUDEST: f32 = 4.0;
/// From so many drawings of the hand on it is known how the person writes a digit: with fewer, another way to write it is
/// as likely.
pub(super) const KNOWN_FROM: usize = 3;
/// What is not nearer than this is unlike (another writer's same digit is at 0.2 in the mean), …
const UNLIKE: f32 = 0.2;
/// … and what is as near as this is not (the person's own same digit is at 0.5).
const LIKE: f32 = 0.4;
/// Farther than the opposite nothing is.
const NOBODY: f32 = -1.0;

/// How loudly memory speaks, and what it knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice<'a> {
    pub method: &'a Method,
    /// The network's usual margin, in logits.
    pub usual: f32,
    /// The digits whose look in this person's hand is known.
    pub known: [bool; DIGITS],
}

/// How near a row is to the nearest drawing of each digit, as a cosine: of those that were taught, and of the hand; and of
/// each symbol.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Votes {
    taught: [f32; DIGITS],
    hand: [f32; DIGITS],
    /// Of the labels beyond the digits that memory knows.
    symbols: Vec<f32>,
    /// The same of base memory.
    usual: f32,
    /// The row is of a picture: the hand has no say.
    picture: bool,
    /// Those of which the nearest drawing left, by label and whether it was taught: they must be found again.
    stale: Vec<(u8, bool)>,
}

impl Default for Votes {
    /// Nobody votes.
    fn default() -> Self {
        Self {
            taught: [NOBODY; DIGITS],
            hand: [NOBODY; DIGITS],
            symbols: Vec::new(),
            usual: NOBODY,
            picture: false,
            stale: Vec::new(),
        }
    }
}

impl Votes {
    /// Nobody votes on a row that is so near to base memory.
    pub fn silence(usual: f32, origin: Origin) -> Self {
        Self {
            usual,
            picture: origin == Origin::Picture,
            ..Self::default()
        }
    }

    /// The same row, when nobody votes.
    pub fn silenced(&self) -> Self {
        Self {
            usual: self.usual,
            picture: self.picture,
            ..Self::default()
        }
    }

    /// Some of the nearest must be found again.
    pub fn is_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Forgets the nearest that are to be found again, and says of which labels they are, taught or not: whoever is of
    /// those is to be [`add`](Self::add)ed.
    pub fn renew(&mut self) -> Vec<(u8, bool)> {
        let stale = std::mem::take(&mut self.stale);
        for (label, taught) in &stale {
            if let Some(nearest) = self.nearest(*label, *taught) {
                *nearest = NOBODY;
            }
        }
        stale
    }

    fn nearest(&mut self, label: u8, taught: bool) -> Option<&mut f32> {
        let label = usize::from(label);
        if let Some(symbol) = label.checked_sub(DIGITS) {
            if self.symbols.len() <= symbol {
                self.symbols.resize(symbol + 1, NOBODY);
            }
            return self.symbols.get_mut(symbol);
        }
        let all = match taught {
            true => &mut self.taught,
            false if self.picture => return None,
            false => &mut self.hand,
        };
        all.get_mut(label)
    }

    /// One drawing more, so near; whether it is the nearest.
    pub fn add(&mut self, cosine: f32, label: u8, taught: bool) -> bool {
        let nearest = self.nearest(label, taught);
        nearest.is_some_and(|nearest| {
            let nearer = cosine > *nearest;
            *nearest = nearest.max(cosine);
            nearer
        })
    }

    /// One drawing less.
    pub fn leave(&mut self, cosine: f32, label: u8, taught: bool) {
        let nearest = self.nearest(label, taught).map(|nearest| *nearest);
        let rested = nearest.is_some_and(|nearest| cosine >= nearest);
        if rested && !self.stale.contains(&(label, taught)) {
            self.stale.push((label, taught));
        }
    }

    /// What to add to each digit's logit where the network has these alone.
    pub fn logits(&self, voice: &Voice<'_>, alone: &[f32; DIGITS]) -> [f32; DIGITS] {
        let Voice { method, usual, .. } = *voice;
        let kernel = |cosine: f32| Real::exp((cosine - 1.0) / method.width);
        let (taught, hand) = (self.taught.map(kernel), self.hand.map(kernel));
        let all: f32 = taught.iter().zip(&hand).map(|(t, h)| t.max(*h)).sum();
        let all = all + method.base * kernel(self.usual) + method.floor;
        let quiet = margin(alone) / (method.quiet * usual).max(f32::MIN_POSITIVE);
        let loudness = 1.0 / (1.0 + quiet * quiet);
        std::array::from_fn(|digit| {
            let (taught_at, hand_at) = (self.taught[digit], self.hand[digit]);
            let heard = (method.taught * taught[digit]).max(method.hand * hand[digit]) / all;
            let unlike = match voice.known[digit] && !self.picture {
                true => (LIKE - taught_at.max(hand_at)) / (LIKE - UNLIKE),
                false => 0.0,
            };
            // What is only not like something says less where the network is sure than what is like something.
            let heard = heard - loudness * method.unlike * unlike.clamp(0.0, 1.0);
            let itself = (taught_at - NEAREST) / (1.0 - NEAREST);
            usual * (loudness * heard + LOUDEST * itself.clamp(0.0, 1.0))
        })
    }
}

impl Votes {
    /// The share of each label beyond the digits, `count` of them, in what is read where the network has these logits
    /// alone: what is left is the digits'.
    ///
    /// ```text
    /// p_c = k_c / (Σ k + k_digit (1 + (m / quiet)²)),   k = exp((cos − 1) / width)
    /// ```
    ///
    /// with the cosine of the nearest drawing of each symbol, and of the nearest of the person's digits, of what is usual
    /// (less `symbol_usual`) or `from`, whichever is nearest. What is like no symbol is read as if there were none; so is
    /// what the network is sure of.
    pub fn shares(&self, voice: &Voice<'_>, alone: &[f32; DIGITS], count: usize) -> Vec<f32> {
        let Voice { method, usual, .. } = *voice;
        let kernel = |cosine: f32| Real::exp((cosine - 1.0) / method.symbol_width);
        let digits = self.taught.iter().chain(&self.hand);
        let usual_at = self.usual - method.symbol_usual;
        let digit = digits.fold(method.symbol_from.max(usual_at), |a, b| a.max(*b));
        let quiet = margin(alone) / (method.symbol_quiet * usual).max(f32::MIN_POSITIVE);
        if count == 0 || method.symbol_width <= 0.0 {
            return vec![0.0; count];
        }
        let mut shares: Vec<f32> = self.symbols.iter().map(|at| kernel(*at)).collect();
        shares.resize(count, 0.0);
        let all = shares.iter().sum::<f32>() + kernel(digit) * (1.0 + quiet * quiet);
        shares.iter_mut().for_each(|share| *share /= all);
        shares
    }
}

impl Votes {
    /// What these alone add to the logit of one label; of a symbol, what its share is as a logit.
    pub fn vote(&self, voice: &Voice<'_>, alone: &[f32; DIGITS], label: u8) -> Option<f32> {
        let label = usize::from(label);
        let Some(symbol) = label.checked_sub(DIGITS) else {
            return self.logits(voice, alone).get(label).copied();
        };
        let share = *self.shares(voice, alone, self.symbols.len()).get(symbol)?;
        let share = share.clamp(1e-6, 1.0 - 1e-6);
        Some(Real::ln(share / (1.0 - share)))
    }
}

/// By how much the largest is larger than the next.
pub(super) fn margin(logits: &[f32; DIGITS]) -> f32 {
    let (mut best, mut next) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
    for &z in logits {
        if z > best {
            (best, next) = (z, best);
        } else {
            next = next.max(z);
        }
    }
    best - next
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network that is not sure of anything, and one that is of a seven.
    const UNSURE: [f32; DIGITS] = [0.0; DIGITS];
    const SEVEN: [f32; DIGITS] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 12.0, 0.0, 0.0];

    fn voice(known: &[usize]) -> Voice<'static> {
        Voice {
            method: &Method::DIGITS,
            usual: 10.0,
            known: std::array::from_fn(|digit| known.contains(&digit)),
        }
    }

    fn votes(drawings: &[(f32, u8, bool)], alone: &[f32; DIGITS]) -> [f32; DIGITS] {
        let mut votes = Votes::default();
        for (cosine, label, taught) in drawings {
            votes.add(*cosine, *label, *taught);
        }
        votes.logits(&voice(&[]), alone)
    }

    #[test]
    fn the_nearer_the_louder_and_what_is_far_is_not_heard() {
        let at = |cosine| votes(&[(cosine, 3, false)], &UNSURE)[3];
        assert!(at(0.9) > at(0.7) && at(0.7) > at(0.4) && at(0.4) > at(0.0));
        assert!(at(0.9) > 8.0 * Method::DIGITS.hand && at(0.0) < 0.5);
    }

    #[test]
    fn what_is_as_like_the_usual_is_heard_less() {
        let at = |usual| {
            let mut votes = Votes::silence(usual, Origin::Pen);
            votes.add(0.8, 3, true);
            assert_eq!(votes.silenced(), Votes::silence(usual, Origin::Pen));
            votes.logits(&voice(&[]), &UNSURE)[3]
        };
        // k / (k + 3 k + floor) of k / (k + floor), k = exp(-0.2 / 0.12).
        let share = at(0.8) / at(-1.0);
        assert!((share - 0.27).abs() < 0.01, "{share}");
    }

    #[test]
    fn what_is_unlike_all_that_is_known_of_a_digit_is_less_likely_that_digit() {
        let mut votes = Votes::default();
        for (cosine, label) in [(0.1, 4), (0.3, 9), (0.5, 0), (0.1, 7)] {
            votes.add(cosine, label, false);
        }
        let without = votes.logits(&voice(&[]), &UNSURE);
        let with = votes.logits(&voice(&[0, 4, 9]), &UNSURE);
        let lost: Vec<f32> = with.iter().zip(&without).map(|(w, o)| o - w).collect();
        // Of a usual margin of 10: all of the 0.12 of it, half, and nothing where it is like them or they are few.
        let expected = [(4, 1.2), (9, 0.6), (0, 0.0), (7, 0.0), (6, 0.0)];
        for (digit, loss) in expected {
            assert!((lost[digit] - loss).abs() < 1e-4, "{digit}: {lost:?}");
        }
        let sure = votes.logits(&voice(&[4]), &SEVEN)[4];
        assert!(sure > -0.1, "the network is sure: {sure}");
    }

    #[test]
    fn in_a_picture_the_hand_has_no_say() {
        let mut votes = Votes::silence(0.2, Origin::Picture);
        votes.add(0.8, 3, false);
        votes.leave(0.9, 3, false);
        assert!(!votes.is_stale());
        let nobody = votes.logits(&voice(&[3, 4]), &UNSURE);
        assert!(nobody.iter().all(|v| v.abs() < 0.001), "{nobody:?}");
        votes.add(0.8, 3, true);
        assert!(votes.logits(&voice(&[3, 4]), &UNSURE)[3] > 8.0);
    }

    #[test]
    fn two_digits_that_are_as_near_get_as_much() {
        let v = votes(&[(0.8, 3, false), (0.8, 8, false)], &UNSURE);
        assert_eq!(v[3], v[8]);
        let v = votes(&[(0.8, 3, false), (0.6, 8, false)], &UNSURE);
        assert!(v[3] > v[8] + 5.0);
    }

    #[test]
    fn what_was_taught_is_louder_than_the_hand() {
        let v = votes(&[(0.8, 3, true), (0.8, 8, false)], &UNSURE);
        assert!(v[3] > v[8]);
    }

    #[test]
    fn a_network_that_is_sure_is_not_talked_over_but_at_what_was_taught() {
        let near = votes(&[(0.85, 1, true)], &SEVEN);
        assert!(near[1] < 10.0, "{near:?}");
        let itself = votes(&[(0.995, 1, true), (0.9, 7, false)], &SEVEN);
        assert!(itself[1] > 12.0 + itself[7] + 5.0, "{itself:?}");
        let hand = votes(&[(0.995, 1, false)], &SEVEN);
        assert!(hand[1] < 10.0, "{hand:?}");
    }

    #[test]
    fn what_rested_on_one_that_left_is_counted_again() {
        let mut votes = Votes::default();
        votes.add(0.8, 3, true);
        votes.add(0.7, 3, true);
        votes.leave(0.7, 3, true);
        votes.leave(0.9, 3, false);
        assert!(votes.is_stale(), "nothing of the hand was so near");
        let mut votes = Votes::default();
        votes.add(0.8, 3, true);
        votes.leave(0.7, 3, true);
        assert!(!votes.is_stale());
        votes.leave(0.8, 3, true);
        assert!(votes.is_stale());
        // Of that digit's alone: the others stay as they are.
        votes.add(0.6, 8, true);
        votes.leave(0.8, 3, true);
        assert_eq!(votes.renew(), [(3, true)]);
        votes.add(0.7, 3, true);
        let mut expected = Votes::default();
        expected.add(0.7, 3, true);
        expected.add(0.6, 8, true);
        assert_eq!(votes, expected);
    }

    #[test]
    fn numbers_that_are_not_numbers_do_not_break_it() {
        let v = votes(&[(f32::NAN, 3, true)], &[f32::NAN; DIGITS]);
        assert_eq!(v.len(), DIGITS);
    }
}
