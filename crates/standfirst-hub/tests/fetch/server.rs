//! A Hub of a few small files, on 127.0.0.1.
//!
//! Small files are answered where they are asked for, or after a redirect on the same server;
//! large ones (`Kind::Large`) after a redirect to a second server, as the real Hub's are, which
//! tells their size and SHA-256 before it. Faults are queued by path and used up one an answer.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sha2::{Digest, Sha256};

pub(crate) const REPOSITORY: &str = "org/tiny";
pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// No connection may be silent for longer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answered at once.
    Small,
    /// Answered after a redirect to another path of the same server.
    Moved,
    /// Kept on the second server.
    Large,
}

/// What goes wrong with one answer that carries a file's bytes.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The connection ends after so many bytes.
    Cut(usize),
    /// This status instead, with so many seconds in `Retry-After`.
    Status(u16, u64),
    /// All of it, whatever range was asked for.
    Whole,
    /// These bytes instead, honestly announced.
    Other(Vec<u8>),
    /// So many milliseconds of silence first.
    Slow(u64),
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// `hub` or `cdn`.
    pub(crate) server: &'static str,
    pub(crate) method: String,
    pub(crate) path: String,
    /// By their names in lower case.
    pub(crate) headers: HashMap<String, String>,
}

#[derive(Default)]
struct State {
    files: HashMap<String, (Kind, Vec<u8>)>,
    faults: HashMap<String, Vec<Fault>>,
    head_faults: HashMap<String, Vec<Fault>>,
    seen: Vec<Seen>,
    cdn: Option<SocketAddr>,
    repository: String,
    commit: String,
}

pub(crate) struct Hub {
    state: Arc<Mutex<State>>,
    main: Server,
    _cdn: Server,
}

impl Hub {
    pub(crate) fn new(files: &[(&str, Kind, &[u8])]) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let serve = |name: &'static str| {
            let state = Arc::clone(&state);
            Server::start(move |stream| answer(name, &state, stream))
        };
        let (main, cdn) = (serve("hub"), serve("cdn"));
        {
            let mut known = state.lock().unwrap();
            known.cdn = Some(cdn.address);
            (known.repository, known.commit) = (REPOSITORY.to_owned(), COMMIT.to_owned());
        }
        let hub = Self { state, main, _cdn: cdn };
        for (path, kind, bytes) in files {
            hub.put(path, *kind, bytes);
        }
        hub
    }

    /// The same server, of another repository.
    pub(crate) fn at(self, repository: &str) -> Self {
        repository.clone_into(&mut self.state.lock().unwrap().repository);
        self
    }

    /// From now on the repository's only commit.
    pub(crate) fn answer_for(&self, commit: &str) {
        commit.clone_into(&mut self.state.lock().unwrap().commit);
    }

    pub(crate) fn put(&self, path: &str, kind: Kind, bytes: &[u8]) {
        self.state.lock().unwrap().files.insert(path.to_owned(), (kind, bytes.to_vec()));
    }

    /// What goes wrong with the next answers that carry the file's bytes.
    pub(crate) fn fail(&self, path: &str, faults: &[Fault]) {
        self.state.lock().unwrap().faults.insert(path.to_owned(), faults.to_vec());
    }

    /// What goes wrong with the next answers about the file.
    pub(crate) fn fail_heads(&self, path: &str, faults: &[Fault]) {
        self.state.lock().unwrap().head_faults.insert(path.to_owned(), faults.to_vec());
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.main.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    /// The ranges of a file that were asked for where its bytes are, `all` where none was named.
    pub(crate) fn ranges(&self, path: &str) -> Vec<String> {
        let place = match self.state.lock().unwrap().files[path].0 {
            Kind::Small => format!("/resolve/{COMMIT}/{path}"),
            Kind::Moved => format!("/moved/{path}"),
            Kind::Large => format!("/cdn/{path}"),
        };
        let seen = self.seen().into_iter();
        seen.filter(|seen| seen.method == "GET" && seen.path.ends_with(&place))
            .map(|seen| seen.headers.get("range").cloned().unwrap_or_else(|| "all".to_owned()))
            .collect()
    }
}

/// A listener with a thread a connection, gone when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(
        handle: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&stop);
        let handle = Arc::new(handle);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                let (Ok(stream), handle) = (stream, Arc::clone(&handle)) else { continue };
                // A client that hangs up is no fault of the server's.
                thread::spawn(move || drop(patient(stream).and_then(|stream| handle(stream))));
            }
        });
        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn patient(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The request line and the headers.
fn request(stream: &TcpStream) -> io::Result<(String, String, HashMap<String, String>)> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok((method, path, headers))
}

/// One request, one answer.
fn answer(server: &'static str, state: &Mutex<State>, mut stream: TcpStream) -> io::Result<()> {
    let (method, path, headers) = request(&stream)?;
    let range = headers.get("range").cloned();
    let is_head = method == "HEAD";
    let mut known = state.lock().unwrap();
    known.seen.push(Seen { server, method, path: path.clone(), headers });
    let rest = if server == "cdn" {
        path.strip_prefix("/cdn/").map(|file| (file, true))
    } else if let Some(file) = path.strip_prefix("/moved/") {
        Some((file, true))
    } else {
        let repository = &known.repository;
        let revision = |name: &str| path.strip_prefix(&format!("/{repository}/resolve/{name}/"));
        revision(&known.commit).or_else(|| revision("main")).map(|file| (file, false))
    };
    let found = rest.and_then(|(file, is_moved)| {
        let (kind, bytes) = known.files.get(file)?.clone();
        Some((file.to_owned(), is_moved, kind, bytes))
    });
    let Some((file, is_moved, kind, bytes)) = found else {
        return stream.write_all(
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    };
    let etag = if kind == Kind::Large { sha256(&bytes) } else { sha256(&bytes)[..40].to_owned() };
    let head = format!("X-Repo-Commit: {}\r\nConnection: close\r\n", known.commit);
    if !is_moved && kind != Kind::Small {
        let to = match kind {
            Kind::Large => format!("http://{}/cdn/{file}", known.cdn.unwrap()),
            _ => format!("/moved/{file}"),
        };
        let linked = match kind {
            Kind::Large => {
                format!("X-Linked-ETag: \"{etag}\"\r\nX-Linked-Size: {}\r\n", bytes.len())
            }
            _ => String::new(),
        };
        let faults = known.head_faults.entry(file).or_default();
        let fault = (is_head && !faults.is_empty()).then(|| faults.remove(0));
        drop(known);
        return match fault {
            Some(fault) => faulty(stream, &fault),
            None => write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {to}\r\n{linked}{head}Content-Length: 0\r\n\r\n"
            ),
        };
    }
    let faults = if is_head { &mut known.head_faults } else { &mut known.faults };
    let faults = faults.entry(file).or_default();
    let fault = (!faults.is_empty()).then(|| faults.remove(0));
    drop(known);
    if let Some(fault @ Fault::Status(..)) = &fault {
        return faulty(stream, fault);
    }
    let (mut bytes, mut range) = (bytes, range);
    let mut cut = usize::MAX;
    match fault {
        Some(Fault::Cut(at)) => cut = at,
        Some(Fault::Whole) => range = None,
        Some(Fault::Other(other)) => bytes = other,
        Some(Fault::Slow(wait)) => thread::sleep(Duration::from_millis(wait)),
        _ => {}
    }
    let total = bytes.len();
    let start = range
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let status = match start {
        Some(start) if start >= total => {
            return write!(
                stream,
                "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{total}\r\n{head}\
                 Content-Length: 0\r\n\r\n"
            );
        }
        Some(start) => {
            bytes.drain(..start);
            format!("206 Partial Content\r\nContent-Range: bytes {start}-{}/{total}", total - 1)
        }
        None => "200 OK".to_owned(),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nETag: \"{etag}\"\r\n{head}Content-Length: {}\r\n\r\n",
        bytes.len()
    )?;
    if !is_head {
        stream.write_all(&bytes[..bytes.len().min(cut)])?;
    }
    Ok(())
}

fn faulty(mut stream: TcpStream, fault: &Fault) -> io::Result<()> {
    let Fault::Status(status, wait) = fault else { panic!("{fault:?} has no head") };
    write!(
        stream,
        "HTTP/1.1 {status} Fault\r\nRetry-After: {wait}\r\nConnection: close\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

/// A proxy that tunnels, and remembers to where.
pub(crate) struct Tunnel {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    pub(crate) fn new() -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let remembered = Arc::clone(&asked);
        let server = Server::start(move |mut stream| {
            let (method, target, _) = request(&stream)?;
            remembered.lock().unwrap().push(format!("{method} {target}"));
            let far = patient(TcpStream::connect(&target)?)?;
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            let (mut there, mut back) = (far.try_clone()?, stream.try_clone()?);
            let (mut from_far, mut from_near) = (far, stream);
            let up = thread::spawn(move || io::copy(&mut from_near, &mut there));
            io::copy(&mut from_far, &mut back)?;
            back.shutdown(std::net::Shutdown::Both)?;
            drop(up.join());
            Ok(())
        });
        Self { server, asked }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.server.address)
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
