//! The wire in Rust: plain values to bytes and back. The format is described in harness/encode.py.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fs::File;
use std::hash::Hash;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::os::unix::io::FromRawFd;

const MAX_FRAME: usize = 16 << 20;

/// What is due where the bytes hold no value of the type.
pub type Taken<T> = Result<T, &'static str>;

fn socket() -> ManuallyDrop<File> {
    ManuallyDrop::new(unsafe { File::from_raw_fd(3) })
}

/// A message on its way out.
pub struct Out(Vec<u8>);

impl Out {
    pub fn new(kind: u8) -> Out {
        Out(vec![0, 0, 0, 0, kind])
    }

    pub fn tag(&mut self, tag: u8) {
        self.0.push(tag);
    }

    /// A container: l list, t tuple, m mapping; or what else has a length.
    pub fn open(&mut self, tag: u8, count: usize) {
        self.0.push(tag);
        self.0.extend((count as u32).to_be_bytes());
    }

    pub fn text(&mut self, text: &str) {
        self.open(b's', text.len());
        self.0.extend(text.as_bytes());
    }

    pub fn integer(&mut self, value: i128) {
        if let Ok(small) = i64::try_from(value) {
            self.0.push(b'i');
            self.0.extend(small.to_be_bytes());
        } else {
            self.open(b'I', 16);
            self.0.extend(value.to_be_bytes());
        }
    }

    pub fn real(&mut self, value: f64) {
        self.0.push(b'f');
        self.0.extend(value.to_be_bytes());
    }

    pub fn send(mut self) -> bool {
        let length = (self.0.len() - 4) as u32;
        self.0[..4].copy_from_slice(&length.to_be_bytes());
        socket().write_all(&self.0).is_ok()
    }
}

/// A message that came in, with what was read as a reference: it lives as long.
pub struct In {
    pub kind: u8,
    pub argument: i128, // the number of the argument that is being read
    data: Vec<u8>,
    at: usize,
    packed: (usize, u8),
    kept: Vec<Kept>,
}

struct Kept {
    value: *mut dyn Put,
    changeable: Option<i128>, // the number of the argument
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(unsafe { Box::from_raw(self.value) });
    }
}

impl In {
    /// Wait for the next message; nothing where the other end hung up.
    pub fn receive() -> Option<In> {
        let mut head = [0; 4];
        socket().read_exact(&mut head).ok()?;
        let size = u32::from_be_bytes(head) as usize;
        if size < 1 || size > MAX_FRAME {
            return None;
        }
        let mut data = vec![0; size];
        socket().read_exact(&mut data).ok()?;
        Some(In { kind: data[0], argument: 0, data, at: 1, packed: (0, 0), kept: vec![] })
    }

    /// Keep a value for references to it, whose lifetime the caller makes fit.
    fn keep<'a, T: Put + 'a>(&mut self, value: T, changeable: bool) -> *mut T {
        let pointer = Box::into_raw(Box::new(value));
        let value: *mut (dyn Put + 'a) = pointer;
        let value: *mut (dyn Put + 'static) = unsafe { std::mem::transmute(value) };
        self.kept.push(Kept { value, changeable: changeable.then_some(self.argument) });
        pointer
    }

    /// Put the arguments that may have changed, each by its number; or tell that there are none.
    pub fn changeable(&self) -> bool {
        self.kept.iter().any(|kept| kept.changeable.is_some())
    }

    pub fn put_changeable(&self, out: &mut Out) {
        let kept: Vec<_> = self.kept.iter().filter_map(|kept| Some((kept.changeable?, kept.value))).collect();
        out.open(b'm', kept.len());
        for (number, value) in kept {
            out.integer(number);
            unsafe { (*value).put(out) };
        }
    }

    fn take(&mut self, size: usize) -> Taken<&[u8]> {
        let end = self.at.checked_add(size).filter(|end| *end <= self.data.len()).ok_or("more bytes")?;
        let start = std::mem::replace(&mut self.at, end);
        Ok(&self.data[start..end])
    }

    fn count(&mut self) -> Taken<usize> {
        let bytes = self.take(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    }

    fn eight(&mut self) -> Taken<[u8; 8]> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.take(8)?);
        Ok(bytes)
    }

    pub fn peek(&self) -> u8 {
        match self.packed {
            (0, _) => self.data.get(self.at).copied().unwrap_or(0),
            (_, tag) => tag,
        }
    }

    fn tag(&mut self) -> Taken<u8> {
        if self.packed.0 > 0 {
            self.packed.0 -= 1;
            return Ok(self.packed.1);
        }
        Ok(self.take(1)?[0])
    }

    /// A list, tuple or set: how many items follow.
    pub fn open(&mut self, due: &'static str) -> Taken<usize> {
        let tag = self.tag()?;
        if !b"ltSZqD".contains(&tag) {
            return Err(due);
        }
        let count = self.count()?;
        if count > self.data.len() - self.at {
            return Err(due);
        }
        if tag == b'q' || tag == b'D' {
            self.packed = (count, if tag == b'q' { b'i' } else { b'f' });
        }
        Ok(count)
    }

    pub fn exactly(&mut self, count: usize, due: &'static str) -> Taken<()> {
        if self.open(due)? == count { Ok(()) } else { Err(due) }
    }

    pub fn open_map(&mut self, due: &'static str) -> Taken<usize> {
        if self.tag()? == b'm' { self.count() } else { Err(due) }
    }

    pub fn text(&mut self) -> Taken<String> {
        if self.tag()? != b's' {
            return Err("a string");
        }
        let size = self.count()?;
        String::from_utf8(self.take(size)?.to_vec()).map_err(|_| "a string")
    }

    pub fn integer(&mut self) -> Taken<i128> {
        match self.tag()? {
            b'T' => Ok(1),
            b'F' => Ok(0),
            b'i' => Ok(i64::from_be_bytes(self.eight()?) as i128),
            b'I' => {
                let size = self.count()?;
                let bytes = self.take(size)?;
                if size == 0 || size > 16 {
                    return Err("an integer of 128 bits");
                }
                let start = if bytes[0] >= 0x80 { -1 } else { 0 };
                Ok(bytes.iter().fold(start, |value, byte| value << 8 | *byte as i128))
            }
            b'f' => {
                let value = f64::from_be_bytes(self.eight()?);
                if value.fract() == 0.0 && value.abs() < 1e18 { Ok(value as i128) } else { Err("an integer") }
            }
            _ => Err("an integer"),
        }
    }

    pub fn real(&mut self) -> Taken<f64> {
        match self.peek() {
            b'i' => Ok(self.integer()? as f64),
            b'f' => {
                self.tag()?;
                Ok(f64::from_be_bytes(self.eight()?))
            }
            _ => Err("a number"),
        }
    }

    pub fn truth(&mut self) -> Taken<bool> {
        match self.tag()? {
            b'T' => Ok(true),
            b'F' => Ok(false),
            _ => Err("a bool"),
        }
    }

    pub fn none(&mut self) -> Taken<()> {
        if self.tag()? == b'N' { Ok(()) } else { Err("nothing") }
    }

    pub fn end(&self) -> Taken<()> {
        if self.at == self.data.len() { Ok(()) } else { Err("the end of the message") }
    }
}

/// A value that can be sent.
pub trait Put {
    fn put(&self, out: &mut Out);
}

/// A value that can be read.
pub trait Take: Sized {
    fn take(from: &mut In) -> Taken<Self>;
}

macro_rules! integers {
    ($($kind:ty)*) => {$(
        impl Put for $kind {
            fn put(&self, out: &mut Out) {
                out.integer(i128::try_from(*self).expect("an integer of 127 bits"));
            }
        }
        impl Take for $kind {
            fn take(from: &mut In) -> Taken<$kind> {
                <$kind>::try_from(from.integer()?).map_err(|_| "an integer that its type can hold")
            }
        }
    )*};
}
integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! values {
    ($($kind:ty, $value:ident, $out:ident => $put:expr, $from:ident => $take:expr;)*) => {$(
        impl Put for $kind {
            fn put(&self, $out: &mut Out) {
                let $value = self;
                $put
            }
        }
        impl Take for $kind {
            fn take($from: &mut In) -> Taken<$kind> {
                $take
            }
        }
    )*};
}
values! {
    bool, value, out => out.tag(if *value { b'T' } else { b'F' }), from => from.truth();
    f64, value, out => out.real(*value), from => from.real();
    f32, value, out => out.real(near(*value)), from => Ok(from.real()? as f32);
    char, value, out => out.text(value.encode_utf8(&mut [0; 4])), from => one(&from.text()?);
    String, value, out => out.text(value), from => from.text();
    (), _value, out => out.tag(b'N'), from => from.none();
}

/// The shortest decimal fraction that is this float: 0.1f32 crosses as 0.1.
fn near(value: f32) -> f64 {
    let near: f64 = value.to_string().parse().unwrap_or(value as f64);
    if near as f32 == value { near } else { value as f64 }
}

fn one(text: &str) -> Taken<char> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err("one character"),
    }
}

impl Put for str {
    fn put(&self, out: &mut Out) {
        out.text(self);
    }
}

impl<'a> Take for &'a str {
    fn take(from: &mut In) -> Taken<&'a str> {
        let text = from.text()?;
        Ok(unsafe { &*from.keep(text, false) })
    }
}

impl<'a, T: Put + Take> Take for &'a T {
    fn take(from: &mut In) -> Taken<&'a T> {
        let value = T::take(from)?;
        Ok(unsafe { &*from.keep(value, false) })
    }
}

impl<'a, T: Put + Take> Take for &'a mut T {
    fn take(from: &mut In) -> Taken<&'a mut T> {
        let value = T::take(from)?;
        Ok(unsafe { &mut *from.keep(value, true) })
    }
}

impl<'a, T: Put + Take> Take for &'a [T] {
    fn take(from: &mut In) -> Taken<&'a [T]> {
        let value: Vec<T> = Vec::take(from)?;
        Ok(unsafe { &*from.keep(value, false) })
    }
}

impl<'a, T: Put + Take> Take for &'a mut [T] {
    fn take(from: &mut In) -> Taken<&'a mut [T]> {
        let value: Vec<T> = Vec::take(from)?;
        Ok(unsafe { &mut *from.keep(value, true) })
    }
}

impl<'a> Take for &'a dyn Any {
    fn take(from: &mut In) -> Taken<&'a dyn Any> {
        let value: Box<dyn Any> = Take::take(from)?;
        Ok(unsafe { &**from.keep(value, false) })
    }
}

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, out: &mut Out) {
        (**self).put(out);
    }
}

impl<T: Put + ?Sized> Put for &mut T {
    fn put(&self, out: &mut Out) {
        (**self).put(out);
    }
}

impl<T: Put + ?Sized> Put for Box<T> {
    fn put(&self, out: &mut Out) {
        (**self).put(out);
    }
}

impl<T: Take> Take for Box<T> {
    fn take(from: &mut In) -> Taken<Box<T>> {
        Ok(Box::new(T::take(from)?))
    }
}

fn put_all<'a, T: Put + 'a>(count: usize, items: impl Iterator<Item = &'a T>, out: &mut Out) {
    out.open(b'l', count);
    items.for_each(|item| item.put(out));
}

fn take_all<T: Take, C: FromIterator<T>>(from: &mut In) -> Taken<C> {
    let count = from.open("a list")?;
    (0..count).map(|_| T::take(from)).collect()
}

impl<T: Put> Put for [T] {
    fn put(&self, out: &mut Out) {
        put_all(self.len(), self.iter(), out);
    }
}

impl<T: Put, const N: usize> Put for [T; N] {
    fn put(&self, out: &mut Out) {
        self[..].put(out);
    }
}

impl<T: Take, const N: usize> Take for [T; N] {
    fn take(from: &mut In) -> Taken<[T; N]> {
        <[T; N]>::try_from(Vec::take(from)?).map_err(|_| "a list of another length")
    }
}

macro_rules! collections {
    ($($kind:ident: $($bound:path),*;)*) => {$(
        impl<T: Put> Put for $kind<T> {
            fn put(&self, out: &mut Out) {
                put_all(self.len(), self.iter(), out);
            }
        }
        impl<T: Take $(+ $bound)*> Take for $kind<T> {
            fn take(from: &mut In) -> Taken<$kind<T>> {
                take_all(from)
            }
        }
    )*};
}
collections! { Vec:; VecDeque:; HashSet: Eq, Hash; BTreeSet: Ord; }

macro_rules! mappings {
    ($($kind:ident: $($bound:path),*;)*) => {$(
        impl<K: Put, V: Put> Put for $kind<K, V> {
            fn put(&self, out: &mut Out) {
                out.open(b'm', self.len());
                for (key, value) in self {
                    key.put(out);
                    value.put(out);
                }
            }
        }
        impl<K: Take $(+ $bound)*, V: Take> Take for $kind<K, V> {
            fn take(from: &mut In) -> Taken<$kind<K, V>> {
                let count = from.open_map("a mapping")?;
                (0..count).map(|_| Ok((K::take(from)?, V::take(from)?))).collect()
            }
        }
    )*};
}
mappings! { HashMap: Eq, Hash; BTreeMap: Ord; }

impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut Out) {
        match self {
            Some(value) => value.put(out),
            None => out.tag(b'N'),
        }
    }
}

impl<T: Take> Take for Option<T> {
    fn take(from: &mut In) -> Taken<Option<T>> {
        if from.peek() == b'N' { from.none().map(|_| None) } else { T::take(from).map(Some) }
    }
}

impl<T: Put, E: Put> Put for Result<T, E> {
    fn put(&self, out: &mut Out) {
        match self {
            Ok(value) => ("Ok", value).put(out),
            Err(error) => ("Err", error).put(out),
        }
    }
}

impl<T: Take, E: Take> Take for Result<T, E> {
    fn take(from: &mut In) -> Taken<Result<T, E>> {
        from.exactly(2, "a result")?;
        match from.text()?.as_str() {
            "Ok" => T::take(from).map(Ok),
            "Err" => E::take(from).map(Err),
            _ => Err("a result"),
        }
    }
}

macro_rules! tuples {
    ($($count:literal: $($kind:ident)*;)*) => {$(
        impl<$($kind: Put),*> Put for ($($kind,)*) {
            #[allow(non_snake_case)]
            fn put(&self, out: &mut Out) {
                let ($($kind,)*) = self;
                out.open(b't', $count);
                $($kind.put(out);)*
            }
        }
        impl<$($kind: Take),*> Take for ($($kind,)*) {
            fn take(from: &mut In) -> Taken<($($kind,)*)> {
                from.exactly($count, "a tuple of another length")?;
                Ok(($($kind::take(from)?,)*))
            }
        }
    )*};
}
tuples! { 1: A; 2: A B; 3: A B C; 4: A B C D; 5: A B C D E; 6: A B C D E F; 7: A B C D E F G; 8: A B C D E F G H; }
