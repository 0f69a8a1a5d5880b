//! What kind of file is this? Told from its first bytes, never from its name.

/// What every Trazo file begins with.
pub const MAGIC: [u8; 6] = *b"TRAZO\0";

/// What a Trazo file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// One network with all that is needed to use it: [`crate::ModelFile`].
    Model,
    /// Everything a person has: [`crate::ProjectFile`].
    Project,
    /// A trainer's state in the middle of its work; see [`crate::write_checkpoint`].
    Checkpoint,
}

impl FileKind {
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::Model => 1,
            Self::Project => 2,
            Self::Checkpoint => 3,
        }
    }

    pub(crate) const fn from_number(number: u16) -> Option<Self> {
        match number {
            1 => Some(Self::Model),
            2 => Some(Self::Project),
            3 => Some(Self::Checkpoint),
            _ => None,
        }
    }

    /// The kind with its article, for a sentence.
    pub(crate) const fn described(self) -> &'static str {
        match self {
            Self::Model => "a Trazo model",
            Self::Project => "a Trazo project",
            Self::Checkpoint => "a Trazo training checkpoint",
        }
    }
}

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
    /// JSON that is no model: drawings, one object a line or all in one list; see
    /// [`crate::strokes`].
    Strokes,
    /// A model as JSON; open it with [`crate::read_json`].
    Json,
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
            Self::Json => "it is a model as JSON",
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
    if file.is_empty() {
        return Kind::Empty;
    }
    if let Some(rest) = file.strip_prefix(&MAGIC) {
        // Format version, then the kind.
        let kind = match rest {
            [_, _, low, high, ..] => FileKind::from_number(u16::from_le_bytes([*low, *high])),
            _ => None,
        };
        return match kind {
            Some(FileKind::Model) => Kind::TrazoModel,
            Some(FileKind::Project) => Kind::TrazoProject,
            Some(FileKind::Checkpoint) => Kind::TrazoCheckpoint,
            None => Kind::TrazoUnknown,
        };
    }
    match file {
        // Safetensors: the length of a JSON header, then the header. Before all others: the length
        // may begin like a pickle (640 is 80 02), gzip (35615 is 1f 8b) or a BMP picture (19778).
        [_, _, _, _, _, 0, 0, 0, b'{', ..] => Kind::Safetensors,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..]
        | [0xff, 0xd8, 0xff, ..]
        | [b'G', b'I', b'F', b'8', ..]
        | [b'R', b'I', b'F', b'F', ..]
        | [b'B', b'M', ..] => Kind::Picture,
        [0x80, 2..=5, ..] => Kind::Pickle,
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Kind::Zip,
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Kind::Npy,
        [0x89, b'H', b'D', b'F', ..] => Kind::Hdf5,
        [0, 0, 8, 1..=4, ..] => Kind::Idx,
        // ONNX: a protobuf whose first field is the IR version, a small number.
        [
            0x08,
            1..=127,
            0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42,
            ..,
        ] => Kind::Onnx,
        // Text in UTF-16, with a byte order mark or without.
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..] => {
            Kind::Strokes
        }
        // A pickle without a protocol number begins with a mark, a list or a name, and ends in a
        // stop. A name is two lines.
        [b'(', .., b'.'] | [b']', b'q' | b'p' | b'(', .., b'.'] => Kind::Pickle,
        [b'c', rest @ .., b'.'] if begins_with_a_name(rest) => Kind::Pickle,
        _ => sniff_text(file),
    }
}

/// Whether the first line is a Python name with dots.
fn begins_with_a_name(rest: &[u8]) -> bool {
    let line = rest.iter().take(80).position(|&byte| byte == b'\n');
    let line = line.and_then(|end| rest.get(..end)).unwrap_or_default();
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    !line.is_empty() && line.iter().all(letter)
}

fn sniff_text(file: &[u8]) -> Kind {
    let text = file
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(file)
        .trim_ascii_start();
    match text.first() {
        Some(b'{') if text[1..].trim_ascii_start().starts_with(b"\"trazo\"") => Kind::Json,
        Some(b'{' | b'[') => Kind::Strokes,
        Some(b'<') => Kind::Markup,
        _ => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_from_its_first_bytes() {
        let cases: [(&[u8], Kind); 24] = [
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
            (b"\x80\x02\0\0\0\0\0\0{\"", Kind::Safetensors),
            (b"\x1f\x8b\0\0\0\0\0\0{\"", Kind::Safetensors),
            (b"BM\0\0\0\0\0\0{\"", Kind::Safetensors),
            (b"((lp0\nI1\natp1\n.", Kind::Pickle),
            (b"cos\nsystem\n.", Kind::Pickle),
            (b"call me.", Kind::Unknown),
            (b"[{\"points\": []}]", Kind::Strokes),
            (b"\xff\xfe{\0", Kind::Strokes),
            (b"{\0\"\0", Kind::Strokes),
            (b"{\"trazo\": {}}", Kind::Json),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), kind, "{bytes:?}");
        }
    }
}
