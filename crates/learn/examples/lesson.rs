//! A whole lesson with the models that ship, from the drawing to the way back:
//! `cargo run --release -p trazo-learn --example lesson`.
//!
//! Someone mirrors their threes. The network that ships reads another digit; it is told once, and reads that one, and one
//! drawn like it, as they were meant, while the exam and plain threes stay as they were. Then the lesson is looked at in
//! the history, gone back behind, and taken back.

#![allow(clippy::unwrap_used)] // Whoever runs it has the models that ship.

#[path = "../tests/support/mod.rs"]
mod support;

use trazo_ink::{Drawing, PAD, Point, Rng, writer};
use trazo_learn::{Advance, Error, LessonOutcome, Session, Teach};

/// A three in some hand, as a mirror shows it.
fn mirrored(seed: u64) -> Drawing {
    writer::random(3, &mut Rng::new(seed)).map(|p| Point::new(PAD - p.x, p.y))
}

/// Gives a lesson from beginning to end. A page does a few units at a time, and reads drawings in between.
fn teach(session: &mut Session, drawing: &Drawing, label: u8) -> Result<LessonOutcome, Error> {
    // Milliseconds since 1970: the session has no clock of its own.
    let now_ms = 1_763_800_000_000;
    match session.teach(drawing, label, true, now_ms)? {
        Teach::Started => {}
        Teach::Question(question) => println!("it asks first: {question:?}"),
    }
    loop {
        if let Advance::Lesson(outcome) = session.advance()? {
            return Ok(*outcome);
        }
    }
}

fn read(session: &mut Session, what: &str, drawing: &Drawing) -> Result<(), Error> {
    let reading = session.read(drawing)?;
    match reading.digit {
        Some(digit) => println!("  {what}: {digit}"),
        None => println!("  {what}: not sure, {:?}", reading.candidates),
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    let mut session = support::session();
    let taught = mirrored(1);
    // The same hand, a little narrower.
    let next = taught.map(|p| Point::new(0.93 * p.x, p.y));
    let plain = writer::random(3, &mut Rng::new(3));
    let say = |session: &mut Session, when: &str| -> Result<(), Error> {
        println!("{when}");
        read(session, "the mirrored three", &taught)?;
        read(session, "one drawn like it", &next)?;
        read(session, "a plain three", &plain)
    };

    say(&mut session, "as it ships")?;
    let lesson = teach(&mut session, &taught, 3)?;
    say(&mut session, "taught once")?;
    println!(
        "  in {} steps; of the exam's {} digits {} were right before and {} are after",
        lesson.steps, lesson.exam_before.total, lesson.exam_before.right, lesson.exam_after.right
    );

    let timeline = session.timeline(session.selected()).clone();
    for point in timeline.points() {
        println!(
            "  point {}: {:?}, {} bytes",
            point.serial,
            point.event,
            point.change.len()
        );
    }
    if let Some(start) = timeline.points().first() {
        session.travel(start.serial)?;
        say(&mut session, "gone back to the start")?;
        session.undo()?;
    }
    let undone = session.undo()?;
    println!("taken back: {undone:?}");
    say(&mut session, "as it ships again")
}
