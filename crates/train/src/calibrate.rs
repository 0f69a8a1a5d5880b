//! Chances that mean what they say.
//!
//! A network trained on bent digits with smoothed labels is less sure than it has reason to be of
//! straight ones. One number mends that (temperature scaling: Guo et al., «On calibration of
//! modern neural networks», ICML 2017, section 4.2): the logits are divided by the temperature
//! at which the validation digits are likeliest. No answer changes, only how sure it is.

use trazo_nn::{LayerSpec, Loss, Network};

/// Halvings of the interval that is searched: enough for four digits.
const STEPS: u32 = 30;

/// The temperature for these logits, `[rows, 10]`, between 1/4 and 4: the one with the least mean
/// cross-entropy. 1 where there are none.
pub fn temperature(logits: &[f32], labels: &[u8]) -> f32 {
    if labels.is_empty() {
        return 1.0;
    }
    // The cross-entropy is convex in the inverse of the temperature: ternary search.
    let (mut low, mut high) = (0.25, 4.0);
    for _ in 0..STEPS {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if cross_entropy(logits, labels, a) < cross_entropy(logits, labels, b) {
            high = b;
        } else {
            low = a;
        }
    }
    (2.0 / (low + high)) as f32
}

/// Mean cross-entropy of logits times `inverse`.
fn cross_entropy(logits: &[f32], labels: &[u8], inverse: f64) -> f64 {
    let rows = logits.chunks_exact(10).zip(labels);
    let sum: f64 = rows
        .map(|(row, &label)| {
            let scaled = |value: f32| f64::from(value) * inverse;
            let most = row.iter().copied().map(scaled).fold(f64::MIN, f64::max);
            let total: f64 = row
                .iter()
                .map(|&value| libm::exp(scaled(value) - most))
                .sum();
            let own = row.get(usize::from(label)).copied().map_or(most, scaled);
            libm::log(total) + most - own
        })
        .sum();
    sum / labels.len() as f64
}

/// Divides the logits of a network by `temperature`: its last dense layer's weights and biases.
/// A network without softmax is left as it is.
pub fn apply(network: &mut Network, temperature: f32) {
    let last = network.layers().last();
    let dense = last.filter(|layer| matches!(layer.spec, LayerSpec::Dense { .. }));
    let Some(range) = dense.map(|layer| layer.params.clone()) else {
        return;
    };
    if network.spec().loss != Loss::CrossEntropy {
        return;
    }
    network.update(|params| {
        for value in params.get_mut(range).unwrap_or_default() {
            *value /= temperature;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_that_are_twice_too_large_have_temperature_two() {
        // Among 1,000 answers with logits (d, 0, ... 0), d = ln 9 + ln 9, so that a softmax
        // says 0.9; one in ten is another digit. Twice the logits need temperature 2.
        let d = 2.0 * 3.0_f32.ln() + 9.0_f32.ln();
        let mut logits = Vec::new();
        let mut labels = Vec::new();
        for i in 0..1000 {
            let mut row = [0.0; 10];
            row[0] = 2.0 * d;
            logits.extend(row);
            // The other nine share the tenth that is left.
            labels.push(if i % 10 == 0 {
                1 + (i / 10 % 9) as u8
            } else {
                0
            });
        }
        let found = temperature(&logits, &labels);
        assert!((found - 2.0).abs() < 0.01, "{found}");
        assert_eq!(temperature(&[], &[]), 1.0);
    }
}
