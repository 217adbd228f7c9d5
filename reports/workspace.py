"""The workspace: one folder with camcensus.toml, camcensus.db, snapshots/ and out/."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.errors import UsageError
from config.load import load_catalogue, load_site, with_site
from config.plain import system_words
from config.schema import Catalogue
from config.site import FILE, Site
from config.words import say
from inventory.recall import Recall
from inventory.record import View
from inventory.store import Store, open_store
from probe.memory import Memory
from probe.model import DeviceReport, Gap, ScanReport, Target
from probe.run import Means
from probe.trace import Trace
from probe.transport.login import Refusal
from probe.transport.vault import Vault
from reports.console import Tell, plain, stderr
from reports.snapshots import drop_old, keep_pictures


@dataclass(frozen=True, slots=True)
class Workspace:
    folder: Path
    site: Site
    catalogue: Catalogue  # the shipped one, with the site's settings over it
    vault: Vault

    @property
    def database(self) -> Path:
        return self.folder / "camcensus.db"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def snapshots(self) -> Path:
        return self.folder / "snapshots"

    @contextmanager
    def store(self) -> Iterator[Store]:
        store = open_store(self.database, self.catalogue)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def known(self) -> Iterator[Store]:
        """The inventory that is there already: reading in the wrong folder must not leave a new one."""
        if self.database.exists():
            with self.store() as store:
                if store.last_run() is not None:
                    yield store
                    return
        raise UsageError(say("error.no_inventory", path=self.folder.resolve()))

    def has_runs(self) -> bool:
        """Tell whether there is an inventory: a database may hold nothing but refused logins."""
        if not self.database.exists():
            return False
        with self.store() as store:
            return store.last_run() is not None

    def refusals(self, targets: Iterable[Target]) -> Mapping[str, Mapping[str, Refusal]]:
        """Return what targets refused before, where a run itself is kept apart."""
        if not self.database.exists():
            return {}
        with self.store() as store:
            return store.refusals(targets)

    def refused(self, target: Target, news: Mapping[str, Gap]) -> None:
        """Keep what a target refuses, where a run itself is kept apart: the database is made for it."""
        _told(lambda: self._refuse(target, news))

    def _refuse(self, target: Target, news: Mapping[str, Gap]) -> None:
        with self.store() as store:
            store.refuse(target, news, utc_now())

    def means(self, store: Store, tell: Tell, trace: Trace | None = None) -> Means:
        """Return what a run works with. Raise UsageError for a login that the site names and nobody kept."""
        kept = {credential.name for credential in self.vault.listed()}
        for name in self.site.credentials:
            if name not in kept:
                raise UsageError(say("error.unnamed", name=name))
        recall = store.recall()
        return Means(
            settings=self.catalogue.settings,
            vault=self.vault,
            now=utc_now,
            refusals=store.refusals,
            refused=lambda target, news: _told(lambda: store.refuse(target, news, utc_now())),
            progress=tell,
            trace=trace,
            recall=lambda report: _remembered(recall, report),
            faults=tuple(self.catalogue.faults.values()),
            only=self.site.credentials,
        )


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_workspace(folder: Path, *, writing: bool = True) -> Workspace:
    """Read the folder's settings and logins. Raise UsageError, before anything is done, if it is unusable."""
    if not folder.is_dir():
        raise UsageError(say("error.no_folder", path=folder))
    if writing and not os.access(folder, os.W_OK):
        raise UsageError(say("error.read_only", path=folder))
    path = folder / FILE
    site = load_site(path) if path.exists() else Site()
    catalogue = with_site(load_catalogue(), site)
    return Workspace(folder, site, catalogue, Vault.open(folder, brands=catalogue.brands))


def keep(workspace: Workspace, store: Store, report: ScanReport, turn: int | None = None) -> View:
    """Put a run into the inventory, its pictures into snapshots/, and return what is known now.

    `turn`: the watch's turn that the run was; it is done together with it.
    """
    device_ids = store.devices_of(store.record(report, turn))
    try:
        _keep_pictures(workspace, device_ids, report)
    except OSError as error:  # a full disk: the run itself is kept by now
        why = system_words(error)
        stderr().print(plain(say("error.json", path=workspace.snapshots, why=why), "yellow"))
    return store.view()


def _keep_pictures(workspace: Workspace, device_ids: Mapping[str, str], report: ScanReport) -> None:
    for device in report.devices:
        for channel in device.channels:
            device_id = device_ids[device.target.name]
            keep_pictures(workspace.snapshots, device_id, channel, workspace.catalogue, report.finished)
    drop_old(workspace.snapshots, report.finished, workspace.catalogue.settings.snapshots.keep_days)


def _told(keep_refusal: Callable[[], None]) -> None:
    try:
        keep_refusal()
    except UsageError as error:  # the run goes on: at its end it is written again, with all the rest
        stderr().print(plain(str(error), "yellow"))


def _remembered(recall: Recall, report: DeviceReport) -> Mapping[int, Memory]:
    try:
        return recall(report)
    except UsageError as error:  # the run goes on: without its past a picture is judged by itself
        stderr().print(plain(str(error), "yellow"))
        return {}
