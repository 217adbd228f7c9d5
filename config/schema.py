"""The shape of the catalogue: what may be declared in the TOML files beside this one, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, model_validator
from pydantic import Field as Bounds

from config.campaign import Area, Campaign
from config.errors import ConfigError, Mistake
from config.form import Form
from config.gb28181 import Gb28181
from config.problems import ProblemWords
from config.settings import Section, Settings
from config.sheet_words import SheetWords
from config.watching import Watching

Id = Annotated[str, Bounds(pattern=r"^[a-z0-9][a-z0-9_./-]*\Z")]
Words = Annotated[str, Bounds(pattern=r"\S")]
Operator = Literal["<", "<=", "==", ">=", ">", "in"]
MetricType = Literal["str", "int", "float", "bool", "list", "dict"]
Subject = Literal["device", "channel", "camera"]
Signal = Literal["digital", "analogue"]
Level = Literal["unit", "system", "camera"]
FieldType = Literal["text", "integer", "number", "boolean", "date"]  # a date is text: 2020.03 or 2020-03-15
VerdictId = Literal["met", "not-met", "unknown", "not-due", "n/a"]

# How inventory/derive.py comes to a value that no probe reads directly.
Derivation = Literal[
    "address",  # the address that answered
    "channel-name",  # the channel's own name, else the name on its picture
    "brand",  # manufacturer, scopes and MAC through brands.toml
    "model",  # the model metric, unless it is a placeholder
    "serial",  # the serial metric, unless it is a placeholder
    "resolution",  # width and height, "1920×1080"
    "hd",  # width and height against settings.hd, 是 or 否
    "built",  # a camera that was seen stands there: 已建
    "position",  # positions.toml over the channel's name and texts
    "resource-class",  # positions.toml over the position
    "access-network",  # a private address on the school's network: 自建局域网
    "coverage",  # positions.toml over the position: A类, B类 or C类
    "faces-public",  # positions.toml over the position: 是 or 否
    "place-type",  # positions.toml over the position
    "coding",  # the codec metric, in the words of 一机一档
    "osd-text",  # the name on the picture, and whether the time is on it
    "signal",  # 网络 or 模拟
    "standard-support",  # whether GB28181 or ONVIF was met: 支持; 不支持 only where both were asked
    "camera-type",  # a camera that turns: 球机
    "ipv4",  # the address, where it is one
    "ipv6",
    "in-use",  # answered in the last run: 在用
    # from the unit's profile
    "unit-address",
    "project-name",
    "system-built-on",  # of a camera, from its system
    # of a system, from its recorders, platforms and cameras
    "has-platform",
    "platform-brand",
    "platform-model",
    "platform-version",
    "platform-description",
    "platform-gb28181",
    "platform-onvif",
    "platform-gb-code",
    "platform-registered",
    "system-signal",
    "network-kind",
    "network-ranges",
    "network-structure",
    "storage-mode",
    "storage-capacity",
    "system-retention",
    "system-faults",
    "gb-code",  # the 20 digits that are set in the recorder or the camera, placeholders left out
    "retention",  # the proven continuous days at the best recorder that holds the camera
]


_LARGEST_LIMIT = 1e15


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"正则表达式有误（{error}）") from error
    return pattern


def _limit(limit: object) -> object:
    several = isinstance(limit, tuple) and len(limit) > 0 and all(_is_word_or_number(part) for part in limit)
    if not (several or isinstance(limit, bool) or _is_word_or_number(limit)):
        raise ValueError("应为数字、文字、true/false，或由它们组成的列表")
    return limit


def _is_word_or_number(part: object) -> bool:
    match part:
        case bool():
            return False
        case str():
            return True
        case int() | float():
            return abs(part) < _LARGEST_LIMIT  # neither inf nor nan is
        case _:
            return False


Regex = Annotated[Words, AfterValidator(_regex)]
Limit = Annotated[bool | int | float | str | tuple[str | int | float, ...], BeforeValidator(_limit)]


class Setting(Section):
    """The words beside a setting in default.toml; its value is checked by config/settings.py."""

    name: Words
    value: Any
    unit: Words
    why: Words


class Metric(Section):
    """Something a probe reads. A number always has a unit; `1` is the unit of a share or a plain count."""

    id: Id
    name: Words
    unit: str
    type: MetricType
    subject: Subject


class Field(Section):
    """One thing on record, and who has the last word on it.

    A `unit` or `system` field may be typed in the site profile under its own id.
    """

    id: Id
    name: Words
    level: Level
    type: FieldType
    unit: str = ""
    allowed: tuple[Words, ...] = ()  # empty: anything of the type
    open: bool = False  # other words than the allowed ones may be typed
    several: bool = False  # more than one of the words, joined by "/"
    long: bool = False  # text of several lines
    personal: bool = False  # a name or a telephone number: in the unit's profile and nowhere else
    wins: Literal["person", "probe"]
    metric: Id | None = None  # measured by this metric
    derived: Derivation | None = None  # or worked out from several
    confirm: bool = False  # what is derived is only a suggestion until a person confirms it
    suggest: Words | None = None  # a word to offer where nothing else is known


class Condition(Section):
    """A metric against a limit.

    Where a measurement gives bounds and no figure, `metric` is the lower one and `at_most` names the upper:
    `>=` holds when the lower bound reaches the limit and fails when the upper one does not, `<=` holds when
    the upper bound keeps to the limit and fails when the lower one does not; else it is unknown.
    """

    metric: Id
    op: Operator
    limit: Limit
    at_most: Id | None = None


class FaultRule(Section):
    """A fault is found when all conditions of one of its `ways` hold.

    It is absent when every way has a measured condition that fails; else the first gap met says why it is
    open. Unless all of `needs` hold it cannot be judged: gap `too-short`. A picture that has one of the
    faults in `hidden_by` shows nothing of this one: gap `hidden`. While one of them cannot be judged because
    the look was too short, this one is not found either: gap `too-short`.
    """

    id: Id
    name: Words
    why: Words
    needs: tuple[Condition, ...] = ()
    ways: Annotated[tuple[Annotated[tuple[Condition, ...], Bounds(min_length=1)], ...], Bounds(min_length=1)]
    hidden_by: tuple[Id, ...] = ()


class AppliesTo(Section):
    """The cameras that a clause speaks of: those of which `field` says `value`."""

    field: Id
    value: Words


# Days in a row that have recordings, and those of them without a long hole, each from its lower bound.
_COUNTED: Mapping[str, str] = {
    "continuous_days": "unbroken_days",
    "continuous_days_at_most": "unbroken_days_at_most",
}


class Rule(Section):
    """One clause of a document as a test: met when `all` hold.

    `binds` says which channels it judges: those whose signal is coded in the camera (digital), those of an
    analogue camera at a recorder, or both. On the others its finding is shown and does not count; `reason`
    says why. A clause that fails is not due yet where all of `not_due` are measured to hold. With
    `applies_to` it speaks of some cameras only: of the others it is n/a, and unknown where nobody has said.
    `holes`: a day with a hole longer than the setting is only shown, or counted as a day that is missing:
    then continuous days in `all` are read as unbroken ones.
    """

    id: Id
    clause: Words
    name: Words
    quote: Words
    subject: Subject
    all: Annotated[tuple[Condition, ...], Bounds(min_length=1)]
    if_unsupported: VerdictId
    not_due: tuple[Condition, ...] = ()
    applies_to: AppliesTo | None = None
    holes: Literal["shown", "counted"] = "shown"
    binds: tuple[Signal, ...] = ("digital", "analogue")
    reason: str = ""
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _count_holes(cls, raw: Any) -> Any:  # noqa: ANN401  TOML
        if not isinstance(raw, dict) or raw.get("holes") != "counted":
            return raw
        conditions = raw.get("all")
        if not isinstance(conditions, tuple | list):
            return raw
        return {**raw, "all": tuple(_without_holes(condition) for condition in conditions)}


def _without_holes(condition: object) -> object:
    if not isinstance(condition, dict):
        return condition
    bounds = {
        key: _COUNTED.get(metric, metric)
        for key in ("metric", "at_most")
        if isinstance(metric := condition.get(key), str)
    }
    return {**condition, **bounds}


class Standard(Section):
    id: Id
    title: Words
    number: Words
    issuer: Words
    issued: Annotated[str, Bounds(pattern=r"^\d{4}-\d{2}-\d{2}\Z")]
    rules: Annotated[tuple[Rule, ...], Bounds(min_length=1)]


class GapWords(Section):
    """Why something was not measured, and what the teacher in front of the PC can do about it."""

    id: Id
    name: Words
    mend: Words


class VerdictWords(Section):
    id: VerdictId
    name: Words


class PositionHint(Section):
    """A name with `pattern` in it, and not `unless`, suggests `position`. The first hint that fits wins."""

    pattern: Regex
    unless: Regex | None = None
    position: Words


class ResourceClass(Section):
    """What goes with a position. What it does not tell is left out: nothing is suggested then."""

    position: Words
    resource_class: Words
    coverage: Words | None = None
    faces_public: Words | None = None
    place_type: Words | None = None


class Positions(Section):
    hints: Annotated[tuple[PositionHint, ...], Bounds(min_length=1)]
    classes: Annotated[tuple[ResourceClass, ...], Bounds(min_length=1)]


class Brand(Section):
    """A maker: the name we print, the patterns it is known by, its registered MAC prefixes."""

    id: Id
    name: Words
    patterns: Annotated[tuple[Regex, ...], Bounds(min_length=1)]
    oui: tuple[Annotated[str, Bounds(pattern=r"^[0-9A-F]{2}(:[0-9A-F]{2}){2}\Z")], ...] = ()
    registered_as: Regex | None = None  # how the registry writes the maker, where its prefixes tell a camera


class Brands(Section):
    """`placeholders` and `serial_placeholders` match, as a whole, what a device says when it says nothing."""

    oui_source: Words
    placeholders: Annotated[tuple[Regex, ...], Bounds(min_length=1)]
    serial_placeholders: Annotated[tuple[Regex, ...], Bounds(min_length=1)]
    brands: Annotated[tuple[Brand, ...], Bounds(min_length=1)]


def known_brand(word: str, brands: Brands) -> Brand | None:
    """Return the maker that a word names."""
    for brand in brands.brands:
        if any(re.search(pattern, word, re.IGNORECASE) for pattern in brand.patterns):
            return brand
    return None


class Catalogue(Section):
    """All that is declared, checked against itself. Mappings are keyed by id, in the order of the files."""

    settings: Settings
    metrics: Mapping[str, Metric]
    fields: Mapping[str, Field]
    faults: Mapping[str, FaultRule]
    gaps: Mapping[str, GapWords]
    verdicts: Mapping[str, VerdictWords]
    problems: Mapping[str, ProblemWords]
    standards: Mapping[str, Standard]
    forms: Mapping[str, Form]
    positions: Positions
    brands: Brands
    gb28181: Gb28181
    campaigns: Mapping[str, Campaign]
    sheet_words: SheetWords
    watch: Watching

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every clause of every standard by its id, in the order of the files."""
        return {rule.id: rule for standard in self.standards.values() for rule in standard.rules}

    def rule(self, name: str) -> Rule:
        """Return the clause of this id. Raise ConfigError where no standard declares it."""
        rule = self.rules.get(name)
        if rule is None:
            raise ConfigError([Mistake("standards", name, "没有哪个标准声明了这一条")])
        return rule

    @property
    def must_cover(self) -> tuple[Area, ...]:
        """The spots that must have a camera that works. 重点部位"""
        return self.campaigns[self.watch.coverage.campaign].areas


def binding_rules(catalogue: Catalogue, campaign: str) -> frozenset[str]:
    """Return the rules of a campaign's own documents; those of every standard where these give none."""
    numbers = {document.number for document in catalogue.campaigns[campaign].documents}
    every = tuple(catalogue.standards.values())
    own = tuple(standard for standard in every if standard.number in numbers)
    return frozenset(rule.id for standard in own or every for rule in standard.rules)


def campaign_forms(catalogue: Catalogue, campaign: str) -> tuple[Form, ...]:
    """Return the forms that name a campaign, in the order of their files."""
    return tuple(form for form in catalogue.forms.values() if form.campaign == campaign)
