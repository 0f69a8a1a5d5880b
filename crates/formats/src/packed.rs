//! What is packed with gzip, or alone in a zip archive, is what is in it.

use std::borrow::Cow;

use crate::error::Error;
use crate::sniff::{Kind, sniff};
use crate::zip::{self, UNPACKED_LIMIT};

/// The file as it is, or what is packed in it: gzip, or a zip archive of one file. The second value
/// says that it was packed.
///
/// # Errors
/// `malformed` for a damaged archive; `too-large` for more than 64 MiB, unpacked.
pub fn unpacked(file: &[u8]) -> Result<(Cow<'_, [u8]>, bool), Error> {
    match sniff(file) {
        Kind::Gzip => {
            let decoder = flate2::read::MultiGzDecoder::new(file);
            let bytes = zip::inflate(decoder, UNPACKED_LIMIT)?;
            if bytes.len() as u64 > UNPACKED_LIMIT {
                return Err(Error::TooLarge {
                    what: "bytes to unpack",
                    claimed: bytes.len() as u64,
                    limit: UNPACKED_LIMIT,
                });
            }
            Ok((bytes.into(), true))
        }
        Kind::Zip => {
            let mut members = zip::read(file)?;
            match members.pop() {
                Some(only) if members.is_empty() && sniff(&only.bytes) != Kind::Npy => {
                    Ok((only.bytes, true))
                }
                _ => Ok((file.into(), false)),
            }
        }
        _ => Ok((file.into(), false)),
    }
}
