//! Where a network has been: every lesson is a point on a line, and one can go back to any of them, and forward again.
//!
//! A point keeps what changed since the point before, bit for bit: the exclusive or of the learned numbers before and
//! after. It undoes itself, so one line serves both ways, and two neighbouring points can be made one by the same
//! operation. A lesson moves a weight by little: its sign, exponent and upper bits mostly stay, so the four bytes of all
//! words are kept apart (`pack`) and the runs of zeros left out.

mod pack;

use crate::decide::insertion_sort;
use crate::school::ExamResult;
use pack::{pack, unpack, xor};

/// More points than this, or more bytes than [`MOST_BYTES`], and the oldest are made one with their neighbours.
pub const MOST_POINTS: usize = 400;
/// Bytes of all changes of one model together.
pub const MOST_BYTES: usize = 6 << 20;

/// What made a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The network before its first lesson.
    Start,
    /// A drawing was taught as this digit.
    Lesson(u8),
    /// Training on all examples.
    Training,
    /// The weights that ship were put back.
    Reset,
}

/// A moment to which one can go.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Unique on its line; grows with time.
    pub serial: u32,
    /// The serial of the point before, 0 for the first.
    pub after: u32,
    /// Milliseconds since 1970 (UTC), the caller's clock; 0 where nobody knows.
    pub at_ms: u64,
    /// What made it.
    pub event: Event,
    /// Lessons until then.
    pub lessons: u32,
    /// The example that the lesson was about, 0 where there is none.
    pub example: u64,
    /// The exam then.
    pub exam: ExamResult,
    /// The person's own examples then: read right, of how many.
    pub own: ExamResult,
    /// What changed since the point before, packed; empty for the first.
    pub change: Vec<u8>,
}

/// How things stood at a point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub at_ms: u64,
    pub event: Event,
    pub lessons: u32,
    pub example: u64,
    pub exam: ExamResult,
    pub own: ExamResult,
}

/// Tells whether a line belongs to these learned numbers: FNV-1a over their bits (Fowler, Noll and Vo).
pub fn sum(words: &[u32]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, &word| {
        (sum ^ u64::from(word)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The points of one model, oldest first, and which of them holds now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    points: Vec<Point>,
    at: usize,
    serial: u32,
    /// Examples of lessons that were cut off.
    forgotten: Vec<u64>,
}

/// What must be known to take a point back: the point, and what it cut off.
#[derive(Debug)]
pub(crate) struct Recorded {
    serial: u32,
    cut: Vec<Point>,
    /// How many examples were forgotten before.
    forgotten: usize,
}

impl Line {
    /// A line from its points; `at` is the serial of the one that holds now, `forgotten` what [`forgotten`](Self::forgotten)
    /// gave. What does not hang together with that one
    /// (a damaged piece is missing) is left out; `None` where it is not there at all, or a change does not fit `words`
    /// learned numbers.
    pub fn from_points(
        mut points: Vec<Point>,
        at: u32,
        forgotten: Vec<u64>,
        words: usize,
    ) -> Option<Self> {
        // Nobody has made more, so this is no history of ours; and sorting them could take for ever.
        if points.len() > 2 * MOST_POINTS {
            return None;
        }
        insertion_sort(&mut points, |a, b| a.serial.cmp(&b.serial));
        points.dedup_by_key(|point| point.serial);
        let now = points.iter().position(|point| point.serial == at)?;
        let linked =
            |pair: &[Point]| matches!(pair, [before, after] if after.after == before.serial);
        let before = points.get(..=now)?.windows(2).rev();
        let after = points.get(now..)?.windows(2);
        let (older, newer) = (
            before.take_while(|pair| linked(pair)).count(),
            after.take_while(|pair| linked(pair)).count(),
        );
        points.truncate(now + newer + 1);
        points.drain(..now - older);
        // The change to the first one leads to a point that is no longer there.
        if let Some(first) = points.first_mut() {
            first.after = 0;
            first.change.clear();
        }
        let fits = |point: &Point| unpack(&point.change, words).is_some();
        if !points.iter().skip(1).all(fits) {
            return None;
        }
        Some(Self {
            at: older,
            serial: points.last().map_or(0, |point| point.serial),
            points,
            forgotten,
        })
    }

    /// Oldest first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The serial of the point that holds now; 0 on an empty line.
    pub fn now(&self) -> u32 {
        self.points.get(self.at).map_or(0, |point| point.serial)
    }

    /// How many points lie ahead of the one that holds now.
    pub fn points_ahead(&self) -> usize {
        self.points.len().saturating_sub(self.at + 1)
    }

    /// Examples of lessons that were cut off, to be saved.
    pub fn forgotten(&self) -> &[u64] {
        &self.forgotten
    }

    /// The examples of lessons that, at the point that holds now, have not been given: they were cut off, or their points lie
    /// ahead. One that was taught again since is not among them.
    pub(crate) fn ahead(&self) -> Vec<u64> {
        let (past, ahead) = self.points.split_at(self.points.len().min(self.at + 1));
        let mut ahead: Vec<u64> = ahead.iter().map(|point| point.example).collect();
        ahead.extend(&self.forgotten);
        ahead.retain(|&id| id > 0 && past.iter().all(|point| point.example != id));
        ahead
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// A new point after the one that holds now. What came after that one is cut off.
    pub(crate) fn record(&mut self, (before, after): (&[u32], &[u32]), moment: Moment) -> Recorded {
        let cut = self.points.split_off(self.points.len().min(self.at + 1));
        let previous = self.now();
        let forgotten = self.forgotten.len();
        let lost = cut.iter().map(|point| point.example);
        self.forgotten.extend(lost.filter(|&example| example > 0));
        let change = match self.points.is_empty() {
            true => Vec::new(),
            false => pack(&xor(before, after)),
        };
        // Beyond what was cut off too: a point that comes back must keep its own number.
        self.serial += 1;
        self.points.push(Point {
            serial: self.serial,
            after: previous,
            at_ms: moment.at_ms,
            event: moment.event,
            lessons: moment.lessons,
            example: moment.example,
            exam: moment.exam,
            own: moment.own,
            change,
        });
        self.thin(before.len());
        self.at = self.points.len() - 1;
        Recorded {
            serial: self.serial,
            cut,
            forgotten,
        }
    }

    /// Takes the newest point back, if it is that one, and puts what it cut off in its place.
    pub(crate) fn take_back(&mut self, recorded: Recorded) {
        if self.points.last().map(|point| point.serial) != Some(recorded.serial) {
            return;
        }
        self.points.pop();
        self.at = self.points.len().saturating_sub(1);
        self.points.extend(recorded.cut);
        self.forgotten.truncate(recorded.forgotten);
    }

    /// Goes to another point: gives the change from the numbers that hold now, or `None` where there is no such point.
    pub(crate) fn go(&mut self, serial: u32, words: usize) -> Option<Vec<u32>> {
        let to = self
            .points
            .iter()
            .position(|point| point.serial == serial)?;
        let between = self.points.get(to.min(self.at) + 1..=to.max(self.at))?;
        let mut mask = vec![0; words];
        for point in between {
            for (all, one) in mask.iter_mut().zip(unpack(&point.change, words)?) {
                *all ^= one;
            }
        }
        self.at = to;
        Some(mask)
    }

    /// Makes the oldest change one with the one after it until all fit. The first point stays: it is the network as it was
    /// before anything.
    fn thin(&mut self, words: usize) {
        let mut bytes: usize = self.points.iter().map(|point| point.change.len()).sum();
        while self.points.len() > 3 && (self.points.len() > MOST_POINTS || bytes > MOST_BYTES) {
            let gone = self.points.remove(1);
            let Some(heir) = self.points.get_mut(1) else {
                return;
            };
            let both = unpack(&gone.change, words).zip(unpack(&heir.change, words));
            let Some((first, second)) = both else { return };
            bytes -= gone.change.len() + heir.change.len();
            heir.change = pack(&xor(&first, &second));
            heir.after = gone.after;
            bytes += heir.change.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: ExamResult = ExamResult { right: 0, total: 0 };

    fn moment(event: Event) -> Moment {
        Moment {
            at_ms: 1,
            event,
            lessons: 0,
            example: 0,
            exam: NONE,
            own: NONE,
        }
    }

    fn states(count: u32, words: u32) -> Vec<Vec<u32>> {
        let number = |state: u32, word: u32| (state * 31 + word) as f32 * 1e-3;
        (0..count)
            .map(|state| {
                (0..words)
                    .map(|word| number(state, word).to_bits())
                    .collect()
            })
            .collect()
    }

    /// A line through all states, the last of which holds.
    fn line(states: &[Vec<u32>]) -> Line {
        let mut line = Line::default();
        line.record((&states[0], &states[0]), moment(Event::Start));
        for pair in states.windows(2) {
            line.record((&pair[0], &pair[1]), moment(Event::Lesson(3)));
        }
        line
    }

    fn go(line: &mut Line, state: &mut [u32], serial: u32) {
        let mask = line.go(serial, state.len()).expect("the point is there");
        state
            .iter_mut()
            .zip(mask)
            .for_each(|(word, bits)| *word ^= bits);
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(words in prop::collection::vec(prop_oneof![Just(0_u32), any::<u32>(), 0..500_u32], 0..300)) {
            prop_assert_eq!(unpack(&pack(&words), words.len()), Some(words));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), words in 0..40_usize) {
            let _ = unpack(&bytes, words);
        }
    }

    #[test]
    fn one_goes_back_and_forward_bit_for_bit() {
        let states = states(30, 50);
        let mut line = line(&states);
        let mut now = states[29].clone();
        for to in [0, 17, 3, 29, 28, 1] {
            go(&mut line, &mut now, to + 1);
            assert_eq!(line.points_ahead(), 29 - to as usize);
            assert_eq!(now, states[to as usize]);
            assert_eq!(line.now(), to + 1);
        }
        assert_eq!(line.go(99, 50), None);
        assert_eq!(Line::default().points_ahead(), 0);
    }

    #[test]
    fn a_lesson_in_the_past_cuts_off_what_came_after_and_taking_it_back_puts_that_in_place() {
        let states = states(6, 8);
        let mut line = line(&states);
        let whole = line.clone();
        let mut now = states[5].clone();
        go(&mut line, &mut now, 3);
        let other = vec![7; 8];
        let recorded = line.record((&now, &other), moment(Event::Lesson(9)));
        assert_eq!(line.points().len(), 4);
        line.take_back(recorded);
        assert_eq!(line.points(), whole.points());
        assert_eq!(line.now(), 3);
        go(&mut line, &mut now, 6);
        assert_eq!(now, states[5]);
    }

    #[test]
    fn the_examples_of_lessons_ahead_or_cut_off_are_told() {
        let states = states(5, 4);
        let mut line = Line::default();
        line.record((&states[0], &states[0]), moment(Event::Start));
        for (example, pair) in (1..).zip(states.windows(2)) {
            let lesson = Moment {
                example,
                ..moment(Event::Lesson(3))
            };
            line.record((&pair[0], &pair[1]), lesson);
        }
        assert_eq!(line.ahead(), []);
        line.go(3, 4);
        assert_eq!(line.ahead(), [3, 4]);
        let lesson = Moment {
            example: 8,
            ..moment(Event::Lesson(3))
        };
        let recorded = line.record((&states[2], &states[4]), lesson);
        assert_eq!(line.ahead(), [3, 4], "cut off for good");
        assert_eq!(line.forgotten(), [3, 4]);
        line.take_back(recorded);
        line.go(5, 4);
        assert_eq!(line.ahead(), []);
    }

    #[test]
    fn two_hundred_lessons_of_a_dense_layer_fit() {
        // The tail of the network that ships, each weight moved by a hundredth or less.
        let state = |n: u32| -> Vec<u32> {
            (0..4_330_u32)
                .map(|w| {
                    let noise =
                        f64::from(w.wrapping_mul(2_654_435_761).rotate_left(n) % 1_000) * 1e-5;
                    ((0.05 + f64::from(w % 97) * 1e-3) * (1.0 + noise)) as f32
                })
                .map(f32::to_bits)
                .collect()
        };
        let states: Vec<_> = (0..201).map(state).collect();
        let line = line(&states);
        assert_eq!(line.points().len(), 201);
        let bytes: usize = line.points().iter().map(|point| point.change.len()).sum();
        assert!(bytes < MOST_BYTES, "{bytes}");
    }

    #[test]
    fn what_is_too_much_makes_the_oldest_one_with_their_neighbours() {
        let states = states(MOST_POINTS as u32 + 20, 5);
        let mut line = line(&states);
        assert_eq!(line.points().len(), MOST_POINTS);
        let mut now = states.last().expect("there are some").clone();
        go(&mut line, &mut now, 1);
        assert_eq!(now, states[0]);
        let second = line.points()[1].serial;
        go(&mut line, &mut now, second);
        assert_eq!(now, states[second as usize - 1]);
    }

    #[test]
    fn a_gap_leaves_what_hangs_together_with_the_present() {
        let states = states(20, 4);
        let whole = line(&states);
        let without = |gap: u32| -> Vec<Point> {
            let kept = |point: &&Point| point.serial != gap;
            whole.points().iter().filter(kept).cloned().collect()
        };
        let serials =
            |line: &Line| -> Vec<u32> { line.points().iter().map(|p| p.serial).collect() };
        let line = Line::from_points(without(12), 20, vec![], 4).expect("the rest is whole");
        assert_eq!(serials(&line), (13..=20).collect::<Vec<_>>());
        let line = Line::from_points(without(12), 5, vec![], 4).expect("the rest is whole");
        assert_eq!(serials(&line), (1..=11).collect::<Vec<_>>());
        assert_eq!(line.now(), 5);
        assert_eq!(Line::from_points(without(12), 12, vec![], 4), None);
        assert_eq!(
            Line::from_points(without(12), 20, vec![], 5),
            None,
            "another network"
        );
        let all = Line::from_points(whole.points().to_vec(), 20, vec![], 4);
        assert_eq!(all, Some(whole));
    }
}
