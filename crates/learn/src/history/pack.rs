//! The difference of two states of learned numbers, in few bytes.

pub(super) fn xor(a: &[u32], b: &[u32]) -> Vec<u32> {
    a.iter().zip(b).map(|(a, b)| a ^ b).collect()
}

/// The words' four bytes apart, highest first, as pairs of runs: so many zeros, so many bytes, those bytes. Lengths are
/// LEB128.
pub(super) fn pack(words: &[u32]) -> Vec<u8> {
    let planes: Vec<u8> = (0..4)
        .rev()
        .flat_map(|byte| words.iter().map(move |word| (word >> (8 * byte)) as u8))
        .collect();
    let mut out = Vec::new();
    let mut rest = planes.as_slice();
    while !rest.is_empty() {
        let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
        let (_, tail) = rest.split_at(zeros);
        // A lone zero between others costs less than two lengths.
        let literal = tail
            .windows(3)
            .position(|three| three == [0, 0, 0])
            .unwrap_or(tail.len());
        length(zeros, &mut out);
        length(literal, &mut out);
        let (bytes, tail) = tail.split_at(literal);
        out.extend_from_slice(bytes);
        rest = tail;
    }
    out
}

/// The words again; `None` where the bytes are not what [`pack`] writes for so many words.
pub(super) fn unpack(mut bytes: &[u8], words: usize) -> Option<Vec<u32>> {
    let mut planes = Vec::with_capacity(words * 4);
    while !bytes.is_empty() {
        let zeros = take_length(&mut bytes)?;
        let literal = take_length(&mut bytes)?;
        if zeros > words * 4 - planes.len() {
            return None;
        }
        planes.resize(planes.len() + zeros, 0);
        let (some, rest) = bytes.split_at_checked(literal)?;
        if literal > words * 4 - planes.len() {
            return None;
        }
        planes.extend_from_slice(some);
        bytes = rest;
    }
    if planes.len() != words * 4 {
        return None;
    }
    let byte = |plane: usize, word: usize| planes.get(plane * words + word).copied().unwrap_or(0);
    Some(
        (0..words)
            .map(|word| u32::from_be_bytes([0, 1, 2, 3].map(|plane| byte(plane, word))))
            .collect(),
    )
}

fn length(mut value: usize, out: &mut Vec<u8>) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take_length(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0_usize;
    for shift in (0..28).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
