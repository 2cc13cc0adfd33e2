//! How `dyn Any` crosses: the usual types with their names, any other as one that nobody knows.

use super::wire::{In, Out, Put, Take, Taken};
use std::any::Any;

struct Unknown;

macro_rules! known {
    ($($kind:ty)*) => {
        impl Put for dyn Any {
            fn put(&self, out: &mut Out) {
                $(
                    if let Some(value) = self.downcast_ref::<$kind>() {
                        (stringify!($kind), value).put(out);
                        return;
                    }
                )*
                ("unknown", ()).put(out);
            }
        }
        impl Take for Box<dyn Any> {
            fn take(from: &mut In) -> Taken<Box<dyn Any>> {
                from.exactly(2, "a value of any type")?;
                let name = from.text()?;
                $(
                    if name == stringify!($kind) {
                        return Ok(Box::new(<$kind>::take(from)?));
                    }
                )*
                from.none()?;
                Ok(Box::new(Unknown))
            }
        }
    };
}
known!(i32 i64 u8 u32 u64 usize f32 f64 bool char String &'static str);
