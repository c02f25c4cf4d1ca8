"""The course of a matrix: which parts are left, where they go, and what is told on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from corridor_opt import __version__
from corridor_opt.errors import DataError
from corridor_opt.graph.spread import spread_faults
from corridor_opt.model.writing import replace_text, shown
from corridor_opt.results.matrix import CostMatrix, FrontMatrix
from corridor_opt.results.matrix_parts import Parts, folder_of
from corridor_opt.studies.many import Many
from corridor_opt.studies.question import uncallable
from corridor_opt.studies.routes import Asking

if TYPE_CHECKING:
    import pandas as pd

FILES = (".csv", ".json")
OTHERS = (".xlsx", ".xls", ".pdf", ".html", ".md", ".txt", ".gpkg")  # of files that a matrix is not written to
Answer = TypeVar("Answer")
Made = TypeVar("Made", CostMatrix, FrontMatrix)


def course_faults(to: Any, progress: Any, executor: Any, threads: Any) -> list[str]:
    """Name what is wrong with where a matrix goes, and how it gets there."""
    faults = [*uncallable(progress=progress), *spread_faults(executor, threads)]
    if to is not None and (not isinstance(to, (str, Path)) or not str(to)):
        faults.append(f"to: the path of a folder or file expected, not {to!r}")
    elif to is not None and Path(to).suffix.lower() in OTHERS:
        faults.append(f"to: {shown(to)}: a matrix goes to a folder (such as matrix.parquet), a .csv or a .json file")
    elif to is not None and is_file(to):
        path = Path(to).absolute()
        if not path.parent.is_dir():
            faults.append(f"to: {shown(to)} cannot be written: there is no folder {shown(path.parent)}")
        elif path.is_dir():
            faults.append(f"to: {shown(to)} is a folder")
    elif to is not None:
        try:
            folder_of(to)
        except DataError as error:
            faults.append(str(error))
    return faults


def is_file(to: str | Path) -> bool:
    """Whether a path is that of a single file, which is written when all is done."""
    return Path(to).suffix.lower() in FILES


class Course:
    """A matrix on its way.

    Parameters
    ----------
    asked
        What is asked.
    criteria
        Searched criteria.
    blocks
        What each part is about.
    pairs
        Pairs of each part.
    to, resume, progress
        See `corridor_opt.cost_matrix`.

    Raises
    ------
    DataError
        The folder cannot be used.
    """

    def __init__(
        self,
        asked: Many,
        criteria: Sequence[str],
        blocks: Sequence[range],
        pairs: Sequence[int],
        to: str | Path | None,
        resume: bool,
        progress: Callable[[int, int], object] | None,
    ) -> None:
        self.asked, self.criteria, self.pairs = asked, tuple(criteria), pairs
        self.to, self.progress = to, progress
        self.parts: Parts | None = None
        left = list(range(len(blocks)))
        if to is not None and not is_file(to):
            said = {
                **asked.head,
                "criteria": list(criteria),
                "search": repr((asked.question.method, asked.question.search_limits)),
                "origins": _ids(asked.origins),
                "destinations": _ids(asked.destinations),
                "corridor_opt": __version__,
            }
            self.parts = Parts(to, said, asked.digest(repr(sorted(said.items(), key=str))), len(blocks), resume)
            left = self.parts.missing()
        self.left = left
        self.blocks = [blocks[number] for number in left]
        self.done, self.all = sum(pairs) - sum(pairs[number] for number in left), sum(pairs)

    def gather(self, frame: Callable[[range, Answer], pd.DataFrame], answers: Iterable[Answer]) -> pd.DataFrame | None:
        """Take the answers of the blocks that were left, in order; gives all rows unless they are on disk.

        Raises
        ------
        DataError
            A part cannot be written; those before it stay.
        """
        import pandas as pd

        rows: list[pd.DataFrame] = []
        self._tell()
        for number, block, answer in zip(self.left, self.blocks, _closing(answers), strict=True):
            made = frame(block, answer)
            if self.parts is None:
                rows.append(made)
            else:
                self.parts.put(number, made)
            self.done += self.pairs[number]
            self._tell()
        if self.parts is None:
            return pd.concat(rows, ignore_index=True)
        self.parts.finish()
        return None

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(self.done, self.all)

    def result(self, kind: type[Made], rows: pd.DataFrame | None) -> Made:
        """Make the answer, and write it where a file was asked for."""
        asked = self.asked
        words = {**asked.question.words, "scenario": asked.question.worlds[0].asked}
        made = kind(
            head=asked.head,
            criteria=self.criteria,
            origins={label: place.node for label, place in asked.origins.items()},
            destinations={label: place.node for label, place in asked.destinations.items()},
            rows=rows,
            path=None if self.parts is None else self.parts.path,
            ask=PairAsking(asked.question.network, words),
        )
        if self.to is not None and self.parts is None:
            text = made.to_json() + "\n" if Path(self.to).suffix.lower() == ".json" else made.to_csv()
            replace_text(self.to, text)
        return made


class PairAsking:
    """Answers one pair in the words of the matrix.

    Parameters
    ----------
    network
        Without a scenario.
    words
        Arguments of `find_routes`.
    """

    def __init__(self, network: Any, words: Mapping[str, Any]) -> None:
        self.ask, self.words = Asking(network), dict(words)

    def __call__(self, **words: Any) -> Any:
        """Answer with some words changed."""
        return self.ask(**{**self.words, **words})


def _closing(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Go through answers, and have what was not begun cancelled when the reader leaves."""
    try:
        yield from answers
    finally:
        close = getattr(answers, "close", None)
        if close is not None:
            close()


def _ids(places: Mapping[str, Any]) -> list[str]:
    return [place.node if place.point is None else f"{place.point[0]},{place.point[1]}" for place in places.values()]
