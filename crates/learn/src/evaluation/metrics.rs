//! How good is it: accuracy with its uncertainty, calibration, confusion.

use crate::reading::{DIGITS, likeliest};

/// A share with its 95 % Wilson score interval (Wilson, «Probable inference, the law of succession, and statistical
/// inference», 1927), which stays honest for small counts and shares near one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Successes / trials.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// The share `right / total` and its interval; 0 in [0, 1] where there were no trials.
///
/// ```
/// let s = trazo_learn::metrics::wilson(9_970, 10_000);
/// assert!(s.low > 0.9957 && s.high < 0.9980);
/// ```
pub fn wilson(right: u64, total: u64) -> Share {
    if total == 0 {
        return Share {
            value: 0.0,
            low: 0.0,
            high: 1.0,
        };
    }
    const Z: f64 = 1.959_963_984_540_054;
    let n = total as f64;
    let p = right as f64 / n;
    let denominator = 1.0 + Z * Z / n;
    let middle = (p + Z * Z / (2.0 * n)) / denominator;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / denominator;
    Share {
        value: p,
        low: (middle - half).max(0.0),
        high: (middle + half).min(1.0),
    }
}

/// Counts `[label][answer]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confusion(pub [[u64; DIGITS]; DIGITS]);

impl Confusion {
    /// Counts one answer; labels or answers beyond 9 are passed over.
    pub fn add(&mut self, label: u8, answer: u8) {
        if let Some(n) = self
            .0
            .get_mut(usize::from(label))
            .and_then(|row| row.get_mut(usize::from(answer)))
        {
            *n += 1;
        }
    }

    /// Answers that are right.
    pub fn right(&self) -> u64 {
        (0..DIGITS).map(|d| self.0[d][d]).sum()
    }

    /// All answers.
    pub fn total(&self) -> u64 {
        self.0.iter().flatten().sum()
    }
}

/// Expected calibration error: how far chances are from frequencies, in `[0, 1]`, over `bins` equal bins of the largest
/// chance (Guo et al., «On calibration of modern neural networks», ICML 2017, eq. 3).
///
/// `probabilities` is `[rows, 10]`, row-major.
pub fn calibration_error(probabilities: &[f32], labels: &[u8], bins: usize) -> f64 {
    let bins = bins.max(1);
    let mut table = vec![(0u64, 0u64, 0.0f64); bins];
    for (row, &label) in probabilities.chunks_exact(DIGITS).zip(labels) {
        let answer = likeliest(row);
        let chance = f64::from(row[usize::from(answer)]);
        let bin = ((chance * bins as f64) as usize).min(bins - 1);
        let (count, right, sum) = &mut table[bin];
        *count += 1;
        *right += u64::from(answer == label);
        *sum += chance;
    }
    let total: u64 = table.iter().map(|t| t.0).sum();
    table
        .iter()
        .filter(|t| t.0 > 0)
        .map(|&(_, right, sum)| (right as f64 - sum).abs())
        .sum::<f64>()
        / (total.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wilson_interval_gives_the_textbook_numbers() {
        // statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson") = (0.49016, 0.94332)
        let s = wilson(8, 10);
        assert!(
            (s.low - 0.49016).abs() < 1e-4 && (s.high - 0.94332).abs() < 1e-4,
            "{s:?}"
        );
        assert_eq!(
            wilson(0, 0),
            Share {
                value: 0.0,
                low: 0.0,
                high: 1.0
            }
        );
        assert!(wilson(10, 10).low < 1.0);
    }

    #[test]
    fn chances_that_equal_the_frequencies_have_no_calibration_error() {
        // Ten answers at 0.8, eight of them right.
        let mut rows = Vec::new();
        let mut labels = Vec::new();
        for i in 0..10u8 {
            let mut p = [0.2 / 9.0; DIGITS];
            p[4] = 0.8;
            rows.extend(p);
            labels.push(if i < 8 { 4 } else { 5 });
        }
        assert!(calibration_error(&rows, &labels, 15) < 1e-6);
        assert!((calibration_error(&rows, &[4; 10], 15) - 0.2).abs() < 1e-6);
    }

    #[test]
    fn confusion_counts_and_ignores_what_is_no_digit() {
        let mut c = Confusion::default();
        c.add(3, 3);
        c.add(3, 5);
        c.add(200, 5);
        assert_eq!((c.right(), c.total(), c.0[3][5]), (1, 2, 1));
    }
}
