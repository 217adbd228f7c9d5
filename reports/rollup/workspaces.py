"""A school's workspace into submissions. It is read from a copy: nothing in the school's folder changes."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import SQLAlchemyError

from config.errors import UsageError
from config.form import Form
from config.load import load_site, with_site
from config.schema import Catalogue
from config.site import FILE, Site
from config.words import say
from inventory.ledger import Ledger, build_ledger
from inventory.record import FieldValue
from inventory.store import open_store
from reports.forms.desk import words_of
from reports.rollup.sheets import Read
from reports.rollup.submission import Extracted, Key, Submission, Trouble, same_name

DATABASE = "camcensus.db"

# What one unit's ledger says on a form, by network.
Extract = Callable[[Form, Ledger, Site, Catalogue], Mapping[str, Extracted]]


def read_workspace(folder: Path, form: Form, catalogue: Catalogue, extract: Extract) -> Read:
    """Read what a school's inventory says on this form."""
    site = Site()
    try:
        site = load_site(folder / FILE) if (folder / FILE).exists() else site
        own = with_site(catalogue, site)
        with _copied(folder / DATABASE) as database:
            digest = hashlib.sha256(database.read_bytes()).hexdigest()
            ledger, code = _ledger(database, own, site)
    except (UsageError, OSError, SQLAlchemyError) as error:
        what = re.sub(r"\S*camcensus-[^/\\\s]+[/\\]", "", str(error).partition("\n")[0]).rstrip("。")
        trouble = Trouble("error", str(folder), "", "", what, say("rollup.mend_workspace"))
        return Read(troubles=(trouble,), unit=site.school)
    name = _text(ledger.unit, "school")
    unit = _text(ledger.unit, "unit_code") or name
    if not unit:
        what, mend = say("rollup.nameless"), say("rollup.mend_nameless")
        return Read(troubles=(Trouble("error", str(folder), "", FILE, what, mend),))
    if ledger.view.run is None:
        what, mend = say("rollup.no_run"), say("rollup.mend_no_run")
        return Read(troubles=(Trouble("error", str(folder), "", DATABASE, what, mend),), unit=unit)
    made = _last_word(ledger)
    said = extract(form, ledger, site, own)
    found = tuple(
        Submission(
            Key(form.campaign, same_name(unit), form.id, network),
            name or unit,
            made,
            made,
            str(folder),
            digest,
            one.rows,
            code,
            facts=one.facts,
            guessed=one.guessed,
            scope=one.scope,
        )
        for network, one in said.items()
    )
    odd = dict.fromkeys(pair for one in said.values() for pair in one.odd)
    return Read(found, tuple(Trouble("warn", str(folder), "", "", *pair) for pair in odd), unit)


def _ledger(database: Path, catalogue: Catalogue, site: Site) -> tuple[Ledger, str]:
    """Return all that is known of the unit, and its workspace's code."""
    store = open_store(database, catalogue)
    try:
        said, view, watched = store.peoples_words(), store.view(), store.watched()
        code = store.workspace_code()
    finally:
        store.close()
    at = view.run.finished if view.run else datetime.now(UTC)
    return build_ledger(view, site, catalogue, said, at, watched), code


@contextmanager
def _copied(database: Path) -> Iterator[Path]:
    """Yield a copy: opening may bring a database up to date, and SQLite writes beside what it reads."""
    with TemporaryDirectory(prefix="camcensus-") as folder:
        for path in (database, database.with_name(f"{database.name}-wal")):
            if path == database or path.exists():
                shutil.copyfile(path, Path(folder) / path.name)
        yield Path(folder) / database.name


def _last_word(ledger: Ledger) -> datetime:
    """Return when something was last measured or said."""
    values = [*ledger.unit.values()]
    values += [value for system in ledger.systems for value in system.fields.values()]
    values += [value for camera in ledger.cameras for value in camera.fields.values()]
    return max((value.at for value in values), default=ledger.made)


def _text(fields: Mapping[str, FieldValue], name: str) -> str:
    return words_of(fields[name]) if name in fields else ""
