"""Whether what is on record fits together: fields, places, makers, campaigns and the tables of codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from config.campaign import Campaign
from config.errors import Mistake
from config.form import Form
from config.gb28181 import Gb28181, named
from config.schema import Brands, Field, Metric, Positions
from config.values import mistake_in

_FIELD_TYPES: Mapping[str, tuple[str, ...]] = {
    "text": ("str",),
    "integer": ("int",),
    "number": ("int", "float"),
    "boolean": ("bool",),
    "date": ("str",),
}
# A field that goes with the position, and the key of positions.toml that it is read from.
_OF_POSITION = ("resource_class", "coverage", "faces_public", "place_type")


def mistakes_of_fields(
    fields: Mapping[str, Field], metrics: Mapping[str, Metric], known: frozenset[str]
) -> Iterator[Mistake]:
    """Yield the mistakes of fields.toml. `known` holds the ids of broken metrics too."""
    for field in fields.values():
        for key, message in (*_source(field, metrics, known), *_words(field), *_level(field)):
            yield Mistake("fields.toml", f"{field.id}.{key}".rstrip("."), message)


def mistakes_of_positions(positions: Positions | None, fields: Mapping[str, Field]) -> Iterator[Mistake]:
    if positions is None:
        return
    file = "positions.toml"
    for position in _repeated(one.position for one in positions.classes):
        yield Mistake(file, f"classes[{position}]", "同一部位写了两次")
    classed = {one.position for one in positions.classes}
    for place, hint in enumerate(positions.hints, 1):
        if hint.position not in classed:
            yield Mistake(file, f"hints[{place}].position", f"classes 里没有这个部位：{hint.position}")
    for one in positions.classes:
        for name in _OF_POSITION:
            said, field = getattr(one, name), fields.get(name)
            if said is not None and field is not None and mistake_in(field, said):
                yield Mistake(file, f"classes[{one.position}].{name}", f"表里没有这个属性：{said}")
    if "position" in fields and set(fields["position"].allowed) != classed:
        yield Mistake("fields.toml", "position.allowed", "应与 positions.toml 的 classes 里的部位相同")


def mistakes_of_brands(brands: Brands | None) -> Iterator[Mistake]:
    if brands is None:
        return
    for name in _repeated(brand.id for brand in brands.brands):
        yield Mistake("brands.toml", f"brands[{name}]", "编号重复")
    for prefix in _repeated(prefix for brand in brands.brands for prefix in brand.oui):
        yield Mistake("brands.toml", "oui", f"MAC 前缀重复：{prefix}")
    for brand in brands.brands:
        if brand.oui and brand.registered_as is None:
            yield Mistake(
                "brands.toml", f"brands[{brand.id}].registered_as", "写了 MAC 前缀，就要写登记的厂名"
            )


def mistakes_of_campaigns(
    campaigns: Mapping[str, Campaign], positions: Positions | None, forms: Mapping[str, Form]
) -> Iterator[Mistake]:
    places = {one.position for one in positions.classes} if positions else None
    for document, campaign in campaigns.items():
        file = f"campaigns/{document}.toml"
        for name in _repeated(area.id for area in campaign.areas):
            yield Mistake(file, f"areas[{name}]", "编号重复")
        if places is None:
            continue
        for area in campaign.areas:
            for position in area.positions:
                if position not in places:
                    yield Mistake(
                        file, f"areas[{area.id}].positions", f"positions.toml 里没有这个部位：{position}"
                    )
        listed = {position for area in campaign.areas for position in area.positions}
        for position in campaign.unlisted:
            if position not in places or position in listed:
                yield Mistake(file, f"unlisted.{position}", "没有这个部位，或它已经列在 areas 里")
        for position in sorted(places - listed - set(campaign.unlisted)) if campaign.areas else ():
            yield Mistake(file, "areas", f"没有写明这个部位属于哪一类，也没有列在 unlisted 里：{position}")
    for document, form in forms.items():
        if form.campaign not in campaigns:
            yield Mistake(
                f"forms/{document}.toml", "campaign", f"campaigns 里没有这个填报任务：{form.campaign}"
            )


def mistakes_of_codes(codes: Gb28181 | None) -> Iterator[Mistake]:
    if codes is None:
        return
    file = "gb28181.toml"
    for name, edition in codes.editions.items():
        for table in ("industries", "types", "networks"):
            for key in _overlapping(getattr(edition, table)):
                yield Mistake(file, f"editions.{name}.{table}.{key}", "编码重复，或范围的前一个比后一个大")
    for code in codes.education:
        if not any(named(edition.industries, code) for edition in codes.editions.values()):
            yield Mistake(file, "education", f"行业编码表里没有：{code}")
    for part in ("kinds", "doubtful"):
        for kind, types in getattr(codes, part).items():
            for code in types:
                if not any(named(edition.types, code) for edition in codes.editions.values()):
                    yield Mistake(file, f"{part}.{kind}", f"类型编码表里没有：{code}")


def _source(field: Field, metrics: Mapping[str, Metric], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    if field.metric is not None and field.derived is not None:
        yield "", "metric 和 derived 只能写一个"
    if field.metric is not None and field.metric not in known:
        yield "metric", f"没有声明这个指标：{field.metric}"
    elif (
        field.metric is not None
        and field.metric in metrics
        and metrics[field.metric].type not in _FIELD_TYPES[field.type]
    ):
        yield "type", f"与指标 {field.metric} 的类型 {metrics[field.metric].type} 不符"
    if field.confirm and field.derived is None:
        yield "confirm", "没有推测来源 derived，不能写 confirm"
    if field.suggest is not None and field.type not in ("text", "date"):
        yield "suggest", "只有 text 类型才能写建议的词"
    elif field.suggest is not None and mistake_in(field, field.suggest):
        yield "suggest", "建议的词不在可填的词里"


def _words(field: Field) -> Iterator[tuple[str, str]]:
    if field.allowed and field.type != "text":
        yield "allowed", "只有 text 类型才能列出可填的词"
    if _repeated(field.allowed):
        yield "allowed", "可填的词有重复"
    if field.open and not field.allowed:
        yield "open", "没有列出可填的词，不能写 open"
    if field.several and not field.allowed:
        yield "several", "没有列出可填的词，不能写 several"
    if field.several and any("/" in word for word in field.allowed):
        yield "several", "可填多个的词里不能有 /"
    if field.long and field.type != "text":
        yield "long", "只有 text 类型才能写 long"


def _level(field: Field) -> Iterator[tuple[str, str]]:
    if field.level == "unit" and (field.metric or field.derived or field.wins == "probe"):
        yield "", "学校信息只能由人填写"
    if field.personal and field.level != "unit":
        yield "personal", "姓名、电话只能写在学校信息里"


def _overlapping(table: Mapping[str, str]) -> list[str]:
    spans = sorted((key.partition("-")[0], key.partition("-")[2] or key, key) for key in table)
    wrong = [key for first, last, key in spans if last < first]
    return wrong + [after[2] for before, after in pairwise(spans) if after[0] <= before[1]]


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]
