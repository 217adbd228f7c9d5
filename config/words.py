"""The sentences people read, from words.toml: Chinese, or English where the locale asks for it."""

from __future__ import annotations

import locale
import os
import sys
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, TextIO

Language = Literal["zh", "en"]


def say(key: str, **values: object) -> str:
    """Return the sentence `key` in the reader's language, with its blanks filled in."""
    return say_in(language(), key, **values)


def say_in(chosen: Language, key: str, **values: object) -> str:
    """Return the sentence `key` in this language, whatever the screen of this computer can show."""
    return _sentences()[key][chosen].format(**values)


@cache
def language() -> Language:
    """Chinese, unless CAMCENSUS_LANG or the locale names English, or stdout cannot show Chinese."""
    if asked := os.environ.get("CAMCENSUS_LANG"):
        return _named(asked)
    if not _shows_chinese(sys.stdout):
        return "en"
    variables = ("LC_ALL", "LC_MESSAGES", "LANG")
    named = next((value for name in variables if (value := os.environ.get(name))), "")
    return _named(named or locale.getlocale()[0] or "")


def _named(locale_name: str) -> Language:
    return "en" if locale_name.lower().startswith("en") else "zh"


def _shows_chinese(stream: TextIO | None) -> bool:
    try:
        "中文".encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _sentences() -> dict[str, dict[str, str]]:
    text = files("config").joinpath("words.toml").read_text("utf-8")
    return {f"{part}.{key}": both for part, keys in tomllib.loads(text).items() for key, both in keys.items()}
