"""The one place that runs tasks on threads, on processes or on Dask.

A task is a pure function of what all tasks share and of one part: `task(shared, part)`. It stands at the top of a
module, so that other processes can find it. Answers come in the order of the parts, a few parts ahead of the reader,
and are the same wherever they are computed.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
import warnings
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.graph.engines.interrupt import Interrupts

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Answer = TypeVar("Answer")

MOST_HELD = 4  # shared values that a worker process remembers
_held: OrderedDict[str, Any] = OrderedDict()
_holding = threading.Lock()


class Lacking(NamedTuple):
    """The answer of a worker that does not know what tasks share yet."""

    key: str


def spread(
    task: Callable[[Shared, Part], Answer],
    shared: Shared,
    parts: Sequence[Part],
    *,
    executor: Any = None,
    threads: int | None = None,
) -> Iterator[Answer]:
    """Run a task on each part.

    Parameters
    ----------
    task
        A pure function at the top of a module. With threads it has to release the interpreter to gain anything.
    shared
        What all tasks read and none changes. Travels about once to each worker of another process.
    parts
        One a task; what a part holds travels with it.
    executor
        None: threads of our own. A `concurrent.futures` executor, or a `dask.distributed.Client`: its workers, which
        need this package; it stays open. Text: the address of a Dask scheduler.
    threads
        How many threads of our own, 1 or more; 1 runs in the caller's. None: one a processor that this process may
        use.

    Yields
    ------
    Answer
        In the order of the parts. About two parts a worker are under way or wait to be read.

    Raises
    ------
    DataError
        An executor or number of threads that cannot be used; at the call, before the first answer.
    MissingExtraError
        The address of a Dask scheduler was given and `distributed` is not installed.
    Exception
        What a task raised, in its turn.

    Notes
    -----
    A worker that is lost costs its own tasks: Dask runs them elsewhere. When a pool of processes breaks, or Dask gives
    a task up, what has no answer yet is computed here, and a RuntimeWarning says so. After an error, Ctrl-C or the end
    of the reader's interest, what has not begun is cancelled.
    """
    if faults := spread_faults(executor, threads):
        raise DataError("tasks cannot be spread so", faults)
    if isinstance(executor, str) or _is_dask(executor):
        return _on_dask(task, shared, parts, executor)
    if executor is not None:
        return _on_executor(task, shared, parts, executor)
    return _on_threads(task, shared, parts, _own(threads))


def workers(executor: Any = None, threads: int | None = None) -> int:
    """Say how many tasks run at once, as far as can be known.

    Parameters
    ----------
    executor, threads
        See `spread`.

    Returns
    -------
    int
        1 or more.
    """
    if executor is None:
        return _own(threads)
    if _is_dask(executor):
        return max(1, sum(executor.nthreads().values()))
    return max(1, int(getattr(executor, "_max_workers", None) or _own(None)))


def spread_faults(executor: Any, threads: int | None) -> list[str]:
    """Name what is wrong with an executor and a number of threads; see `spread` for both."""
    faults = []
    whole = isinstance(threads, int) and not isinstance(threads, bool)
    if threads is not None and (not whole or threads < 1):
        faults.append(f"threads: a whole number of 1 or more, or None, expected, not {threads!r}")
    if executor is not None and threads is not None:
        faults.append("threads: an executor brings its own workers; give one of the two")
    known = executor is None or isinstance(executor, (str, Executor)) or _is_dask(executor)
    if not known:
        faults.append(
            "executor: a concurrent.futures executor, a dask.distributed Client, the address of a scheduler or None "
            f"expected, not {type(executor).__name__}"
        )
    if _is_dask(executor) and getattr(executor, "status", "") in ("closing", "closed"):
        faults.append("executor: the Client is closed")
    if isinstance(executor, str) and ":" not in executor:
        faults.append(f"executor: '{executor[:60]}' is no address of a scheduler, such as tcp://host:8786")
    if _is_dask(executor) and getattr(executor, "asynchronous", False):
        faults.append("executor: a Client with asynchronous=False expected")
    return faults


def _own(threads: int | None) -> int:
    """Say how many threads of our own to use."""
    if threads is not None:
        return threads
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _here(task: Callable[[Shared, Part], Answer], shared: Shared, part: Part) -> Answer:
    """Run a task in this thread; Ctrl-C is raised when it is done."""
    with Interrupts():
        return task(shared, part)


def _on_threads(
    task: Callable[[Shared, Part], Answer], shared: Shared, parts: Sequence[Part], count: int
) -> Iterator[Answer]:
    """Run tasks on threads of our own."""
    count = min(count, len(parts))
    if count <= 1:
        for part in parts:
            yield _here(task, shared, part)
        return
    pool = ThreadPoolExecutor(count, "corridor_opt")
    try:
        yield from _in_order(lambda part: pool.submit(task, shared, part), parts, 2 * count, lambda f, p: f.result())
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    submit: Callable[[Part], Any],
    parts: Sequence[Part],
    ahead: int,
    result: Callable[[Any, Part], Answer],
) -> Iterator[Answer]:
    """Submit parts a few ahead, and give the answers in order; cancel the rest when the reader leaves."""
    waiting: deque[tuple[Any, Part]] = deque()
    try:
        for part in parts:
            waiting.append((submit(part), part))
            if len(waiting) >= ahead:
                yield result(*waiting.popleft())
        while waiting:
            yield result(*waiting.popleft())
    finally:
        for future, _ in waiting:
            if future is not None:
                future.cancel()


# executors of others ----------------------------------------------------------------------------------


def _on_executor(
    task: Callable[[Shared, Part], Answer], shared: Shared, parts: Sequence[Part], executor: Executor
) -> Iterator[Answer]:
    """Run tasks on a `concurrent.futures` executor, and here when it breaks."""
    count = workers(executor)
    if isinstance(executor, ThreadPoolExecutor):
        yield from _in_order(
            lambda part: _submitted(executor, task, shared, part), parts, 2 * count, lambda f, p: f.result()
        )
        return
    load = pickle.dumps((task, shared), pickle.HIGHEST_PROTOCOL)
    key = hashlib.sha256(load).hexdigest()
    broken: list[BrokenExecutor] = []
    sent = 0

    def submit(part: Part) -> Any:
        nonlocal sent
        if broken:
            return None
        sent += 1
        try:  # the first tasks bring along what all share: one each worker, if all goes well
            return _submitted(executor, _there, key, load if sent <= count else None, part)
        except BrokenExecutor as error:
            broken.append(error)
            return None

    def result(future: Any, part: Part) -> Answer:
        if future is not None:
            try:
                answer = future.result()
                if isinstance(answer, Lacking):
                    answer = executor.submit(_there, key, load, part).result()
                return answer
            except BrokenExecutor as error:
                if not broken:
                    broken.append(error)
        _say_broken(broken)
        return _here(task, shared, part)

    yield from _in_order(submit, parts, 2 * count, result)


def _submitted(executor: Executor, task: Callable[..., Any], *given: Any) -> Any:
    """Submit a task; an executor that was shut down takes none."""
    try:
        return executor.submit(task, *given)
    except BrokenExecutor:
        raise
    except RuntimeError as error:
        raise DataError("tasks cannot be spread so", [f"executor: it takes no tasks ({error})"]) from error


def _there(key: str, load: bytes | None, part: Any) -> Any:
    """Run a task in another process, which remembers what tasks share."""
    with _holding:
        if key in _held:
            _held.move_to_end(key)
        elif load is None:
            return Lacking(key)
        else:
            _held[key] = pickle.loads(load)
            while len(_held) > MOST_HELD:
                _held.popitem(last=False)
        task, shared = _held[key]
    return task(shared, part)


def _say_broken(broken: list[Any]) -> None:
    """Warn, once a run, that the rest is computed here."""
    if broken and broken[0] is not None:
        reason = f"{type(broken[0]).__name__}: {broken[0]}"
        warnings.warn(f"workers were lost, the rest is computed here ({reason})", RuntimeWarning, stacklevel=5)
        broken[0] = None


# Dask -------------------------------------------------------------------------------------------------


def _is_dask(executor: Any) -> bool:
    """Say whether this is a Dask client, without importing Dask."""
    return any(c.__name__ == "Client" and c.__module__.split(".")[0] == "distributed" for c in type(executor).__mro__)


def _client(address: str) -> Any:
    """Connect to a scheduler."""
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError("Dask needs distributed: pip install 'corridor_opt[dist]'") from error
    try:
        return Client(address, set_as_default=False)
    except (OSError, ValueError) as error:  # nobody answers there; no port
        why = " ".join(str(error).split())
        raise DataError("tasks cannot be spread so", [f"executor: no scheduler at '{address}' ({why})"]) from error


def _on_dask(
    task: Callable[[Shared, Part], Answer], shared: Shared, parts: Sequence[Part], executor: Any
) -> Iterator[Answer]:
    """Run tasks on the workers of a Dask cluster."""
    client = _client(executor) if isinstance(executor, str) else executor
    return _dask_answers(task, shared, parts, client, client is not executor)


def _dask_answers(
    task: Callable[[Shared, Part], Answer], shared: Shared, parts: Sequence[Part], client: Any, ours: bool
) -> Iterator[Answer]:
    """Scatter what tasks share, and submit them; what Dask gives up is computed here."""
    from distributed import KilledWorker

    def scatter() -> Any:
        return client.scatter([_Box(shared)], broadcast=True)[0]  # a worker that is lost takes no only copy along

    lost = (KilledWorker, CancelledError, *_dask_cancelled())
    broken: list[Any] = []
    try:
        held = [scatter()]

        def submit(part: Part) -> Any:
            return client.submit(_unboxed, task, held[0], _Box(part), pure=False)

        def result(future: Any, part: Part) -> Answer:
            try:
                return future.result()
            except lost:
                pass
            try:  # the last worker that held the shared value may be gone: once more, with a new copy
                held[0] = scatter()
                return submit(part).result()
            except lost as error:
                if not broken:
                    broken.append(error)
            _say_broken(broken)
            return _here(task, shared, part)

        yield from _in_order(submit, parts, 2 * workers(client), result)
    finally:
        if ours:
            client.close()


class _Box:
    """What Dask must not look into: it takes tuples for collections, or for tasks of its own."""

    def __init__(self, inside: Any) -> None:
        self.inside = inside


def _unboxed(task: Callable[[Any, Any], Any], shared: _Box, part: _Box) -> Any:
    """Run a task on a worker of Dask."""
    return task(shared.inside, part.inside)


def _dask_cancelled() -> tuple[type[BaseException], ...]:
    """Name the error of a cancelled future; newer versions of Dask have one of their own."""
    from distributed import client as module

    own = getattr(module, "FutureCancelledError", None)
    return (own,) if own is not None else ()
