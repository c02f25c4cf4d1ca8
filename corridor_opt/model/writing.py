"""Put a finished file or folder in the place of an old one: all of it or nothing.

What is written is made in a folder beside its place and moved there when it is whole. A failure, a full disk or an
interrupt among them, leaves what was there and no litter.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from corridor_opt.errors import DataError


def replace_text(path: str | Path, text: str) -> Path:
    """Write a text file in UTF-8, as it is: no line end is added or changed.

    Parameters
    ----------
    path
        Where; see `put_file`.
    text
        All of it.

    Returns
    -------
    pathlib.Path
        The path given.

    Raises
    ------
    DataError
        It cannot be written; an old file stays as it was.
    """
    content = text.encode("utf-8", "backslashreplace")  # half a character, from a broken file name, can be shown only
    try:
        return put_file(path, lambda draft: draft.write_bytes(content))
    except OSError as error:
        raise DataError(f"{shown(path)} cannot be written: {reason(error)}") from error


def put_file(path: str | os.PathLike[str], make: Callable[[Path], object], *, parents: bool = False) -> Path:
    """Have a file made beside its place and move it there.

    A symbolic link stays, the file it leads to is replaced. A new file has the usual permissions, a replaced one those
    of the old. What is no regular file (a pipe, a device) is written straight into.

    Parameters
    ----------
    path
        Where.
    make
        Writes the file at the path it is given.
    parents
        Whether to make folders that are missing.

    Returns
    -------
    pathlib.Path
        The path given.

    Raises
    ------
    OSError
        It cannot be written; the old file stays. `reason` tells why.
    """
    target, old = _look(path)
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if old is not None and not stat.S_ISREG(old.st_mode):
        make(target)
        return target
    if old is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the old file is read-only")
    with _draft(Path(os.path.realpath(target)), parents) as (draft, real):
        make(draft)
        _like(draft, old)
        os.replace(draft, real)
    return target


def put_folder(path: str | Path, make: Callable[[Path], object], ours: Callable[[str], bool]) -> Path:
    """Have a folder made beside its place and move it there; missing parents are made.

    Parameters
    ----------
    path
        Where; a symbolic link stays, the folder it leads to is replaced.
    make
        Makes the folder at the path it is given.
    ours
        Says of a name in the old folder whether it is ours to replace; everything else is carried over.

    Returns
    -------
    pathlib.Path
        The path given.

    Raises
    ------
    OSError
        It cannot be written; the old folder stays. `reason` tells why.
    """
    target, old = _look(path)
    if old is not None and not stat.S_ISDIR(old.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, a folder is needed")
    with _draft(Path(os.path.realpath(target)), parents=True) as (draft, real):
        make(draft)
        if old is None:
            os.replace(draft, real)
            return target
        for entry in real.iterdir():
            if not ours(entry.name):
                _copy(entry, draft / entry.name)
        _like(draft, old)
        aside = _aside(draft)
        try:
            os.replace(real, aside)
            os.replace(draft, real)
        except BaseException:
            if aside.exists() and not real.exists():
                os.replace(aside, real)
            raise
    return target


def reason(error: OSError) -> str:
    """Say in a few words why a file could not be written or read."""
    return error.strerror or str(error) or type(error).__name__


def shown(path: object) -> str:
    """Give a path as a message shows it: a very long one is cut."""
    text = str(path)
    return text if len(text) <= 300 else f"{text[:140]}...{text[-140:]}"


def _look(path: str | os.PathLike[str]) -> tuple[Path, os.stat_result | None]:
    """Look at what stands at a path, behind links; None where nothing does."""
    if path == "":
        raise FileNotFoundError(errno.ENOENT, "the path is empty")
    try:
        target = Path(path)
        return target, os.stat(target)
    except FileNotFoundError:
        return target, None
    except (TypeError, ValueError) as error:  # a number; a path with a zero byte
        raise OSError(errno.EINVAL, f"it is no path ({error})") from error


@contextlib.contextmanager
def _draft(real: Path, parents: bool) -> Iterator[tuple[Path, Path]]:
    """Give a place of the same name in a folder beside, which goes when all is done."""
    if not parents and not real.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {shown(real.parent)}")
    made: list[Path] = []
    try:
        for folder in reversed([folder for folder in real.parents if not folder.exists()]):
            folder.mkdir()
            made.append(folder)
        beside = Path(tempfile.mkdtemp(dir=real.parent, prefix=".writing-"))
        draft = beside / real.name
        try:
            yield draft, real
        finally:
            if _aside(draft).exists() and not real.exists():  # it could not be put back: do not delete it as well
                raise OSError(errno.EIO, f"the old one could not be put back and lies in {_aside(draft)}")
            shutil.rmtree(beside, ignore_errors=True)
    except BaseException:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _aside(draft: Path) -> Path:
    """Where an old folder stands while the new one moves in."""
    return draft.with_name("old" if draft.name != "old" else "older")


def _like(draft: Path, old: os.stat_result | None) -> None:
    """Give a draft the permissions of what it replaces, where the file system has such."""
    if old is not None:
        with contextlib.suppress(OSError):
            os.chmod(draft, stat.S_IMODE(old.st_mode))


def _copy(entry: Path, place: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, place, symlinks=True)
    else:
        shutil.copy2(entry, place, follow_symlinks=False)
