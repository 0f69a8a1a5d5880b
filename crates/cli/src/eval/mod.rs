//! `trazo eval`: measures a model and says how sure each figure is.

pub mod figures;
mod lines;
mod no_digits;
mod numbers;
mod pages;
mod photographs;
mod pictures;
pub mod samples;
mod sheet;
mod sweep;
mod symbols;
mod teach;

use std::path::{Path, PathBuf};

use serde_json::json;
use trazo_ink::{Origin, writer};
use trazo_learn::ModelId;
use trazo_learn::evaluation::{Sheet, Subject, Way};

use trazo_train::Split;

use crate::data::mnist::{self, Half};
use crate::data::{PenDigit, PenDigits, Pictures};
use crate::error::Error;
use crate::model::Model;
use crate::print_json;
use figures::Figures;
use samples::Samples;
use sheet::Sheet as ErrorSheet;

/// The number of digits by the synthetic writer, and of drawings that are no digit.
const MADE: usize = 2_000;

/// The seed of what is made: never one that training begins with.
const MADE_SEED: u64 = 0x7472_617a_6f21;

/// Measures a model: accuracy with its 95 % interval (Wilson), by source and by class, loss,
/// milliseconds a digit, calibration, and how often it is not sure, on digits and on what is none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Folder with MNIST's IDX files: its test set is read.
    #[arg(long, value_name = "DIR")]
    mnist: Option<PathBuf>,
    /// Read the last 5,000 pictures of MNIST's training set instead, which are for choosing.
    #[arg(long, requires = "mnist")]
    validation: bool,
    /// Pen digits as JSON lines; may be given again.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    strokes: Vec<PathBuf>,
    /// Only this source of the pen digits; may be given again.
    #[arg(long, value_name = "SOURCE", requires = "strokes")]
    source: Vec<String>,
    /// Leave out lines of strokes that cannot be read (and say so) instead of stopping.
    #[arg(long)]
    skip_bad_lines: bool,
    /// All errors on one picture: what it saw, what it is, what it was taken for.
    #[arg(long, value_name = "PNG")]
    errors: Option<PathBuf>,
    /// Also draw the pen digits at 5 sizes, in 5 places, at 3 speeds of the pen.
    #[arg(long, requires = "strokes")]
    sweep: bool,
    /// Also read the pen digits from pictures: one each, dark on light, light on dark, grey, JPEG, pens from 2 % to 15 %
    /// of the height; and photographs of numbers made from them.
    #[arg(long, requires = "strokes")]
    pictures: bool,
    /// Also put the pen digits together to numbers of 2 to 6 digits, apart, touching and overlapping,
    /// and with a minus, a point or a comma, and read those.
    #[arg(long, requires = "strokes")]
    numbers: bool,
    /// Teach it as the page does instead of only asking, and measure what it learns, what it forgets
    /// and what that costs: `--source` names the sources of writers that the model was not trained
    /// on, `--other` the second model of the pair.
    #[arg(long, requires = "strokes", requires = "source", requires = "other")]
    teach: bool,
    /// Also teach it symbols of a person's own, ten at once, and measure how they and the digits are read;
    /// and sums with signs that were taught.
    #[arg(long, requires = "strokes", requires = "other")]
    symbols: bool,
    /// The other model that ships: classic where digits is measured, digits where classic is.
    #[arg(long, value_name = "FILE")]
    other: Option<PathBuf>,
    /// Another way to give lessons, `all` of them, or one of a way's numbers; an unknown name lists
    /// those there are; may be given again.
    #[arg(long, value_name = "NAME | NAME=NUMBER", requires = "teach")]
    method: Vec<String>,
    /// Drives what is drawn by lot in `--teach`, `--numbers` and `--symbols`.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One line of JSON instead of an indented one.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// Where the model or the data cannot be read.
pub fn run(args: &Args) -> Result<(), Error> {
    let model = Model::open(&args.model)?;
    if let Some(other) = args.other.as_ref().filter(|_| args.teach) {
        return run_teach(args, model, Model::open(other)?);
    }
    let mut sets: Vec<(&str, Samples)> = Vec::new();
    let mut skipped = 0;
    let mut drawn = Vec::new();
    if let Some(folder) = &args.mnist {
        let name = if args.validation {
            "mnist-validation"
        } else {
            "mnist-test"
        };
        let pictures = exam_pictures(folder, args.validation)?;
        sets.push((name, Samples::of_pictures(&pictures, model.recipe)));
    }
    if !args.strokes.is_empty() {
        let mut pens = PenDigits::read(&args.strokes, args.skip_bad_lines)?;
        skipped = pens.skipped.len();
        for (path, problem) in &pens.skipped {
            eprintln!("left out: {}: {problem}", path.display());
        }
        pens.keep(&args.source)?;
        sets.push(("pen-digits", Samples::of_pens(&pens.digits, model.recipe)));
        drawn = pens.digits;
    }
    sets.push((
        "synthetic",
        Samples::of_drawings(&writer::exam(MADE_SEED, MADE), model.recipe),
    ));

    let mut sheet = ErrorSheet::new(model.recipe);
    let mut json_sets = Vec::new();
    for (name, samples) in &sets {
        let figures = Figures::measure(&model, samples)?;
        eprintln!("{name:17} {}", figures.words());
        for error in &figures.errors {
            sheet.add(samples, *error);
        }
        json_sets.push(figures.json(name));
    }
    let refused = no_digits::refused(&model, Origin::Pen)?;
    eprintln!("{:17} {}", "no digits", refused.words());
    let mut figures = json!({
        "model": args.model.display().to_string(),
        "name": model.name,
        "parameters": model.network.params().len(),
        "multiply_adds": model.network.multiply_adds(),
        "sets": json_sets,
        "no_digits": refused.json(),
        "skipped_lines": skipped,
    });
    figures["no_digits"]["count"] = json!(MADE);
    if model.recipe.planes() > 1 {
        let refused = no_digits::refused(&model, Origin::Picture)?;
        eprintln!("{:17} {}", "… as pictures", refused.words());
        figures["no_digits"]["as_pictures"] = refused.json();
    }
    if args.sweep {
        let swept = sweep::measure(&model, &drawn)?;
        let points = |of: &str| swept[of]["points"].as_f64().unwrap_or_default();
        eprintln!(
            "{:17} {:+.2} points in the mean of {} ways, {:+.2} in the worst",
            "sweep",
            points("all"),
            swept["ways"],
            points("worst")
        );
        figures["sweep"] = swept;
    }
    if args.pictures {
        let read = pictures::measure(&model, &drawn)?;
        eprintln!(
            "{:17} {:.2} % right",
            "pictures",
            100.0 * read.accuracy.value
        );
        for error in &read.errors {
            sheet.add(&read.samples, *error);
        }
        figures["pictures"] = read.json;
        let (pages, words) = pages::measure(&model, &drawn)?;
        eprintln!("{:17} {words}", "photographs");
        figures["photographs"] = pages;
    }
    if args.numbers {
        figures["numbers"] = numbers::measure(&model, &drawn, args.seed)?;
    }
    if let Some(other) = args.other.as_ref().filter(|_| args.symbols) {
        let other = Model::open(other)?;
        figures["symbols"] = run_symbols(args, &model, other, &sets, &drawn)?;
    }
    if let Some(path) = &args.errors {
        sheet.write(path)?;
    }
    print_json(&figures, args.json)
}

/// Teaches symbols, and reads the digits of these sets before and after: pictures first.
fn run_symbols(
    args: &Args,
    model: &Model,
    other: Model,
    sets: &[(&str, Samples)],
    drawn: &[PenDigit],
) -> Result<serde_json::Value, Error> {
    let learner = |model: &Model| trazo_learn::Model {
        name: model.name.clone(),
        network: model.network.clone(),
        recipe: model.recipe,
        lessons: 0,
    };
    let (digits, classic) = (learner(model), learner(&other));
    let (mut inputs, mut labels, mut pictures) = (Vec::new(), Vec::new(), 0);
    for (name, samples) in sets.iter().filter(|(name, _)| *name != "synthetic") {
        inputs.extend_from_slice(&samples.inputs);
        labels.extend_from_slice(&samples.labels);
        if name.starts_with("mnist") {
            pictures += samples.labels.len();
        }
    }
    let failed = |error: trazo_learn::Error| Error::Failed(error.to_string());
    let sheet = Sheet::new(&digits, &inputs, &labels).map_err(failed)?;
    let way = Way::named("memory", ModelId::Digits)
        .ok_or_else(|| Error::Failed("there is no such way".into()))?;
    let mut subject = Subject {
        digits: &digits,
        classic: &classic,
        id: ModelId::Digits,
        settings: trazo_learn::Settings::default(),
        way,
        seed: args.seed,
        ready: None,
    };
    let mut found = symbols::measure(&mut subject, sheet.with_pictures(pictures), args.seed)?;
    let ready = subject.session().map_err(failed)?;
    found["sums"] = lines::sums(&ready, drawn, args.seed)?;
    Ok(found)
}

fn run_teach(args: &Args, model: Model, other: Model) -> Result<(), Error> {
    let pens = PenDigits::read(&args.strokes, args.skip_bad_lines)?;
    let pictures = args
        .mnist
        .as_ref()
        .map(|folder| exam_pictures(folder, args.validation))
        .transpose()?;
    let learner = |model: Model| trazo_learn::Model {
        name: model.name,
        network: model.network,
        recipe: model.recipe,
        lessons: 0,
    };
    let classic = matches!(model.recipe, trazo_learn::Recipe::PadBits20);
    let id = if classic {
        ModelId::Classic
    } else {
        ModelId::Digits
    };
    let ways = ways(&args.method, id)?;
    let (digits, classic) = if classic {
        (other, model)
    } else {
        (model, other)
    };
    let class = teach::Class {
        digits: learner(digits),
        classic: learner(classic),
        id,
        pens: &pens.digits,
        unseen: &args.source,
        pictures: pictures.as_ref(),
        ways,
        seed: args.seed,
    };
    print_json(&class.run()?, args.json)
}

/// MNIST's test set, or the end of its training set, which is for choosing.
fn exam_pictures(folder: &Path, validation: bool) -> Result<Pictures, Error> {
    if !validation {
        return mnist::read(folder, Half::Test);
    }
    let train = mnist::read(folder, Half::Train)?;
    let split = Split::new(train, Vec::new(), &[], 0.0)?;
    Ok(split.validation_pictures)
}

/// The ways to give lessons that were asked for, all with the numbers that were asked for.
fn ways(asked: &[String], id: ModelId) -> Result<Vec<(String, Way)>, Error> {
    let usage = |error: String| Error::Usage(format!("--method {error}"));
    let (numbers, mut names): (Vec<&str>, Vec<&str>) = asked
        .iter()
        .map(String::as_str)
        .partition(|part| part.contains('='));
    if names.contains(&"all") {
        names = Way::NAMES.to_vec();
    } else if names.is_empty() {
        names = vec!["memory"];
    }
    let ways = names.into_iter().map(|name| {
        let mut way = Way::named(name, id)
            .ok_or_else(|| usage(format!("{name}: there are {}", Way::NAMES.join(", "))))?;
        for number in &numbers {
            let (key, value) = number.split_once('=').unwrap_or((number, ""));
            way.set(key, value).map_err(usage)?;
        }
        Ok((name.to_owned(), way))
    });
    ways.collect()
}
