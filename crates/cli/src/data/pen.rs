//! Pen digits: strokes with who wrote them, from JSON lines (gzip or plain).

use std::path::{Path, PathBuf};

use trazo_formats::strokes;
use trazo_train::data::{PenDigit, sources};

use crate::error::Error;
use crate::files;

/// All the pen digits of some files.
#[derive(Debug, Clone, Default)]
pub struct PenDigits {
    /// The digits, in the order of the files.
    pub digits: Vec<PenDigit>,
    /// Lines that were left out because the person said so: the file, and why.
    pub skipped: Vec<(PathBuf, String)>,
}

impl PenDigits {
    /// Reads files of strokes.
    ///
    /// # Errors
    /// At the first line that is wrong, with its file and number; where `skip_bad_lines`, only
    /// for a file that cannot be read or has not one good line.
    pub fn read(paths: &[PathBuf], skip_bad_lines: bool) -> Result<Self, Error> {
        let mut all = Self::default();
        for path in paths {
            all.read_file(path, skip_bad_lines)?;
        }
        Ok(all)
    }

    fn read_file(&mut self, path: &Path, skip_bad_lines: bool) -> Result<(), Error> {
        let bytes = files::read(path)?;
        let records = if skip_bad_lines {
            let reading = strokes::read_lenient(&bytes);
            let skipped = reading.skipped.iter();
            self.skipped
                .extend(skipped.map(|line| (path.to_owned(), line.error.to_string())));
            reading.samples
        } else {
            // The reader passes over empty lines. In the middle of training data one means that
            // something went wrong when the file was written, so that is said before training.
            if let Some(line) = empty_line(&bytes) {
                return Err(Error::data(
                    path,
                    format!("Line {line}: expected a digit as JSON, found an empty line."),
                ));
            }
            strokes::read(&bytes).map_err(|error| Error::data(path, error))?
        };
        if records.is_empty() {
            return Err(Error::data(
                path,
                "expected one digit a line as JSON, found none",
            ));
        }
        self.digits
            .extend(records.into_iter().map(|record| PenDigit {
                drawing: record.drawing.fit(),
                label: record.label,
                source: record.source,
                writer: record.writer,
            }));
        Ok(())
    }

    /// Keeps the digits of these sources only, or all where none is named.
    ///
    /// # Errors
    /// Where a source is named that there is not; those there are are named.
    pub fn keep(&mut self, named: &[String]) -> Result<(), Error> {
        if named.is_empty() {
            return Ok(());
        }
        let known = sources(&self.digits);
        if let Some(unknown) = (named.iter()).find(|name| !known.contains_key(name.as_str())) {
            let known = known.into_keys().collect::<Vec<_>>().join(", ");
            return Err(Error::Usage(format!(
                "--source {unknown}: there is no such source in the strokes; there are: {known}"
            )));
        }
        self.digits.retain(|digit| named.contains(&digit.source));
        Ok(())
    }
}

/// The number, from one, of the first empty line that has another line after it.
fn empty_line(bytes: &[u8]) -> Option<usize> {
    let text = bytes.trim_ascii_end();
    text.split(|&byte| byte == b'\n')
        .position(|line| line.trim_ascii().is_empty())
        .map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::empty_line;

    #[test]
    fn an_empty_line_counts_only_before_the_end() {
        assert_eq!(empty_line(b"{}\n{}\n\n \n"), None);
        assert_eq!(empty_line(b"{}\n \r\n{}\n"), Some(2));
    }
}
