//! The figures of pretrained/README.md: `cargo run --release -p trazo-learn --example experiment`.
#![allow(clippy::unwrap_used)] // Whoever runs it has the models that ship.

#[path = "../tests/support/mod.rs"]
mod support;

use trazo_learn::evaluation::{Experiment, LESSONS};

const RUNS: u64 = 20;

fn main() {
    let session = support::session();
    let mut all = Vec::new();
    for seed in 1..=RUNS {
        let mut experiment = Experiment::new(&session, seed).unwrap();
        while !experiment.is_over() {
            experiment.advance().unwrap();
        }
        all.push(experiment.marks().to_vec());
    }
    for (way, name) in ["the original way", "Trazo's way"].into_iter().enumerate() {
        println!("{name}:");
        for lesson in (0..=LESSONS).step_by(10) {
            let of = |what: &dyn Fn(usize) -> u32| {
                let counts: Vec<u32> = (0..all.len()).map(what).collect();
                let mean = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
                format!(
                    "{mean:.1} ({} to {})",
                    counts.iter().min().unwrap(),
                    counts.iter().max().unwrap()
                )
            };
            let exam = of(&|run| all[run][lesson].exam[way].right);
            let taught = of(&|run| all[run][lesson].taught[way].right);
            println!("  after {lesson} lessons: exam {exam}, taught {taught}");
        }
    }
}
