//! Reading a pickle's bytes: every length is checked before anything is taken.

use std::borrow::Cow;

use crate::error::Error;

/// A place in the file.
pub(super) struct Cursor<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(file: &'a [u8]) -> Self {
        Self { file, at: 0 }
    }

    /// How many bytes were taken.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub(super) const fn left(&self) -> usize {
        self.file.len().saturating_sub(self.at)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let taken = rest.get(..count).ok_or(Error::CutShort {
            expected: (self.at as u64).saturating_add(count as u64),
            found: self.file.len() as u64,
        })?;
        self.at += count;
        Ok(taken)
    }

    pub(super) fn array_of<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let (at, found) = (self.at as u64, self.file.len() as u64);
        let bytes = self.take(N)?;
        bytes.first_chunk().ok_or(Error::CutShort {
            expected: at + N as u64,
            found,
        })
    }

    /// Bytes after a little-endian length of `width` bytes.
    pub(super) fn sized(&mut self, width: usize) -> Result<&'a [u8], Error> {
        let length = self.take(width)?;
        let length = length
            .iter()
            .rev()
            .fold(0_u64, |sum, &byte| (sum << 8) | u64::from(byte));
        let (at, found) = (self.at as u64, self.file.len() as u64);
        let short = Error::CutShort {
            expected: at.saturating_add(length),
            found,
        };
        usize::try_from(length)
            .map_err(|_| short)
            .and_then(|length| self.take(length))
    }

    pub(super) fn frame(&mut self) -> Result<(), Error> {
        let length = u64::from_le_bytes(*self.array_of()?);
        let (at, found) = (self.at as u64, self.file.len() as u64);
        let expected = at.saturating_add(length);
        if expected > found {
            Err(Error::CutShort { expected, found })
        } else {
            Ok(())
        }
    }

    /// Text up to the end of the line, as GLOBAL and INST have it.
    pub(super) fn line(&mut self) -> Result<Cow<'a, str>, Error> {
        self.raw_line().map(String::from_utf8_lossy)
    }

    /// The bytes up to the end of the line.
    pub(super) fn raw_line(&mut self) -> Result<&'a [u8], Error> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let short = Error::CutShort {
            expected: self.file.len() as u64 + 1,
            found: self.file.len() as u64,
        };
        let length = rest.iter().position(|&byte| byte == b'\n').ok_or(short)?;
        let line = self.take(length)?;
        self.take(1)?;
        Ok(line)
    }
}
