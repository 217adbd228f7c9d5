"""The sentences people read, from words.toml: Chinese, or English where the locale asks for it."""

from __future__ import annotations

import locale
import os
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["zh", "en"]


def say(key: str, **values: object) -> str:
    """Return the sentence `key` in the reader's language, with its blanks filled in."""
    return _sentences()[key][language()].format(**values)


@cache
def language() -> Language:
    """Chinese, unless CAMCENSUS_LANG or the locale names English."""
    variables = ("CAMCENSUS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    named = next(
        (value for name in variables if (value := os.environ.get(name))), locale.getlocale()[0] or ""
    )
    return "en" if named.lower().startswith("en") else "zh"


@cache
def _sentences() -> dict[str, dict[str, str]]:
    text = files("config").joinpath("words.toml").read_text("utf-8")
    return {f"{part}.{key}": both for part, keys in tomllib.loads(text).items() for key, both in keys.items()}
