"""The file of `camcensus sim --faults FILE`: which device has which faults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from config.errors import ConfigError, Mistake
from config.words import say
from probe.sim.faults import fault_ids


def read_faults(path: Path, devices: int) -> dict[int, tuple[str, ...]]:
    """Return device number (from 1) to fault ids. Raise ConfigError with every mistake in the file."""
    example = say("sim.fault_example")
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        why = say("sim.fault_denied", why=error.strerror)
        raise ConfigError([Mistake(str(path), "", why)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = say("sim.fault_toml", why=error, example=example)
        raise ConfigError([Mistake(str(path), "", why)]) from error
    unknown = say("sim.fault_key", example=example)
    mistakes = [Mistake(str(path), key, unknown) for key in document if key != "faults"]
    table = document.get("faults", {})
    if not isinstance(table, dict):
        why = say("sim.fault_table", example=example)
        raise ConfigError([*mistakes, Mistake(str(path), "faults", why)])
    chosen: dict[int, tuple[str, ...]] = {}
    for key, value in table.items():
        found = _mistakes(key, value, devices)
        mistakes += [Mistake(str(path), f"faults.{key}", message) for message in found]
        if not found:
            chosen[int(key)] = tuple(value)
    if mistakes:
        raise ConfigError(mistakes)
    return chosen


def _mistakes(key: str, value: Any, devices: int) -> list[str]:  # noqa: ANN401  whatever a person wrote
    found = []
    if not (key.isascii() and key.isdigit() and 1 <= int(key) <= devices):
        found.append(say("sim.fault_device", devices=devices))
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return [*found, say("sim.fault_list")]
    known = fault_ids()
    listed = say("reading.comma").join(known)
    return [*found, *(say("sim.fault_unknown", fault=one, known=listed) for one in value if one not in known)]
