//! What is trained on and what is only looked at: by donor and by writer, never by sample.

use std::hash::Hasher as _;

use fnv::FnvHasher;

use crate::data::{PenDigit, Pictures, sources};
use crate::error::Error;

/// The last pictures are for validation: so many, or a twelfth of them where there are few.
pub const VALIDATION_PICTURES: usize = 5_000;

/// Data for training and data for choosing.
#[derive(Debug, Default)]
pub struct Split {
    /// Pictures that are trained on.
    pub pictures: Pictures,
    /// Pen digits that are trained on.
    pub pens: Vec<PenDigit>,
    /// Pictures that are only looked at.
    pub validation_pictures: Pictures,
    /// Pen digits that are only looked at: of writers and donors that are never trained on.
    pub validation_pens: Vec<PenDigit>,
}

impl Split {
    /// Parts the pictures by their place and the pen digits by who wrote them: all of the donors
    /// `held_out`, and about `fraction` of the writers of the others.
    ///
    /// # Errors
    /// [`Error::UnknownDonor`] where a donor is named that there is not, [`Error::NoData`] where
    /// nothing would be left to train on.
    pub fn new(
        pictures: Pictures,
        pens: Vec<PenDigit>,
        held_out: &[String],
        fraction: f32,
    ) -> Result<Self, Error> {
        let known = sources(&pens);
        if let Some(unknown) = (held_out.iter()).find(|name| !known.contains_key(name.as_str())) {
            return Err(Error::UnknownDonor {
                name: unknown.clone(),
                known: known.into_keys().map(str::to_owned).collect(),
            });
        }
        let (validation_pens, train_pens): (Vec<_>, Vec<_>) = pens.into_iter().partition(|digit| {
            held_out.contains(&digit.source)
                || writer_number(&digit.source, &digit.writer) < fraction
        });
        // A handful of pictures (a test's) is parted in the same proportion.
        let kept = pictures.len() - VALIDATION_PICTURES.min(pictures.len() / 12);
        let (pictures, validation_pictures) = pictures.split_at(kept);
        if pictures.len() + train_pens.len() == 0 {
            return Err(Error::NoData);
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
        let mut hash = FnvHasher::default();
        hash.write(self.pictures.labels());
        for index in 0..self.pictures.len() {
            hash.write(self.pictures.picture(index));
        }
        for digit in &self.pens {
            hash.write(&[digit.label]);
            for point in digit.drawing.points() {
                hash.write(&point.x.to_le_bytes());
                hash.write(&point.y.to_le_bytes());
            }
        }
        hash.finish()
    }
}

/// A number in `[0, 1)` that belongs to a writer, whatever the seed and the order of the files.
fn writer_number(source: &str, writer: &str) -> f32 {
    let mut hash = FnvHasher::default();
    hash.write(source.as_bytes());
    hash.write(b"/");
    hash.write(writer.as_bytes());
    // The last bytes of a name reach only some of FNV's bits: mix them (MurmurHash3's finalizer).
    let hash = hash.finish();
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed >> 40) as f32 / 16_777_216.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use trazo_ink::Drawing;

    fn pens() -> Vec<PenDigit> {
        (0..400)
            .map(|i| PenDigit {
                drawing: Drawing::default(),
                label: 0,
                source: ["here", "there"][i % 2].to_owned(),
                writer: format!("w{}", i / 4),
            })
            .collect()
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
    fn a_donor_that_is_not_there_is_an_error_and_the_others_are_named() {
        let error =
            Split::new(Pictures::default(), pens(), &["nowhere".to_owned()], 0.0).unwrap_err();
        assert!(error.to_string().contains("here, there"), "{error}");
    }
}
