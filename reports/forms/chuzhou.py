"""What Chuzhou's survey asks and no single figure says: one box for two protocols, storage. 滁州"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from config.evidence import load_words
from config.values import words_of
from inventory.record import FieldValue
from reports.forms.desk import Desk, joined_missing, known
from reports.forms.desk import words_of as words_of_value
from reports.forms.figures import Rule
from reports.forms.found import Found
from reports.forms.subject import Item, Subject

SUPPORTED, ABSENT = "支持", "不支持"
_BOXES: Mapping[str, str] = {
    "硬盘录像机": "DVR/NVR",
    "存储服务器": "存储服务器",
    "存储阵列": "存储服务器",
}
_OTHER = "其他方式"


def platform_support(desk: Desk, subject: Subject) -> Found:
    """Supported where one of the two works; not supported only where both were asked in vain."""
    both = [(name, _system(subject, name)) for name in ("platform_gb28181", "platform_onvif")]
    told = [(name, value) for name, value in both if value is not None]
    origins = tuple(desk.origin(name, value, None) for name, value in told)
    says = {name: str(value.value) for name, value in told}
    if says.get("platform_gb28181") in ("是", "支持未启用") or says.get("platform_onvif") == SUPPORTED:
        return Found((SUPPORTED,), origins)
    if says.get("platform_gb28181") == "否" and says.get("platform_onvif") == ABSENT:
        return Found((ABSENT,), origins)
    missing = tuple(desk.blank(name, None, listed=True) for name, value in both if value is None)
    return Found((), (), missing)


def storage(desk: Desk, subject: Subject) -> Found:
    """The three boxes for what the record tells in more words; what has no box of its own is another way."""
    value = _system(subject, "storage_mode")
    if value is None:
        return Found((), (), (desk.blank("storage_mode", None, listed=True),))
    parts = words_of(desk.catalogue.fields["storage_mode"], str(value.value))
    boxes = tuple(dict.fromkeys(_BOXES.get(part, _OTHER) for part in parts if part))
    origin = replace(desk.origin("storage_mode", value, None), value=str(value.value))
    return Found(boxes, (origin,))


def camera_models(desk: Desk, subject: Subject) -> Found:
    """The models, largest number first, each with the size that was measured: the document asks for both."""
    words = load_words("chuzhou-2019")
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in subject.items:
        groups.setdefault((_word(item, "model"), _word(item, "resolution")), []).append(item)
    said, origins, nameless = [], [], []
    for (model, size), items in sorted(groups.items(), key=lambda one: -sum(item.number for item in one[1])):
        count = sum(item.number for item in items)
        key = "model_size" if size else "model"
        said.append(words.said(key, model=model or words.said("model_unknown"), size=size, count=count))
        origins.append(desk.counted(words.said("models"), said[-1], "", items, sure=bool(model)))
        nameless += [] if model else items
    missing = tuple(desk.blank("model", item, listed=False) for item in nameless)
    return Found(tuple(said), tuple(origins), joined_missing(missing))


def platforms(desk: Desk, subject: Subject) -> Found:
    """One where the system has a platform, none where it has not."""
    value = _system(subject, "has_platform")
    if value is None:
        return Found((), (), (desk.blank("has_platform", None, listed=True),))
    return Found((int(value.value == "有平台"),), (desk.origin("has_platform", value, None),))


def _word(item: Item, field: str) -> str:
    value = known(item.fields.get(field))
    return "" if value is None else words_of_value(value)


def _system(subject: Subject, field: str) -> FieldValue | None:
    return next(
        (value for system in subject.systems if (value := known(system.fields.get(field))) is not None), None
    )


RULES: Mapping[str, Rule] = {
    "chuzhou-camera-models": camera_models,
    "chuzhou-platform-support": platform_support,
    "chuzhou-platforms": platforms,
    "chuzhou-storage": storage,
}
