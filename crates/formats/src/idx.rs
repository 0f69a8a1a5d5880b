//! IDX, the format of MNIST: a stack of pictures, or a list of labels.
//!
//! ```text
//! pictures: 00 00 08 03, count, rows, columns (u32 big-endian each), then the pixels, row by row
//! labels:   00 00 08 01, count (u32 big-endian), then one byte a label
//! ```
//! Source: <https://yann.lecun.com/exdb/mnist/>, "File formats for the MNIST database". The bytes
//! have to be unpacked already (the published files are compressed with gzip).

use crate::error::Error;
use crate::sniff::sniff;

const IMAGES: [u8; 4] = [0, 0, 8, 3];
const LABELS: [u8; 4] = [0, 0, 8, 1];

/// Pictures of one size, borrowed from the file's bytes: nothing is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Images<'a> {
    /// How many pictures.
    pub count: usize,
    /// Height of each.
    pub rows: usize,
    /// Width of each.
    pub columns: usize,
    /// All pixels, `[count, rows, columns]`; in MNIST 0 is paper and 255 is ink.
    pub pixels: &'a [u8],
}

impl<'a> Images<'a> {
    /// The pictures one after the other, `rows * columns` bytes each.
    pub fn iter(&self) -> std::slice::ChunksExact<'a, u8> {
        // The reader refuses pictures without pixels; `max` is for one made by hand. An empty
        // stack may claim any size.
        self.pixels
            .chunks_exact(self.rows.saturating_mul(self.columns).max(1))
    }

    /// The picture at `index`, or `None` past the end.
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        self.iter().nth(index)
    }
}

/// Reads a file of pictures.
///
/// ```
/// let file = trazo_formats::idx::write_images(2, 2, &[0, 64, 128, 255]);
/// let images = trazo_formats::idx::read_images(&file)?;
/// assert_eq!((images.count, images.get(0)), (1, Some(&[0, 64, 128, 255][..])));
/// # Ok::<(), trazo_formats::Error>(())
/// ```
///
/// # Errors
/// `not-idx`, `cut-short`, `trailing-bytes`; `malformed` for pictures without pixels.
pub fn read_images(file: &[u8]) -> Result<Images<'_>, Error> {
    let ([count, rows, columns], pixels) = read_header(file, IMAGES, "an IDX file of pictures")?;
    if rows == 0 || columns == 0 {
        return Err(Error::Malformed {
            problem: format!("its pictures are {rows} by {columns} pixels"),
        });
    }
    Ok(Images {
        count,
        rows,
        columns,
        pixels,
    })
}

/// Reads a file of labels: one digit, 0 to 9, a byte.
///
/// # Errors
/// `not-idx`, `cut-short`, `trailing-bytes`; `bad-labels` for one beyond 9.
pub fn read_labels(file: &[u8]) -> Result<&[u8], Error> {
    let ([_count], labels) = read_header(file, LABELS, "an IDX file of labels")?;
    match labels.iter().position(|&label| label > 9) {
        None => Ok(labels),
        Some(at) => Err(Error::BadLabels {
            problem: format!(
                "label {at} is {}, and a digit is 0 to 9",
                labels.get(at).copied().unwrap_or_default()
            ),
        }),
    }
}

/// Reads a file of pictures and the file of labels that goes with it.
///
/// # Errors
/// What [`read_images`] and [`read_labels`] say; `shape-mismatch` where the counts differ.
pub fn read_labelled<'a>(
    images: &'a [u8],
    labels: &'a [u8],
) -> Result<(Images<'a>, &'a [u8]), Error> {
    let (images, labels) = (read_images(images)?, read_labels(labels)?);
    if images.count != labels.len() {
        return Err(Error::ShapeMismatch {
            what: "the two IDX files".into(),
            expected: format!("{} labels, one for each picture", images.count),
            found: format!("{} labels", labels.len()),
        });
    }
    Ok((images, labels))
}

/// Checks magic and sizes, and gives the sizes and the bytes that follow them.
fn read_header<'a, const N: usize>(
    file: &'a [u8],
    magic: [u8; 4],
    expected: &'static str,
) -> Result<([usize; N], &'a [u8]), Error> {
    if !file.starts_with(&magic) {
        let found = sniff(file).sentence().to_owned();
        return Err(Error::NotThisFormat {
            code: "not-idx",
            expected,
            found,
        });
    }
    let mut rest = file.get(magic.len()..).unwrap_or_default();
    let mut sizes = [0_u32; N];
    for size in &mut sizes {
        let header = (4 + 4 * N) as u64;
        let (bytes, after) = rest.split_first_chunk::<4>().ok_or(Error::CutShort {
            expected: header,
            found: file.len() as u64,
        })?;
        *size = u32::from_be_bytes(*bytes);
        rest = after;
    }
    let claimed = sizes
        .iter()
        .try_fold(1_u64, |product, &size| product.checked_mul(u64::from(size)));
    let claimed = claimed.unwrap_or(u64::MAX);
    let found = rest.len() as u64;
    if found < claimed {
        let header = file.len() as u64 - found;
        return Err(Error::CutShort {
            expected: claimed.saturating_add(header),
            found: file.len() as u64,
        });
    }
    if found > claimed {
        return Err(Error::TrailingBytes {
            extra: found - claimed,
        });
    }
    Ok((
        sizes.map(|size| usize::try_from(size).unwrap_or(usize::MAX)),
        rest,
    ))
}

/// Writes pictures of `rows` by `columns` pixels; a picture that is not whole is left out.
pub fn write_images(rows: u32, columns: u32, pixels: &[u8]) -> Vec<u8> {
    let size = (rows as usize).saturating_mul(columns as usize).max(1);
    let count = pixels.len() / size;
    let mut file = IMAGES.to_vec();
    for number in [count as u32, rows, columns] {
        file.extend_from_slice(&number.to_be_bytes());
    }
    file.extend(pixels.iter().take(count * size));
    file
}

/// Writes labels.
pub fn write_labels(labels: &[u8]) -> Vec<u8> {
    let mut file = LABELS.to_vec();
    file.extend_from_slice(&(labels.len() as u32).to_be_bytes());
    file.extend_from_slice(labels);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_back_as_they_were_written() {
        let pixels: Vec<u8> = (0..24).collect();
        let file = write_images(2, 3, &pixels);
        let images = read_images(&file).unwrap();
        assert_eq!((images.count, images.rows, images.columns), (4, 2, 3));
        assert_eq!(images.pixels, pixels);
        assert_eq!(images.get(3).unwrap(), &pixels[18..]);
        assert_eq!(images.get(4), None);
    }

    #[test]
    fn a_file_cut_anywhere_is_said_to_be_cut_short() {
        let file = write_images(2, 3, &[7; 24]);
        for length in 4..file.len() {
            assert_eq!(
                read_images(&file[..length]).unwrap_err().code(),
                "cut-short"
            );
        }
        let file = write_labels(&[1, 2, 3]);
        for length in 4..file.len() {
            assert_eq!(
                read_labels(&file[..length]).unwrap_err().code(),
                "cut-short"
            );
        }
    }

    #[test]
    fn a_huge_example_count_allocates_nothing() {
        let mut file = IMAGES.to_vec();
        file.extend_from_slice(&[0xff; 12]);
        assert_eq!(read_images(&file).unwrap_err().code(), "cut-short");
    }

    #[test]
    fn bytes_after_the_end_are_told() {
        let mut file = write_labels(&[1, 2, 3]);
        file.push(0);
        assert_eq!(read_labels(&file).unwrap_err().code(), "trailing-bytes");
    }

    #[test]
    fn a_label_beyond_nine_is_told_with_its_place() {
        let error = read_labels(&write_labels(&[1, 2, 10])).unwrap_err();
        assert_eq!(error.code(), "bad-labels");
        assert!(error.to_string().contains("label 2 is 10"), "{error}");
    }

    #[test]
    fn pictures_without_pixels_are_refused() {
        assert_eq!(
            read_images(&write_images(0, 28, &[])).unwrap_err().code(),
            "malformed"
        );
    }

    #[test]
    fn labels_in_place_of_pictures_and_packed_files_are_named() {
        assert_eq!(
            read_images(&write_labels(&[1])).unwrap_err().code(),
            "not-idx"
        );
        let error = read_images(b"\x1f\x8b\x08\0").unwrap_err();
        assert!(error.to_string().contains("gzip"), "{error}");
    }

    #[test]
    fn as_many_labels_as_pictures_are_needed() {
        let (images, labels) = (write_images(1, 1, &[1, 2]), write_labels(&[1]));
        assert_eq!(
            read_labelled(&images, &labels).unwrap_err().code(),
            "shape-mismatch"
        );
    }
}
