//! Symbols of a person's own, with the models that ship: read after five drawings, undone bit for bit, saved and opened.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod support;

use support::session;
use trazo_ink::negatives::sign;
use trazo_ink::writer::{self, Style};
use trazo_ink::{Drawing, Point, Rng};
use trazo_learn::{
    Advance, Error, ModelId, Reading, Restored, Session, Teach, UndoKind, likeliest,
};

/// A hand that draws signs in the middle of the pad.
fn draw(name: &str, seed: u64) -> Drawing {
    let style = Style {
        looseness: 0.015,
        ..Style::default()
    };
    sign(name, &style, &mut Rng::new(seed))
}

fn five(name: &str) -> Vec<Drawing> {
    (0..5).map(|seed| draw(name, seed)).collect()
}

fn settle(session: &mut Session) {
    while session.advance().unwrap() != Advance::Idle {}
}

/// With + and ÷, both drawn five times.
fn taught() -> Session {
    let mut session = session();
    assert_eq!(
        session.add_symbol("+", Some('+'), &five("+"), 1).unwrap(),
        10
    );
    assert_eq!(session.add_symbol("÷", None, &five("÷"), 2).unwrap(), 11);
    settle(&mut session);
    session
}

fn read(session: &mut Session, drawing: &Drawing) -> Reading {
    session.read(drawing).unwrap()
}

fn saved(session: &Session) -> Restored {
    Restored {
        models: ModelId::SHIPPED
            .map(|id| (id, session.model(id).clone()))
            .to_vec(),
        selected: session.selected(),
        examples: session.examples().iter().cloned().collect(),
        hand: session.examples().hand().cloned().collect(),
        writers: Default::default(),
        settings: session.settings(),
        history: Vec::new(),
        symbols: session.symbols().to_vec(),
    }
}

#[test]
fn what_was_drawn_five_times_is_read_and_the_chances_are_shared() {
    let mut session = taught();
    for (name, label) in [("+", 10), ("÷", 11)] {
        for seed in 50..60 {
            let reading = read(&mut session, &draw(name, seed));
            assert_eq!(reading.digit, Some(label), "{name} {seed}");
            assert_eq!(reading.probabilities.len(), 12);
            let sum: f32 = reading.probabilities.iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        }
    }
    // What is like neither is none of both.
    let reading = read(&mut session, &draw("R", 1));
    assert!(reading.digit.is_none_or(|label| label < 10), "{reading:?}");
}

#[test]
fn digits_are_read_as_before_and_to_the_bit_where_there_is_no_symbol() {
    let mut before = session();
    settle(&mut before);
    let mut with = taught();
    let mut rng = Rng::new(7);
    let mut gone = taught();
    gone.delete_symbol(10).unwrap();
    gone.delete_symbol(11).unwrap();
    settle(&mut gone);
    for seed in 0..200 {
        let digit = writer::random((seed % 10) as u8, &mut rng);
        let [old, new, none] = [&mut before, &mut with, &mut gone].map(|s| read(s, &digit));
        assert_eq!(likeliest(&old.probabilities), likeliest(&new.probabilities));
        assert_eq!(old.digit, new.digit, "{seed}");
        assert_eq!(old, none, "{seed}");
    }
}

#[test]
fn undo_brings_back_a_symbol_with_its_drawings_and_takes_it_away_again() {
    let mut session = taught();
    let (examples, symbols) = (session.examples().clone(), session.symbols().to_vec());
    session.delete_symbol(10).unwrap();
    assert_eq!((session.examples().len(), session.symbols().len()), (5, 1));
    settle(&mut session);
    assert!(read(&mut session, &draw("+", 60)).digit != Some(10));
    assert_eq!(session.undo().unwrap().kind, UndoKind::Symbols);
    settle(&mut session);
    assert!(session.examples().iter().eq(examples.iter()));
    assert_eq!(session.symbols(), symbols);
    assert_eq!(read(&mut session, &draw("+", 60)).digit, Some(10));
    session.change_symbol(11, "by", Some('/')).unwrap();
    session.undo().unwrap();
    assert_eq!(session.symbols(), symbols);
    session.undo().unwrap();
    session.undo().unwrap();
    assert!(session.symbols().is_empty() && session.examples().is_empty());
}

#[test]
fn a_symbol_is_taught_relabelled_and_confirmed_as_a_digit_is() {
    let mut session = taught();
    let drawing = draw("+", 70);
    assert_eq!(
        session.teach(&drawing, 10, false, 5).unwrap(),
        Teach::Started
    );
    let lesson = loop {
        if let Advance::Lesson(outcome) = session.advance().unwrap() {
            break outcome;
        }
    };
    assert!(lesson.learned && lesson.steps == 0, "{lesson:?}");
    assert_eq!(lesson.exam_before.right, lesson.exam_after.right);
    let example = lesson.example;
    session.relabel_example(example, 11).unwrap();
    session.relabel_example(example, 7).unwrap();
    for label in [12, 254, 255] {
        let refused = session.relabel_example(example, label);
        assert!(matches!(refused, Err(Error::Label(_))), "{label}");
        let refused = session.teach(&drawing, label, true, 5);
        assert!(matches!(refused, Err(Error::Label(_))), "{label}");
    }
}

#[test]
fn what_cannot_be_a_symbol_changes_nothing() {
    let mut session = taught();
    let before = (session.revision(), session.symbols().to_vec());
    let refused = |session: &mut Session, name: &str, drawings: &[Drawing]| {
        session
            .add_symbol(name, None, drawings, 1)
            .unwrap_err()
            .code()
    };
    assert_eq!(refused(&mut session, "+", &five("+")), "symbol-name-taken");
    assert_eq!(refused(&mut session, "", &five("+")), "symbol-no-name");
    assert_eq!(
        refused(&mut session, &"a".repeat(10_000), &five("+")),
        "symbol-long-name"
    );
    assert_eq!(refused(&mut session, "x", &[]), "empty");
    assert_eq!(refused(&mut session, "x", &[Drawing::default()]), "empty");
    for n in 2..50 {
        session
            .add_symbol(&format!("s{n}"), None, &five("="), n)
            .unwrap();
    }
    assert_eq!(
        refused(&mut session, "one more", &five("=")),
        "too-many-symbols"
    );
    for _ in 2..50 {
        session.undo().unwrap();
    }
    assert_eq!(session.symbols(), before.1);
}

#[test]
fn a_saved_session_comes_back_with_its_symbols_and_what_makes_no_sense_is_refused() {
    let mut first = taught();
    let drawing = draw("÷", 80);
    let mut second = session();
    second.restore(saved(&first)).unwrap();
    settle(&mut second);
    assert_eq!(read(&mut second, &drawing), read(&mut first, &drawing));
    // In another order they are the same.
    let mut turned = saved(&first);
    turned.symbols.reverse();
    second.restore(turned).unwrap();
    assert_eq!(second.symbols(), first.symbols());
    let refused = |change: fn(&mut Restored)| {
        let mut wrong = saved(&taught());
        change(&mut wrong);
        let error = session().open_project(wrong).unwrap_err();
        error.code()
    };
    assert_eq!(refused(|saved| drop(saved.symbols.pop())), "bad-label");
    assert_eq!(
        refused(|saved| saved.symbols[1].name = "+".into()),
        "symbol-name-taken"
    );
    assert_eq!(refused(|saved| saved.symbols[1].label = 10), "bad-label");
    assert_eq!(refused(|saved| saved.symbols[0].label = 3), "bad-label");
    // An opened project takes the place of all, and undo brings all back.
    let symbols = first.symbols().to_vec();
    first.open_project(saved(&session())).unwrap();
    assert!(first.symbols().is_empty());
    first.undo().unwrap();
    assert_eq!(first.symbols(), symbols);
}

#[test]
fn the_classic_network_reads_digits_alone_and_says_so() {
    let mut session = taught();
    session.select(ModelId::Classic).unwrap();
    settle(&mut session);
    assert!(!session.reads_symbols());
    let drawing = draw("+", 90);
    assert_eq!(read(&mut session, &drawing).probabilities.len(), 10);
    let refused = session.teach(&drawing, 10, true, 5).unwrap_err();
    assert_eq!(refused.code(), "reads-no-symbols");
}

#[test]
fn weights_learn_from_digits_alone() {
    let mut session = taught();
    assert!(matches!(session.train_start(1), Err(Error::NoExamples)));
    let network = session.model(ModelId::Digits).network.clone();
    let exported = loop {
        if let Some(model) = session.export().unwrap() {
            break model;
        }
    };
    assert_eq!(exported.network.params(), network.params());
    let mut rng = Rng::new(3);
    let seven = writer::random(7, &mut rng);
    assert_eq!(session.teach(&seven, 7, false, 5).unwrap(), Teach::Started);
    while !matches!(session.advance().unwrap(), Advance::Lesson(_)) {}
    session.train_start(9).unwrap();
    for _ in 0..400 {
        session.advance().unwrap();
    }
    let progress = session.train_stop().unwrap();
    assert!(
        progress.steps > 0 && progress.loss.is_finite(),
        "{progress:?}"
    );
    assert_eq!(read(&mut session, &draw("+", 91)).digit, Some(10));
}

#[test]
fn the_hand_is_of_digits() {
    let mut session = taught();
    assert!(!session.remember(&draw("+", 95), 5).unwrap());
}

#[test]
fn inside_says_what_the_symbols_leave_to_the_digits() {
    let mut session = taught();
    let drawing = draw("+", 96);
    let way = trazo_learn::inside::trace(&mut session, &drawing).unwrap();
    let answer = way.answer;
    let reading = read(&mut session, &drawing);
    assert_eq!(answer.probabilities, reading.probabilities);
    let symbols: f32 = answer.probabilities[10..].iter().sum();
    assert!((answer.rest + symbols - 1.0).abs() < 1e-5);
    // It tells of the network, whose answer is a digit.
    assert!(answer.likeliest() < 10);
    let near = trazo_learn::inside::neighbors(&mut session, &drawing).unwrap();
    assert!(near[0].label == 10 && near[0].vote > 0.0, "{near:?}");
}

#[test]
fn a_symbol_stands_in_a_number_as_one_piece() {
    let mut session = taught();
    let mut drawing = draw("÷", 97);
    let number = session.read_number(&drawing, None).unwrap();
    assert_eq!(number.parts.len(), 1, "{}", number.text());
    assert_eq!(number.parts[0].reading.digit, Some(11));
    // As text there is no digit for it.
    assert_eq!(number.text(), "?");
    drawing.strokes.clear();
    assert!(
        session
            .read_number(&drawing, None)
            .unwrap()
            .parts
            .is_empty()
    );
}

/// Side by side on one line, each as high as it says, in the middle of the line.
fn line_of(pieces: &[(Drawing, f32)]) -> Drawing {
    let mut strokes = Vec::new();
    let mut right = 0.0;
    for (drawing, height) in pieces {
        let bounds = drawing.bounds().unwrap();
        let scale = height / bounds.height().max(0.8 * bounds.width());
        let middle = bounds.middle();
        let placed = drawing.map(|point| {
            Point::new(
                right + (point.x - bounds.left) * scale,
                500.0 + (point.y - middle.y) * scale,
            )
        });
        right += bounds.width() * scale + 30.0;
        strokes.extend(placed.strokes);
    }
    Drawing::from_strokes(strokes)
}

#[test]
fn symbols_stand_among_the_digits_of_a_line_whole_and_each_by_itself() {
    let mut session = session();
    let names = ["+", "−", "X", "÷", "="];
    for (name, label) in names.iter().zip(10..) {
        let added = session.add_symbol(name, None, &five(name), 1).unwrap();
        assert_eq!(added, label);
    }
    settle(&mut session);
    let mut rng = Rng::new(5);
    let (mut right, mut asked) = (0, 0);
    for seed in 0..40_u64 {
        let digits = [0, 1, 2].map(|_| rng.below(10) as u8);
        let operator = (seed % 4) as usize;
        let digit = |digit: u8, rng: &mut Rng| (writer::random(digit, rng), 200.0);
        let sign = |name: &str| (draw(name, 200 + seed), 110.0);
        let pieces = [
            digit(digits[0], &mut rng),
            digit(digits[1], &mut rng),
            sign(names[operator]),
            digit(digits[2], &mut rng),
            sign("="),
        ];
        let expected = [digits[0], digits[1], 10 + operator as u8, digits[2], 14];
        let line = line_of(&pieces);
        let number = session.read_number(&line, None).unwrap();
        let read: Vec<Option<u8>> = number.parts.iter().map(|p| p.reading.digit).collect();
        asked += 1;
        right += u32::from(number.signs.is_empty() && read == expected.map(Some));
        // Where a person says what it is, each piece is there to be taught.
        let told = session.read_number_as(&line, &expected).unwrap();
        assert_eq!(told.parts.len(), 5, "{expected:?}");
        let mut strokes: Vec<usize> = told
            .parts
            .iter()
            .flat_map(|p| p.group.strokes.clone())
            .collect();
        strokes.sort_unstable();
        assert!(strokes.into_iter().eq(0..line.strokes.len()));
    }
    assert!(right * 20 >= asked * 19, "{right} of {asked}");
    let refused = session.read_number_as(&draw("+", 1), &[15]);
    assert!(matches!(refused, Err(Error::Label(15))));
}

#[test]
fn numbers_are_parted_as_before_where_symbols_are_taught() {
    let (mut before, mut with) = (session(), taught());
    settle(&mut before);
    let mut rng = Rng::new(6);
    let mut same = 0;
    for _ in 0..60 {
        let digits = [0, 1, 2].map(|_| (writer::random(rng.below(10) as u8, &mut rng), 200.0));
        let line = line_of(&digits);
        let [old, new] = [&mut before, &mut with].map(|s| s.read_number(&line, None).unwrap());
        same += u32::from(old.text() == new.text());
    }
    assert!(same >= 59, "{same} of 60");
}
