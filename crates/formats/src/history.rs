//! Where a network has been, as bytes: points of its history, to be kept among a project's extras.

use serde::{Deserialize, Serialize};
use trazo_learn::ExamResult;
use trazo_learn::history::{Event, Point};

use crate::container::{from_postcard, to_postcard};
use crate::error::Error;
use crate::project::{LARGEST_ID, LATEST_MS};

/// Points as bytes: in the first form where none tells of the hand, so that earlier programs read them.
///
/// # Errors
/// [`Error::CannotWrite`]: none that can be met.
pub fn write_points(points: &[Point]) -> Result<Vec<u8>, Error> {
    match points.iter().map(EventV1::of).collect::<Option<Vec<_>>>() {
        Some(events) => write(1, points, events),
        None => write(2, points, points.iter().map(EventV2::of).collect()),
    }
}

fn write<E: Serialize>(version: u8, points: &[Point], events: Vec<E>) -> Result<Vec<u8>, Error> {
    let points = points.iter().zip(events).map(|(point, event)| PointForm {
        serial: point.serial,
        after: point.after,
        at_ms: point.at_ms,
        event,
        lessons: point.lessons,
        example: point.example,
        exam: (point.exam.right, point.exam.total),
        own: (point.own.right, point.own.total),
        change: &point.change,
    });
    to_postcard(&HistoryForm {
        version,
        points: points.collect(),
    })
}

/// Points from bytes.
///
/// # Errors
/// `from-the-future` for a later version; [`Error::Malformed`] for anything else that [`write_points`]
/// does not write: numbers and moments beyond what JavaScript holds are among it.
pub fn read_points(bytes: &[u8]) -> Result<Vec<Point>, Error> {
    match bytes.first() {
        Some(&found @ 3..) => Err(Error::FromTheFuture {
            found: found.into(),
            newest: 2,
            damaged: false,
        }),
        Some(2) => read::<EventV2>(bytes),
        Some(0) => Err(malformed("the history has version 0".into())),
        _ => read::<EventV1>(bytes),
    }
}

fn malformed(problem: String) -> Error {
    Error::Malformed { problem }
}

fn read<'a, E: Deserialize<'a> + Into<Event>>(bytes: &'a [u8]) -> Result<Vec<Point>, Error> {
    let count = |(right, total)| ExamResult { right, total };
    let history: HistoryForm<'a, E> = from_postcard(bytes)?;
    let points = history.points.into_iter().map(|point| {
        if point.at_ms > LATEST_MS || point.example > LARGEST_ID {
            let (at, example) = (point.at_ms, point.example);
            return Err(malformed(format!(
                "the history tells of the moment {at} and the example {example}"
            )));
        }
        let event = point.event.into();
        // Beyond the digits are the person's symbols, of which some may be gone.
        if let Event::Lesson(label @ u8::MAX) = event {
            return Err(malformed(format!(
                "the history tells of a lesson about {label}"
            )));
        }
        Ok(Point {
            serial: point.serial,
            after: point.after,
            at_ms: point.at_ms,
            event,
            lessons: point.lessons,
            example: point.example,
            exam: count(point.exam),
            own: count(point.own),
            change: point.change.to_vec(),
        })
    });
    points.collect()
}

/// Both versions; they differ in their events alone. It never changes.
#[derive(Serialize, Deserialize)]
struct HistoryForm<'a, E> {
    version: u8,
    #[serde(borrow)]
    points: Vec<PointForm<'a, E>>,
}

#[derive(Serialize, Deserialize)]
struct PointForm<'a, E> {
    serial: u32,
    after: u32,
    at_ms: u64,
    event: E,
    lessons: u32,
    example: u64,
    /// Right, of how many.
    exam: (u32, u32),
    own: (u32, u32),
    change: &'a [u8],
}

/// Version 1; it never changes.
#[derive(Serialize, Deserialize)]
enum EventV1 {
    Start,
    Lesson(u8),
    Training,
    Reset,
}

/// Version 2; it never changes.
#[derive(Serialize, Deserialize)]
enum EventV2 {
    Start,
    Lesson(u8),
    Training,
    Reset,
    Hand,
}

impl EventV1 {
    fn of(point: &Point) -> Option<Self> {
        match point.event {
            Event::Start => Some(Self::Start),
            Event::Lesson(label) => Some(Self::Lesson(label)),
            Event::Training => Some(Self::Training),
            Event::Reset => Some(Self::Reset),
            Event::Hand => None,
        }
    }
}

impl EventV2 {
    fn of(point: &Point) -> Self {
        match point.event {
            Event::Start => Self::Start,
            Event::Lesson(label) => Self::Lesson(label),
            Event::Training => Self::Training,
            Event::Reset => Self::Reset,
            Event::Hand => Self::Hand,
        }
    }
}

impl From<EventV1> for Event {
    fn from(event: EventV1) -> Self {
        match event {
            EventV1::Start => Self::Start,
            EventV1::Lesson(label) => Self::Lesson(label),
            EventV1::Training => Self::Training,
            EventV1::Reset => Self::Reset,
        }
    }
}

impl From<EventV2> for Event {
    fn from(event: EventV2) -> Self {
        match event {
            EventV2::Start => Self::Start,
            EventV2::Lesson(label) => Self::Lesson(label),
            EventV2::Training => Self::Training,
            EventV2::Reset => Self::Reset,
            EventV2::Hand => Self::Hand,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(serial: u32, event: Event) -> Point {
        Point {
            serial,
            after: serial.saturating_sub(1),
            at_ms: 1_763_800_000_000,
            event,
            lessons: serial,
            example: 300,
            exam: ExamResult {
                right: 498,
                total: 500,
            },
            own: ExamResult { right: 7, total: 8 },
            change: vec![3, 1, 4],
        }
    }

    fn points() -> Vec<Point> {
        let events = [
            Event::Start,
            Event::Lesson(7),
            Event::Training,
            Event::Reset,
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
    fn one_that_tells_of_the_hand_is_of_the_second_form() {
        let hand = [point(1, Event::Start), point(2, Event::Hand)];
        let bytes = write_points(&hand).expect("it can be written");
        assert_eq!(bytes[0], 2);
        assert_eq!(read_points(&bytes).expect("it can be read"), hand);
        let expected = [
            2, 1, 2, 1, 128, 204, 176, 213, 170, 51, 4, 2, 172, 2, 242, 3, 244, 3, 7, 8, 3, 3, 1, 4,
        ];
        assert_eq!(
            write_points(&hand[1..]).expect("it can be written"),
            expected
        );
        let mut first = bytes;
        first[0] = 1;
        assert!(read_points(&first).is_err(), "the first form knows no hand");
        first[0] = 0;
        assert!(read_points(&first).is_err());
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
        newer[0] = 3;
        let error = read_points(&newer).unwrap_err();
        assert_eq!(error.code(), "from-the-future");
        // A symbol of the person's own; 255 is nobody's label.
        let eleven = write_points(&[point(1, Event::Lesson(11))]).expect("it is written");
        assert!(read_points(&eleven).is_ok());
        let nobody = write_points(&[point(1, Event::Lesson(255))]).expect("it is written");
        assert!(read_points(&nobody).is_err());
    }

    #[test]
    fn a_moment_beyond_javascripts_is_refused_and_the_latest_is_not() {
        let at = |at_ms| {
            let mut late = point(1, Event::Start);
            late.at_ms = at_ms;
            read_points(&write_points(&[late]).unwrap()).map(|points| points.len())
        };
        assert_eq!(at(8_640_000_000_000_000), Ok(1));
        assert_eq!(at(8_640_000_000_000_001).unwrap_err().code(), "malformed");
        let mut far = point(1, Event::Lesson(1));
        far.example = 1 << 53;
        assert!(read_points(&write_points(&[far]).unwrap()).is_err());
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
