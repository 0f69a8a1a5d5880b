//! Three ways to write weights: exact, half, and a byte each.

use std::borrow::Cow;

use half::f16;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// How weights are written. Readers take all of them and give `f32`.
///
/// Biases and normalisation stay `f32` in each: they are few, and their errors do not average out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// 4 bytes a weight: comes back bit for bit.
    #[default]
    F32,
    /// 2 bytes a weight: IEEE half precision, 11 significant bits, up to 65504.
    F16,
    /// 1 byte a weight, with one `f32` scale for each output channel: `w = scale * q`,
    /// `scale = max |w| / 127`, `q` from -127 to 127, so that no weight is further off than half a
    /// scale.
    I8PerChannel,
    /// Large arrays as [`Encoding::I8PerChannel`] but with `q` from -31 to 31 only, those of fewer than [`FEW`] weights
    /// as [`Encoding::F16`]: the first convolutions are small, and an error in them goes further. The bytes are as many;
    /// what travels compressed is a fifth less, and reads as well (measured: pretrained/README.md).
    Mixed,
}

/// See [`Encoding::Mixed`].
pub(super) const FEW: usize = 5_000;

/// The largest `q` of [`Encoding::I8PerChannel`].
pub(super) const FINE: f32 = 127.0;

/// The largest `q` of [`Encoding::Mixed`].
pub(super) const COARSE: f32 = 31.0;

/// A run of numbers as it lies in the file; all little-endian.
#[derive(Serialize, Deserialize)]
pub(super) enum NumbersV1<'a> {
    F32(#[serde(borrow)] Cow<'a, [u8]>),
    F16(#[serde(borrow)] Cow<'a, [u8]>),
    /// `values[i]` has the scale `scales[i % scales.len()]`: the output channel is the innermost
    /// dimension of every kind of weights.
    I8 {
        #[serde(borrow)]
        scales: Cow<'a, [u8]>,
        #[serde(borrow)]
        values: Cow<'a, [u8]>,
    },
}

impl NumbersV1<'_> {
    pub(super) fn f32(numbers: &[f32]) -> Self {
        Self::F32(
            numbers
                .iter()
                .flat_map(|number| number.to_le_bytes())
                .collect(),
        )
    }

    pub(super) fn f16(numbers: &[f32]) -> Result<Self, Error> {
        let mut bytes = Vec::with_capacity(numbers.len() * 2);
        for &number in numbers {
            let half = f16::from_f32(number);
            if !half.is_finite() {
                return Err(Error::CannotWrite {
                    format: "half-precision weights",
                    problem: format!("{number} is beyond 65504, the largest of them"),
                });
            }
            bytes.extend_from_slice(&half.to_le_bytes());
        }
        Ok(Self::F16(bytes.into()))
    }

    /// `numbers` is `[…, channels]`; they become whole numbers from `-most` to `most`.
    pub(super) fn i8(numbers: &[f32], channels: usize, most: f32) -> Self {
        let mut scales = vec![0.0_f32; channels.max(1)];
        for row in numbers.chunks(channels.max(1)) {
            for (scale, number) in scales.iter_mut().zip(row) {
                *scale = scale.max(number.abs() / most);
            }
        }
        let quantised = numbers
            .iter()
            .zip(scales.iter().cycle())
            .map(|(&number, &scale)| {
                // A channel of zeros has the scale zero. (`as` saturates.)
                if scale > 0.0 {
                    (number / scale).round() as i8
                } else {
                    0
                }
            });
        Self::I8 {
            values: quantised.map(|value| value as u8).collect(),
            scales: scales
                .iter()
                .flat_map(|scale| scale.to_le_bytes())
                .collect(),
        }
    }

    /// How many numbers there are, from the number of bytes.
    pub(super) fn len(&self) -> Result<usize, Error> {
        let whole = |bytes: &[u8], size: usize| {
            if bytes.len().is_multiple_of(size) {
                Ok(bytes.len() / size)
            } else {
                Err(malformed(format!(
                    "{} bytes hold no whole number of weights",
                    bytes.len()
                )))
            }
        };
        match self {
            Self::F32(bytes) => whole(bytes, 4),
            Self::F16(bytes) => whole(bytes, 2),
            Self::I8 { scales, values } => {
                let channels = whole(scales, 4)?;
                if channels == 0 || !values.len().is_multiple_of(channels) {
                    return Err(malformed(format!(
                        "{} weights of {channels} channels",
                        values.len()
                    )));
                }
                Ok(values.len())
            }
        }
    }

    /// Appends the numbers to `to`; call [`NumbersV1::len`] first.
    pub(super) fn append_to(&self, to: &mut Vec<f32>) {
        match self {
            Self::F32(bytes) => {
                to.extend(
                    bytes
                        .as_chunks::<4>()
                        .0
                        .iter()
                        .map(|b| f32::from_le_bytes(*b)),
                );
            }
            Self::F16(bytes) => {
                let halves = bytes.as_chunks::<2>().0.iter();
                to.extend(halves.map(|b| f16::from_le_bytes(*b).to_f32()));
            }
            Self::I8 { scales, values } => {
                let scales: Vec<f32> = scales
                    .as_chunks::<4>()
                    .0
                    .iter()
                    .map(|b| f32::from_le_bytes(*b))
                    .collect();
                let values = values.iter().map(|&value| f32::from(value as i8));
                to.extend(
                    values
                        .zip(scales.iter().cycle())
                        .map(|(value, scale)| value * scale),
                );
            }
        }
    }
}

fn malformed(problem: String) -> Error {
    Error::Malformed { problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn back(numbers: &NumbersV1<'_>) -> Vec<f32> {
        let mut to = Vec::new();
        numbers.append_to(&mut to);
        assert_eq!(numbers.len().unwrap(), to.len());
        to
    }

    #[test]
    fn a_channel_of_zeros_stays_zero() {
        let weights = [0.0, 1.0, 0.0, -127.0];
        assert_eq!(back(&NumbersV1::i8(&weights, 2, FINE)), weights);
    }

    #[test]
    fn a_weight_beyond_half_precision_is_not_written_as_infinity() {
        assert_eq!(NumbersV1::f16(&[1e5]).err().unwrap().code(), "cannot-write");
    }

    proptest! {
        #[test]
        fn f32_weights_come_back_bit_for_bit(weights in proptest::collection::vec(any::<f32>(), 0..50)) {
            let bits = |w: &[f32]| w.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&back(&NumbersV1::f32(&weights))), bits(&weights));
        }

        #[test]
        fn f16_weights_come_back_within_eleven_bits(weights in proptest::collection::vec(-10.0_f32..10.0, 0..50)) {
            for (read, written) in back(&NumbersV1::f16(&weights).unwrap()).iter().zip(&weights) {
                // Relative half unit in the last place 2^-11; below 2^-14 the steps are 2^-24.
                prop_assert!((read - written).abs() <= written.abs() / 2048.0 + 1e-7);
            }
        }

        #[test]
        fn i8_weights_come_back_within_half_a_scale(
            channels in 1_usize..7,
            weights in proptest::collection::vec(-10.0_f32..10.0, 42),
        ) {
            let weights = &weights[..42 / channels * channels];
            let read = back(&NumbersV1::i8(weights, channels, FINE));
            for channel in 0..channels {
                let of = |w: &[f32]| w.iter().skip(channel).step_by(channels).copied().collect::<Vec<_>>();
                let largest = of(weights).iter().fold(0.0_f32, |m, w| m.max(w.abs()));
                for (r, w) in of(&read).iter().zip(of(weights)) {
                    prop_assert!((r - w).abs() <= largest / 254.0 * 1.0001);
                }
            }
        }
    }
}
