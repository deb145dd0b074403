//! Which files a scan looks at.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::paths::{Relative, absolute};
use super::reading::Read;
use super::walk::{Found, Harvest, named, walk};
use super::{FileId, SourceFile, SourceMap};

/// What discovery found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Every file that some reader understands and that is not left out, sorted by path.
    pub sources: SourceMap,
    /// The files that passed the pre-filter: those to be parsed. Their text is loaded.
    pub relevant: Vec<FileId>,
    /// How many files were seen, those left out included.
    pub seen: usize,
    /// What was left out, with how many files each, in the order of the reasons.
    pub left_out: Vec<(LeftOut, usize)>,
    /// The same one by one, sorted by path.
    pub passed_over: Vec<PassedOver>,
    /// Files that could not be read, with what is wrong and where.
    pub unreadable: Vec<(FileId, super::Span, String)>,
    /// The files and folders that were to be scanned, as absolute paths.
    pub roots: HashSet<Utf8PathBuf>,
}

impl Discovery {
    /// Whether the whole project was scanned that a folder is in: its git repository, else the current directory.
    pub fn covers_project(&self, current: &Utf8Path) -> bool {
        let repository = current.ancestors().find(|folder| folder.join(".git").exists());
        match repository {
            Some(repository) => self.roots.iter().any(|root| repository.starts_with(root)),
            None => self.roots.iter().any(|root| current.starts_with(root)),
        }
    }
}

/// A file, or a folder with all that is in it, that was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOver {
    /// Relative to the current directory, with forward slashes.
    pub path: Utf8PathBuf,
    /// Why.
    pub why: LeftOut,
    /// How many files it is.
    pub files: usize,
}

/// Why files are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// Tests, end-to-end tests, mocks.
    Test,
    /// Minified or bundled code, build output.
    Generated,
    /// A compiled file beside its source.
    Compiled,
    /// Scripts that start or fill an emulator of the service.
    Emulator,
    /// Documents.
    Document,
    /// Installed dependencies.
    Dependency,
    /// What the configuration excludes.
    Excluded,
    /// Files past the size limit.
    TooLarge,
    /// Files and folders that the system does not let us read, or whose names are not UTF-8.
    Inaccessible,
}

impl LeftOut {
    /// What such files are, in the plural.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Test => "tests and mocks",
            Self::Generated => "generated or minified",
            Self::Compiled => "compiled, beside their source",
            Self::Document => "documents",
            Self::Dependency => "dependencies",
            Self::Emulator => "emulator scripts",
            Self::Excluded => "excluded by the configuration",
            Self::TooLarge => "too large",
            Self::Inaccessible => "inaccessible",
        }
    }
}

/// Endings of what TypeScript is compiled to.
const SCRIPTS: &[&str] = &["js", "jsx", "mjs", "cjs"];

/// Walks `paths` (files or folders; relative ones from `current`, which is absolute). What `is_excluded`
/// says of an absolute path does not count for one that is named.
///
/// # Errors
/// A sentence for a path that does not exist or cannot be walked at all.
pub fn discover(
    paths: &[Utf8PathBuf],
    current: &Utf8Path,
    is_excluded: impl Fn(&Utf8Path) -> bool,
) -> Result<Discovery, String> {
    let mut harvest = Harvest::default();
    let mut roots = HashSet::new();
    for path in paths {
        let absolute = absolute(path, current);
        let is_folder = fs::metadata(&absolute).map(|metadata| metadata.is_dir());
        let walked = match is_folder {
            Ok(true) => walk(&absolute),
            Ok(false) => Ok(named(&absolute)),
            Err(error) => Err(error),
        };
        harvest.append(walked.map_err(|error| sentence(path, &error))?);
        roots.insert(absolute);
    }
    harvest.leave_out_if(|path| is_excluded(path) && !roots.contains(path));
    Ok(Discovery { roots: roots.clone(), ..assemble(harvest, &roots, current) })
}

fn sentence(path: &Utf8Path, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no file or folder `{path}`"),
        _ => format!("`{path}` cannot be read: {error}"),
    }
}

/// Puts what was found in order.
pub(super) fn assemble(harvest: Harvest, roots: &HashSet<Utf8PathBuf>, current: &Utf8Path) -> Discovery {
    let Harvest { mut found, mut passed_over, seen } = harvest;
    // Paths may be named twice or one inside the other, and a folder that is left out may itself be named.
    found.sort_unstable_by(|one, other| one.path.as_str().cmp(other.path.as_str()));
    let with_doubles = found.len();
    found.dedup_by(|next, kept| next.path == kept.path);
    let seen = seen - (with_doubles - found.len());
    passed_over.retain(|left| !roots.contains(&left.path));
    leave_compiled_out(&mut found, &mut passed_over, roots);

    let relative = Relative::to(current);
    let mut discovery = Discovery { seen, ..Discovery::default() };
    let mut files = Vec::with_capacity(found.len());
    for (id, Found { path, read, ignored, object }) in (0..).map(FileId).zip(found) {
        let shown = relative.path(&path);
        files.push(match (read, object) {
            (None, None) => SourceFile::on_disk(shown, path),
            (None, Some(object)) => SourceFile::in_git(shown, path, object),
            (Some(Read { text, invalid }), _) => {
                discovery.relevant.push(id);
                let complaint = invalid.map(|span| (id, span, "these bytes are not UTF-8".to_owned()));
                discovery.unreadable.extend(complaint);
                SourceFile::with_text(shown, path, text).with_ignored(ignored)
            }
        });
    }
    discovery.sources = SourceMap::new(files);

    passed_over.iter_mut().for_each(|left| left.path = relative.path(&left.path));
    passed_over.sort();
    passed_over.dedup();
    let mut counts = BTreeMap::new();
    passed_over.iter().for_each(|left| *counts.entry(left.why).or_insert(0) += left.files);
    discovery.left_out = counts.into_iter().collect();
    discovery.passed_over = passed_over;
    discovery
}

/// Leaves out each script beside a TypeScript file of the same name, which it was compiled from.
fn leave_compiled_out(found: &mut Vec<Found>, passed_over: &mut Vec<PassedOver>, named: &HashSet<Utf8PathBuf>) {
    let of = |extensions: &[&str]| {
        let matching = found.iter().filter(|file| extensions.contains(&parts(file).1));
        matching.map(|file| parts(file).0).collect::<HashSet<_>>()
    };
    let compiled: HashSet<_> = &of(&["ts", "tsx", "mts", "cts"]) & &of(SCRIPTS);
    let is_compiled = |file: &Found| SCRIPTS.contains(&parts(file).1) && compiled.contains(parts(file).0);
    let paths = found.iter().filter(|file| is_compiled(file) && !named.contains(&file.path));
    let paths: HashSet<_> = paths.map(|file| file.path.clone()).collect();
    found.retain(|file| !paths.contains(&file.path));
    passed_over.extend(paths.into_iter().map(|path| PassedOver { path, why: LeftOut::Compiled, files: 1 }));
}

/// The path without the extension, and the extension.
fn parts(file: &Found) -> (&str, &str) {
    file.path.as_str().rsplit_once('.').unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder with files of these paths and texts.
    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        for (path, text) in files {
            write(&root, path, text.as_bytes());
        }
        (folder, root)
    }

    fn write(root: &Utf8Path, path: &str, content: &[u8]) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn relevant(discovery: &Discovery) -> Vec<&str> {
        discovery.relevant.iter().map(|id| discovery.sources.file(*id).path.as_str()).collect()
    }

    fn known(discovery: &Discovery) -> Vec<&str> {
        discovery.sources.iter().map(|(_, file)| file.path.as_str()).collect()
    }

    const CALL: &str = "import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';\n";
    const OTHER: &str = "export const add = (a: number, b: number) => a + b;\n";

    #[test]
    fn files_that_mention_cognito_are_loaded_and_the_others_known() {
        let (_folder, root) = tree(&[
            ("web/src/session.ts", CALL),
            ("web/src/add.ts", OTHER),
            ("web/package.json", "{\"dependencies\": {\"aws-amplify\": \"6\"}}"),
            ("infra/auth.yaml", "Resources: {Pool: {Type: AWS::Cognito::UserPool}}"),
            ("logo.png", "cognito"),
        ]);
        let found = discover(&[".".into()], &root, |_| false).unwrap();
        assert_eq!(relevant(&found), ["infra/auth.yaml", "web/src/session.ts"]);
        assert_eq!(known(&found), ["infra/auth.yaml", "web/package.json", "web/src/add.ts", "web/src/session.ts"]);
        assert_eq!((found.seen, &*found.left_out), (5, &[][..]));
        let add = found.sources.find(&root.join("web/src/add.ts")).unwrap();
        assert_eq!(&**found.sources.file(add).text(), OTHER);
    }

    #[test]
    fn noise_is_left_out_and_counted() {
        let (_folder, root) = tree(&[
            ("src/session.ts", CALL),
            ("src/session.js", CALL),
            ("src/session.test.ts", CALL),
            ("src/__tests__/a.ts", CALL),
            ("src/__tests__/deep/b.ts", CALL),
            ("e2e/c.ts", CALL),
            ("node_modules/amazon-cognito-identity-js/index.js", CALL),
            ("node_modules/amazon-cognito-identity-js/README.md", CALL),
            ("dist/bundle.js", CALL),
            ("vendor.min.js", CALL),
            ("minified.js", &CALL.trim_end().repeat(100)),
            ("README.md", CALL),
            ("docs/guide.ts", CALL),
            ("env/pyvenv.cfg", ""),
            ("env/lib/pycognito.py", CALL),
            ("scripts/init-localstack.py", CALL),
            ("environments/test/pool.yaml", CALL),
        ]);
        let found = discover(&[".".into()], &root, |_| false).unwrap();
        assert_eq!(relevant(&found), ["environments/test/pool.yaml", "src/session.ts"]);
        assert_eq!(
            found.left_out,
            [
                (LeftOut::Test, 4),
                (LeftOut::Generated, 3),
                (LeftOut::Compiled, 1),
                (LeftOut::Emulator, 1),
                (LeftOut::Document, 2),
                (LeftOut::Dependency, 4),
            ]
        );
        assert_eq!(found.seen, 17);
        let tests = PassedOver { path: "src/__tests__".into(), why: LeftOut::Test, files: 2 };
        assert!(found.passed_over.contains(&tests), "{:?}", found.passed_over);
    }

    #[test]
    fn a_named_path_is_never_left_out() {
        let (_folder, root) = tree(&[
            ("tests/fixtures/app/session.ts", CALL),
            ("tests/fixtures/app/tests/a.ts", CALL),
            ("dist/app.min.js", &CALL.trim_end().repeat(100)),
            ("plan.txt", "nothing"),
        ]);
        let app = root.join("tests/fixtures/app");
        assert_eq!(relevant(&discover(&[".".into()], &app, |_| false).unwrap()), ["session.ts"]);
        let paths = ["tests/fixtures/app".into(), "dist/app.min.js".into(), "./plan.txt".into()];
        let found = discover(&paths, &root, |_| false).unwrap();
        assert_eq!(relevant(&found), ["dist/app.min.js", "plan.txt", "tests/fixtures/app/session.ts"]);
        let found = discover(&[".".into(), "tests".into(), "./tests/fixtures".into()], &root, |_| false).unwrap();
        assert_eq!(relevant(&found), ["tests/fixtures/app/session.ts"]);
    }

    #[test]
    fn what_git_ignores_is_passed_except_what_matters() {
        let (_folder, root) = tree(&[
            (".git/HEAD", "ref: refs/heads/main\n"),
            (".gitignore", "ignored/\n.env\ncdk.out\n.aws-sam\namplify_outputs.json\n*.tfstate\n*.tfstate.*\n"),
            ("ignored/session.ts", CALL),
            (".env", "CLIENT_ID=x\n"),
            (".env.production", "CLIENT_ID=y\n"),
            (".eslintrc.json", "{\"cognito\": 1}"),
            (".idea/cognito.json", "{\"cognito\": 1}"),
            ("infra/cdk.out/manifest.json", "{}"),
            ("infra/cdk.out/Auth.template.json", "{}"),
            ("infra/cdk.out/tree.json", "{\"cognito\": 1}"),
            ("infra/cdk.out/asset.1a2b/index.js", CALL),
            ("infra/cdk.out/asset.1a2b/node_modules/x/index.js", CALL),
            ("api/.aws-sam/build/template.yaml", "Type: AWS::Cognito::UserPool"),
            ("api/.aws-sam/build/Function/app.py", "cognito"),
            ("web/amplify_outputs.json", "{}"),
            ("live/terraform.tfstate", "{\"cognito\": 1}"),
            ("live/terraform.tfstate.backup", "{\"cognito\": 1}"),
            ("live/terraform.tfstate.d/prod/terraform.tfstate", "{\"cognito\": 1}"),
        ]);
        let found = discover(&[".".into()], &root, |_| false).unwrap();
        assert_eq!(
            relevant(&found),
            [
                ".env",
                ".env.production",
                "api/.aws-sam/build/template.yaml",
                "infra/cdk.out/Auth.template.json",
                "infra/cdk.out/asset.1a2b/index.js",
                "infra/cdk.out/manifest.json",
                "live/terraform.tfstate",
                "live/terraform.tfstate.d/prod/terraform.tfstate",
                "web/amplify_outputs.json",
            ]
        );
        assert!(known(&found).contains(&"infra/cdk.out/tree.json"));
        let ignored = |path| found.sources.file(found.sources.find(&root.join(path)).unwrap()).ignored;
        assert!(ignored(".env") && ignored("web/amplify_outputs.json") && ignored("infra/cdk.out/manifest.json"));
        assert!(!ignored(".env.production"));

        fs::remove_dir_all(root.join(".git")).unwrap();
        let found = discover(&[".".into()], &root, |_| false).unwrap();
        assert!(found.sources.iter().all(|(_, file)| !file.ignored));
        let found = discover(&["infra/cdk.out".into()], &root, |_| false).unwrap();
        assert_eq!(relevant(&found).len(), 3);
    }

    #[test]
    fn paths_are_told_from_the_current_folder() {
        let (_folder, root) = tree(&[("a/web/x.ts", CALL), ("b/y.ts", CALL)]);
        let found = discover(&["../b/.".into(), "web/../web/x.ts".into()], &root.join("a"), |_| false).unwrap();
        assert_eq!(relevant(&found), ["web/x.ts", "../b/y.ts"]);
        assert_eq!(*found.sources.file(FileId(1)).absolute, root.join("b/y.ts"));
    }

    #[test]
    fn a_path_that_is_not_there_is_told() {
        let (_folder, root) = tree(&[]);
        let error = discover(&["nowhere".into()], &root, |_| false).unwrap_err();
        assert_eq!(error, "there is no file or folder `nowhere`");
        assert_eq!(discover(&[".".into()], &root, |_| false).unwrap().seen, 0);
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_told_with_their_place() {
        let (_folder, root) = tree(&[]);
        write(&root, "a.py", b"# cognito\n\xff\xfe\nx = 1\n");
        write(&root, "b.py", b"\xff");
        let found = discover(&[".".into()], &root, |_| false).unwrap();
        assert_eq!(relevant(&found), ["a.py"]);
        assert_eq!(
            found.unreadable,
            [(FileId(0), crate::source::Span::new(10, 11), "these bytes are not UTF-8".to_owned())]
        );
        assert_eq!(&**found.sources.file(FileId(0)).text(), "# cognito\n??\nx = 1\n");
    }

    #[test]
    fn large_and_empty_files_do_no_harm() {
        let (_folder, root) = tree(&[("empty.yaml", ""), (".env", "")]);
        write(&root, "large.ts", &CALL.as_bytes().repeat(30_000));
        write(&root, "huge.json", &vec![b' '; 17 * 1024 * 1024]);
        let found = discover(&[".".into()], &root, |_| false).unwrap();
        assert_eq!(relevant(&found), [".env"]);
        assert_eq!(found.left_out, [(LeftOut::TooLarge, 2)]);
        let paths: Vec<_> = found.passed_over.iter().map(|left| left.path.as_str()).collect();
        assert_eq!(paths, ["huge.json", "large.ts"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_except_the_one_that_is_named() {
        use std::os::unix::fs::symlink;
        let (_folder, root) = tree(&[("app/src/a.ts", CALL), ("other/b.ts", CALL)]);
        symlink(&root, root.join("app/src/up")).unwrap();
        symlink(root.join("other"), root.join("app/other")).unwrap();
        symlink("b", root.join("app/a")).unwrap();
        symlink("a", root.join("app/b")).unwrap();
        symlink("missing.ts", root.join("app/broken.ts")).unwrap();
        symlink(root.join("app"), root.join("link")).unwrap();
        let found = discover(&["link".into()], &root, |_| false).unwrap();
        assert_eq!(relevant(&found), ["link/src/a.ts"]);
        assert_eq!(found.passed_over, []);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_utf_8_is_told() {
        use std::os::unix::ffi::OsStrExt;
        let (_folder, root) = tree(&[("b.ts", CALL)]);
        fs::write(root.as_std_path().join(std::ffi::OsStr::from_bytes(b"a\xff.ts")), CALL).unwrap();
        let found = discover(&[".".into()], &root, |_| false).unwrap();
        assert_eq!((relevant(&found), found.seen), (vec!["b.ts"], 2));
        let told = PassedOver { path: "a\u{fffd}.ts".into(), why: LeftOut::Inaccessible, files: 1 };
        assert_eq!(found.passed_over, [told]);
    }

    #[test]
    fn every_run_finds_the_same_in_the_same_order() {
        let files: Vec<_> = (0..300)
            .map(|number| (format!("d{}/f{number}.ts", number % 17), if number % 3 == 0 { CALL } else { OTHER }))
            .collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let (_folder, root) = tree(&files);
        let first = discover(&[".".into()], &root, |_| false).unwrap();
        assert_eq!(first.relevant.len(), 100);
        for _ in 0..5 {
            let next = discover(&[".".into()], &root, |_| false).unwrap();
            assert_eq!((known(&next), &next.relevant), (known(&first), &first.relevant));
        }
    }
}
