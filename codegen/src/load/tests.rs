use super::*;

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_directory_is_read_in_order_and_faults_are_kept() {
    let root = std::env::temp_dir().join(format!("toolwright-load-{}", std::process::id()));
    let large = vec![b'#'; usize::try_from(LARGEST_FILE).unwrap() + 1];
    write(&root, "b/z.yaml", b"version: 1\n");
    write(&root, "b/a.yaml", b"version: 1\n");
    write(&root, "a/x.yaml", "version: 1 # \u{e9}\n".as_bytes());
    write(&root, "a/latin.yaml", b"label: caf\xe9\n");
    write(&root, "a/large.yaml", &large);
    write(&root, "a/short.yml", b"");
    write(&root, "a/capitals.YAML", b"");
    write(&root, "a/.hidden.yaml", b"");
    write(&root, "a/README.md", b"");
    write(&root, "a/deep/x.yaml", b"");
    write(&root, "schema.json", b"{}");
    write(&root, "top.yaml", b"");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root.join("a/x.yaml"), root.join("b/link.yaml")).unwrap();
        std::os::unix::fs::symlink(root.join("a"), root.join("linked")).unwrap();
    }
    let sources = load(&root);
    fs::remove_dir_all(&root).unwrap();

    let prefix = format!("{}/", shown(&root));
    let seen: Vec<_> = sources
        .files
        .iter()
        .map(|file| {
            (
                file.path.strip_prefix(&prefix).unwrap(),
                file.fault.as_ref(),
            )
        })
        .map(|(path, fault)| format!("{path} {fault:?}"))
        .collect();
    let expected = [
        "a/capitals.YAML Some(WrongExtension)",
        "a/large.yaml Some(TooLarge)",
        "a/latin.yaml Some(NotUtf8(10))",
        "a/short.yml Some(WrongExtension)",
        "a/x.yaml None",
        "b/a.yaml None",
        #[cfg(unix)]
        "b/link.yaml Some(NotAFile)",
        "b/z.yaml None",
        "a/deep/x.yaml Some(WrongPlace)",
    ];
    assert_eq!(seen[..expected.len()], expected);
    assert!(
        seen.contains(&"top.yaml Some(WrongPlace)".to_owned()),
        "{seen:?}"
    );
    #[cfg(unix)]
    assert!(
        seen.contains(&"linked Some(NotAFile)".to_owned()),
        "{seen:?}"
    );
    assert_eq!(sources.folder(FileId(4)), "a");
    assert_eq!(sources.folder(FileId(99)), "");
}

#[test]
fn a_directory_that_is_missing_or_empty_is_a_fault() {
    let missing = load(Path::new("./no/such/directory/"));
    assert_eq!(missing.files[0].path, "no/such/directory");
    assert!(matches!(missing.files[0].fault, Some(Fault::Unreadable(_))));

    let root = std::env::temp_dir().join(format!("toolwright-empty-{}", std::process::id()));
    fs::create_dir_all(&root).unwrap();
    let empty = load(&root);
    fs::remove_dir(&root).unwrap();
    assert!(matches!(empty.files[0].fault, Some(Fault::NoDefinitions)));
}

#[test]
fn words_are_found_across_lines() {
    assert_eq!(find("you must", "you may, you  \n  must"), Some(9..21));
    assert_eq!(find("you must", "you, must"), None);
    assert_eq!(find("a", "b a"), Some(2..3));
    assert_eq!(find("\u{200b}", "é\u{200b}"), Some(2..5));
    assert_eq!(find("a b", "a a"), None);
    assert_eq!(find(" ", "a b"), None);
}

#[test]
fn positions_count_characters_from_one() {
    let text = "\u{feff}a: 1\r\n\u{e9}\u{1f600}: x\n\tb\n";
    let file = SourceFile::new("d/f/x.yaml".into(), text.into(), None);
    let at = |needle: &str| file.position(text.find(needle).unwrap());
    assert_eq!(at("a:"), (1, 1), "a byte order mark is no column");
    assert_eq!(at("1"), (1, 4));
    assert_eq!(at("x"), (2, 5));
    assert_eq!(at("b"), (3, 2), "a tab is one column");
    assert_eq!(
        file.position(text.find('x').unwrap() - 4),
        (2, 2),
        "inside a character"
    );
    assert_eq!(file.position(usize::MAX), (4, 1));
    assert_eq!(
        SourceFile::new(String::new(), String::new(), None).position(7),
        (1, 1)
    );
}
