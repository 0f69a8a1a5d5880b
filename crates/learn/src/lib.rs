//! A network that learns digits from one person: lessons that stick, a memory of what was taught, an exam that shows what
//! was forgotten, and a history that one can travel.
//!
//! ```text
//! drawing ──► recipe ──► ink ──► backbone ──► features ──► head ──► ten numbers ──► reading
//!    │                                 (kept)  │                ▲
//!    │                                         │                │
//!    └──► examples ◄── label                   └─── memory ───┘
//! ```
//!
//! Memory learns: the person's own drawings vote on what a drawing is that is like them. Some were taught; others, the
//! person's *hand*, were read surely and not corrected. [`evaluation`] compares this with other ways.
//!
//! A [`Session`] is everything that the page's engine does. It has no clock, no files and no browser: the time comes in as
//! an argument, randomness from a seed, and the same calls give the same weights, bit for bit. Whatever takes long is cut
//! into units of a millisecond or two, so that a drawing is read at once whatever else goes on.
//!
//! ```
//! use trazo_ink::{Recipe, Rng, writer};
//! use trazo_learn::{Advance, Model, Session, Teach};
//! use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};
//!
//! // Two networks that know nothing; `examples/lesson.rs` opens those that ship.
//! let blank = |recipe: Recipe| Model {
//!     name: "blank".into(),
//!     network: Network::new(
//!         NetworkSpec {
//!             input: recipe.shape(),
//!             layers: vec![
//!                 LayerSpec::MaxPool { size: 4 },
//!                 LayerSpec::Dense { units: 10, activation: Activation::Linear },
//!             ],
//!             loss: Loss::CrossEntropy,
//!         },
//!         1,
//!     )
//!     .expect("the layers fit"),
//!     recipe,
//!     lessons: 0,
//! };
//! let digits = blank(Recipe::mnist(2.4, [28, 28, 1]));
//! let mut session = Session::new(digits, blank(Recipe::PadBits20), 1)?;
//!
//! let seven = writer::random(7, &mut Rng::new(3));
//! assert_eq!(session.teach(&seven, 7, false, 1_763_800_000_000)?, Teach::Started);
//! let lesson = loop {
//!     if let Advance::Lesson(outcome) = session.advance()? {
//!         break outcome;
//!     }
//! };
//! assert!(lesson.learned);
//! assert_eq!(session.read(&seven)?.digit, Some(7));
//! session.undo()?;
//! assert!(session.examples().is_empty());
//! # Ok::<(), trazo_learn::Error>(())
//! ```
//!
//! [`inside`] tells of every number on the way to an answer, and adds it up.
//!
//! Uses `trazo-nn` for the network and `trazo-ink` for drawings. Imports run downwards only: `evaluation`, `inside` and
//! `session` know the `learner`, which knows no session; all know the nouns, which know nobody.

mod error;
pub mod evaluation;
mod exam;
mod examples;
pub mod history;
pub mod inside;
mod learner;
mod model;
pub mod numbers;
pub mod pictures;
mod reading;
mod session;
mod symbols;

pub use error::Error;
pub use evaluation::metrics;
pub use exam::{EXAM_SIZE, ExamResult};
pub use examples::{Content, Example, Examples, HandDrawing, Writers};
pub use learner::{
    Changed, Learner, LessonOutcome, Method, Reminder, TrainProgress, TrainState, Why,
};
pub use model::{Model, ModelId, Settings};
pub use pictures::{PictureDigit, PictureLine, read_picture};
pub use reading::{DIGITS, Decision, Help, Reading, SURE_FROM, decide, likeliest};
pub use session::{
    Advance, MOST_OF_A_DIGIT, Question, REMEMBERED_FROM, Restored, SavedTimeline, Session, Teach,
    UndoKind, Undoable,
};
pub use symbols::{LONGEST_NAME, MOST_SYMBOLS, Symbol, SymbolFault, key_of};
// The recipe is ink's; it goes by this crate's name as well for those who only teach.
pub use trazo_ink::{Origin, Recipe};
