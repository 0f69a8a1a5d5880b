//! Reads a picture of numbers: which marks on a page are digits, where they touch or are broken, and which are none.
//!
//! `trazo-ink` finds the marks ([`Page`]) and shows where a wide one can be parted; the network says what is a digit. Of the
//! ways to part a mark that is not one clear digit, the one with the best mean log-chance holds (LeCun, Bottou, Bengio and
//! Haffner 1998, "Gradient-based learning applied to document recognition", section V).

mod parting;
mod session;

use trazo_ink::picture::{Area, Mark, Page};
use trazo_ink::{Ink, Origin, Recipe};

use crate::error::Error;
use crate::model::ten;
use crate::reading::{DIGITS, decide, likeliest};
use parting::Candidate;

/// A digit in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureDigit {
    /// The likeliest.
    pub digit: u8,
    /// Whether it is more than a guess.
    pub sure: bool,
    /// Ten numbers, as in [`crate::Reading`].
    pub probabilities: [f32; DIGITS],
    /// Where it is, in the picture's pixels.
    pub area: Area,
    /// The ink by MNIST's recipe, 28x28: with `bits` what an example keeps.
    pub mnist: Ink,
    /// The ink as the classic network sees it, 20x20.
    pub bits: Ink,
}

/// A line of digits, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureLine {
    /// At least one.
    pub digits: Vec<PictureDigit>,
}

/// A gap as wide as this, in heights of the digits beside it, is between two numbers.
const SPACE: f32 = 1.5;

impl PictureLine {
    /// The digits as text; a space where the gap is wide.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut before: Option<&Area> = None;
        for digit in &self.digits {
            if let Some(before) = before {
                let height = before.height.max(digit.area.height);
                if digit.area.x - (before.x + before.width) > SPACE * height {
                    text.push(' ');
                }
            }
            text.push(char::from(b'0' + digit.digit));
            before = Some(&digit.area);
        }
        text
    }
}

/// Reads a picture: `grey` holds `width * height` bytes, row after row, dark on light or light on dark. `ask` gives ten
/// numbers or more for each of the rows of the network's input that it is given, the same ink as a picture's and as a pen's
/// (one row where the network is not told which); their mean counts. A blank picture, and one of anything but numbers, has no lines.
///
/// # Errors
/// [`Error::Picture`] where its size is wrong or it has too many marks; whatever `ask` fails with.
pub fn read_picture(
    (width, height, grey): (usize, usize, &[u8]),
    recipe: Recipe,
    mut ask: impl FnMut(&[f32]) -> Result<Vec<f32>, Error>,
) -> Result<Vec<PictureLine>, Error> {
    let page = match Page::of(width, height, grey) {
        Err(trazo_ink::Error::PictureBlank) => return Ok(Vec::new()),
        page => page?,
    };
    let mut read = |mark: &Mark| -> Result<Option<[f32; DIGITS]>, Error> {
        let Some(ink) = mark.ink(recipe) else {
            return Ok(None);
        };
        // What is no digit was drawn with a pen where the network learned of it, nearly always: it is asked both ways, and
        // is sure where it is both times.
        let mut rows = recipe.row(&ink, Origin::Picture);
        if recipe.planes() > 1 {
            rows.extend(recipe.row(&ink, Origin::Pen));
        }
        let count = rows.len() / recipe.input_len();
        let answers = ask(&rows)?;
        let mut mean = [0.0; DIGITS];
        for answer in answers.chunks_exact((answers.len() / count).max(1)) {
            let chances = mean.iter_mut().zip(ten(answer)?);
            chances.for_each(|(mean, chance)| *mean += chance / count as f32);
        }
        Ok(Some(mean))
    };
    let mut found = Vec::new();
    for marks in &page.lines {
        found.push(without_low(parting::part(marks, &mut read)?));
    }
    let height = typical_height(&found);
    let kept = found.into_iter().filter(|line| is_line(line, height));
    Ok(kept.filter_map(line_of).collect())
}

/// Below this chance a mark is no digit.
const DIGIT_FROM: f32 = 0.4;

/// So low beside the others of its line is a dot, a comma or a dash.
const LEAST_HEIGHT: f32 = 0.45;

/// A line of doubtful digits is one where it is as high as those that are sure: between these shares of their height.
const AS_HIGH: std::ops::Range<f32> = 0.6..1.6;

fn is_sure(one: &Candidate) -> bool {
    decide(&one.probabilities).digit.is_some()
}

/// Without what is so low beside the others of its line that it is no digit.
fn without_low(mut line: Vec<Candidate>) -> Vec<Candidate> {
    let typical = parting::median(line.iter().map(|one| one.mark.area().height));
    line.retain(|one| one.mark.area().height >= LEAST_HEIGHT * typical);
    line
}

/// A word, a drawing, the edge of a thing: one or two of its marks always look like some digit.
fn is_surely(line: &[Candidate]) -> bool {
    let sure = line.iter().filter(|one| is_sure(one)).count();
    sure > 0 && sure * 2 >= line.len()
}

/// The height of what is surely a digit, in lines of digits; `None` where there are fewer than two.
fn typical_height(lines: &[Vec<Candidate>]) -> Option<f32> {
    let sure = lines.iter().filter(|line| is_surely(line)).flatten();
    let heights: Vec<f32> = sure
        .filter(|one| is_sure(one))
        .map(|one| one.mark.area().height)
        .collect();
    (heights.len() > 1).then(|| parting::median(heights.into_iter()))
}

fn is_line(line: &[Candidate], height: Option<f32>) -> bool {
    let own = parting::median(line.iter().map(|one| one.mark.area().height));
    is_surely(line)
        || (line.len() < 3 && height.is_some_and(|height| AS_HIGH.contains(&(own / height))))
}

/// The digits of a line; `None` where there are none.
fn line_of(found: Vec<Candidate>) -> Option<PictureLine> {
    let digits: Vec<PictureDigit> = found
        .into_iter()
        .filter(|one| one.chance >= DIGIT_FROM)
        .filter_map(|one| {
            let (mnist, bits) = one.mark.inks()?;
            Some(PictureDigit {
                digit: likeliest(&one.probabilities),
                sure: is_sure(&one),
                probabilities: one.probabilities,
                area: one.mark.area(),
                mnist,
                bits,
            })
        })
        .collect();
    (!digits.is_empty()).then_some(PictureLine { digits })
}
