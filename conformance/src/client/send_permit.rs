//! Whoever sends proves that it was let through.

/// Every function of a client that sends asks for one. The gate alone has a type that is one, and alone makes it.
pub(crate) trait SendPermit: Sync {}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn the_gate_alone_has_a_permit() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let permits = |path: &PathBuf| fs::read_to_string(path).expect("a source").contains("SendPermit for ");
        let mut found: Vec<PathBuf> = sources(&source).into_iter().filter(permits).collect();
        found.retain(|path| !path.ends_with(Path::new(file!()).file_name().expect("a name")));
        assert_eq!(found, [source.join("gate.rs")]);
    }
}
