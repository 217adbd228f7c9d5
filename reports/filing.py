"""From a workspace to a form on disk: filled in, looked over, written where nothing stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from config.form import Form
from inventory.ledger import Ledger, build_ledger
from reports.checks.problem import Problem
from reports.checks.run import has_errors, problems, with_warnings
from reports.console import make_folder
from reports.form import choices_of, fill
from reports.forms.desk import Choices
from reports.paper import Paper
from reports.workspace import Workspace, utc_now
from reports.xlsx import write_xlsx


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for on the command line, over what the site's profile says."""

    everything: bool = False  # cameras outside the form's scope too
    per_camera: bool = False
    as_list: bool = False  # a transposed form as a plain list
    allow_errors: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """A form that was looked over. `path` is None where errors kept it from being written."""

    form: Form
    paper: Paper
    problems: Sequence[Problem]
    path: Path | None = None


def known_of(place: Workspace) -> tuple[Ledger, str]:
    """Return all that is known of the unit, and the workspace's code. UsageError before the first run."""
    with place.known() as store:
        said, watched = store.peoples_words(), store.watched()
        ledger = build_ledger(store.view(), place.site, place.catalogue, said, utc_now(), watched)
        return ledger, store.workspace_code()


def look_over(place: Workspace, form: Form, ledger: Ledger, workspace: str, wish: Wish) -> Filed:
    """Fill the form in and say what may be wrong with it; nothing is written."""
    paper = fill(form, ledger, place.catalogue, _choices(place, workspace, wish))
    found = problems(paper, place.catalogue, ledger)
    return Filed(form, with_warnings(paper, found), found)


def file_form(place: Workspace, form: Form, ledger: Ledger, workspace: str, path: Path, wish: Wish) -> Filed:
    """Write the form, unless an error stands against it and nobody insists."""
    filed = look_over(place, form, ledger, workspace, wish)
    if has_errors(filed.problems) and not wish.allow_errors:
        return filed
    make_folder(path.parent)
    write_xlsx(filed.paper, path)
    return replace(filed, path=path)


def _choices(place: Workspace, workspace: str, wish: Wish) -> Choices:
    wished = choices_of(place.site)
    return replace(
        wished,
        grouped=False if wish.per_camera else wished.grouped,
        scope="all" if wish.everything else wished.scope,
        as_list=wish.as_list,
        workspace=workspace,
    )
