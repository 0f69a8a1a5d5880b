//! A whole page: the marks on it, joined to what may be digits and put into lines, in reading order.
//!
//! 1. `light`: the paper, whatever shadows lie on it, and which way the ink differs from it.
//! 2. `ruled`: the lines of ruled and squared paper are taken out.
//! 3. Connected parts; those that are no ink of a digit (specks, frames, the table beside the paper) are dropped.
//! 4. Parts of one digit are joined (the hat of a 5, a broken stroke), digits put into lines.
//!
//! What a mark is, and whether a wide one is two digits that touch ([`Mark::cut`]), is for a network to say.

use super::paper::{factor, reduced};
use super::shape::{Shape, connected};
use super::{Grid, check, light, ruled};
use crate::{Error, Ink, Recipe};

/// Longer side of the picture that is worked on; larger ones are averaged down.
const WORKING: usize = 1600;

/// Ink that differs from the paper by fewer grey levels, or deviations of the noise, is none: less is asked than of a
/// picture of one digit, since a mark has to be read as well.
const FAINTEST: f32 = 8.0;
const ABOVE_NOISE: f32 = 4.0;

/// Where printed lines were taken out more is asked: what is left of them in grain is noise, too.
const ABOVE_RULED: f32 = 4.5;

/// More marks than this are print, or a pattern, and no page of numbers.
const MOST_MARKS: usize = 600;

/// The fewest pixels of a mark.
const LEAST_AREA: usize = 8;

/// The height of the smallest digit, in pixels, and as a share of the picture's longer side.
const LEAST_HEIGHT: (f32, f32) = (8.0, 0.015);

/// A body is at least so high, in typical heights; what is lower belongs to one, or is a dash or a speck.
const LEAST_BODY: f32 = 0.4;

/// Higher is no digit among those of the page.
const MOST_BODY: f32 = 2.6;

/// What is so small, in typical heights, is no part of a digit: where printed lines cross they are darker than elsewhere.
const SPECK: f32 = 0.15;

/// And no line of digits is fainter than they are by so much.
const FAINTER: f32 = 0.7;

/// What is left of printed lines is not darker than these, by so much: it was not taken out for being darker.
const LEFT_OVER: f32 = 1.8;

/// A part belongs to the body that it is as near to, in typical heights.
const NEAR: f32 = 0.3;

/// A number ends where the gap on its line is longer, in typical heights.
const LONGEST_GAP: f32 = 6.0;

/// A rectangle in the pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Pixels across.
    pub width: f32,
    /// Pixels down.
    pub height: f32,
}

/// Lines of marks in reading order.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// From top to bottom; the marks of each from left to right.
    pub lines: Vec<Vec<Mark>>,
}

/// What may be a digit, or several that touch, or none.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Only its own coverage, with paper around it.
    coverage: Grid,
    /// Its bounding box among the cells of `coverage`: left, top, right and bottom, the last two exclusive.
    inked: [usize; 4],
    /// Pixels of the picture left of and above `coverage`.
    origin: (f32, f32),
    /// Pixels of the picture that are one cell.
    factor: f32,
}

/// Free cells around a mark.
const MARGIN: usize = 2;

impl Page {
    /// The marks of a picture of `width * height` grey levels, row after row, as [`super::picture_ink`] takes them.
    ///
    /// # Errors
    /// [`Error::PictureExtent`], [`Error::PictureSize`], [`Error::PictureBlank`]; [`Error::PictureCrowded`] where there
    /// are more marks than a page of numbers has.
    pub fn of(width: usize, height: usize, grey: &[u8]) -> Result<Self, Error> {
        check(width, height, 1, grey.len())?;
        let factor = factor(width, height, WORKING);
        let picture = reduced(width, height, grey, WORKING);
        let mut found = light::inked(picture);
        let least = (1.5 * found.noise).max(0.2 * found.contrast).max(4.0);
        let rules = ruled::remove(&mut found.residual, least);
        let mut above = ABOVE_NOISE;
        if rules.is_some() {
            above = ABOVE_RULED;
            // Dense lines were part of both.
            found.contrast = super::paper::contrast(&found.residual.values);
            found.noise = super::paper::deviation(found.residual.values.iter().copied()).max(1.0);
        }
        if found.contrast < FAINTEST || found.contrast < above * found.noise {
            return Err(Error::PictureBlank);
        }
        let levels = found.residual;
        let covered = |level: &f32| (2.0 * level / found.contrast - 0.5).clamp(0.0, 1.0);
        let covered = levels.values.iter().map(covered).collect();
        let coverage = Grid::new(levels.width, levels.height, covered);
        let marks = marks(&coverage)?;
        let mut lines = lines(marks);
        if let Some(rules) = rules {
            lines.retain(|line| !line.iter().all(|mark| is_left_over(mark, &levels, &rules)));
        }
        if lines.is_empty() {
            return Err(Error::PictureBlank);
        }
        let finished = |group: Group| group.crop(&coverage, factor as f32);
        Ok(Self {
            lines: lines
                .into_iter()
                .map(|line| line.into_iter().map(finished).collect())
                .collect(),
        })
    }
}

/// Connected parts that belong together, by their cells.
#[derive(Clone, Debug)]
struct Group {
    /// Left, top, right, bottom; the last two exclusive.
    bounds: [usize; 4],
    /// Cells that are inked, as places in the page.
    cells: Vec<u32>,
    at_edge: usize,
}

impl Group {
    fn width(&self) -> f32 {
        (self.bounds[2] - self.bounds[0]) as f32
    }

    fn height(&self) -> f32 {
        (self.bounds[3] - self.bounds[1]) as f32
    }

    fn middle(&self) -> (f32, f32) {
        let [left, top, right, bottom] = self.bounds;
        ((left + right) as f32 * 0.5, (top + bottom) as f32 * 0.5)
    }

    fn join(&mut self, other: Group) {
        let [left, top, right, bottom] = other.bounds;
        self.bounds[0] = self.bounds[0].min(left);
        self.bounds[1] = self.bounds[1].min(top);
        self.bounds[2] = self.bounds[2].max(right);
        self.bounds[3] = self.bounds[3].max(bottom);
        self.cells.extend(other.cells);
    }

    /// Cells that both have of an axis (0 across, 1 down), less than nothing where there is a gap.
    fn overlap(&self, other: &Group, axis: usize) -> f32 {
        let from = self.bounds[axis].max(other.bounds[axis]);
        let to = self.bounds[axis + 2].min(other.bounds[axis + 2]);
        to as f32 - from as f32
    }

    /// Distance between the two boxes.
    fn gap(&self, other: &Group) -> f32 {
        let apart = |axis| (-self.overlap(other, axis)).max(0.0);
        (apart(0) * apart(0) + apart(1) * apart(1)).sqrt()
    }

    /// The coverage of these cells and of the soft rim around them.
    fn crop(self, page: &Grid, factor: f32) -> Mark {
        let [left, top, right, bottom] = self.bounds;
        let (w, h) = (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN);
        let mut own = vec![false; w * h];
        let place = |cell: u32| {
            let (x, y) = (cell as usize % page.width, cell as usize / page.width);
            (y + MARGIN - top) * w + x + MARGIN - left
        };
        for &cell in &self.cells {
            if let Some(own) = own.get_mut(place(cell)) {
                *own = true;
            }
        }
        let mut values = vec![0.0; w * h];
        for y in 1..h - 1 {
            for x in 1..w - 1 {
                let near = |dy: usize, dx: usize| own[(y + dy - 1) * w + x + dx - 1];
                let here = own[y * w + x];
                let rim = || (0..3).any(|dy| (0..3).any(|dx| near(dy, dx)));
                if here || rim() {
                    let (px, py) = ((x + left) as isize, (y + top) as isize);
                    let value = page.at(px - MARGIN as isize, py - MARGIN as isize);
                    // What is inked and not its own is another's.
                    values[y * w + x] = if here { value } else { value.min(0.5) };
                }
            }
        }
        Mark {
            coverage: Grid::new(w, h, values),
            inked: [MARGIN, MARGIN, w - MARGIN, h - MARGIN],
            origin: (
                (left as f32 - MARGIN as f32) * factor,
                (top as f32 - MARGIN as f32) * factor,
            ),
            factor,
        }
    }
}

/// What may be digits, the parts of each together.
fn marks(coverage: &Grid) -> Result<Vec<Group>, Error> {
    let parts = parts(coverage);
    let mut parts = without_frames(parts);
    parts.retain(|part| !is_edge(part, coverage) && !is_hair(part));
    let longer = coverage.width.max(coverage.height) as f32;
    let least = LEAST_HEIGHT.0.max(LEAST_HEIGHT.1 * longer);
    let Some(typical) = typical_height(&parts, least) else {
        return Ok(Vec::new());
    };
    let is_body = |part: &Group| {
        let high = part.height() >= (LEAST_BODY * typical).max(least);
        high && part.height() <= MOST_BODY * typical && part.cells.len() >= LEAST_AREA
    };
    let (mut bodies, rest): (Vec<Group>, Vec<Group>) = parts.into_iter().partition(is_body);
    if bodies.len() > MOST_MARKS {
        return Err(Error::PictureCrowded { most: MOST_MARKS });
    }
    join_bodies(&mut bodies, typical);
    for part in rest {
        let speck = part.height().max(part.width()) < SPECK * typical;
        if speck || part.height() > MOST_BODY * typical || part.width() > 1.2 * typical {
            continue;
        }
        let gap = |body: &Group| body.gap(&part) + 0.1 * (body.middle().0 - part.middle().0).abs();
        let nearest = bodies
            .iter_mut()
            .min_by(|a, b| gap(a).total_cmp(&gap(b)))
            .filter(|body| body.gap(&part) <= NEAR * typical.min(body.height()));
        if let Some(body) = nearest {
            body.join(part);
        }
    }
    Ok(bodies)
}

/// The connected parts that are more than a speck.
fn parts(coverage: &Grid) -> Vec<Group> {
    let (labels, found) = connected(coverage);
    let mut index = vec![None; found.len()];
    let mut groups = Vec::new();
    for (slot, part) in index.iter_mut().zip(&found) {
        if part.area >= 3 {
            *slot = Some(groups.len());
            groups.push(Group {
                bounds: [usize::MAX, usize::MAX, 0, 0],
                cells: Vec::with_capacity(part.area),
                at_edge: part.at_edge,
            });
        }
    }
    for (at, &label) in labels.iter().enumerate() {
        let group = index.get(label as usize).copied().flatten();
        let Some(group) = group.and_then(|group| groups.get_mut(group)) else {
            continue;
        };
        let (x, y) = (at % coverage.width, at / coverage.width);
        group.bounds[0] = group.bounds[0].min(x);
        group.bounds[1] = group.bounds[1].min(y);
        group.bounds[2] = group.bounds[2].max(x + 1);
        group.bounds[3] = group.bounds[3].max(y + 1);
        group.cells.push(at as u32);
    }
    // What lies along the picture's edge is the table, a shadow or a finger.
    let shorter = coverage.width.min(coverage.height);
    let many = groups.len() > 1;
    groups.retain(|group| {
        let longer = group.width().max(group.height());
        let along = group.at_edge * 4 > shorter || group.at_edge as f32 > 0.6 * longer.max(12.0);
        !(many && along)
    });
    groups
}

/// Without what has others within it that weigh against it: a frame, a cell of a form.
fn without_frames(parts: Vec<Group>) -> Vec<Group> {
    // Only a large one can be a frame, and there are few of those.
    let mut heights: Vec<f32> = parts.iter().map(Group::height).collect();
    let middle = light::median_of(&mut heights);
    let is_frame = |frame: &Group| {
        if frame.height() < 1.5 * middle || frame.cells.len() < LEAST_AREA {
            return false;
        }
        let within = |other: &&Group| {
            let outside = |axis: usize| {
                other.bounds[axis] <= frame.bounds[axis]
                    || other.bounds[axis + 2] >= frame.bounds[axis + 2]
            };
            !outside(0) && !outside(1) && other.height() > 0.2 * frame.height()
        };
        let inside: usize = parts
            .iter()
            .filter(within)
            .map(|part| part.cells.len())
            .sum();
        inside * 3 > frame.cells.len()
    };
    let frames: Vec<bool> = parts.iter().map(is_frame).collect();
    let kept = parts.into_iter().zip(frames);
    kept.filter_map(|(part, frame)| (!frame).then_some(part))
        .collect()
}

/// The edge of the paper or what is left of its squares: it goes over a good part of the picture and has next to no ink for that.
fn is_edge(part: &Group, page: &Grid) -> bool {
    let spans =
        part.width() > 0.25 * page.width as f32 || part.height() > 0.25 * page.height as f32;
    spans && (part.cells.len() as f32) < 0.03 * part.width() * part.height()
}

/// One pixel wide and long: what is left of a printed line. A pen is not so fine, and not so straight.
fn is_hair(part: &Group) -> bool {
    part.width() < 1.5 && part.height() > 13.0
}

/// What is left of a printed line, or may be: as slim as those that were taken out and not much darker; and whatever is
/// much fainter.
fn is_left_over(mark: &Group, levels: &Grid, rules: &ruled::Rules) -> bool {
    let own = mark
        .cells
        .iter()
        .filter_map(|&cell| levels.values.get(cell as usize));
    let level = own.sum::<f32>() / mark.cells.len().max(1) as f32;
    let slim = mark.width() < 0.4 * mark.height()
        && (mark.cells.len() as f32) < (rules.thickness + 1.5) * mark.height();
    level < rules.level * if slim { LEFT_OVER } else { FAINTER }
}

/// The middle of the heights, each counted as often as it has ink: specks do not count much.
fn typical_height(parts: &[Group], least: f32) -> Option<f32> {
    let mut heights: Vec<(f32, usize)> = parts
        .iter()
        .filter(|part| part.cells.len() >= LEAST_AREA && part.height() >= least)
        .map(|part| (part.height(), part.cells.len()))
        .collect();
    heights.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: usize = heights.iter().map(|part| part.1).sum();
    let mut so_far = 0;
    heights.into_iter().find_map(|(height, area)| {
        so_far += area;
        (so_far * 2 >= all).then_some(height)
    })
}

/// Two bodies of which one lies above the other, or within its box, are one broken digit.
fn join_bodies(bodies: &mut Vec<Group>, typical: f32) {
    bodies.sort_by_key(|body| body.bounds[0]);
    let mut at = 0;
    while at < bodies.len() {
        let mut other = at + 1;
        while other < bodies.len() {
            let (a, b) = (&bodies[at], &bodies[other]);
            if b.bounds[0] as f32 >= a.bounds[2] as f32 + 0.2 * typical {
                break;
            }
            let across = a.overlap(b, 0) / a.width().min(b.width()).max(1.0);
            let down = a.overlap(b, 1) / a.height().min(b.height()).max(1.0);
            let small = a.height().max(b.height()) < 0.75 * typical;
            let together = a.bounds[3].max(b.bounds[3]) - a.bounds[1].min(b.bounds[1]);
            let beside = across > 0.6 && down > 0.5;
            let above = across > 0.5 && small && a.gap(b) < NEAR * typical;
            let broken = down < 0.3
                && a.height().min(b.height()) < 0.75 * typical
                && a.gap(b) < 0.2 * typical;
            let whole = (together as f32) < if broken { 1.3 } else { 1.6 } * typical;
            if (beside || above || broken) && whole {
                let part = bodies.remove(other);
                bodies[at].join(part);
                other = at + 1;
            } else {
                other += 1;
            }
        }
        at += 1;
    }
}

/// Lines from top to bottom, each from left to right: a mark goes on the line at whose end it stands.
fn lines(mut marks: Vec<Group>) -> Vec<Vec<Group>> {
    marks.sort_by_key(|mark| mark.bounds[0] + mark.bounds[2]);
    let mut lines: Vec<Vec<Group>> = Vec::new();
    for mark in marks {
        let fit = |line: &Vec<Group>| -> f32 {
            // The last two, so that one high or low mark does not break a line.
            let ends = line.iter().rev().take(2).map(|last| {
                let height = last.height().max(mark.height());
                let gap = mark.bounds[0] as f32 - last.bounds[2] as f32;
                let shared = last.overlap(&mark, 1) / last.height().min(mark.height()).max(1.0);
                let level = 1.0 - (last.middle().1 - mark.middle().1).abs() / height;
                if gap > LONGEST_GAP * height || shared < 0.35 {
                    0.0
                } else {
                    level - 0.02 * gap.max(0.0) / height
                }
            });
            ends.fold(0.0, f32::max)
        };
        let best = lines
            .iter_mut()
            .map(|line| (fit(line), line))
            .filter(|(fit, _)| *fit > 0.3)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((_, line)) => line.push(mark),
            None => lines.push(vec![mark]),
        }
    }
    let level = |line: &Vec<Group>| {
        let sum: f32 = line.iter().map(|mark| mark.middle().1).sum();
        sum / line.len().max(1) as f32
    };
    lines.sort_by(|a, b| level(a).total_cmp(&level(b)));
    lines
}

impl Mark {
    /// Where it is in the picture.
    #[must_use]
    pub fn area(&self) -> Area {
        let [left, top, right, bottom] = self.inked.map(|cell| cell as f32 * self.factor);
        Area {
            x: self.origin.0 + left,
            y: self.origin.1 + top,
            width: right - left,
            height: bottom - top,
        }
    }

    /// What a network with this recipe is shown of it; `None` where nothing is left.
    #[must_use]
    pub fn ink(&self, recipe: Recipe) -> Option<Ink> {
        let shape = Shape::of(&self.coverage)?;
        Some(match recipe {
            Recipe::Mnist28 { .. } => super::drawn(&shape),
            Recipe::PadBits20 => super::drawn_as_bits(&shape),
        })
    }

    /// The same for both recipes, 28x28 and 20x20: it is measured only once.
    #[must_use]
    pub fn inks(&self) -> Option<(Ink, Ink)> {
        let shape = Shape::of(&self.coverage)?;
        Some((super::drawn(&shape), super::drawn_as_bits(&shape)))
    }

    /// Parted from top to bottom where there is little ink: the pieces from left to right, at most `most` of them, none
    /// much slimmer than a fifth of the mark's height. Fewer than two where it cannot be parted.
    ///
    /// Each cut is the way down that crosses the least ink (as touching characters are parted by the lines of
    /// Casey & Lecolinet 1996, "A survey of methods and strategies in character segmentation", section 3).
    #[must_use]
    pub fn cut(&self, most: usize) -> Vec<Mark> {
        let [left, top, right, bottom] = self.inked;
        let (w, h) = (self.coverage.width, self.coverage.height);
        let apart = ((bottom - top) / 5).max(2);
        if right - left < 2 * apart || most < 2 {
            return vec![self.clone()];
        }
        // The ink that is crossed on the way down around each column.
        let mut seams: Vec<(f32, Vec<usize>)> = (left + apart..right - apart + 1)
            .step_by((apart / 4).max(1))
            .map(|column| self.seam(column, apart / 2))
            .collect();
        seams.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut kept: Vec<Vec<usize>> = Vec::new();
        for (_, seam) in seams {
            let clear = |other: &Vec<usize>| {
                let distance: usize = other.iter().zip(&seam).map(|(a, b)| a.abs_diff(*b)).sum();
                distance >= apart * seam.len()
            };
            if kept.len() + 1 < most && kept.iter().all(clear) {
                kept.push(seam);
            }
        }
        kept.sort_by_key(|seam| seam.iter().sum::<usize>());
        let mut pieces = Vec::new();
        for piece in 0..=kept.len() {
            let from = piece.checked_sub(1).and_then(|at| kept.get(at));
            let to = kept.get(piece);
            let mut values = vec![0.0; w * h];
            for y in 0..h {
                let at = |seam: &Vec<usize>| seam.get(y).copied().unwrap_or(0);
                let (from, to) = (from.map_or(0, at), to.map_or(w, at).min(w));
                for x in from..to.max(from) {
                    values[y * w + x] = self.coverage.values[y * w + x];
                }
            }
            pieces.extend(self.with(values));
        }
        pieces
    }

    /// Several marks as one.
    #[must_use]
    pub fn joined(marks: &[Mark]) -> Option<Mark> {
        let (first, rest) = marks.split_first()?;
        let mut all = first.clone();
        for mark in rest {
            all = all.with_other(mark)?;
        }
        Some(all)
    }

    fn with_other(&self, other: &Mark) -> Option<Mark> {
        let cell = |mark: &Mark| {
            let at = |v: f32| libm::roundf(v / self.factor) as isize;
            (at(mark.origin.0), at(mark.origin.1))
        };
        let ((ax, ay), (bx, by)) = (cell(self), cell(other));
        let (left, top) = (ax.min(bx), ay.min(by));
        let reach = |at: isize, size: usize, from: isize| (at - from) as usize + size;
        let w = reach(ax, self.coverage.width, left).max(reach(bx, other.coverage.width, left));
        let h = reach(ay, self.coverage.height, top).max(reach(by, other.coverage.height, top));
        let mut values = vec![0.0_f32; w * h];
        for (mark, x0, y0) in [(self, ax - left, ay - top), (other, bx - left, by - top)] {
            let rows = mark.coverage.values.chunks_exact(mark.coverage.width);
            for (y, row) in rows.enumerate() {
                for (x, &value) in row.iter().enumerate() {
                    let to = (y + y0 as usize) * w + x + x0 as usize;
                    if let Some(cell) = values.get_mut(to) {
                        *cell = cell.max(value);
                    }
                }
            }
        }
        let frame = Mark {
            coverage: Grid::new(w, h, Vec::new()),
            inked: [0, 0, w, h],
            origin: (left as f32 * self.factor, top as f32 * self.factor),
            factor: self.factor,
        };
        frame.with(values)
    }

    /// This mark with other coverage; `None` where nothing of it is inked.
    fn with(&self, values: Vec<f32>) -> Option<Mark> {
        let w = self.coverage.width;
        let mut inked = [usize::MAX, usize::MAX, 0, 0];
        for (at, _) in values.iter().enumerate().filter(|cell| *cell.1 > 0.5) {
            let (x, y) = (at % w, at / w);
            inked = [
                inked[0].min(x),
                inked[1].min(y),
                inked[2].max(x + 1),
                inked[3].max(y + 1),
            ];
        }
        (inked[2] > 0).then(|| Mark {
            coverage: Grid::new(w, self.coverage.height, values),
            inked,
            ..self.clone()
        })
    }

    /// The way from top to bottom within `reach` of a column that crosses the least ink, and how much that is.
    fn seam(&self, column: usize, reach: usize) -> (f32, Vec<usize>) {
        let (w, h) = (self.coverage.width, self.coverage.height);
        let from = column.saturating_sub(reach);
        let to = (column + reach + 1).min(w);
        let n = to - from;
        let mut costs = vec![0.0_f32; n];
        let mut came: Vec<u8> = Vec::with_capacity(n * h);
        for y in 0..h {
            let mut next = vec![0.0; n];
            for (i, cost) in next.iter_mut().enumerate() {
                // Straight down, or one to the side at a price.
                let ways = [(1, 0.0), (0, 0.06), (2, 0.06)];
                let way = |&(step, price): &(usize, f32)| {
                    let before = (i + step).checked_sub(1).and_then(|at| costs.get(at));
                    before.map(|before| (before + price, step as u8))
                };
                let best = ways.iter().filter_map(way);
                let best = best.fold((f32::INFINITY, 1), |a, b| if b.0 < a.0 { b } else { a });
                *cost = best.0 + self.coverage.values[y * w + from + i];
                came.push(best.1);
            }
            costs = next;
        }
        let mut at = (0..n)
            .min_by(|&a, &b| costs[a].total_cmp(&costs[b]))
            .unwrap_or(0);
        let cost = costs.get(at).copied().unwrap_or(f32::INFINITY);
        let mut seam = vec![0; h];
        for y in (0..h).rev() {
            seam[y] = from + at;
            let step = came.get(y * n + at).copied().unwrap_or(1);
            at = (at + usize::from(step)).saturating_sub(1).min(n - 1);
        }
        (cost, seam)
    }
}
