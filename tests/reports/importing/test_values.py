"""What people type means one value of the field's type, or is refused with a reason."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from config.schema import Field
from config.values import mistake_in
from inventory.record import Scalar
from inventory.sheets import Raw
from reports.importing.values import Refused, same, shown, understand, without_tick


def field(type_: str, *, allowed: tuple[str, ...] = (), **rest: object) -> Field:
    named = {"id": "a", "name": "甲", "level": "camera", "wins": "person", **rest}
    return Field.model_validate({**named, "type": type_, "allowed": allowed})


DATE = field("date")
NETWORKS = field("text", allowed=("互联网", "自建局域网", "其他"))
HD = field("text", allowed=("是", "否"))
BOXES = field("text", allowed=("A类", "B类", "C类"), several=True)

ANY_RAW = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
ANY_FIELD = st.sampled_from(
    [*(field(one) for one in ("text", "integer", "number", "boolean", "date")), NETWORKS, HD, BOXES]
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2020.03", "2020.03"),
        (2020.03, "2020.03"),
        ("2020-3", "2020.03"),
        ("2020年3月", "2020.03"),
        ("２０２０年３月份", "2020.03"),
        ("2020/03/01", "2020-03-01"),
        ("2020.3.15", "2020-03-15"),
        ("2020年3月15日", "2020-03-15"),
        ("20200315", "2020-03-15"),
        ("202003", "2020.03"),
        (date(2020, 3, 15), "2020-03-15"),
        (datetime(2020, 3, 15), "2020-03-15"),  # noqa: DTZ001  a spreadsheet knows no zone
        (date(2020, 3, 1), "2020.03"),
        (43905, "2020-03-15"),
        (43905.0, "2020-03-15"),
        ("2020年", "2020"),
    ],
)
def test_a_date_is_read_however_it_was_typed(raw: Raw, value: str) -> None:
    assert understand(DATE, raw) == value


@pytest.mark.parametrize("raw", ["去年", "3月", "20.3", "2020.13", "2020-02-30", "1820.03", 12.0, True])
def test_what_is_no_date_is_refused(raw: Raw) -> None:
    assert understand(DATE, raw) == Refused("date")


def test_a_number_that_may_be_two_months_is_refused() -> None:
    assert understand(DATE, 2020.1) == Refused("month")


@pytest.mark.parametrize(
    ("raw", "value"), [("１２台", 12), ("12", 12), (12.0, 12), ("1,200", 1200), (" 3 路", 3), ("０", 0)]
)
def test_a_whole_number_is_read_with_its_counter(raw: Raw, value: int) -> None:
    assert repr(understand(field("integer"), raw)) == repr(value)


@pytest.mark.parametrize("raw", ["约30", "3.5", "-2", "三", "1,2", "", date(2020, 1, 1), 1e300])
def test_what_is_no_whole_number_is_refused(raw: Raw) -> None:
    assert isinstance(understand(field("integer"), raw), Refused)


def test_a_number_may_have_its_unit() -> None:
    assert understand(field("number", unit="万元/年"), "１.５万元/年") == 1.5


@pytest.mark.parametrize("word", ["是", "√", "有", "Y", "true", "1", True])
def test_yes_has_many_words(word: Raw) -> None:
    assert (understand(field("boolean"), word), understand(HD, word)) == (True, "是")


@pytest.mark.parametrize("word", ["否", "×", "无", "没有", "N", "0", False])
def test_no_has_many_words(word: Raw) -> None:
    assert (understand(field("boolean"), word), understand(HD, word)) == (False, "否")


@pytest.mark.parametrize("word", ["自建局域网", " 自建 局域网", "自建\n局域网", "自建局域网　"])
def test_a_word_of_a_list_is_known_through_blanks(word: str) -> None:
    assert understand(NETWORKS, word) == "自建局域网"


def test_a_word_beside_the_list_is_refused_with_the_words() -> None:
    assert understand(NETWORKS, "教育网") == Refused("allowed", NETWORKS.allowed)


def test_an_open_list_takes_other_words() -> None:
    assert understand(field("text", allowed=("正门",), open=True), "东 门") == "东 门"


@pytest.mark.parametrize("text", ["A类/C类", "A类、C类", "Ａ类，C类", "A类\nC类"])
def test_several_words_are_kept_in_one_way(text: str) -> None:
    assert understand(BOXES, text) == "A类/C类"


def test_a_code_that_a_spreadsheet_rounded_is_refused() -> None:
    assert understand(field("text"), 3.4152201001320000e19) == Refused("long_number")


@pytest.mark.parametrize("text", ["=1+1", "+86", "-", "@me", "(东)", "DS-2CD/3", "😀"])
def test_text_stays_as_it_was_typed(text: str) -> None:
    assert understand(field("text"), text) == text


def test_full_width_letters_and_digits_become_plain_and_marks_stay() -> None:
    assert understand(field("text"), "ＤＳ－２（东）") == "DS－2（东）"


@pytest.mark.parametrize(
    ("text", "value"), [("３１．870837", "31.870837"), ("东．门", "东．门"), ("3．", "3．")]
)
def test_a_full_width_dot_is_plain_between_digits_alone(text: str, value: str) -> None:
    assert understand(field("text"), text) == value


def test_unseen_signs_are_taken_out() -> None:
    assert understand(field("text"), "东\u200b门\ufeff\x07") == "东门"


@given(st.sampled_from([DATE, field("boolean"), NETWORKS, HD, BOXES]), ANY_RAW)
def test_whatever_is_taken_may_stand_in_the_field(rule: Field, raw: Raw) -> None:
    value: Scalar | Refused = understand(rule, raw)
    assert isinstance(value, Refused) or value == "" or not mistake_in(rule, value)


@given(ANY_FIELD, ANY_RAW)
def test_what_was_understood_is_understood_again(rule: Field, raw: Raw) -> None:
    once = understand(rule, raw)
    if not isinstance(once, Refused) and once is not None:
        assert repr(understand(rule, once)) == repr(once)


@given(st.text(max_size=30))
def test_a_cell_that_holds_what_was_written_is_the_same(text: str) -> None:
    assert same(text, text)


@pytest.mark.parametrize(
    ("raw", "written"), [("１２", "12"), (" 正门　", "正门"), (12.0, "12"), ("a\r\nb", "a\nb")]
)
def test_blanks_and_widths_are_no_change(raw: Raw, written: str) -> None:
    assert same(raw, written)


@pytest.mark.parametrize(("raw", "written"), [("正 门", "正门"), ("ds-2", "DS-2"), ("12.5", "12"), ("", "0")])
def test_other_words_are_a_change(raw: Raw, written: str) -> None:
    assert not same(raw, written)


@pytest.mark.parametrize("text", ["正门√", "正门 ✓", "正门☑", "正门√√", "√正门", "√ 正门√"])
def test_a_tick_beside_a_word_is_seen(text: str) -> None:
    assert without_tick(text) == "正门"


@pytest.mark.parametrize("text", ["正门", "√", "", " 正门 ", "东√门"])
def test_other_words_have_no_tick_beside(text: str) -> None:
    assert without_tick(text) is None


def test_a_cell_is_shown_as_people_see_it() -> None:
    said = [shown(one) for one in (12.0, 12.5, True, date(2020, 3, 1))]
    assert said == ["12", "12.5", "是", "2020-03-01"]


def test_the_blanks_in_a_code_are_no_part_of_it() -> None:
    code = load_catalogue().fields["gb_code"]
    assert understand(code, " 34012341 0013 2017 5079") == "34012341001320175079"
