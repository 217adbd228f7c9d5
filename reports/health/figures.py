"""Rates with what they were counted from, and how often each clause is met. 在线率、完好率、条款"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from config.schema import Catalogue
from config.words import language, say
from inventory.watch import Rate
from reports import scan_json as out
from reports.health.cameras import rule_words
from reports.health.dossier import Dossier
from reports.health.parts import Clause, Figure, Group

# 发改高技〔2015〕996号、滁政法〔2019〕2号: all that faces public places, and those of the trades' own.
TARGETS = (98, 95)


def figures(dossier: Dossier) -> list[Figure]:
    """Return every rate, those of the whole school first."""
    return [_figure(rate) for rate in dossier.rates if not rate.member]


def group_rates(dossier: Dossier) -> list[str]:
    """Return the names of the rates that are told of groups, in order."""
    return list(dict.fromkeys(rate_name(rate) for rate in dossier.rates if rate.member))


def groups(dossier: Dossier) -> Iterator[Group]:
    """Yield each class, brand and recorder with its rates, and what they were counted from."""
    names = group_rates(dossier)
    members = dict.fromkeys((rate.group, rate.member) for rate in dossier.rates if rate.member)
    for group, member in members:
        of = {rate_name(one): one for one in dossier.rates if (one.group, one.member) == (group, member)}
        cells = tuple(_cell(of[name]) if name in of else "" for name in names)
        yield Group(say(f"rate_group.{group}"), member, cells)


def _cell(rate: Rate) -> str:
    if not rate.denominator:
        return "—"
    key = "health.cell_open" if rate.unknown else "health.cell"
    return say(
        key,
        figure=percent(rate),
        numerator=rate.numerator,
        denominator=rate.denominator,
        unknown=rate.unknown,
    )


def percent(rate: Rate) -> str:
    """Return a rate cut to a tenth of a percent: 97.96 % is not 98.0 %."""
    tenths = rate.tenths
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}%"


def clauses(dossier: Dossier) -> Iterator[Clause]:
    """Count the verdicts of each clause. A device that shows no channel stays in the count, as unknown."""
    catalogue, document = dossier.catalogue, dossier.document
    mute = sum(1 for device in document.devices if not device.channels)
    found = list(_findings(document))
    for standard in catalogue.standards.values():
        for rule in standard.rules:
            of_rule = [one for one in found if one.rule == rule.id]
            counted = Counter(one.verdict for one in of_rule if one.binding)
            unknown = counted["unknown"] + (mute if rule.subject != "device" else 0)
            if not of_rule and not unknown:
                continue
            aside = sum(1 for one in of_rule if not one.binding)
            yield Clause(
                document=""
                if standard.number and standard.number in rule.clause
                else standard.number or standard.title,
                clause=rule.clause,
                name=rule_words(rule),
                met=counted["met"],
                not_met=counted["not-met"],
                unknown=unknown,
                not_due=counted["not-due"],
                remark=_remark(aside, counted["n/a"], catalogue),
            )


def _figure(rate: Rate) -> Figure:
    notes = [say("health.excluded", why=_why(why), count=count) for why, count in rate.excluded.items()]
    if rate.name == "intact" and rate.denominator:
        notes += [say(_reached(rate, target), percent=target) for target in TARGETS]
        notes.append(say("health.intact_note"))
    return Figure(
        name=rate_name(rate),
        figure=percent(rate),
        numerator=rate.numerator,
        denominator=rate.denominator,
        unknown=rate.unknown,
        formula=say(rate.formula),
        notes=tuple(notes),
    )


def _reached(rate: Rate, target: int) -> str:
    """Say whether a target is reached, whatever the unknown ones may prove to be."""
    if rate.reaches(target):
        return "health.reached"
    could = 100 * (rate.numerator + rate.unknown) >= target * rate.denominator
    return "health.open_still" if could else "health.not_reached"


def rate_name(rate: Rate) -> str:
    return say(f"rate.{rate.name}")


def _why(why: str) -> str:
    return say(f"rate_excluded.{why}")


def _findings(document: out.Document) -> Iterator[out.Finding]:
    for device in document.devices:
        yield from device.findings
        for channel in device.channels:
            yield from channel.findings


def _remark(aside: int, not_applicable: int, catalogue: Catalogue) -> str:
    words = [say("health.aside", count=aside)] if aside else []
    if not_applicable:
        name = catalogue.verdicts["n/a"].name if language() == "zh" else "n/a"
        words.append(f"{name} {not_applicable}")
    return say("reading.comma").join(words)
