//! A module uses only what is declared above it.
//!
//! Modules are declared in the order of the arrow, in `src/lib.rs` and in the file of each folder.
//! What a file may name follows from that: a module that stands above it or above one of its
//! folders, and its own children. Not what its own folder's file defines: what children share has
//! a file of its own. So there is no circle, and a file can be read knowing only those above it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::{Token, closed, without_tests, words};

/// Files that need not keep the order.
const EXEMPT: [&str; 1] = ["src/recipe.rs"];

/// A module of the library with its children, in the order of their declarations.
#[derive(Debug)]
struct Module {
    path: Vec<String>,
    file: PathBuf,
    tokens: Vec<Token>,
    children: Vec<Module>,
}

impl Module {
    fn read(file: PathBuf, path: Vec<String>) -> Self {
        let tokens = without_tests(words(&fs::read_to_string(&file).unwrap()));
        let folder = match file.file_name().unwrap().to_str().unwrap() {
            "lib.rs" => file.parent().unwrap().to_owned(),
            _ => file.with_extension(""),
        };
        let declared = tokens.windows(3).filter(|three| three[0] == "mod" && three[2] == ";");
        let child = |three: &[Token]| {
            let name = three[1].clone();
            let path = path.iter().cloned().chain([name.clone()]).collect();
            Module::read(folder.join(format!("{name}.rs")), path)
        };
        let children = declared.map(child).collect();
        Self { path, file, tokens, children }
    }

    /// The module that a path leads into, of the longest part of it that is one.
    fn holder(&self, path: &[String]) -> &Module {
        let child = path
            .first()
            .and_then(|name| self.children.iter().find(|child| child.path.last() == Some(name)));
        child.map_or(self, |child| child.holder(&path[1..]))
    }

    /// The place among the children of this module of the one that leads to `path`.
    fn place(&self, path: &[String]) -> Option<usize> {
        let depth = self.path.len();
        self.children.iter().position(|child| child.path.get(depth) == path.get(depth))
    }

    fn each<'m>(&'m self, see: &mut impl FnMut(&'m Module)) {
        see(self);
        self.children.iter().for_each(|child| child.each(see));
    }
}

/// The paths that a module's code names, from the root of the crate.
fn named(module: &Module) -> Vec<Vec<String>> {
    let tokens = &module.tokens;
    let mut found = Vec::new();
    // The modules within the file that are open, by the depth of their brackets.
    let (mut inner, mut depth) = (Vec::<usize>::new(), 0_usize);
    let mut i = 0;
    while i < tokens.len() {
        let is = |index: usize, text: &str| tokens.get(index).is_some_and(|token| token == text);
        match tokens[i].as_str() {
            "{" => {
                depth += 1;
                if i >= 2 && is(i - 2, "mod") {
                    inner.push(depth);
                }
            }
            "}" => {
                if inner.last() == Some(&depth) {
                    inner.pop();
                }
                depth -= 1;
            }
            "crate" if is(i + 1, "::") && !(i > 0 && is(i - 1, "in")) => {
                i = branches(tokens, i + 2, Vec::new(), &mut found);
                continue;
            }
            "super" if is(i + 1, "::") => {
                let mut ups = 0;
                while is(i, "super") && is(i + 1, "::") {
                    (ups, i) = (ups + 1, i + 2);
                }
                // Up from a module within the file is the file itself.
                let up = ups - inner.len().min(ups);
                let base = module.path[..module.path.len().saturating_sub(up)].to_vec();
                i = branches(tokens, i, base, &mut found);
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    found
}

/// Adds the paths that begin with `base` and go on at `start`, in a group all of them; returns
/// where they end.
fn branches(
    tokens: &[Token],
    start: usize,
    base: Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = base;
    let mut i = start;
    while let Some(token) = tokens.get(i) {
        if token == "{" {
            let end = closed(tokens, i);
            i += 1;
            while i < end - 1 {
                i = branches(tokens, i, path.clone(), found);
                // Past `as name` and the comma.
                while i < end - 1 && tokens[i] != "," {
                    i += 1;
                }
                i += 1;
            }
            return end;
        }
        path.push(token.clone());
        i += 1;
        if tokens.get(i).is_none_or(|token| token != "::") {
            break;
        }
        i += 1;
    }
    found.push(path);
    i
}

/// What is wrong with a module's use of what stands at `path`.
fn fault(root: &Module, user: &Module, path: &[String]) -> Option<String> {
    let target = root.holder(path);
    let shared = user.path.iter().zip(&target.path).take_while(|(a, b)| a == b).count();
    if target.path.len() == shared {
        let own = user.path.len() == shared;
        return (!own).then(|| "of a folder that it stands in: share it in a file".to_owned());
    }
    if user.path.len() == shared {
        return None;
    }
    let folder = root.holder(&user.path[..shared]);
    let (above, below) = (folder.place(&target.path), folder.place(&user.path));
    (above >= below).then(|| "declared below it".to_owned())
}

fn faults(root: &Module) -> Vec<String> {
    let mut found = Vec::new();
    root.each(&mut |module| {
        let file = module.file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&module.file);
        let file = file.display().to_string();
        if EXEMPT.iter().any(|exempt| file.starts_with(exempt)) {
            return;
        }
        for path in named(module) {
            if let Some(fault) = fault(root, module, &path) {
                found.push(format!("{file}: {}, {fault}", path.join("::")));
            }
        }
    });
    found
}

#[test]
fn a_module_uses_only_what_is_declared_above_it() {
    let root = Module::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"), Vec::new());
    let mut count = 0;
    root.each(&mut |_| count += 1);
    assert!(count > 50, "the modules of the library, found {count}");
    let faults = faults(&root);
    assert!(faults.is_empty(), "{} of them:\n{}", faults.len(), faults.join("\n"));
}

/// Modules in memory: their names in order, each with its code.
fn made(path: &[&str], code: &str, children: Vec<Module>) -> Module {
    let path = path.iter().map(|&name| name.to_owned()).collect();
    Module { path, file: PathBuf::from("made.rs"), tokens: without_tests(words(code)), children }
}

#[test]
fn the_order_is_told_from_uses_inline_paths_and_groups() {
    let check = |code: &str, expected: &[&str]| {
        let folder = vec![
            made(&["b", "first"], "", vec![]),
            made(&["b", "second"], code, vec![made(&["b", "second", "own"], "", vec![])]),
            made(&["b", "third"], "", vec![]),
        ];
        let all =
            vec![made(&["a"], "", vec![]), made(&["b"], "", folder), made(&["c"], "", vec![])];
        let root = made(&[], "", all);
        let user = root.holder(&["b".to_owned(), "second".to_owned()]);
        let bad = named(user).into_iter().filter(|path| fault(&root, user, path).is_some());
        assert_eq!(bad.map(|path| path.join("::")).collect::<Vec<_>>(), expected, "{code}");
    };
    check("use crate::a::X; use super::first::Y; use self::own::Z; use own::W;", &[]);
    check("fn f(x: crate::a::X) -> super::first::Y { crate::b::second::own::f() }", &[]);
    check("use crate::c::X;", &["c::X"]);
    check("fn f(x: &crate::c::X) {}", &["c::X"]);
    check("use super::third::{X, Y as Z};", &["b::third::X", "b::third::Y"]);
    check("use super::{first::X, third::{self, Y}};", &["b::third::self", "b::third::Y"]);
    check("use crate::{a::{X, y}, c};", &["c"]);
    // The folder's own file, by either name, and the root.
    check("use super::X;", &["b::X"]);
    check("use crate::b::{X, first::Y};", &["b::X"]);
    check("use crate::Span;", &["Span"]);
    check("use super::super::c::X;", &["c::X"]);
    // Within a file.
    check("mod inner { use super::X; use super::super::first::Y; }", &[]);
    check("mod inner { use super::super::third::Y; } use super::first::Y;", &["b::third::Y"]);
    // What is not code, or not built.
    check(
        "/// [`crate::c::X`]\n/* crate::c::X */ fn f() { \"crate::c::X\"; '\"'; r#\"crate::c\"#; }",
        &[],
    );
    check("#[cfg(test)] mod tests { use crate::c::X; } use crate::c::Y;", &["c::Y"]);
    check(
        "#[cfg(test)] use crate::c::{X, Y}; #[cfg(all(test, a))] #[b] fn f() { crate::c::X }",
        &[],
    );
    check("pub(in crate::b) fn f<'a>(a: &'a str) {} pub(crate) fn g() {}", &[]);
}
