//! Whole numbers in as few bytes as they need: seven bits each, the lowest first, the highest bit
//! set where another byte follows (LEB128). Up to four bytes: below 2^28.

/// Appends a number.
pub fn put(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Takes a number from the front; `None` where there is none, or one of more than four bytes.
///
/// ```
/// let mut bytes = Vec::new();
/// trazo_ink::varint::put(&mut bytes, 300);
/// let mut rest = &bytes[..];
/// assert_eq!(trazo_ink::varint::take(&mut rest), Some(300));
/// assert_eq!(trazo_ink::varint::take(&mut rest), None);
/// ```
pub fn take(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21] {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= usize::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}
