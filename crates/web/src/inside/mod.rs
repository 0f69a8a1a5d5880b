//! What the screen Inside asks: one call, so that little of it is in what a first answer needs.

mod view;

use serde::Serialize;
use trazo_ink::normalize::{PIXELS, SIDE};
use trazo_ink::{Drawing, Ink};
use trazo_learn::inside::{self, Patch, Subject};
use trazo_learn::{ModelId, Session};
use trazo_nn::{Layer, LayerSpec};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::engine::Engine;
use crate::failure::Failure;
use crate::project::Kept;
use crate::view::{drawing_of, to_js};

/// What is kept between the calls.
#[derive(Default)]
pub(crate) struct Inside {
    /// For each layer of a model, under a version of it, whether its weights are whole numbers.
    whole: Option<((ModelId, u64), Vec<bool>)>,
    /// What is under way, at most one of a kind.
    jobs: Vec<Job>,
}

/// Something that takes longer than a millisecond or so.
struct Job {
    what: String,
    about: About,
    work: Work,
}

/// What a job is about: of anything else it is begun anew.
#[derive(PartialEq)]
struct About {
    model: ModelId,
    version: u64,
    looked: Looked,
    numbers: Vec<f64>,
}

/// What is looked at.
#[derive(PartialEq)]
enum Looked {
    Drawing(Drawing),
    Picture(Ink),
}

impl Looked {
    /// 784 numbers that are no stroke are the pixels of a picture, 255 ink.
    fn of(points: &[f32], ends: &[u32]) -> Self {
        if !ends.is_empty() || points.len() != PIXELS {
            return Self::Drawing(drawing_of(points, ends));
        }
        Self::Picture(Ink {
            width: SIDE,
            height: SIDE,
            pixels: points.iter().map(|&pixel| pixel as u8).collect(),
        })
    }

    fn subject(&self) -> Subject<'_> {
        match self {
            Self::Drawing(drawing) => Subject::Drawing(drawing),
            Self::Picture(ink) => Subject::Picture(ink),
        }
    }

    /// Its strokes, for what is done with those.
    fn drawing(&self) -> Result<&Drawing, Failure> {
        match self {
            Self::Drawing(drawing) => Ok(drawing),
            Self::Picture(_) => Err(Failure::new("no-strokes", "A picture has no strokes.")),
        }
    }
}

enum Work {
    Gradient(inside::Gradient),
    Pieces(Box<inside::Pieces>),
    Wakes(inside::Wakes),
    Lesson(Box<inside::Lesson>),
}

#[wasm_bindgen]
impl Engine {
    /// Answers Inside, or does a millisecond or so of what the answer takes and gives `undefined`: then ask again.
    ///
    /// `what` is `trace`, `explain` (layer, unit), `margin` (digit, other digit), `occlude` (row, column, height, width of
    /// the patch), `neighbours`, and of those that take longer `gradient` (digit), `pieces`, `wakes` (layer, unit, 1 for its
    /// whole map) or `lesson` (label); `numbers` are what stands in brackets. Nothing that is kept changes.
    ///
    /// # Errors
    /// 784 points without a stroke are a picture as the network gets it: `no-strokes` for what only strokes can be asked.
    /// `no-such-unit` for what does not exist, `bad-label` for what is no digit, `empty` where something must be drawn, `busy`
    /// while a lesson is under way, `bad-argument` for a question that does not exist.
    pub fn inside(
        &mut self,
        what: &str,
        points: &[f32],
        ends: &[u32],
        numbers: &[f64],
    ) -> Result<JsValue, Failure> {
        let looked = Looked::of(points, ends);
        let subject = looked.subject();
        let number = |at: usize| {
            numbers
                .get(at)
                .map_or(usize::MAX, |&number| number as usize)
        };
        let session = &mut self.session;
        match what {
            "trace" => told(&self.inside.trace(session, &self.kept, subject)?),
            "explain" => {
                let sum = inside::explain(session, subject, number(0), number(1))?;
                told(&view::InsideSum::new(inside::version(session), &sum))
            }
            "margin" => {
                let sum = inside::margin(session, subject, number(0), number(1))?;
                told(&view::InsideSum::new(inside::version(session), &sum))
            }
            "occlude" => {
                let patch = Patch {
                    row: number(0),
                    column: number(1),
                    height: number(2),
                    width: number(3),
                };
                let answer = inside::occlude(session, subject, patch)?;
                told(&view::InsideAnswer::from(&answer))
            }
            "neighbours" => {
                let neighbors = inside::neighbors(session, subject)?;
                let neighbors = neighbors.iter().map(Into::into).collect();
                told(&view::InsideNeighbours(neighbors))
            }
            _ => self.inside.work(session, what, looked, numbers),
        }
    }
}

/// A number that was asked with; one that is missing is none that there is.
fn number(numbers: &[f64], at: usize) -> usize {
    numbers
        .get(at)
        .map_or(usize::MAX, |&number| number as usize)
}

fn told<T: Tsify + Serialize>(value: &T) -> Result<JsValue, Failure> {
    Ok(to_js(value)?.into())
}

impl Inside {
    fn trace(
        &mut self,
        session: &mut Session,
        kept: &Kept,
        subject: Subject<'_>,
    ) -> Result<view::InsideTrace, Failure> {
        let way = inside::trace(session, subject)?;
        let of = (session.selected(), inside::version(session));
        let model = session.model(of.0);
        let whole = match self.whole.take() {
            Some((known, whole)) if known == of => whole,
            _ => inside::Whole::layers(&model.network),
        };
        // Trazo's own training normalizes behind each convolution of this architecture, and folds it into the file.
        let own = kept.record(&model.name);
        let own = own
            .get("architecture")
            .is_some_and(|name| name.starts_with("digits:"));
        let folded = |layer: &Layer| own && matches!(layer.spec, LayerSpec::Conv { .. });
        let told = view::InsideTrace::new(session, &way, &whole, folded);
        self.whole = Some((of, whole));
        Ok(told)
    }

    /// One unit of what takes longer: the answer once it is there.
    fn work(
        &mut self,
        session: &mut Session,
        what: &str,
        looked: Looked,
        numbers: &[f64],
    ) -> Result<JsValue, Failure> {
        let about = About {
            model: session.selected(),
            version: inside::version(session),
            looked,
            numbers: numbers.to_vec(),
        };
        let known = self.jobs.iter().position(|job| job.what == what);
        let known = known.map(|at| self.jobs.swap_remove(at));
        let mut job = match known.filter(|job| job.about == about) {
            Some(job) => job,
            None => Job {
                work: Work::new(session, what, &about)?,
                what: what.to_owned(),
                about,
            },
        };
        let answer = job.work.advance(session)?;
        if answer.is_undefined() {
            self.jobs.push(job);
        }
        Ok(answer)
    }
}

impl Work {
    fn new(session: &mut Session, what: &str, about: &About) -> Result<Self, Failure> {
        let looked = &about.looked;
        let number = |at| number(&about.numbers, at);
        let digit = u8::try_from(number(0)).unwrap_or(u8::MAX);
        Ok(match what {
            "gradient" => Work::Gradient(inside::Gradient::new(session, looked.subject(), digit)?),
            "pieces" => Work::Pieces(Box::new(inside::Pieces::new(session, looked.drawing()?)?)),
            "wakes" => {
                let map = number(2) == 1;
                Work::Wakes(inside::Wakes::new(session, number(0), number(1), map)?)
            }
            "lesson" => Work::Lesson(Box::new(inside::Lesson::new(
                session,
                looked.drawing()?,
                digit,
            )?)),
            _ => return Err(Failure::new("bad-argument", what)),
        })
    }

    /// One unit: what is told once it is done, else `undefined`.
    fn advance(&mut self, session: &mut Session) -> Result<JsValue, Failure> {
        let done = match self {
            Work::Gradient(gradient) => gradient.advance(session)?,
            Work::Pieces(pieces) => pieces.advance(session)?,
            Work::Wakes(wakes) => wakes.advance(session)?,
            Work::Lesson(lesson) => lesson.advance(session)?,
        };
        if !done {
            return Ok(JsValue::UNDEFINED);
        }
        match self {
            Work::Gradient(gradient) => told(&view::InsideGradient::from(&*gradient)),
            Work::Pieces(pieces) => told(&view::InsidePieces::from(&**pieces)),
            Work::Wakes(wakes) => told(&view::InsideWakes::new(session, wakes)),
            Work::Lesson(lesson) => told(&view::InsideLesson::from(&**lesson)),
        }
    }
}
