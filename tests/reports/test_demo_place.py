"""Where the demonstration goes: a network that is free, a folder that is made only when it is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import UsageError
from config.load import load_site
from config.site import FILE
from reports.demo import _prepare, run_demo
from reports.school import Running, School, running

TAKEN, FREE = "127.91.70.0/24", "127.91.71.0/24"


def test_a_school_goes_where_no_other_is() -> None:
    first = School(devices=1, seed=1, bind=TAKEN, faults={})
    second = School(devices=1, seed=1, bind=TAKEN, spare=(TAKEN, FREE), faults={})
    with running(first), running(second) as campus:
        assert campus.truth["devices"][0]["address"].startswith("127.91.71.")


def test_a_school_without_a_free_place_says_what_was_wrong_with_the_first() -> None:
    nowhere = School(devices=1, seed=1, bind="nonsense", spare=("also nonsense",))
    with pytest.raises(UsageError, match="nonsense") as told, running(nowhere):
        pass
    assert "also" not in str(told.value)


def test_a_school_that_does_not_start_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        run_demo(School(devices=1, seed=1, bind="nonsense"), tmp_path / "demo")
    assert list(tmp_path.iterdir()) == []


def test_any_school_name_is_written_as_it_is(tmp_path: Path) -> None:
    name = r'\1 "\g<0>" 小学\n'
    _prepare(tmp_path, Running(name, {"targets": ["127.77.0.0/24"]}))
    assert load_site(tmp_path / FILE).school == name
