"""Which text eight-bit bytes are: UTF-8, GB18030, or what was declared. The bytes say more than words do."""

from __future__ import annotations

import codecs
import re


def eight_bit(raw: bytes, declared: str = "") -> tuple[str, str]:
    """Return the bytes as text, and the encoding they are in. `declared` is empty where nothing was.

    Some Chinese names in GB18030 are UTF-8 as well: the bytes of 学校 are those of ѧУ. They are taken for
    Chinese where no letter takes three bytes, as every Chinese one does in UTF-8, where the letters make no
    words of a script, and where GB18030 reads common Chinese ones alone. Never raises.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf_8(raw, declared)
    if not text.isascii() and max(text) <= _TWO_BYTES and not _makes_words(text, declared):
        chinese = _common_chinese(raw)
        if chinese is not None:
            return chinese, "gb18030"
    return text, "utf-8"


def unquoted(text: str) -> str:
    """Return text whose bytes may be percent-coded, in UTF-8 or in GB18030."""
    return _CODED.sub(lambda found: eight_bit(bytes.fromhex(found[0].replace("%", "")))[0], text)


def codec_name(declared: str) -> str:
    """Return the codec's own name; an empty string for a word that is none."""
    try:
        return codecs.lookup(declared).name
    except (LookupError, ValueError):
        return ""


def _not_utf_8(raw: bytes, declared: str) -> tuple[str, str]:
    # A name cut in the middle of a character is still UTF-8: then most of the rest reads well.
    lossy = raw.decode("utf-8", "replace")
    lost = lossy.count("�")
    kept = sum(1 for letter in lossy if letter > "\x7f") - lost
    if kept > lost and _common_chinese(raw) is None:
        return lossy, "damaged utf-8"

    codec = codec_name(declared)
    tried = [codec] if codec and not codec.startswith("utf") else []
    # What calls itself GB2312 is often GBK; what says nothing at all is GB18030 in the shops of Huaqiangbei.
    for name in (*(("gb18030",) if codec.startswith("gb") or not tried else tried), "gb18030", "cp1252"):
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            continue
    return lossy, "not any text"


def _common_chinese(raw: bytes) -> str | None:
    """Return the bytes as GB18030 where that gives characters of GB2312 alone, most of its first level."""
    try:
        text = raw.decode("gb18030")
        coded = [letter.encode("gb2312") for letter in text if letter > "\x7f"]
    except UnicodeError:
        return None
    hanzi = [one for one in coded if one >= _FIRST]
    return text if sum(one < _LEVEL_2 for one in hanzi) * 2 > len(hanzi) else None


def _makes_words(text: str, declared: str) -> bool:
    """Say whether letters beyond ASCII make words of one script each, one of them of three letters or more.

    Two letters are enough where UTF-8 is declared, and none where a Chinese encoding is.
    """
    codec = codec_name(declared)
    if codec.startswith("gb"):
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if not words:
        return not re.sub(r"[\x00-\x7f]", "", _SIGN.sub("", text))
    least = 2 if codec == "utf-8" else 3
    return all(_OF_ONE_SCRIPT.fullmatch(word) for word in words) and max(map(len, words)) >= least


_CODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_TWO_BYTES = "\u07ff"  # the last letter that takes two bytes in UTF-8
_FIRST, _LEVEL_2 = b"\xb0\xa1", b"\xd8\xa1"  # of the characters of GB2312: the first, and the first rare one
_WORD = re.compile(r"[^\W\d_ªµº²³¹¼½¾]+")
# Letters that are in use today; Latin ones stand among plain ones, or alone.
_OF_ONE_SCRIPT = re.compile(
    r"[À-ÖØ-öø-ž]|(?=.*[A-Za-z])[A-Za-zÀ-ÖØ-öø-žƏƠơƯưȘ-țə]+"
    r"|[Ё-яё-џҐґҒғҖҗҚқҢңҮүҰұҺһӘәӨө]+"
    r"|[Ά-ώ]+|[\u05d0-\u05ea]+|[\u0621-\u064a\u067e-\u06d5]+"
)
# What nobody takes for 楼, 路 or 陆, which have the bytes of ¥, · and ½.
_SIGN = re.compile(
    r"[°²±§]|(?<=[A-Za-z])[³®ªº]|(?<=[A-Za-z])·(?=[A-Za-z\d])|(?<=\d)[½¼¾ªº]|µ(?=[A-Za-z])|©(?= ?[\dA-Z])"
)
