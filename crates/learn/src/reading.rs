//! From ten numbers to an answer, or to «not sure».

use trazo_ink::{Drawing, Ink, normalize};

/// How many digits there are, and so how many numbers every network of Trazo gives. Labels from here on are the person's
/// own symbols ([`crate::Symbol`]).
pub const DIGITS: usize = 10;

/// Below this chance of the likeliest digit the answer is «not sure».
///
/// The shipped network is trained to spread its chances on what is no digit (outlier exposure: Hendrycks, Mazeika and
/// Dietterich, «Deep Anomaly Detection with Outlier Exposure», ICLR 2019), so that one threshold on the largest chance
/// refuses both the doubtful digit and the scribble.
pub const SURE_FROM: f32 = 0.6;

/// A digit that has less than this chance is not worth showing as a candidate.
const CANDIDATE_FROM: f32 = 0.05;

/// Memory is worth a word where it raises a chance by so much.
const SURER_BY: f32 = 0.05;

/// What memory did to an answer, against what the network says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Help {
    /// It is another digit, or is read at all.
    Turned,
    /// The same digit, and surer.
    Surer,
    /// The network by itself was sure, and now it is not.
    Doubted,
}

impl Help {
    /// From the network's ten numbers to those with memory, which may know more classes; `None` where nothing that matters
    /// changed.
    pub(crate) fn between(alone: &[f32; DIGITS], together: &[f32]) -> Option<Self> {
        let (before, after) = (decide(alone).digit, decide(together).digit);
        match after {
            None => before.map(|_| Self::Doubted),
            Some(digit) if before != Some(digit) => Some(Self::Turned),
            Some(digit) => {
                let at = |of: &[f32]| of.get(usize::from(digit)).copied().unwrap_or_default();
                (at(together) >= at(alone) + SURER_BY).then_some(Self::Surer)
            }
        }
    }
}

/// What was read on a pad.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The answer, a digit or the label of a symbol; `None` for «not sure» or an empty pad.
    pub digit: Option<u8>,
    /// Best first; empty on an empty pad.
    pub candidates: Vec<u8>,
    /// Ten numbers, a softmax's chances or the classic network's ten activations; then one for each label of a symbol that
    /// memory knows, 0 for a label that is none. Zeros on an empty pad.
    pub probabilities: Vec<f32>,
    /// What memory did to it, where that is worth a word.
    pub help: Option<Help>,
    /// What the network was shown, or `None` on an empty pad.
    pub ink: Option<Ink>,
}

impl Reading {
    /// What is read on an empty pad.
    pub(crate) fn blank() -> Self {
        Self {
            digit: None,
            candidates: Vec::new(),
            probabilities: vec![0.0; DIGITS],
            help: None,
            ink: None,
        }
    }
}

/// Is there only a dot on the pad?
pub(crate) fn is_dot(drawing: &Drawing) -> bool {
    drawing.bounds().is_some_and(|b| b.side() < normalize::DOT)
}

/// What to tell the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The answer, a digit or the label of a symbol; `None` for «not sure».
    pub digit: Option<u8>,
    /// The likeliest digits, best first: one where it is sure, two or three where it is not.
    pub candidates: Vec<u8>,
}

/// Sorts what is short or nearly in order. The standard library's sort is five kilobytes of WebAssembly for each type and
/// order, and a phone has to download them.
pub(crate) fn insertion_sort<T>(items: &mut [T], order: impl Fn(&T, &T) -> std::cmp::Ordering) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && order(&items[at], &items[at - 1]).is_lt() {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// Decides on chances by label (a softmax's, or the ten activations of a sigmoid layer, which need not sum to one).
///
/// Equal chances go to the smaller digit, so that the decision does not depend on the machine.
///
/// ```
/// use trazo_learn::decide;
/// let mut p = [0.01; 10];
/// p[7] = 0.91;
/// assert_eq!(decide(&p).digit, Some(7));
/// assert_eq!(decide(&[0.1; 10]).digit, None);
/// ```
pub fn decide(probabilities: &[f32]) -> Decision {
    let mut order: Vec<u8> = (0..probabilities.len().min(usize::from(u8::MAX)) as u8).collect();
    let chance = |d: u8| probabilities.get(d as usize).copied().unwrap_or(0.0);
    insertion_sort(&mut order, |&a, &b| {
        chance(b).total_cmp(&chance(a)).then(a.cmp(&b))
    });
    let Some(&best) = order.first() else {
        return Decision {
            digit: None,
            candidates: Vec::new(),
        };
    };
    let runner_up = order.get(1).map_or(0.0, |&d| chance(d));
    // Two sigmoid units may both be above the threshold: then neither is the answer.
    let sure = chance(best) >= SURE_FROM && runner_up < SURE_FROM;
    if sure {
        return Decision {
            digit: Some(best),
            candidates: vec![best],
        };
    }
    let worth = order
        .iter()
        .skip(2)
        .take(1)
        .filter(|&&d| chance(d) >= CANDIDATE_FROM)
        .count();
    order.truncate(2 + worth);
    Decision {
        digit: None,
        candidates: order,
    }
}

/// The likeliest label, sure or not (what accuracy counts).
pub fn likeliest(probabilities: &[f32]) -> u8 {
    let mut best = 0;
    for (d, &p) in probabilities.iter().enumerate() {
        if p > probabilities[best] {
            best = d;
        }
    }
    best as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_chance_is_an_answer() {
        let mut p = [0.02; 10];
        p[3] = 0.82;
        assert_eq!(
            decide(&p),
            Decision {
                digit: Some(3),
                candidates: vec![3]
            }
        );
    }

    #[test]
    fn a_doubtful_drawing_names_its_candidates_best_first() {
        let mut p = [0.0; 10];
        (p[1], p[7], p[4]) = (0.5, 0.4, 0.1);
        assert_eq!(
            decide(&p),
            Decision {
                digit: None,
                candidates: vec![1, 7, 4]
            }
        );
        (p[1], p[7], p[4]) = (0.55, 0.42, 0.03);
        assert_eq!(decide(&p).candidates, vec![1, 7]);
    }

    #[test]
    fn two_units_that_both_fire_are_no_answer() {
        let mut p = [0.0; 10];
        (p[2], p[8]) = (0.9, 0.8);
        assert_eq!(decide(&p).digit, None);
    }

    #[test]
    fn what_memory_did_is_told_where_it_matters() {
        let chances = |digit: usize, chance: f32| {
            let mut p = [(1.0 - chance) / 9.0; 10];
            p[digit] = chance;
            p
        };
        let between = |a: [f32; 10], b: [f32; 10]| Help::between(&a, &b);
        assert_eq!(
            between(chances(7, 0.9), chances(1, 0.8)),
            Some(Help::Turned)
        );
        assert_eq!(
            between(chances(7, 0.5), chances(7, 0.7)),
            Some(Help::Turned)
        );
        assert_eq!(between(chances(7, 0.7), chances(7, 0.9)), Some(Help::Surer));
        assert_eq!(between(chances(7, 0.9), chances(7, 0.92)), None);
        assert_eq!(
            between(chances(7, 0.9), chances(7, 0.4)),
            Some(Help::Doubted)
        );
        assert_eq!(between(chances(7, 0.4), chances(1, 0.4)), None);
    }

    #[test]
    fn numbers_that_are_not_numbers_do_not_break_it() {
        assert_eq!(decide(&[f32::NAN; 10]).digit, None);
        assert_eq!(decide(&[]).digit, None);
    }
}
