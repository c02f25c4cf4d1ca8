"""Completion at the tab key: a short script a shell, and the words that may stand where the cursor is.

The scripts ask `corridor-opt _complete SHELL ...`, which reads the options from the parser and names from the data's
CSV files, without any heavy import: about 50 ms. So names never grow old and lists such as `cost,ti` complete too.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Callable, Iterable, Sequence
from importlib import resources

from corridor_opt.cli_words import FORMATS, FORMATS_OF, SHELLS, parser
from corridor_opt.model.names import fold

CRITERIA = ("cost", "time", "distance", "risk", "emissions", "delay")
FILES = "\a"  # stands for: let the shell complete names of files
MOST = 400  # candidates; more are of no use to a reader

_BASH = r"""# Tab completion of corridor-opt for bash.
_corridor_opt() {
    local IFS=$'\n' word
    COMPREPLY=($("${COMP_WORDS[0]}" _complete bash "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
    if [ "${COMPREPLY[0]}" = $'\a' ]; then
        compopt -o default
        COMPREPLY=()
        return
    fi
    for word in "${COMPREPLY[@]}"; do
        case "$word" in *[=:,+]) compopt -o nospace ;; esac
    done
}
complete -F _corridor_opt corridor-opt
"""
_ZSH = r"""#compdef corridor-opt
# Tab completion of corridor-opt for zsh.
_corridor_opt() {
    local -a found spaced
    found=("${(@f)$("${words[1]}" _complete zsh "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ "${found[1]}" == $'\a' ]]; then
        _files
        return
    fi
    spaced=("${(@)found:#*[=:,+]}")
    found=("${(@M)found:#*[=:,+]}")
    (( ${#found} )) && compadd -U -S '' -- "${(@)found}"
    (( ${#spaced} )) && [[ -n "${spaced[1]}" ]] && compadd -U -- "${(@)spaced}"
}
if [ "${funcstack[1]}" = "_corridor_opt" ]; then
    _corridor_opt "$@"
else
    compdef _corridor_opt corridor-opt
fi
"""
_FISH = r"""# Tab completion of corridor-opt for fish.
function __corridor_opt_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] _complete fish $words[2..-1] 2>/dev/null)
    if test "$found[1]" = \a
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $found
    end
end
complete -c corridor-opt -f -a '(__corridor_opt_complete)'
"""


def script(shell: str) -> str:
    """Give the script for a shell: `bash`, `zsh` or `fish`."""
    return dict(zip(SHELLS, (_BASH, _ZSH, _FISH), strict=True))[shell].rstrip("\n")


def answer(given: Sequence[str]) -> int:
    """Print what may stand at the cursor, a candidate a line; nothing where nothing fits."""
    shell, *rest = given or [""]
    if shell == "bash" and len(rest) == 2:
        breaks, line = rest
        words, quote = _split(line)
        found = candidates(words[1:])
        print("\n".join(_for_bash(one, words[-1], breaks, quote) for one in found))
    elif shell in SHELLS:
        words = rest or [""]
        raw = words if shell == "zsh" else words[-1:]  # as they were typed, with quotes
        print("\n".join(candidates([*words[: len(words) - len(raw)], *(_split(word)[0][0] for word in raw)])))
    return 0


def candidates(words: Sequence[str]) -> list[str]:
    """Say what the last word may become.

    Parameters
    ----------
    words
        After the program's name, up to the cursor; the last one may be empty.
    """
    *before, word = words or [""]
    top = parser()
    commands = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction)).choices
    if not before:
        return _fit(word, [*commands, *(["--help", "--version"] if word.startswith("-") else [])])
    if before[0] not in commands:
        return []
    known = commands[before[0]]._actions
    options = {name: action for action in known for name in action.option_strings}
    slots = [action for action in known if not action.option_strings]
    waiting: argparse.Action | None = None
    for past in before[1:]:
        if waiting is not None:
            waiting = None
        elif past.startswith("-") and not _is_point(past):
            action = options.get(past.partition("=")[0])
            waiting = action if action is not None and action.nargs != 0 and "=" not in past else None
        elif slots:
            slots.pop(0)
    if waiting is not None:
        return _values(waiting, word, before)
    if word.startswith("--") and "=" in word:
        name, _, part = word.partition("=")
        return [f"{name}={one}" for one in _values(options[name], part, before)] if name in options else []
    if word.startswith("-"):
        shown = [name for name, action in options.items() if action.help != argparse.SUPPRESS]
        return _fit(word, [name for name in shown if name.startswith("--")])
    return _values(slots[0], word, before) if slots else []


def _is_point(word: str) -> bool:
    return re.fullmatch(r"-\d[\d.]*,-?\d[\d.]*", word) is not None


def _values(action: argparse.Action, word: str, before: Sequence[str]) -> list[str]:
    """Values of an option or a place in the line."""
    if action.choices is not None:
        return _fit(word, list(action.choices))
    own = "--network" in before
    kinds: dict[str, Callable[[], list[str]]] = {
        "criteria": lambda: _joined(word, ",", CRITERIA),
        "criterion": lambda: _fit(word, CRITERIA),
        "front": lambda: _joined(word, ",", CRITERIA),
        "rank": lambda: _joined(word, ",", [f"{name}=" for name in CRITERIA]),
        "measures": lambda: _joined(word, ",", _measures()),
        "limit": lambda: _fit(word, [f"{name}=" for name in CRITERIA]),
        "scenario": lambda: _joined(word, "+", _policies("scenarios", "baseline")) or [FILES],
        "hazards": lambda: _fit(word, _policies("hazards", "none")) or [FILES],
        "compliance": lambda: _joined(word, "+", _policies("compliance", "none")) or [FILES],
        "exclude": lambda: _selectors(word),
        "avoid": lambda: [] if "=" in word else _selectors(word),
        "via": lambda: _selectors(word) if ":" in word else [] if own else _fit_place(word),
        "what": lambda: _selectors(word) if ":" in word else _fit(word, _names("corridors")) + _fit_place(word),
        "origin": lambda: [] if own else _fit_place(word),
        "destination": lambda: [] if own else _fit_place(word),
        "as_of": lambda: _fit(word, ["2022", "2026"]),
        "service": lambda: _fit(word, ["ordinary", "block-train"]),
        "policy": lambda: _fit(word, ["detour", "wait"]),
        "method": lambda: _fit(word, ["weighted", "topsis", "lexicographic", "knee"]),
        "shipment": lambda: _fit(word, ["1xFEU", "1xTEU", "2xTEU"]),
        "format": lambda: _fit(word, FORMATS[: FORMATS_OF.get(before[0], len(FORMATS))]),
    }
    if action.dest == "name":
        first = {"scenarios": "baseline", "hazards": "none", "compliance": "none"}[before[0]]
        return _joined(word, "+", _policies(before[0], first)) or [FILES]
    if action.dest == "network" or (action.dest == "file" and before[-1:] != ["export"]):
        return (["world"] if before[-1:] == ["build"] else _stored(word)) or [FILES]
    if action.dest in ("map", "report", "output", "file", "cache", "more", "mapping", "origins", "destinations"):
        return [FILES]
    return kinds[action.dest]() if action.dest in kinds else []


def _fit(word: str, known: Iterable[str]) -> list[str]:
    """Known words that begin with what was typed, in any case and with or without accents."""
    begun = fold(word)
    return [one for one in dict.fromkeys(known) if fold(one).startswith(begun)][:MOST]


def _stored(word: str) -> list[str]:
    """Names of networks that were built on this machine, where one is begun."""
    from corridor_opt.model.stored import stored_names

    return _fit(word, stored_names()) if word else []


def _fit_place(word: str) -> list[str]:
    """Places by name; codes where no name fits, for the two share letters in other cases."""
    codes = [code for code in _column("nodes", "id") if word and code.startswith(word)]
    return _fit(word, _places()) or codes


def _joined(word: str, by: str, known: Iterable[str]) -> list[str]:
    """Complete the last of several words that are joined by a sign; those that stand already are not offered."""
    head, found, last = word.rpartition(by)
    there = {part.partition("=")[0] for part in head.split(by)}
    return [f"{head}{found}{one}" for one in _fit(last, known) if one.partition("=")[0] not in there]


def _selectors(word: str) -> list[str]:
    """Complete KEY:VALUE."""
    key, found, value = word.partition(":")
    makers: dict[str, Callable[[], list[str]]] = {
        "country": lambda: _column("countries", "id"),
        "mode": lambda: sorted(set(_column("links", "mode"))),
        "border": _borders,
        "chokepoint": lambda: _column("chokepoints", "id"),
        "corridor": lambda: _column("corridors", "id"),
        "link": lambda: _column("links", "id"),
        "crossing": lambda: _column("crossings", "id"),
        "node": _places,
        "operator": lambda: _column("operators", "id"),
    }
    if not found:
        return _fit(word, [f"{name}:" for name in makers])
    return [f"{key}:{one}" for one in _fit(value, makers[key]())] if key in makers else []


def _borders() -> list[str]:
    pairs = zip(_column("crossings", "country_a"), _column("crossings", "country_b"), strict=True)
    return sorted({"-".join(sorted(pair)) for pair in pairs})


def _measures() -> list[str]:
    statistics = ("mean", "sd", "cvar_90", "cvar_95", "worst", "regret_max", "regret_mean")
    return [*(f"{q}.{s}" for q in ("cost", "time", "generalised") for s in statistics), "broken", "late"]


def _policies(folder: str, first: str) -> list[str]:
    """Names of shipped scenarios, hazard sets or profiles."""
    entries = resources.files("corridor_opt").joinpath("data", folder).iterdir()
    return [
        first,
        *sorted(e.name.removesuffix(".toml") for e in entries if e.name.endswith(".toml") and e.name != first),
    ]


def _rows(table: str) -> list[dict[str, str]]:
    text = resources.files("corridor_opt").joinpath("data", "eurasia", f"{table}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _column(table: str, name: str) -> list[str]:
    return [row[name] for row in _rows(table)]


def _names(table: str) -> list[str]:
    return sorted(_column(table, "name"))


def _places() -> list[str]:
    """Names that a place may be called: the shortest way to say each."""
    rows = _rows("nodes")
    names: list[str] = []
    for row in rows:
        aliases = [alias.strip() for alias in row["aliases"].split(";") if alias.strip()]
        short = re.split(r" [(/]", row["name"])[0]
        names.append(short if short in aliases else row["name"])
    twice = {name for name in names if names.count(name) > 1}
    names = [row["name"] if name in twice else name for name, row in zip(names, rows, strict=True)]
    return sorted(names, key=fold)


def _split(line: str) -> tuple[list[str], str]:
    """Split a line of bash into words, the last one as far as it was typed, and the quote that is open there."""
    words, quote, begun = [""], "", False
    letters = iter(line)
    for letter in letters:
        if quote:
            if letter == quote:
                quote = ""
            elif letter == "\\" and quote == '"':
                words[-1] += next(letters, "")
            else:
                words[-1] += letter
        elif letter in "'\"":
            quote, begun = letter, True
        elif letter == "\\":
            words[-1] += next(letters, "")
            begun = True
        elif letter.isspace():
            if begun:
                words.append("")
                begun = False
        else:
            words[-1] += letter
            begun = True
    return words if begun or not words[-1] else [*words, ""], quote


def _for_bash(candidate: str, typed: str, breaks: str, quote: str) -> str:
    """Give a candidate as bash puts it in: without what stands before the last sign that breaks words, and quoted."""
    if candidate == FILES:
        return candidate
    if not quote:
        cut = max((i for i, letter in enumerate(typed) if letter in breaks and not letter.isspace()), default=-1)
        if candidate.startswith(typed[: cut + 1]):
            candidate = candidate[cut + 1 :]
        return re.sub(r"([^\w@%+=:,./-])", r"\\\1", candidate)
    return candidate.replace(quote, "'\\''" if quote == "'" else f"\\{quote}")
