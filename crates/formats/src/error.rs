//! What can be wrong with a file: one variant a failure, one sentence a person can act on.
//!
//! [`Error::code`] is for machines: it never changes once released, so the page can say the same
//! thing in another language. The sentences may be improved at any time.

/// Why a file could not be read or written.
///
/// Every reader of this crate treats its input as hostile: it checks, then allocates, then reads,
/// and ends with one of these instead of a panic.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes are not those of the format asked for.
    #[error("This is not {expected}: {found}.")]
    NotThisFormat {
        /// Stable code: `not-trazo`, `not-idx`, `not-pickle`, `not-safetensors`, `not-onnx`,
        /// or `not-known` when no format at all was recognised.
        code: &'static str,
        /// The format asked for, with its article ("a Trazo file").
        expected: &'static str,
        /// What was found instead.
        found: String,
    },

    /// The file ends before it should.
    #[error(
        "The file is cut short: it should have {expected} bytes and has {found}. Copy or download it again."
    )]
    CutShort {
        /// Bytes that the file's own header calls for.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },

    /// The file goes on after its end.
    #[error(
        "The file has {extra} bytes too many after its end: something was added to it. Copy or download it again."
    )]
    TrailingBytes {
        /// How many bytes too many.
        extra: u64,
    },

    /// The checksum at the end does not agree with the bytes before it.
    #[error(
        "The file is damaged: its checksum is {stored:08x} and its bytes give {computed:08x}. Copy or download it again."
    )]
    BadChecksum {
        /// CRC-32 that the file carries.
        stored: u32,
        /// CRC-32 of its bytes.
        computed: u32,
    },

    /// The file was written by a later version of Trazo.
    #[error(
        "The file has format version {found}, and this Trazo reads versions up to {newest}{}. Open it with a newer Trazo.",
        if *.damaged { " (or it is damaged: its checksum does not agree)" } else { "" }
    )]
    FromTheFuture {
        /// Version that the file claims.
        found: u16,
        /// Newest version this build reads.
        newest: u16,
        /// Whether the checksum disagrees too, so that the version may be a flipped bit.
        damaged: bool,
    },

    /// A Trazo file, but of another kind.
    #[error("This is {found}, and {expected} is needed here.")]
    WrongKind {
        /// The kind asked for, with its article.
        expected: &'static str,
        /// The kind found, with its article.
        found: String,
    },

    /// A claim of a size that the file cannot hold, or beyond what Trazo takes.
    #[error("The file claims {claimed} {what}, and at most {limit} are possible here: refused.")]
    TooLarge {
        /// What is counted, in the plural.
        what: &'static str,
        /// The claim, saturated at `u64::MAX`.
        claimed: u64,
        /// The most that is accepted.
        limit: u64,
    },

    /// A number is NaN or infinite.
    #[error("Number {index} of {what} is {found}: not a finite number, so the file is of no use.")]
    NotFinite {
        /// Which numbers.
        what: String,
        /// Position, from zero.
        index: usize,
        /// `NaN`, `inf` or `-inf`.
        found: String,
    },

    /// Sizes that do not fit each other.
    #[error("The shape of {what} does not fit: expected {expected}, found {found}.")]
    ShapeMismatch {
        /// What has the wrong shape.
        what: String,
        /// The shape that would fit.
        expected: String,
        /// The shape there is.
        found: String,
    },

    /// Labels that are missing, empty or twice there.
    #[error("The labels are wrong: {problem}.")]
    BadLabels {
        /// What is wrong with them.
        problem: String,
    },

    /// The network described in the file is not one Trazo can build.
    #[error("The network in the file cannot be built: {problem}.")]
    BadNetwork {
        /// What is wrong with it.
        problem: String,
    },

    /// One example of a project is wrong.
    #[error("Example {index} is wrong: {problem}.")]
    BadExample {
        /// Position, from zero.
        index: usize,
        /// What is wrong with it.
        problem: String,
    },

    /// One line of a text file is wrong.
    #[error("Line {line}: {problem}.")]
    BadLine {
        /// Line number, from one.
        line: usize,
        /// What was expected and what was found.
        problem: String,
    },

    /// One entry of a JSON list is wrong.
    #[error("Entry {entry}: {problem}.")]
    BadEntry {
        /// Its place, from one.
        entry: usize,
        /// What was expected and what was found.
        problem: String,
    },

    /// The file leaves something open that has to be known: say which of the choices it is.
    #[error("{problem} It can be: {}.", choices.join(" or "))]
    Undecided {
        /// What is to be decided: `activation`, `padding`, `pool`, `label`.
        about: &'static str,
        /// The choices, as they are given back.
        choices: Vec<String>,
        /// What the file leaves open, a sentence.
        problem: String,
    },

    /// The numbers are in a second file, which was not given.
    #[error("The weights are in another file, {file:?}: open both together.")]
    NeedsFile {
        /// The name of the second file.
        file: String,
    },

    /// An ONNX graph with something that Trazo's networks do not have.
    #[error("The ONNX graph uses {operator}, which Trazo's networks do not have{problem}.")]
    NoOperator {
        /// The operator's name in ONNX.
        operator: String,
        /// What of it, where not all of it: begins with a comma or a colon; may be empty.
        problem: String,
    },

    /// The checksum agrees but the content makes no sense: a bug in the program that wrote it, or
    /// a forgery.
    #[error("The content of the file makes no sense: {problem}.")]
    Malformed {
        /// What makes no sense.
        problem: String,
    },

    /// A pickle names something other than what NumPy's arrays need.
    #[error(
        "The pickle asks for `{global}`; only NumPy arrays are opened, and nothing in a pickle is ever run. Save the weights again as plain arrays (numpy.savez, or a pickle of arrays alone)."
    )]
    PickleForbidden {
        /// Module and name that the pickle asks for.
        global: String,
    },

    /// A pickle with an instruction that no array of numbers needs.
    #[error("The pickle is not a plain pair of lists of NumPy arrays: {problem}.")]
    PickleUnsupported {
        /// What was found and where.
        problem: String,
    },

    /// A pickle nested deeper than weights ever are.
    #[error("The pickle is nested more than {limit} deep: refused.")]
    PickleTooDeep {
        /// Deepest nesting that is accepted.
        limit: usize,
    },

    /// Something asked of a writer that the format cannot hold.
    #[error("This cannot be written as {format}: {problem}.")]
    CannotWrite {
        /// The format, with its article.
        format: &'static str,
        /// Why not.
        problem: String,
    },
}

impl Error {
    /// A stable name for this failure, in kebab case, for programs and translations.
    ///
    /// ```
    /// let error = trazo_formats::read_model(b"hello").unwrap_err();
    /// assert_eq!(error.code(), "not-trazo");
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotThisFormat { code, .. } => code,
            Self::CutShort { .. } => "cut-short",
            Self::TrailingBytes { .. } => "trailing-bytes",
            Self::BadChecksum { .. } => "bad-checksum",
            Self::FromTheFuture { .. } => "from-the-future",
            Self::WrongKind { .. } => "wrong-kind",
            Self::TooLarge { .. } => "too-large",
            Self::NotFinite { .. } => "not-finite",
            Self::ShapeMismatch { .. } => "shape-mismatch",
            Self::BadLabels { .. } => "bad-labels",
            Self::BadNetwork { .. } => "bad-network",
            Self::BadExample { .. } => "bad-example",
            Self::BadLine { .. } => "bad-line",
            Self::BadEntry { .. } => "bad-entry",
            Self::Undecided { .. } => "undecided",
            Self::NeedsFile { .. } => "needs-file",
            Self::NoOperator { .. } => "no-operator",
            Self::Malformed { .. } => "malformed",
            Self::PickleForbidden { .. } => "pickle-forbidden",
            Self::PickleUnsupported { .. } => "pickle-unsupported",
            Self::PickleTooDeep { .. } => "pickle-too-deep",
            Self::CannotWrite { .. } => "cannot-write",
        }
    }
}
