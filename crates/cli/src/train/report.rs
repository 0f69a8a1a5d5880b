//! Progress and log of a run while it runs: a bar for a person at a terminal, plain lines for a file, and
//! one JSON line an epoch for a program.

use std::fs::{File, OpenOptions};
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Error;

/// Between two plain lines within an epoch.
const QUIET: Duration = Duration::from_secs(20);

/// Progress on stderr.
pub struct Progress {
    bar: Option<ProgressBar>,
    epochs: u32,
    per_epoch: u64,
    begun: Instant,
    begun_at: u64,
    spoken: Instant,
}

impl Progress {
    /// A run of `epochs` of `per_epoch` samples each, of which `done` epochs were done before.
    pub fn new(epochs: u32, per_epoch: u64, done: u32) -> Self {
        let begun_at = u64::from(done) * per_epoch;
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(u64::from(epochs) * per_epoch);
            let template =
                "{msg:24} {wide_bar} {percent:>3} %  {per_sec:>12}  {elapsed_precise} < {eta_precise}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_position(begun_at);
            bar.reset_eta();
            bar
        });
        let now = Instant::now();
        Self {
            bar,
            epochs,
            per_epoch,
            begun: now,
            begun_at,
            spoken: now,
        }
    }

    /// `position` samples of the whole run are done; the last batch had this mean loss.
    pub fn at(&mut self, position: u64, loss: f32) {
        let per_epoch = self.per_epoch.max(1);
        let epoch = position.saturating_sub(1) / per_epoch;
        let samples = position - epoch * per_epoch;
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(format!(
                "epoch {}/{} loss {loss:.4}",
                epoch + 1,
                self.epochs
            ));
        } else if self.spoken.elapsed() >= QUIET {
            self.spoken = Instant::now();
            let rate = (position - self.begun_at) as f64 / self.begun.elapsed().as_secs_f64();
            let left = u64::from(self.epochs) * self.per_epoch
                - position.min(u64::from(self.epochs) * self.per_epoch);
            eprintln!(
                "epoch {}/{}: {:.0} %, loss {loss:.4}, {rate:.0} digits/s, {} left",
                epoch + 1,
                self.epochs,
                100.0 * samples as f64 / per_epoch as f64,
                clock(left as f64 / rate.max(1e-9)),
            );
        }
    }

    /// A line that stays.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }

    /// Seconds since the run (or its latest part) began.
    pub fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// The bar goes.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Seconds as a person says them.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// The log: JSON lines, appended.
pub struct Log(Option<(PathBuf, File)>);

impl Log {
    /// Opens the log; a run that goes on goes on writing where it was.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn open(path: Option<&Path>, goes_on: bool) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self(None));
        };
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .append(goes_on)
            .truncate(!goes_on)
            .open(path)
            .map_err(|error| Error::io(path, error))?;
        Ok(Self(Some((path.to_owned(), file))))
    }

    /// Writes one line.
    ///
    /// # Errors
    /// Where the disk is full or gone.
    pub fn line(&mut self, value: &serde_json::Value) -> Result<(), Error> {
        match &mut self.0 {
            Some((path, file)) => writeln!(file, "{value}").map_err(|error| Error::io(path, error)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn time_left_is_said_in_minutes_and_seconds() {
        assert_eq!(super::clock(59.4), "59 s");
        assert_eq!(super::clock(125.0), "2 min 05 s");
    }
}
