"""The site profile: what a school types once, in camcensus.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from config.errors import UsageError
from config.settings import Section

FILE = "camcensus.toml"

_NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f\ufffe\uffff]*\Z"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_NO_CONTROL)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROL)
]


class FormOptions(Section):
    """How forms are written where a document leaves the choice."""

    one_row_per_camera: bool = False
    scope: Literal["in-scope", "all"] = "in-scope"
    note_offline: bool = False  # write 离线n台 into the remarks


class Site(Section):
    """What is not typed is empty, and its cells stay blank: nothing is invented."""

    school: Line = ""
    town: Line = ""
    address: Line = ""
    district: Line = ""
    networks: tuple[Name, ...] = ()  # what `scan` asks when no target is named; empty: every local network
    credentials: tuple[Name, ...] = ()  # the stored credentials that may be tried here; empty: all of them
    form: FormOptions = FormOptions()
    settings: Mapping[str, Mapping[str, Any]] = {}  # changes to default.toml, checked by load_site


def template() -> str:
    """Return the explained text of a new camcensus.toml."""
    return files("config").joinpath(FILE).read_text(encoding="utf-8")


def write_template(path: Path) -> None:
    """Write a new camcensus.toml. Raise UsageError if there is one already, or if it cannot be written."""
    # Notepad before Windows 10 1903 takes UTF-8 without a byte order mark for GBK and may save it as such.
    encoding = "utf-8-sig" if os.name == "nt" else "utf-8"
    try:
        with path.open("x", encoding=encoding) as opened:
            opened.write(template())
    except FileExistsError as error:
        raise UsageError(f"{path}：已经有这个文件，没有改动。要重新生成，请先把它改名或删去") from error
    except OSError as error:
        raise UsageError(
            f"{path}：写不进去（{error.strerror or error}），请检查文件夹是否存在、是否可写"
        ) from error
