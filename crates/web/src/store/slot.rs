//! The bytes of a slot and of the pointer.
//!
//! Integers are little-endian; both records end in the CRC-32 of all that comes before, in every format version to come,
//! so that «damaged» and «written by a newer Trazo» can always be told apart.
//!
//! ```text
//! pointer  format u16 | slot u8 | seq u64 | crc u32
//! slot     format u16 | seq u64 | saved at u64 | chunk count u32 | count x (index u64, key u64, length u32, crc u32, fingerprint u64)
//!          | project length u32 | project | crc u32
//! ```

/// The version of both records that this program writes and reads.
pub(super) const FORMAT: u16 = 1;

const CHUNK_BYTES: usize = 32;

/// One of the two places of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    A,
    B,
}

impl Slot {
    pub(super) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::A => "slot-a",
            Self::B => "slot-b",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Why stored bytes cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Cut short, or its checksum does not fit.
    Damaged,
    /// Whole, but of a format of the future.
    Newer,
}

/// Which slot holds the latest snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pointer {
    pub(super) slot: Slot,
    /// One more with each save: a tab whose last seen number differs must not write.
    pub(super) seq: u64,
}

/// Where a chunk of examples lies, and how it must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChunkRef {
    /// Which examples: those with `id / 64 == index`.
    pub(super) index: u64,
    /// Its key in the database. A changed chunk gets a new key, so that the older snapshot keeps the older one.
    pub(super) key: u64,
    pub(super) length: u32,
    pub(super) crc: u32,
    /// Of the examples, computed without serialising them: is it still the same?
    pub(super) fingerprint: u64,
}

/// A snapshot: all but the examples, and where the examples are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) seq: u64,
    /// Milliseconds since 1970 (UTC).
    pub(super) saved_at: u64,
    pub(super) chunks: Vec<ChunkRef>,
    pub(super) project: Vec<u8>,
}

impl Pointer {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(15);
        out.extend(FORMAT.to_le_bytes());
        out.push(match self.slot {
            Slot::A => 0,
            Slot::B => 1,
        });
        out.extend(self.seq.to_le_bytes());
        seal(out)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Unusable> {
        let mut rest = open(bytes)?;
        let slot = match rest.u8()? {
            0 => Slot::A,
            1 => Slot::B,
            _ => return Err(Unusable::Damaged),
        };
        Ok(Self {
            slot,
            seq: rest.u64()?,
        })
    }
}

impl Record {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.project.len() + self.chunks.len() * CHUNK_BYTES + 30);
        out.extend(FORMAT.to_le_bytes());
        out.extend(self.seq.to_le_bytes());
        out.extend(self.saved_at.to_le_bytes());
        out.extend((self.chunks.len() as u32).to_le_bytes());
        for chunk in &self.chunks {
            out.extend(chunk.index.to_le_bytes());
            out.extend(chunk.key.to_le_bytes());
            out.extend(chunk.length.to_le_bytes());
            out.extend(chunk.crc.to_le_bytes());
            out.extend(chunk.fingerprint.to_le_bytes());
        }
        out.extend((self.project.len() as u32).to_le_bytes());
        out.extend(&self.project);
        seal(out)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Unusable> {
        let mut rest = open(bytes)?;
        let (seq, saved_at) = (rest.u64()?, rest.u64()?);
        let count = rest.u32()? as usize;
        // The count is believed only as far as the bytes reach: nothing is allocated on its word.
        let mut list = Reader(rest.take(count.checked_mul(CHUNK_BYTES).ok_or(Unusable::Damaged)?)?);
        let mut chunks = Vec::with_capacity(count);
        for _ in 0..count {
            chunks.push(ChunkRef {
                index: list.u64()?,
                key: list.u64()?,
                length: list.u32()?,
                crc: list.u32()?,
                fingerprint: list.u64()?,
            });
        }
        let length = rest.u32()? as usize;
        let project = rest.take(length)?.to_vec();
        Ok(Self {
            seq,
            saved_at,
            chunks,
            project,
        })
    }
}

/// CRC-32 (IEEE 802.3, the one of zip and PNG).
pub(super) fn crc(bytes: &[u8]) -> u32 {
    trazo_formats::crc32(bytes)
}

fn seal(mut out: Vec<u8>) -> Vec<u8> {
    let sum = crc(&out);
    out.extend(sum.to_le_bytes());
    out
}

/// Checks the checksum, then the format, and gives what lies between.
fn open(bytes: &[u8]) -> Result<Reader<'_>, Unusable> {
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(Unusable::Damaged)?;
    if crc(body) != u32::from_le_bytes(*sum) {
        return Err(Unusable::Damaged);
    }
    let mut rest = Reader(body);
    match u16::from_le_bytes(rest.array()?) {
        FORMAT => Ok(rest),
        newer if newer > FORMAT => Err(Unusable::Newer),
        _ => Err(Unusable::Damaged),
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Unusable> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Unusable::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unusable> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Unusable::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u8(&mut self) -> Result<u8, Unusable> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, Unusable> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Unusable> {
        Ok(u64::from_le_bytes(self.array()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            seq: 7,
            saved_at: 1_763_800_000_000,
            chunks: vec![
                ChunkRef {
                    index: 0,
                    key: 3,
                    length: 5,
                    crc: 9,
                    fingerprint: u64::MAX,
                },
                ChunkRef {
                    index: 4,
                    key: 8,
                    length: 6,
                    crc: 1,
                    fingerprint: 2,
                },
            ],
            project: b"weights".to_vec(),
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        assert_eq!(Record::from_bytes(&record().to_bytes()), Ok(record()));
        for slot in Slot::BOTH {
            let pointer = Pointer { slot, seq: 41 };
            assert_eq!(Pointer::from_bytes(&pointer.to_bytes()), Ok(pointer));
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let whole = record().to_bytes();
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                Record::from_bytes(&bytes),
                Err(Unusable::Damaged),
                "bit {bit}"
            );
        }
        for length in 0..whole.len() {
            assert_eq!(
                Record::from_bytes(&whole[..length]),
                Err(Unusable::Damaged),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn a_claim_of_four_thousand_million_chunks_allocates_nothing() {
        let mut body = Vec::new();
        body.extend(FORMAT.to_le_bytes());
        body.extend([0; 16]);
        body.extend(u32::MAX.to_le_bytes());
        assert_eq!(Record::from_bytes(&seal(body)), Err(Unusable::Damaged));
    }

    #[test]
    fn a_whole_record_of_the_future_is_newer_not_damaged() {
        let mut body = (FORMAT + 1).to_le_bytes().to_vec();
        body.extend(b"whatever the future puts here");
        let bytes = seal(body);
        assert_eq!(Record::from_bytes(&bytes), Err(Unusable::Newer));
        assert_eq!(Pointer::from_bytes(&bytes), Err(Unusable::Newer));
    }
}
