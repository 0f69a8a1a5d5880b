//! Reads the synthetic writer's digits by their three nearest neighbors among the real pen digits
//! and draws a sheet of those that look like another digit: how its shapes were judged.
//!
//! `cargo run --release -p trazo-ink --example judge_writer -- OUT_FOLDER`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::PathBuf;

use trazo_ink::normalize::digit_ink_with;
use trazo_ink::{Drawing, writer};

/// A thick pen makes neighbors of shapes that differ a little in place.
fn ink(drawing: &Drawing) -> Vec<u8> {
    digit_ink_with(drawing, 4.0).unwrap().pixels
}

fn distance(a: &[u8], b: &[u8]) -> u32 {
    a.iter()
        .zip(b)
        .map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2))
        .sum()
}

fn main() {
    let out: PathBuf = std::env::args_os()
        .nth(1)
        .expect("a folder for the sheet")
        .into();
    let Some(digits) = common::pen_digits() else {
        return;
    };
    let known: Vec<_> = digits.iter().map(|d| (ink(&d.drawing), d.label)).collect();
    let mut wrong = Vec::new();
    let mut confusion = [[0; 10]; 10];
    let exam = writer::exam(7, 1000);
    for (drawing, label) in &exam {
        let pixels = ink(drawing);
        let mut nearest = [(u32::MAX, 0_u8); 3];
        for (other, label) in &known {
            let found = (distance(&pixels, other), *label);
            if found.0 < nearest[2].0 {
                nearest[2] = found;
                nearest.sort_unstable();
            }
        }
        let votes = |label: u8| nearest.iter().filter(|n| n.1 == label).count();
        let answer = if votes(nearest[1].1) > 1 {
            nearest[1].1
        } else {
            nearest[0].1
        };
        confusion[usize::from(*label)][usize::from(answer)] += 1;
        if answer != *label {
            wrong.push((*label, answer, digit_ink_with(drawing, 2.44).unwrap()));
        }
    }
    println!("{} of {} look like another digit", wrong.len(), exam.len());
    for row in confusion {
        println!("{}", row.map(|n| format!("{n:4}")).concat());
    }
    wrong.sort_by_key(|w| (w.0, w.1));
    println!(
        "{}",
        wrong
            .iter()
            .map(|w| format!("{}>{} ", w.0, w.1))
            .collect::<String>()
    );
    let inks: Vec<_> = wrong.into_iter().map(|w| w.2).collect();
    common::sheet(&out.join("writer-doubtful.png"), &inks, 12, 3);
}
