"""Whether the parts of the catalogue fit together: ids that are used are declared, limits can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from config.errors import Mistake
from config.form import Column, Form
from config.schema import Brands, Condition, FaultRule, Field, Metric, Positions, Standard, VerdictId
from config.settings import Settings
from config.site import Site

_NUMBERS = ("int", "float")
# What the blur filters are laid out for, and the metric whose limit it must be.
_LINES: Mapping[str, str] = {
    "tvl_live_at_least": "live_lines",
    "tvl_playback_at_least": "playback_lines",
}
_FIELD_TYPES: Mapping[str, tuple[str, ...]] = {
    "text": ("str",),
    "integer": ("int",),
    "number": ("int", "float"),
    "boolean": ("bool",),
}


def mistakes_between(parts: Mapping[str, Any], declared: Mapping[str, frozenset[str]]) -> list[Mistake]:
    """Return what does not fit. `declared` holds ids of broken entries too: they are reported elsewhere."""
    metrics: Mapping[str, Metric] = parts["metrics"]
    fields: Mapping[str, Field] = parts["fields"]
    return [
        *_metrics(metrics),
        *_fields(fields, metrics, declared["metrics"]),
        *_faults(parts["faults"], declared["faults"], metrics, declared["metrics"]),
        *_verdicts(declared["verdicts"]),
        *_standards(parts["standards"], metrics, declared["metrics"]),
        *_applies(parts["standards"], fields, declared["fields"]),
        *lines_that_differ(parts["standards"], parts["settings"], "default.toml"),
        *_positions(parts["positions"], fields),
        *_brands(parts["brands"]),
        *_forms(parts["forms"], fields, declared["fields"]),
    ]


def _metrics(metrics: Mapping[str, Metric]) -> Iterator[Mistake]:
    for metric in metrics.values():
        if metric.type in _NUMBERS and not metric.unit:
            yield Mistake("metrics.toml", f"{metric.id}.unit", "数字要有单位；比例和个数写 1")


def _fields(
    fields: Mapping[str, Field], metrics: Mapping[str, Metric], known: frozenset[str]
) -> Iterator[Mistake]:
    file = "fields.toml"
    for field in fields.values():
        if field.metric is not None and field.derived is not None:
            yield Mistake(file, field.id, "metric 和 derived 只能写一个")
        if field.metric is not None and field.metric not in known:
            yield Mistake(file, f"{field.id}.metric", f"没有声明这个指标：{field.metric}")
        elif (
            field.metric is not None
            and field.metric in metrics
            and metrics[field.metric].type not in _FIELD_TYPES[field.type]
        ):
            yield Mistake(
                file, f"{field.id}.type", f"与指标 {field.metric} 的类型 {metrics[field.metric].type} 不符"
            )
        if field.allowed and field.type != "text":
            yield Mistake(file, f"{field.id}.allowed", "只有 text 类型才能列出可填的词")
        if _repeated(field.allowed):
            yield Mistake(file, f"{field.id}.allowed", "可填的词有重复")
        if field.open and not field.allowed:
            yield Mistake(file, f"{field.id}.open", "没有列出可填的词，不能写 open")
        if field.confirm and field.derived is None:
            yield Mistake(file, f"{field.id}.confirm", "没有推测来源 derived，不能写 confirm")
        if field.level in ("unit", "signature") and (field.metric or field.derived or field.wins == "probe"):
            yield Mistake(file, field.id, "学校信息和签名只能由人填写")
        if field.level == "unit" and field.id not in Site.model_fields:
            yield Mistake(file, field.id, "camcensus.toml 里没有这一项学校信息")


def _faults(
    faults: Mapping[str, FaultRule],
    known_faults: frozenset[str],
    metrics: Mapping[str, Metric],
    known: frozenset[str],
) -> Iterator[Mistake]:
    file = "faults.toml"
    for fault in faults.values():
        for other in fault.hidden_by:
            if other not in known_faults or other == fault.id:
                yield Mistake(file, f"{fault.id}.hidden_by", f"没有声明这个故障：{other}")
        ways = ((f"ways[{place}]", way) for place, way in enumerate(fault.ways, 1))
        for part, conditions in (("needs", fault.needs), *ways):
            for place, condition in enumerate(conditions, 1):
                for key, message in _condition(condition, "channel", metrics, known):
                    yield Mistake(file, f"{fault.id}.{part}[{place}].{key}", message)
                if condition.at_most is not None:
                    yield Mistake(file, f"{fault.id}.{part}[{place}].at_most", "只有标准的条款能写 at_most")


def _verdicts(known: frozenset[str]) -> Iterator[Mistake]:
    for verdict in get_args(VerdictId):
        if verdict not in known:
            yield Mistake("verdicts.toml", verdict, "缺少这一项")


def _standards(
    standards: Mapping[str, Standard], metrics: Mapping[str, Metric], known: frozenset[str]
) -> Iterator[Mistake]:
    for document, standard in standards.items():
        file = f"standards/{document}.toml"
        for name in _repeated(rule.id for rule in standard.rules):
            yield Mistake(file, f"rules[{name}]", "编号重复")
        for rule in standard.rules:
            if not rule.id.startswith(f"{standard.id}."):
                yield Mistake(file, f"rules[{rule.id}].id", f"应以 {standard.id}. 开头，免得与别的标准重复")
            for place, condition in enumerate(rule.all, 1):
                for key, message in _condition(condition, rule.subject, metrics, known):
                    yield Mistake(file, f"rules[{rule.id}].all[{place}].{key}", message)
            for place, condition in enumerate(rule.not_due, 1):
                for key, message in _condition(condition, rule.subject, metrics, known):
                    yield Mistake(file, f"rules[{rule.id}].not_due[{place}].{key}", message)
                if condition.at_most is not None:
                    yield Mistake(
                        file, f"rules[{rule.id}].not_due[{place}].at_most", "未到期的条件不能写 at_most"
                    )
            if rule.holes == "counted" and not any(c.metric == "unbroken_days" for c in rule.all):
                yield Mistake(file, f"rules[{rule.id}].holes", "条件里没有连续天数，不能写 counted")


def _applies(
    standards: Mapping[str, Standard], fields: Mapping[str, Field], known: frozenset[str]
) -> Iterator[Mistake]:
    for document, standard in standards.items():
        for rule in standard.rules:
            if rule.applies_to is None:
                continue
            file, key = f"standards/{document}.toml", f"rules[{rule.id}].applies_to"
            field = fields.get(rule.applies_to.field)
            if rule.applies_to.field not in known:
                yield Mistake(file, f"{key}.field", f"没有声明这个字段：{rule.applies_to.field}")
            elif field is not None and (field.level != "camera" or rule.subject == "device"):
                yield Mistake(file, f"{key}.field", "只有摄像机的字段能决定条款适用与否")
            elif field is not None and field.allowed and rule.applies_to.value not in field.allowed:
                yield Mistake(file, f"{key}.value", f"字段 {field.id} 没有这个词：{rule.applies_to.value}")


def lines_that_differ(
    standards: Mapping[str, Standard], settings: Settings | None, file: str, under: str = ""
) -> Iterator[Mistake]:
    """Tell the settings of TV lines that are not what the standards ask for."""
    if settings is None:
        return
    for standard in standards.values():
        for rule in standard.rules:
            for condition in rule.all:
                setting = _LINES.get(condition.metric)
                if setting is not None and getattr(settings.tvl, setting) != condition.limit:
                    yield Mistake(
                        file, f"{under}tvl.{setting}", f"应与 {rule.id} 的要求相同：{condition.limit}"
                    )


def _condition(
    condition: Condition, subject: str, metrics: Mapping[str, Metric], known: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if condition.metric not in known:
        yield "metric", f"没有声明这个指标：{condition.metric}"
    if condition.metric not in metrics:
        return
    metric = metrics[condition.metric]
    if metric.subject != subject:
        yield "metric", f"{metric.id} 是 {metric.subject} 的指标，这里判断的是 {subject}"
    if condition.at_most is not None:
        yield from _bounds(condition, metric, metrics, known)
    if condition.op == "in" and not isinstance(condition.limit, tuple):
        yield "limit", "in 后面应为列表"
        return
    if condition.op != "in" and isinstance(condition.limit, tuple):
        yield "limit", f"{condition.op} 后面应为单个值；列表请用 in"
        return
    if condition.op in ("<", "<=", ">=", ">") and metric.type not in _NUMBERS:
        yield "op", f"{metric.id} 不是数字，不能用 {condition.op} 比较"
    limits = condition.limit if isinstance(condition.limit, tuple) else (condition.limit,)
    if not all(_comparable(limit, metric.type) for limit in limits):
        yield "limit", f"与指标 {metric.id} 的类型 {metric.type} 不符"


def _bounds(
    condition: Condition, lower: Metric, metrics: Mapping[str, Metric], known: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if condition.op not in (">=", "<="):
        yield "op", "写了 at_most（上界），只能用 >= 或 <= 比较"
    if condition.at_most not in known:
        yield "at_most", f"没有声明这个指标：{condition.at_most}"
    upper = metrics.get(condition.at_most or "")
    if upper is None:
        return
    if upper.id == lower.id:
        yield "at_most", "上界和下界不能是同一个指标"
    if upper.subject != lower.subject:
        yield "at_most", f"{upper.id} 是 {upper.subject} 的指标，{lower.id} 是 {lower.subject} 的指标"
    if upper.type not in _NUMBERS:
        yield "at_most", f"{upper.id} 不是数字，不能作上界"


def _comparable(limit: object, metric_type: str) -> bool:
    match limit:
        case bool():
            return metric_type == "bool"
        case int() | float():
            return metric_type in _NUMBERS
        case _:
            return metric_type == "str"


def _positions(positions: Positions | None, fields: Mapping[str, Field]) -> Iterator[Mistake]:
    if positions is None:
        return
    file = "positions.toml"
    for position in _repeated(one.position for one in positions.classes):
        yield Mistake(file, f"classes[{position}]", "同一部位写了两次")
    classed = {one.position for one in positions.classes}
    for place, hint in enumerate(positions.hints, 1):
        if hint.position not in classed:
            yield Mistake(file, f"hints[{place}].position", f"classes 里没有这个部位：{hint.position}")
    resource = fields.get("resource_class")
    for one in positions.classes:
        if resource is not None and one.resource_class not in resource.allowed:
            yield Mistake(
                file, f"classes[{one.position}].resource_class", f"表里没有这个属性：{one.resource_class}"
            )


def _brands(brands: Brands | None) -> Iterator[Mistake]:
    if brands is None:
        return
    for name in _repeated(brand.id for brand in brands.brands):
        yield Mistake("brands.toml", f"brands[{name}]", "编号重复")
    for prefix in _repeated(prefix for brand in brands.brands for prefix in brand.oui):
        yield Mistake("brands.toml", "oui", f"MAC 前缀重复：{prefix}")


def _forms(
    forms: Mapping[str, Form], fields: Mapping[str, Field], known: frozenset[str]
) -> Iterator[Mistake]:
    for document, form in forms.items():
        file = f"forms/{document}.toml"
        for name in _repeated(column.id for column in form.columns):
            yield Mistake(file, f"columns[{name}]", "编号重复")
        for column in form.columns:
            for key, message in _column(column, fields, known):
                yield Mistake(file, f"columns[{column.id}].{key}", message)
        grouped = {column.id for column in form.columns if column.source == "fields"}
        for place, name in enumerate(form.group_by, 1):
            if name not in grouped:
                yield Mistake(file, f"group_by[{place}]", f"没有这样一列，或它不取自档案：{name}")
        if form.row_for == "group" and not form.group_by:
            yield Mistake(file, "group_by", "按组填写时不能为空")
        if form.scope is not None and form.scope.field not in known:
            yield Mistake(file, "scope.field", f"没有声明这个字段：{form.scope.field}")
        for place, note in enumerate(form.evidence_notes, 1):
            if not _fills(note, hd_width=1, hd_height=1):
                yield Mistake(file, f"evidence_notes[{place}]", "花括号里只能写 hd_width 或 hd_height")


def _column(column: Column, fields: Mapping[str, Field], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    if (column.source == "fields") != bool(column.fields):
        yield "fields", 'source 为 "fields" 时要写取自哪些字段，其余情况不写'
    for name in column.fields:
        if name not in known:
            yield "fields", f"没有声明这个字段：{name}"
    if column.offline_words and not _fills(column.offline_words, n=1):
        yield "offline_words", "花括号里只能写 n"
    if len(column.fields) != 1 or column.fields[0] not in fields:
        return
    field = fields[column.fields[0]]
    if field.allowed and not field.open and not set(column.allowed) <= set(field.allowed):
        yield "allowed", f"有字段 {field.id} 不允许的词"


def _fills(words: str, **values: int) -> bool:
    try:
        words.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError):
        return False
    return True


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]
