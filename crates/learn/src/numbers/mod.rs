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

mod lattice;

use trazo_ink::parting::Parting;
use trazo_ink::{Drawing, Origin, Recipe};
use trazo_nn::Real;

use crate::error::Error;
use crate::learner::Learner;
use crate::reading::{DIGITS, Reading};

pub use lattice::{Edge, Path, best_paths};

/// What is so small, as a share of the drawing's height, is a dot.
const DOT: f32 = 0.08;

/// No candidate has a smaller chance; a dot, whatever the network makes of it, has this one.
const LEAST: f32 = 0.02;

/// How a digit that is not sure is written in a number.
pub const UNSURE: char = '?';

/// Some strokes of a drawing that are taken for one digit.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Their places in the drawing, in the order in which they were drawn.
    pub strokes: Vec<usize>,
    /// They alone.
    pub drawing: Drawing,
}

/// Parts a drawing into digits, from left to right: into as many as is likeliest, or into `count` where that is given and can
/// be. Nothing where nothing is drawn; the whole drawing where it is one digit.
///
/// `chances` is asked once at most, about all candidates together, and gives ten numbers for each.
///
/// # Errors
/// What `chances` fails with.
pub fn part<E>(
    drawing: &Drawing,
    count: Option<usize>,
    chances: impl FnOnce(&[Drawing]) -> Result<Vec<[f32; DIGITS]>, E>,
) -> Result<Vec<Group>, E> {
    let parting = Parting::of(drawing);
    if parting.candidates.len() < 2 {
        return Ok(whole(drawing));
    }
    let groups = parting.candidates.iter().map(|candidate| Group {
        drawing: taken(drawing, &candidate.strokes),
        strokes: candidate.strokes.clone(),
    });
    let groups: Vec<Group> = groups.collect();
    let drawings: Vec<Drawing> = groups.iter().map(|group| group.drawing.clone()).collect();
    let side = |drawing: &Drawing| drawing.bounds().map_or(0.0, |bounds| bounds.side());
    let dot = DOT * drawing.bounds().map_or(0.0, |bounds| bounds.height());
    let edges = parting
        .candidates
        .iter()
        .zip(&drawings)
        .zip(chances(&drawings)?);
    let edges = edges.map(|((candidate, drawing), chances)| {
        let best = chances.iter().copied().fold(LEAST, f32::max);
        let chance = if side(drawing) < dot { LEAST } else { best };
        Edge {
            from: candidate.from,
            to: candidate.to,
            score: Real::ln(chance) + candidate.fit,
        }
    });
    let edges: Vec<Edge> = edges.collect();
    let paths = best_paths(parting.end, &edges, parting.end);
    let asked = paths.iter().find(|path| Some(path.edges.len()) == count);
    let likeliest = paths.iter().max_by(|a, b| a.total.total_cmp(&b.total));
    let Some(path) = asked.or(likeliest).filter(|path| path.edges.len() > 1) else {
        return Ok(whole(drawing));
    };
    // Both are in order from left to right.
    let kept = groups.into_iter().enumerate();
    let kept = kept.filter(|(edge, _)| path.edges.contains(edge));
    Ok(kept.map(|(_, group)| group).collect())
}

/// All of a drawing as one digit; nothing where nothing is drawn.
#[must_use]
pub fn whole(drawing: &Drawing) -> Vec<Group> {
    let group = Group {
        strokes: (0..drawing.strokes.len()).collect(),
        drawing: drawing.clone(),
    };
    (!drawing.is_blank()).then_some(group).into_iter().collect()
}

/// Some of a drawing's strokes.
fn taken(drawing: &Drawing, strokes: &[usize]) -> Drawing {
    let strokes = strokes.iter().filter_map(|&at| drawing.strokes.get(at));
    Drawing::from_strokes(strokes.cloned().collect())
}

/// One digit of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its strokes.
    pub group: Group,
    /// What they are read as by themselves.
    pub reading: Reading,
}

/// What was read on a pad as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// Its digits, from left to right; none on an empty pad.
    pub parts: Vec<Part>,
}

impl Number {
    /// As one writes it: a digit each, [`UNSURE`] where it is not sure.
    #[must_use]
    pub fn text(&self) -> String {
        let digits = self.parts.iter().map(|part| part.reading.digit);
        let written = |digit: u8| char::from_digit(digit.into(), 10);
        digits
            .map(|digit| digit.and_then(written).unwrap_or(UNSURE))
            .collect()
    }
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
        let symbol = self.is_symbol(drawing)?;
        let groups = match self.model.recipe {
            Recipe::Mnist28 { .. } if !symbol => self.part(drawing, count)?,
            Recipe::Mnist28 { .. } | Recipe::PadBits20 => whole(drawing),
        };
        let parts = groups.into_iter().map(|group| {
            Ok(Part {
                reading: self.read(&group.drawing)?,
                group,
            })
        });
        let parts = parts.collect::<Result<_, Error>>()?;
        Ok(Number { parts })
    }

    /// Parts a drawing, as [`part`] does, by what weights and memory say.
    ///
    /// # Errors
    /// None for any drawing; [`Error::Network`] if the model is broken.
    pub fn part(&mut self, drawing: &Drawing, count: Option<usize>) -> Result<Vec<Group>, Error> {
        part(drawing, count, |drawings| {
            let recipe = self.model.recipe;
            let mut inputs = Vec::with_capacity(drawings.len() * recipe.input_len());
            for drawing in drawings {
                let input = recipe.input(drawing);
                inputs.extend(input.unwrap_or_else(|| vec![0.0; recipe.input_len()]));
            }
            let rows = self.model.features(&inputs, &mut self.workspace)?;
            let answers = self.answers(&rows, Origin::Pen)?;
            answers
                .chunks_exact(self.classes())
                .map(crate::model::ten)
                .collect()
        })
    }
}
