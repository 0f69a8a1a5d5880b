//! Looks: how good a network is on what it is not trained on, now and then in the course of a run.

use serde::{Deserialize, Serialize};
use trazo_nn::Loss;

/// Samples that are looked at and never trained on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValidationSet {
    /// The name of the set, for whoever reads the figures.
    pub name: String,
    /// The network's inputs, `[count, height, width, channels]`.
    pub inputs: Vec<f32>,
    /// The classes they belong to.
    pub labels: Vec<u8>,
}

/// A network's figures on some samples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Samples.
    pub count: u64,
    /// Samples whose likeliest class is their label.
    pub right: u64,
    /// Mean `-ln` of the chance that the label was given.
    pub loss: f64,
}

impl Figures {
    /// The share of the samples that were read right; 0 where there are none.
    pub fn accuracy(&self) -> f64 {
        self.right as f64 / self.count.max(1) as f64
    }

    /// The figures of a network's answers, `[count, classes]`, to samples with these labels. Answers
    /// under cross-entropy are chances; ten activations under squared error are divided by their sum.
    pub fn of(answers: &[f32], labels: &[u8], loss: Loss) -> Self {
        let classes = answers.len() / labels.len().max(1);
        let rows = || answers.chunks_exact(classes.max(1)).zip(labels);
        let sum: f64 = rows()
            .map(|(row, &label)| -f64::from(chance(row, label, loss).max(SMALLEST)).ln())
            .sum();
        Self {
            count: labels.len() as u64,
            right: rows()
                .filter(|(row, label)| likeliest(row) == usize::from(**label))
                .count() as u64,
            loss: sum / labels.len().max(1) as f64,
        }
    }
}

/// A chance of nothing at all would make the mean infinite, and says no more than this.
const SMALLEST: f32 = 1e-12;

/// The chance that an answer gives its label.
fn chance(row: &[f32], label: u8, loss: Loss) -> f32 {
    let own = row.get(usize::from(label)).copied().unwrap_or(0.0);
    match loss {
        Loss::CrossEntropy => own,
        Loss::SquaredError => {
            let sum: f32 = row.iter().sum();
            if sum > 0.0 {
                own / sum
            } else {
                1.0 / row.len() as f32
            }
        }
    }
}

/// The place of the largest number, the first of equal ones.
pub(crate) fn likeliest(row: &[f32]) -> usize {
    let first = (0, f32::NEG_INFINITY);
    let most =
        row.iter().enumerate().fold(
            first,
            |most, (place, &value)| {
                if value > most.1 { (place, value) } else { most }
            },
        );
    most.0
}

/// The batches that were trained on since the look before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Mean loss of the batches, each before its step.
    pub loss: f64,
    /// Samples that have a label (what is no digit has none).
    pub labeled: u64,
    /// Those of them that were read right, before the step.
    pub right: u64,
}

/// A look at a network in training: its figures on the validation sets at one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Steps done.
    pub step: u64,
    /// Epochs done.
    pub epoch: u32,
    /// The batches since the look before; none before the first.
    pub training: Option<Training>,
    /// The validation sets, in their order.
    pub validation: Vec<Figures>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_count_what_is_right_and_measure_surprise() {
        let answers = [0.5, 0.25, 0.25, 0.125, 0.125, 0.75];
        let figures = Figures::of(&answers, &[0, 1], Loss::CrossEntropy);
        assert_eq!((figures.count, figures.right), (2, 1));
        // (ln 2 + ln 8) / 2.
        assert!((figures.loss - 2.0 * std::f64::consts::LN_2).abs() < 1e-7);
        assert_eq!(figures.accuracy(), 0.5);
        // Activations in the same proportions are the same chances.
        let sigmoid = Figures::of(&answers.map(|a| 0.4 * a), &[0, 1], Loss::SquaredError);
        assert!((sigmoid.loss - figures.loss).abs() < 1e-6);
        assert_eq!(
            Figures::of(&[], &[], Loss::CrossEntropy),
            Figures::default()
        );
    }

    #[test]
    fn of_equal_answers_the_first_is_given() {
        assert_eq!(likeliest(&[0.1, 0.4, 0.4, 0.1]), 1);
        assert_eq!(likeliest(&[f32::NAN, 0.2]), 1);
    }
}
