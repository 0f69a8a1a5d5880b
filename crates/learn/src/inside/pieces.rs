//! What a drawing would be read as without a piece of it: its strokes are cut into some two dozen pieces, each is left out,
//! and the whole way is gone again, from the strokes to the answer.

use trazo_ink::{Drawing, Point};

use super::{Answer, Entered, learner};
use crate::error::Error;
use crate::session::Session;

/// Pieces that a drawing is cut into, as near as may be.
const PIECES: usize = 24;
/// More strokes than this are not each a piece of its own.
const MOST: usize = 2 * PIECES;

/// A drawing and its pieces, read one in a unit of work.
#[derive(Debug, Clone)]
pub struct Pieces {
    cut: Cut,
    /// As it is.
    pub answer: Answer,
    /// Without each piece; `None` where nothing is left without it.
    pub without: Vec<Option<Answer>>,
    /// Pieces without all of which the likeliest digit is another, in the order in which they were taken; none where there is
    /// no such set short of everything. They were found by taking away, again and again, what costs the answer most, and
    /// putting back what then was not needed: there may be a smaller set.
    pub smallest: Vec<usize>,
    /// The answer without them.
    pub changed: Option<Answer>,
    work: Work,
}

#[derive(Debug, Clone)]
enum Work {
    /// Each is left out by itself.
    Each,
    /// The one is sought that costs the answer most beside those that are taken: the best so far, and whose turn it is.
    Take(Option<(f32, usize)>, usize),
    /// Those that are taken are put back one by one where the answer stays changed: whose turn it is.
    PutBack(usize),
    Done,
}

impl Pieces {
    /// Cuts a drawing.
    ///
    /// # Errors
    /// [`Error::Empty`] where nothing is drawn.
    pub fn new(session: &mut Session, drawing: &Drawing) -> Result<Self, Error> {
        Ok(Self {
            cut: Cut::of(drawing),
            answer: read(session, drawing)?.ok_or(Error::Empty)?,
            without: Vec::new(),
            smallest: Vec::new(),
            changed: None,
            work: Work::Each,
        })
    }

    /// The pieces, each as a drawing.
    pub fn pieces(&self) -> Vec<Drawing> {
        let pieces = 0..self.cut.count();
        pieces
            .map(|piece| self.cut.drawing(|each| each == piece))
            .collect()
    }

    /// Reads the drawing without one more piece; `true` where nothing more is to be found.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    pub fn advance(&mut self, session: &mut Session) -> Result<bool, Error> {
        let count = self.cut.count();
        match self.work {
            Work::Each => {
                let next = self.without.len();
                let answer = self.read_without(session, &[next])?;
                self.without.push(answer);
                if self.without.len() == count {
                    self.work = Work::Take(None, 0);
                }
            }
            Work::Take(best, next) if next < count => {
                self.work = Work::Take(best, next + 1);
                if self.smallest.contains(&next) {
                    return Ok(false);
                }
                let taken = [&self.smallest[..], &[next]].concat();
                // Nothing is no answer.
                if let Some(answer) = self.read_without(session, &taken)? {
                    let lead = self.lead(&answer);
                    if best.is_none_or(|(least, _)| lead < least) {
                        self.work = Work::Take(Some((lead, next)), next + 1);
                    }
                }
            }
            Work::Take(None, _) => {
                self.smallest.clear();
                self.work = Work::Done;
            }
            Work::Take(Some((lead, piece)), _) => {
                self.smallest.push(piece);
                self.work = match lead < 0.0 {
                    true => Work::PutBack(0),
                    false => Work::Take(None, 0),
                };
            }
            Work::PutBack(at) => {
                let mut fewer = self.smallest.clone();
                let all = at >= fewer.len();
                if !all {
                    fewer.remove(at);
                }
                let answer = self.read_without(session, &fewer)?;
                let changed = answer.filter(|answer| self.lead(answer) < 0.0);
                self.work = match (all, changed) {
                    (true, changed) => {
                        self.changed = changed;
                        Work::Done
                    }
                    (false, Some(_)) => {
                        self.smallest = fewer;
                        Work::PutBack(at)
                    }
                    (false, None) => Work::PutBack(at + 1),
                };
            }
            Work::Done => {}
        }
        Ok(matches!(self.work, Work::Done))
    }

    fn read_without(
        &self,
        session: &mut Session,
        taken: &[usize],
    ) -> Result<Option<Answer>, Error> {
        read(session, &self.cut.drawing(|piece| !taken.contains(&piece)))
    }

    /// How far the answer of the whole drawing is ahead of all others; negative where it is not.
    fn lead(&self, answer: &Answer) -> f32 {
        let digit = usize::from(self.answer.likeliest());
        let others = answer.totals.iter().enumerate().filter(|o| o.0 != digit);
        let best = others.map(|o| *o.1).fold(f32::NEG_INFINITY, f32::max);
        answer.totals.get(digit).map_or(0.0, |own| own - best)
    }
}

fn read(session: &mut Session, drawing: &Drawing) -> Result<Option<Answer>, Error> {
    let learner = learner(session);
    let Entered { input, empty } = Entered::of(learner.model.recipe, drawing);
    Ok(match empty {
        true => None,
        false => Some(learner.answer(&input, true)?),
    })
}

/// Where a drawing is cut: its strokes with the points at the cuts.
#[derive(Debug, Clone)]
struct Cut {
    /// For each stroke its parts in order: the piece that each belongs to, and its points. A part begins with the point at
    /// which the one before it ends.
    strokes: Vec<Vec<(usize, Vec<Point>)>>,
    count: usize,
}

impl Cut {
    /// Each stroke into so many parts of equal length as its share of the whole drawing is.
    fn of(drawing: &Drawing) -> Self {
        let strokes = drawing.strokes.iter().map(|stroke| {
            let usable = stroke.iter().filter(|point| point.is_usable());
            usable.copied().collect::<Vec<_>>()
        });
        let strokes: Vec<Vec<Point>> = strokes.filter(|stroke| !stroke.is_empty()).collect();
        let lengths: Vec<f32> = strokes.iter().map(|stroke| length(stroke)).collect();
        let whole: f32 = lengths.iter().sum();
        let mut count = 0;
        let cut = strokes.into_iter().zip(lengths).map(|(stroke, length)| {
            let share = (PIECES as f32 * length / whole).round();
            let parts = if share > 1.0 { share as usize } else { 1 };
            let parts = split(&stroke, length, parts.min(PIECES));
            let parts = parts.into_iter().map(|points| {
                count += 1;
                (count - 1, points)
            });
            parts.collect()
        });
        let mut cut = Self {
            strokes: cut.collect(),
            count: 0,
        };
        if count > MOST {
            // A cloud of dots: neighbors in time go together.
            let parts = cut.strokes.iter_mut().flatten();
            parts.for_each(|part| part.0 = part.0 * PIECES / count);
            count = PIECES;
        }
        cut.count = count;
        cut
    }

    fn count(&self) -> usize {
        self.count
    }

    /// The pieces that stay. Parts that lie side by side are one stroke, with the points that it was drawn with and no others,
    /// so that without anything left out it is the drawing as it was.
    fn drawing(&self, stays: impl Fn(usize) -> bool) -> Drawing {
        let mut strokes = Vec::new();
        for parts in &self.strokes {
            let mut run: Vec<Point> = Vec::new();
            for (piece, points) in parts {
                if !stays(*piece) {
                    strokes.push(std::mem::take(&mut run));
                } else if run.is_empty() {
                    run.extend(points);
                } else {
                    // The cut itself is only there where something ends at it.
                    run.pop();
                    run.extend(points.iter().skip(1));
                }
            }
            strokes.push(run);
        }
        strokes.retain(|stroke| !stroke.is_empty());
        Drawing { strokes }
    }
}

fn length(stroke: &[Point]) -> f32 {
    let steps = stroke.iter().zip(stroke.iter().skip(1));
    steps.map(|(a, b)| distance(*a, *b)).sum()
}

fn distance(a: Point, b: Point) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// A stroke in parts of equal length; each cut is the last point of one and the first of the next.
fn split(stroke: &[Point], length: f32, parts: usize) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut piece: Vec<Point> = stroke.first().copied().into_iter().collect();
    let mut gone = 0.0;
    for (&a, &b) in stroke.iter().zip(stroke.iter().skip(1)) {
        let step = distance(a, b);
        while pieces.len() + 1 < parts {
            let next = length * (pieces.len() + 1) as f32 / parts as f32;
            if next >= gone + step {
                break;
            }
            let share = (next - gone) / step;
            let at = Point::new(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y));
            piece.push(at);
            pieces.push(std::mem::replace(&mut piece, vec![at]));
        }
        gone += step;
        piece.push(b);
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use trazo_ink::{Rng, writer};

    #[test]
    fn a_drawing_without_nothing_is_the_drawing_point_for_point() {
        for digit in 0..10 {
            let drawing = writer::random(digit, &mut Rng::stream(5, digit.into()));
            let cut = Cut::of(&drawing);
            assert_eq!(cut.drawing(|_| true).strokes, drawing.strokes);
            assert!((20..=28).contains(&cut.count()), "{}", cut.count());
            assert!(cut.drawing(|_| false).is_blank());
        }
    }

    #[test]
    fn pieces_are_as_long_as_each_other_and_make_up_the_drawing() {
        let line = [0.0, 240.0, 600.0].map(|x| Point::new(x, 500.0));
        let cut = Cut::of(&Drawing::from_strokes(vec![line.to_vec()]));
        assert_eq!(cut.count(), PIECES);
        let lengths = (0..PIECES).map(|piece| {
            let piece = cut.drawing(|each| each == piece);
            length(&piece.strokes[0])
        });
        assert!(lengths.clone().all(|length| (length - 25.0).abs() < 1e-3));
        // Two runs are left where one in the middle goes.
        let left = cut.drawing(|piece| piece != 10);
        assert_eq!(left.strokes.len(), 2);
        assert_eq!(left.strokes[0].last(), Some(&Point::new(250.0, 500.0)));
        assert_eq!(left.strokes[1].first(), Some(&Point::new(275.0, 500.0)));
    }

    #[test]
    fn a_dot_is_one_piece_and_a_cloud_of_dots_is_not_a_thousand() {
        let dot = |i: usize| vec![Point::new((i % 100) as f32 * 10.0, (i / 100) as f32 * 50.0)];
        assert_eq!(Cut::of(&Drawing::from_strokes(vec![dot(7)])).count(), 1);
        let cloud = Drawing::from_strokes((0..1_000).map(dot).collect());
        let cut = Cut::of(&cloud);
        assert_eq!(cut.count(), PIECES);
        assert_eq!(cut.drawing(|_| true).strokes, cloud.strokes);
        assert_eq!(cut.drawing(|piece| piece == 0).strokes.len(), 42);
    }
}
