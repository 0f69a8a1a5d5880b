//! Files in and out: gzip seen through, sizes bounded, writes that are whole or not at all.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::error::Error;

/// No file that Trazo reads is anywhere near this large, unpacked: a gigabyte.
const LARGEST: u64 = 1 << 30;

/// The bytes of a file, unpacked where it is gzip.
///
/// # Errors
/// Where it cannot be opened, is damaged gzip, or unpacks to more than a gigabyte.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let packed = read_up_to(File::open(path).map_err(|e| Error::io(path, e))?, path)?;
    if packed.starts_with(&[0x1f, 0x8b]) {
        return read_up_to(MultiGzDecoder::new(packed.as_slice()), path);
    }
    Ok(packed)
}

fn read_up_to(from: impl std::io::Read, path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof
            | std::io::ErrorKind::InvalidInput
            | std::io::ErrorKind::InvalidData => Error::data(
                path,
                format!("expected a whole gzip file, found a damaged one ({error}); get it again"),
            ),
            _ => Error::io(path, error),
        })?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::data(
            path,
            "expected at most a gigabyte of data, found more",
        ));
    }
    Ok(bytes)
}

/// Writes a file so that at any moment there is the old one or the new one, whole: a neighbor
/// is written, brought to the disk, and renamed over it.
///
/// # Errors
/// Where the folder cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part: PathBuf = path.with_file_name(name);
    let written = (|| {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    })();
    written.map_err(|error| {
        // The half-written neighbor is of no use; that it may not be there is no second error.
        let _ = std::fs::remove_file(&part);
        Error::io(path, error)
    })
}
