"""Whether 20-digit codes can be what they are said to be: by the tables, and no code twice. 国标编码"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from config.campaign import Edition
from config.gb28181 import CodedKind, Gb28181
from inventory.gb_code import GbCode, decode, industry_of, network_of, stripped, type_of
from reports.checks.places import listed
from reports.checks.problem import Case, Problem, text_of

Finding = tuple[str, Mapping[str, object]]  # which problem, and what its words are filled in with

_AREA_NODES = (2, 4, 6, 8)
_OLD = 18


def camera_codes(case: Case) -> Iterator[Problem]:
    """Every code on the form is a camera's, and no other device has it."""
    without: list[str] = []
    for camera in case.cameras:
        if code := text_of(camera.fields, "gb_code"):
            for kind, values in findings(
                code, "camera", case.catalogue.gb28181, _edition(case), _region(case)
            ):
                yield case.problem(kind, case.name(camera), **values)
        else:
            without.append(case.name(camera))
    if without:
        yield case.problem("code-blank", listed(without), n=len(without))
    yield from codes_twice(case)


def platform_codes(case: Case) -> Iterator[Problem]:
    for system in case.ledger.systems:
        if code := text_of(system.fields, "system_gb_code"):
            for kind, values in findings(
                code, "platform", case.catalogue.gb28181, _edition(case), _region(case)
            ):
                yield case.problem(kind, _system(case, system.id), **values)


def codes_twice(case: Case) -> Iterator[Problem]:
    """The same 20 digits at two places; a camera and a platform may share a serial, never all digits."""
    holders: dict[str, list[str]] = defaultdict(list)
    for camera in case.ledger.cameras:
        if code := stripped(text_of(camera.fields, "gb_code")):
            holders[code].append(case.name(camera))
    for system in case.ledger.systems:
        if code := stripped(text_of(system.fields, "system_gb_code")):
            holders[code].append(_system(case, system.id))
    for code, names in holders.items():
        if len(names) > 1:
            others = "、".join(names)
            yield case.problem("code-twice", names[0], code=code, n=len(names), others=others)


def findings(said: str, kind: CodedKind, tables: Gb28181, edition: Edition, region: str) -> Iterable[Finding]:
    """Return what is wrong with one code for a kind of device. `region` is the unit's, or how it begins."""
    code = decode(said)
    if code is None:
        return [_no_code(said)]
    return [
        *_centre(code, tables, region),
        *_type(code, kind, tables, edition),
        *_rest(code, tables, edition),
    ]


def _no_code(said: str) -> Finding:
    digits = stripped(said)
    if digits.isascii() and digits.isdecimal():
        if len(digits) == _OLD:
            return "code-old", {"code": said}
        if len(digits) in _AREA_NODES:
            return "code-area-node", {"code": said, "n": len(digits)}
    return "code-digits", {"code": said, "n": len(re.sub(r"\D", "", digits))}


def _centre(code: GbCode, tables: Gb28181, region: str) -> Iterator[Finding]:
    if code.province not in tables.provinces:
        yield "code-province", {"code": code.digits, "part": code.province}
        return
    factory = next((start for start in tables.unassigned if code.digits.startswith(start)), None)
    if factory is not None:
        yield "code-unassigned", {"code": code.digits, "part": factory}
    elif region and not code.region.startswith(region):
        yield "code-county", {"code": code.digits, "part": code.region, "region": region}


def _type(code: GbCode, kind: CodedKind, tables: Gb28181, edition: Edition) -> Iterator[Finding]:
    if code.type in tables.kinds[kind]:
        return
    problem = "code-type-doubtful" if code.type in tables.doubtful[kind] else "code-type"
    wanted = "、".join(tables.kinds[kind])
    name = type_of(code, tables, edition) or "—"
    yield problem, {"code": code.digits, "part": code.type, "name": name, "wanted": wanted}


def _rest(code: GbCode, tables: Gb28181, edition: Edition) -> Iterator[Finding]:
    if code.industry not in tables.education:
        name = industry_of(code, tables, edition) or "—"
        wanted = "、".join(tables.education)
        yield "code-industry", {"code": code.digits, "part": code.industry, "name": name, "wanted": wanted}
    if (network := network_of(code, tables, edition)) is None or network == _RESERVED:
        yield "code-network", {"code": code.digits, "part": code.network, "name": network or "—"}
    if not code.serial.strip("0"):
        yield "code-serial", {"code": code.digits}


_RESERVED = "预留"


def _edition(case: Case) -> Edition:
    return case.campaign.gb28181


def _region(case: Case) -> str:
    """Return the unit's own region, else where the campaign is held."""
    own = text_of(case.ledger.unit, "region_code")
    return own if re.fullmatch(r"[0-9]{6}", own) else case.campaign.region


def _system(case: Case, name: str) -> str:
    system = next(one for one in case.ledger.systems if one.id == name)
    return text_of(system.fields, "project_name") or name
