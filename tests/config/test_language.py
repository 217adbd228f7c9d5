"""Which language the reader gets."""

from __future__ import annotations

import io
import sys

import pytest

from config.words import language


def language_with(
    monkeypatch: pytest.MonkeyPatch, encoding: str, camcensus: str = "", lang: str = "zh_CN.UTF-8"
) -> str:
    for name, value in (("CAMCENSUS_LANG", camcensus), ("LC_ALL", ""), ("LC_MESSAGES", ""), ("LANG", lang)):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    return language.__wrapped__()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "cp936"])
def test_chinese_is_the_default_where_it_can_be_shown(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    assert language_with(monkeypatch, encoding) == "zh"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "cp1252"])
def test_a_stream_that_cannot_show_chinese_gets_english(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    assert language_with(monkeypatch, encoding) == "en"


@pytest.mark.parametrize(("camcensus", "told"), [("zh", "zh"), ("zh_CN", "zh"), ("en", "en")])
def test_who_names_a_language_gets_it_on_any_stream(
    monkeypatch: pytest.MonkeyPatch, camcensus: str, told: str
) -> None:
    assert language_with(monkeypatch, "ascii", camcensus) == told


def test_an_english_locale_gets_english(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language_with(monkeypatch, "utf-8", lang="en_GB.UTF-8") == "en"


def test_without_a_stdout_the_language_is_still_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMCENSUS_LANG", "")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setattr(sys, "stdout", None)
    assert language.__wrapped__() == "zh"
