"""The sentences people read: every key used exists, every key is used, both languages fit each other."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    f"{part}.{key}": both
    for part, keys in tomllib.loads((ROOT / "config" / "words.toml").read_text("utf-8")).items()
    for key, both in keys.items()
}
FOLDERS = ("config", "probe", "inventory", "reports")
# Said under the name of a command that a function's name gives.
BY_NAME = {
    *(f"help.baseline_{name}" for name in ("accept", "drop", "list", "set")),
    "help.card_read",
    *(f"help.case_{name}" for name in ("close", "list", "note", "own", "show")),
    *(f"help.credential_{name}" for name in ("list", "remove", "set", "test")),
    *(f"help.notice_{name}" for name in ("list", "remove", "set", "test")),
    *(f"help.same_{name}" for name in ("accept", "list", "refuse", "undo")),
}


def sources_of() -> str:
    """Return the whole code, with the templates of pages."""
    files = (p for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.suffix in (".py", ".html"))
    return "".join(path.read_text("utf-8") for path in files)


def used() -> set[str]:
    return set(re.findall(r"""say\(\s*["']([a-z_]+\.[a-z_]+)["']""", sources_of()))


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_that_is_said_exists() -> None:
    assert used() - WORDS.keys() == set()


def test_every_sentence_is_said_somewhere() -> None:
    sources = sources_of()
    # Where keys are put together at run time, the last part stands in quotes somewhere.
    quoted = set(re.findall(r"""["']([a-z0-9_.-]+)["']""", sources))
    put_together = set(re.findall(r"""f["']([a-z_]+)\.\{""", sources))

    def is_said(key: str) -> bool:
        part, _, name = key.partition(".")
        return key in quoted or (part in put_together and name in quoted)

    assert {key for key in WORDS if not is_said(key)} == BY_NAME


def test_no_error_sentence_stands_in_the_code() -> None:
    # The loaders of config/ keep theirs: what is wrong with a catalogue must be told without one.
    spoken = re.compile(r"""(?:UsageError|Mistake)\(\s*f?["'](?!\\n")""")
    folders = ("probe", "inventory", "reports")
    sources = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert [path.name for path in sources if spoken.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_are_there_with_the_same_blanks(key: str) -> None:
    both = WORDS[key]
    assert set(both) == {"zh", "en"}
    assert blanks(both["zh"]) == blanks(both["en"])
