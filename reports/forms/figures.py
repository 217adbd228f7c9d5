"""From what is on record to the figures of a form: counted, compared, put together, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from config.campaign import OWN
from config.figure import Figure
from config.schema import campaign_forms
from inventory.record import FieldValue, Scalar
from reports.forms.desk import Desk, joined_missing, joined_origins
from reports.forms.found import Found
from reports.forms.subject import Item, Subject
from reports.sheet import Missing, Origin

# Blanks that are left over where a part of a template is not known.
_WHERE_BLANK = re.compile(r"^[ /]+| +(?=[ (（])")

Rule = Callable[[Desk, Subject], Found]
Drafts = Callable[[Desk, Subject], Sequence[Item]]


def find(
    desk: Desk,
    name: str,
    subject: Subject,
    rules: Mapping[str, Rule],
    *,
    listed: bool = False,
    note: str = "",
) -> Found:
    """Return what a name of a form stands for: a built-in figure, one of its own, or a field.

    `listed`: the cell offers words to choose from, so that a blank awaits one of them.
    """
    if name == "number":
        return _own(desk, subject.number, desk.catalogue.sheet_words.numbered, ())
    if name == "count":
        number = sum(one.number if desk.form.counts == "camera" else one.channels for one in subject.items)
        return _own(desk, number, desk.catalogue.sheet_words.counted, subject.items)
    if name == "today":
        return _own(desk, local_day(desk), "", ())
    figure = desk.form.figures.get(name)
    if figure is None:
        return recorded(desk, name, subject, listed=listed, note=note)
    if figure.of == "recorders":
        subject = replace(subject, items=subject.recorders)
    found = _worked_out(desk, figure, subject, rules, listed=listed, note=note or figure.note)
    return _dressed(found, figure)


def _worked_out(
    desk: Desk, figure: Figure, subject: Subject, rules: Mapping[str, Rule], *, listed: bool, note: str
) -> Found:
    if figure.where and figure.count is None:
        fitting = (one for one in subject.items if desk.fits(figure.where, one, subject))
        subject = replace(subject, items=tuple(fitting))
    if figure.field is not None:
        found = recorded(desk, figure.field, subject, listed=listed, note=note)
        return replace(found, origins=_renamed(found.origins, figure.name)) if figure.name else found
    if figure.count is not None:
        return _count(desk, figure, subject)
    if figure.union is not None:
        found = recorded(desk, figure.union, subject, listed=True, note=note)
        return replace(found, subject="", field="") if len(found.origins) != 1 else found
    if figure.least is not None:
        return _extreme(desk, figure, figure.least, subject, min)
    if figure.most is not None:
        return _extreme(desk, figure, figure.most, subject, max)
    if figure.tally is not None:
        return _tally(desk, figure, figure.tally, subject)
    return rules[figure.rule or ""](desk, subject)


def local_day(desk: Desk) -> str:
    """Return the day on which the form is made, where the school is."""
    return desk.made.astimezone(desk.zone).strftime("%Y-%m-%d")


def _own(desk: Desk, value: int | str, note: str, items: Sequence[Item]) -> Found:
    return Found((value,), (desk.counted("", value, note, items),))


def recorded(desk: Desk, name: str, subject: Subject, *, listed: bool = False, note: str = "") -> Found:
    """Return a field as it stands on record for the subject."""
    words: dict[Scalar, None] = {}
    origins: list[Origin] = []
    missing: list[Missing] = []
    holders: dict[str, None] = {}
    for about, item, value in desk.said(name, subject):
        holders[about] = None
        if value is None:
            missing.append(desk.blank(name, item, listed=listed))
        else:
            words[desk.printed(name, value)] = None
            origins.append(desk.origin(name, value, item, note))
    # What several cameras say can be changed for all at once only where the form joins them in a line.
    together = subject.about if subject.about.startswith("group:") else ""
    about = next(iter(holders)) if len(holders) == 1 else together
    return Found(tuple(words), joined_origins(origins), joined_missing(missing), about, name, "；")


def _count(desk: Desk, figure: Figure, subject: Subject) -> Found:
    say = desk.catalogue.sheet_words.figures
    if not subject.items and desk.measured is None:
        return Found(
            missing=(Missing(figure.name, say.never_looked_why, say.never_looked_mend, needed=True),)
        )
    fitting: list[Item] = []
    unknown: list[Item] = []
    for item in subject.items:
        fits = desk.fits(figure.where, item, subject)
        if fits is None:
            unknown.append(item)
        elif fits:
            fitting.append(item)
    number = sum(item.number if figure.count == "items" else item.channels for item in fitting)
    if not unknown:
        sure = all(_is_sure(desk, figure, item, subject) for item in fitting)
        return Found((number,), (desk.counted(figure.name, number, figure.note, fitting, sure=sure),))
    doubtful = sum(item.number for item in unknown)
    open_fields = [
        name for name in figure.where if any(desk.of_item(name, item, subject) is None for item in unknown)
    ]
    fields = "、".join(desk.catalogue.fields[name].name for name in open_fields)
    missing = Missing(
        figure.name,
        say.uncounted_why.format(n=doubtful, fields=fields),
        _how_to_count(desk, open_fields, fields),
        needed=True,
        cameras=tuple(item.id for item in unknown),
    )
    if not number:
        return Found(missing=(missing,))
    note = say.at_least.format(n=doubtful)
    return Found((number,), (desk.counted(figure.name, number, note, fitting, sure=False),), (missing,))


def _how_to_count(desk: Desk, names: Sequence[str], fields: str) -> str:
    """Say what has to be filled in, and in which form of the school's own, where one has all of it."""
    say = desk.catalogue.sheet_words.figures
    for form in campaign_forms(desk.catalogue, OWN):
        asked = {name for _, content in form.contents for name in content.figures}
        if asked.issuperset(names) and all(desk.catalogue.fields[name].wins == "person" for name in names):
            return say.uncounted_mend_in.format(form=form.name, id=form.id, fields=fields)
    return say.uncounted_mend.format(fields=fields)


def _is_sure(desk: Desk, figure: Figure, item: Item, subject: Subject) -> bool:
    values = (desk.of_item(name, item, subject) for name in figure.where)
    return all(value is None or value.confirmed for value in values)


def _extreme(
    desk: Desk, figure: Figure, name: str, subject: Subject, choose: Callable[[list[float]], float]
) -> Found:
    say = desk.catalogue.sheet_words.figures
    numbers: list[tuple[float, Item | None, FieldValue]] = []
    missing: list[Missing] = []
    for _, item, value in desk.said(name, subject):
        if value is None or not isinstance(value.value, int | float):
            missing.append(desk.blank(name, item, listed=False))
        else:
            numbers.append((value.value, item, value))
    if not numbers:
        return Found(missing=joined_missing(missing))
    chosen = choose([number for number, _, _ in numbers])
    spread = say.spread.format(
        least=min(number for number, _, _ in numbers),
        most=max(number for number, _, _ in numbers),
        n=len(numbers),
    )
    origins = [
        replace(
            desk.origin(name, value, item),
            name=figure.name,
            note="；".join(filter(None, (spread, value.note))),
        )
        for number, item, value in numbers
        if number == chosen
    ]
    return Found((chosen,), joined_origins(origins), joined_missing(missing))


def _tally(desk: Desk, figure: Figure, template: str, subject: Subject) -> Found:
    """Group like items under a template's words, the largest group first, then those without a word."""
    say = desk.catalogue.sheet_words.figures
    named = [match for match in re.findall(r"\{(\w+)\}", template) if match != "n"]
    groups: dict[tuple[str, ...], list[Item]] = {}
    unknown: list[Item] = []
    sure = True
    for item in subject.items:
        values = [desk.of_item(name, item, subject) for name in named]
        texts = tuple(
            "" if value is None else desk.text(name, value) for name, value in zip(named, values, strict=True)
        )
        sure = sure and all(value is None or value.confirmed for value in values)
        (groups.setdefault(texts, []) if any(texts) else unknown).append(item)
    sizes = sorted(groups.items(), key=lambda group: -sum(item.number for item in group[1]))
    words: list[Scalar] = []
    origins: list[Origin] = []
    for texts, items in sizes:
        filled = template.format_map(
            {**dict(zip(named, texts, strict=True)), "n": sum(one.number for one in items)}
        )
        word = _WHERE_BLANK.sub("", filled) if "" in texts else filled
        words.append(word)
        origins.append(desk.counted(figure.name, word, figure.note, items, sure=sure))
    missing: list[Missing] = []
    if unknown:
        number = sum(item.number for item in unknown)
        fields = "、".join(desk.catalogue.fields[name].name for name in named)
        why, mend = (
            say.uncounted_why.format(n=number, fields=fields),
            say.uncounted_mend.format(fields=fields),
        )
        missing = [Missing(figure.name, why, mend, needed=True, cameras=tuple(item.id for item in unknown))]
        if figure.unknown:
            words.append(figure.unknown.format(n=number))
            origins.append(desk.counted(figure.name, words[-1], "", unknown, sure=False))
    return Found(tuple(words), tuple(origins), tuple(missing))


def _dressed(found: Found, figure: Figure) -> Found:
    """Return it in this form's words, with the unit behind each and the form's sign between them."""
    words = tuple(dict.fromkeys(figure.words.get(str(word), word) for word in found.words))
    if figure.unit:
        words = tuple(f"{word}{figure.unit}" for word in words)
    origins = found.origins
    if figure.name:
        origins = _renamed(origins, figure.name)
    return replace(found, words=words, origins=origins, join=figure.between)


def _renamed(origins: Sequence[Origin], name: str) -> tuple[Origin, ...]:
    return tuple(replace(one, name=name) for one in origins)
