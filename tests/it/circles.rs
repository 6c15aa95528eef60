//! No two modules beside each other use each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Item, UseTree};

use crate::harness::repository;

/// The crates whose modules are looked at. Generated bindings are left out: they refer to each other as contracts do.
const CRATES: [&str; 7] =
    ["src", "schema/src", "codegen/src", "conformance/src", "conformance/reference/src", "reports/src", "watch/src"];

/// The module path of a source file: `checks/event/quick.rs` is `checks::event::quick`.
fn module_of(file: &Path) -> Vec<String> {
    let path = file.with_extension("");
    let parts = path.iter().map(|part| part.to_string_lossy().into_owned());
    parts.filter(|part| !matches!(part.as_str(), "lib" | "main" | "mod")).collect()
}

/// All source files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The paths that a `use` tree names, one word per entry.
fn paths(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            paths(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) => found.push([&before[..], &[name.ident.to_string()]].concat()),
        UseTree::Rename(name) => found.push([&before[..], &[name.ident.to_string()]].concat()),
        UseTree::Glob(_) => found.push(before.clone()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| paths(tree, before, found)),
    }
}

/// Whether an item is compiled for tests alone.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|it| it.path().is_ident("cfg") && it.parse_args::<syn::Ident>().is_ok_and(|it| it == "test"))
}

/// What a file uses, as paths from the root of its crate.
fn used(file: &Path, module: &[String], modules: &BTreeSet<Vec<String>>) -> BTreeSet<Vec<String>> {
    let text = fs::read_to_string(file).expect("a source file");
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut found = Vec::new();
    for item in &parsed.items {
        if let Item::Use(it) = item
            && !is_test(&it.attrs)
        {
            paths(&it.tree, &mut Vec::new(), &mut found);
        }
    }
    let absolute = |path: Vec<String>| -> Option<Vec<String>> {
        let ups = path.iter().take_while(|part| *part == "super").count();
        match path[0].as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([module, &path[1..]].concat()),
            "super" => Some([&module[..module.len().saturating_sub(ups)], &path[ups..]].concat()),
            first => {
                let child = [module, &[first.to_owned()]].concat();
                modules.contains(&child).then(|| [module, &path[..]].concat())
            }
        }
    };
    found.into_iter().filter_map(absolute).collect()
}

/// Which modules beside each other lead back to where they began, each with the way.
fn circles(source: &Path) -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(source, &mut files);
    let is_test_file = |file: &PathBuf| file.file_stem().is_some_and(|stem| stem == "tests");
    files.retain(|file| !is_test_file(file));
    let of = |file: &Path| module_of(file.strip_prefix(source).expect("below the crate"));
    let modules: BTreeSet<Vec<String>> = files.iter().map(|file| of(file)).collect();
    // Per parent: which of its children use which others.
    let mut edges: BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for file in &files {
        let module = of(file);
        for path in used(file, &module, &modules) {
            let shared = module.iter().zip(&path).take_while(|(one, other)| one == other).count();
            let (Some(from), Some(to)) = (module.get(shared), path.get(shared)) else { continue };
            let target = [&module[..shared], std::slice::from_ref(to)].concat();
            if modules.contains(&target) {
                edges.entry(module[..shared].to_vec()).or_default().entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    let mut found = BTreeSet::new();
    for (parent, edges) in &edges {
        for start in edges.keys() {
            if let Some(way) = way_back(edges, start) {
                // The same circle is found from each of its members; it is named from the first.
                if way.iter().min() == Some(start) {
                    found.insert(format!("{}: {}", parent.join("::"), way.join(" -> ")));
                }
            }
        }
    }
    found
}

/// The shortest way from a module over those that it uses back to itself.
fn way_back(edges: &BTreeMap<String, BTreeSet<String>>, start: &str) -> Option<Vec<String>> {
    let mut ways = std::collections::VecDeque::from([vec![start.to_owned()]]);
    let mut visited = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = way.last().expect("a way is not empty");
        for next in edges.get(last).into_iter().flatten() {
            if next == start {
                return Some(way);
            }
            if visited.insert(next.clone()) {
                ways.push_back([&way[..], std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

#[test]
fn sibling_modules_use_each_other_in_one_direction() {
    let all: BTreeSet<String> = CRATES
        .iter()
        .flat_map(|name| circles(&repository().join(name)).into_iter().map(move |circle| format!("{name} {circle}")))
        .collect();
    let found: Vec<&str> = all.iter().map(String::as_str).collect();
    assert!(found.is_empty(), "move one item of each circle:\n{}", found.join("\n"));
}
