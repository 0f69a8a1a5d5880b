//! Values as the page's `protocol.ts` has them, field by field.

use js_sys::{Float32Array, Uint8Array, Uint32Array};
use serde::{Serialize, Serializer};
use trazo_ink::{Drawing, Ink, Point};
use trazo_learn::history::{Event, Line};
use trazo_learn::{DIGITS, ExamResult, LessonOutcome, ModelId, Question, TrainState, UndoKind};
use wasm_bindgen::JsValue;

use crate::failure::Failure;
use crate::files::{FileOut, Opened};
use crate::store::{Recovered, Saved, Used};

/// The value as a plain JavaScript object; what is missing is `null`.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, Failure> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true))?)
}

/// `points` is x0, y0, x1, y1, …; `ends[i]` is the number of points up to and including stroke `i`. Ends that do not
/// fit the points are brought into their range.
pub(crate) fn drawing_of(points: &[f32], ends: &[u32]) -> Drawing {
    let (pairs, _) = points.as_chunks::<2>();
    let mut from = 0;
    let strokes = ends.iter().map(|&end| {
        let to = (end as usize).clamp(from, pairs.len());
        let stroke = pairs
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .map(|&[x, y]| Point::new(x, y))
            .collect();
        from = to;
        stroke
    });
    Drawing::from_strokes(strokes.collect())
}

#[derive(Serialize)]
pub(crate) struct DrawingView {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    points: Float32Array,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    ends: Uint32Array,
}

impl From<&Drawing> for DrawingView {
    fn from(drawing: &Drawing) -> Self {
        let points: Vec<f32> = drawing
            .strokes
            .iter()
            .flatten()
            .flat_map(|point| [point.x, point.y])
            .collect();
        let mut end = 0;
        let ends = drawing.strokes.iter().map(|stroke| {
            end += stroke.len() as u32;
            end
        });
        let ends: Vec<u32> = ends.collect();
        Self {
            points: Float32Array::from(&points[..]),
            ends: Uint32Array::from(&ends[..]),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct InkView {
    width: usize,
    height: usize,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pixels: Uint8Array,
}

impl From<&Ink> for InkView {
    fn from(ink: &Ink) -> Self {
        Self {
            width: ink.width,
            height: ink.height,
            pixels: Uint8Array::from(&ink.pixels[..]),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct ReadingView {
    digit: Option<u8>,
    empty: bool,
    sure: bool,
    candidates: Vec<u8>,
    probabilities: [f32; DIGITS],
    input: Option<InkView>,
}

impl From<trazo_learn::Reading> for ReadingView {
    fn from(reading: trazo_learn::Reading) -> Self {
        Self {
            digit: reading.digit,
            empty: reading.ink.is_none(),
            sure: reading.digit.is_some(),
            candidates: reading.candidates,
            probabilities: reading.probabilities,
            input: reading.ink.as_ref().map(InkView::from),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct ModelView {
    pub(crate) id: &'static str,
    pub(crate) name: String,
    pub(crate) parameters: usize,
    pub(crate) lessons: u32,
    pub(crate) pristine: bool,
}

#[derive(Serialize)]
pub(crate) struct ExamView {
    right: u32,
    total: u32,
}

impl From<ExamResult> for ExamView {
    fn from(exam: ExamResult) -> Self {
        Self {
            right: exam.right,
            total: exam.total,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsView {
    pub(crate) original_way: bool,
}

/// The engine's part of the page's `Snapshot`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StateView {
    pub(crate) model: ModelView,
    pub(crate) models: Vec<ModelView>,
    pub(crate) example_count: usize,
    pub(crate) exam: Option<ExamView>,
    pub(crate) moments_ahead: usize,
    pub(crate) settings: SettingsView,
    pub(crate) undo: Option<&'static str>,
}

pub(crate) fn undo_name(kind: UndoKind) -> &'static str {
    match kind {
        UndoKind::Lesson => "lesson",
        UndoKind::Delete => "delete",
        UndoKind::Relabel => "relabel",
        UndoKind::Reset => "reset",
        UndoKind::Upload => "upload",
        UndoKind::Training => "training",
        UndoKind::Travel => "travel",
    }
}

#[derive(Serialize)]
struct ChangedView {
    id: u64,
    label: u8,
    before: u8,
    after: u8,
}

/// The page's `Lesson`, but for the milliseconds: those are the caller's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LessonView {
    label: u8,
    confirmed: bool,
    before: [f32; DIGITS],
    after: [f32; DIGITS],
    learned: bool,
    example_count: usize,
    exam_before: ExamView,
    exam_after: ExamView,
    changed: Vec<ChangedView>,
    steps: u32,
}

impl From<LessonOutcome> for LessonView {
    fn from(lesson: LessonOutcome) -> Self {
        let changed = lesson.changed.iter().map(|changed| ChangedView {
            id: changed.id,
            label: changed.label,
            before: changed.before,
            after: changed.after,
        });
        Self {
            label: lesson.label,
            confirmed: lesson.confirmed,
            before: lesson.before,
            after: lesson.after,
            learned: lesson.learned,
            example_count: lesson.example_count,
            exam_before: lesson.exam_before.into(),
            exam_after: lesson.exam_after.into(),
            changed: changed.collect(),
            steps: lesson.steps,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuestionView {
    question: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_label: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_id: Option<u64>,
}

impl From<Question> for QuestionView {
    fn from(question: Question) -> Self {
        let (question, other) = match question {
            Question::Blank => ("blank", None),
            Question::Dot => ("dot", None),
            Question::Conflict {
                other_label,
                other_id,
            } => ("conflict", Some((other_label, other_id))),
        };
        Self {
            question,
            other_label: other.map(|other| other.0),
            other_id: other.map(|other| other.1),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExampleView {
    pub(crate) id: u64,
    pub(crate) label: u8,
    pub(crate) answer: Option<u8>,
    pub(crate) first_read: Option<u8>,
    pub(crate) drawn_here: bool,
    pub(crate) taught_at: u64,
    pub(crate) drawing: Option<DrawingView>,
    pub(crate) picture: Option<InkView>,
}

#[derive(Serialize)]
pub(crate) struct ExamplesView {
    pub(crate) total: usize,
    pub(crate) examples: Vec<ExampleView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PointView {
    serial: u32,
    at: u64,
    event: &'static str,
    label: Option<u8>,
    exam: ExamView,
    own: ExamView,
}

#[derive(Serialize)]
pub(crate) struct HistoryView {
    now: u32,
    points: Vec<PointView>,
}

impl From<&Line> for HistoryView {
    fn from(line: &Line) -> Self {
        let points = line.points().iter().map(|point| {
            let (event, label) = match point.event {
                Event::Start => ("start", None),
                Event::Lesson(label) => ("lesson", Some(label)),
                Event::Training => ("training", None),
                Event::Reset => ("reset", None),
            };
            PointView {
                serial: point.serial,
                at: point.at_ms,
                event,
                label,
                exam: point.exam.into(),
                own: point.own.into(),
            }
        });
        Self {
            now: line.now(),
            points: points.collect(),
        }
    }
}

/// The page's `TrainProgress`, but for what needs a clock.
#[derive(Serialize)]
pub(crate) struct TrainView {
    state: &'static str,
    steps: u32,
    samples: u64,
    loss: f32,
    accuracy: f32,
    exam: ExamView,
}

impl From<&trazo_learn::TrainProgress> for TrainView {
    fn from(progress: &trazo_learn::TrainProgress) -> Self {
        Self {
            state: match progress.state {
                TrainState::Running => "running",
                TrainState::Paused => "paused",
                TrainState::Stopped => "stopped",
            },
            steps: progress.steps,
            samples: progress.samples,
            loss: progress.loss,
            accuracy: progress.accuracy,
            exam: ExamResult {
                right: progress.exam_right,
                total: progress.exam_total,
            }
            .into(),
        }
    }
}

/// Bytes that become a `Uint8Array`.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[derive(Serialize)]
struct FileView<'a> {
    name: &'a str,
    bytes: Bytes<'a>,
}

pub(crate) fn file(file: &FileOut) -> Result<JsValue, Failure> {
    to_js(&FileView {
        name: &file.name,
        bytes: Bytes(&file.bytes),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadView {
    kind: &'static str,
    model: Option<&'static str>,
    examples_added: usize,
    examples_known: usize,
    skipped: Vec<SkippedView>,
    passed_over: usize,
}

#[derive(Serialize)]
struct SkippedView {
    line: usize,
    fault: &'static str,
}

impl From<Opened> for UploadView {
    fn from(opened: Opened) -> Self {
        Self {
            kind: opened.kind,
            model: opened.model.map(ModelId::as_str),
            examples_added: opened.examples_added,
            examples_known: opened.examples_known,
            skipped: opened
                .skipped
                .into_iter()
                .map(|(line, fault)| SkippedView {
                    line,
                    fault: fault.code(),
                })
                .collect(),
            passed_over: opened.passed_over,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct SavedView {
    seq: u64,
    at: u64,
    bytes: u64,
}

impl From<Saved> for SavedView {
    fn from(saved: Saved) -> Self {
        Self {
            seq: saved.seq,
            at: saved.at,
            bytes: saved.bytes,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveredView {
    used: &'static str,
    damaged_bytes: u64,
}

impl From<Recovered> for RecoveredView {
    fn from(recovered: Recovered) -> Self {
        let used = match recovered.used {
            Used::OlderSnapshot => "older-snapshot",
            Used::Partial => "partial",
            Used::Pretrained => "pretrained",
        };
        Self {
            used,
            damaged_bytes: recovered.damaged_bytes,
        }
    }
}
