//! Every input of the corpus keeps its promises and stays within its budgets.

use std::fs;
use std::path::Path;

use standfirst_fuzz::{TARGETS, warm_up};

#[test]
fn the_corpus_keeps_its_promises() {
    warm_up();
    for target in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
        let mut count = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap();
            let spent = target.spend(&data);
            let most = target.bytes_for(data.len());
            assert!(spent.bytes <= most, "{}: {spent:?}, at most {most}", path.display());
            count += 1;
        }
        assert!(count >= 4, "{} inputs in {}", count, folder.display());
    }
}
