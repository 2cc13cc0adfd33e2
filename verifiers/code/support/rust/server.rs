//! The candidate's side: its function answers calls until the tester says goodbye.

use super::wire::{In, Out, Put, Take, Taken};
use std::any::Any;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// A function whose parameters and result can cross; `Arguments` is the tuple of their types.
pub trait Function<Arguments> {
    fn call(&self, from: &mut In) -> Taken<Out>;
}

macro_rules! functions {
    ($($count:literal: $($kind:ident)*;)*) => {$(
        impl<Code, Answer, $($kind),*> Function<($($kind,)*)> for Code
        where
            Code: Fn($($kind),*) -> Answer,
            Answer: Put,
            $($kind: Take),*
        {
            #[allow(non_snake_case)]
            fn call(&self, from: &mut In) -> Taken<Out> {
                from.exactly($count, "another number of arguments")?;
                $(
                    let $kind = $kind::take(from)?;
                    from.argument += 1;
                )*
                if from.open_map("no keywords")? != 0 {
                    return Err("no keyword arguments");
                }
                let changes = from.truth()? && from.changeable();
                from.end()?;
                // The answer may borrow from the arguments, and is gone when they are looked at again.
                Ok(answer(from, changes, |out| self($($kind),*).put(out)))
            }
        }
    )*};
}
functions! { 0: ; 1: A; 2: A B; 3: A B C; 4: A B C D; 5: A B C D E; 6: A B C D E F; 7: A B C D E F G; 8: A B C D E F G H; }

fn answer(from: &In, changes: bool, put: impl FnOnce(&mut Out)) -> Out {
    if !changes {
        let mut out = Out::new(b'R');
        put(&mut out);
        return out;
    }
    let mut out = Out::new(b'M');
    out.open(b't', 3);
    out.tag(b'N');
    put(&mut out);
    from.put_changeable(&mut out);
    out
}

/// Answer calls of a function by its name until the tester says goodbye; return the exit code.
pub fn serve<Arguments>(name: &str, function: impl Function<Arguments>) -> i32 {
    while let Some(mut message) = In::receive() {
        if message.kind == b'Q' {
            let number = message.integer().unwrap_or(3) as i32;
            return if Out::new(b'Q').send() { number } else { 3 };
        }
        let answered = catch_unwind(AssertUnwindSafe(|| {
            message.exactly(4, "a call")?;
            if message.text()? != name {
                return Err("a known function");
            }
            function.call(&mut message)
        }));
        let out = match answered {
            Ok(Ok(out)) => out,
            Ok(Err(due)) => exception("TypeError", due),
            Err(panic) => exception("panic", told(&*panic)),
        };
        if !out.send() {
            break;
        }
    }
    3
}

fn told(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(|text| text.as_str());
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a value that is no text")
}

/// An exception as Python's harness describes one: name, bases, known classes, text, arguments, attributes, place.
fn exception(name: &str, message: &str) -> Out {
    let mut out = Out::new(b'X');
    out.open(b't', 7);
    out.text(name);
    out.open(b'l', 0);
    out.open(b'l', 0);
    out.text(message);
    (message,).put(&mut out);
    out.open(b'm', 0);
    out.text("");
    out
}
