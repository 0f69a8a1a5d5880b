//! Zip archives: NumPy's `.npz` is one. Only what a few small files need: stored or deflated, no
//! encryption; with the 64-bit sizes that NumPy writes.
//!
//! Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 4.3.

use std::borrow::Cow;
use std::io::Read as _;

use crate::container::crc32;
use crate::error::Error;

/// The most bytes that all files of an archive may have together, unpacked.
pub(crate) const UNPACKED_LIMIT: u64 = 64 << 20;

/// The most files in an archive.
const COUNT_LIMIT: u64 = 1024;

const END: &[u8] = b"PK\x05\x06";
const END_LEN: usize = 22;
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";

/// A file of an archive.
pub(crate) struct Member<'a> {
    pub(crate) name: String,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// Unpacks an archive. What it claims to unpack to is summed up and compared with the limit before
/// anything is unpacked, and nothing gets more room than it claimed.
pub(crate) fn read(file: &[u8]) -> Result<Vec<Member<'_>>, Error> {
    let entries = directory(file)?;
    let claimed = entries
        .iter()
        .fold(0_u64, |sum, entry| sum.saturating_add(entry.unpacked));
    if claimed > UNPACKED_LIMIT {
        return Err(Error::TooLarge {
            what: "bytes to unpack",
            claimed,
            limit: UNPACKED_LIMIT,
        });
    }
    entries.into_iter().map(|entry| entry.open(file)).collect()
}

/// The files of a zip archive: name and bytes.
///
/// # Errors
/// `cut-short`, `malformed`, `bad-checksum`; `too-large` for more than 64 MiB, unpacked.
pub fn read_archive(file: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let members = read(file)?.into_iter();
    let members = members.map(|member| (member.name, member.bytes.into_owned()));
    Ok(members.collect())
}

/// An entry of the central directory.
struct Entry {
    name: String,
    method: u16,
    crc: u32,
    packed: u64,
    unpacked: u64,
    local: u64,
}

fn directory(file: &[u8]) -> Result<Vec<Entry>, Error> {
    let short = || Error::CutShort {
        expected: file.len() as u64 + 1,
        found: file.len() as u64,
    };
    // The end is the last thing but for a comment of up to 64 KiB.
    let first = file.len().saturating_sub(END_LEN + usize::from(u16::MAX));
    let tail = file.get(first..).unwrap_or_default();
    let end = tail.windows(END.len()).rposition(|bytes| bytes == END);
    let end = first + end.ok_or_else(short)?;
    let comment = u16_at(file, end + 20).ok_or_else(short)?;
    if file.len() < end + END_LEN + usize::from(comment) {
        return Err(short());
    }
    let (mut count, mut at) = (
        u64::from(u16_at(file, end + 10).ok_or_else(short)?),
        u64::from(u32_at(file, end + 16).ok_or_else(short)?),
    );
    if let Some(locator) = end.checked_sub(20)
        && file
            .get(locator..)
            .is_some_and(|rest| rest.starts_with(LOCATOR_64))
    {
        let end = u64_at(file, locator + 8).and_then(|end| usize::try_from(end).ok());
        let end = end.filter(|&end| file.get(end..).is_some_and(|rest| rest.starts_with(END_64)));
        let end = end.ok_or_else(|| malformed("its 64-bit end is not where it says"))?;
        count = u64_at(file, end + 32).ok_or_else(short)?;
        at = u64_at(file, end + 48).ok_or_else(short)?;
    }
    if count > COUNT_LIMIT {
        return Err(Error::TooLarge {
            what: "files in the archive",
            claimed: count,
            limit: COUNT_LIMIT,
        });
    }
    let mut entries = Vec::new();
    for _ in 0..count {
        let header = usize::try_from(at).ok().and_then(|at| file.get(at..));
        let header = header.ok_or_else(short)?;
        if !header.starts_with(CENTRAL) {
            return Err(malformed("its directory is not where it says"));
        }
        let (entry, length) = Entry::read(header)?;
        entries.push(entry);
        at += length;
    }
    Ok(entries)
}

impl Entry {
    /// An entry, and how many bytes of the directory it takes.
    fn read(header: &[u8]) -> Result<(Self, u64), Error> {
        let wrong = || malformed("an entry of its directory is cut short");
        let half = |at| u16_at(header, at).ok_or_else(wrong);
        let word = |at| u32_at(header, at).ok_or_else(wrong);
        let lengths = [half(28)?, half(30)?, half(32)?].map(usize::from);
        let [name, extra, comment] = lengths;
        let (name_at, extra_at) = (46, 46 + name);
        let name = header.get(name_at..extra_at).ok_or_else(wrong)?;
        let name = String::from_utf8_lossy(name).into_owned();
        let extra = header.get(extra_at..extra_at + extra).ok_or_else(wrong)?;
        if half(8)? & 1 != 0 {
            return Err(malformed("it is encrypted"));
        }
        // What does not fit 32 bits stands in the extra field, in this order.
        let mut large = large_numbers(extra);
        let mut number = |at| -> Result<u64, Error> {
            match word(at)? {
                u32::MAX => large.next().ok_or_else(wrong),
                small => Ok(small.into()),
            }
        };
        let (unpacked, packed, local) = (number(24)?, number(20)?, number(42)?);
        let entry = Self {
            name,
            method: half(10)?,
            crc: word(16)?,
            packed,
            unpacked,
            local,
        };
        Ok((entry, (extra_at + lengths[1] + comment) as u64))
    }

    fn open(self, file: &[u8]) -> Result<Member<'_>, Error> {
        let short = || Error::CutShort {
            expected: self.local.saturating_add(self.packed).saturating_add(30),
            found: file.len() as u64,
        };
        let at = usize::try_from(self.local).map_err(|_| short())?;
        let header = file.get(at..).ok_or_else(short)?;
        if !header.starts_with(LOCAL) {
            return Err(malformed(format!("{:?} is not where it says", self.name)));
        }
        let name = u16_at(header, 26).ok_or_else(short)?;
        let extra = u16_at(header, 28).ok_or_else(short)?;
        let data = header.get(30 + usize::from(name) + usize::from(extra)..);
        let length = usize::try_from(self.packed).map_err(|_| short())?;
        let data = data.and_then(|data| data.get(..length)).ok_or_else(short)?;
        let bytes: Cow<'_, [u8]> = match self.method {
            0 => data.into(),
            8 => inflate(flate2::read::DeflateDecoder::new(data), self.unpacked)?.into(),
            other => {
                return Err(malformed(format!(
                    "{:?} is packed in a way that Trazo does not know ({other})",
                    self.name
                )));
            }
        };
        if bytes.len() as u64 != self.unpacked {
            return Err(malformed(format!(
                "{:?} has another size than it says",
                self.name
            )));
        }
        let computed = crc32(&bytes);
        if computed != self.crc {
            return Err(Error::BadChecksum {
                stored: self.crc,
                computed,
            });
        }
        Ok(Member {
            name: self.name,
            bytes,
        })
    }
}

/// The 64-bit numbers of an entry's extra field (header id 1).
fn large_numbers(extra: &[u8]) -> impl Iterator<Item = u64> {
    let mut rest = extra;
    let mut found: &[u8] = &[];
    while let (Some(id), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let end = 4 + usize::from(length);
        if id == 1 {
            found = rest.get(4..end).unwrap_or_default();
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    found
        .as_chunks::<8>()
        .0
        .iter()
        .map(|b| u64::from_le_bytes(*b))
}

/// Unpacks at most `limit` bytes and one: the room grows with what comes, not with what is claimed.
pub(crate) fn inflate(from: impl std::io::Read, limit: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut from = from.take(limit.saturating_add(1));
    match from.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) => Err(malformed("what is packed in it is damaged")),
    }
}

/// Writes a zip archive of files as they are, without packing them: name and bytes.
///
/// # Errors
/// `cannot-write` past four gigabytes.
pub fn write_archive(members: &[(&str, &[u8])]) -> Result<Vec<u8>, Error> {
    let too_large = |_| Error::CannotWrite {
        format: "a zip archive",
        problem: "it is too large".into(),
    };
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in members {
        let local = u32::try_from(file.len()).map_err(too_large)?;
        let size = u32::try_from(bytes.len()).map_err(too_large)?.to_le_bytes();
        // Version 2.0, no flags, stored; the first of January 1980: the same bytes each time.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32(bytes).to_le_bytes());
        common.extend(size);
        common.extend(size);
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        file.extend(LOCAL);
        file.extend(&common);
        file.extend(name.as_bytes());
        file.extend(*bytes);
        directory.extend(CENTRAL);
        directory.extend([20, 0]);
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(local.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = u32::try_from(file.len()).map_err(too_large)?;
    let count = (members.len() as u16).to_le_bytes();
    file.extend(&directory);
    file.extend(END);
    file.extend([0; 4]);
    file.extend([count, count].concat());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    Ok(file)
}

fn malformed(problem: impl Into<String>) -> Error {
    Error::Malformed {
        problem: problem.into(),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}
