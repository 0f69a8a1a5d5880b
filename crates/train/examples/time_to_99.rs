//! How long a run of the Lab takes from nothing to its end, on one thread, and how good it is then:
//! `cargo run --release -p trazo-train --example time_to_99 -- MNIST SETUP [SEEDS]`, with a folder of the four IDX files,
//! unpacked, and a setup in JSON. Seconds are those that the thread ran (on Linux; of the clock elsewhere).
// A measurement that cannot set itself up has to stop.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::time::Instant;
use trazo_train::lab::{Given, Held, Lab, Setup, Use, deal};
use trazo_train::{Event, Pictures};

fn clock() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |nanoseconds| nanoseconds / 1e9)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, file, rest @ ..] = arguments.as_slice() else {
        panic!("usage: time_to_99 MNIST SETUP [SEEDS]");
    };
    let read = |name: &str, header: usize| {
        std::fs::read(Path::new(folder).join(name)).expect("an IDX file")[header..].to_vec()
    };
    let json = std::fs::read_to_string(file).expect("a setup");
    let seeds: u64 = rest
        .first()
        .map_or(1, |seeds| seeds.parse().expect("a number"));
    let (mut pixels, mut labels) = (
        read("train-images-idx3-ubyte", 16),
        read("train-labels-idx1-ubyte", 8),
    );
    let mut uses = vec![Use::Any; labels.len()];
    labels.extend(read("t10k-labels-idx1-ubyte", 8));
    pixels.extend(read("t10k-images-idx3-ubyte", 16));
    uses.resize(labels.len(), Use::Test);
    let given = Given {
        pictures: Pictures::new(pixels, labels).expect("labels that fit"),
        uses,
    };
    for seed in 1..=seeds {
        let mut setup = Setup::from_json(&json).unwrap_or_else(|fault| panic!("{}", fault.message));
        (setup.seeds.weights, setup.seeds.order) = (seed, seed);
        let dealt = deal(&setup.data, &given).expect("digits");
        let mut lab = Lab::new(setup, dealt).unwrap_or_else(|fault| panic!("{}", fault.message));
        let (start, wall) = (clock(), Instant::now());
        while lab.advance().expect("a part") != Event::Over {}
        let (seconds, wall) = (clock() - start, wall.elapsed().as_secs_f64());
        lab.begin_reading(Held::Test).expect("weights");
        while lab.advance_reading().expect("answers") {}
        let tested = lab.tested().expect("answers");
        let progress = lab.progress();
        println!(
            "{{\"seed\": {seed}, \"seconds\": {seconds:.2}, \"wall\": {wall:.2}, \"accuracy\": {:.4}, \"parameters\": {}, \"gmacPerSecond\": {:.2}}}",
            tested.accuracy(),
            lab.shapes().parameters,
            progress.multiply_adds as f64 / seconds / 1e9,
        );
    }
}
