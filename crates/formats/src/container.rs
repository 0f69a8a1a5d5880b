//! The frame around everything that Trazo itself writes.
//!
//! ```text
//! offset  bytes  what
//!      0      6  magic "TRAZO\0"
//!      6      2  format version, u16
//!      8      2  kind, u16: 1 model, 2 project, 3 checkpoint
//!     10      8  payload length n, u64
//!     18      n  payload
//!   18+n      4  CRC-32 (IEEE) of all bytes before it
//! ```
//!
//! All numbers are little-endian. The frame itself stays the same in every version, so that any
//! Trazo can tell a newer file from a damaged one; the version says how the payload is laid out.

use crc::{CRC_32_ISO_HDLC, Crc, Table};

use crate::error::Error;
use crate::sniff::{FileKind, MAGIC, sniff};

/// The format version that is written, and the newest of all kinds but projects.
pub const VERSION: u16 = 1;

/// The version of projects with symbols of the person's own. Those without are still written as version 1, so that a
/// Trazo that knows no symbols opens them.
pub(crate) const PROJECT_VERSION: u16 = 2;

const HEADER_LEN: usize = 18;
const CRC_LEN: usize = 4;

/// One table of 1 KiB. Libraries that take sixteen bytes at a time carry 16 KiB of tables, which do not compress: too
/// much to download for a sum over a few hundred kilobytes.
const CRC_32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// CRC-32 (IEEE 802.3, the one of zip and PNG).
pub fn crc32(bytes: &[u8]) -> u32 {
    CRC_32.checksum(bytes)
}

/// Puts the frame around a payload.
pub(crate) fn wrap(kind: FileKind, payload: &[u8]) -> Vec<u8> {
    wrap_as(VERSION, kind, payload)
}

/// The same for a payload that is laid out by this version.
pub(crate) fn wrap_as(version: u16, kind: FileKind, payload: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(HEADER_LEN + payload.len() + CRC_LEN);
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&version.to_le_bytes());
    file.extend_from_slice(&kind.number().to_le_bytes());
    file.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    file.extend_from_slice(payload);
    let crc = crc32(&file);
    file.extend_from_slice(&crc.to_le_bytes());
    file
}

/// Takes the frame off: checks all of it and gives the payload, without copying anything.
///
/// A newer version is told before a wrong checksum, and a wrong length before both: each is the
/// more useful thing to know.
pub(crate) fn unwrap(file: &[u8], expected: FileKind) -> Result<&[u8], Error> {
    Ok(unwrap_to(VERSION, file, expected)?.1)
}

/// The same where versions up to `newest` can be read: the version and the payload.
pub(crate) fn unwrap_to(
    newest: u16,
    file: &[u8],
    expected: FileKind,
) -> Result<(u16, &[u8]), Error> {
    let too_short = || Error::CutShort {
        expected: (HEADER_LEN + CRC_LEN) as u64,
        found: file.len() as u64,
    };
    if !file.starts_with(&MAGIC) {
        if !file.is_empty() && MAGIC.starts_with(file) {
            return Err(too_short());
        }
        return Err(Error::NotThisFormat {
            code: "not-trazo",
            expected: "a Trazo file",
            found: sniff(file).sentence().to_owned(),
        });
    }
    let (header, rest) = file.split_at_checked(HEADER_LEN).ok_or_else(too_short)?;
    let version = u16_at(header, 6).ok_or_else(too_short)?;
    let kind = u16_at(header, 8).ok_or_else(too_short)?;
    let length = u64_at(header, 10).ok_or_else(too_short)?;

    let body = match check_length(file.len(), length) {
        Ok(()) => rest.split_last_chunk::<CRC_LEN>().ok_or_else(too_short)?,
        // A flipped bit in the version and a wrong length look the same as a newer frame would,
        // if there ever were one: the version is the better guess.
        Err(_) if version > newest => {
            return Err(Error::FromTheFuture {
                found: version,
                newest,
                damaged: true,
            });
        }
        Err(error) => return Err(error),
    };
    let (payload, crc) = body;
    let stored = u32::from_le_bytes(*crc);
    let computed = crc32(file.get(..HEADER_LEN + payload.len()).unwrap_or(file));
    if version > newest {
        let damaged = stored != computed;
        return Err(Error::FromTheFuture {
            found: version,
            newest,
            damaged,
        });
    }
    if stored != computed {
        return Err(Error::BadChecksum { stored, computed });
    }
    if version == 0 {
        return Err(Error::Malformed {
            problem: "format version 0 never existed".into(),
        });
    }
    if kind != expected.number() {
        let found = match FileKind::from_number(kind) {
            Some(kind) => kind.described().to_owned(),
            None => format!("a Trazo file of the unknown kind {kind}"),
        };
        return Err(Error::WrongKind {
            expected: expected.described(),
            found,
        });
    }
    Ok((version, payload))
}

fn check_length(found: usize, payload: u64) -> Result<(), Error> {
    let found = found as u64;
    let expected = payload.saturating_add((HEADER_LEN + CRC_LEN) as u64);
    if found < expected {
        Err(Error::CutShort { expected, found })
    } else if found > expected {
        Err(Error::TrailingBytes {
            extra: found - expected,
        })
    } else {
        Ok(())
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|b| u16::from_le_bytes(*b))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|b| u64::from_le_bytes(*b))
}

/// Reads a postcard payload to its last byte.
pub(crate) fn from_postcard<'a, T: serde::Deserialize<'a>>(payload: &'a [u8]) -> Result<T, Error> {
    let (value, rest) = begin_postcard(payload)?;
    no_more(rest)?;
    Ok(value)
}

/// Reads what a postcard payload begins with; what follows it.
pub(crate) fn begin_postcard<'a, T: serde::Deserialize<'a>>(
    payload: &'a [u8],
) -> Result<(T, &'a [u8]), Error> {
    postcard::take_from_bytes(payload).map_err(|error| Error::Malformed {
        problem: format!("{error}"),
    })
}

/// Nothing may be left over.
pub(crate) fn no_more(rest: &[u8]) -> Result<(), Error> {
    match rest {
        [] => Ok(()),
        _ => Err(Error::Malformed {
            problem: format!("{} bytes are left over after the content", rest.len()),
        }),
    }
}

/// Writes a postcard payload.
pub(crate) fn to_postcard(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    postcard::to_allocvec(value).map_err(|error| Error::CannotWrite {
        format: "a Trazo file",
        problem: format!("{error}"),
    })
}

/// Frames a trainer's own bytes (its optimiser, its place in the data) with kind and checksum.
///
/// ```
/// let file = trazo_formats::write_checkpoint(b"epoch 7");
/// assert_eq!(trazo_formats::read_checkpoint(&file)?, b"epoch 7");
/// # Ok::<(), trazo_formats::Error>(())
/// ```
pub fn write_checkpoint(state: &[u8]) -> Vec<u8> {
    wrap(FileKind::Checkpoint, state)
}

/// Gives back the bytes that [`write_checkpoint`] framed.
///
/// # Errors
/// Anything that is not a whole, undamaged checkpoint of a known version.
pub fn read_checkpoint(file: &[u8]) -> Result<&[u8], Error> {
    unwrap(file, FileKind::Checkpoint)
}
