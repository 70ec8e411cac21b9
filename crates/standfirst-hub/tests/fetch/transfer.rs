//! From the server to the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use hf_hub::{Cache, Repo, RepoType};
use standfirst_hub::{
    DESCRIPTION, Entry, Error, Fetched, LOCK, Lock, ModelFile, Order, Proxies, Result, Settings,
    check, fetch, find,
};
use tempfile::TempDir;

use crate::server::{COMMIT, Fault, Hub, Kind, REPOSITORY, Tunnel, sha256};

const CONFIG: &[u8] = b"{\"model_type\": \"bert\"}\n";
const POOLING: &[u8] = b"{\"pooling_mode_mean_tokens\": true}\n";
/// The file that the tests cut and change.
const WEIGHTS: &str = "model.safetensors";

fn weights() -> Vec<u8> {
    (0..200_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

/// An error with its causes.
fn whole(error: Error) -> String {
    format!("{:#}", anyhow::Error::from(error))
}

/// A little model: an entry, a server that has it, a cache of its own.
struct Case {
    hub: Hub,
    entry: Entry,
    settings: Settings,
    cache: TempDir,
}

impl Case {
    /// Every file is pinned by the entry.
    fn new() -> Self {
        let (weights, kinds) = (weights(), [Kind::Small, Kind::Moved, Kind::Large]);
        let files = [("config.json", CONFIG), ("1_Pooling/config.json", POOLING)];
        let files: Vec<(&str, &[u8])> =
            files.into_iter().chain([(WEIGHTS, &weights[..])]).collect();
        let hosted: Vec<_> =
            files.iter().zip(kinds).map(|((path, bytes), kind)| (*path, kind, *bytes)).collect();
        let hub = Hub::new(&hosted);
        let mut entry = find("all-minilm-l6-v2").unwrap().clone();
        entry.repository = REPOSITORY.to_owned();
        entry.revision = COMMIT.to_owned();
        let like = entry.files[0].clone();
        entry.files = files
            .iter()
            .map(|(path, bytes)| {
                let mut file = like.clone();
                file.path = (*path).to_owned();
                file.size_bytes = Some(bytes.len() as u64);
                file.sha256 = Some(sha256(bytes));
                file
            })
            .collect();
        let cache = tempfile::tempdir().unwrap();
        let home = cache.path().display().to_string();
        let endpoint = hub.endpoint();
        let var = move |name: &str| match name {
            "HF_HOME" => Some(home.clone()),
            "HF_ENDPOINT" => Some(endpoint.clone()),
            _ => None,
        };
        let mut settings = Settings::from_vars(var, None).unwrap();
        settings.first_wait = Duration::from_millis(1);
        settings.patience = Duration::from_secs(5);
        Self { hub, entry, settings, cache }
    }

    /// The entry knows no sizes and no hashes.
    fn unpinned() -> Self {
        let mut case = Self::new();
        for file in &mut case.entry.files {
            (file.size_bytes, file.sha256) = (None, None);
        }
        case
    }

    fn file(&mut self, path: &str) -> &mut ModelFile {
        self.entry.files.iter_mut().find(|file| file.path == path).unwrap()
    }

    fn order(&self) -> Order<'_> {
        Order { entry: &self.entry, revision: &self.entry.revision, force: false }
    }

    fn fetch(&self) -> Result<Fetched> {
        fetch(&self.settings, self.order(), &())
    }

    fn again(&self) -> Result<Fetched> {
        fetch(&self.settings, Order { force: true, ..self.order() }, &())
    }

    /// A fetch that fails, with a message that says each of `expected`.
    fn check_refused(&self, expected: &[&str]) {
        let error = match self.fetch() {
            Ok(fetched) => panic!("fetched {fetched:?}"),
            Err(error) => whole(error),
        };
        for part in expected {
            assert!(error.contains(part), "expected {part:?} in: {error}");
        }
    }

    fn repository(&self) -> PathBuf {
        self.cache.path().join("hub/models--org--tiny")
    }

    fn snapshot(&self) -> PathBuf {
        self.repository().join("snapshots").join(COMMIT)
    }

    fn weights_in(&self, folder: &Path) -> Vec<u8> {
        fs::read(folder.join(WEIGHTS)).unwrap()
    }

    /// The names in `blobs`: contents that are there, and parts of such.
    fn blobs(&self) -> Vec<String> {
        let entries = fs::read_dir(self.repository().join("blobs")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    fn part(&self) -> PathBuf {
        self.repository().join("blobs").join(format!("{}.part", sha256(&weights())))
    }
}

#[test]
fn a_fetched_model_lies_where_the_hubs_tools_look() {
    let case = Case::new();
    let fetched = case.fetch().unwrap();
    assert_eq!((fetched.folder.as_path(), fetched.transferred), (case.snapshot().as_path(), 3));
    assert_eq!(case.weights_in(&fetched.folder), weights());
    assert_eq!(fs::read(fetched.folder.join("1_Pooling/config.json")).unwrap(), POOLING);
    let repo = Repo::with_revision(REPOSITORY.to_owned(), RepoType::Model, COMMIT.to_owned());
    let theirs = Cache::new(case.settings.cache.folder().to_owned()).repo(repo);
    for file in &case.entry.files {
        assert_eq!(theirs.get(&file.path), Some(fetched.folder.join(&file.path)));
    }
    #[cfg(unix)]
    for (path, depth) in [(WEIGHTS, "../../blobs"), ("1_Pooling/config.json", "../../../blobs")] {
        let target = fs::read_link(fetched.folder.join(path)).unwrap();
        assert!(target.starts_with(depth) && target.is_relative(), "{}", target.display());
    }
}

#[test]
fn a_fetched_folder_says_what_it_is() {
    let case = Case::new();
    let fetched = case.fetch().unwrap();
    let description = fs::read_to_string(fetched.folder.join(DESCRIPTION)).unwrap();
    assert_eq!(description, case.entry.description());
    let lock = Lock::read(&fetched.folder).unwrap().unwrap();
    assert_eq!((lock.repository.as_str(), lock.revision.as_str()), (REPOSITORY, COMMIT));
    assert_eq!(lock.files, case.entry.files);
    assert_eq!(lock, fetched.lock);
}

#[test]
fn what_is_there_and_whole_is_not_asked_for_again() {
    for case in [Case::new(), Case::unpinned()] {
        case.fetch().unwrap();
        let before = case.hub.seen().len();
        let fetched = case.fetch().unwrap();
        assert_eq!((fetched.transferred, case.hub.seen().len()), (0, before));
    }
}

#[test]
fn only_what_is_missing_is_transferred() {
    let case = Case::new();
    case.fetch().unwrap();
    fs::remove_file(case.snapshot().join("1_Pooling/config.json")).unwrap();
    assert_eq!(case.fetch().unwrap().transferred, 0, "the content is still there");
    fs::remove_file(case.snapshot().join("1_Pooling/config.json")).unwrap();
    fs::remove_file(case.repository().join("blobs").join(&sha256(POOLING)[..40])).unwrap();
    assert_eq!(case.fetch().unwrap().transferred, 1);
    assert_eq!(case.hub.ranges(WEIGHTS), ["all"]);
}

#[test]
fn a_cut_transfer_continues_where_it_was_cut() {
    let case = Case::new();
    case.hub.fail(WEIGHTS, &[Fault::Cut(300_000), Fault::Cut(100_000)]);
    let fetched = case.fetch().unwrap();
    assert_eq!(case.weights_in(&fetched.folder), weights());
    assert_eq!(case.hub.ranges(WEIGHTS), ["all", "bytes=300000-", "bytes=400000-"]);
}

#[test]
fn a_later_run_continues_what_an_earlier_one_left() {
    let mut case = Case::new();
    case.settings.tries = 1;
    case.hub.fail(WEIGHTS, &[Fault::Cut(500_000)]);
    case.check_refused(&[WEIGHTS, "cut off after 500000", "the same command continues there"]);
    assert_eq!(fs::read(case.part()).unwrap(), weights()[..500_000]);
    assert!(!case.snapshot().join(WEIGHTS).exists(), "a part is not a file");
    let fetched = case.fetch().unwrap();
    assert_eq!(case.weights_in(&fetched.folder), weights());
    assert_eq!(case.hub.ranges(WEIGHTS), ["all", "bytes=500000-"]);
    assert!(!case.part().exists());
}

#[test]
fn a_part_that_is_whole_already_is_only_checked() {
    let case = Case::new();
    fs::create_dir_all(case.part().parent().unwrap()).unwrap();
    fs::write(case.part(), weights()).unwrap();
    case.fetch().unwrap();
    assert_eq!(case.hub.ranges(WEIGHTS), [""; 0]);
}

#[test]
fn a_part_that_does_not_fit_is_thrown_away() {
    let longer = [weights(), vec![0; 9]].concat();
    for (part, ranges) in [
        (vec![7; 1000], &["bytes=1000-", "all"][..]),
        (vec![7; weights().len()], &["all"][..]),
        (longer, &["all"][..]),
    ] {
        let case = Case::new();
        fs::create_dir_all(case.part().parent().unwrap()).unwrap();
        fs::write(case.part(), part).unwrap();
        let fetched = case.fetch().unwrap();
        assert_eq!(case.weights_in(&fetched.folder), weights());
        assert_eq!(case.hub.ranges(WEIGHTS), ranges);
    }
}

#[test]
fn a_server_that_does_not_continue_files_starts_again() {
    let case = Case::new();
    case.hub.fail(WEIGHTS, &[Fault::Cut(1000), Fault::Whole]);
    let fetched = case.fetch().unwrap();
    assert_eq!(case.weights_in(&fetched.folder), weights());
    assert_eq!(case.hub.ranges(WEIGHTS), ["all", "bytes=1000-"]);
}

#[test]
fn a_file_with_a_wrong_hash_is_removed_and_named() {
    let case = Case::new();
    let mut wrong = weights();
    wrong[12345] ^= 1;
    case.hub.fail(WEIGHTS, &[Fault::Other(wrong.clone())]);
    let (found, expected) = (sha256(&wrong), sha256(&weights()));
    case.check_refused(&[WEIGHTS, "was removed", &found, &expected, "sha256"]);
    assert!(!case.snapshot().join(WEIGHTS).exists());
    assert!(case.blobs().iter().all(|name| !name.starts_with(&expected)), "{:?}", case.blobs());
}

#[test]
fn a_hash_that_the_server_announces_wrong_is_refused_before_anything_is_fetched() {
    let mut case = Case::new();
    case.file(WEIGHTS).sha256 = Some("0".repeat(64));
    case.check_refused(&[
        WEIGHTS,
        "the server says sha256",
        &"0".repeat(64),
        "nothing was fetched",
    ]);
    assert_eq!(case.hub.ranges(WEIGHTS), [""; 0]);
}

#[test]
fn a_size_that_the_server_announces_wrong_is_refused_before_anything_is_fetched() {
    for (bytes, says) in
        [(&CONFIG[1..], "bytes 22, expected 23"), (b"{}  {}  {}  {}  {}  {}  ", "24")]
    {
        let case = Case::new();
        case.hub.put("config.json", Kind::Small, bytes);
        case.check_refused(&["config.json", says, "nothing was fetched"]);
        assert_eq!(case.hub.ranges("config.json"), [""; 0]);
    }
}

#[test]
fn a_file_longer_than_announced_is_not_kept() {
    let case = Case::new();
    case.hub.fail(WEIGHTS, &[Fault::Other([weights(), vec![1; 70_000]].concat())]);
    case.check_refused(&[WEIGHTS, "is too long", "800000 bytes expected"]);
    assert!(!case.part().exists() && !case.snapshot().join(WEIGHTS).exists());
}

#[test]
fn a_file_shorter_than_announced_is_asked_for_to_its_end() {
    let case = Case::new();
    case.hub.fail(WEIGHTS, &vec![Fault::Other(weights()[..700_000].to_vec()); 20]);
    case.check_refused(&[WEIGHTS, "5 tries"]);
    assert!(!case.snapshot().join(WEIGHTS).exists());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let mut case = Case::new();
    case.file(WEIGHTS).path = "rust_model.ot".to_owned();
    case.check_refused(&["org/tiny", "rust_model.ot", COMMIT, "404"]);
}

#[test]
fn a_file_that_can_be_done_without_may_be_missing() {
    let mut case = Case::unpinned();
    let mut extra = case.entry.files[0].clone();
    extra.path = "tokenizer.json".to_owned();
    extra.optional = true;
    case.entry.files.push(extra);
    let fetched = case.fetch().unwrap();
    assert_eq!(fetched.lock.files.len(), 3);
    assert_eq!(case.fetch().unwrap().transferred, 0);
}

#[test]
fn a_private_repository_says_what_to_do() {
    for status in [401, 403] {
        let case = Case::new();
        case.hub.fail_heads("config.json", &[Fault::Status(status, 0)]);
        case.check_refused(&["config.json", &status.to_string(), "HF_TOKEN"]);
        assert_eq!(case.hub.seen().len(), 1, "asking again does not help");
    }
}

#[test]
fn a_busy_server_is_asked_again() {
    let case = Case::new();
    let busy = [Fault::Status(429, 0), Fault::Status(503, 0)];
    case.hub.fail_heads("config.json", &busy);
    case.hub.fail(WEIGHTS, &busy);
    let started = std::time::Instant::now();
    let fetched = case.fetch().unwrap();
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(case.weights_in(&fetched.folder), weights());
    assert_eq!(case.hub.ranges(WEIGHTS).len(), 3);
}

#[test]
fn a_server_may_say_how_long_to_wait() {
    let case = Case::new();
    case.hub.fail(WEIGHTS, &[Fault::Status(429, 1)]);
    let started = std::time::Instant::now();
    case.fetch().unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn a_broken_server_is_given_up() {
    let mut case = Case::new();
    case.settings.tries = 3;
    case.hub.fail_heads("config.json", &vec![Fault::Status(500, 0); 9]);
    case.check_refused(&["config.json", "3 tries", "the server answers 500"]);
    assert_eq!(case.hub.seen().len(), 3);
}

#[test]
fn a_server_that_falls_silent_is_given_up() {
    let mut case = Case::new();
    (case.settings.tries, case.settings.patience) = (2, Duration::from_millis(200));
    case.hub.fail(WEIGHTS, &vec![Fault::Slow(3000); 2]);
    case.check_refused(&[WEIGHTS, "2 tries"]);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let mut case = Case::new();
    // Port 9 of this machine has no listener; it is never one that was just given out.
    case.settings.endpoint = "http://127.0.0.1:9".to_owned();
    case.settings.tries = 2;
    case.check_refused(&["127.0.0.1 cannot be asked", "2 tries"]);
}

#[test]
fn offline_nothing_is_asked_for() {
    let mut case = Case::new();
    case.settings.offline = true;
    case.check_refused(&["all-minilm-l6-v2", "offline", "--offline"]);
    assert_eq!(case.hub.seen().len(), 0);
    case.settings.offline = false;
    case.fetch().unwrap();
    let before = case.hub.seen().len();
    case.settings.offline = true;
    assert_eq!(case.fetch().unwrap().folder, case.snapshot());
    fs::remove_file(case.snapshot().join("config.json")).unwrap();
    case.check_refused(&["config.json is missing", "offline"]);
    assert_eq!(case.hub.seen().len(), before);
}

#[test]
fn offline_a_file_that_nothing_is_known_of_is_not_believed() {
    let mut case = Case::unpinned();
    let folder = case.fetch().unwrap().folder;
    case.settings.offline = true;
    case.fetch().unwrap();
    fs::remove_file(folder.join(LOCK)).unwrap();
    case.check_refused(&["nothing says what config.json in", "offline"]);
    // A fetch asks the server, and records the answer again.
    case.settings.offline = false;
    assert_eq!(case.fetch().unwrap().transferred, 0);
    case.settings.offline = true;
    case.fetch().unwrap();
}

#[test]
fn a_token_goes_to_its_server_only() {
    let mut case = Case::new();
    case.settings.token = Some("hf_secret".to_owned());
    case.fetch().unwrap();
    let seen = case.hub.seen();
    assert!(seen.iter().any(|seen| seen.server == "cdn"), "the large file was elsewhere");
    for seen in seen {
        let sent = seen.headers.get("authorization").map(String::as_str);
        let expected = (seen.server == "hub").then_some("Bearer hf_secret");
        assert_eq!(sent, expected, "{} {} to {}", seen.method, seen.path, seen.server);
    }
}

#[test]
fn a_proxy_is_used_except_for_hosts_that_need_none() {
    let mut case = Case::new();
    let proxy = Tunnel::new();
    case.settings.proxies = Proxies { http: Some(proxy.address()), ..Proxies::default() };
    case.fetch().unwrap();
    let hub = case.hub.endpoint().replace("http://", "CONNECT ");
    let asked = proxy.asked();
    assert_eq!(asked.len(), case.hub.seen().len(), "nothing went past the proxy: {asked:?}");
    assert!(asked.contains(&hub), "{hub} in {asked:?}");
    case.settings.proxies.except = vec!["127.0.0.1".to_owned()];
    case.again().unwrap();
    assert_eq!(proxy.asked().len(), asked.len());
}

#[test]
fn a_proxy_that_is_no_address_is_refused_without_saying_its_password() {
    let mut case = Case::new();
    case.settings.proxies.http = Some("http://user:hunter2@".to_owned());
    let error = whole(case.fetch().unwrap_err());
    assert!(error.contains("proxy") && !error.contains("hunter2"), "{error}");
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let mut case = Case::new();
    let empty = case.cache.path().join("empty.pem");
    fs::write(&empty, b"").unwrap();
    case.settings.certificates = Some(empty);
    case.check_refused(&["SSL_CERT_FILE", "empty.pem", "holds no certificate"]);
}

#[test]
fn two_fetches_at_once_transfer_each_file_once() {
    let case = Case::new();
    case.hub.fail(WEIGHTS, &[Fault::Slow(300)]);
    let folders: Vec<PathBuf> = thread::scope(|scope| {
        let fetches: Vec<_> =
            (0..2).map(|_| scope.spawn(|| case.fetch().unwrap().folder)).collect();
        fetches.into_iter().map(|fetch| fetch.join().unwrap()).collect()
    });
    for folder in folders {
        assert_eq!(case.weights_in(&folder), weights());
    }
    assert_eq!(case.hub.ranges(WEIGHTS), ["all"]);
    assert_eq!(case.blobs().len(), 3);
}

#[test]
fn a_damaged_file_is_fetched_again() {
    let case = Case::new();
    let folder = case.fetch().unwrap().folder;
    fs::write(folder.join(WEIGHTS), b"bad").unwrap();
    assert_eq!(case.fetch().unwrap().transferred, 1);
    assert_eq!(case.weights_in(&folder), weights());
}

#[test]
fn force_fetches_all_again() {
    let case = Case::new();
    case.fetch().unwrap();
    assert_eq!(case.again().unwrap().transferred, 3);
    assert_eq!(case.hub.ranges(WEIGHTS), ["all", "all"]);
}

#[test]
fn without_pins_later_fetches_are_held_to_the_first() {
    for path in ["config.json", "1_Pooling/config.json", WEIGHTS] {
        let case = Case::unpinned();
        let first = case.fetch().unwrap();
        let found = first.lock.files.iter().find(|file| file.path == path).unwrap();
        let expected = found.sha256.clone().unwrap();
        // The same commit with other bytes: a mirror that lies, or a cache between.
        let (kind, bytes) = match path {
            WEIGHTS => (Kind::Large, vec![3; 800_000]),
            _ => (Kind::Small, vec![b' '; found.size_bytes.unwrap() as usize]),
        };
        case.hub.put(path, kind, &bytes);
        fs::remove_dir_all(case.repository().join("blobs")).unwrap();
        case.check_refused(&[path, &expected, &sha256(&bytes)]);
        // Whoever means it can have it, and it is then what later ones are held to.
        case.again().unwrap();
        let lock = Lock::read(&first.folder).unwrap().unwrap();
        let found = lock.files.iter().find(|file| file.path == path).unwrap();
        assert_eq!(found.sha256, Some(sha256(&bytes)));
        check(&first.folder, &case.entry).unwrap();
    }
}

#[test]
fn a_broken_lock_file_is_said() {
    let case = Case::unpinned();
    let folder = case.fetch().unwrap().folder;
    fs::write(folder.join(LOCK), b"{}").unwrap();
    case.check_refused(&[LOCK, "is not a lock"]);
    assert!(case.again().is_ok());
}

#[test]
fn a_branch_becomes_its_commit() {
    let case = Case::new();
    let order = Order { revision: "main", ..case.order() };
    let fetched = fetch(&case.settings, order, &()).unwrap();
    assert_eq!(fetched.folder, case.snapshot());
    let name = fs::read_to_string(case.repository().join("refs/main")).unwrap();
    assert_eq!(name, COMMIT);
    let asked: Vec<String> = case.hub.seen().into_iter().map(|seen| seen.path).collect();
    let by_name = asked.iter().filter(|path| path.contains("/resolve/main/")).count();
    assert_eq!(by_name, 1, "the branch is asked for once: {asked:?}");
    let mut offline = case.settings.clone();
    offline.offline = true;
    assert_eq!(fetch(&offline, order, &()).unwrap().folder, case.snapshot());
}

#[test]
fn a_revision_that_is_none_is_refused() {
    let case = Case::new();
    for revision in ["", "../up", "a b", "a//b", ".git", "x?y"] {
        let order = Order { revision, ..case.order() };
        let error = fetch(&case.settings, order, &()).map(drop).map_err(whole).unwrap_err();
        assert!(error.contains("is not a revision"), "{revision:?}: {error}");
    }
    let order = Order { revision: "v9", ..case.order() };
    let error = fetch(&case.settings, order, &()).map(drop).map_err(whole).unwrap_err();
    assert!(error.contains("org/tiny has no config.json at v9"), "{error}");
}
