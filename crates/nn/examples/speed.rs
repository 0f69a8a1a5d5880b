//! How fast the kernels are on this machine: `cargo run --release -p trazo-nn --example speed`.
//!
//! One thread, medians of the time that the thread ran (on Linux; of the clock elsewhere). The peak is
//! measured in the same rounds as the rest, because a machine's speed wanders. Add the name of an instruction set (`scalar`, `AVX2`, `AVX-512`) for that one only.
// A measurement that cannot set itself up has to stop.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;
use trazo_nn::kernels::{MatmulScratch, matmul, peak};
use trazo_nn::{Isa, Network, NetworkSpec, OptimizerSpec, Trainer, Workspace};

const ROUNDS: usize = 15;

/// Seconds that this thread has run; where the system does not say, seconds since the first call.
fn clock() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(
            || start.elapsed().as_secs_f64(),
            |nanoseconds| nanoseconds / 1e9,
        )
}

/// Seconds that one `work` takes: the best number of repetitions for about 30 ms is found first.
fn seconds(mut work: impl FnMut()) -> f64 {
    let mut repetitions = 1;
    loop {
        let start = clock();
        for _ in 0..repetitions {
            work();
        }
        let elapsed = clock() - start;
        if elapsed > 0.03 {
            return elapsed / f64::from(repetitions);
        }
        repetitions *= 2;
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn numbers(count: usize) -> Vec<f32> {
    (0..count)
        .map(|i| ((i * 7919) % 1000) as f32 / 1000.0 + 0.001)
        .collect()
}

fn matrices(isa: Isa) {
    for shape in [[32, 784, 128], [128, 144, 6272], [256, 256, 256]] {
        let [m, k, n] = shape;
        let (a, b, mut c) = (numbers(m * k), numbers(k * n), vec![0.0; m * n]);
        let mut scratch = MatmulScratch::default();
        let (mut shares, mut speeds) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let mut flops = 0;
            let spin = seconds(|| flops = peak::spin::<f32>(isa, 10_000));
            let peak = flops as f64 / spin;
            let time = seconds(|| {
                matmul(isa, shape, black_box(&a), &b, &mut c, &mut scratch).expect("shapes fit");
            });
            let speed = (2 * m * k * n) as f64 / time;
            shares.push(speed / peak);
            speeds.push(speed / 1e9);
        }
        println!(
            "  matmul {m:>3}x{k:>3}x{n:<4}  {:>6.1} GFLOP/s  {:>5.1} % of the peak",
            median(speeds),
            100.0 * median(shares)
        );
    }
}

fn network(isa: Isa, name: &str, json: &str, batch: usize, optimizer: OptimizerSpec) {
    let spec: NetworkSpec = serde_json::from_str(json).expect("the specification is ours");
    let network = Network::<f32>::new(spec, 1).expect("the specification is ours");
    let each = network.inputs();
    let flops = 2.0 * network.multiply_adds() as f64;
    let mut ws = Workspace::with_isa(isa).expect("it is available");
    let one = numbers(each);
    let predict = median(
        (0..ROUNDS)
            .map(|_| {
                seconds(|| {
                    black_box(network.predict(black_box(&one), &mut ws).expect("it fits"));
                })
            })
            .collect(),
    );
    let mut trainer = Trainer::new(network, optimizer, 1).expect("settings are in range");
    trainer.workspace = Workspace::with_isa(isa).expect("it is available");
    let inputs = numbers(batch * each);
    let labels: Vec<u8> = (0..batch).map(|i| (i % 10) as u8).collect();
    let train = median(
        (0..ROUNDS)
            .map(|_| {
                seconds(|| {
                    black_box(trainer.train_batch(&inputs, &labels).expect("it fits"));
                })
            })
            .collect(),
    ) / batch as f64;
    println!(
        "  {name}  predict {:>8.4} ms ({:>5.1} GFLOP/s)   train {:>9.0} samples/s (about {:>5.1} GFLOP/s)",
        predict * 1e3,
        flops / predict / 1e9,
        1.0 / train,
        3.0 * flops / train / 1e9,
    );
}

fn main() {
    let wanted = std::env::args().nth(1);
    for isa in Isa::ALL {
        let chosen = wanted.as_ref().is_none_or(|name| name == isa.name());
        if !isa.is_available() || !chosen {
            continue;
        }
        let mut flops = 0;
        let peak = seconds(|| flops = peak::spin::<f32>(isa, 10_000));
        println!(
            "{}: peak {:.1} GFLOP/s",
            isa.name(),
            flops as f64 / peak / 1e9
        );
        matrices(isa);
        let c = r#"{"input": [28, 28, 1], "layers": [
            {"type": "conv", "filters": 16, "kernel": 3, "padding": "same", "activation": "relu"},
            {"type": "maxpool", "size": 2},
            {"type": "conv", "filters": 32, "kernel": 3, "padding": "same", "activation": "relu"},
            {"type": "maxpool", "size": 2},
            {"type": "dense", "units": 128, "activation": "relu"},
            {"type": "dense", "units": 10}], "loss": "cross-entropy"}"#;
        network(isa, "C", c, 32, OptimizerSpec::adam(1e-3));
        let m = r#"{"input": [1, 1, 784], "layers": [
            {"type": "dense", "units": 128, "activation": "relu"},
            {"type": "dense", "units": 10}], "loss": "cross-entropy"}"#;
        network(isa, "M", m, 32, OptimizerSpec::sgd(0.01));
        let s = r#"{"input": [20, 20, 1], "layers": [
            {"type": "dense", "units": 100, "activation": "sigmoid"},
            {"type": "dense", "units": 10, "activation": "sigmoid"}], "loss": "squared-error"}"#;
        network(isa, "S", s, 1, OptimizerSpec::sgd(0.5));
    }
}
