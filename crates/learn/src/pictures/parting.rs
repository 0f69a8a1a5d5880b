//! From the marks of a line to digits: a mark is one, several that touch, or a part of one.

use trazo_ink::picture::Mark;
use trazo_nn::Real;

use crate::error::Error;
use crate::reading::{DIGITS, decide, likeliest};

/// What may be a digit.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub mark: Mark,
    pub probabilities: [f32; DIGITS],
    /// Of the likeliest digit.
    pub chance: f32,
}

/// What the network says to a mark; `None` where it has no ink.
pub(super) trait Ask: FnMut(&Mark) -> Result<Option<[f32; DIGITS]>, Error> {}
impl<F: FnMut(&Mark) -> Result<Option<[f32; DIGITS]>, Error>> Ask for F {}

/// A mark that is read with this chance and is not wide is one digit, and nobody asks further.
const CLEAR: f32 = 0.9;

/// Width by height: from here on a mark may be two digits, however clear it is.
const WIDE: f32 = 1.2;

/// And from here on it is more than one.
const TOO_WIDE: f32 = 2.0;

/// Two marks nearer than this, in heights of the line, may be one broken digit.
const BROKEN: f32 = 0.25;

/// The most pieces into which a mark is cut.
const MOST_PIECES: usize = 14;

/// The most pieces that are one digit.
const LONGEST: usize = 4;

/// A digit is not wider than this, in heights of the line.
const WIDEST: f32 = 1.4;

/// Each digit of a mark that is parted has at least this chance.
const PARTED_FROM: f32 = 0.5;

/// The digits among the marks of a line, and what is none, from left to right.
pub(super) fn part(marks: &[Mark], read: &mut impl Ask) -> Result<Vec<Candidate>, Error> {
    let height = median(marks.iter().map(|mark| mark.area().height)).max(1.0);
    let mut wholes = Vec::new();
    for mark in marks {
        wholes.extend(candidate(mark.clone(), read)?);
    }
    heal(&mut wholes, height, read)?;
    let mut found = Vec::new();
    for whole in wholes {
        let aspect = whole.mark.area().width / whole.mark.area().height.max(1.0);
        if whole.chance >= CLEAR && aspect < WIDE {
            found.push(whole);
            continue;
        }
        match parted(&whole, aspect, height, read)? {
            Some(parts) => found.extend(parts),
            None if aspect > TOO_WIDE => {}
            None => found.push(whole),
        }
    }
    Ok(found)
}

/// Joins neighbors that are one broken digit, the surest first.
fn heal(marks: &mut Vec<Candidate>, height: f32, read: &mut impl Ask) -> Result<(), Error> {
    let mut joins = Vec::new();
    for pair in marks.windows(2) {
        joins.push(healed(pair, height, read)?);
    }
    loop {
        let gains = joins.iter().enumerate();
        let gains = gains.filter_map(|(at, join)| join.as_ref().map(|join| (at, join.1)));
        let Some((at, _)) = gains.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return Ok(());
        };
        let Some((whole, _)) = joins.remove(at) else {
            return Ok(());
        };
        // One mark and one join fewer each time.
        marks.remove(at + 1);
        marks[at] = whole;
        for near in [at.checked_sub(1), Some(at)].into_iter().flatten() {
            if let (Some(join), Some(pair)) = (joins.get_mut(near), marks.get(near..near + 2)) {
                *join = healed(pair, height, read)?;
            }
        }
    }
}

fn candidate(mark: Mark, read: &mut impl Ask) -> Result<Option<Candidate>, Error> {
    Ok(read(&mark)?.map(|probabilities| {
        let best = usize::from(likeliest(&probabilities));
        Candidate {
            mark,
            probabilities,
            chance: probabilities.get(best).copied().unwrap_or(0.0),
        }
    }))
}

/// Two neighbors as one, where that is the better reading, and by how much it is.
fn healed(
    pair: &[Candidate],
    height: f32,
    read: &mut impl Ask,
) -> Result<Option<(Candidate, f32)>, Error> {
    let [left, right] = pair else {
        return Ok(None);
    };
    let (a, b) = (left.mark.area(), right.mark.area());
    let width = (a.x + a.width).max(b.x + b.width) - a.x.min(b.x);
    let gap = (b.x - (a.x + a.width)).max(0.0) / height;
    let clear = left.chance.min(right.chance) >= CLEAR;
    if clear && gap > 0.0 || gap > BROKEN || width > WIDEST * height {
        return Ok(None);
    }
    let Some(joined) = Mark::joined(&[left.mark.clone(), right.mark.clone()]) else {
        return Ok(None);
    };
    let apart = 0.5 * (score(left) + score(right));
    let one = candidate(joined, read)?.filter(|one| decide(&one.probabilities).digit.is_some());
    // What is nearer is the likelier rest of a digit.
    if clear {
        // Two strokes of a four may look like a six and a one; but two digits that touch are not clearly one.
        return Ok(one.filter(|one| one.chance >= CLEAR).map(|one| (one, 0.0)));
    }
    let gained = one.map(|one| (score(&one) - apart - gap, one));
    Ok(gained.and_then(|(gain, one)| (gain > 0.0).then_some((one, gain))))
}

/// The log-chance of the likeliest digit.
fn score(one: &Candidate) -> f32 {
    Real::ln(one.chance.clamp(1.0e-6, 1.0))
}

/// The best way to see several digits in a mark; `None` where it is better seen as one.
fn parted(
    whole: &Candidate,
    aspect: f32,
    height: f32,
    read: &mut impl Ask,
) -> Result<Option<Vec<Candidate>>, Error> {
    let pieces = whole
        .mark
        .cut(((aspect * 4.0) as usize + 2).min(MOST_PIECES));
    let n = pieces.len();
    if n < 2 {
        return Ok(None);
    }
    // best[count][end]: the sum of the scores of the best `count` digits of the first `end` pieces, and where the last begins.
    let mut best: Vec<Vec<Option<(f32, usize)>>> = vec![vec![None; n + 1]; n + 1];
    best[0][0] = Some((0.0, 0));
    let mut seen: Vec<Vec<Option<Candidate>>> = vec![vec![None; n + 1]; n + 1];
    for end in 1..=n {
        for start in end.saturating_sub(LONGEST)..end {
            if end - start == n {
                continue;
            }
            let Some(mark) = Mark::joined(&pieces[start..end]) else {
                continue;
            };
            if mark.area().width > WIDEST * height.max(mark.area().height) {
                continue;
            }
            let Some(one) = candidate(mark, read)? else {
                continue;
            };
            // Half a digit that is left over is low.
            if one.chance < PARTED_FROM || one.mark.area().height < 0.4 * height {
                continue;
            }
            for count in 0..n {
                let Some((before, _)) = best[count][start] else {
                    continue;
                };
                let sum = before + score(&one);
                if best[count + 1][end].is_none_or(|(most, _)| most < sum) {
                    best[count + 1][end] = Some((sum, start));
                }
            }
            seen[start][end] = Some(one);
        }
    }
    let mean = |count: usize| best[count][n].map(|(sum, _)| sum / count as f32);
    let counts = (2..=n).filter_map(|count| mean(count).map(|mean| (mean, count)));
    let Some((mean, count)) = counts.max_by(|a, b| a.0.total_cmp(&b.0)) else {
        return Ok(None);
    };
    if mean <= score(whole) && aspect < TOO_WIDE {
        return Ok(None);
    }
    let mut parts = Vec::new();
    let mut end = n;
    for count in (1..=count).rev() {
        let Some((_, start)) = best[count][end] else {
            return Ok(None);
        };
        parts.extend(seen[start][end].take());
        end = start;
    }
    parts.reverse();
    Ok(Some(parts))
}

pub(super) fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    crate::reading::insertion_sort(&mut values, f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
