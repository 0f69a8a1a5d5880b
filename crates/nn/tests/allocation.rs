//! A training step allocates nothing after the first; nor does a prediction.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use trazo_nn::{Network, NetworkSpec, OptimizerSpec, Targets, Trainer, Workspace};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// Counts what each thread asks of the system.
struct Counting;

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn spec(json: &str) -> NetworkSpec {
    serde_json::from_str(json).unwrap()
}

/// One network with every kind of layer.
fn everything() -> NetworkSpec {
    spec(
        r#"{"input": [12, 12, 2], "layers": [
            {"type": "conv", "filters": 5, "kernel": 3, "padding": "same"},
            {"type": "batchnorm", "activation": "relu"},
            {"type": "maxpool", "size": 2},
            {"type": "conv", "filters": 8, "kernel": 5, "padding": "same", "activation": "sigmoid"},
            {"type": "dropout", "rate": 0.25},
            {"type": "dense", "units": 13, "activation": "relu"},
            {"type": "dense", "units": 10}], "loss": "cross-entropy"}"#,
    )
}

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

#[test]
fn a_training_step_allocates_nothing_after_the_first() {
    let sigmoids = spec(
        r#"{"input": [20, 20, 1], "layers": [
            {"type": "dense", "units": 100, "activation": "sigmoid"},
            {"type": "dense", "units": 30, "activation": "tanh"},
            {"type": "dense", "units": 10, "activation": "sigmoid"}], "loss": "squared-error"}"#,
    );
    let momentum = serde_json::from_str(r#"{"type": "momentum", "learningRate": 0.01}"#).unwrap();
    for (spec, batch) in [(everything(), 9), (sigmoids, 1)] {
        for optimizer in [
            OptimizerSpec::adam(0.001),
            OptimizerSpec::sgd(0.1),
            momentum,
        ] {
            let network = Network::<f32>::new(spec.clone(), 1).unwrap();
            let inputs = vec![0.5; batch * network.inputs()];
            let labels = vec![3; batch];
            let mut trainer = Trainer::new(network, optimizer, 1).unwrap();
            let first = allocations(|| {
                trainer.train_batch(&inputs, &labels).unwrap();
            });
            assert!(first > 0, "the counter works");
            let later = allocations(|| {
                for _ in 0..3 {
                    trainer.train_batch(&inputs, &labels).unwrap();
                }
            });
            assert_eq!(later, 0);
        }
    }
}

#[test]
fn smaller_batches_predictions_and_other_layers_fit_into_what_is_there() {
    let network = Network::<f32>::new(everything(), 1).unwrap();
    let each = network.inputs();
    let inputs = vec![0.5; 40 * each];
    let mut ws = Workspace::new();
    let soft = vec![0.1; 400];
    network
        .loss_and_gradient(0, &inputs, Targets::Soft(&soft), &mut ws)
        .unwrap();
    network.predict(&inputs, &mut ws).unwrap();
    let later = allocations(|| {
        for rows in [1, 2, 5, 33, 40] {
            network.predict(&inputs[..rows * each], &mut ws).unwrap();
            let targets = Targets::Soft(&soft[..rows * 10]);
            network
                .loss_and_gradient(0, &inputs[..rows * each], targets, &mut ws)
                .unwrap();
        }
    });
    assert_eq!(later, 0);
}
