"""Whether the parts of the catalogue fit together: ids that are used are declared, limits can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from config.check_forms import mistakes_of_forms
from config.check_record import (
    mistakes_of_brands,
    mistakes_of_campaigns,
    mistakes_of_codes,
    mistakes_of_fields,
    mistakes_of_positions,
)
from config.check_watch import mistakes_of_watch
from config.errors import Mistake
from config.schema import Condition, FaultRule, Field, Metric, Standard, VerdictId
from config.settings import Settings

_NUMBERS = ("int", "float")
# What the blur filters are laid out for, and the metric whose limit it must be.
_LINES: Mapping[str, str] = {
    "tvl_live_at_least": "live_lines",
    "tvl_playback_at_least": "playback_lines",
}


def mistakes_between(parts: Mapping[str, Any], declared: Mapping[str, frozenset[str]]) -> list[Mistake]:
    """Return what does not fit. `declared` holds ids of broken entries too: they are reported elsewhere."""
    metrics: Mapping[str, Metric] = parts["metrics"]
    fields: Mapping[str, Field] = parts["fields"]
    return [
        *_metrics(metrics),
        *mistakes_of_fields(fields, metrics, declared["metrics"]),
        *_faults(parts["faults"], declared["faults"], metrics, declared["metrics"]),
        *_verdicts(declared["verdicts"]),
        *_standards(parts["standards"], metrics, declared["metrics"]),
        *_applies(parts["standards"], fields, declared["fields"]),
        *lines_that_differ(parts["standards"], parts["settings"], "default.toml"),
        *mistakes_of_positions(parts["positions"], fields),
        *mistakes_of_brands(parts["brands"]),
        *mistakes_of_campaigns(parts["campaigns"], parts["positions"], parts["forms"]),
        *mistakes_of_codes(parts["gb28181"]),
        *mistakes_of_forms(parts["forms"], fields, declared["fields"]),
        *mistakes_of_watch(parts["watch"], declared["faults"], declared["fields"], parts["campaigns"]),
    ]


def _metrics(metrics: Mapping[str, Metric]) -> Iterator[Mistake]:
    for metric in metrics.values():
        if metric.type in _NUMBERS and not metric.unit:
            yield Mistake("metrics.toml", f"{metric.id}.unit", "数字要有单位；比例和个数写 1")


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


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]
