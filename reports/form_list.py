"""The list of forms: by campaign, for what each is made, and until when it is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rich.console import Console

from config.campaign import Campaign, DueDate
from config.form import Form
from config.schema import Catalogue, campaign_forms
from config.words import say
from reports.console import plain


def print_forms(
    console: Console, catalogue: Catalogue, chosen: str, due_days: Mapping[str, str] | None = None
) -> None:
    """Print every campaign with its forms; the chosen one stands first. `due_days` are the superior's own."""
    for campaign in sorted(catalogue.campaigns.values(), key=lambda one: one.id != chosen):
        if not (forms := campaign_forms(catalogue, campaign.id)):
            continue
        mark = say("form.chosen") if campaign.id == chosen else ""
        console.print(plain(f"{campaign.id}  {campaign.name}{mark}", "bold"))
        if day := (due_days or {}).get(campaign.id):
            console.print(plain(f"    {say('form.due', day=day, weekday=_weekday(day))}", "bold"))
        for due in campaign.dates:
            console.print(plain(f"    {date_line(due)}"))
        for form in forms:
            console.print(plain(f"  {form.id}  {form.name}  {per_words(form)}  {form.document}"))


def date_line(due: DueDate) -> str:
    """Return a date as printed, with the last safe day and its weekday where the document gives one."""
    parts = [f"{due.what}：{due.printed}"]
    if due.last_day is not None:
        parts.append(say("form.last_day", day=due.last_day, weekday=_weekday(due.last_day)))
    return "  ".join([*parts, due.note] if due.note else parts)


def _weekday(day: str) -> str:
    return say("form.weekdays").split()[date.fromisoformat(day).weekday()]


def per_words(form: Form) -> str:
    """Return for what one copy of the form is made."""
    return {
        "unit": say("form.per_unit"),
        "system": say("form.per_system"),
        "network": say("form.per_network"),
        "district": say("form.per_district"),
        "county": say("form.per_county"),
    }[form.per]


def asked_of_a_school(campaign: Campaign, catalogue: Catalogue) -> tuple[Form, ...]:
    """Return the forms of a campaign that a school fills in itself; the others are rolled up from these."""
    forms = campaign_forms(catalogue, campaign.id)
    return tuple(form for form in forms if form.per in ("unit", "system", "network"))
