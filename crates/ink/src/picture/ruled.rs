//! The printed lines of ruled and squared paper, taken out of what is written over them.
//!
//! A ruled line is found in pieces, where it crosses nothing: runs of a few inked pixels down a column that
//! go on from column to column. Pieces that continue each other and together go over a good part of the
//! page are one line; a digit's stroke is not so long. So a line may lean, bend with the paper and be
//! broken. It is filled from above and below, so that a stroke that crosses it stays whole.

use super::Grid;
use super::light::{median_of, transposed};

/// A line goes over at least this share of the picture.
const LEAST_LENGTH: f32 = 0.3;

/// The pieces at the end of a line that say how steep it is there.
const END: usize = 7;

/// Beside so many of them a shorter one is one too, from this share on.
const MANY: usize = 4;
const SHORT_LENGTH: f32 = 0.08;

/// And this share of the way from its first to its last pixel has to be seen.
const LEAST_SEEN: f32 = 0.5;

/// The longest gap in a line, as a share of the picture: where a digit lies along it.
const LONGEST_GAP: f32 = 0.08;

/// The shortest piece, in pixels.
const SHORTEST: usize = 10;

/// The most pieces that are looked at; a page that has more is none that was ruled.
const MOST_PIECES: usize = 20_000;

/// A column is averaged with so many on each side of it, along which a line goes on and grain does not.
const REACH: usize = 2;

/// Columns that may be missing in a piece: where a line of the other direction crosses it.
const JUMP: usize = 8;

/// A stroke that crosses a line goes at most so far to the side on half of the way, in pixels.
const SLANT: isize = 5;

/// Steeper than this is a line of the other direction.
const STEEPEST: f32 = 0.5;

/// A stretch of a line: its middle at the first and last column, straight between them.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from: (f32, f32),
    to: (f32, f32),
    thickness: f32,
}

impl Piece {
    fn length(&self) -> f32 {
        self.to.0 - self.from.0 + 1.0
    }

    fn slope(&self) -> f32 {
        (self.to.1 - self.from.1) / (self.to.0 - self.from.0).max(1.0)
    }
}

/// How printed lines look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// In pixels.
    pub thickness: f32,
    /// In grey levels.
    pub level: f32,
}

/// Takes the lines along both axes out; `least` is what a pixel of a line has in grey levels. Returns the thickness and the
/// level of the strongest, or `None` where there are none.
pub(super) fn remove(residual: &mut Grid, least: f32) -> Option<Rules> {
    let mut turned = transposed(residual);
    let across = remove_across(residual, &turned, least);
    if across.is_some() {
        turned = transposed(residual);
    }
    let down = remove_across(&mut turned, residual, least);
    if down.is_some() {
        *residual = transposed(&turned);
    }
    let both = across.into_iter().chain(down);
    both.reduce(|a, b| Rules {
        thickness: a.thickness.max(b.thickness),
        level: a.level.max(b.level),
    })
}

/// `turned` has the columns of `residual` for rows: pieces are followed from column to column, and so lie together.
fn remove_across(residual: &mut Grid, turned: &Grid, least: f32) -> Option<Rules> {
    let (w, h) = (residual.width, residual.height);
    let thickest = (w.max(h) / 100).clamp(2, 16);
    if w < 4 * SHORTEST || h < 4 * thickest {
        return None;
    }
    let pieces = pieces(turned, least, thickest);
    if pieces.len() > MOST_PIECES {
        return None;
    }
    let lines = lines(pieces, w);
    let original = residual.clone();
    let (mut thicknesses, mut levels) = (Vec::new(), Vec::new());
    for line in &lines {
        let rules = erase(residual, &original, line);
        thicknesses.push(rules.thickness);
        levels.push(rules.level);
    }
    (!lines.is_empty()).then(|| Rules {
        thickness: median_of(&mut thicknesses),
        level: median_of(&mut levels),
    })
}

/// A piece that is being followed.
struct Trail {
    /// Middle of the run in each column since `from`; a column that was jumped over has none.
    points: Vec<(f32, f32)>,
    thickness: f32,
    /// Rows of its latest run.
    run: (usize, usize),
    column: usize,
}

fn pieces(columns: &Grid, least: f32, thickest: usize) -> Vec<Piece> {
    let h = columns.width;
    let mut open: Vec<Trail> = Vec::new();
    let mut found = Vec::new();
    let w = columns.values.len() / h.max(1);
    let mut mean = vec![0.0; h];
    for x in 0..w {
        let (from, to) = (x.saturating_sub(REACH), (x + REACH + 1).min(w));
        mean.fill(0.0);
        for column in columns.values[from * h..to * h].chunks_exact(h) {
            for (mean, value) in mean.iter_mut().zip(column) {
                *mean += value;
            }
        }
        let share = 1.0 / (to - from) as f32;
        mean.iter_mut().for_each(|mean| *mean *= share);
        let column = &mean;
        let mut next: Vec<Trail> = Vec::new();
        let mut y = 0;
        while y < h {
            let seen = column[y..].iter().take_while(|&&value| value > least);
            let run = seen.count();
            if run == 0 {
                y += 1;
                continue;
            }
            let top = y;
            y += run;
            if run > thickest {
                continue;
            }
            let point = (x as f32 + 0.5, (top + y) as f32 * 0.5);
            let thickness = (y - top) as f32;
            let touching = open.iter().position(|trail| {
                let apart = (x - trail.column) / 3;
                trail.run.0 <= y + apart && top <= trail.run.1 + apart
            });
            match touching {
                Some(at) => {
                    let mut trail = open.remove(at);
                    trail.points.push(point);
                    trail.thickness += thickness;
                    trail.run = (top, y);
                    trail.column = x;
                    next.push(trail);
                }
                None => next.push(Trail {
                    points: vec![point],
                    thickness,
                    run: (top, y),
                    column: x,
                }),
            }
        }
        for trail in open {
            if x - trail.column <= JUMP {
                next.push(trail);
            } else {
                found.extend(straight(&trail));
            }
        }
        next.sort_by_key(|trail| trail.run.0);
        open = next;
        if found.len() > MOST_PIECES {
            return found;
        }
    }
    found.extend(open.iter().flat_map(straight));
    found
}

/// The straight stretches of a trail that are long enough, by splitting where it is furthest from the chord.
fn straight(trail: &Trail) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut pending = vec![&trail.points[..]];
    let thickness = trail.thickness / trail.points.len().max(1) as f32;
    while let Some(points) = pending.pop() {
        let (Some(&first), Some(&last)) = (points.first(), points.last()) else {
            continue;
        };
        if points.len() < SHORTEST {
            continue;
        }
        let slope = (last.1 - first.1) / (last.0 - first.0).max(1.0);
        let off = |p: &(f32, f32)| (p.1 - first.1 - slope * (p.0 - first.0)).abs();
        let furthest =
            (0..points.len()).max_by(|&a, &b| off(&points[a]).total_cmp(&off(&points[b])));
        match furthest.filter(|&at| off(&points[at]) > 2.0) {
            Some(at) => {
                let (before, after) = points.split_at(at);
                pending.push(before);
                pending.push(after);
            }
            None => pieces.push(fitted(points, thickness)),
        }
    }
    pieces.retain(|piece| piece.slope().abs() < STEEPEST);
    pieces
}

/// Least squares.
fn fitted(points: &[(f32, f32)], thickness: f32) -> Piece {
    let n = points.len().max(1) as f32;
    let mean = |of: fn(&(f32, f32)) -> f32| points.iter().map(of).sum::<f32>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (mut along, mut across) = (0.0, 0.0);
    for p in points {
        along += (p.0 - x) * (p.0 - x);
        across += (p.0 - x) * (p.1 - y);
    }
    let slope = across / along.max(1.0);
    let at = |p: Option<&(f32, f32)>| p.map_or((x, y), |p| (p.0, y + slope * (p.0 - x)));
    Piece {
        from: at(points.first()),
        to: at(points.last()),
        thickness,
    }
}

/// Pieces that continue each other, where they are long enough together; shorter ones, too, where they go the way of the
/// lines beside them.
fn lines(mut pieces: Vec<Piece>, width: usize) -> Vec<Vec<Piece>> {
    let width = width as f32;
    pieces.sort_by(|a, b| a.from.0.total_cmp(&b.from.0));
    let mut used = vec![false; pieces.len()];
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for least in [LEAST_LENGTH, SHORT_LENGTH] {
        let known = lines.len();
        if least < LEAST_LENGTH && known < MANY {
            break;
        }
        for start in 0..pieces.len() {
            if used[start] {
                continue;
            }
            let members = chain(start, &pieces, &used, width);
            let line: Vec<Piece> = members.iter().map(|&at| pieces[at]).collect();
            let seen: f32 = line.iter().map(Piece::length).sum();
            let Some(whole) = whole(&line) else { continue };
            let fits = least >= LEAST_LENGTH || is_beside(&whole, &lines[..known]);
            if seen >= least * width && seen >= LEAST_SEEN * whole.length() && fits {
                members.iter().for_each(|&at| used[at] = true);
                lines.push(line);
            }
        }
        for line in &mut lines[known..] {
            extend(line, &pieces, &mut used);
        }
    }
    lines
}

/// The places of pieces that continue each other, from one on.
fn chain(start: usize, pieces: &[Piece], used: &[bool], width: f32) -> Vec<usize> {
    let mut line = vec![pieces[start]];
    let mut members = vec![start];
    let mut at = start + 1;
    while let Some(&last) = line.last() {
        // The slope over a longer way is the surer one.
        let back = line.len().saturating_sub(4);
        let begin = line.get(back).map_or(last.from, |piece| piece.from);
        let slope = (last.to.1 - begin.1) / (last.to.0 - begin.0).max(1.0);
        let long = (last.to.0 - begin.0).max(1.0);
        let limit = last.to.0 + LONGEST_GAP * width;
        let mut best: Option<(f32, usize)> = None;
        for (next, piece) in pieces.iter().enumerate().skip(at) {
            if piece.from.0 > limit {
                break;
            }
            let gap = piece.from.0 - last.to.0;
            if used[next] || gap < -2.0 {
                continue;
            }
            let off = (piece.from.1 - last.to.1 - slope * gap).abs();
            // What is known of the slope: half a pixel over its length.
            let allowed = 1.5 + gap.max(0.0) * (0.01 + 0.7 / long);
            let turn = (piece.slope() - slope).abs();
            if off > allowed || turn > 0.03 + 2.0 / piece.length().min(long) {
                continue;
            }
            let score = gap.max(0.0) + 4.0 * off;
            if best.is_none_or(|(least, _)| score < least) {
                best = Some((score, next));
            }
        }
        let Some((_, next)) = best else { break };
        line.push(pieces[next]);
        members.push(next);
        at = next + 1;
    }
    members
}

/// From the first pixel of a line straight to its last.
fn whole(line: &[Piece]) -> Option<Piece> {
    let (first, last) = (line.first()?, line.last()?);
    Some(Piece {
        from: first.from,
        to: last.to,
        thickness: first.thickness,
    })
}

/// Whether a stretch is as steep as the line next to it, and no thicker.
fn is_beside(stretch: &Piece, lines: &[Vec<Piece>]) -> bool {
    let middle = |piece: &Piece| 0.5 * (piece.from.0 + piece.to.0);
    let apart = |line: &Piece| {
        let there = line.from.1 + line.slope() * (middle(stretch) - line.from.0);
        (there - 0.5 * (stretch.from.1 + stretch.to.1)).abs()
    };
    let lines = lines.iter().filter_map(|line| whole(line));
    let nearest = lines.min_by(|a, b| apart(a).total_cmp(&apart(b)));
    nearest.is_some_and(|line| {
        let turn = (line.slope() - stretch.slope()).abs();
        turn <= 0.02 + 1.0 / stretch.length() && stretch.thickness <= line.thickness + 1.5
    })
}

/// Adds what lies on the way of a line before its first and after its last pixel, however far: a number that is written on
/// it has parted it, and what is left may be too short for a line by itself.
fn extend(line: &mut Vec<Piece>, pieces: &[Piece], used: &mut [bool]) {
    let tail = line.len().saturating_sub(END);
    let ends = whole(&line[..line.len().min(END)]).zip(whole(&line[tail..]));
    let Some((first, last)) = ends else { return };
    for (piece, used) in pieces.iter().zip(used).filter(|(_, used)| !**used) {
        let (end, slope, near) = if piece.from.0 >= last.to.0 - 2.0 {
            (last.to, last.slope(), piece.from)
        } else if piece.to.0 <= first.from.0 + 2.0 {
            (first.from, first.slope(), piece.to)
        } else {
            continue;
        };
        let gap = near.0 - end.0;
        let off = (near.1 - end.1 - slope * gap).abs();
        let turn = (piece.slope() - slope).abs();
        if off <= 1.5 + 0.01 * gap.abs() && turn <= 0.03 + 2.0 / piece.length() {
            line.push(*piece);
            *used = true;
        }
    }
    line.sort_by(|a, b| a.from.0.total_cmp(&b.from.0));
}

/// What is so much darker than a line is ink that lies along it.
const DARKER: f32 = 1.45;

/// Fills a line, over its gaps too, from above and below. Returns what it looked like.
fn erase(residual: &mut Grid, original: &Grid, line: &[Piece]) -> Rules {
    let mut levels = Vec::new();
    for piece in line {
        for x in (piece.from.0 as usize)..=(piece.to.0 as usize) {
            let y = piece.from.1 + piece.slope() * (x as f32 + 0.5 - piece.from.0);
            levels.push(original.sample(x as f32 + 0.5, y));
        }
    }
    let level = median_of(&mut levels);
    let darkest = DARKER * level;
    let mut thicknesses: Vec<f32> = line.iter().map(|piece| piece.thickness).collect();
    let thickness = median_of(&mut thicknesses);
    let rules = Rules { thickness, level };
    let mut knots: Vec<(f32, f32)> = Vec::new();
    for piece in line {
        knots.push(piece.from);
        knots.push(piece.to);
    }
    // A little beyond both ends, which a blurred line has and the pieces do not.
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else {
        return rules;
    };
    let beyond = 6.0;
    knots.insert(
        0,
        (first.from.0 - beyond, first.from.1 - beyond * first.slope()),
    );
    knots.push((last.to.0 + beyond, last.to.1 + beyond * last.slope()));
    let half = 0.5 * thickness + 1.2;
    for pair in knots.windows(2) {
        let &[a, b] = pair else { continue };
        let from = a.0.max(0.0) as usize;
        let to = (b.0.max(0.0) as usize + 1).min(residual.width);
        for x in from..to {
            let along = ((x as f32 + 0.5 - a.0) / (b.0 - a.0).max(1.0)).clamp(0.0, 1.0);
            let y = a.1 + (b.1 - a.1) * along;
            let (top, bottom) = ((y - half) as isize, (y + half) as isize);
            let column = x as isize;
            let above = |x: isize| original.at(x, top - 1).min(original.at(x, top - 2));
            let below = |x: isize| original.at(x, bottom + 1).min(original.at(x, bottom + 2));
            // A stroke that ends here, or crosses, perhaps at a slant.
            let crossing = (-SLANT..=SLANT).map(|by| above(column - by).min(below(column + by)));
            let most = crossing.fold(above(column).max(below(column)), f32::max);
            for y in top.max(0)..=bottom.min(residual.height as isize - 1) {
                let value = residual.values.get_mut(y as usize * residual.width + x);
                if let Some(value) = value.filter(|value| **value < darkest) {
                    *value = value.min(most);
                }
            }
        }
    }
    rules
}
