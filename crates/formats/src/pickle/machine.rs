//! The stack machine: the instructions that a pair of lists of arrays needs, and no more.
//!
//! Objects live in one flat list and refer to each other by position, so that nothing here is
//! recursive, however deep the pickle is nested, and a list that contains itself does no harm.
//! Bytes and text are borrowed from the file.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::numpy;
use super::value::{Global, Value, shortened, text, unsupported};
use crate::array::{ArrayView, Dtype};
use crate::error::Error;

/// Weights are a tuple of lists of arrays whose state is a tuple with a shape in it: six deep.
const DEPTH_LIMIT: usize = 32;

/// The most objects, stack entries and memo entries. The original's pickle makes about thirty; a
/// byte of pickle can make an object of a hundred bytes, so this is what bounds memory.
const COUNT_LIMIT: usize = 4096;

#[derive(Debug)]
pub(super) enum Object<'a> {
    List(Vec<Value<'a>>),
    Tuple(Vec<Value<'a>>),
    Dtype(Dtype),
    /// Text and bytes that stand otherwise in the file: escapes, or characters for bytes.
    Text(String),
    Bytes(Vec<u8>),
    /// An array that has been made but not filled yet, and then one that has.
    EmptyArray,
    Array(Filled<'a>),
}

/// An array whose bytes lie in the file, or in an object of the machine's.
#[derive(Debug, Clone)]
pub(super) struct Filled<'a> {
    shape: Vec<u64>,
    dtype: Dtype,
    fortran: bool,
    data: Value<'a>,
}

/// Reads a pickle from its first instruction to STOP.
pub(super) struct Machine<'a> {
    cursor: Cursor<'a>,
    stack: Vec<Value<'a>>,
    marks: Vec<usize>,
    memo: BTreeMap<u32, Value<'a>>,
    objects: Vec<(Object<'a>, usize)>,
    /// How many bytes `_codecs.encode` may still make: naming one text again and again must not
    /// make more than there is in the file.
    spare: usize,
}

impl<'a> Machine<'a> {
    pub(super) fn new(file: &'a [u8]) -> Self {
        Self {
            cursor: Cursor::new(file),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: BTreeMap::new(),
            objects: Vec::new(),
            spare: file.len(),
        }
    }

    /// Runs to STOP and gives what is on the stack then.
    pub(super) fn run(&mut self) -> Result<Value<'a>, Error> {
        loop {
            let start = self.cursor.at();
            let [opcode] = *self.cursor.array_of()?;
            if opcode == b'.' {
                let top = self.pop()?;
                let extra = self.cursor.left();
                if extra > 0 {
                    return Err(Error::TrailingBytes {
                        extra: extra as u64,
                    });
                }
                return Ok(top);
            }
            self.step(opcode, start)?;
        }
    }

    fn step(&mut self, opcode: u8, start: usize) -> Result<(), Error> {
        match opcode {
            // PROTO: the first two bytes of the file; FRAME: only says how much to read ahead.
            0x80 => self.cursor.take(1).map(|_| ()),
            0x95 => self.cursor.frame(),
            b'(' => self.mark(),
            b'N' => self.push(Value::None),
            0x88 => self.push(Value::Bool(true)),
            0x89 => self.push(Value::Bool(false)),
            b'K' => self
                .cursor
                .array_of::<1>()
                .and_then(|b| self.push(Value::Int(b[0].into()))),
            b'M' => {
                let value = u16::from_le_bytes(*self.cursor.array_of()?);
                self.push(Value::Int(value.into()))
            }
            b'J' => {
                let value = i32::from_le_bytes(*self.cursor.array_of()?);
                self.push(Value::Int(value.into()))
            }
            0x8a => self.long(),
            // Protocol 0's numbers and text are lines.
            b'I' | b'L' => self.number_line(opcode),
            b'V' => self.text_line(),
            b'S' => self.string_line(),
            // Text: SHORT_BINUNICODE, BINUNICODE, BINUNICODE8.
            0x8c => self.cursor.sized(1).and_then(|bytes| self.text(bytes)),
            b'X' => self.cursor.sized(4).and_then(|bytes| self.text(bytes)),
            0x8d => self.cursor.sized(8).and_then(|bytes| self.text(bytes)),
            // Bytes: SHORT_BINBYTES, BINBYTES, BINBYTES8, and Python 2's strings.
            b'C' | b'U' => self
                .cursor
                .sized(1)
                .and_then(|bytes| self.push(Value::Bytes(bytes))),
            b'B' | b'T' => self
                .cursor
                .sized(4)
                .and_then(|bytes| self.push(Value::Bytes(bytes))),
            // The last is BYTEARRAY8, in which protocol 5 has the numbers of an array.
            0x8e | 0x96 => self
                .cursor
                .sized(8)
                .and_then(|bytes| self.push(Value::Bytes(bytes))),
            b']' => self.make(Object::List(Vec::new())),
            b'a' => self.pop().and_then(|item| self.append(vec![item])),
            b'e' => self.pop_mark().and_then(|items| self.append(items)),
            b')' => self.make(Object::Tuple(Vec::new())),
            0x85..=0x87 => self.tuple(usize::from(opcode - 0x84)),
            b'l' => self
                .pop_mark()
                .and_then(|items| self.make(Object::List(items))),
            b't' => self
                .pop_mark()
                .and_then(|items| self.make(Object::Tuple(items))),
            0x94 => {
                // MEMOIZE counts the entries there are.
                let index = self.memo.len() as u32;
                self.memoize(index)
            }
            b'q' => self
                .cursor
                .array_of::<1>()
                .and_then(|b| self.memoize(b[0].into())),
            b'r' => {
                let index = u32::from_le_bytes(*self.cursor.array_of()?);
                self.memoize(index)
            }
            b'p' => self.index_line().and_then(|index| self.memoize(index)),
            b'g' => self.index_line().and_then(|index| self.recall(index)),
            b'h' => self
                .cursor
                .array_of::<1>()
                .and_then(|b| self.recall(b[0].into())),
            b'j' => {
                let index = u32::from_le_bytes(*self.cursor.array_of()?);
                self.recall(index)
            }
            b'c' => {
                let (module, name) = (self.cursor.line()?, self.cursor.line()?);
                self.push(Value::Global(Global::named(&module, &name)?))
            }
            0x93 => self.stack_global(),
            b'R' => self.reduce(),
            b'b' => self.build(),
            // READONLY_BUFFER: of bytes within the file there is nothing to protect.
            0x98 if matches!(self.stack.last(), Some(Value::Bytes(_))) => Ok(()),
            _ => Err(self.refuse(opcode, start)),
        }
    }

    /// Names the instruction that no array of numbers needs.
    fn refuse(&mut self, opcode: u8, start: usize) -> Error {
        let forbidden = |global: String| Error::PickleForbidden { global };
        match opcode {
            // INST names a class the old way.
            b'i' => match (self.cursor.line(), self.cursor.line()) {
                (Ok(module), Ok(name)) => forbidden(shortened(&format!("{module}.{name}"))),
                (Err(error), _) | (_, Err(error)) => error,
            },
            b'P' | b'Q' => forbidden("a persistent object from elsewhere".into()),
            0x82..=0x84 => forbidden("an extension registered elsewhere".into()),
            0x97 | 0x98 => forbidden("a buffer from outside the file".into()),
            b'}' | b'd' | b's' | b'u' => unsupported(format!("a dictionary at byte {start}")),
            b'G' | b'F' => unsupported(format!("a number outside an array at byte {start}")),
            _ => unsupported(format!("instruction 0x{opcode:02x} at byte {start}")),
        }
    }

    // ---- numbers and text

    /// LONG1: a two's complement of up to 255 bytes; eight are enough for any shape.
    fn long(&mut self) -> Result<(), Error> {
        let bytes = self.cursor.sized(1)?;
        if bytes.len() > 8 {
            return Err(unsupported(format!(
                "a whole number of {} bytes",
                bytes.len()
            )));
        }
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let start = if negative { -1 } else { 0 };
        let fold = |sum: i64, byte: &u8| (sum << 8) | i64::from(*byte);
        self.push(Value::Int(bytes.iter().rev().fold(start, fold)))
    }

    fn text(&mut self, bytes: &'a [u8]) -> Result<(), Error> {
        let text = std::str::from_utf8(bytes).map_err(|_| {
            unsupported(format!(
                "text that is not UTF-8 before byte {}",
                self.cursor.at()
            ))
        })?;
        self.push(Value::Text(text))
    }

    /// `I12`, `I00` and `I01` for the truth values, `L12L`.
    fn number_line(&mut self, opcode: u8) -> Result<(), Error> {
        let line = self.cursor.line()?;
        let digits = match opcode {
            b'L' => line.strip_suffix('L').unwrap_or(&line),
            _ => &line,
        };
        let value = match (opcode, digits) {
            (b'I', "00") => Some(Value::Bool(false)),
            (b'I', "01") => Some(Value::Bool(true)),
            _ => digits.parse().ok().map(Value::Int),
        };
        let value = value.ok_or_else(|| {
            unsupported(format!(
                "the number {:?} before byte {}",
                shortened(&line),
                self.cursor.at()
            ))
        })?;
        self.push(value)
    }

    fn index_line(&mut self) -> Result<u32, Error> {
        let line = self.cursor.line()?;
        line.parse()
            .map_err(|_| unsupported(format!("it refers to object {:?}", shortened(&line))))
    }

    /// UNICODE: a byte a character, others and line ends as `\u000a` or `\U0001f600`.
    fn text_line(&mut self) -> Result<(), Error> {
        let line = self.cursor.raw_line()?;
        match std::str::from_utf8(line) {
            Ok(text) if line.is_ascii() && !line.contains(&b'\\') => self.push(Value::Text(text)),
            _ => {
                let text = unescaped(line, |kind| match kind {
                    b'u' => Some(4),
                    b'U' => Some(8),
                    _ => None,
                })?;
                self.make(Object::Text(text.into_iter().collect()))
            }
        }
    }

    /// STRING: Python 2's bytes as it prints them, `'ab\x00\n'`.
    fn string_line(&mut self) -> Result<(), Error> {
        let line = self.cursor.raw_line()?;
        let quoted = match line {
            [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => Some(inner),
            _ => None,
        };
        let inner = quoted.ok_or_else(|| unsupported("a string without quotes".into()))?;
        if !inner.contains(&b'\\') {
            return self.push(Value::Bytes(inner));
        }
        let text = unescaped(inner, |kind| (kind == b'x').then_some(2))?;
        let bytes = text.into_iter().map(|letter| u32::from(letter) as u8);
        let bytes = bytes.collect();
        self.make(Object::Bytes(bytes))
    }

    // ---- stack, marks, memo, objects

    fn push(&mut self, value: Value<'a>) -> Result<(), Error> {
        at_most(
            self.stack.len() + 1,
            COUNT_LIMIT,
            "values waiting on the stack",
        )?;
        self.stack.push(value);
        Ok(())
    }

    /// The topmost value above the last mark.
    fn pop(&mut self) -> Result<Value<'a>, Error> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(self.nothing_there());
        }
        self.stack.pop().ok_or_else(|| self.nothing_there())
    }

    fn nothing_there(&self) -> Error {
        unsupported(format!(
            "an instruction before byte {} finds nothing to work on",
            self.cursor.at()
        ))
    }

    fn mark(&mut self) -> Result<(), Error> {
        if self.marks.len() >= DEPTH_LIMIT {
            return Err(Error::PickleTooDeep { limit: DEPTH_LIMIT });
        }
        self.marks.push(self.stack.len());
        Ok(())
    }

    /// All values above the last mark, which goes too.
    fn pop_mark(&mut self) -> Result<Vec<Value<'a>>, Error> {
        let mark = self.marks.pop().ok_or_else(|| self.nothing_there())?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn memoize(&mut self, index: u32) -> Result<(), Error> {
        at_most(self.memo.len() + 1, COUNT_LIMIT, "remembered objects")?;
        let top = self
            .stack
            .last()
            .copied()
            .ok_or_else(|| self.nothing_there())?;
        self.memo.insert(index, top);
        Ok(())
    }

    fn recall(&mut self, index: u32) -> Result<(), Error> {
        let value = self.memo.get(&index).copied();
        let value = value.ok_or_else(|| {
            unsupported(format!("it refers to object {index}, which does not exist"))
        })?;
        self.push(value)
    }

    fn make(&mut self, object: Object<'a>) -> Result<(), Error> {
        at_most(self.objects.len() + 1, COUNT_LIMIT, "objects")?;
        let depth = match &object {
            Object::List(items) | Object::Tuple(items) => self.depth_of(items)?,
            _ => 1,
        };
        self.objects.push((object, depth));
        self.push(Value::Object(self.objects.len() - 1))
    }

    fn depth_of(&self, items: &[Value<'a>]) -> Result<usize, Error> {
        let inner = items.iter().filter_map(|item| match item {
            Value::Object(index) => self.objects.get(*index).map(|(_, depth)| *depth),
            _ => None,
        });
        let depth = 1 + inner.max().unwrap_or(0);
        if depth > DEPTH_LIMIT {
            return Err(Error::PickleTooDeep { limit: DEPTH_LIMIT });
        }
        Ok(depth)
    }

    fn tuple(&mut self, count: usize) -> Result<(), Error> {
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(self.pop()?);
        }
        items.reverse();
        self.make(Object::Tuple(items))
    }

    fn append(&mut self, items: Vec<Value<'a>>) -> Result<(), Error> {
        let added = self.depth_of(&items)?;
        let top = self
            .stack
            .last()
            .copied()
            .ok_or_else(|| self.nothing_there())?;
        let list = match top {
            Value::Object(index) => self.objects.get_mut(index),
            _ => None,
        };
        match list {
            Some((Object::List(list), depth)) => {
                // A list in the memo can be appended to itself without end.
                at_most(list.len() + items.len(), COUNT_LIMIT, "items in a list")?;
                list.extend(items);
                *depth = added.max(*depth);
                Ok(())
            }
            _ => Err(unsupported(
                "something is appended to what is no list".into(),
            )),
        }
    }

    // ---- globals, which are recognised and never called

    fn stack_global(&mut self) -> Result<(), Error> {
        let (name, module) = (self.pop()?, self.pop()?);
        let (Value::Text(module), Value::Text(name)) = (module, name) else {
            return Err(unsupported("a global whose name is no text".into()));
        };
        let global = Global::named(module, name)?;
        self.push(Value::Global(global))
    }

    fn reduce(&mut self) -> Result<(), Error> {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let Value::Global(global) = callable else {
            return Err(unsupported(format!(
                "{} is called",
                self.describe(callable)
            )));
        };
        let arguments = self.items(arguments).unwrap_or_default();
        let object = match (global, arguments) {
            // `_reconstruct(ndarray, (0,), b'b')`; shape and type are those of the empty array.
            (Global::Reconstruct, [Value::Global(Global::Ndarray), ..]) => Object::EmptyArray,
            // `dtype('f8', align=False, copy=True)`.
            (Global::Dtype, [name, ..]) => Object::Dtype(numpy::dtype(*name)?),
            // `_frombuffer(bytes, dtype, shape, 'C')`.
            (Global::FromBuffer, [data, dtype, shape, order]) => {
                let fortran = match text(*order) {
                    Some("C") => false,
                    Some("F") => true,
                    _ => return Err(global.unknown_call()),
                };
                self.filled(*shape, *dtype, fortran, *data)?
            }
            // `_codecs.encode('…', 'latin1')`: a byte for each character.
            (Global::Encode, [letters, code]) if text(*code) == Some("latin1") => {
                let letters = *letters;
                self.encoded(letters)?
            }
            _ => return Err(global.unknown_call()),
        };
        self.make(object)
    }

    fn encoded(&mut self, letters: Value<'a>) -> Result<Object<'a>, Error> {
        let letters = match (letters, self.object(letters)) {
            (Value::Text(text), _) => text,
            (_, Some(Object::Text(text))) => text.as_str(),
            _ => return Err(Global::Encode.unknown_call()),
        };
        let length = letters.chars().count();
        let spare = self.spare.checked_sub(length).ok_or(Error::TooLarge {
            what: "bytes of text, encoded again and again",
            claimed: length as u64,
            limit: self.spare as u64,
        })?;
        let bytes: Option<Vec<u8>> = letters
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).ok())
            .collect();
        let bytes = bytes.ok_or_else(|| unsupported("text that is no bytes".into()))?;
        self.spare = spare;
        Ok(Object::Bytes(bytes))
    }

    /// An array, its size checked against its bytes.
    fn filled(
        &self,
        shape: Value<'a>,
        dtype: Value<'a>,
        fortran: bool,
        data: Value<'a>,
    ) -> Result<Object<'a>, Error> {
        let (Some(shape), Some(Object::Dtype(dtype))) = (self.items(shape), self.object(dtype))
        else {
            return Err(unsupported(
                "an array without shape or type of number".into(),
            ));
        };
        let filled = Filled {
            shape: numpy::shape(shape)?,
            dtype: *dtype,
            fortran,
            data,
        };
        self.view(&filled)?;
        Ok(Object::Array(filled))
    }

    fn view<'s>(&'s self, filled: &Filled<'a>) -> Result<ArrayView<'s>, Error>
    where
        'a: 's,
    {
        let data: &[u8] = match (filled.data, self.object(filled.data)) {
            (Value::Bytes(bytes), _) => bytes,
            (_, Some(Object::Bytes(bytes))) => bytes,
            _ => {
                return Err(unsupported(
                    "an array whose numbers are not plain bytes".into(),
                ));
            }
        };
        let what = "an array in the pickle";
        ArrayView::new(what, &filled.shape, filled.dtype, filled.fortran, data)
    }

    fn build(&mut self) -> Result<(), Error> {
        let (state, target) = (self.pop()?, self.pop()?);
        let items = self.items(state).unwrap_or_default();
        let built = match (self.object(target), items) {
            (Some(Object::Dtype(dtype)), items) => Object::Dtype(numpy::with_state(*dtype, items)?),
            (Some(Object::EmptyArray), [_version, shape, dtype, Value::Bool(fortran), data]) => {
                self.filled(*shape, *dtype, *fortran, *data)?
            }
            _ => {
                return Err(unsupported(format!(
                    "{} is given a state",
                    self.describe(target)
                )));
            }
        };
        if let Value::Object(index) = target
            && let Some((object, _)) = self.objects.get_mut(index)
        {
            *object = built;
        }
        self.push(target)
    }

    // ---- looking at the result

    fn object(&self, value: Value<'a>) -> Option<&Object<'a>> {
        match value {
            Value::Object(index) => self.objects.get(index).map(|(object, _)| object),
            _ => None,
        }
    }

    /// The items of a list or tuple.
    pub(super) fn items(&self, value: Value<'a>) -> Option<&[Value<'a>]> {
        match self.object(value)? {
            Object::List(items) | Object::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// A filled array.
    pub(super) fn array(&self, value: Value<'a>) -> Option<ArrayView<'_>> {
        match self.object(value)? {
            Object::Array(filled) => self.view(filled).ok(),
            _ => None,
        }
    }

    /// A value with its article, for a sentence.
    pub(super) fn describe(&self, value: Value<'a>) -> String {
        match (value, self.object(value)) {
            (Value::None, _) => "None".into(),
            (Value::Bool(_), _) => "a truth value".into(),
            (Value::Int(number), _) => format!("the number {number}"),
            (Value::Text(text), _) => format!("the text {:?}", shortened(text)),
            (Value::Bytes(_), _) => "a string of bytes".into(),
            (Value::Global(global), _) => format!("`{}`", global.full_name()),
            (_, Some(Object::List(items))) => format!("a list of {}", items.len()),
            (_, Some(Object::Tuple(items))) => format!("a tuple of {}", items.len()),
            (_, Some(Object::Dtype(_))) => "a type of number".into(),
            (_, Some(Object::Array(array))) => format!("an array of shape {:?}", array.shape),
            (_, Some(Object::Text(text))) => format!("the text {:?}", shortened(text)),
            (_, Some(Object::Bytes(_))) => "a string of bytes".into(),
            _ => "an array without content".into(),
        }
    }
}

/// Characters of a line with escapes; `hex` says how many hexadecimal digits follow which letter.
fn unescaped(line: &[u8], hex: impl Fn(u8) -> Option<usize>) -> Result<Vec<char>, Error> {
    let wrong = || unsupported("text with an escape that means nothing".into());
    let mut letters = Vec::with_capacity(line.len());
    let mut rest = line;
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            letters.push(char::from(*first));
            continue;
        }
        let [kind, after @ ..] = after else {
            return Err(wrong());
        };
        rest = after;
        letters.push(match (hex(*kind), kind) {
            (Some(count), _) => {
                let (digits, after) = rest.split_at_checked(count).ok_or_else(wrong)?;
                rest = after;
                let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
                let code = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
                char::from_u32(code).ok_or_else(wrong)?
            }
            (None, b'n') => '\n',
            (None, b'r') => '\r',
            (None, b't') => '\t',
            (None, b'\\' | b'\'' | b'"') => char::from(*kind),
            _ => return Err(wrong()),
        });
    }
    Ok(letters)
}

fn at_most(count: usize, limit: usize, what: &'static str) -> Result<(), Error> {
    if count > limit {
        return Err(Error::TooLarge {
            what,
            claimed: count as u64,
            limit: limit as u64,
        });
    }
    Ok(())
}
