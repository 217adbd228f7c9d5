"""What follows whenever the system's timer asked: second looks, the report, and what is to be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from config.errors import UsageError
from config.words import say
from inventory.lock import is_held
from reports.commands.reporting import write_report
from reports.console import plain, stderr, stdout
from reports.health.writing import is_behind
from reports.told.outbox import Delivery
from reports.told.outcome import NotSent
from reports.told.straight import Straight
from reports.told.tell import tell_what_is_due
from reports.workspace import Workspace, utc_now

Step = Callable[[Workspace], None]


def follow_up(place: Workspace, look: Step, failure: UsageError | None) -> None:
    """Do each step, whatever became of the one before. `look` asks what waits for a further look.

    What goes wrong is said once; `failure` is said by the caller. Where the service runs, it tells by itself:
    it knows the address of its page.
    """
    said = {str(failure)}
    for step in (look, _report, _tell):
        try:
            step(place)
        except UsageError as error:
            if str(error) not in said:
                stderr().print(plain(str(error), "yellow"))
            said.add(str(error))


def _report(place: Workspace) -> None:
    """Write the report where a run was kept since it was written last."""
    if not place.has_runs():
        return
    with place.known() as store:
        run = store.last_run()
    if run is not None and is_behind(place, run.finished, utc_now()):
        write_report(place, place.out)


def _tell(place: Workspace) -> None:
    if not (place.site.notices and place.database.exists()) or is_held(place.folder, "serve"):
        return
    try:
        with place.store() as store:
            _show(tell_what_is_due(place, store, utc_now))
    except UsageError as error:
        _show(Straight().tell(place, error, utc_now()))
        raise


def _show(deliveries: Sequence[Delivery]) -> None:
    for one in deliveries:
        if isinstance(one.outcome, NotSent):
            stderr().print(plain(say("notice.test_failed", name=one.channel, why=one.outcome.why), "yellow"))
        else:
            stdout().print(plain(say("notice.sent", name=one.channel, title=one.message.title)))
