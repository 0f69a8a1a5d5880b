//! `trazo`: trains, measures, asks, converts and shows Trazo's networks.
//!
//! Figures go to stdout as JSON, progress to stderr. Exit status 0: done; 1: it failed, and the
//! last line on stderr says why; 2: it was asked for something that makes no sense.

mod convert;
mod data;
mod error;
mod eval;
mod files;
mod inspect;
mod model;
mod predict;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// Trains, measures, asks, converts and shows networks that read handwritten digits.
#[derive(Parser)]
#[command(name = "trazo", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a network and write it as a .trazo file.
    Train(train::Args),
    /// Measure a model on MNIST, on pen digits and on what is no digit.
    Eval(eval::Args),
    /// Read digits from strokes: one JSON line each.
    Predict(predict::Args),
    /// Turn a model into another format, or encode it anew.
    Convert(convert::Args),
    /// Say what is in a file.
    Inspect(inspect::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Train(args) => train::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Inspect(args) => inspect::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trazo: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Prints one JSON value to stdout. A reader that has gone away (`| head`) is no failure of ours.
fn print_json(value: &serde_json::Value, compact: bool) -> Result<(), Error> {
    use std::io::Write as _;
    let text = if compact {
        serde_json::to_string(value)
    } else {
        serde_json::to_string_pretty(value)
    }
    .map_err(|error| Error::Failed(format!("The figures cannot be written as JSON: {error}")))?;
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::Failed(
            format!("The figures cannot be printed: {error}"),
        )),
        _ => Ok(()),
    }
}
