//! The stop rule: when a run ends, and why.

use serde::{Deserialize, Serialize};

use crate::look::Look;

/// Why a run has ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Ending {
    /// All its epochs are done.
    Finished,
    /// So many looks in a row, as many as the plan allows, saw nothing better than the best one
    /// before them (early stopping: Prechelt, «Early stopping: but when?», 1998).
    NoGain,
    /// The loss, or a weight, is no longer a finite number. The weights are those before the step
    /// that would have used it.
    Diverged {
        /// The loss that was found.
        loss: f32,
    },
}

/// The place of the best look: where more of the validation samples are read right, or as many with a lower loss, than
/// at any before it. `None` where there is no look.
pub fn best_look(looks: &[Look]) -> Option<usize> {
    let mut best: Option<(u64, f64)> = None;
    let mut place = None;
    for (index, look) in looks.iter().enumerate() {
        let right = look.validation.iter().map(|set| set.right).sum();
        let loss = look
            .validation
            .iter()
            .map(|set| set.loss * set.count as f64)
            .sum();
        let gain = best.is_none_or(|(most, least)| right > most || right == most && loss < least);
        if gain {
            best = Some((right, loss));
            place = Some(index);
        }
    }
    place
}

/// Counts the looks since the best one.
pub fn looks_without_gain(looks: &[Look]) -> usize {
    best_look(looks).map_or(0, |best| looks.len() - 1 - best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Figures;

    fn looks(seen: &[(u64, f64)]) -> Vec<Look> {
        let look = |&(right, loss): &(u64, f64)| Look {
            step: 0,
            epoch: 0,
            training: None,
            validation: vec![Figures {
                count: 100,
                right,
                loss,
            }],
        };
        seen.iter().map(look).collect()
    }

    #[test]
    fn looks_are_counted_from_the_best_one() {
        assert_eq!(looks_without_gain(&[]), 0);
        assert_eq!(looks_without_gain(&looks(&[(50, 1.0)])), 0);
        assert_eq!(
            looks_without_gain(&looks(&[(50, 1.0), (80, 0.5), (79, 0.4), (80, 0.5)])),
            2
        );
        assert_eq!(
            looks_without_gain(&looks(&[(80, 0.5), (80, 0.6), (80, 0.4)])),
            0,
            "a lower loss is a gain, too"
        );
    }

    #[test]
    fn a_loss_that_is_no_number_is_no_gain() {
        assert_eq!(
            looks_without_gain(&looks(&[(80, 0.5), (80, f64::NAN), (80, f64::NAN)])),
            2
        );
    }
}
