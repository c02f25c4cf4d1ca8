"""A matrix on disk: a folder of Parquet parts that grows while it is computed, and can be gone on with.

The folder holds `part-00000.parquet`, ... in the order of the rows and `_manifest.json`, which says what was asked.
Programs that read a folder of Parquet files read it as one table. Each part is put in its place when it is whole.
"""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.model.geofiles import need_pyarrow
from corridor_opt.model.writing import put_file, reason, replace_text, shown

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "_manifest.json"
SCHEMA = "corridor-opt/matrix-parts/1"


def folder_of(path: str | Path) -> dict[str, Any] | None:
    """Hold that a folder can take a matrix; gives the manifest that stands there, None where it is empty or not there.

    Raises
    ------
    DataError
        It holds something else, or its parent is not there.
    MissingExtraError
        pyarrow is not installed.
    """
    need_pyarrow("Parquet needs")
    path = Path(path)
    where = shown(path)
    if path.exists() and not path.is_dir():
        raise DataError(f"{where} is a file; a matrix in parts needs a folder of its own")
    if not path.exists():
        if not path.absolute().parent.is_dir():
            raise DataError(f"{where} cannot be written: there is no folder {shown(path.absolute().parent)}")
        return None
    if not any(path.iterdir()):
        return None
    try:
        old = json.loads((path / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise DataError(f"{where} holds other files; a matrix in parts needs a folder of its own") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{where} cannot be gone on with: its {MANIFEST} cannot be read ({error})") from error
    if not isinstance(old, dict) or old.get("schema") != SCHEMA:
        raise DataError(f"{where} cannot be gone on with: its {MANIFEST} is not one of {SCHEMA}")
    return old


class Parts:
    """The folder of a matrix.

    Parameters
    ----------
    path
        Where; made if it is not there, its parent must be.
    asked
        The question, as JSON can hold it; shown where another stands there.
    digest
        Checksum of all that the answers depend on.
    count
        Parts in all.
    resume
        Whether to keep parts that answer the same question; else the folder is begun anew.

    Raises
    ------
    DataError
        The folder cannot be used, or answers another question.
    MissingExtraError
        pyarrow is not installed.
    """

    def __init__(self, path: str | Path, asked: Mapping[str, Any], digest: str, count: int, resume: bool) -> None:
        self.path, self.count = Path(path), count
        self.manifest = {"schema": SCHEMA, "digest": digest, "parts": count, "question": json.loads(json.dumps(asked))}
        old = folder_of(path)
        if old is not None and resume:
            self._check(old)
        elif old is not None:
            for part in self.path.glob("part-*.parquet"):
                self._do(part.unlink)
        new = not self.path.exists()
        self._do(lambda: self.path.mkdir(exist_ok=True))
        try:
            self._say(complete=False)
        except DataError:
            if new:
                with contextlib.suppress(OSError):
                    self.path.rmdir()
            raise

    def _check(self, old: Mapping[str, Any]) -> None:
        """Refuse a folder that answers another question."""
        if old.get("digest") == self.manifest["digest"] and old.get("parts") == self.count:
            return
        before, now = old.get("question") or {}, self.manifest["question"]
        names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
        faults = [f"{name}: there {_short(before.get(name))}, now {_short(now.get(name))}" for name in names]
        faults = faults or ["the words are the same; the network or the numbers of this version are not"]
        said = "give another folder, or resume=False to begin anew"
        raise DataError(f"{shown(self.path)} holds the answers to another question; {said}", faults)

    def _say(self, *, complete: bool) -> None:
        text = json.dumps({**self.manifest, "complete": complete}, ensure_ascii=False, indent=1)
        replace_text(self.path / MANIFEST, text + "\n")

    def _do(self, act: Any) -> None:
        try:
            act()
        except OSError as error:
            raise DataError(f"{shown(self.path)} cannot be written: {reason(error)}") from error

    def place(self, number: int) -> Path:
        """Give the path of a part."""
        return self.path / f"part-{number:05d}.parquet"

    def missing(self) -> list[int]:
        """Numbers of parts that are not there whole; a damaged one is told and will be computed again."""
        found = []
        for number in range(self.count):
            try:
                if self.place(number).exists():
                    read_part(self.place(number))
                    continue
            except (OSError, ValueError) as error:
                said = f"{shown(self.place(number))} is damaged and is computed again ({str(error)[:80]})"
                warnings.warn(said, RuntimeWarning, stacklevel=4)
            found.append(number)
        return found

    def put(self, number: int, frame: pd.DataFrame) -> None:
        """Write a part.

        Raises
        ------
        DataError
            It cannot be written; the parts before it stay.
        """
        try:
            put_file(self.place(number), lambda draft: frame.to_parquet(draft, index=False, write_page_checksum=True))
        except OSError as error:
            whole = sum(self.place(i).exists() for i in range(self.count))
            raise DataError(
                f"{shown(self.place(number))} cannot be written: {reason(error)}; {whole} of {self.count} parts are "
                "whole and stay, the same call goes on from there"
            ) from error

    def finish(self) -> None:
        """Mark the matrix as whole."""
        self._say(complete=True)


def read_part(path: Path) -> pd.DataFrame:
    """Read a part; its checksums are compared.

    Raises
    ------
    OSError, ValueError
        It is damaged.
    """
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, page_checksum_verification=True).read().to_pandas()


def read_parts(path: Path) -> pd.DataFrame:
    """Read all parts of a folder as one frame, in order.

    Raises
    ------
    DataError
        A part cannot be read.
    """
    import pandas as pd

    frames = []
    for part in sorted(path.glob("part-*.parquet")):
        try:
            frames.append(read_part(part))
        except (OSError, ValueError) as error:
            raise DataError(f"{shown(part)} cannot be read: {error}") from error
    return pd.concat(frames, ignore_index=True)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
