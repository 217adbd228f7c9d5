"""From what pydantic and tomllib complain of to short sentences for the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.errors import Mistake
from config.notices import CHANNEL_NAME, CLOCK, MAILBOX, PROXY, QUIET

_SENTENCES: Mapping[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个名称的项，请检查拼写或删去",
    "int_type": "应为整数，不加引号，也不带小数点",
    "int_parsing": "应为整数，例如 24",
    "float_parsing": "应为数字，例如 2.5",
    "bool_parsing": "应为 true 或 false",
    "path_type": "应为文件或文件夹的路径",
    "int_from_float": "应为整数，不带小数点",
    "float_type": "应为数字，不加引号",
    "finite_number": "应为普通数字，不能是 inf 或 nan",
    "bool_type": "应为 true 或 false，不加引号",
    "string_type": "应为文字，用英文双引号括起来",
    "tuple_type": '应为列表，用英文方括号括起来，例如 ["a", "b"] 或 [1, 2]',
    "dict_type": "应为一节，下面写“名称 = 值”",
    "model_type": "应为一节，下面写“名称 = 值”",
    "mapping_type": "应为一节，下面写“名称 = 值”",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "不能为空，至少写 {min_length} 个",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 个字",
    "literal_error": "只能是 {expected} 之一",
    "value_error": "{error}",
}
_PATTERNS: Mapping[str, str] = {
    r"\S": "不能为空",
    r"^/\S*\Z": "应以 / 开头，中间没有空格",
    r"^\d{4}-\d{2}-\d{2}\Z": "应为日期，例如 2018-03-09",
    r"^[0-9A-F]{2}(:[0-9A-F]{2}){2}\Z": "应为 MAC 前三段，例如 44:19:B6",
    CHANNEL_NAME: "只能由字母、汉字、数字、减号和下划线组成，最多 30 个字",
    CLOCK: '应为 24 小时制的时间，例如 "07:00"',
    QUIET: '应为两个时间，例如 "22:00-06:30"；不要免打扰就写 ""',
    MAILBOX: '应为邮箱地址，例如 "office@example.com"',
    f"{MAILBOX}|^\\Z": '应为邮箱地址，例如 "office@example.com"',
    PROXY: '应为代理服务器的地址，例如 "http://10.1.2.3:8080"；不用代理就删去这一行',
}
# The complaints of tomllib that people meet, by how they begin.
_TOML: Sequence[tuple[str, str]] = (
    ("Expected '=' after a key", "名称后面缺少等号 ="),
    ("Expected newline or end of document", "一行写了多余的内容；一行只写一项，说明前面加 #"),
    ("Invalid value", "值写得不对：文字要用英文双引号括起来，开关写 true 或 false"),
    ("Invalid initial character for a key part", "名称写得不对：只能用英文字母、数字、- 和 _"),
    ("Invalid statement", "这一行不是“名称 = 值”；说明文字前面要加 #"),
    ("Illegal character", "有不能出现的字符，或文字没有写在同一行的引号里"),
    ("Unterminated string", "引号没有成对"),
    ("Expected ']", "方括号没有成对"),
    ("Unclosed array", "列表的方括号没有成对，或两项之间缺少逗号"),
    ("Unclosed inline table", "花括号没有成对"),
    ("Cannot overwrite a value", "这一项写了两次"),
    ("Cannot declare", "这一节写了两次"),
    ("Cannot mutate immutable namespace", "这一节与前面的写法冲突"),
    ("Duplicate inline table key", "这一项写了两次"),
    ("Unescaped '\\'", "反斜杠要写成两个：\\\\"),
)
_FULL_WIDTH = "“”‘’＝，［］＃"


def mistakes_of(
    error: ValidationError, *, file: str, under: Sequence[str] = (), raw: object = None
) -> list[Mistake]:
    """Return a mistake for each complaint. `under` goes before the key; `raw` names list entries by id."""
    return [
        Mistake(file, ".".join((*under, *_path(detail["loc"], raw))), _sentence(detail))
        for detail in error.errors()
    ]


def toml_mistake(error: Exception, text: str, *, file: str) -> Mistake:
    """Say where a TOML file breaks off and why, with the line where tomllib gives one."""
    if isinstance(error, RecursionError):
        return Mistake(file, "", "括号嵌套太深，不是有效的 TOML 文件")
    said = str(error)
    reason = next((words for start, words in _TOML if said.startswith(start)), "写法不符合 TOML 格式")
    place = re.search(r"\(at line (\d+), column (\d+)\)", said)
    if place is None:
        where = "文件末尾：内容没有写完，" if "end of document" in said else ""
        return Mistake(file, "", f"{where}{reason}（{said}）")
    row, column = int(place[1]), int(place[2])
    lines = text.split("\n")
    line = lines[row - 1] if row <= len(lines) else ""
    if any(sign in line.partition("#")[0] for sign in _FULL_WIDTH):
        reason = "用了中文标点；引号、等号、逗号和方括号要用英文半角的"
    return Mistake(file, "", f"第 {row} 行第 {column} 列：{reason}（{said}）")


def _sentence(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "string_pattern_mismatch":
        pattern = context["pattern"]
        return _PATTERNS.get(pattern, f"写法不对，应符合 {pattern}")
    if detail["type"] == "literal_error":
        context = {"expected": context["expected"].replace(" or ", "、").replace(", ", "、").replace("'", "")}
    sentence = _SENTENCES.get(detail["type"])
    return sentence.format_map(context) if sentence else detail["msg"]


def _path(loc: Sequence[int | str], raw: object) -> list[str]:
    """Name an entry of a list by its id where it has one, else by its place, counted from 1."""
    path: list[str] = []
    for step in loc:
        if isinstance(raw, dict) and step == raw.get("kind") and step not in raw:
            continue  # pydantic names the kind of a block as if it were a key
        if isinstance(step, int):
            raw = raw[step] if isinstance(raw, list | tuple) and step < len(raw) else None
            name = raw.get("id") if isinstance(raw, dict) else None
            label = name if isinstance(name, str) and name.isprintable() else step + 1
            path[-1:] = [f"{path[-1] if path else ''}[{label}]"]
        else:
            raw = raw.get(step) if isinstance(raw, dict) else None
            path.append(step if step.isprintable() else repr(step))
    return path
