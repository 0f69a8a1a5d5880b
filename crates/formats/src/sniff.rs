//! What kind of file is this? Told from its first bytes, never from its name.

use crate::container::{FileKind, MAGIC, kind_number};

/// What the first bytes of a file say it is. Only a reader can say whether it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Open it with [`crate::read_model`].
    TrazoModel,
    /// Open it with [`crate::read_project`].
    TrazoProject,
    /// Open it with [`crate::read_checkpoint`].
    TrazoCheckpoint,
    /// Trazo's magic, but a kind that this version does not know, or too short to tell.
    TrazoUnknown,
    /// Python pickle; open it with [`crate::pesos_to_model`].
    Pickle,
    /// Open it with [`crate::read_safetensors`].
    Safetensors,
    /// Open it with [`crate::read_onnx`].
    Onnx,
    /// MNIST's file format; see [`crate::idx`].
    Idx,
    /// JSON, one object a line; see [`crate::strokes`].
    Strokes,
    /// Compressed with gzip: something else is inside.
    Gzip,
    /// A zip archive (NumPy's `.npz` and PyTorch's `.pt` are such).
    Zip,
    /// NumPy's `.npy`.
    Npy,
    /// HDF5 (Keras's `.h5`).
    Hdf5,
    /// A picture: PNG, JPEG, GIF, WebP or BMP.
    Picture,
    /// A web page or other mark-up.
    Markup,
    /// No bytes at all.
    Empty,
    /// None of these.
    Unknown,
}

impl Kind {
    /// The kind as the end of a sentence: "it is …".
    pub fn sentence(self) -> &'static str {
        match self {
            Self::TrazoModel => "it is a Trazo model",
            Self::TrazoProject => "it is a Trazo project",
            Self::TrazoCheckpoint => "it is a Trazo training checkpoint",
            Self::TrazoUnknown => "it is a Trazo file of an unknown kind",
            Self::Pickle => "it is a Python pickle",
            Self::Safetensors => "it is a safetensors file",
            Self::Onnx => "it is an ONNX model",
            Self::Idx => "it is an IDX file (MNIST's format)",
            Self::Strokes => "it is JSON text",
            Self::Gzip => "it is compressed with gzip and has to be unpacked first",
            Self::Zip => "it is a zip archive",
            Self::Npy => "it is a single NumPy array",
            Self::Hdf5 => "it is an HDF5 file",
            Self::Picture => "it is a picture",
            Self::Markup => "it is a web page",
            Self::Empty => "it is empty",
            Self::Unknown => "it begins like nothing Trazo knows",
        }
    }
}

/// Tells what a file is from its first bytes.
///
/// ```
/// use trazo_formats::{Kind, sniff};
/// assert_eq!(sniff(&trazo_formats::write_checkpoint(b"")), Kind::TrazoCheckpoint);
/// assert_eq!(sniff(b"\x80\x04\x95"), Kind::Pickle);
/// assert_eq!(sniff(b"hello"), Kind::Unknown);
/// ```
pub fn sniff(file: &[u8]) -> Kind {
    const PICTURES: [&[u8]; 5] = [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"RIFF",
        b"BM",
    ];
    if file.is_empty() {
        return Kind::Empty;
    }
    if file.starts_with(&MAGIC) {
        return match kind_number(file).and_then(FileKind::from_number) {
            Some(FileKind::Model) => Kind::TrazoModel,
            Some(FileKind::Project) => Kind::TrazoProject,
            Some(FileKind::Checkpoint) => Kind::TrazoCheckpoint,
            None => Kind::TrazoUnknown,
        };
    }
    if PICTURES.iter().any(|magic| file.starts_with(magic)) {
        return Kind::Picture;
    }
    match file {
        [0x80, 2..=5, ..] => Kind::Pickle,
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Kind::Zip,
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Kind::Npy,
        [0x89, b'H', b'D', b'F', ..] => Kind::Hdf5,
        [0, 0, 8, 1..=4, ..] => Kind::Idx,
        // Safetensors: the length of a JSON header, then the header.
        [_, _, _, _, _, 0, 0, 0, b'{', ..] => Kind::Safetensors,
        // ONNX: a protobuf whose first field is the IR version, a small number.
        [
            0x08,
            1..=127,
            0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42,
            ..,
        ] => Kind::Onnx,
        _ => sniff_text(file),
    }
}

fn sniff_text(file: &[u8]) -> Kind {
    let text = file
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(file)
        .trim_ascii_start();
    match text.first() {
        Some(b'{') => Kind::Strokes,
        Some(b'<') => Kind::Markup,
        _ => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_from_its_first_bytes() {
        let cases: [(&[u8], Kind); 14] = [
            (b"TRAZO\0\x01\0\x01\0", Kind::TrazoModel),
            (b"TRAZO\0\x01\0\x02\0", Kind::TrazoProject),
            (b"TRAZO\0\x01\0\x63\0", Kind::TrazoUnknown),
            (b"TRAZO\0", Kind::TrazoUnknown),
            (b"\x1f\x8b\x08", Kind::Gzip),
            (b"PK\x03\x04", Kind::Zip),
            (b"\0\0\x08\x03\0\0", Kind::Idx),
            (b"\x10\0\0\0\0\0\0\0{\"", Kind::Safetensors),
            (b"\x08\x08\x12\x05trazo", Kind::Onnx),
            (b"  {\"label\":1", Kind::Strokes),
            (b"<!doctype html>", Kind::Markup),
            (b"\x89PNG\r\n\x1a\n", Kind::Picture),
            (b"", Kind::Empty),
            (b"TRAZA", Kind::Unknown),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), kind, "{bytes:?}");
        }
    }
}
