"""Files of installed packages, read without importing them, and held against the ones that are known."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.model import writing


def package_file(package: str, module: str, *parts: str) -> Path:
    """Find a file of an installed package without importing it.

    Parameters
    ----------
    package
        What it is called where it is installed from.
    module
        What it is called in Python.
    parts
        Path inside it.

    Raises
    ------
    MissingExtraError
        The package is not installed.
    DataError
        It is, and lacks the file.
    """
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError(f"networks of the world need {package}: pip install 'corridor_opt[large]'")
    path = Path(next(iter(found.submodule_search_locations))).joinpath(*parts)
    if not path.is_file():
        raise DataError(f"{package} is installed without {'/'.join(parts)}: install it anew")
    return path


def checked_bytes(path: Path, sha256: str, known: str) -> bytes:
    """Read a file that must be the one we know.

    Parameters
    ----------
    path
        The file.
    sha256
        Checksum of the file we know.
    known
        Package and version it is of, such as `scgraph-data 2.0.0`.

    Raises
    ------
    DataError
        It cannot be read, or it is another.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} of {known} cannot be read: {writing.reason(error)}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(
            f"{path.name} is not the one of {known}, the version that is known here: "
            "pip install 'corridor_opt[large]' brings that one"
        )
    return content
