//! A neural network from scratch: layers, losses, optimizers and the training loop, with kernels
//! near the speed of the machine, natively and in WebAssembly.
//!
//! It knows nothing of digits, pens, files or browsers. Read it in this order: [`spec`] (what a
//! network is made of), [`model`] (how it answers and learns), [`layers`] (one file each, with
//! formula, shapes, gradient and source), [`loss`], [`optimizer`], [`explain`] (what a network tells of
//! itself), and last [`kernels`], which makes it fast.
//!
//! ```
//! use trazo_nn::{Network, NetworkSpec, OptimizerSpec, Trainer};
//!
//! let spec: NetworkSpec = serde_json::from_str(r#"{
//!     "input": [28, 28, 1],
//!     "layers": [
//!         {"type": "conv", "filters": 8, "kernel": 3, "padding": "same", "activation": "relu"},
//!         {"type": "maxpool", "size": 2},
//!         {"type": "dense", "units": 10, "activation": "softmax"}
//!     ],
//!     "loss": "cross-entropy"
//! }"#)?;
//! let network = Network::new(spec, 1)?;
//! let mut trainer = Trainer::new(network, OptimizerSpec::adam(0.001), 1)?;
//! let (pictures, labels) = (vec![0.0f32; 32 * 784], vec![7u8; 32]);
//! let first = trainer.train_batch(&pictures, &labels)?;
//! assert!(trainer.train_batch(&pictures, &labels)? < first);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod error;
pub mod explain;
pub mod init;
pub mod kernels;
pub mod layers;
pub mod loss;
pub mod model;
pub mod optimizer;
mod real;
mod sgd_in_place;
pub mod spec;
mod statistics;
pub mod trainer;
pub mod workspace;

pub use error::{Error, Result, Shape};
pub use init::Start;
pub use kernels::Isa;
pub use layers::{Layer, MAX_PARAMETERS};
pub use loss::{Targets, softmax};
pub use model::Network;
pub use optimizer::{Optimizer, OptimizerSpec, OptimizerState};
pub use real::Real;
pub use spec::{Activation, LayerSpec, LayerWords, Loss, NetworkSpec, Padding};
pub use trainer::Trainer;
pub use workspace::Workspace;
