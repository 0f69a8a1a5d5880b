//! What can be wrong with ink from outside.

/// Why ink could not be read. The text is a sentence for the person who gave it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Packed strokes of a version this code does not know.
    #[error(
        "the packed drawing has version {found}, and this Trazo reads version {expected} only: open it with a newer Trazo"
    )]
    PackVersion {
        /// The version that the bytes claim.
        found: u8,
        /// The version that this crate reads.
        expected: u8,
    },
    /// Packed strokes that end in the middle, or claim more than their bytes can hold.
    #[error("the packed drawing is damaged: {what} at byte {at} of {length}")]
    PackDamaged {
        /// The thing that was expected there, in words.
        what: &'static str,
        /// Offset of the byte in question.
        at: usize,
        /// Length of the packed strokes in bytes.
        length: usize,
    },
    /// A picture whose pixels do not match its size.
    #[error("a picture of {width}x{height} pixels needs {expected} bytes, and {found} were given")]
    PictureSize {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// Bytes that such a picture has.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// A picture with no pixels, or more than are reasonable.
    #[error(
        "a picture of {width}x{height} pixels cannot be read: give one of 1 to {most} pixels a side"
    )]
    PictureExtent {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// The most on either side.
        most: usize,
    },
    /// A picture in which nothing is drawn.
    #[error(
        "nothing is drawn in this picture: no dark line on a light ground, and no light one on a dark ground"
    )]
    PictureBlank,
    /// A picture with more marks than a page of numbers has.
    #[error(
        "there are more than {most} marks in this picture: give one of a few lines of numbers, not of print or a pattern"
    )]
    PictureCrowded {
        /// The most that are looked at.
        most: usize,
    },
}
