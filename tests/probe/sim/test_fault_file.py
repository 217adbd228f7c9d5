"""The faults file: what it means, and that every mistake in it is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.words import say
from probe.sim.fault_file import read_faults
from probe.sim.faults import fault_ids

EXAMPLE = say("sim.fault_example")
KNOWN = say("reading.comma").join(fault_ids())


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "faults.toml"
    path.write_text(text, "utf-8")
    return path


def test_device_numbers_lead_to_fault_ids(tmp_path: Path) -> None:
    path = written(tmp_path, '[faults]\n3 = ["black", "clock-wrong"]\n')
    assert read_faults(path, 24) == {3: ("black", "clock-wrong")}


def test_a_fault_of_the_picture_may_begin_later(tmp_path: Path) -> None:
    path = written(tmp_path, '[faults]\n3 = ["covered@45", "clock-wrong"]\n')
    assert read_faults(path, 24) == {3: ("covered@45", "clock-wrong")}


def test_an_empty_file_makes_every_device_healthy(tmp_path: Path) -> None:
    assert read_faults(written(tmp_path, ""), 24) == {}


EXAMPLE = say("sim.fault_example")


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("[faults]\n25 = ['black']", "faults.25", say("sim.fault_device", devices=24)),
        ("[faults]\nfirst = ['black']", "faults.first", say("sim.fault_device", devices=24)),
        ("[faults]\n1 = ['blak']", "faults.1", "blak"),
        ("[faults]\n1 = 'black'", "faults.1", say("sim.fault_list")),
        ("[faults]\n1 = ['covered@soon']", "faults.1", say("sim.fault_onset", fault="covered@soon")),
        ("[faults]\n1 = ['covered@-3']", "faults.1", say("sim.fault_onset", fault="covered@-3")),
        ("[faults]\n1 = ['covered@']", "faults.1", say("sim.fault_onset", fault="covered@")),
        ("[faults]\n1 = ['silent@45']", "faults.1", say("sim.fault_no_onset", fault="silent")),
        ("[faults]\n1 = ['night', 'covered@9']", "faults.1", say("sim.fault_two_pictures")),
        ("[devices]\n1 = ['black']", "devices", say("sim.fault_key", example=EXAMPLE)),
        ("faults = 3", "faults", say("sim.fault_table", example=EXAMPLE)),
        ("[faults\n", "", EXAMPLE),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, key: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_faults(written(tmp_path, text), 24)
    (mistake,) = caught.value.mistakes
    assert (mistake.key, said in mistake.message) == (key, True)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_faults(written(tmp_path, "[faults]\n0 = ['black']\n1 = ['blak']\n[more]\n"), 24)
    assert len(caught.value.mistakes) == 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = say("sim.fault_denied", why=say("system.absent"))
    with pytest.raises(ConfigError, match=re.escape(said)):
        read_faults(tmp_path / "none.toml", 24)
