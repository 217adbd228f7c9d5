"""Which maker's word stands in a text, by the patterns of brands.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


def maker_in(words: str) -> str:
    """Return the id of the first brand that one of its patterns finds in the words, or an empty string."""
    found = (brand for brand, pattern in _patterns() if pattern.search(words))
    return next(found, "")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    brands = tomllib.loads((files("config") / "brands.toml").read_text("utf-8"))["brands"]
    return tuple(
        (brand["id"], re.compile(pattern, re.IGNORECASE)) for brand in brands for pattern in brand["patterns"]
    )
