//! Tries to bring `serve` down: many connections with ordinary, slow, broken and huge requests.
//!
//! ```text
//! cargo build --release -p standfirst-web
//! target/release/load --seconds 600 --connections 64
//! ```
//!
//! Starts the server beside it, asks for digests and watches the server's memory. A quarter of the
//! connections misbehave: they send a byte at a time, stop in the middle, send what is no HTTP, or a
//! body without end. Ends with 1 where an ordinary request failed in another way than "too many wait",
//! took longer than 30 s, or the server held more than it may.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use fastrand::Rng;

/// Loads the server with good and bad requests.
#[derive(Debug, Parser)]
struct Args {
    /// How long
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Connections at a time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Of the draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The most that the server may hold, in MB
    #[arg(long, default_value_t = 1000)]
    most_mb: u64,
}

/// An ordinary answer that takes longer is a stall.
const STALL: Duration = Duration::from_secs(30);

const STORY: &str = "The council of Unterhamm will close the old bridge over the Velle on Monday for two \
    years. Engineers found cracks in two of its piers last week, Mayor Ida Brandt said. Traders in the old \
    town fear for their custom. More than 3,400 cars cross the bridge each day, and the next one is nine \
    kilometres upstream.\n\n";

/// What is said over and over in hostile bodies.
const UNITS: [&str; 8] = ["| »", "<b>", "\"(", "Mr. ", "文", "a. ", "<a b=c ", "&#1;\n"];

#[derive(Default)]
struct Counts {
    slow: AtomicUsize,
    broken: AtomicUsize,
    huge: AtomicUsize,
    waited: AtomicUsize,
}

/// The server, ended with this program.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let program = std::env::current_exe()?.with_file_name("serve");
    let mut server = Command::new(&program)
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    let said = server.stdout.take().context("the server says where it listens")?;
    let pid = server.id();
    let _server = Server(server);
    let mut line = String::new();
    BufReader::new(said).read_line(&mut line)?;
    let address: SocketAddr = line.trim().rsplit(' ').next().unwrap_or("").parse()?;

    let counts = Counts::default();
    let end = Instant::now() + Duration::from_secs(args.seconds);
    let memory = |name| figure(pid, name).unwrap_or(0);
    let (times, held) = thread::scope(|scope| {
        let workers: Vec<_> = (0..args.connections)
            .map(|number| {
                let mut rng = Rng::with_seed(args.seed + number as u64);
                let counts = &counts;
                scope.spawn(move || {
                    let mut times = Vec::new();
                    while Instant::now() < end {
                        if number % 4 == 3 {
                            // What becomes of them is not asked; the others must not notice.
                            let _ = misbehave(address, &mut rng, counts, end);
                        } else if let Some(time) = ordinary(address, &mut rng, counts)? {
                            times.push(time);
                        }
                    }
                    anyhow::Ok(times)
                })
            })
            .collect();
        let mut held = Vec::new();
        while Instant::now() < end {
            thread::sleep(Duration::from_secs(1));
            held.push(memory("VmRSS"));
        }
        let mut times = Vec::new();
        for worker in workers {
            times.extend(worker.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        anyhow::Ok((times, held))
    })?;

    let mut times: Vec<Duration> = times;
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len() - 1));
    ensure!(!times.is_empty(), "no request was answered");
    let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
    println!(
        "{} digests in {} s ({:.0}/s) on {} connections; {} told to wait; {} slow, {} broken, {} huge requests",
        times.len(),
        args.seconds,
        times.len() as f64 / args.seconds as f64,
        args.connections,
        count(&counts.waited),
        count(&counts.slow),
        count(&counts.broken),
        count(&counts.huge),
    );
    println!("answered in: median {:?}, p99 {:?}, most {:?}", at(0.5), at(0.99), times.last());
    let (middle, last) = (held.get(held.len() / 2), held.last());
    let most = memory("VmHWM");
    println!("server: {middle:?} KiB at half time, {last:?} at the end, {most} at most");
    ensure!(memory("VmRSS") > 0, "the server is gone");
    ensure!(times.last().is_none_or(|most| *most < STALL), "a request stalled");
    ensure!(most < args.most_mb * 1000, "the server held more than {} MB", args.most_mb);
    Ok(())
}

/// A figure of a process in KiB.
fn figure(pid: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(STALL))?;
    stream.set_write_timeout(Some(STALL))?;
    Ok(stream)
}

/// Posts a text and reads the answer: how long that took, or nothing where it was told to wait.
fn ordinary(
    address: SocketAddr,
    rng: &mut Rng,
    counts: &Counts,
) -> anyhow::Result<Option<Duration>> {
    let (kind, body) = match rng.u32(0..10) {
        0 => ("text/plain", UNITS[rng.usize(..UNITS.len())].repeat(rng.usize(1..20_000))),
        1 => ("text/html", UNITS[rng.usize(..UNITS.len())].repeat(rng.usize(1..20_000))),
        2 | 3 => ("text/html", format!("<h1>Bridge</h1><p>{}", STORY.repeat(rng.usize(1..20)))),
        _ => ("text/plain", STORY.repeat(rng.usize(1..40))),
    };
    let start = Instant::now();
    let mut stream = connect(address)?;
    write!(
        stream,
        "POST /digest HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {kind}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let status = answer.get(9..12).unwrap_or_default();
    if status == b"503" {
        counts.waited.fetch_add(1, Ordering::Relaxed);
        return Ok(None);
    }
    let shown = String::from_utf8_lossy(&answer);
    ensure!(status == b"200" || status == b"422", "an ordinary request was answered by {shown}");
    ensure!(shown.ends_with('}'), "an answer is not whole: {shown}");
    Ok(Some(start.elapsed()))
}

/// Sends what no honest client would.
fn misbehave(
    address: SocketAddr,
    rng: &mut Rng,
    counts: &Counts,
    end: Instant,
) -> anyhow::Result<()> {
    let mut stream = connect(address)?;
    let head = "POST /digest HTTP/1.1\r\nhost: x\r\ncontent-type: text/html\r\n";
    match rng.u32(0..6) {
        // A byte at a time, in the head or in the body, until the server has enough of it.
        0 | 1 => {
            counts.slow.fetch_add(1, Ordering::Relaxed);
            let whole = format!("{head}content-length: 100000\r\n\r\n");
            let at_once = if rng.bool() { whole.len() } else { 20 };
            stream.write_all(&whole.as_bytes()[..at_once])?;
            while Instant::now() < end {
                stream.write_all(b"a")?;
                thread::sleep(Duration::from_millis(200));
            }
        }
        2 => {
            counts.broken.fetch_add(1, Ordering::Relaxed);
            let noise: Vec<u8> = (0..rng.usize(1..5000)).map(|_| rng.u8(..)).collect();
            stream.write_all(&noise)?;
            let _ = stream.read_to_end(&mut Vec::new());
        }
        3 => {
            // Gone in the middle, or before the answer.
            counts.broken.fetch_add(1, Ordering::Relaxed);
            let said = rng.usize(1..20_000);
            write!(stream, "{head}content-length: {said}\r\n\r\n")?;
            stream.write_all(&vec![b'.'; rng.usize(..=said)])?;
        }
        4 => {
            counts.huge.fetch_add(1, Ordering::Relaxed);
            write!(stream, "{head}content-length: 10000000000\r\n\r\n")?;
            while Instant::now() < end {
                stream.write_all(&[b'<'; 65536])?;
            }
        }
        _ => {
            counts.huge.fetch_add(1, Ordering::Relaxed);
            write!(stream, "{head}transfer-encoding: chunked\r\n\r\n")?;
            while Instant::now() < end {
                write!(stream, "8000\r\n{}\r\n", "x".repeat(0x8000))?;
            }
        }
    }
    Ok(())
}
