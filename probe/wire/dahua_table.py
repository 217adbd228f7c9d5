"""Dahua's tables, as the CGI's lines of `table.Key[0].Sub=value` and as RPC2's JSON: key → value. 大华"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from probe.errors import DeviceError, Locked, Malformed, Unsupported
from probe.wire.recorder import WallTime, parse_wall_time
from probe.wire.xml_repair import decoded

Table = Mapping[str, str]

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 1024


class SessionLost(Malformed):
    """The session or the handle of a search is gone: what it belonged to has to begin anew."""


def parse_table(raw: bytes, operation: str) -> dict[str, str]:
    """Return the lines of a CGI answer without `table.`, blanks and passwords. Raise what a refusal means."""
    if len(raw) > MOST_BYTES:
        raise Malformed(f"CGI {operation}: an answer of {len(raw)} bytes")
    text = decoded(raw)
    pairs = (line.partition("=") for line in text.splitlines())
    table = {
        key.strip().removeprefix("table."): value.strip()
        for key, equals, value in pairs
        if equals and _KEY.fullmatch(key.strip()) and not _SECRET.search(key)
    }
    if not table:
        raise refusal(f"CGI {operation}", text)
    return table


def flattened(value: object, name: str = "") -> dict[str, str]:
    """Return a JSON value in the CGI's way, under `name`: lists as `name[0]`, objects as `name.Key`."""
    table: dict[str, str] = {}
    waiting = [(name, value, 0)]
    while waiting:
        key, one, depth = waiting.pop()
        if depth > _DEEPEST or len(table) + len(waiting) > _MOST_VALUES:
            raise Malformed(f"JSON of more than {_DEEPEST} levels or {_MOST_VALUES} values")
        match one:
            case dict():
                inner = [(f"{key}.{sub}" if key else str(sub), item, depth + 1) for sub, item in one.items()]
                waiting.extend(reversed(inner))
            case list():
                waiting.extend(
                    (f"{key}[{place}]", one[place], depth + 1) for place in reversed(range(len(one)))
                )
            case None:
                continue
            case _ if _SECRET.search(key):
                continue
            case bool():
                table[key] = "true" if one else "false"
            case _:
                table[key] = str(one).strip()
    return table


def rows(table: Table, name: str) -> dict[int, dict[str, str]]:
    """Return the rows of `name[3].Sub=value` by their index, in its order; the Subs in lower case."""
    found: dict[int, dict[str, str]] = {}
    head = re.compile(rf"{name}\[(\d{{1,4}})\](?:\.(.+))?", re.IGNORECASE)
    for key, value in table.items():
        row = head.fullmatch(key)
        if row and int(row[1]) < MOST_ROWS:
            found.setdefault(int(row[1]), {})[(row[2] or "").lower()] = value
    return dict(sorted(found.items()))


def refusal(operation: str, text: str) -> DeviceError:
    """Return what a device means by an answer without a table: "Error", "Bad Request!" come with 200 too."""
    said = " ".join(text.split())[:80]
    sentence = f"{operation}: {said!r} instead of an answer"
    for pattern, kind in _REFUSALS:
        if pattern.search(said):
            return kind(sentence)
    return Malformed(sentence)


def wall_time(text: str) -> WallTime | None:
    """Return the time of `2026-01-31 08:00:00`, which carries no zone; None when it can be none."""
    try:
        return parse_wall_time(text)
    except Malformed:
        return None


def whole(text: str) -> int | None:
    """Return a count, also of `2000324395008.000000`; None for what is negative or no number."""
    found = re.fullmatch(r"(\d{1,15})(?:\.\d{1,9})?", text.strip())
    return int(found[1]) if found else None


def flag(text: str | None) -> bool | None:
    """Return what true, false, 1 or 0 says; None when it is said otherwise or not at all."""
    return _FLAGS.get(text.strip().lower()) if text is not None else None


def first(row: Mapping[str, str], *names: str) -> str:
    """Return the first of the named values that is not empty, or an empty string."""
    return next(_said(row, names), "")


_KEY = re.compile(r"[A-Za-z][\w:.\[\]-]*")
# RemoteDevice holds the logins of the cameras in clear on older firmware.
_SECRET = re.compile(r"(?:password|passwd|pwd)\s*$", re.IGNORECASE)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_DEEPEST = 16
_MOST_VALUES = 100_000
_REFUSALS: tuple[tuple[re.Pattern[str], type[DeviceError]], ...] = (
    (re.compile(r"\bsession\b", re.IGNORECASE), SessionLost),
    (re.compile(r"\blocked\b|锁定", re.IGNORECASE), Locked),
    # "Bad Request!" is also said where there is no disk (fleet of 2026), "Authority" to small accounts.
    (
        re.compile(
            r"not implemented|not support|unsupported|bad request|not found|authority|forbidden|permission",
            re.IGNORECASE,
        ),
        Unsupported,
    ),
)


def _said(row: Mapping[str, str], names: tuple[str, ...]) -> Iterator[str]:
    return (value for name in names if (value := row.get(name, "")))
