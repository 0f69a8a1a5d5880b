//! Training a network from nothing: what `trazo train` does, and what a page can do.
//!
//! ```text
//! data ──► split ──► source ──► order ──► parts of a batch ──► sum ──► step ──► average
//!                      (bent anew             (any worker)                        │
//!                       each epoch)                                    looks ◄────┘──► the network that answers
//! ```
//!
//! A [`Run`] is a value. It has no clock, no files and no threads, and says nothing by itself: whoever owns
//! it gives it a [`Plan`] and a [`Source`] of samples, lets it do its work in bounded [parts](part), looks at
//! what it found, and may stop at any of them, save it as a [`Checkpoint`] and go on from there, later or
//! elsewhere, bit for bit. The parts of a batch may be computed by one thread, by all cores or by workers
//! that share no memory; their sum is taken in a fixed order, so that the weights are the same.
//!
//! The recipe by which the networks that ship are trained is here as well: [`architectures`], the
//! [`Stream`] of real, synthetic and no digits that they are trained on, the [`Split`] by writer, and
//! the [temperature](calibrate) at the end.
//!
//! The [`lab`] is a run as the page has it: from a setup that a link carries, with its data, its looks and its
//! health.
//!
//! Uses `trazo-nn` for the network and `trazo-ink` for drawings.
//!
//! ```
//! use trazo_ink::{normalize::digit_ink, writer};
//! use trazo_nn::{Activation, LayerSpec, Loss, NetworkSpec, OptimizerSpec};
//! use trazo_train::{Ending, Event, Fall, Pictures, Plan, Run, Schedule, Seeds, ValidationSet};
//!
//! // 400 digits by the synthetic writer, as pictures; the last 100 are only looked at.
//! let digits = writer::exam(1, 400);
//! let inks = digits.iter().filter_map(|(drawing, _)| digit_ink(drawing));
//! let pixels = inks.flat_map(|ink| ink.pixels).collect();
//! let labels = digits.iter().map(|&(_, label)| label).collect();
//! let (train, held_out) = Pictures::new(pixels, labels)?.split_at(300);
//! let validation = ValidationSet {
//!     name: "held out".to_owned(),
//!     inputs: (0..held_out.len())
//!         .flat_map(|index| held_out.picture(index).map(|pixel| f32::from(pixel) / 255.0))
//!         .collect(),
//!     labels: held_out.labels().to_vec(),
//! };
//!
//! let plan = Plan {
//!     network: NetworkSpec {
//!         input: [28, 28, 1],
//!         layers: vec![LayerSpec::Dense { units: 10, activation: Activation::Linear }],
//!         loss: Loss::CrossEntropy,
//!     },
//!     optimizer: OptimizerSpec::adam(0.01),
//!     schedule: Schedule { warm_up: 0.15, longest_warm_up: 1_000, fall: Fall::Linear, floor: 0.0 },
//!     epochs: 5,
//!     batch: 50,
//!     part: Plan::PART,
//!     seeds: Seeds { weights: 1, order: 1 },
//!     average: None,
//!     frozen: Vec::new(),
//!     look_every: None,
//!     patience: Some(5),
//! };
//! let mut run = Run::new(plan, train, vec![validation])?;
//! while run.advance()? != Event::Over {}
//! assert_eq!(run.ending(), Some(Ending::Finished));
//! let (first, last) = (&run.looks()[0], &run.looks()[5]);
//! assert!(last.validation[0].accuracy() > 0.6 && first.validation[0].accuracy() < 0.3);
//! # Ok::<(), trazo_train::Error>(())
//! ```

pub mod architectures;
pub mod calibrate;
mod checkpoint;
pub mod classic_pad;
pub mod data;
mod error;
pub mod lab;
mod look;
pub mod part;
mod plan;
mod run;
mod schedule;
mod slash;
mod source;
mod split;
mod stop;
mod stream;

pub use architectures::Architecture;
pub use checkpoint::{Checkpoint, Tally, Within};
pub use data::{PenDigit, Pictures};
pub use error::Error;
pub use look::{Figures, Look, Training, ValidationSet};
pub use part::{Desk, Part};
pub use plan::{Plan, Seeds};
pub use run::{Event, Run};
pub use schedule::{Fall, Schedule};
pub use source::Source;
pub use split::Split;
pub use stop::{Ending, best_look, looks_without_gain};
pub use stream::{Mixture, Stream};
