//! Two states of the records: revisions, paths, and the records in use.

use super::{Session, Settings};
use crate::catalog::record::Record;
use crate::catalog::{Catalog, InputSource, Projection};
use crate::cli::folders::expand_home;
use crate::cli::git::{self, NAME_FOLDERS, Repository, Revision};
use crate::cli::settings::{Origin, catalog_of};
use crate::error::{Error, Result};
use crate::report::document::changes::{State, StateSource};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// One of two states, read.
pub(in crate::cli) struct Side {
    /// Its records; `None` where it has none.
    pub(in crate::cli) catalog: Option<ManuallyDrop<Catalog>>,
    /// What it is, for the document.
    pub(in crate::cli) state: State,
    /// What to know about it: a code for programs and a sentence each.
    pub(in crate::cli) notes: Vec<(&'static str, String)>,
}

impl Side {
    /// All its records.
    ///
    /// # Errors
    /// Some are invalid.
    pub(in crate::cli) fn records(&self) -> Result<&[Record]> {
        self.catalog.as_ref().map_or(Ok(&[]), |catalog| catalog.all())
    }
}

/// A state that was typed.
enum TypedState {
    /// The records in use.
    InUse,
    /// A file or folder, as it was typed.
    Path(String),
    /// A revision.
    Revision(Revision),
}

impl Session<'_> {
    /// The states `from` and `to`, as they were typed; by default the last commit and the records in use.
    ///
    /// # Errors
    /// A state does not exist, or its records cannot be read.
    pub(in crate::cli) fn sides(
        &mut self,
        settings: &Settings,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<[Side; 2]> {
        let env = self.env;
        // Folders need no git, and so it is asked only where it may know something.
        let are_paths = [from, to].into_iter().all(|word| word.is_some_and(looks_like_path));
        let repository = if are_paths { Err(Error::usage("paths are not revisions")) } else { Repository::find(env) };
        let mut notes = Vec::new();
        let typed = self.typed(&repository, from, to, &mut notes)?;
        let reads_git = typed.iter().any(|typed| matches!(typed, TypedState::Revision(_)));
        let is_path = |typed: &TypedState| matches!(typed, TypedState::Path(_));
        if typed.iter().all(is_path) && !settings.source.catalog.is_empty() {
            return Err(Error::usage("both states are named by their paths, so `--catalog` has no use"));
        }
        let repository = if reads_git { Some(repository?) } else { None };
        if let Some(repository) = &repository {
            self.check_state(settings, repository, &typed)?;
            notes.extend(self.settings_differ(settings, repository, &typed)?);
        }
        let [from, to] = typed;
        let mut from = self.side(settings, repository.as_ref(), from)?;
        let to = self.side(settings, repository.as_ref(), to)?;
        if from.catalog.is_none() && to.catalog.is_none() {
            return Err(
                Error::data("neither of the two states has records").hint("`--catalog PATH` says where they are")
            );
        }
        from.notes.splice(0..0, notes);
        Ok([from, to])
    }

    /// What was typed, resolved.
    fn typed(
        &self,
        repository: &Result<Repository<'_>>,
        from: Option<&str>,
        to: Option<&str>,
        notes: &mut Vec<(&'static str, String)>,
    ) -> Result<[TypedState; 2]> {
        let from = from.unwrap_or("HEAD");
        let is_path = |word: &str| self.is_there(word) || looks_like_path(word);
        let range = ["...", ".."].into_iter().find_map(|dots| Some((dots, from.split_once(dots)?)));
        let Some((dots, (one, other))) = range.filter(|_| !is_path(from)) else {
            let to = to.map_or(Ok(TypedState::InUse), |to| self.state(repository, to))?;
            return Ok([self.state(repository, from)?, to]);
        };
        if to.is_some() {
            return Err(Error::usage(format!("`{from}` names two states; leave out the second argument")));
        }
        let named = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        let repository = repository.as_ref().map_err(Clone::clone)?;
        let revision = |name: &str| repository.revision(name)?.ok_or_else(|| repository.unknown(name));
        let (first, second) = (revision(&named(one))?, revision(&named(other))?);
        let new = if other.is_empty() { TypedState::InUse } else { TypedState::Revision(second.clone()) };
        if dots == ".." {
            return Ok([TypedState::Revision(first), new]);
        }
        let (ancestor, count) = repository.common_ancestor(&first, &second, from)?;
        if count > 1 {
            let (one, other) = (&first.name, &second.name);
            notes.push((
                "several_ancestors",
                format!("{one} and {other} went apart more than once; the first of {count} such commits is compared."),
            ));
        }
        Ok([TypedState::Revision(ancestor), new])
    }

    /// A state that was typed as one word.
    fn state(&self, repository: &Result<Repository<'_>>, word: &str) -> Result<TypedState> {
        let path = || TypedState::Path(word.to_owned());
        if looks_like_path(word) {
            return Ok(path());
        }
        let is_there = self.is_there(word);
        let revision = match repository {
            Ok(repository) => repository.revision(word)?,
            Err(_) if is_there => None,
            Err(error) => return Err(error.clone()),
        };
        match (revision, repository) {
            (Some(_), _) if is_there => {
                Err(Error::usage(format!("`{word}` is a revision and a file or folder as well")).hint(format!(
                    "write `./{word}` for the path, or the full name of the branch or tag: `refs/heads/{word}`, `refs/tags/{word}`"
                )))
            }
            (Some(revision), _) => Ok(TypedState::Revision(revision)),
            (None, _) if is_there => Ok(path()),
            (None, Ok(repository)) => Err(repository.unknown(word)),
            (None, Err(error)) => Err(error.clone()),
        }
    }

    fn is_there(&self, word: &str) -> bool {
        !word.is_empty() && self.env.current_dir().join(expand_home(Path::new(word), self.env)).exists()
    }

    /// Refuses what is no state: records that no repository can have, a merge that is under way.
    fn check_state(&self, settings: &Settings, repository: &Repository<'_>, typed: &[TypedState; 2]) -> Result<()> {
        let paths = self.paths(settings);
        if paths.is_empty() {
            return Err(Error::usage("the records in use are those built into the program, which have no history")
                .hint("name yours: `--catalog PATH`, or `catalog` in compare.toml")
                .hint(NAME_FOLDERS));
        }
        if paths.iter().any(|path| path == Path::new("-")) {
            return Err(Error::usage("records on standard input have no history").hint(NAME_FOLDERS));
        }
        let is_in_use = typed.iter().any(|typed| matches!(typed, TypedState::InUse));
        if is_in_use && repository.is_merging()? {
            return Err(Error::usage("a merge is in progress, so the working tree is not a state of its own")
                .hint("conclude it (`git merge --continue`) or give it up (`git merge --abort`)")
                .hint("or name two revisions: `compare changes FROM TO`"));
        }
        Ok(())
    }

    /// The file of the project's settings, from the working directory.
    fn project_file(&self) -> Option<&Path> {
        self.loaded.project.bounds.as_ref()?;
        self.loaded.files.first().map(PathBuf::as_path)
    }

    /// A note where the settings of the project are not the same in both states.
    fn settings_differ(
        &self,
        settings: &Settings,
        repository: &Repository<'_>,
        typed: &[TypedState; 2],
    ) -> Result<Option<(&'static str, String)>> {
        let Some(file) = self.project_file() else { return Ok(None) };
        let Ok(at) = repository.relative(file) else { return Ok(None) };
        let mut texts = Vec::with_capacity(typed.len());
        for typed in typed {
            texts.push(match typed {
                TypedState::Revision(revision) => repository.file(revision, &at)?,
                TypedState::InUse | TypedState::Path(_) => std::fs::read(self.env.current_dir().join(file)).ok(),
            });
        }
        let plain = |text: &Option<Vec<u8>>| {
            text.as_ref().map(|text| String::from_utf8_lossy(text).replace("\r\n", "\n").trim_end().to_owned())
        };
        let name = file.display();
        let of_its_own =
            if names_catalog(settings, file) { "; each has the records that its own `catalog` names" } else { "" };
        Ok((plain(&texts[0]) != plain(&texts[1])).then(|| {
            (
                "settings_differ",
                format!("{name} is not the same in both states. Both are judged with today's settings{of_its_own}."),
            )
        }))
    }

    /// Reads a state.
    fn side(&mut self, settings: &Settings, repository: Option<&Repository<'_>>, typed: TypedState) -> Result<Side> {
        let mut notes = Vec::new();
        let (catalog, source, name, commit) = match typed {
            TypedState::InUse => {
                let catalog = self.catalog(settings, Projection::ALL, Projection::ALL)?;
                if catalog.is_embedded() {
                    return Err(Error::usage("the records in use are those built into the program")
                        .hint("name both states: `compare changes OLD NEW`"));
                }
                (Some(catalog), StateSource::Catalog, None, None)
            }
            TypedState::Path(word) => {
                let path = expand_home(Path::new(&word), self.env);
                let catalog = self.catalog_at(settings, vec![InputSource::Path(path)])?;
                (Some(catalog), StateSource::Path, Some(word), None)
            }
            TypedState::Revision(revision) => {
                let Some(repository) = repository else { return Err(Error::usage("there is no git repository")) };
                let paths = self.paths_at(settings, repository, &revision)?;
                let (places, missing) = git::files(repository, &revision, &paths)?;
                notes.extend(missing.iter().map(|path| {
                    (
                        "path_not_there",
                        format!("{} has no {}, so it has no records there.", revision.name, path.display()),
                    )
                }));
                let catalog = if places.is_empty() { None } else { Some(self.catalog_at(settings, places)?) };
                (catalog, StateSource::Revision, Some(revision.name), Some(revision.commit))
            }
        };
        let tools = catalog.as_ref().map_or(0, |catalog| catalog.len());
        Ok(Side { catalog, state: State { source, name, commit, tools }, notes })
    }

    /// Where `revision` has its records: where its own settings say, if it is the project's that name them; a catalog
    /// that moved is no change.
    fn paths_at(&self, settings: &Settings, repository: &Repository<'_>, revision: &Revision) -> Result<Vec<PathBuf>> {
        let in_use = self.paths(settings);
        let Some(file) = self.project_file() else { return Ok(in_use) };
        if !names_catalog(settings, file) {
            return Ok(in_use);
        }
        let Ok(at) = repository.relative(file) else { return Ok(in_use) };
        let Some(text) = repository.file(revision, &at)? else { return Ok(in_use) };
        let listed = catalog_of(&format!("{}:{at}", revision.name), &String::from_utf8_lossy(&text))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let listed = listed.filter(|listed| !listed.is_empty());
        Ok(listed.map_or(in_use, |listed| listed.into_iter().map(|path| folder.join(path)).collect()))
    }
}

/// Whether the settings in `file` are what names the catalog in use.
fn names_catalog(settings: &Settings, file: &Path) -> bool {
    let named_by = settings.chosen.catalog.as_ref().map(|named| &named.origin);
    matches!(named_by, Some(Origin::File(location)) if Path::new(&location.file) == file)
}

/// Whether a word can only be a path: no revision is written so.
fn looks_like_path(word: &str) -> bool {
    word.starts_with(['.', '/', '~']) || word.ends_with('/') || word.contains('\\')
}
