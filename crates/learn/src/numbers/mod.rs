//! Whole numbers: several digits on one pad, parted by asking the network about the ways to part them.
//!
//! [`trazo_ink::parting`] says which strokes may be one digit, and how well their places fit that; the network says, of
//! each candidate, how likely its likeliest digit is. The best way through the lattice of candidates ([`best_paths`]) is the number:
//!
//! ```text
//! score of a candidate = ln (chance of its likeliest digit) + ln (chance of its place)
//! ```
//!
//! The network was trained to spread its chances on what is no digit, so that half a digit or two of them get about a
//! tenth where a digit gets nearly one. What the person taught, and their hand, vote on each candidate as on every drawing.
//!
//! Symbols of the person's own take part: what is surely one, and stands beside its neighbors (+ is no 1 with a bar, = no two
//! minuses), is as good a piece as a digit, and may be low and wide. Where there are none every number is read as if there
//! never had been any, to the bit.

mod lattice;

use trazo_ink::parting::Parting;
use trazo_ink::signs::{Sign, lone_signs, signs};
use trazo_ink::{Bounds, Drawing, Origin, Recipe};
use trazo_nn::Real;

use crate::error::Error;
use crate::learner::Learner;
use crate::reading::{DIGITS, Reading, decide};

use lattice::best_paths_by;
pub use lattice::{Edge, Path, best_paths};

/// What is so small, as a share of the drawing's height, is a dot.
const DOT: f32 = 0.08;

/// No candidate has a smaller chance; a dot, whatever the network makes of it, has this one.
const LEAST: f32 = 0.02;

/// Letters and scribbles can be parted into what looks like digits, too. But their parts stand closer, are slimmer and less
/// sure than digits beside each other: a weighted sum of that has to reach [`A_NUMBER`]. Fitted (logistic regression) to
/// numbers of two and three digits by the writers of `pendigits`, `unipen/apb` and `unipen/app`, and to drawings that are
/// no digit, of another seed than those that `trazo eval` reports. How high digits are has no part in it, though it would
/// tell more there: the numbers that are made for measuring have digits of many sizes, those of a person do not.
///
/// For each time that the least chance of a part gets e times nearer to one, up to [`SUREST`]:
const SURE: f32 = 0.84;
/// for each line height of the smallest gap between the boxes of two, negative where they overlap, within [`GAPS`];
const GAP: f32 = 18.0;
/// for each line height of the mean width of parts and gaps, up to [`WIDEST`];
const WIDTH: f32 = 16.1;
/// where there are more than two.
const MORE: f32 = 2.8;
/// What is less is no number.
const A_NUMBER: f32 = 10.3;
const SUREST: f32 = 1.0e-4;
const GAPS: (f32, f32) = (-0.6, 0.3);
const WIDEST: f32 = 0.8;

/// How a digit that is not sure is written in a number.
pub const UNSURE: char = '?';

/// Some strokes of a drawing that are taken for one digit or symbol.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Their places in the drawing, in the order in which they were drawn.
    pub strokes: Vec<usize>,
    /// They alone.
    pub drawing: Drawing,
}

/// A sign that stands in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// What it is.
    pub sign: Sign,
    /// Its stroke's place in the drawing.
    pub stroke: usize,
    /// How many digits stand before it.
    pub before: usize,
}

/// A drawing in parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parted {
    /// A digit or symbol each, from left to right.
    pub groups: Vec<Group>,
    /// What stands before and between them.
    pub signs: Vec<Placed>,
}

/// What is known of a number before it is read.
#[derive(Clone, Copy)]
enum Told<'a> {
    Nothing,
    Count(usize),
    /// Digits, and labels of symbols.
    Labels(&'a [u8]),
}

/// Parts a drawing into digits, from left to right: into as many as is likeliest, or into `count` where that is given and can
/// be. Nothing where nothing is drawn; the whole drawing where it is one digit, or no number at all.
///
/// `chances` gives ten numbers for each of some drawings. It is asked once about all candidates, and once more where
/// what looked like a sign is none.
///
/// # Errors
/// What `chances` fails with.
pub fn part<E>(
    drawing: &Drawing,
    count: Option<usize>,
    chances: impl FnMut(&[Drawing]) -> Result<Vec<[f32; DIGITS]>, E>,
) -> Result<Parted, E> {
    let told = count.map_or(Told::Nothing, Told::Count);
    parted(drawing, told, DIGITS, chances)
}

/// `chances` gives `classes` numbers for each of some drawings: ten, and one more for each symbol.
fn parted<R: AsRef<[f32]>, E>(
    drawing: &Drawing,
    told: Told<'_>,
    classes: usize,
    mut chances: impl FnMut(&[Drawing]) -> Result<Vec<R>, E>,
) -> Result<Parted, E> {
    let found = match classes > DIGITS {
        true => lone_signs(drawing),
        false => signs(drawing),
    };
    if !found.is_empty() {
        let strokes = 0..drawing.strokes.len();
        let rest = strokes.filter(|at| found.iter().all(|(sign, _)| sign != at));
        let rest: Vec<usize> = rest.collect();
        let Way { mut groups, sure } = way(&taken(drawing, &rest), told, &mut chances)?;
        // Beside what is no digit a dot is a dot.
        if sure {
            for stroke in groups.iter_mut().flat_map(|group| &mut group.strokes) {
                *stroke = rest.get(*stroke).copied().unwrap_or_default();
            }
            let signs = found.into_iter().map(|(stroke, sign)| Placed {
                sign,
                stroke,
                before: before(drawing, stroke, &groups),
            });
            return Ok(Parted {
                signs: signs.collect(),
                groups,
            });
        }
    }
    Ok(Parted {
        groups: way(drawing, told, &mut chances)?.groups,
        signs: Vec::new(),
    })
}

/// How many groups stand before a stroke.
fn before(drawing: &Drawing, stroke: usize, groups: &[Group]) -> usize {
    let middle = |drawing: &Drawing| drawing.bounds().map(|bounds| bounds.middle().x);
    let own = middle(&taken(drawing, &[stroke]));
    let stands = |group: &&Group| middle(&group.drawing) < own;
    groups.iter().filter(stands).count()
}

/// The best way through a drawing's lattice, and whether one of its digits is sure.
struct Way {
    groups: Vec<Group>,
    sure: bool,
}

fn way<R: AsRef<[f32]>, E>(
    drawing: &Drawing,
    told: Told<'_>,
    chances: &mut impl FnMut(&[Drawing]) -> Result<Vec<R>, E>,
) -> Result<Way, E> {
    let parting = Parting::of(drawing);
    if parting.candidates.is_empty() {
        return Ok(Way {
            groups: Vec::new(),
            sure: false,
        });
    }
    let groups = parting.candidates.iter().map(|candidate| Group {
        drawing: taken(drawing, &candidate.strokes),
        strokes: candidate.strokes.clone(),
    });
    let groups: Vec<Group> = groups.collect();
    let drawings: Vec<Drawing> = groups.iter().map(|group| group.drawing.clone()).collect();
    let side = |drawing: &Drawing| drawing.bounds().map_or(0.0, |bounds| bounds.side());
    let dot = DOT * drawing.bounds().map_or(0.0, |bounds| bounds.height());
    let rows = chances(&drawings)?;
    let rows: Vec<&[f32]> = rows.iter().map(AsRef::as_ref).collect();
    let symbol = |row: &[f32]| row.len() > DIGITS && decide(row).digit.is_some_and(is_symbol);
    let edges = parting.candidates.iter().zip(&drawings).zip(&rows);
    let edges = edges.map(|((candidate, drawing), row)| {
        let best = |chances: &[f32]| chances.iter().copied().fold(LEAST, f32::max);
        let sign = candidate.fit_sign.filter(|_| symbol(row));
        let (chance, fit) = match (told, sign) {
            _ if side(drawing) < dot => (LEAST, candidate.fit),
            // Each is asked for what stands there, below.
            (Told::Labels(_), _) => (1.0, candidate.fit),
            (_, Some(fit)) => (best(row), fit),
            _ => (best(row.get(..DIGITS).unwrap_or_default()), candidate.fit),
        };
        Edge {
            from: candidate.from,
            to: candidate.to,
            score: Real::ln(chance) + fit,
        }
    });
    let edges: Vec<Edge> = edges.collect();
    let said = |edge: usize, place: usize| {
        let Told::Labels(labels) = told else {
            return 0.0;
        };
        let label = labels.get(place).copied();
        let chance = label.and_then(|label| rows.get(edge)?.get(usize::from(label)).copied());
        let chance = Real::ln(chance.unwrap_or_default().max(LEAST));
        // Of a sign its place is asked otherwise than of a digit.
        let candidate = parting.candidates.get(edge);
        match candidate.filter(|_| label.is_some_and(is_symbol)) {
            Some(at) => chance + at.fit_sign.map_or(0.0, |fit| fit - at.fit),
            None => chance,
        }
    };
    let paths = best_paths_by(parting.end, &edges, parting.end, said);
    let of = |count: usize| paths.iter().find(|path| path.edges.len() == count);
    let likeliest = || paths.iter().max_by(|a, b| a.total.total_cmp(&b.total));
    let path = match told {
        Told::Nothing => likeliest(),
        Told::Count(count) => of(count).or_else(likeliest),
        Told::Labels(labels) => of(labels.len()),
    };
    let chosen = |edge: usize| path.is_some_and(|path| path.edges.contains(&edge));
    let least = rows.iter().enumerate();
    let least = least.filter(|&(edge, _)| chosen(edge));
    let chance = |row: &[f32]| row.iter().copied().fold(0.0, f32::max);
    let sure = least.clone().any(|(_, row)| decide(row).digit.is_some());
    // A symbol may stand in pieces, as ÷ does.
    let mut all = parting.candidates.iter().zip(&rows);
    let one = all.any(|(at, row)| at.from == 0 && at.to == parting.end && symbol(row));
    let least = least.map(|(_, row)| chance(row)).fold(1.0, f32::min);
    // Both are in order from left to right.
    let kept = groups.into_iter().enumerate();
    let mut groups: Vec<Group> = kept
        .filter_map(|(edge, group)| chosen(edge).then_some(group))
        .collect();
    let none = matches!(told, Told::Nothing) && (one || !is_number(&groups, least));
    if groups.len() == 1 || none {
        // To the bit: strokes without a point are in it, too.
        groups = whole(drawing).groups;
    }
    Ok(Way { groups, sure })
}

/// Whether a label is that of a symbol.
fn is_symbol(label: u8) -> bool {
    usize::from(label) >= DIGITS
}

/// All of a drawing as one digit; nothing where nothing is drawn.
#[must_use]
pub fn whole(drawing: &Drawing) -> Parted {
    let group = Group {
        strokes: (0..drawing.strokes.len()).collect(),
        drawing: drawing.clone(),
    };
    let group = (!drawing.is_blank()).then_some(group);
    Parted {
        groups: group.into_iter().collect(),
        signs: Vec::new(),
    }
}

/// Whether groups, from left to right, stand beside each other like digits; `least` is the least of their chances.
fn is_number(groups: &[Group], least: f32) -> bool {
    let boxes = groups.iter().filter_map(|group| group.drawing.bounds());
    let boxes: Vec<Bounds> = boxes.collect();
    let (Some(first), [_, second, ..]) = (boxes.first(), &boxes[..]) else {
        return false;
    };
    let sides = boxes.iter().map(|b| b.height().max(0.5 * b.width()));
    let height = sides.fold(f32::MIN_POSITIVE, f32::max);
    let gaps = boxes.iter().zip(boxes.iter().skip(1));
    let gap = gaps
        .map(|(a, b)| b.left - a.right)
        .fold(second.left - first.right, f32::min);
    let right = boxes.iter().map(|b| b.right).fold(first.right, f32::max);
    let width = (right - first.left) / boxes.len() as f32;
    let more = if boxes.len() > 2 { MORE } else { 0.0 };
    let found = SURE * -Real::ln((1.0 - least).max(SUREST))
        + GAP * (gap / height).clamp(GAPS.0, GAPS.1)
        + WIDTH * (width / height).min(WIDEST)
        + more;
    found >= A_NUMBER
}

/// Some of a drawing's strokes.
fn taken(drawing: &Drawing, strokes: &[usize]) -> Drawing {
    let strokes = strokes.iter().filter_map(|&at| drawing.strokes.get(at));
    Drawing::from_strokes(strokes.cloned().collect())
}

/// One digit, or symbol, of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its strokes.
    pub group: Group,
    /// What they are read as by themselves.
    pub reading: Reading,
}

/// What was read on a pad as a whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Number {
    /// Its digits and symbols, from left to right; none on an empty pad.
    pub parts: Vec<Part>,
    /// A minus before them, a decimal point or comma between them, from left to right.
    pub signs: Vec<Placed>,
}

impl Number {
    /// As one writes it: a digit each, [`UNSURE`] where it is not sure (or a symbol, which has a name, but not here), and the
    /// signs as they were drawn.
    #[must_use]
    pub fn text(&self) -> String {
        let digits = self.parts.iter().map(|part| part.reading.digit);
        let written = |digit: u8| char::from_digit(digit.into(), 10);
        let digits = digits.map(|digit| digit.and_then(written).unwrap_or(UNSURE));
        text(digits, &self.signs)
    }
}

/// Digits and the signs among them as one writes them.
pub fn text(digits: impl IntoIterator<Item = char>, signs: &[Placed]) -> String {
    let mut text = String::new();
    for (place, digit) in digits.into_iter().enumerate() {
        let signs = signs.iter().filter(|placed| placed.before == place);
        text.extend(signs.map(|placed| placed.sign.text()));
        text.push(digit);
    }
    text
}

impl Learner {
    /// Reads a drawing as a number, of `count` digits where that is given and can be. One digit is read as by
    /// [`Learner::read`], to the bit; and so is every drawing by a network that sees where on the pad a digit is
    /// (`classic`).
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn read_number(
        &mut self,
        drawing: &Drawing,
        count: Option<usize>,
    ) -> Result<Number, Error> {
        let parted = match self.model.recipe {
            Recipe::Mnist28 { .. } => self.part(drawing, count)?,
            Recipe::PadBits20 => whole(drawing),
        };
        self.read_parts(parted)
    }

    /// The same where a person has said which digits, or labels of symbols, they are, so that each can be taught as what it
    /// is: the likeliest way to see those in the drawing. No parts where there is no way to see so many.
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn read_number_as(&mut self, drawing: &Drawing, labels: &[u8]) -> Result<Number, Error> {
        let classes = self.classes();
        let parted = match self.model.recipe {
            Recipe::Mnist28 { .. } => {
                let told = Told::Labels(labels);
                parted(drawing, told, classes, |some| self.chances(some))?
            }
            Recipe::PadBits20 if labels.len() == 1 => whole(drawing),
            Recipe::PadBits20 => Parted::default(),
        };
        self.read_parts(parted)
    }

    fn read_parts(&mut self, Parted { groups, signs }: Parted) -> Result<Number, Error> {
        let parts = groups.into_iter().map(|group| {
            Ok(Part {
                reading: self.read(&group.drawing)?,
                group,
            })
        });
        let parts = parts.collect::<Result<_, Error>>()?;
        Ok(Number { parts, signs })
    }

    /// Parts a drawing, as [`part`] does, by what weights and memory say.
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn part(&mut self, drawing: &Drawing, count: Option<usize>) -> Result<Parted, Error> {
        let (told, classes) = (count.map_or(Told::Nothing, Told::Count), self.classes());
        parted(drawing, told, classes, |some| self.chances(some))
    }

    /// Numbers by label for each drawing, by weights and memory together.
    fn chances(&mut self, drawings: &[Drawing]) -> Result<Vec<Vec<f32>>, Error> {
        let recipe = self.model.recipe;
        let mut inputs = Vec::with_capacity(drawings.len() * recipe.input_len());
        for drawing in drawings {
            let input = recipe.input(drawing);
            inputs.extend(input.unwrap_or_else(|| vec![0.0; recipe.input_len()]));
        }
        let rows = self.model.features(&inputs, &mut self.workspace)?;
        let answers = self.answers(&rows, Origin::Pen)?;
        let rows = answers.chunks_exact(self.classes());
        Ok(rows.map(<[f32]>::to_vec).collect())
    }
}
