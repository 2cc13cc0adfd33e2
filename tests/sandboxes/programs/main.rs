use std::{io, process};

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let (word, what) = line.trim().split_once(' ').unwrap();
    let mut kept = Vec::new();
    match word {
        "hello" => println!("hello {}", what),
        "loop" => loop {},
        "bomb" => loop { kept.push(vec![1u8; 1 << 20]); },
        _ => {
            process::Command::new("/bin/sleep").arg(what).spawn().unwrap();
            println!("spawned");
        }
    }
}
