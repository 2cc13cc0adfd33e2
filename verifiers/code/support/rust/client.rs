//! The tests' side: a call of the solution, with the declared types.

use super::wire::{In, Out, Put, Take, Taken};
use std::sync::Mutex;

static WIRE: Mutex<()> = Mutex::new(()); // tests may run in several threads

/// An argument that the solution may change.
pub trait Change: Put {
    fn change(&mut self, from: &mut In) -> Taken<()>;
}

impl<T: Put + Take> Change for T {
    fn change(&mut self, from: &mut In) -> Taken<()> {
        *self = T::take(from)?;
        Ok(())
    }
}

/// A slice, which is no value of a known size, as an argument that may change.
pub struct Slice<'a, T>(pub &'a mut [T]);

impl<T: Put> Put for Slice<'_, T> {
    fn put(&self, out: &mut Out) {
        self.0.put(out);
    }
}

impl<T: Put + Take> Change for Slice<'_, T> {
    fn change(&mut self, from: &mut In) -> Taken<()> {
        let items: Vec<T> = Vec::take(from)?;
        if items.len() != self.0.len() {
            return Err("a slice of the same length");
        }
        self.0.iter_mut().zip(items).for_each(|(old, new)| *old = new);
        Ok(())
    }
}

/// An argument of a call.
pub enum Argument<'a> {
    Plain(&'a dyn Put),
    Changeable(&'a mut dyn Change),
}

impl Argument<'_> {
    fn put(&self, out: &mut Out) {
        match self {
            Argument::Plain(value) => value.put(out),
            Argument::Changeable(value) => value.put(out),
        }
    }
}

/// Call a function of the solution; panic where it does, and end all where its answer is not of the declared type.
pub fn call<R: Take>(name: &str, arguments: &mut [Argument]) -> R {
    let answered = {
        let _held = WIRE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        ask(name, arguments)
    };
    let mut answer = answered.unwrap_or_else(|| std::process::exit(1));
    if answer.kind == b'X' {
        panic!("{}", message(&mut answer).unwrap_or_default());
    }
    let result = read(&mut answer, arguments).unwrap_or_else(|due| malformed(due));
    std::mem::forget(answer); // the result may be a reference into it
    result
}

/// Tell that one more test held.
pub fn held() {
    Out::new(b'P').send();
}

fn ask(name: &str, arguments: &[Argument]) -> Option<In> {
    let mut out = Out::new(b'C');
    out.open(b't', 4);
    out.text(name);
    out.open(b't', arguments.len());
    arguments.iter().for_each(|argument| argument.put(&mut out));
    out.open(b'm', 0);
    arguments.iter().any(|argument| matches!(argument, Argument::Changeable(_))).put(&mut out);
    if out.send() { In::receive() } else { None }
}

fn message(answer: &mut In) -> Taken<String> {
    answer.open("an exception")?;
    answer.text()?;
    answer.open("bases")?;
    answer.open("known classes")?;
    answer.text()
}

fn read<R: Take>(answer: &mut In, arguments: &mut [Argument]) -> Taken<R> {
    let changes = answer.kind == b'M';
    if changes {
        answer.exactly(3, "an answer with changes")?;
        answer.none()?;
    }
    let result = R::take(answer)?;
    if changes {
        for _ in 0..answer.open_map("changed arguments")? {
            let index = usize::take(answer)?;
            match arguments.get_mut(index) {
                Some(Argument::Changeable(value)) => value.change(answer)?,
                _ => return Err("an argument that can change"),
            }
        }
    }
    answer.end()?;
    Ok(result)
}

fn malformed(due: &str) -> ! {
    let mut out = Out::new(b'E');
    due.put(&mut out);
    out.send();
    std::process::exit(1)
}
