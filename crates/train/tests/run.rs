//! A run is a value: whoever steps it, wherever it stops, the bits are the same.
// A test that cannot set itself up has to stop.
#![allow(clippy::unwrap_used)]

use trazo_ink::{normalize, writer};
use trazo_nn::{Activation, LayerSpec, Loss, NetworkSpec, OptimizerSpec, Padding};
use trazo_train::{
    Checkpoint, Desk, Ending, Error, Event, Fall, Part, Pictures, Plan, Run, Schedule, Seeds,
    Source, ValidationSet, architectures,
};

/// Digits by the synthetic writer as pictures.
fn pictures(seed: u64, count: usize) -> Pictures {
    let digits = writer::exam(seed, count);
    let pixels = digits
        .iter()
        .flat_map(|(drawing, _)| normalize::digit_ink(drawing).unwrap().pixels)
        .collect();
    Pictures::new(pixels, digits.iter().map(|&(_, label)| label).collect()).unwrap()
}

fn validation(count: usize) -> Vec<ValidationSet> {
    let pictures = pictures(2, count);
    let inputs = (0..count)
        .flat_map(|index| {
            pictures
                .picture(index)
                .map(|pixel| f32::from(pixel) / 255.0)
        })
        .collect();
    vec![ValidationSet {
        name: "held out".to_owned(),
        inputs,
        labels: pictures.labels().to_vec(),
    }]
}

/// A small network with everything that has a memory: batch normalization, dropout, Adam, average.
fn plan() -> Plan {
    Plan {
        network: NetworkSpec {
            input: [28, 28, 1],
            layers: vec![
                LayerSpec::Conv {
                    filters: 4,
                    kernel: 5,
                    padding: Padding::Valid,
                    activation: Activation::Linear,
                },
                LayerSpec::BatchNorm {
                    activation: Activation::Relu,
                },
                LayerSpec::MaxPool { size: 4 },
                LayerSpec::Dropout { rate: 0.1 },
                LayerSpec::Dense {
                    units: 10,
                    activation: Activation::Linear,
                },
            ],
            loss: Loss::CrossEntropy,
        },
        optimizer: OptimizerSpec::adam(0.01),
        schedule: Schedule {
            warm_up: 0.15,
            longest_warm_up: 1_000,
            fall: Fall::Linear,
            floor: 0.0,
        },
        epochs: 3,
        batch: 40,
        part: 16,
        seeds: Seeds {
            weights: 1,
            order: 2,
        },
        average: Some(0.9),
        look_every: None,
        frozen: Vec::new(),
        patience: None,
    }
}

fn run(plan: Plan) -> Run<Pictures> {
    Run::new(plan, pictures(1, 200), validation(70)).unwrap()
}

/// Works until it is over.
fn finish<S: Source>(run: &mut Run<S>) {
    while run.advance().unwrap() != Event::Over {}
}

/// All that a run leaves.
fn left<S: Source>(run: &Run<S>) -> Checkpoint {
    run.checkpoint("test")
}

#[test]
fn a_run_learns_and_looks_before_it_and_after_each_epoch() {
    let mut run = run(Plan {
        epochs: 8,
        ..plan()
    });
    finish(&mut run);
    assert_eq!(run.ending(), Some(Ending::Finished));
    assert_eq!((run.step(), run.seen()), (40, 1_600));
    let looks = run.looks();
    assert_eq!(looks.len(), 9);
    assert_eq!(looks[0].training, None);
    assert!(looks[8].validation[0].accuracy() > 0.6, "{:?}", looks[8]);
    let training = |look: usize| looks[look].training.unwrap();
    assert_eq!(training(1).labeled, 200);
    assert!(training(8).loss < training(1).loss);
    assert!(training(8).right > training(1).right);
    let network = run.answering().unwrap();
    assert!(!network.has_batch_norm());
}

#[test]
fn it_does_not_matter_who_computes_the_parts_or_in_which_order() {
    let mut alone = run(plan());
    finish(&mut alone);
    let mut shared = run(plan());
    let mut desks = [Desk::default(), Desk::default()];
    while shared.ending().is_none() {
        // The last part first, at two desks.
        let mut parts: Vec<Part> = shared
            .pending()
            .rev()
            .map(|index| shared.compute(index, &mut desks[index % 2]).unwrap())
            .collect();
        parts.reverse();
        for part in parts {
            shared.take(part).unwrap();
        }
    }
    assert_eq!(left(&alone), left(&shared));
}

#[test]
fn workers_without_shared_memory_each_hold_the_run_and_exchange_parts() {
    let mut alone = run(plan());
    finish(&mut alone);
    let mut workers = [run(plan()), run(plan()), run(plan())];
    let mut desk = Desk::default();
    while workers[0].ending().is_none() {
        let messages: Vec<Vec<u8>> = workers[0]
            .pending()
            .map(|index| {
                let part = workers[index % 3].compute(index, &mut desk).unwrap();
                serde_json::to_vec(&part).unwrap()
            })
            .collect();
        for worker in &mut workers {
            for message in &messages {
                worker
                    .take(serde_json::from_slice(message).unwrap())
                    .unwrap();
            }
        }
    }
    for worker in &workers {
        assert_eq!(left(worker), left(&alone));
    }
}

#[test]
fn a_run_that_was_saved_anywhere_goes_on_bit_for_bit() {
    let plan = Plan {
        look_every: Some(4),
        ..plan()
    };
    let mut whole = run(plan.clone());
    finish(&mut whole);
    // Units of work: parts of batches and of looks. Stop in the middle of each kind of thing.
    for units in [0, 1, 2, 3, 4, 11, 15, 16, 17, 30, 44] {
        let mut first = run(plan.clone());
        for _ in 0..units {
            first.advance().unwrap();
        }
        let bytes = first.checkpoint("test").to_bytes().unwrap();
        let checkpoint = Checkpoint::from_bytes(&bytes, "test").unwrap();
        let mut second =
            Run::resume(plan.clone(), pictures(1, 200), validation(70), checkpoint).unwrap();
        finish(&mut second);
        assert_eq!(left(&second), left(&whole), "stopped after {units} parts");
    }
}

#[test]
fn both_seeds_count_and_neither_stands_for_the_other() {
    let trained = |weights, order| {
        let mut run = run(Plan {
            seeds: Seeds { weights, order },
            epochs: 1,
            ..plan()
        });
        finish(&mut run);
        run.network().params().to_vec()
    };
    let usual = trained(1, 2);
    assert!(trained(1, 2) == usual);
    assert!(trained(3, 2) != usual);
    assert!(trained(1, 3) != usual);
}

#[test]
fn a_run_ends_after_so_many_looks_without_gain() {
    let mut run = run(Plan {
        // Nothing is learned, so that no look is better than the first.
        schedule: Schedule {
            floor: 0.0,
            ..Schedule::CONSTANT
        },
        optimizer: OptimizerSpec::sgd(1e-30),
        average: None,
        epochs: 100,
        look_every: Some(2),
        patience: Some(5),
        network: NetworkSpec {
            layers: vec![LayerSpec::Dense {
                units: 10,
                activation: Activation::Linear,
            }],
            ..plan().network
        },
        ..plan()
    });
    finish(&mut run);
    assert_eq!(run.ending(), Some(Ending::NoGain));
    assert_eq!((run.looks().len(), run.step()), (6, 10));
    let checkpoint = run.checkpoint("test");
    let plan = run.plan().clone();
    let again = Run::resume(plan, pictures(1, 200), validation(70), checkpoint).unwrap();
    assert_eq!(again.ending(), Some(Ending::NoGain), "a saved run knows it");
}

#[test]
fn without_validation_samples_there_is_no_gain_to_wait_for() {
    let plan = Plan {
        look_every: Some(1),
        patience: Some(2),
        ..plan()
    };
    let mut run = Run::new(plan, pictures(1, 200), Vec::new()).unwrap();
    finish(&mut run);
    assert_eq!(run.ending(), Some(Ending::Finished));
    assert_eq!(run.looks().len(), 16);
}

#[test]
fn a_rate_that_is_far_too_large_ends_the_run_with_a_word_not_with_a_crash() {
    for optimizer in [OptimizerSpec::sgd(1e30), OptimizerSpec::adam(1e30)] {
        let mut run = run(Plan {
            optimizer,
            schedule: Schedule::CONSTANT,
            ..plan()
        });
        finish(&mut run);
        assert!(
            matches!(run.ending(), Some(Ending::Diverged { .. })),
            "{:?}",
            run.ending()
        );
        assert_eq!(run.advance().unwrap(), Event::Over);
    }
}

#[test]
fn the_rate_can_be_changed_on_the_way_and_a_checkpoint_remembers_it() {
    let half = |stop: bool| {
        let mut run = run(plan());
        while run.step() < 5 {
            run.advance().unwrap();
        }
        run.set_rate(0.25).unwrap();
        if stop {
            let plan = run.plan().clone();
            let checkpoint = run.checkpoint("test");
            run = Run::resume(plan, pictures(1, 200), validation(70), checkpoint).unwrap();
        }
        finish(&mut run);
        left(&run)
    };
    let mut usual = run(plan());
    finish(&mut usual);
    assert_eq!(half(false), half(true));
    assert!(half(false).params != left(&usual).params);
    assert!(usual.set_rate(f32::NAN).is_err());
}

#[test]
fn a_part_that_is_not_the_next_one_is_refused() {
    let mut run = run(plan());
    let look = run.compute(0, &mut Desk::default()).unwrap();
    assert_eq!(
        run.take(look.clone()).unwrap(),
        Event::Part,
        "70 rows are two parts"
    );
    assert!(matches!(run.take(look), Err(Error::Misfit { .. })));
    run.advance().unwrap();
    let second = run.compute(1, &mut Desk::default()).unwrap();
    assert!(run.take(second).is_err(), "the first one is missing");
    let first = run.compute(0, &mut Desk::default()).unwrap();
    while run.step() == 0 {
        run.advance().unwrap();
    }
    assert!(run.take(first).is_err(), "of the step before");
    assert!(
        run.compute(3, &mut Desk::default()).is_err(),
        "40 by 16 is three parts"
    );
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_trained() {
    let refused = |plan: Plan| Run::new(plan, pictures(1, 20), Vec::new()).unwrap_err();
    assert!(
        refused(Plan {
            epochs: 0,
            ..plan()
        })
        .to_string()
        .contains("epochs")
    );
    assert!(
        refused(Plan { batch: 1, ..plan() })
            .to_string()
            .contains("batch")
    );
    assert!(
        refused(Plan { part: 0, ..plan() })
            .to_string()
            .contains("part")
    );
    let average = Some(f32::NAN);
    assert!(
        refused(Plan { average, ..plan() })
            .to_string()
            .contains("average")
    );
    let look_every = Some(0);
    assert!(
        refused(Plan {
            look_every,
            ..plan()
        })
        .to_string()
        .contains("looks")
    );
    let patience = Some(0);
    assert!(
        refused(Plan { patience, ..plan() })
            .to_string()
            .contains("gain")
    );
    let optimizer = OptimizerSpec::adam(-1.0);
    assert!(matches!(
        refused(Plan {
            optimizer,
            ..plan()
        }),
        Error::Network(_)
    ));
    let none = Run::new(plan(), Pictures::default(), Vec::new());
    assert!(matches!(none, Err(Error::NoData)));
    let mut odd = validation(3);
    odd[0].labels.pop();
    let odd = Run::new(plan(), pictures(1, 20), odd);
    assert!(matches!(odd, Err(Error::Misfit { .. })));
}

#[test]
fn a_checkpoint_that_contradicts_itself_is_refused() {
    let mut whole = run(plan());
    while whole.step() < 7 {
        whole.advance().unwrap();
    }
    let refused = |change: &dyn Fn(&mut Checkpoint)| {
        let mut checkpoint = whole.checkpoint("test");
        change(&mut checkpoint);
        Run::resume(plan(), pictures(1, 200), validation(70), checkpoint).is_err()
    };
    assert!(!refused(&|_| {}));
    assert!(refused(&|checkpoint| checkpoint.step += 1));
    assert!(refused(&|checkpoint| checkpoint.epoch = u32::MAX));
    assert!(refused(&|checkpoint| checkpoint.within.batch = u64::MAX));
    assert!(refused(&|checkpoint| checkpoint.within.rate = f32::NAN));
    assert!(refused(&|checkpoint| checkpoint.params[3] = f32::NAN));
    assert!(refused(&|checkpoint| checkpoint.average[3] = f32::INFINITY));
    assert!(refused(&|checkpoint| checkpoint.average.truncate(1)));
    assert!(refused(&|checkpoint| checkpoint.params.truncate(1)));
    assert!(refused(&|checkpoint| checkpoint.optimizer.first.clear()));
    assert!(refused(&|checkpoint| checkpoint.within.looks[0]
        .validation
        .clear()));
}

#[test]
fn the_plan_of_what_ships_has_the_numbers_of_its_model_card() {
    let digits = architectures::named("digits").unwrap();
    let plan = digits.training.plan(digits.spec, 7);
    assert_eq!((plan.epochs, plan.batch, plan.part), (20, 128, 32));
    assert_eq!(
        plan.seeds,
        Seeds {
            weights: 7,
            order: 7
        }
    );
    // A twenty-fifth of the steps, a thousand at most.
    assert_eq!(plan.schedule.share(0, 2_500), 0.01);
    assert_eq!(plan.schedule.share(0, 1_000_000), 0.001);
    assert!(architectures::named("vast").is_none());
}
