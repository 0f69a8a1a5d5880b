//! The digits of a run, on their way from files and drawings to all workers that hold it.

use trazo_formats::idx;
use trazo_ink::normalize::{CANONICAL_PEN, PIXELS, SIDE, digit_ink_into};
use trazo_train::Pictures;
use trazo_train::lab::{Dealt, Fault, Given, MOST_DIGITS, Setup, Use, Writing, deal};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::view::drawing_of;

/// A setup that is fine.
fn fine(setup: &str) -> Result<Setup, Failure> {
    let setup = Setup::from_json(setup)?;
    match setup.shapes().fault {
        None => Ok(setup),
        Some(fault) => Err(fault.into()),
    }
}

/// The synthetic writer at work.
#[wasm_bindgen]
pub struct LabWriting(Writing);

#[wasm_bindgen]
impl LabWriting {
    /// Begins to write what a setup (as JSON) asks for.
    ///
    /// # Errors
    /// The setup's fault.
    #[wasm_bindgen(constructor)]
    pub fn new(setup: &str) -> Result<LabWriting, Failure> {
        Ok(Self(Writing::new(&fine(setup)?.data)))
    }

    /// Writes some more digits; the share that is done.
    pub fn advance(&mut self, digits: usize) -> f64 {
        self.0.advance(digits)
    }

    /// All that was written, packed.
    ///
    /// # Errors
    /// `lab-no-data` where it is too little.
    pub fn finish(self) -> Result<Vec<u8>, Failure> {
        Ok(pack(&self.0.deal()?))
    }
}

/// Packs the digits of two files in MNIST's format, and of two more that are for the test alone.
///
/// # Errors
/// What is wrong with the files; `lab-size` for pictures that are not 28 by 28; `lab-no-data`.
#[wasm_bindgen(js_name = labFiles)]
pub fn lab_files(
    setup: &str,
    images: &[u8],
    labels: &[u8],
    test_images: Option<Vec<u8>>,
    test_labels: Option<Vec<u8>>,
) -> Result<Vec<u8>, Failure> {
    let setup = fine(setup)?;
    let mut given = read(images, labels)?;
    if let (Some(images), Some(labels)) = (test_images, test_labels) {
        let (pixels, labels) = read(&images, &labels)?;
        given.0.extend(pixels);
        given.1.extend(labels.iter());
        let any = given.1.len() - labels.len();
        let mut uses = vec![Use::Any; any];
        uses.resize(given.1.len(), Use::Test);
        return packed(&setup, given, uses);
    }
    packed(&setup, given, Vec::new())
}

fn read(images: &[u8], labels: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let (images, labels) = idx::read_labelled(images, labels)?;
    if (images.rows, images.columns) != (SIDE, SIDE) {
        return Err(Failure::new(
            "lab-size",
            format!(
                "The pictures are {} by {} pixels; the Lab takes 28 by 28.",
                images.rows, images.columns
            ),
        ));
    }
    Ok((images.pixels.to_vec(), labels.to_vec()))
}

/// Packs drawings: `counts` says how many strokes each has, and `ends` where each stroke ends among the points of its
/// own drawing. `held` is not 0 for those that are not to be trained on.
///
/// # Errors
/// `lab-digits` for more than fit; `lab-no-data`.
#[wasm_bindgen(js_name = labDrawings)]
pub fn lab_drawings(
    setup: &str,
    points: &[f32],
    ends: &[u32],
    counts: &[u32],
    labels: &[u8],
    held: &[u8],
) -> Result<Vec<u8>, Failure> {
    let setup = fine(setup)?;
    if labels.len() > MOST_DIGITS {
        return Err(Failure::new(
            "lab-digits",
            format!("There are more than {MOST_DIGITS} drawings."),
        ));
    }
    let (mut pixels, mut kept, mut uses) = (Vec::new(), Vec::new(), Vec::new());
    let (mut points, mut ends) = (points, ends);
    for (index, (&count, &label)) in counts.iter().zip(labels).enumerate() {
        let (own, rest) = ends.split_at(ends.len().min(count as usize));
        ends = rest;
        let numbers = own
            .last()
            .map_or(0, |&end| (end as usize).saturating_mul(2));
        let (own_points, rest) = points.split_at(points.len().min(numbers));
        points = rest;
        let mut ink = [0; PIXELS];
        // A label that is no digit, and a drawing without ink, are left out.
        if label > 9 || !digit_ink_into(&drawing_of(own_points, own), CANONICAL_PEN, &mut ink) {
            continue;
        }
        pixels.extend_from_slice(&ink);
        kept.push(label);
        let is_held = held.get(index).is_some_and(|&held| held != 0);
        uses.push(if is_held { Use::Held } else { Use::Any });
    }
    packed(&setup, (pixels, kept), uses)
}

fn packed(
    setup: &Setup,
    (pixels, labels): (Vec<u8>, Vec<u8>),
    uses: Vec<Use>,
) -> Result<Vec<u8>, Failure> {
    let pictures = Pictures::new(pixels, labels).map_err(|error| Fault::from(&error))?;
    Ok(pack(&deal(&setup.data, &Given { pictures, uses })?))
}

/// The digits as bytes: how many each part has, as u32, then each part's labels and pixels.
fn pack(dealt: &Dealt) -> Vec<u8> {
    let parts = [&dealt.train, &dealt.validation, &dealt.test];
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u32).to_le_bytes());
    }
    for part in parts {
        bytes.extend_from_slice(part.labels());
        for index in 0..part.len() {
            bytes.extend_from_slice(part.picture(index));
        }
    }
    bytes
}

pub(super) fn unpack(bytes: &[u8]) -> Result<Dealt, Failure> {
    let wrong = || Failure::new("lab-digits", "These are no packed digits.");
    let mut rest = bytes;
    let mut counts = [0; 3];
    for count in &mut counts {
        let (word, after) = rest.split_first_chunk::<4>().ok_or_else(wrong)?;
        *count = u32::from_le_bytes(*word) as usize;
        rest = after;
    }
    let mut part = |count: usize| {
        let (labels, after) = rest.split_at_checked(count).ok_or_else(wrong)?;
        let numbers = count.checked_mul(PIXELS).ok_or_else(wrong)?;
        let (pixels, after) = after.split_at_checked(numbers).ok_or_else(wrong)?;
        rest = after;
        if labels.iter().any(|&label| label > 9) {
            return Err(wrong());
        }
        Pictures::new(pixels.to_vec(), labels.to_vec()).map_err(|error| Fault::from(&error).into())
    };
    let [train, validation, test] = counts;
    let dealt = Dealt {
        train: part(train)?,
        validation: part(validation)?,
        test: part(test)?,
    };
    if rest.is_empty() {
        Ok(dealt)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_digits_come_back_as_they_were_and_cut_short_not_at_all() {
        let pictures = |count: usize, ink: u8| {
            Pictures::new(vec![ink; count * PIXELS], vec![ink; count]).unwrap_or_default()
        };
        let dealt = Dealt {
            train: pictures(3, 1),
            validation: pictures(2, 2),
            test: pictures(0, 0),
        };
        let bytes = pack(&dealt);
        let back = unpack(&bytes).ok();
        assert_eq!(back.as_ref().map(pack), Some(bytes.clone()));
        assert_eq!(
            back.map(|back| back.validation.labels().to_vec()),
            Some(vec![2, 2])
        );
        for end in 0..bytes.len() {
            assert!(unpack(bytes.get(..end).unwrap_or_default()).is_err());
        }
        assert!(unpack(&[bytes, vec![0]].concat()).is_err());
        assert!(unpack(&[0xff; 12]).is_err());
    }
}
