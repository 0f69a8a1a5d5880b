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

/// And this share of the way from its first to its last pixel has to be seen.
const LEAST_SEEN: f32 = 0.5;

/// The longest gap in a line, as a share of the picture: where a digit lies along it.
const LONGEST_GAP: f32 = 0.08;

/// The shortest piece, in pixels.
const SHORTEST: usize = 10;

/// The most pieces that are looked at; a page that has more is none that was ruled.
const MOST_PIECES: usize = 20_000;

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

/// Takes the lines along both axes out; `least` is what a pixel of a line has in grey levels. Returns how many there were.
pub(super) fn remove(residual: &mut Grid, least: f32) -> usize {
    let mut turned = transposed(residual);
    let across = remove_across(residual, &turned, least);
    if across > 0 {
        turned = transposed(residual);
    }
    let down = remove_across(&mut turned, residual, least);
    if down > 0 {
        *residual = transposed(&turned);
    }
    across + down
}

/// `turned` has the columns of `residual` for rows: pieces are followed from column to column, and so lie together.
fn remove_across(residual: &mut Grid, turned: &Grid, least: f32) -> usize {
    let (w, h) = (residual.width, residual.height);
    let thickest = (w.max(h) / 160).clamp(2, 12);
    if w < 4 * SHORTEST || h < 4 * thickest {
        return 0;
    }
    let pieces = pieces(turned, least, thickest);
    if pieces.len() > MOST_PIECES {
        return 0;
    }
    let lines = lines(pieces, w);
    if lines.is_empty() {
        return 0;
    }
    let original = residual.clone();
    for line in &lines {
        erase(residual, &original, line);
    }
    lines.len()
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
    for (x, column) in columns.values.chunks_exact(h).enumerate() {
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

/// Pieces that continue each other, where they are long enough together.
fn lines(mut pieces: Vec<Piece>, width: usize) -> Vec<Vec<Piece>> {
    let width = width as f32;
    pieces.sort_by(|a, b| a.from.0.total_cmp(&b.from.0));
    let mut used = vec![false; pieces.len()];
    let mut lines = Vec::new();
    for start in 0..pieces.len() {
        if used[start] {
            continue;
        }
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
        let seen: f32 = line.iter().map(Piece::length).sum();
        let span = line.last().map_or(0.0, |last| last.to.0) - line[0].from.0;
        if seen >= LEAST_LENGTH * width && seen >= LEAST_SEEN * span {
            members.iter().for_each(|&at| used[at] = true);
            lines.push(line);
        }
    }
    lines
}

/// What is so much darker than a line is ink that lies along it.
const DARKER: f32 = 1.45;

/// Fills a line, over its gaps too, from above and below.
fn erase(residual: &mut Grid, original: &Grid, line: &[Piece]) {
    let mut levels = Vec::new();
    for piece in line {
        for x in (piece.from.0 as usize)..=(piece.to.0 as usize) {
            let y = piece.from.1 + piece.slope() * (x as f32 + 0.5 - piece.from.0);
            levels.push(original.sample(x as f32 + 0.5, y));
        }
    }
    let darkest = DARKER * median_of(&mut levels);
    let mut knots: Vec<(f32, f32)> = Vec::new();
    for piece in line {
        knots.push(piece.from);
        knots.push(piece.to);
    }
    // A little beyond both ends, which a blurred line has and the pieces do not.
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else {
        return;
    };
    let beyond = 6.0;
    knots.insert(
        0,
        (first.from.0 - beyond, first.from.1 - beyond * first.slope()),
    );
    knots.push((last.to.0 + beyond, last.to.1 + beyond * last.slope()));
    let mut thicknesses: Vec<f32> = line.iter().map(|piece| piece.thickness).collect();
    let half = 0.5 * median_of(&mut thicknesses) + 1.2;
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
}
