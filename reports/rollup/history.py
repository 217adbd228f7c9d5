"""What the district received, kept for good: every submission once, and a line for each time one came."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from reports.rollup.submission import Key, Submission, records
from reports.whole_file import write_whole

FOLDER = "history"
_LIST = "received.jsonl"
_SCHEMA = "camcensus/submission/1"


@dataclass(frozen=True, slots=True)
class Recalled:
    """Submissions of earlier runs, and the files of the history that could not be read."""

    submissions: tuple[Submission, ...]
    broken: tuple[str, ...]


def keep(folder: Path, received: Iterable[Submission], at: datetime, who: str | None = None) -> int:
    """Add what was not kept before, and return how many were. Nothing in the history is changed."""
    place = folder / FOLDER
    who = who or _user()
    added = 0
    try:
        place.mkdir(parents=True, exist_ok=True)
        with (place / _LIST).open("a", encoding="utf-8") as opened:
            for one in received:
                content = _to_json(one)
                path = place / f"{one.made:%Y%m%dT%H%M%S}-{_digest(one)}.json"
                if path.exists():
                    continue
                write_whole(path, content.encode("utf-8"))
                line = {
                    "at": at.isoformat(),
                    "who": who,
                    "file": one.source,
                    "sha256": one.sha256,
                    **one.key._asdict(),
                    "name": one.name,
                    "made": one.made.isoformat(),
                    "kept": path.name,
                }
                opened.write(json.dumps(line, ensure_ascii=False) + "\n")
                added += 1
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise UsageError(say("rollup.history", path=place, why=system_words(error))) from error
    return added


def recall(folder: Path, forms: Sequence[str]) -> Recalled:
    """Return what was received earlier of these forms."""
    found: list[Submission] = []
    broken: list[str] = []
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            one = _from_json(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            broken.append(str(path))
            continue
        if one.key.form in forms:
            found.append(one)
    return Recalled(tuple(found), tuple(broken))


def _to_json(one: Submission) -> str:
    kept: dict[str, Any] = {
        "schema": _SCHEMA,
        "key": one.key._asdict(),
        "name": one.name,
        "made": one.made.isoformat(),
        "saved": one.saved.isoformat(),
        "source": one.source,
        "sha256": one.sha256,
        "workspace": one.workspace,
        "is_own": one.is_own,
        "facts": dict(one.facts),
        "guessed": list(one.guessed),
        "scope": one.scope,
        "district": one.district,
        "columns": [str(name) for name in one.rows.columns],
        "whole": [str(name) for name, kind in one.rows.dtypes.items() if str(kind) == "Int64"],
        "rows": records(one.rows),
    }
    return json.dumps(kept, ensure_ascii=False)


def _from_json(kept: dict[str, Any]) -> Submission:
    if kept["schema"] != _SCHEMA:
        raise ValueError(kept["schema"])
    rows = pd.DataFrame(kept["rows"], columns=kept["columns"], dtype=object)
    for name in kept["whole"]:
        rows[name] = rows[name].astype("Int64")
    return Submission(
        Key(**kept["key"]),
        kept["name"],
        datetime.fromisoformat(kept["made"]),
        datetime.fromisoformat(kept["saved"]),
        kept["source"],
        kept["sha256"],
        rows,
        kept["workspace"],
        kept["is_own"],
        kept["facts"],
        tuple(kept.get("guessed", ())),
        kept.get("scope", ""),
        kept.get("district", ""),
    )


def _digest(one: Submission) -> str:
    """Return what tells it from any other: the same once more is kept once."""
    said = "\0".join((*one.key, one.made.isoformat(), one.saved.isoformat(), one.content))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a service without a user name
        return ""
