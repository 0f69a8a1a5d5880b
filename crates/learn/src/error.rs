use thiserror::Error;

use crate::symbols::SymbolFault;

/// What can go wrong in teaching. Each has a sentence for a person and a stable [`code`](Error::code) for a program.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The network refused its input; the shapes are in the message.
    #[error("the network and its input do not fit: {0}")]
    Network(#[from] trazo_nn::Error),
    /// A model whose input is not what its recipe makes, or whose output is not ten digits.
    #[error(
        "the model takes {found} numbers and gives {outputs}, but a digit drawn this way is {expected} numbers and ten answers"
    )]
    ModelShape {
        /// Numbers that the recipe makes of a drawing.
        expected: usize,
        /// Numbers that the network's first layer takes.
        found: usize,
        /// Numbers that its last layer gives.
        outputs: usize,
    },
    /// A label that is no digit and of no symbol.
    #[error("{0} is not a digit from 0 to 9, nor the label of a symbol")]
    Label(u8),
    /// What cannot be a symbol.
    #[error("{0}")]
    Symbol(SymbolFault),
    /// A symbol is taught to a network whose memory reads none.
    #[error("this network reads digits alone: symbols are read with the other one")]
    ReadsNoSymbols,
    /// The person has kept no network of their own.
    #[error("there is no network of your own: train one in the Lab and keep it")]
    NoKeptModel,
    /// No such example.
    #[error("there is no example number {0}")]
    UnknownExample(u64),
    /// No such point in the history.
    #[error("there is no point number {0} in the history")]
    NoSuchPoint(u32),
    /// The latest thing done cannot be taken back because there is none.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Training on one's own examples needs at least one.
    #[error("there are no examples to train on yet: teach a few digits first")]
    NoExamples,
    /// A lesson is under way; it takes a fraction of a second.
    #[error("a lesson is still under way")]
    Busy,
    /// A rectangle that is not in the network's input.
    #[error("this patch is not in the input")]
    Patch,
    /// Nothing is drawn.
    #[error("nothing is drawn")]
    Empty,
    /// An example's bytes could not be read.
    #[error("the drawing of this example cannot be read: {0}")]
    BadDrawing(String),
    /// A writer's name that is none, or one too many.
    #[error("a name has 1 to 40 letters, and there are 60 of them at most")]
    WriterName,
    /// A picture that cannot be read.
    #[error(transparent)]
    Picture(#[from] trazo_ink::Error),
}

impl Error {
    /// A stable name in kebab-case, for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Network(trazo_nn::Error::LayerRange { .. } | trazo_nn::Error::Unit { .. })
            | Error::Patch => "no-such-unit",
            Error::Empty => "empty",
            Error::Network(_) | Error::ModelShape { .. } => "shape-mismatch",
            Error::Label(_) => "bad-label",
            Error::Symbol(fault) => fault.code(),
            Error::ReadsNoSymbols => "reads-no-symbols",
            Error::NoKeptModel => "no-kept-model",
            Error::UnknownExample(_) => "unknown-example",
            Error::NoSuchPoint(_) => "no-such-point",
            Error::NothingToUndo => "nothing-to-undo",
            Error::NoExamples => "no-examples",
            Error::Busy => "busy",
            Error::BadDrawing(_) => "bad-drawing",
            Error::WriterName => "bad-writer",
            Error::Picture(trazo_ink::Error::PictureCrowded { .. }) => "picture-crowded",
            Error::Picture(_) => "bad-picture",
        }
    }
}

impl From<SymbolFault> for Error {
    fn from(fault: SymbolFault) -> Self {
        Error::Symbol(fault)
    }
}
