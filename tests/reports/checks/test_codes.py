"""20-digit codes are judged by the tables, level by level; a code is never mended and never made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.campaign import Edition
from config.gb28181 import CodedKind
from config.load import load_catalogue
from reports.checks.codes import findings

CATALOGUE = load_catalogue()
GOOD = "33038101111320000001"


def found(
    code: str, kind: CodedKind = "camera", edition: Edition = "2016", region: str = "330381"
) -> dict[str, str]:
    """Return what is found, with its level."""
    return {
        name: CATALOGUE.problems[name].level
        for name, _ in findings(code, kind, CATALOGUE.gb28181, edition, region)
    }


def test_a_schools_camera_in_its_county_has_nothing_wrong() -> None:
    assert found(GOOD) == {}


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        # The printed samples: codes of a road in another county, which a school copies.
        ("34012341001320175079", "camera", {"code-county": "warn", "code-industry": "warn"}),
        ("3401234 1002000175079", "platform", {"code-county": "warn", "code-industry": "warn"}),
        # the length
        ("3303810111132000001", "camera", {"code-digits": "error"}),
        ("330381011113200000011", "camera", {"code-digits": "error"}),
        ("3.30381E+19", "camera", {"code-digits": "error"}),
        ("没有", "camera", {"code-digits": "error"}),
        ("330381011113200001", "camera", {"code-old": "warn"}),
        ("330381", "camera", {"code-area-node": "error"}),
        # the centre
        ("99038101111320000001", "camera", {"code-province": "error"}),
        ("66038101111320000001", "camera", {"code-province": "error"}),
        ("34020000001320000001", "camera", {"code-unassigned": "warn", "code-industry": "warn"}),
        ("34020000002000000001", "platform", {"code-unassigned": "warn", "code-industry": "warn"}),
        ("33038201111320000001", "camera", {"code-county": "warn"}),
        # the type
        ("33038101111310000001", "camera", {}),
        ("33038101111180000001", "camera", {"code-type": "error"}),
        ("33038101112150000001", "camera", {"code-type": "error"}),
        ("33038101112160000001", "camera", {"code-type": "error"}),
        ("33038101112000000001", "camera", {"code-type": "error"}),
        ("33038101112000000001", "platform", {}),
        ("33038101111180000001", "platform", {"code-type-doubtful": "warn"}),
        ("33038101111110000001", "platform", {"code-type-doubtful": "warn"}),
        ("33038101111300000001", "platform", {"code-type-doubtful": "warn"}),
        (GOOD, "platform", {"code-type": "error"}),
        ("33038101111180000001", "recorder", {}),
        (GOOD, "recorder", {"code-type": "error"}),
        # the rest
        ("33038101551320000001", "camera", {}),
        ("33038101021320000001", "camera", {"code-industry": "warn"}),
        ("33038101301320000001", "camera", {"code-industry": "warn"}),
        ("33038101111329000001", "camera", {"code-network": "warn"}),
        ("33038101111320000000", "camera", {"code-serial": "warn"}),
    ],
)
def test_a_code_is_judged(code: str, kind: CodedKind, expected: dict[str, str]) -> None:
    assert found(code, kind) == expected


@pytest.mark.parametrize("region", ["", "33", "3303", "330381"])
def test_a_county_is_compared_as_far_as_it_is_known(region: str) -> None:
    assert found(GOOD, region=region) == {}


@pytest.mark.parametrize("edition", ["2016", "2022"])
def test_education_may_be_written_either_way(edition: Edition) -> None:
    assert found("33038101551320000001", edition=edition) == {}


def test_a_doubtful_industry_is_named_by_its_edition() -> None:
    said = {
        edition: next(iter(findings("33038101541320000001", "camera", CATALOGUE.gb28181, edition, "")))[1][
            "name"
        ]
        for edition in ("2016", "2022")
    }
    assert said == {"2016": "水利企业接入", "2022": "居民服务业接入"}


@given(st.text(max_size=30), st.sampled_from(["camera", "recorder", "platform"]))
def test_any_text_is_judged_in_words(said: str, kind: CodedKind) -> None:
    for name, values in findings(said, kind, CATALOGUE.gb28181, "2022", "330381"):
        assert CATALOGUE.problems[name].what.format(**values)


@given(st.from_regex(r"[0-9]{20}", fullmatch=True))
def test_a_code_that_is_no_cameras_is_always_an_error(code: str) -> None:
    is_camera = code[10:13] in ("131", "132") and code[:2] in CATALOGUE.gb28181.provinces
    assert ("error" in found(code).values()) is not is_camera
