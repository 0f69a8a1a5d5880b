//! What can go wrong on the command line: a sentence each, and whose mistake it was.

use std::path::{Path, PathBuf};

/// Why a command ended without its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command was asked for something that makes no sense; exit status 2.
    #[error("{0}")]
    Usage(String),

    /// The operating system refused a file.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's own error.
        source: std::io::Error,
    },

    /// A file was read, and what it holds will not do.
    #[error("{}: {problem}", path.display())]
    Data {
        /// The file.
        path: PathBuf,
        /// The thing that was expected, and what was found.
        problem: String,
    },

    /// A network could not be built or run.
    #[error("The network: {0}")]
    Network(#[from] trazo_nn::Error),

    /// Something else that is no fault of a file.
    #[error("{0}")]
    Failed(String),
}

impl From<trazo_train::Error> for Error {
    fn from(error: trazo_train::Error) -> Self {
        use trazo_train::Error as Train;
        match error {
            Train::Network(error) => Self::Network(error),
            Train::NoData => Self::Usage(
                "there is nothing left to train on: give --mnist or --strokes, and hold out less"
                    .to_owned(),
            ),
            Train::UnknownDonor { name, known } => Self::Usage(format!(
                "--hold-out-donor {name}: there is no such source in the strokes; there are: {}",
                known.join(", ")
            )),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl Error {
    /// The error of a file that the operating system refused.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The error of a file with the wrong content.
    pub fn data(path: &Path, problem: impl std::fmt::Display) -> Self {
        Self::Data {
            path: path.to_owned(),
            problem: problem.to_string(),
        }
    }

    /// The exit status that tells a script what happened: 2 for a wrong use, 1 for the rest.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Usage(_)) { 2 } else { 1 }
    }
}
