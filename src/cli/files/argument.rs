//! Arguments that name files: their types say whether the file is read or written.

use std::any::TypeId;
use std::ffi::OsString;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use tagwright::corpus::Source;

use super::Role;
use crate::cli::candidates::FileOrTags;
use crate::cli::data::Part;

/// An argument that names a file.
pub trait FileArgument: Clone + Send + Sync + 'static {
    /// What is done with the file.
    const ROLE: Role;

    /// The file; `None` when this one names none.
    fn path(&self) -> Option<&Path>;
}

/// A kind of arguments that name files.
pub struct Kind {
    /// Its type.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests find out that every argument has a known type"))]
    pub id: fn() -> TypeId,
    /// What is done with its files.
    pub role: Role,
    /// The files of an argument, when it is of this kind.
    pub paths: fn(&ArgMatches, &str) -> Vec<PathBuf>,
}

/// All kinds. An argument that names a file must be of one of them, so that [`super::check`] knows of it.
pub const KINDS: [Kind; 4] =
    [Kind::of::<InputFile>(), Kind::of::<OutputFile>(), Kind::of::<Part>(), Kind::of::<FileOrTags>()];

impl Kind {
    const fn of<T: FileArgument>() -> Self {
        Self { id: TypeId::of::<T>, role: T::ROLE, paths: paths::<T> }
    }
}

fn paths<T: FileArgument>(matches: &ArgMatches, id: &str) -> Vec<PathBuf> {
    let values = matches.try_get_many::<T>(id).ok().flatten();
    values.into_iter().flatten().filter_map(T::path).map(Path::to_owned).collect()
}

/// A file that is read; `-` is standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile(PathBuf);

/// A file that is written; `-` is standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile(PathBuf);

macro_rules! file_argument {
    ($file:ident, $role:expr) => {
        impl FileArgument for $file {
            const ROLE: Role = $role;

            fn path(&self) -> Option<&Path> {
                Some(self)
            }
        }

        impl From<OsString> for $file {
            fn from(path: OsString) -> Self {
                Self(path.into())
            }
        }

        impl Deref for $file {
            type Target = Path;

            fn deref(&self) -> &Path {
                &self.0
            }
        }

        impl AsRef<Path> for $file {
            fn as_ref(&self) -> &Path {
                self
            }
        }
    };
}

file_argument!(InputFile, Role::Read);
file_argument!(OutputFile, Role::Written);

impl From<InputFile> for Source {
    fn from(file: InputFile) -> Self {
        file.0.into()
    }
}
