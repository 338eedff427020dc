//! How far the paths of settings reach. The `compare.toml` of a project may come from anyone, so it reads only below
//! its folder or in the git work tree around it, and writes only below its folder. Links are resolved first.

use crate::catalog::InputSource;
use crate::cli::env::Env;
use crate::cli::folders::expand_home;
use crate::cli::output::real_path;
use crate::error::{Error, Result, describe};
use crate::format::Formats;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The folders that the settings of a project may use. Both paths are absolute and free of links.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) struct ProjectBounds {
    /// The folder of the settings file: outputs stay in it.
    folder: PathBuf,
    /// The git work tree that contains the folder, else the folder: inputs stay in it.
    work_tree: PathBuf,
}

impl ProjectBounds {
    /// The bounds of settings in `folder`, an absolute path. A folder that cannot be resolved contains nothing.
    pub(super) fn of(folder: &Path) -> Self {
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        let work_tree = folder.ancestors().find(|above| fs::symlink_metadata(above.join(".git")).is_ok());
        Self { work_tree: work_tree.unwrap_or(&folder).to_path_buf(), folder }
    }

    /// Checks that `path`, an absolute path called `name`, may be read. Links are resolved.
    ///
    /// # Errors
    /// It leads out of the work tree or into a `.git`, or is not there.
    fn check_input(&self, path: &Path, name: &Path) -> Result<()> {
        let name = name.display();
        let real = fs::canonicalize(path).map_err(|error| Error::io("read", &name, &error))?;
        if !real.starts_with(&self.work_tree) {
            return Err(Error::data(format!("{name} is outside the project, and its settings may not read there"))
                .hint("to read it all the same, name it with --catalog, in COMPARE_CATALOG or in your own settings"));
        }
        if is_in_git_folder(&real) {
            return Err(Error::data(format!("{name} is in a git repository's own folder, and holds no records")));
        }
        Ok(())
    }

    /// Where an output called `path`, which is absolute, really is: an absolute path without links.
    ///
    /// # Errors
    /// It is outside the folder, in a git repository's own folder, or not a regular file. The message is the reason.
    pub(in crate::cli) fn resolve_output(&self, path: &Path) -> std::result::Result<PathBuf, String> {
        let real = real_path(path).map_err(|error| describe(&error))?;
        if !real.starts_with(&self.folder) {
            return Err("it is outside the folder of the settings".to_owned());
        }
        if is_in_git_folder(&real) {
            return Err("it is in a git repository's own folder".to_owned());
        }
        match fs::symlink_metadata(&real) {
            Ok(about) if about.is_dir() => Err("it is a folder".to_owned()),
            Ok(about) if !about.is_file() => Err("it is not a regular file".to_owned()),
            _ => Ok(real),
        }
    }
}

/// Whether `path`, which is free of links, is a git repository's own folder or lies in one: a `.git`, however a file
/// system may spell it, or a folder with the content of one.
fn is_in_git_folder(path: &Path) -> bool {
    let is_git_name = |part: Component<'_>| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        // NTFS ignores what follows a colon, and blanks and dots at the end; HFS+ ignores what nobody sees.
        let name = name.split(':').next().unwrap_or_default().trim_end_matches([' ', '.']);
        let seen: String = name.chars().filter(|c| crate::text::width(&c.to_string()) > 0).collect();
        seen == ".git" || seen == "git~1"
    };
    let is_repository = |folder: &Path| folder.join("HEAD").exists() && folder.join("objects").is_dir();
    path.components().any(is_git_name) || path.ancestors().any(is_repository)
}

/// Who named some paths, and so how far they reach.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) enum Reach {
    /// A person did, by a flag or in the environment: anywhere, pipes too.
    Named,
    /// The user's own settings: anywhere, but what may wait is not opened.
    Own,
    /// The settings of a project.
    Project(Arc<ProjectBounds>),
}

/// Files and folders, and who named them.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) struct Paths {
    /// From the working directory.
    pub(in crate::cli) list: Vec<PathBuf>,
    pub(super) reach: Reach,
}

impl Paths {
    /// What a person named.
    pub(super) fn named(list: Vec<PathBuf>) -> Self {
        Self { list, reach: Reach::Named }
    }

    /// The paths as places of records; `-` is the caller's matter.
    ///
    /// # Errors
    /// A project's path that leads outside of it.
    pub(in crate::cli) fn places(&self, env: &Env) -> Result<Vec<InputSource<'static>>> {
        let place = |path: &PathBuf| match &self.reach {
            Reach::Named => Ok(InputSource::Path(path.clone())),
            Reach::Own => Ok(InputSource::Configured { path: path.clone(), confined: false }),
            Reach::Project(bounds) => {
                bounds.check_input(&env.current_dir().join(path), path)?;
                Ok(InputSource::Configured { path: path.clone(), confined: true })
            }
        };
        self.list.iter().map(place).collect()
    }

    /// The built-in formats and the templates in these folders.
    ///
    /// # Errors
    /// A project's folder that leads outside of it, and what [`Formats::with_templates`] refuses.
    pub(in crate::cli) fn formats(&self, env: &Env) -> Result<Formats> {
        if let Reach::Project(bounds) = &self.reach {
            for path in &self.list {
                bounds.check_input(&env.current_dir().join(path), path)?;
            }
        }
        Formats::with_templates(&self.list, matches!(self.reach, Reach::Project(_)))
    }
}

/// What the paths of a file of settings start from.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    pub(super) folder: &'a Path,
    pub(super) bounds: Option<&'a Arc<ProjectBounds>>,
    pub(super) env: &'a Env,
}

impl Base<'_> {
    /// `path` from the working directory, a leading `~` expanded.
    pub(super) fn join(self, path: &Path) -> PathBuf {
        self.folder.join(expand_home(path, self.env))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_folders_are_known_however_they_are_spelled() {
        for path in [
            "/r/.git",
            "/r/.git/config",
            "/r/.GIT/hooks/x",
            "/r/.Git ",
            "/r/.git./x",
            "/r/git~1/x",
            "/r/.g\u{200c}it/x",
            "/r/.git::$INDEX_ALLOCATION/x",
        ] {
            assert!(is_in_git_folder(Path::new(path)), "{path}");
        }
        for path in ["/r/.github/x", "/r/.gitignore", "/r/git/x", "/r/a.git/x", "/r/.gitattributes", "/r/my.git~1"] {
            assert!(!is_in_git_folder(Path::new(path)), "{path}");
        }
        let bare = tempfile::tempdir().expect("a folder");
        fs::create_dir(bare.path().join("objects")).expect("made");
        assert!(!is_in_git_folder(&bare.path().join("x")));
        fs::write(bare.path().join("HEAD"), "ref: refs/heads/main").expect("written");
        assert!(is_in_git_folder(&bare.path().join("x")));
    }

    #[test]
    #[cfg(unix)]
    fn an_output_is_resolved_as_the_system_would() {
        use std::os::unix::fs::symlink;
        let top = tempfile::tempdir().expect("a folder");
        let top = fs::canonicalize(top.path()).expect("resolved");
        let at = |name: &str| top.join(name);
        fs::create_dir_all(at("r/in/deep")).expect("made");
        fs::create_dir(at("out")).expect("made");
        fs::write(at("r/in/file.md"), "").expect("written");
        for (target, link) in [
            ("../out", "r/away"),
            ("in/deep", "r/near"),
            ("../out/new.md", "r/dangling.md"),
            ("chain2.md", "r/chain1.md"),
            ("chain3.md", "r/chain2.md"),
            ("../out/end.md", "r/chain3.md"),
            ("loop.md", "r/loop.md"),
            ("in/file.md", "r/inside.md"),
        ] {
            symlink(target, at(link)).expect("linked");
        }
        symlink(at("out/absolute.md"), at("r/absolute.md")).expect("linked");
        // The folder itself may be reached over a link.
        symlink("r", at("link")).expect("linked");
        let bounds = ProjectBounds::of(&at("link"));
        let of = |name: &str| {
            bounds
                .resolve_output(&at("link").join(name))
                .map(|real| real.strip_prefix(&top).expect("below").to_path_buf())
        };
        for (name, real) in [
            ("a.md", "r/a.md"),
            ("./in/../a.md", "r/a.md"),
            ("inside.md", "r/in/file.md"),
            ("near/../x.md", "r/in/x.md"),
            ("no/such/x.md", "r/no/such/x.md"),
            ("../r/a.md", "r/a.md"),
        ] {
            assert_eq!(of(name), Ok(PathBuf::from(real)), "{name}");
        }
        let outside = "it is outside the folder of the settings";
        for (name, why) in [
            ("../a.md", outside),
            ("x/../../y", outside),
            ("away/a.md", outside),
            ("away/../a.md", outside),
            ("dangling.md", outside),
            ("chain1.md", outside),
            ("absolute.md", outside),
            ("/etc/passwd", outside),
            ("../rr/a.md", outside),
            ("loop.md", "too many links"),
            ("in", "it is a folder"),
            (".", "it is a folder"),
            ("near/..", "it is a folder"),
            (".git/config", "it is in a git repository's own folder"),
        ] {
            assert_eq!(of(name), Err(why.to_owned()), "{name}");
        }
        assert_eq!(of("in/file.md/"), Ok("r/in/file.md".into()), "refused when it is written");
    }
}
