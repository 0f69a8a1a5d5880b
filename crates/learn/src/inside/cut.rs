//! A sum cut into parts so that nobody has to add more than ten numbers at a time: each level adds up to the number that
//! opened it, and each part opens into the level below, down to single products.
//!
//! | layer | first cut | below |
//! |---|---|---|
//! | convolution, pool | the cells of the window, by row where they are more than ten | a cell's channels: the eight largest, and the others |
//! | dense, of a picture | its cells, or blocks of them, by row of blocks | cells, then their channels as above |
//! | dense, of a list | the eight largest, and the others | the others by size |
//!
//! Where there are several channels a second way cuts by channel first.

use std::collections::BTreeMap;

use super::sum::Sum;

/// Numbers to add at one level.
pub const MOST: usize = 10;
/// Of those by size that stand for themselves.
const LARGEST: usize = 8;

/// What a group stands for. Cells count from the upper left corner, of the window or of what enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole sum.
    All,
    /// A cell: row, column.
    Place(usize, usize),
    /// A row of a window.
    Row(usize),
    /// A rectangle of what enters: row, column, height, width.
    Block(usize, usize, usize, usize),
    /// A channel of what enters.
    Map(usize),
    /// What is smaller than what stands beside it.
    Rest,
    /// Of more than ten that stand in order, the first to the last, counted from 1.
    Ranks(usize, usize),
}

/// Some terms of a sum: at most [`MOST`] numbers, single terms first, then groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What it stands for.
    pub part: Part,
    /// `Σ x w` of all that is in it.
    pub sum: f64,
    /// `Σ x q` of all that is in it, where the weights are whole numbers.
    pub whole: Option<f64>,
    /// Terms in it, at all levels.
    pub count: usize,
    /// Terms of this level.
    pub terms: Vec<usize>,
    /// Groups of this level.
    pub groups: Vec<Group>,
}

/// How the first level is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By cells.
    Place,
    /// By channels.
    Map,
    /// By size.
    Size,
}

/// What the terms of a sum are, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Terms {
    /// `[height, width, channels]`, channels innermost; `window`: of a window. `marked`: the last of the channels is a mark
    /// that is the same all over.
    Picture {
        shape: [usize; 3],
        window: bool,
        marked: bool,
    },
    /// One beside the other.
    List(usize),
}

/// One number of a level.
enum Item {
    Term(usize),
    Group(Group),
}

/// All ways to cut `sum`.
pub(super) fn cuts(sum: &Sum, terms: Terms) -> Vec<(By, Group)> {
    let cutter = Cutter { sum };
    match terms {
        Terms::List(count) => {
            vec![(By::Size, cutter.by_size(Part::All, (0..count).collect()))]
        }
        Terms::Picture {
            shape: [1, 1, count],
            ..
        } => vec![(By::Size, cutter.by_size(Part::All, (0..count).collect()))],
        Terms::Picture {
            shape,
            window,
            marked,
        } => {
            let picture = Picture {
                cutter,
                shape,
                window,
            };
            let channels = shape[2];
            let plain = channels - usize::from(marked);
            let mut places = picture.cells(0..plain);
            if marked {
                places.push(Item::Group(picture.map(plain)));
            }
            let mut ways = vec![(By::Place, cutter.group(Part::All, places))];
            if channels > 1 {
                let maps = (0..channels).map(|channel| picture.map(channel));
                ways.push((By::Map, cutter.largest(maps.collect())));
            }
            ways
        }
    }
}

#[derive(Clone, Copy)]
struct Cutter<'a> {
    sum: &'a Sum,
}

impl Cutter<'_> {
    /// Puts a level together; where it has too many numbers, runs of them are put together first.
    fn group(self, part: Part, items: Vec<Item>) -> Group {
        let items = self.at_most_ten(items);
        let mut group = Group {
            part,
            sum: 0.0,
            whole: self.sum.whole.as_ref().map(|_| 0.0),
            count: 0,
            terms: Vec::new(),
            groups: Vec::new(),
        };
        for item in items {
            let (sum, whole, count) = match &item {
                Item::Term(term) => (self.sum.product(*term), self.sum.whole_product(*term), 1),
                Item::Group(group) => (group.sum, group.whole, group.count),
            };
            group.sum += sum;
            group.whole = group.whole.zip(whole).map(|(a, b)| a + b);
            group.count += count;
            match item {
                Item::Term(term) => group.terms.push(term),
                Item::Group(inner) => group.groups.push(inner),
            }
        }
        group
    }

    fn at_most_ten(self, items: Vec<Item>) -> Vec<Item> {
        let count = items.len();
        if count <= MOST {
            return items;
        }
        let mut each = MOST;
        while count.div_ceil(each) > MOST {
            each *= MOST;
        }
        let mut items = items.into_iter();
        let runs = (0..count).step_by(each).map(|first| {
            let run: Vec<Item> = items.by_ref().take(each).collect();
            let part = Part::Ranks(first + 1, first + run.len());
            Item::Group(self.group(part, run))
        });
        runs.collect()
    }

    /// The eight largest products, and the others by size; in order where they are not too many.
    fn by_size(self, part: Part, mut terms: Vec<usize>) -> Group {
        if terms.len() > MOST {
            let size = |term: &usize| self.sum.product(*term).abs();
            terms = largest_first(terms, size);
            let rest = terms.split_off(LARGEST);
            let rest = self.group(Part::Rest, rest.into_iter().map(Item::Term).collect());
            let largest = terms.into_iter().map(Item::Term);
            return self.group(part, largest.chain([Item::Group(rest)]).collect());
        }
        self.group(part, terms.into_iter().map(Item::Term).collect())
    }

    /// The whole sum as its eight largest groups, and the others by size.
    fn largest(self, mut groups: Vec<Group>) -> Group {
        let mut rest = None;
        if groups.len() > MOST {
            groups = largest_first(groups, |group| group.sum.abs());
            let smaller = groups.split_off(LARGEST);
            rest = Some(self.group(Part::Rest, smaller.into_iter().map(Item::Group).collect()));
        }
        let groups = groups.into_iter().chain(rest);
        self.group(Part::All, groups.map(Item::Group).collect())
    }
}

/// In the order of their sizes, which are not negative; what is no number comes first. (A map sorts well enough; the standard
/// library's sort is kilobytes more for each type.)
fn largest_first<T>(items: Vec<T>, size: impl Fn(&T) -> f64) -> Vec<T> {
    let mut sorted = BTreeMap::new();
    for (at, item) in items.into_iter().enumerate() {
        sorted.insert((!size(&item).to_bits(), at), item);
    }
    sorted.into_values().collect()
}

/// Terms that lie as a picture does.
struct Picture<'a> {
    cutter: Cutter<'a>,
    shape: [usize; 3],
    window: bool,
}

impl Picture<'_> {
    fn map(&self, channel: usize) -> Group {
        let cells = self.cells(channel..channel + 1);
        self.cutter.group(Part::Map(channel), cells)
    }

    /// All cells, with some of their channels.
    fn cells(&self, channels: std::ops::Range<usize>) -> Vec<Item> {
        let [height, width, _] = self.shape;
        self.region([0, 0, height, width], &channels)
    }

    fn cell(&self, row: usize, column: usize, channels: &std::ops::Range<usize>) -> Item {
        let first = (row * self.shape[1] + column) * self.shape[2];
        let terms: Vec<usize> = channels.clone().map(|channel| first + channel).collect();
        match terms[..] {
            [only] => Item::Term(only),
            _ => Item::Group(self.cutter.by_size(Part::Place(row, column), terms)),
        }
    }

    /// A rectangle: its cells where they are few, else its rows, else blocks.
    fn region(
        &self,
        [row, column, height, width]: [usize; 4],
        channels: &std::ops::Range<usize>,
    ) -> Vec<Item> {
        let cells =
            |row| (column..column + width).map(move |column| self.cell(row, column, channels));
        if height * width <= MOST {
            return (row..row + height).flat_map(cells).collect();
        }
        let rows = |[row, column, height, width]: [usize; 4]| match self.window {
            true => Part::Row(row),
            false => Part::Block(row, column, height, width),
        };
        if height <= MOST && width <= MOST {
            let rows = (row..row + height).map(|row| {
                let part = rows([row, column, 1, width]);
                Item::Group(self.cutter.group(part, cells(row).collect()))
            });
            return rows.collect();
        }
        let (down, across) = (side(height), side(width));
        let bands = (row..row + height).step_by(down).map(|top| {
            let height = down.min(row + height - top);
            let blocks = (column..column + width).step_by(across).map(|left| {
                let block = [top, left, height, across.min(column + width - left)];
                let part = Part::Block(block[0], block[1], block[2], block[3]);
                let within = self.region(block, channels);
                Item::Group(self.cutter.group(part, within))
            });
            (Part::Block(top, column, height, width), blocks.collect())
        });
        let bands: Vec<(Part, Vec<Item>)> = bands.collect();
        if bands.iter().map(|band| band.1.len()).sum::<usize>() <= MOST {
            return bands.into_iter().flat_map(|band| band.1).collect();
        }
        let bands = bands.into_iter().map(|(part, blocks)| match blocks.len() {
            1 => Vec::from_iter(blocks),
            _ => vec![Item::Group(self.cutter.group(part, blocks))],
        });
        bands.flatten().collect()
    }
}

/// The side of the blocks that a side is cut into: all of it where it is short, else near its root, and so that they are
/// equal where that can be.
fn side(length: usize) -> usize {
    if length <= MOST {
        return length;
    }
    let root = length.isqrt();
    let mut near = root..=root + 2;
    near.find(|side| length.is_multiple_of(*side))
        .unwrap_or(root)
}
