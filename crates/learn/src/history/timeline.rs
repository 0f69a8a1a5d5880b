//! The points of one model, and the ways along them.

use super::change::{Change, fits};
use super::point::{Event, Point};
use crate::reading::insertion_sort;

/// More points than this, or more bytes than [`MOST_BYTES`], and the oldest are made one with their neighbours.
pub const MOST_POINTS: usize = 400;
/// Bytes of all changes of one model together.
pub const MOST_BYTES: usize = 6 << 20;

/// The points of one model, oldest first, and which of them holds now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline {
    points: Vec<Point>,
    at: usize,
    serial: u32,
    /// Examples of lessons that were cut off.
    forgotten: Vec<u64>,
}

/// What must be known to take a point back: the point, and what it cut off.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    serial: u32,
    cut: Vec<Point>,
    /// How many examples were forgotten before.
    forgotten: usize,
}

impl Timeline {
    /// A timeline from its points; `at` is the serial of the one that holds now, `forgotten` what
    /// [`forgotten`](Self::forgotten) gave. What does not hang together with that one (a damaged piece is missing) is left
    /// out; `None` where it is not there at all, or a change does not fit `words` learned numbers.
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
        if !points.iter().skip(1).all(|p| fits(&p.change, words)) {
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

    /// The serial of the point that holds now; 0 on an empty timeline.
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

    /// The examples of lessons, and the sittings of the hand, that at the point that holds now have not been: they were cut
    /// off, or their points lie ahead. One that was taught again since is not among them.
    pub(crate) fn masked(&self) -> Vec<u64> {
        let (past, ahead) = self.points.split_at(self.points.len().min(self.at + 1));
        let mut masked: Vec<u64> = ahead.iter().map(|point| point.example).collect();
        masked.extend(&self.forgotten);
        masked.retain(|&id| id > 0 && past.iter().all(|point| point.example != id));
        masked
    }

    /// The largest id of an example that it tells of.
    pub(crate) fn last_example(&self) -> u64 {
        let points = self.points.iter().map(|point| point.example);
        points
            .chain(self.forgotten.iter().copied())
            .fold(0, u64::max)
    }

    /// The event that made the point that holds now.
    pub(crate) fn event(&self) -> Option<Event> {
        self.points.get(self.at).map(|point| point.event)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Adds `point` after the one that holds now; its serial, what it is after and the change from `before` to `after` are
    /// filled in. What came after the one that holds now is cut off.
    pub(crate) fn record(&mut self, before: &[u32], after: &[u32], mut point: Point) -> Recorded {
        let cut = self.points.split_off(self.points.len().min(self.at + 1));
        let forgotten = self.forgotten.len();
        let lost = cut.iter().map(|point| point.example);
        self.forgotten.extend(lost.filter(|&example| example > 0));
        // Beyond what was cut off too: a point that comes back must keep its own number.
        self.serial += 1;
        point.serial = self.serial;
        point.after = self.now();
        point.change = match self.points.is_empty() {
            true => Vec::new(),
            false => Change::between(before, after).pack(),
        };
        self.points.push(point);
        self.thin(before.len());
        self.at = self.points.len() - 1;
        Recorded {
            serial: self.serial,
            cut,
            forgotten,
        }
    }

    /// As [`record`](Self::record); on an empty timeline `start` becomes a point, too.
    pub(crate) fn record_from(
        &mut self,
        before: &[u32],
        after: &[u32],
        start: Point,
        point: Point,
    ) -> Recorded {
        if self.points.is_empty() {
            self.record(before, before, start);
        }
        self.record(before, after, point)
    }

    /// Takes the newest point back, if it is that one, and puts what it cut off in its place. Sittings of the hand that came
    /// since, which change nothing else, go on after the point before, or where they would stand beside what was cut off
    /// are told of no more.
    pub(crate) fn take_back(&mut self, recorded: Recorded) {
        let Some(at) = self.position(recorded.serial) else {
            return;
        };
        let mut since = self.points.split_off(at);
        if since.iter().skip(1).any(|point| point.event != Event::Hand) {
            self.points.extend(since);
            return;
        }
        let taken = since.remove(0);
        if recorded.cut.is_empty() {
            if let Some(first) = since.first_mut() {
                first.after = taken.after;
            }
            self.points.extend(since);
            self.at = self.points.len().saturating_sub(1);
        } else {
            self.at = self.points.len().saturating_sub(1);
            self.points.extend(recorded.cut);
        }
        self.forgotten.truncate(recorded.forgotten);
    }

    /// The point with this serial, and `state`, the learned numbers that hold now, as they were there.
    pub(crate) fn state_at(&self, serial: u32, state: &[u32]) -> Option<(&Point, Vec<u32>)> {
        let to = self.position(serial)?;
        let mut change = Change::none(state.len());
        for point in self.points.get(to.min(self.at) + 1..=to.max(self.at))? {
            change.add(&point.change)?;
        }
        let state = state.iter().zip(change.words()).map(|(a, b)| a ^ b);
        Some((self.points.get(to)?, state.collect()))
    }

    /// From now on this point holds.
    pub(crate) fn checkout(&mut self, serial: u32) {
        self.at = self.position(serial).unwrap_or(self.at);
    }

    fn position(&self, serial: u32) -> Option<usize> {
        self.points.iter().position(|point| point.serial == serial)
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
            let mut both = Change::none(words);
            if both.add(&gone.change).and(both.add(&heir.change)).is_none() {
                return;
            }
            bytes -= gone.change.len() + heir.change.len();
            heir.change = both.pack();
            heir.after = gone.after;
            bytes += heir.change.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exam::ExamResult;

    fn point(event: Event) -> Point {
        Point {
            serial: 0,
            after: 0,
            change: Vec::new(),
            at_ms: 1,
            event,
            lessons: 0,
            example: 0,
            exam: ExamResult::default(),
            own: ExamResult::default(),
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

    /// A timeline through all states, the last of which holds.
    fn line(states: &[Vec<u32>]) -> Timeline {
        let mut line = Timeline::default();
        line.record(&states[0], &states[0], point(Event::Start));
        for pair in states.windows(2) {
            line.record(&pair[0], &pair[1], point(Event::Lesson(3)));
        }
        line
    }

    fn go(line: &mut Timeline, state: &mut [u32], serial: u32) {
        let (_, there) = line.state_at(serial, state).expect("the point is there");
        state.copy_from_slice(&there);
        line.checkout(serial);
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
        assert_eq!(line.state_at(99, &now), None);
        assert_eq!(Timeline::default().points_ahead(), 0);
    }

    #[test]
    fn a_lesson_in_the_past_cuts_off_what_came_after_and_taking_it_back_puts_that_in_place() {
        let states = states(6, 8);
        let mut line = line(&states);
        let whole = line.clone();
        let mut now = states[5].clone();
        go(&mut line, &mut now, 3);
        let other = vec![7; 8];
        let recorded = line.record(&now, &other, point(Event::Lesson(9)));
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
        let mut line = Timeline::default();
        line.record(&states[0], &states[0], point(Event::Start));
        for (example, pair) in (1..).zip(states.windows(2)) {
            let lesson = Point {
                example,
                ..point(Event::Lesson(3))
            };
            line.record(&pair[0], &pair[1], lesson);
        }
        assert_eq!(line.masked(), []);
        line.checkout(3);
        assert_eq!(line.masked(), [3, 4]);
        let lesson = Point {
            example: 8,
            ..point(Event::Lesson(3))
        };
        let recorded = line.record(&states[2], &states[4], lesson);
        assert_eq!(line.masked(), [3, 4], "cut off for good");
        assert_eq!(line.forgotten(), [3, 4]);
        line.take_back(recorded);
        line.checkout(5);
        assert_eq!(line.masked(), []);
    }

    #[test]
    fn two_hundred_lessons_of_a_dense_layer_fit() {
        // The head of the network that ships, each weight moved by a hundredth or less.
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
            |line: &Timeline| -> Vec<u32> { line.points().iter().map(|p| p.serial).collect() };
        let line = Timeline::from_points(without(12), 20, vec![], 4).expect("the rest is whole");
        assert_eq!(serials(&line), (13..=20).collect::<Vec<_>>());
        let line = Timeline::from_points(without(12), 5, vec![], 4).expect("the rest is whole");
        assert_eq!(serials(&line), (1..=11).collect::<Vec<_>>());
        assert_eq!(line.now(), 5);
        assert_eq!(Timeline::from_points(without(12), 12, vec![], 4), None);
        assert_eq!(
            Timeline::from_points(without(12), 20, vec![], 5),
            None,
            "another network"
        );
        let all = Timeline::from_points(whole.points().to_vec(), 20, vec![], 4);
        assert_eq!(all, Some(whole));
    }
}
