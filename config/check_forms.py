"""Whether a form fits the catalogue: figures name fields, cells name figures, rows fill their width."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from config.blocks import (
    OTHERS,
    PLACEHOLDER,
    Block,
    Content,
    GridBlock,
    ListBlock,
    RecordsBlock,
    printed_widths,
)
from config.errors import Mistake
from config.figure import BUILT_IN, Figure, Where
from config.form import Form
from config.grid import columns_of
from config.schema import Field

Fields = Mapping[str, Field]
Fault = tuple[str, str]  # key, message

_LONGEST_LIST = 255  # what a spreadsheet holds in one drop-down list


def mistakes_of_forms(forms: Mapping[str, Form], fields: Fields, known: frozenset[str]) -> Iterator[Mistake]:
    """Yield what does not fit. `known` holds the ids of broken fields too: they are reported elsewhere."""
    for document, form in forms.items():
        for key, message in _form(form, fields, known):
            yield Mistake(f"forms/{document}.toml", key, message)


def _form(form: Form, fields: Fields, known: frozenset[str]) -> Iterator[Fault]:
    for part, blocks in (("blocks", form.blocks), ("supplement", form.supplement)):
        for name in _repeated(block.id for block in blocks):
            yield f"{part}[{name}]", "编号重复"
        yield from _widths(part, blocks)
    for name, figure in form.figures.items():
        for key, message in _figure(name, figure, fields, known):
            yield f"figures.{name}{key}", message
    names = known | form.figures.keys() | set(BUILT_IN)
    for key, content in form.contents:
        for part, message in _content(content, names, fields):
            yield f"{key}.{part}", message
    for block in (*form.blocks, *form.supplement):
        part = "blocks" if block in form.blocks else "supplement"
        match block:
            case ListBlock():
                faults = _list(block, fields, known)
            case GridBlock():
                faults = _grid(block)
            case RecordsBlock():
                faults = _records(block, fields, known)
            case _:
                continue
        for key, message in faults:
            yield f"{part}[{block.id}].{key}", message
    if form.scope is not None and form.scope.field not in known:
        yield "scope.field", f"没有声明这个字段：{form.scope.field}"
    for place, note in enumerate(form.evidence_notes, 1):
        if not _fills(note, hd_width=1, hd_height=1):
            yield f"evidence_notes[{place}]", "花括号里只能写 hd_width 或 hd_height"


def _widths(part: str, blocks: Iterable[Block]) -> Iterator[Fault]:
    """All blocks stand on the same page: they end at the same edge."""
    wide = [(block.id, round(sum(printed_widths(block)), 2)) for block in blocks if block.kind != "lines"]
    for name, width in wide[1:]:
        if width != wide[0][1]:
            yield f"{part}[{name}]", f"总宽 {width:g}，应与第一块 {wide[0][0]} 的 {wide[0][1]:g} 相同"


def _figure(name: str, figure: Figure, fields: Fields, known: frozenset[str]) -> Iterator[Fault]:
    if name in known or name in (*BUILT_IN, OTHERS):
        yield "", "已有这个名称的字段或内置项，请换一个名称"
    if len(figure.ways) != 1:
        yield "", "field、count、least、most、union、tally、rule 只能写一个，且必须写一个"
    if not figure.name and figure.field is None:
        yield ".name", "缺少这一项"
    if figure.edits is not None and figure.rule is None:
        yield ".edits", "只有 rule 才写 edits"
    for way in ("field", "least", "most", "union", "edits"):
        said = getattr(figure, way)
        if said is not None and said not in known:
            yield f".{way}", f"没有声明这个字段：{said}"
    for way in ("least", "most"):
        said = getattr(figure, way)
        if said in fields and fields[said].type not in ("integer", "number"):
            yield f".{way}", f"{said} 不是数字，比不出大小"
    for key, message in _where(figure.where, fields, known):
        yield f".where.{key}", message
    named = {match[1] for match in re.finditer(r"\{(.*?)\}", figure.tally or "")}
    for word in sorted(named - known - {"n"}):
        yield ".tally", f"没有声明这个字段：{word}"
    if not _fills(figure.unknown, n=1):
        yield ".unknown", "花括号里只能写 n"


def _where(where: Where, fields: Fields, known: frozenset[str]) -> Iterator[Fault]:
    for name, words in where.items():
        if name not in known:
            yield name, "没有声明这个字段"
        elif name in fields and fields[name].allowed and not fields[name].open:
            for word in sorted(set(words) - set(fields[name].allowed)):
                yield name, f"字段 {name} 不允许这个词：{word}"


def _content(content: Content, names: Iterable[str], fields: Fields) -> Iterator[Fault]:
    for name in content.figures:
        if name not in names:
            part = "ticks" if name in content.ticks else "of" if name in content.of else "text"
            yield part, f"没有这个字段，也没有这个数：{name}"
    if content.text and content.of:
        yield "of", "text 和 of 只能写一个"
    if re.search(r"[{}]", PLACEHOLDER.sub("", content.text)):
        yield "text", "花括号没有成对，或里面写的不是名称"
    if content.ticks and not content.boxes:
        yield "ticks", "text 里没有可勾选的 □"
    if f"{{{OTHERS}" in content.text and not content.ticks:
        yield "text", "写了 {others}，就要写 ticks"
    if len(",".join(content.allowed)) > _LONGEST_LIST or any("," in word for word in content.allowed):
        yield "allowed", f"下拉清单各词合起来最多 {_LONGEST_LIST} 个字，词里不能有英文逗号"
    if len(content.of) != 1 or content.of[0] not in fields:
        return
    field = fields[content.of[0]]
    if field.allowed and not field.open and not set(content.allowed) <= set(field.allowed):
        yield "allowed", f"有字段 {field.id} 不允许的词"


def _list(block: ListBlock, fields: Fields, known: frozenset[str]) -> Iterator[Fault]:
    columns = {column.id: column for column in block.columns}
    for name in _repeated(column.id for column in block.columns):
        yield f"columns[{name}]", "编号重复"
    for column in block.columns:
        if column.offline_words and not _fills(column.offline_words, n=1):
            yield f"columns[{column.id}].offline_words", "花括号里只能写 n"
    for place, name in enumerate(block.group_by, 1):
        if name not in columns or not set(columns[name].of) - set(BUILT_IN):
            yield f"group_by[{place}]", f"没有这样一列，或它不取自档案：{name}"
    if block.row_for == "group" and not block.group_by:
        yield "group_by", "按组填写时不能为空"
    for place, name in enumerate(block.total_columns, 1):
        if name not in columns or columns[name].kind == "text":
            yield f"total_columns[{place}]", f"没有这样一列，或它不是数字：{name}"
    for key, message in _where(block.where, fields, known):
        yield f"where.{key}", message


def _grid(block: GridBlock) -> Iterator[Fault]:
    try:
        columns_of(
            [[(cell.columns, cell.rows) for cell in row.cells] for row in block.rows], len(block.widths)
        )
    except ValueError as error:
        yield f"rows[{error.args[0]}].cells", f"跨列、跨行加起来与 {len(block.widths)} 列不符"


def _records(block: RecordsBlock, fields: Fields, known: frozenset[str]) -> Iterator[Fault]:
    wanted = 4 if block.grouped else 3
    if len(block.widths) != wanted:
        yield "widths", f"应有 {wanted} 个：分组（有 group 时）、栏目、样例、每条记录"
    for key, message in _where(block.where, fields, known):
        yield f"where.{key}", message


def _fills(words: str, **values: int) -> bool:
    try:
        words.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError):
        return False
    return True


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]
