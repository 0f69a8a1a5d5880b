//! What can be looked at inside: every number on the way from a drawing to its answer, and the arithmetic that made it.
//!
//! The network tells of itself ([`trazo_nn::explain`]); here memory and the answer are added, and a number's sum is cut so
//! that it can be added up by hand ([`Group`]). Everything is about the selected model as it is now, and changes nothing.
//! What takes longer than a millisecond or two is a job whose `advance` does one unit.

mod answer;
mod cut;
mod gradient;
mod lesson;
mod pieces;
mod sum;
mod wakes;
mod whole;

use trazo_ink::{Drawing, Ink, Origin, Recipe};
use trazo_nn::Network;
use trazo_nn::explain::Trace;

pub use answer::Answer;
pub use cut::{By, Group, MOST, Part};
pub use gradient::Gradient;
pub use lesson::{Delta, Lesson, Own, Plain, RATE, STEPS};
pub use pieces::Pieces;
pub use sum::Sum;
pub use wakes::{Wakes, Waking};
pub use whole::Whole;

use crate::error::Error;
use crate::learner::{Learner, Reminder};
use crate::session::Session;

/// How many drawings are shown of those that are nearest, or drive a unit most.
pub const SHOWN: usize = 9;

/// Every number on the way from a drawing to its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// Those of the network.
    pub trace: Trace<f32>,
    /// What memory adds, and what is read.
    pub answer: Answer,
    /// Nothing is drawn: the network was given zeros, and memory is not asked.
    pub empty: bool,
    /// The last channel of the input says where the ink comes from.
    pub marked: bool,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Subject<'a> {
    /// What a pen drew.
    Drawing(&'a Drawing),
    /// A picture as the network gets it. One of another size than its input is none.
    Picture(&'a Ink),
}

impl<'a> From<&'a Drawing> for Subject<'a> {
    fn from(drawing: &'a Drawing) -> Self {
        Self::Drawing(drawing)
    }
}

impl Subject<'_> {
    /// The network's input, or `None` where nothing of it is inked.
    fn input(self, recipe: Recipe) -> Option<Vec<f32>> {
        match self {
            Self::Drawing(drawing) => recipe.input(drawing),
            Self::Picture(ink) => {
                let fits = ink.pixels.len() * recipe.planes() == recipe.input_len();
                let inked = fits && ink.pixels.iter().any(|&pixel| pixel > 0);
                inked.then(|| recipe.row(ink, Origin::Picture))
            }
        }
    }
}

/// What enters the network; zeros where nothing is drawn.
struct Entered {
    input: Vec<f32>,
    empty: bool,
}

impl Entered {
    fn of<'a>(recipe: Recipe, subject: impl Into<Subject<'a>>) -> Self {
        let input = subject.into().input(recipe);
        Self {
            empty: input.is_none(),
            input: input.unwrap_or_else(|| vec![0.0; recipe.input_len()]),
        }
    }
}

/// The selected model's learner.
fn learner(session: &mut Session) -> &mut Learner {
    let selected = session.selected().index();
    &mut session.learners[selected]
}

/// Grows whenever weights or memory of the selected model change.
pub fn version(session: &Session) -> u64 {
    session.learners[session.selected().index()].version()
}

/// Every number on the way from a drawing to its answer.
///
/// # Errors
/// None for any drawing; [`Error::Network`] if the model is broken.
pub fn trace<'a>(session: &mut Session, subject: impl Into<Subject<'a>>) -> Result<Way, Error> {
    let learner = learner(session);
    let Entered { input, empty } = Entered::of(learner.model.recipe, subject);
    let network = &learner.model.network;
    Ok(Way {
        trace: network.trace(&input, &mut learner.workspace)?,
        answer: learner.answer(&input, !empty)?,
        empty,
        marked: learner.model.recipe.is_marked(),
    })
}

/// One number on the way as the sum that it is; an output of the last layer with what memory adds to its logit.
///
/// # Errors
/// [`Error::Network`] for a layer or a unit that does not exist.
pub fn explain<'a>(
    session: &mut Session,
    subject: impl Into<Subject<'a>>,
    layer: usize,
    unit: usize,
) -> Result<Sum, Error> {
    let way = trace(session, subject)?;
    let network = network(session);
    let mut sum = Sum::of(network, &way.trace, layer, unit, way.marked)?;
    if layer + 1 == network.layers().len() {
        sum.memory = way.answer.votes.get(unit).map(|vote| f64::from(*vote));
    }
    Ok(sum)
}

/// By how much the logit of answer `digit` is above that of `other`: as a sum, and what memory adds to it.
///
/// # Errors
/// [`Error::Network`] for an answer that does not exist.
pub fn margin<'a>(
    session: &mut Session,
    subject: impl Into<Subject<'a>>,
    digit: usize,
    other: usize,
) -> Result<Sum, Error> {
    let way = trace(session, subject)?;
    let mut sum = Sum::margin(network(session), &way.trace, digit, other)?;
    let above = |of: &[f32]| {
        let [of_digit, of_other] = [digit, other].map(|d| of.get(d).copied().unwrap_or(0.0));
        f64::from(of_digit) - f64::from(of_other)
    };
    sum.memory = Some(above(&way.answer.votes));
    sum.a = above(&way.answer.totals);
    Ok(sum)
}

/// A rectangle of the network's input, in its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patch {
    /// Of its upper left corner.
    pub row: usize,
    /// Of its upper left corner.
    pub column: usize,
    /// In cells.
    pub height: usize,
    /// In cells.
    pub width: usize,
}

/// The answer where a patch of the network's input is bare paper.
///
/// # Errors
/// [`Error::Patch`] for one that is not in the input.
pub fn occlude<'a>(
    session: &mut Session,
    subject: impl Into<Subject<'a>>,
    patch: Patch,
) -> Result<Answer, Error> {
    let learner = learner(session);
    let recipe = learner.model.recipe;
    let [height, width, channels] = recipe.shape();
    // The ink, and which way the pen went there; the mark of where it comes from stays.
    let inked = channels - usize::from(recipe.is_marked());
    let Entered { mut input, empty } = Entered::of(learner.model.recipe, subject);
    let inside = |first: usize, count, end| {
        let last = first.checked_add(count).filter(|last| *last <= end);
        last.map(|last| first..last).ok_or(Error::Patch)
    };
    let columns = inside(patch.column, patch.width, width)?;
    for row in inside(patch.row, patch.height, height)? {
        for column in columns.clone() {
            let at = (row * width + column) * channels;
            if let Some(ink) = input.get_mut(at..at + inked) {
                ink.fill(0.0);
            }
        }
    }
    learner.answer(&input, !empty)
}

/// The examples in memory that a drawing looks like most, the nearest first, at most [`SHOWN`]; none on an empty pad.
///
/// # Errors
/// [`Error::Network`] if the model is broken.
pub fn neighbors<'a>(
    session: &mut Session,
    subject: impl Into<Subject<'a>>,
) -> Result<Vec<Reminder>, Error> {
    let learner = learner(session);
    let input = subject
        .into()
        .input(learner.model.recipe)
        .unwrap_or_default();
    let row = learner.model.features(&input, &mut learner.workspace)?;
    match row.is_empty() {
        true => Ok(Vec::new()),
        false => learner.reminders(&row, None, SHOWN),
    }
}

fn network(session: &Session) -> &Network {
    &session.model(session.selected()).network
}
