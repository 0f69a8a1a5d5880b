//! The eight questions of the Lab («Questions to try»): what is said of each holds whatever the seeds, with a margin.
//!
//! The setups are those of the page (`www/src/lab/guides.ts`, whose test writes `questions.json`), each with five seeds that
//! the page does not have. `-- --nocapture` shows what each came to.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use trazo_train::Event;
use trazo_train::lab::{Lab, Setup, Writing};

/// How far from the bounds of its answer each outcome must be, as a share of the digits.
const MARGIN: f64 = 0.01;

#[derive(Deserialize)]
struct Step {
    question: String,
    setup: serde_json::Value,
    /// Below the first the answer is 0, from the second on it is 2.
    bounds: [f64; 2],
    seen: usize,
    /// The share is that of the first classes.
    #[serde(default)]
    old: bool,
}

fn steps() -> Vec<Step> {
    serde_json::from_str(include_str!("questions.json")).unwrap()
}

/// The share of the validation digits that is read right at the end.
fn outcome(step: &Step, seed: u32) -> f64 {
    let mut json = step.setup.clone();
    json["seeds"] = serde_json::json!({ "weights": seed, "order": seed });
    json["data"]["seed"] = seed.into();
    let setup =
        Setup::from_json(&json.to_string()).unwrap_or_else(|fault| panic!("{}", fault.message));
    let mut writing = Writing::new(&setup.data);
    while writing.advance(64) < 1.0 {}
    let mut lab = Lab::new(setup, writing.deal().unwrap()).unwrap();
    while lab.advance().unwrap() != Event::Over {}
    let looks = lab.looks();
    let figures = &looks.last().unwrap().validation;
    figures[usize::from(step.old)].accuracy()
}

/// Whether a share gives the answer that is said to be seen, at least `MARGIN` from its bounds.
fn is_as_said(step: &Step, share: f64) -> bool {
    let [low, high] = step.bounds;
    match step.seen {
        0 => share < low - MARGIN,
        1 => (low + MARGIN..high - MARGIN).contains(&share),
        _ => share >= high + MARGIN,
    }
}

fn try_all(steps: &[Step], seeds: &[u32]) {
    let work: Vec<(usize, u32)> = (0..steps.len())
        .flat_map(|step| seeds.iter().map(move |&seed| (step, seed)))
        .collect();
    let next = AtomicUsize::new(0);
    let run = || {
        let mut found = Vec::new();
        while let Some(&(step, seed)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.push((step, outcome(&steps[step], seed)));
        }
        found
    };
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let found: Vec<(usize, f64)> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        all.into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    let mut wrong = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let shares: Vec<f64> = found
            .iter()
            .filter(|(at, _)| *at == index)
            .map(|(_, share)| *share)
            .collect();
        let least = shares.iter().copied().fold(1.0, f64::min);
        let most = shares.iter().copied().fold(0.0, f64::max);
        let line = format!(
            "{}: {least:.3} to {most:.3}, answer {} of {:?}",
            step.question, step.seen, step.bounds
        );
        eprintln!("{line}");
        if shares.len() != seeds.len() || !shares.iter().all(|&share| is_as_said(step, share)) {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "not as the page says: {wrong:#?}");
}

#[test]
fn each_of_the_eight_questions_comes_out_as_the_page_says_with_five_seeds() {
    try_all(&steps(), &[11, 12, 13, 14, 15]);
}
