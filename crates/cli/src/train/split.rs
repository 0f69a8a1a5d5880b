//! What is trained on and what is only looked at: by donor and by writer, never by sample.

use std::collections::BTreeSet;

use crate::data::{PenDigit, PenDigits, Pictures};
use crate::error::Error;

/// The last pictures of MNIST's training set are for validation.
pub const VALIDATION_PICTURES: usize = 5_000;

/// Data for training and data for choosing.
#[derive(Debug, Default)]
pub struct Split {
    /// Trained on.
    pub pictures: Pictures,
    /// Trained on.
    pub pens: Vec<PenDigit>,
    /// Looked at after each epoch.
    pub validation_pictures: Pictures,
    /// Looked at after each epoch: writers and donors that are never trained on.
    pub validation_pens: Vec<PenDigit>,
}

impl Split {
    /// Parts the pictures by their place and the pen digits by who wrote them: all of the donors
    /// `held_out`, and about `fraction` of the writers of the others.
    ///
    /// # Errors
    /// Where a donor is named that there is not, or nothing would be left to train on.
    pub fn new(
        pictures: Pictures,
        pens: PenDigits,
        held_out: &[String],
        fraction: f32,
    ) -> Result<Self, Error> {
        let sources: BTreeSet<&str> = pens.sources().into_keys().collect();
        if let Some(unknown) = held_out
            .iter()
            .find(|name| !sources.contains(name.as_str()))
        {
            let known = sources.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Error::Usage(format!(
                "--hold-out-donor {unknown}: there is no such source in the strokes; there are: {known}"
            )));
        }
        let (validation_pens, train_pens): (Vec<_>, Vec<_>) =
            pens.digits.into_iter().partition(|digit| {
                held_out.contains(&digit.source)
                    || writer_number(&digit.source, &digit.writer) < fraction
            });
        // A handful of pictures (a test's) is parted in the same proportion.
        let kept = pictures.len() - VALIDATION_PICTURES.min(pictures.len() / 12);
        let (pictures, validation_pictures) = pictures.split_at(kept);
        if pictures.len() + train_pens.len() == 0 {
            return Err(Error::Usage(
                "there is nothing left to train on: give --mnist or --strokes, and hold out less"
                    .to_owned(),
            ));
        }
        Ok(Self {
            pictures,
            pens: train_pens,
            validation_pictures,
            validation_pens,
        })
    }

    /// A number that other training data would not have: a resumed run must see the same.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::new();
        hash.add(self.pictures.labels());
        for index in 0..self.pictures.len() {
            hash.add(self.pictures.picture(index));
        }
        for digit in &self.pens {
            hash.add(&[digit.label]);
            for point in digit.drawing.points() {
                hash.add(&point.x.to_le_bytes());
                hash.add(&point.y.to_le_bytes());
            }
        }
        hash.0
    }
}

/// A number in `[0, 1)` that belongs to a writer, whatever the seed and the order of the files.
fn writer_number(source: &str, writer: &str) -> f32 {
    let mut hash = Fnv::new();
    hash.add(source.as_bytes());
    hash.add(b"/");
    hash.add(writer.as_bytes());
    // The last bytes of a name reach only some of FNV's bits: mix them (MurmurHash3's finaliser).
    let mixed = (hash.0 ^ (hash.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed >> 40) as f32 / 16_777_216.0
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): to tell apart, not to protect.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trazo_ink::Drawing;

    fn pens() -> PenDigits {
        let digits = (0..400)
            .map(|i| PenDigit {
                drawing: Drawing::default(),
                label: 0,
                source: ["here", "there"][i % 2].to_owned(),
                writer: format!("w{}", i / 4),
            })
            .collect();
        PenDigits {
            digits,
            skipped: Vec::new(),
        }
    }

    #[test]
    fn a_held_out_donor_is_never_trained_on() {
        let split = Split::new(Pictures::default(), pens(), &["there".to_owned()], 0.0).unwrap();
        assert_eq!((split.pens.len(), split.validation_pens.len()), (200, 200));
        assert!(split.pens.iter().all(|digit| digit.source == "here"));
    }

    #[test]
    fn writers_are_held_out_whole() {
        let split = Split::new(Pictures::default(), pens(), &[], 0.3).unwrap();
        let name = |digit: &PenDigit| format!("{}/{}", digit.source, digit.writer);
        let trained: BTreeSet<_> = split.pens.iter().map(name).collect();
        assert!(
            split
                .validation_pens
                .iter()
                .all(|digit| !trained.contains(&name(digit)))
        );
        let share = split.validation_pens.len() as f32 / 400.0;
        assert!(
            (0.2..0.4).contains(&share),
            "about three tenths of the writers: {share}"
        );
    }

    #[test]
    fn a_donor_that_is_not_there_is_a_wrong_use_and_the_others_are_named() {
        let error =
            Split::new(Pictures::default(), pens(), &["nowhere".to_owned()], 0.0).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("here, there"), "{error}");
    }
}
