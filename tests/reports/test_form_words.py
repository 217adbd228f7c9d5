"""Whatever the program can say has words on the 依据 sheet."""

from __future__ import annotations

from typing import get_args

import pytest

from config.schema import Catalogue, Derivation
from probe.model import SeenBy
from probe.probes import CHANNEL_PROBES, DEVICE_PROBES
from reports.evidence_sheet import probe_words

PROBES = sorted({*(one.id for one in DEVICE_PROBES), *(one.id for one in CHANNEL_PROBES)})


@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_is_named_in_words(catalogue: Catalogue, probe: str) -> None:
    assert probe_words(probe, catalogue.sheet_words)


@pytest.mark.parametrize(
    ("probe", "words"),
    [("a.b.c", "whole"), ("a.b.d", "part"), ("a.x", "first"), ("a", "first"), ("ab", ""), ("a.bc", "first")],
)
def test_a_probe_has_the_name_of_its_longest_part_that_has_one(
    catalogue: Catalogue, probe: str, words: str
) -> None:
    named = {"a": "first", "a.b": "part", "a.b.c": "whole"}
    assert probe_words(probe, catalogue.sheet_words.model_copy(update={"probes": named})) == words


@pytest.mark.parametrize("seen_by", get_args(SeenBy))
def test_every_way_of_finding_a_device_is_named_in_words(catalogue: Catalogue, seen_by: str) -> None:
    assert f"discover.{seen_by}" in catalogue.sheet_words.probes


@pytest.mark.parametrize("derivation", get_args(Derivation))
def test_every_derivation_has_words_for_its_blank(catalogue: Catalogue, derivation: str) -> None:
    assert derivation in catalogue.sheet_words.blank
