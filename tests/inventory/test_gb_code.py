"""A 20-digit code is taken apart by the tables of its edition, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from inventory.gb_code import GbCode, decode, industry_of, network_of, stripped, type_of

TABLES = load_catalogue().gb28181


def test_a_camera_code_has_seven_parts() -> None:
    assert decode("34012341001320175079") == GbCode(
        "34012341001320175079", "34", "340123", "41", "00", "132", "0", "175079"
    )


def test_blanks_inside_a_code_are_taken_out() -> None:
    code = decode("3401234 1002000175079")
    assert code is not None
    assert (code.region, code.unit, code.industry, code.type, code.network, code.serial) == (
        "340123",
        "41",
        "00",
        "200",
        "0",
        "175079",
    )


@pytest.mark.parametrize(
    "said",
    [
        "'34012341001320175079",
        "３４０１２３４１００１３２０１７５０７９",
        "340123-41-00-132-0-175079",
        "34012341001320175079\n",
    ],
)
def test_what_spreadsheets_do_to_a_code_is_undone(said: str) -> None:
    assert stripped(said) == "34012341001320175079"


@pytest.mark.parametrize("said", ["", "3.40123E+19", "3401234100132017507", "340123410013201750790", "３"])
def test_what_is_not_twenty_digits_is_no_code(said: str) -> None:
    assert decode(said) is None


@pytest.mark.parametrize(
    ("edition", "industry", "name"),
    [
        ("2016", "11", "教育部门接入"),
        ("2022", "11", "教育部门接入"),
        ("2016", "55", "娱乐企业接入"),
        ("2022", "55", "教育接入"),
        ("2016", "85", "居民自建接入"),
        ("2016", "30", None),
        ("2016", "59", None),
    ],
)
def test_an_industry_is_named_by_the_edition(edition: str, industry: str, name: str | None) -> None:
    code = decode(f"33038100{industry}1320000001")
    assert code is not None
    assert industry_of(code, TABLES, "2022" if edition == "2022" else "2016") == name


def test_a_type_of_the_later_edition_is_named_under_the_earlier_too() -> None:
    code = decode("33038100111220000001")
    assert code is not None
    assert type_of(code, TABLES, "2016") == "多目设备"


def test_the_network_is_named_by_the_edition() -> None:
    code = decode("33038100111328000001")
    assert code is not None
    assert network_of(code, TABLES, "2016") == "社会资源接入网"
    assert network_of(code, TABLES, "2022") == "专线"


@given(st.from_regex(r"[0-9]{20}", fullmatch=True))
def test_the_parts_of_a_code_make_the_code_again(digits: str) -> None:
    code = decode(digits)
    assert code is not None
    assert code.region + code.unit + code.industry + code.type + code.network + code.serial == digits


@given(st.text())
def test_any_text_is_a_code_or_none(said: str) -> None:
    code = decode(said)
    assert code is None or len(code.digits) == 20
