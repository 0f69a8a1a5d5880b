//! Where a network has been, as bytes: points of its history, to be kept among a project's extras.

use serde::{Deserialize, Serialize};

use crate::container::{from_postcard, to_postcard};
use crate::error::Error;

/// How many were right, of how many.
pub type Count = (u32, u32);

/// One point of a network's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointRecord {
    /// Unique in its history; grows with time.
    pub serial: u32,
    /// The serial of the point before, 0 for the first.
    pub after: u32,
    /// Milliseconds since 1970 (UTC); 0 where nobody knows.
    pub at_ms: u64,
    /// What made it.
    pub event: EventRecord,
    /// Lessons until then.
    pub lessons: u32,
    /// The example that the lesson was about, 0 where there is none.
    pub example: u64,
    /// The exam then.
    pub exam: Count,
    /// The person's own examples then.
    pub own: Count,
    /// The change since the point before, in whatever form the writer has for it.
    pub change: Vec<u8>,
}

/// What made a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventRecord {
    /// The network before its first lesson.
    Start,
    /// A lesson: this digit, 0 to 9.
    Lesson(u8),
    /// Training on all examples.
    Training,
    /// The weights that ship were put back.
    Reset,
}

/// Points as bytes.
///
/// # Errors
/// [`Error::CannotWrite`]: none that can be met.
pub fn write_points(points: &[PointRecord]) -> Result<Vec<u8>, Error> {
    let points = points.iter().map(|point| PointV1 {
        serial: point.serial,
        after: point.after,
        at_ms: point.at_ms,
        event: match point.event {
            EventRecord::Start => EventV1::Start,
            EventRecord::Lesson(label) => EventV1::Lesson(label),
            EventRecord::Training => EventV1::Training,
            EventRecord::Reset => EventV1::Reset,
        },
        lessons: point.lessons,
        example: point.example,
        exam: point.exam,
        own: point.own,
        change: &point.change,
    });
    to_postcard(&HistoryV1 {
        version: 1,
        points: points.collect(),
    })
}

/// Points from bytes.
///
/// # Errors
/// [`Error::Malformed`] for anything that [`write_points`] does not write, a version of the future among it.
pub fn read_points(bytes: &[u8]) -> Result<Vec<PointRecord>, Error> {
    let history: HistoryV1 = from_postcard(bytes)?;
    if history.version != 1 {
        return Err(Error::Malformed {
            problem: format!("the history has version {}", history.version),
        });
    }
    let points = history.points.into_iter().map(|point| {
        Ok(PointRecord {
            serial: point.serial,
            after: point.after,
            at_ms: point.at_ms,
            event: match point.event {
                EventV1::Start => EventRecord::Start,
                EventV1::Lesson(label @ 0..=9) => EventRecord::Lesson(label),
                EventV1::Lesson(label) => {
                    return Err(Error::Malformed {
                        problem: format!("the history tells of a lesson about {label}"),
                    });
                }
                EventV1::Training => EventRecord::Training,
                EventV1::Reset => EventRecord::Reset,
            },
            lessons: point.lessons,
            example: point.example,
            exam: point.exam,
            own: point.own,
            change: point.change.to_vec(),
        })
    });
    points.collect()
}

/// Version 1; it never changes.
#[derive(Serialize, Deserialize)]
struct HistoryV1<'a> {
    version: u8,
    #[serde(borrow)]
    points: Vec<PointV1<'a>>,
}

#[derive(Serialize, Deserialize)]
struct PointV1<'a> {
    serial: u32,
    after: u32,
    at_ms: u64,
    event: EventV1,
    lessons: u32,
    example: u64,
    exam: Count,
    own: Count,
    change: &'a [u8],
}

#[derive(Serialize, Deserialize)]
enum EventV1 {
    Start,
    Lesson(u8),
    Training,
    Reset,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(serial: u32, event: EventRecord) -> PointRecord {
        PointRecord {
            serial,
            after: serial.saturating_sub(1),
            at_ms: 1_763_800_000_000,
            event,
            lessons: serial,
            example: 300,
            exam: (498, 500),
            own: (7, 8),
            change: vec![3, 1, 4],
        }
    }

    fn points() -> Vec<PointRecord> {
        let events = [
            EventRecord::Start,
            EventRecord::Lesson(7),
            EventRecord::Training,
            EventRecord::Reset,
        ];
        (1..)
            .zip(events)
            .map(|(serial, event)| point(serial, event))
            .collect()
    }

    #[test]
    fn points_come_back() {
        let bytes = write_points(&points()).expect("they can be written");
        assert_eq!(read_points(&bytes).expect("they can be read"), points());
    }

    #[test]
    fn the_bytes_stay_what_they_are_for_ever() {
        let bytes = write_points(&points()[1..2]).expect("it can be written");
        let expected = [
            1, 1, 2, 1, 128, 204, 176, 213, 170, 51, 1, 7, 2, 172, 2, 242, 3, 244, 3, 7, 8, 3, 3,
            1, 4,
        ];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn cut_short_too_long_of_the_future_or_of_no_digit() {
        let bytes = write_points(&points()).expect("they can be written");
        for length in 0..bytes.len() {
            assert!(read_points(&bytes[..length]).is_err(), "{length}");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(read_points(&longer).is_err());
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert!(read_points(&newer).is_err());
        let eleven = write_points(&[point(1, EventRecord::Lesson(11))]).expect("it is written");
        assert!(read_points(&eleven).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_take_more_memory_than_they_are(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(points) = read_points(&bytes) {
                prop_assert!(points.len() <= bytes.len());
            }
        }
    }
}
