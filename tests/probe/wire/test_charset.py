"""Chinese names in GB18030 whose bytes are UTF-8 by chance, and names in UTF-8 whose bytes are GB18030."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.wire.charset import eight_bit, unquoted
from probe.wire.dahua_table import parse_table
from probe.wire.sdp import parse_sdp
from probe.wire.xml_repair import decoded, repaired

# All of these are UTF-8 too: ѧУ, УԐ, Χǽ, УÅ, 4·, ...
BY_CHANCE = ("学校", "校园", "围墙", "校内", "4路", "3楼", "小学", "学校1路", "木门", "美育")
CHINESE = """
    学校大门 学校后门 操场 食堂 教学楼一层 教学楼二层 校门口 围墙 学校 学校南门 校园 宿舍楼 实验室 财务室 走廊
    楼梯 大厅 门卫室 停车场 幼儿园 校长室 学校西侧 学校围墙 校内 4路 3楼 小学 梅园 荷花池 主席台 报告厅 备餐间
"""
OTHERS = {
    "Russian": "Ворота Вход Двор Холл Склад Коридор Лестница Столовая Спортзал Парковка Класс КПП",
    "Ukrainian": "Вхід Їдальня Ґанок Сходи Бібліотека Євро Подвір'я",
    "Kazakh": "Қақпа Кіреберіс Дәліз Асхана Сынып Кітапхана",
    "German": "Tür Büro Küche Straße Süd Öffnung Gänge Außen",
    "French": "Entrée Réception Façade Préau Allée Côté Forêt École",
    "Spanish": "Salón Jardín Cámara Niños Baño Recepción",
    "Portuguese": "Portão Estação Área Pátio Saída Avô",
    "Turkish": "Giriş Çıkış Bahçe Öğretmen Sınıf Güvenlik",
    "Polish": "Wejście Wyjście Świetlica Łazienka Książki Źródło",
    "Czech": "Třída Školka Hřiště Jídelna Dvůr Střecha",
    "Greek": "Είσοδος Έξοδος Αυλή Διάδρομος Κουζίνα Χωλ",
    "Hebrew": "כניסה יציאה חצר מסדרון מטבח",
    "Arabic": "مدخل مخرج ساحة ممر مطبخ",
    "Uyghur": "دەرۋازا مەكتەپ سىنىپ ئىشخانا",
    "signs": "25°C 50m² ONVIF® A·B ±5 10µs 1½",
}


def listed(*names: str, declared: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return declaration + "".join(f"<name>{name}</name>" for name in names)


@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312"])
@pytest.mark.parametrize("name", BY_CHANCE)
def test_a_chinese_name_that_is_utf_8_by_chance_is_chinese(name: str, declared: str) -> None:
    said = listed(name, declared=declared)
    assert decoded(said.encode("gb18030")) == said


def test_three_chinese_names_of_a_list_are_always_read() -> None:
    wrong = [
        names
        for names in combinations(CHINESE.split(), 3)
        if decoded(listed(*names).encode("gb18030")) != listed(*names)
    ]
    assert wrong == []


@pytest.mark.parametrize("declared", ["", "utf-8"])
@pytest.mark.parametrize("language", OTHERS)
def test_a_name_in_another_language_stays_what_it_is(language: str, declared: str) -> None:
    wrong = [
        word
        for word in OTHERS[language].split()
        if decoded(listed(word, declared=declared).encode()) != listed(word, declared=declared)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_names_in_another_language_among_plain_ones_stay_what_they_are(language: str) -> None:
    chance = random.Random(language)
    for _ in range(50):
        said = listed(*chance.sample(OTHERS[language].split(), 3), "Gate 1", "Camera 02")
        assert decoded(said.encode()) == said


def test_a_short_word_is_what_the_declaration_says() -> None:
    assert decoded(listed("Үй", declared="utf-8").encode()) == listed("Үй", declared="utf-8")


def test_one_letter_of_three_bytes_proves_utf_8() -> None:
    said = listed("У", "ѧУ", "操场")
    assert decoded(said.encode()) == said


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_chinese_in_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert eight_bit(text.encode()) == (text, "utf-8")


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "gb2312", "nonsense", "utf-16"]))
def test_any_bytes_are_some_text(raw: bytes, declared: str) -> None:
    assert isinstance(eight_bit(raw, declared)[0], str)


def test_that_it_was_chinese_is_a_named_repair() -> None:
    assert repaired(listed("学校", declared="utf-8").encode("gb18030")).repairs == (
        "declared utf-8, is gb18030",
    )


def test_chinese_names_half_of_which_are_utf_8_by_chance_are_no_damaged_utf_8() -> None:
    said = listed("学校围墙学校校园", "门")
    assert decoded(said.encode("gb18030")) == said


def test_every_text_of_a_device_is_read_alike() -> None:
    raw = "学校".encode("gb18030")
    table = parse_table(b"table.ChannelTitle[0].Name=" + raw + b"\r\n", "getConfig")
    sdp = parse_sdp(b"v=0\r\ns=" + raw + b"\r\n")
    assert (table["ChannelTitle[0].Name"], sdp.session_name) == ("学校", "学校")
    assert unquoted("onvif://www.onvif.org/name/%D1%A7%D0%A3") == "onvif://www.onvif.org/name/学校"


def test_percent_coded_utf_8_stays_what_it_is() -> None:
    assert unquoted("name/%E5%AD%A6%E6%A0%A1 操场 100% a%20b") == "name/学校 操场 100% a b"
