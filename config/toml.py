"""Reads a TOML file that a person may have written: wrong encodings, half-written, not readable at all."""

from __future__ import annotations

import re
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from config.errors import ConfigError, Mistake
from config.mistakes import toml_mistake
from config.plain import system_words

_LARGEST = 1 << 20  # bytes; our own largest file has 10 KiB


def read_toml(source: Traversable | Path, *, file: str) -> dict[str, Any]:
    """Return the tables of a file, lists as tuples. Raise ConfigError if it cannot be read."""
    try:
        with source.open("rb") as opened:
            payload = opened.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError([Mistake(file, "", _unreadable(error))]) from error
    return parse_toml(payload, file=file)


def parse_toml(payload: bytes, *, file: str) -> dict[str, Any]:
    """Return the tables of a file's bytes, lists as tuples. Raise ConfigError, whatever the bytes are."""
    if len(payload) > _LARGEST:
        raise ConfigError([Mistake(file, "", "文件超过 1 MB，不像是配置文件，请检查是否放错了文件")])
    text = _decode(payload, file=file)
    try:
        return {key: _frozen(value) for key, value in tomllib.loads(text).items()}
    except (ValueError, RecursionError) as error:
        # ValueError and not TOMLDecodeError alone: a number of 5,000 digits is refused by int() itself.
        raise ConfigError([toml_mistake(error, text, file=file)]) from error


def _decode(payload: bytes, *, file: str) -> str:
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError([Mistake(file, "", _wrong_encoding(payload))]) from error


def _wrong_encoding(payload: bytes) -> str:
    mend = "请用记事本打开，选“另存为”，把编码改成 UTF-8，再保存"
    if payload.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"文件是 UTF-16（Unicode）编码，{mend}"
    # Notepad before Windows 10 1903 saves Chinese text as GBK unless told otherwise, and calls it ANSI.
    if _is_gbk(payload):
        return f"文件是 GBK（ANSI）编码，{mend}"
    return "不是 UTF-8 编码的文本文件，请检查是否放错了文件；必要时删去它，再运行 camcensus init"


def _is_gbk(payload: bytes) -> bool:
    try:
        text = payload.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return re.search(r"[\u4e00-\u9fff]", text) is not None and "\x00" not in text


def _unreadable(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "没有这个文件，请先运行 camcensus init"
        case PermissionError():
            return "没有读取权限，请检查文件的权限，或关闭正在使用它的程序"
        case IsADirectoryError():
            return "这是一个文件夹，不是文件，请改名后运行 camcensus init"
        case _:
            return f"读不出来（{system_words(error)}），请检查磁盘或网络驱动器"


def _frozen(value: Any) -> Any:  # noqa: ANN401  whatever TOML holds
    match value:
        case list():
            return tuple(_frozen(one) for one in value)
        case dict():
            return {key: _frozen(one) for key, one in value.items()}
        case _:
            return value
