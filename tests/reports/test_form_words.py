"""Whatever the program can say has words on the 依据 sheet."""

from __future__ import annotations

from typing import get_args

import pytest

from config.schema import Catalogue, Derivation
from probe.model import SeenBy
from probe.probes import CHANNEL_PROBES, DEVICE_PROBES

PROBES = sorted({*(one.id for one in DEVICE_PROBES), *(one.id for one in CHANNEL_PROBES)})


@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_is_named_in_words(catalogue: Catalogue, probe: str) -> None:
    assert probe in catalogue.sheet_words.probes


@pytest.mark.parametrize("seen_by", get_args(SeenBy))
def test_every_way_of_finding_a_device_is_named_in_words(catalogue: Catalogue, seen_by: str) -> None:
    assert f"discover.{seen_by}" in catalogue.sheet_words.probes


@pytest.mark.parametrize("derivation", get_args(Derivation))
def test_every_derivation_has_words_for_its_blank(catalogue: Catalogue, derivation: str) -> None:
    assert derivation in catalogue.sheet_words.blank
