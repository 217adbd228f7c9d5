"""The file of `camcensus sim --faults FILE`: which device has which faults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from config.errors import ConfigError, Mistake
from config.plain import system_words
from config.words import say
from probe.sim.faults import fault_ids, fault_of, split_onset


def read_faults(path: Path, devices: int) -> dict[int, tuple[str, ...]]:
    """Return device number (from 1) to fault ids, those of pictures with `@seconds` where they begin later.

    Raise ConfigError with every mistake in the file.
    """
    example = say("sim.fault_example")
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        why = say("sim.fault_denied", why=system_words(error))
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
    found += [message for one in value if (message := _mistake(one))]
    if not found and sum(fault_of(one).is_picture for one in value) > 1:
        found.append(say("sim.fault_two_pictures"))
    return found


def _mistake(word: str) -> str | None:
    """Return what is wrong with one word, such as `covered` or `covered@45`."""
    fault_id, at, _ = word.partition("@")
    if fault_id not in fault_ids():
        return say("sim.fault_unknown", fault=fault_id, known=say("reading.comma").join(fault_ids()))
    try:
        split_onset(word)
    except ValueError:
        return say("sim.fault_onset", fault=word)
    if at and not fault_of(word).is_picture:
        return say("sim.fault_no_onset", fault=fault_id)
    return None
