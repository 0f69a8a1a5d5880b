//! `trazo eval --teach`: does it learn from a person, and what does it forget?
//!
//! Every protocol starts from the model as it is in its file, teaches exactly as the page does, and measures on digits
//! that were not taught. The writers must be unknown to the model: name the sources that its training left out.
//!
//! `--method` names another way to give lessons, or several, each measured by itself:
//!
//! | name | what learns |
//! |---|---|
//! | `memory` | what ships: memory, of what was taught and of the person's hand |
//! | `least` | the last layer alone, by the least change |
//! | `plain` | plain fine-tuning on the drawing and variants of it |
//! | `own` | … with replay of what the person taught before |
//! | `base` | … and of base memory with its labels |
//! | `distil` | … and of base memory with the answers of the network as it came |
//! | `elastic` | plain fine-tuning, weights that mattered pulled back (elastic weight consolidation) |

use std::collections::BTreeMap;
use std::time::Instant;

use rayon::prelude::*;
use serde_json::{Value, json};
use trazo_ink::{Drawing, Point, pack};
use trazo_learn::evaluation::{Change, Outcome, Sheet, Subject, Way, lesson};
use trazo_learn::{Advance, Content, Example, Model, ModelId, Session, Settings};

use super::samples::Samples;
use crate::data::{PenDigit, Pictures};
use crate::error::Error;

/// Digits of each writer that are gone through, correcting what was wrong.
const TAUGHT: usize = 40;
/// Digits of a second person on the same device.
const TEN: usize = 10;
/// A writer with fewer digits is left out.
const LEAST: usize = 60;
/// Other people's digits in the exam, beside MNIST's test set.
const OTHERS: usize = 3_000;
/// Digits that look like another one when mirrored, or like none: the new habit.
const MIRRORED: [u8; 4] = [3, 4, 7, 9];
/// Corrections of each mirrored digit.
const CORRECTIONS: usize = 3;
/// Lessons in the long row.
const HUNDRED: usize = 100;
/// Wrong lessons that are tried, each by itself among good ones.
const WRONG: usize = 10;
/// Remembered examples while lessons are timed, and how many are timed.
const REMEMBERED: usize = 2_000;
const TIMED: usize = 40;

/// What the protocols need.
pub struct Class<'a> {
    /// The model under test, and the other one of the pair.
    pub digits: Model,
    /// The classic one.
    pub classic: Model,
    /// Which of them is taught.
    pub id: ModelId,
    /// All pen digits.
    pub pens: &'a [PenDigit],
    /// Sources that the model was not trained on.
    pub unseen: &'a [String],
    /// MNIST's test set, or its validation digits, where they are there.
    pub pictures: Option<&'a Pictures>,
    /// How lessons are given.
    pub ways: Vec<(String, Way)>,
    /// For whatever is drawn by lot.
    pub seed: u64,
}

fn mirror(drawing: &Drawing) -> Drawing {
    drawing.map(|p| Point::new(1000.0 - p.x, p.y))
}

fn failed(error: trazo_learn::Error) -> Error {
    Error::Failed(error.to_string())
}

/// Nothing can fall where there was nothing wrong.
fn fell(before: usize, after: usize) -> Option<f64> {
    (before > 0).then(|| 100.0 * (1.0 - after as f64 / before as f64))
}

fn change(c: Change) -> Value {
    json!({"right_before": c.before, "right_after": c.after, "count": c.total, "points": c.points()})
}

fn sum(into: &mut Change, c: Change) {
    into.before += c.before;
    into.after += c.after;
    into.total += c.total;
}

impl Class<'_> {
    fn subject(&self, way: Way, settings: Settings) -> Subject<'_> {
        Subject {
            digits: &self.digits,
            classic: &self.classic,
            id: self.id,
            settings,
            way,
            seed: self.seed,
            ready: None,
        }
    }

    /// Writers of the unseen sources with enough digits, in the order of the file.
    fn writers(&self) -> Vec<(String, Vec<(&Drawing, u8)>)> {
        let mut by_writer: BTreeMap<String, Vec<(&Drawing, u8)>> = BTreeMap::new();
        for pen in self.pens.iter().filter(|p| self.unseen.contains(&p.source)) {
            by_writer
                .entry(format!("{}/{}", pen.source, pen.writer))
                .or_default()
                .push((&pen.drawing, pen.label));
        }
        by_writer
            .into_iter()
            .filter(|(_, digits)| digits.len() >= LEAST)
            .collect()
    }

    /// MNIST's test set (or what was given in its place) and other people's digits.
    fn exam(&self) -> Result<Sheet, Error> {
        let model = match self.id {
            ModelId::Digits | ModelId::Own => &self.digits,
            ModelId::Classic => &self.classic,
        };
        let mut samples = self
            .pictures
            .map(|p| Samples::of_pictures(p, model.recipe))
            .unwrap_or_default();
        let others: Vec<&PenDigit> = self
            .pens
            .iter()
            .filter(|p| !self.unseen.contains(&p.source))
            .collect();
        let step = (others.len() / OTHERS).max(1);
        let others: Vec<PenDigit> = others.into_iter().step_by(step).cloned().collect();
        let others = Samples::of_pens(&others, model.recipe);
        samples.inputs.extend(others.inputs);
        samples.labels.extend(others.labels);
        let sheet = Sheet::new(model, &samples.inputs, &samples.labels).map_err(failed)?;
        Ok(sheet.with_pictures(self.pictures.map_or(0, Pictures::len)))
    }

    /// All protocols.
    ///
    /// # Errors
    /// Where there is no unseen writer with enough digits.
    pub fn run(&self) -> Result<Value, Error> {
        let writers = self.writers();
        if writers.is_empty() {
            return Err(Error::Usage(format!(
                "--teach needs a --source whose writers the model has never seen, with at least {LEAST} digits of one writer"
            )));
        }
        let mut exam = self.exam()?;
        let mut ways: Vec<(&str, Way, Settings)> = self
            .ways
            .iter()
            .map(|(name, way)| (name.as_str(), *way, Settings::default()))
            .collect();
        if self.id == ModelId::Classic {
            let settings = Settings {
                original_way: true,
                ..Settings::default()
            };
            ways.push(("original way", Way::shipped(self.id), settings));
        }
        let mut report = serde_json::Map::new();
        for (name, way, settings) in ways {
            let begun = Instant::now();
            let mut subject = self.subject(way, settings);
            subject.prepare(&mut exam).map_err(failed)?;
            report.insert(
                name.to_owned(),
                json!({
                    "person": self.person(&subject, &writers, true, &exam)?,
                    "never_corrected": self.person(&subject, &writers, false, &exam)?,
                    "second_person": self.second_person(&subject, &writers)?,
                    "new_habit": self.new_habit(&subject, &writers, &exam)?,
                    "hundred_lessons": self.hundred(&subject, &writers, &exam)?,
                    "wrong_lesson": self.wrong_lesson(&subject, &writers, &exam)?,
                    "large_memory": self.large_memory(&subject, &writers)?,
                }),
            );
            eprintln!("{name}: {:.0} s", begun.elapsed().as_secs_f64());
        }
        Ok(
            json!({ "model": self.id.as_str(), "unseen": self.unseen, "writers": writers.len(), "exam_size": exam.len(), "ways": report }),
        )
    }

    /// Each writer: the first 40 in order, correcting what was wrong, or nothing; then the rest.
    fn person(
        &self,
        subject: &Subject<'_>,
        writers: &[(String, Vec<(&Drawing, u8)>)],
        corrects: bool,
        exam: &Sheet,
    ) -> Result<Value, Error> {
        let outcomes: Vec<(&String, Outcome)> = writers
            .par_iter()
            .map(|(name, digits)| {
                let (first, rest) = digits.split_at(TAUGHT);
                let rest = Sheet::of_drawings(subject.model(), rest)?;
                subject
                    .drawn(first, corrects, &rest, exam)
                    .map(|(outcome, _)| (name, outcome))
            })
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let (mut own, mut alone) = (Change::default(), Change::default());
        let mut exams = Vec::new();
        let mut rows = Vec::new();
        for (name, o) in &outcomes {
            sum(&mut own, o.own);
            sum(&mut alone, o.own_weights);
            exams.push(o.exam.points());
            rows.push(json!({"writer": name, "lessons": o.lessons, "hand": o.hand, "own": change(o.own), "exam_points": o.exam.points()}));
        }
        let wrong = |right: usize| own.total - right;
        let fell = |after| fell(wrong(own.before), wrong(after));
        Ok(json!({
            "lessons": outcomes.iter().map(|(_, o)| o.lessons).sum::<usize>(),
            "errors_before": wrong(own.before),
            "errors_after": wrong(own.after),
            "count": own.total,
            "errors_fell_by_percent": fell(own.after),
            "errors_fell_by_percent_weights_alone": fell(alone.after),
            "worst_writer_more_errors": outcomes.iter().map(|(_, o)| o.own.before as i64 - o.own.after as i64).max(),
            "worst_writer_points": outcomes.iter().map(|(_, o)| o.own.points()).fold(f64::INFINITY, f64::min),
            "exam_points_mean": mean(exams.iter().copied()),
            "exam_points_worst": exams.iter().copied().fold(f64::INFINITY, f64::min),
            "exam_points_mean_weights_alone": mean(outcomes.iter().map(|(_, o)| o.exam_weights.points())),
            "writers": rows,
        }))
    }

    /// Two writers in turn: the first one draws 40 digits, correcting what is wrong; then the second one's further digits
    /// are read, at once and after ten of theirs.
    fn second_person(
        &self,
        subject: &Subject<'_>,
        writers: &[(String, Vec<(&Drawing, u8)>)],
    ) -> Result<Value, Error> {
        let pairs = writers.iter().zip(writers.iter().cycle().skip(1));
        let pairs: Vec<_> = pairs.filter(|(a, b)| a.0 != b.0).collect();
        let changes: Vec<[Change; 2]> = pairs
            .par_iter()
            .map(|((_, first), (_, second))| {
                let rest = Sheet::of_drawings(subject.model(), &second[TAUGHT..])?;
                subject.second_person(&first[..TAUGHT], &second[..TEN], &rest)
            })
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let mut totals = [Change::default(); 2];
        for change in &changes {
            for (total, change) in totals.iter_mut().zip(change) {
                sum(total, *change);
            }
        }
        let worst = |at: usize| {
            let more = changes
                .iter()
                .map(|c| c[at].before as i64 - c[at].after as i64);
            more.max()
        };
        let [at_once, later] = totals;
        let (before, after) = (later.total - later.before, later.total - later.after);
        Ok(json!({
            "pairs": changes.len(),
            "errors_before": before,
            "errors_at_once": at_once.total - at_once.after,
            "errors_after": after,
            "errors_fell_by_percent": fell(before, after),
            "count": later.total,
            "worst_writer_more_errors_at_once": worst(0),
            "worst_writer_more_errors": worst(1),
        }))
    }

    /// A writer who mirrors 3, 4, 7 and 9: three corrections of each, then further mirrored ones and ordinary digits.
    fn new_habit(
        &self,
        subject: &Subject<'_>,
        writers: &[(String, Vec<(&Drawing, u8)>)],
        exam: &Sheet,
    ) -> Result<Value, Error> {
        let rows: Vec<Value> = writers
            .par_iter()
            .map(|(name, digits)| -> Result<Value, trazo_learn::Error> {
                let mirrored: Vec<(Drawing, u8)> =
                    digits.iter().filter(|d| MIRRORED.contains(&d.1)).map(|(d, l)| (mirror(d), *l)).collect();
                let (mut taught, mut rest, mut counts) = (Vec::new(), Vec::new(), [0; 10]);
                for (drawing, label) in &mirrored {
                    let n = &mut counts[usize::from(*label)];
                    if *n < CORRECTIONS { taught.push((drawing, *label)) } else { rest.push((drawing, *label)) }
                    *n += 1;
                }
                let rest = Sheet::of_drawings(subject.model(), &rest)?;
                let (o, mut session) = subject.taught(&taught, &rest, exam)?;
                let ordinary = Sheet::of_drawings(subject.model(), digits)?;
                let plain = Change {
                    before: ordinary.right(subject.model())?,
                    after: ordinary.read_right(&mut session, self.id)?,
                    total: ordinary.len(),
                };
                Ok(json!({"writer": name, "mirrored": change(o.own), "mirrored_weights_alone": change(o.own_weights),
                    "ordinary": change(plain), "exam_points": o.exam.points()}))
            })
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let total = |set: &str, key: &str| {
            rows.iter()
                .filter_map(|r| r[set][key].as_u64())
                .sum::<u64>() as f64
        };
        let share = |set: &str, key: &str| 100.0 * total(set, key) / total(set, "count").max(1.0);
        let wrong = |key: &str| (total("mirrored", "count") - total("mirrored", key)) as usize;
        let (before, after) = (wrong("right_before"), wrong("right_after"));
        Ok(json!({
            "errors_before": before,
            "errors_after": after,
            "errors_fell_by_percent": fell(before, after),
            "mirrored_right_before_percent": share("mirrored", "right_before"),
            "mirrored_right_after_percent": share("mirrored", "right_after"),
            "mirrored_right_after_percent_weights_alone": share("mirrored_weights_alone", "right_after"),
            "ordinary_points": share("ordinary", "right_after") - share("ordinary", "right_before"),
            "exam_points_mean": mean(rows.iter().filter_map(|r| r["exam_points"].as_f64())),
            "writers": rows,
        }))
    }

    /// A hundred lessons from up to ten writers in turn.
    fn hundred(
        &self,
        subject: &Subject<'_>,
        writers: &[(String, Vec<(&Drawing, u8)>)],
        exam: &Sheet,
    ) -> Result<Value, Error> {
        let lessons = interleaved(writers, HUNDRED);
        let rest = Sheet::default();
        let (o, _) = subject.taught(&lessons, &rest, exam).map_err(failed)?;
        Ok(json!({
            "lessons": o.lessons,
            "writers": writers.len().min(10),
            "exam_points": o.exam.points(),
            "exam_points_weights_alone": o.exam_weights.points(),
            "remembered_right_percent": 100.0 * o.remembered_right as f64 / o.lessons.max(1) as f64,
            "steps": o.steps,
        }))
    }

    /// Twenty good lessons with one wrong one (a 7 called 1) in the middle, for several sevens of several writers; then
    /// one more lesson, undone.
    fn wrong_lesson(
        &self,
        subject: &Subject<'_>,
        writers: &[(String, Vec<(&Drawing, u8)>)],
        exam: &Sheet,
    ) -> Result<Value, Error> {
        let lessons = interleaved(writers, 20);
        // The latest sevens of each writer: none of the twenty.
        let latest = |turn: usize| {
            let sevens = writers.iter().map(|w| w.1.iter().rev());
            sevens.filter_map(move |w| w.filter(|d| d.1 == 7).nth(turn).map(|d| d.0))
        };
        let sevens: Vec<&Drawing> = (0..WRONG).flat_map(latest).take(WRONG).collect();
        let rest = Sheet::default();
        let (good, mut session) = subject.taught(&lessons, &rest, exam).map_err(failed)?;
        let points: Vec<(f64, f64)> = sevens
            .par_iter()
            .map(|seven| {
                let mut lessons = lessons.clone();
                lessons.insert(10, (seven, 1));
                let (o, _) = subject.taught(&lessons, &rest, exam)?;
                Ok((o.exam.points(), o.exam_weights.points()))
            })
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let Some(seven) = sevens.first() else {
            return Ok(Value::Null);
        };
        let before = session.model(self.id).network.params().to_vec();
        lesson(&mut session, &subject.way, seven, 2).map_err(failed)?;
        session.undo().map_err(failed)?;
        let restored = session.model(self.id).network.params() == before;
        Ok(json!({
            "exam_points_good_only": good.exam.points(),
            "wrong_lessons": sevens.len(),
            "exam_points_with_wrong_mean": mean(points.iter().map(|p| p.0)),
            "exam_points_with_wrong_worst": points.iter().map(|p| p.0).fold(f64::INFINITY, f64::min),
            "exam_points_with_wrong_mean_weights_alone": mean(points.iter().map(|p| p.1)),
            "undo_restores_bit_for_bit": restored,
        }))
    }

    /// How long a lesson takes with many remembered examples, here and now (natively; a browser is slower), and how many
    /// bytes an example takes, strokes thinned and packed.
    fn large_memory(
        &self,
        subject: &Subject<'_>,
        writers: &[(String, Vec<(&Drawing, u8)>)],
    ) -> Result<Value, Error> {
        let step = (self.pens.len() / REMEMBERED).max(1);
        let packed: Vec<Vec<u8>> = self.pens.iter().map(|p| pack::pack(&p.drawing)).collect();
        let bytes = packed.iter().map(Vec::len);
        let mean_bytes = mean(bytes.clone().map(|n| n as f64));
        let most_bytes = bytes.max();
        let examples = self.pens.iter().zip(packed).step_by(step).take(REMEMBERED);
        let examples = examples.map(|(pen, packed)| Example {
            id: 0,
            label: pen.label,
            first_read: None,
            taught_at: 0,
            source: "pad".to_owned(),
            content: Content::Strokes(packed),
        });
        let mut session = subject.session().map_err(failed)?;
        let remembered = session.add_examples(examples.collect()).map_err(failed)?;
        settle(&mut session).map_err(failed)?;
        let (mut times, mut steps) = (Vec::new(), 0);
        let drawings = interleaved(writers, 4 * TIMED);
        // Mirrored, so that there is something to learn.
        let mirrored = drawings.iter().filter(|d| MIRRORED.contains(&d.1));
        for (drawing, label) in mirrored.take(TIMED) {
            let drawing = mirror(drawing);
            let begun = Instant::now();
            let outcome = lesson(&mut session, &subject.way, &drawing, *label).map_err(failed)?;
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
            steps += outcome.map_or(0, |o| o.steps);
        }
        let reading = reading_ms(&mut session, &drawings)?;
        let alone = reading_ms(&mut subject.session().map_err(failed)?, &drawings)?;
        times.sort_by(f64::total_cmp);
        let quantile = |q: f64| times.get((q * times.len() as f64) as usize).copied();
        Ok(json!({
            "reading_milliseconds_median": reading,
            "reading_milliseconds_median_without_memory": alone,
            "remembered": remembered,
            "lessons": times.len(),
            "steps": steps,
            "lesson_milliseconds_median": quantile(0.5),
            "lesson_milliseconds_p95": quantile(0.95),
            "bytes_an_example_mean": mean_bytes,
            "bytes_an_example_most": most_bytes,
        }))
    }
}

/// Milliseconds to read a drawing, the median.
fn reading_ms(session: &mut Session, drawings: &[(&Drawing, u8)]) -> Result<Option<f64>, Error> {
    let mut times = Vec::new();
    for (drawing, _) in drawings {
        let begun = Instant::now();
        session.read(drawing).map_err(failed)?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times.get(times.len() / 2).copied())
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), v| (sum + v, count + 1));
    sum / f64::from(count.max(1))
}

/// Works until there is nothing left to do.
fn settle(session: &mut Session) -> Result<(), trazo_learn::Error> {
    while session.advance()? != Advance::Idle {}
    Ok(())
}

/// `count` digits, one of each writer in turn.
fn interleaved<'a>(
    writers: &[(String, Vec<(&'a Drawing, u8)>)],
    count: usize,
) -> Vec<(&'a Drawing, u8)> {
    let few: Vec<_> = writers.iter().take(10).collect();
    let longest = few.iter().map(|w| w.1.len()).max().unwrap_or(0);
    let turns =
        (0..longest).flat_map(|turn| few.iter().filter_map(move |w| w.1.get(turn).copied()));
    turns.take(count).collect()
}
