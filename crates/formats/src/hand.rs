//! The person's hand as bytes: drawings that were read surely and not corrected, to be kept among a project's extras.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trazo_learn::HandDrawing;

use crate::container::{from_postcard, to_postcard};
use crate::error::Error;
use crate::project::{LARGEST_ID, LATEST_MS};

/// A hand as bytes.
///
/// # Errors
/// [`Error::CannotWrite`]: none that can be met.
pub fn write_hand<'a>(hand: impl IntoIterator<Item = &'a HandDrawing>) -> Result<Vec<u8>, Error> {
    let drawings = hand.into_iter().map(|drawing| DrawingV1 {
        id: drawing.id,
        label: drawing.label,
        at_ms: drawing.at,
        sitting: drawing.sitting,
        strokes: &drawing.strokes,
    });
    to_postcard(&HandV1 {
        version: 1,
        drawings: drawings.collect(),
    })
}

/// Someone's hand that is set aside, with their name, as bytes.
///
/// # Errors
/// [`Error::CannotWrite`]: none that can be met.
pub fn write_named_hand<'a>(
    name: &str,
    hand: impl IntoIterator<Item = &'a HandDrawing>,
) -> Result<Vec<u8>, Error> {
    to_postcard(&NamedHandV1 {
        version: 1,
        name,
        hand: &write_hand(hand)?,
    })
}

/// Someone's name, and their hand.
///
/// # Errors
/// As [`read_hand`]; a name of more than 40 characters is malformed.
pub fn read_named_hand(bytes: &[u8]) -> Result<(String, Vec<HandDrawing>), Error> {
    refuse_later(bytes)?;
    let NamedHandV1 {
        version,
        name,
        hand,
    } = from_postcard(bytes)?;
    if version != 1 || name.chars().count() > 40 || name.contains(char::is_control) {
        return Err(Error::Malformed {
            problem: format!(
                "a hand has version {version} and a name of {} bytes",
                name.len()
            ),
        });
    }
    Ok((name.to_owned(), read_hand(hand)?))
}

fn refuse_later(bytes: &[u8]) -> Result<(), Error> {
    match bytes.first() {
        Some(&found @ 2..) => Err(Error::FromTheFuture {
            found: found.into(),
            newest: 1,
            damaged: false,
        }),
        _ => Ok(()),
    }
}

/// A hand from bytes.
///
/// # Errors
/// `from-the-future` for a later version; [`Error::Malformed`] for anything else that is no hand: numbers and moments
/// beyond what JavaScript holds, a number twice, a label that is no digit and strokes that cannot be read are among it.
pub fn read_hand(bytes: &[u8]) -> Result<Vec<HandDrawing>, Error> {
    refuse_later(bytes)?;
    let wrong = |problem: String| Error::Malformed {
        problem: format!("the hand {problem}"),
    };
    let hand: HandV1<'_> = from_postcard(bytes)?;
    if hand.version != 1 {
        return Err(wrong(format!("has version {}", hand.version)));
    }
    let mut ids = BTreeSet::new();
    let drawings = hand.drawings.into_iter().map(|drawing| {
        let id = drawing.id;
        if id.max(drawing.sitting) > LARGEST_ID || drawing.at_ms > LATEST_MS {
            let (at, sitting) = (drawing.at_ms, drawing.sitting);
            return Err(wrong(format!(
                "tells of the numbers {id} and {sitting} and the moment {at}"
            )));
        }
        if !ids.insert(id) {
            return Err(wrong(format!("has the number {id} twice")));
        }
        if drawing.label > 9 {
            return Err(wrong(format!("has a drawing of {}", drawing.label)));
        }
        if let Err(error) = trazo_ink::pack::unpack(drawing.strokes) {
            return Err(wrong(format!("has strokes that cannot be read ({error})")));
        }
        Ok(HandDrawing {
            id,
            label: drawing.label,
            at: drawing.at_ms,
            sitting: drawing.sitting,
            strokes: drawing.strokes.to_vec(),
        })
    });
    drawings.collect()
}

/// Version 1; it never changes.
#[derive(Serialize, Deserialize)]
struct HandV1<'a> {
    version: u8,
    #[serde(borrow)]
    drawings: Vec<DrawingV1<'a>>,
}

/// Version 1; it never changes.
#[derive(Serialize, Deserialize)]
struct NamedHandV1<'a> {
    version: u8,
    name: &'a str,
    /// As [`write_hand`] writes it.
    hand: &'a [u8],
}

#[derive(Serialize, Deserialize)]
struct DrawingV1<'a> {
    id: u64,
    label: u8,
    at_ms: u64,
    sitting: u64,
    strokes: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use trazo_ink::{Drawing, Point, pack};

    fn drawing(id: u64, label: u8) -> HandDrawing {
        let stroke = vec![Point::new(200.0, 200.0), Point::new(300.0, 400.0)];
        HandDrawing {
            id,
            label,
            at: 1_763_800_000_000,
            sitting: 5,
            strokes: pack::pack(&Drawing::from_strokes(vec![stroke])),
        }
    }

    #[test]
    fn a_hand_comes_back() {
        let hand = [drawing(5, 3), drawing(300, 9)];
        let bytes = write_hand(&hand).expect("it can be written");
        assert_eq!(read_hand(&bytes).expect("it can be read"), hand);
    }

    #[test]
    fn the_bytes_stay_what_they_are_for_ever() {
        let bytes = write_hand(&[drawing(300, 9)]).expect("it can be written");
        let strokes = drawing(300, 9).strokes;
        let mut expected = vec![1, 1, 172, 2, 9, 128, 204, 176, 213, 170, 51, 5];
        expected.push(strokes.len() as u8);
        expected.extend(strokes);
        assert_eq!(bytes, expected);
    }

    #[test]
    fn someones_hand_comes_back_and_its_bytes_stay() {
        let hand = [drawing(300, 9)];
        let bytes = write_named_hand("Ana", &hand).expect("it can be written");
        let read = read_named_hand(&bytes).expect("it can be read");
        assert_eq!(read, ("Ana".to_owned(), hand.to_vec()));
        let inner = write_hand(&hand).expect("it can be written");
        let mut expected = vec![1, 3, b'A', b'n', b'a', inner.len() as u8];
        expected.extend(inner);
        assert_eq!(bytes, expected);
        for length in 0..bytes.len() {
            assert!(read_named_hand(&bytes[..length]).is_err(), "{length}");
        }
        let long = write_named_hand(&"a".repeat(41), &hand).expect("it can be written");
        assert_eq!(read_named_hand(&long).unwrap_err().code(), "malformed");
    }

    #[test]
    fn what_is_no_hand_is_refused() {
        let bytes = write_hand(&[drawing(5, 3), drawing(6, 4)]).expect("it can be written");
        for length in 0..bytes.len() {
            assert!(read_hand(&bytes[..length]).is_err(), "{length}");
        }
        assert!(read_hand(&[&bytes[..], &[0]].concat()).is_err());
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(read_hand(&newer).unwrap_err().code(), "from-the-future");
        let refused = |change: fn(&mut HandDrawing)| {
            let mut wrong = drawing(5, 3);
            change(&mut wrong);
            let bytes = write_hand(&[drawing(4, 3), wrong]).expect("it is written");
            assert_eq!(read_hand(&bytes).unwrap_err().code(), "malformed");
        };
        refused(|d| d.id = 4);
        refused(|d| d.id = 1 << 53);
        refused(|d| d.sitting = 1 << 53);
        refused(|d| d.at = 8_640_000_000_000_001);
        refused(|d| d.label = 10);
        refused(|d| d.strokes = vec![0xff; 40]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_take_more_memory_than_they_are(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(hand) = read_hand(&bytes) {
                prop_assert!(hand.len() <= bytes.len());
            }
        }
    }
}
