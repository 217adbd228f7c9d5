"""The service's pages: the latest health report, whether the watch is well, and figures for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from config.errors import UsageError
from config.words import language, say
from inventory.schedule import WORKS
from reports.health.writing import PAGE, is_behind
from reports.serve.current import Current
from reports.serve.figures import Gauge, last_of
from reports.serve.guard import Guard
from reports.serve.troubles import Troubles
from reports.watching import watch_of, work_name
from reports.workspace import Workspace

Clock = Callable[[], datetime]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

REPORT = (
    Path("out") / PAGE
)  # of `camcensus report`: the page, with a word above it where there is a later run
_CONTENT = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Pages:
    current: Current
    gauge: Gauge
    clock: Clock
    troubles: Troubles = field(default_factory=Troubles)

    @property
    def place(self) -> Workspace:
        return self.current.place

    async def front(self, _: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(self._front))

    async def healthz(self, _: Request) -> Response:
        try:
            health = await run_in_threadpool(self.gauge.health, self.clock())
        except UsageError as error:
            return JSONResponse({"ok": False, "why": str(error), "trouble": self.troubles.said}, 503)
        is_well = health.is_well and not self.troubles.is_grave
        told = {
            "ok": is_well,
            "why": health.why,
            "trouble": self.troubles.said,
            "last_night": health.last.isoformat() if health.last else None,
            "next": health.next.isoformat() if health.next else None,
        }
        return JSONResponse(told, 200 if is_well else 503)

    async def metrics(self, _: Request) -> Response:
        try:
            told = await run_in_threadpool(self._metrics)
        except UsageError as error:
            return PlainTextResponse(f"{error}\n", 503)
        return Response(told, media_type=_CONTENT)

    def _metrics(self) -> bytes:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Told(self))
        return generate_latest(registry)

    def _front(self) -> str:
        report = self.place.folder / REPORT
        if not report.exists():
            return _plain_page(self)
        above = [*self._later_run(), *self.troubles.said]
        return _with_words_above(report.read_text("utf-8"), above)

    def _later_run(self) -> Iterator[str]:
        """Say so where the page tells of an older run than the last."""
        if not self.place.database.exists():
            return
        try:
            with self.place.store() as store:
                run = store.last_run()
        except UsageError as error:
            yield str(error)
            return
        if run is not None and is_behind(self.place, run.finished, self.clock()):
            yield say("serve.behind", at=watch_of(self.place).local(run.finished))


class _Told(Collector):
    """Bounded by what is declared: states, kinds of faults, brands that we know, kinds of work."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def collect(self) -> Iterable[GaugeMetricFamily]:
        gauge, now = self._pages.gauge, self._pages.clock()
        figures, nights = gauge.figures(), gauge.nights(now)
        yield _counted("camcensus_cameras", "Channels after the last run", "state", figures.channels)
        yield _counted("camcensus_faults", "Channels with this fault", "fault", figures.faults)
        yield _counted("camcensus_devices", "Devices on record", "brand", figures.brands)
        yield _counted("camcensus_online_devices", "Devices at the last light look", "state", gauge.answers())
        last = last_of(nights)
        ends = {work: night.finished.timestamp() for work, night in last.items() if night.finished}
        took = {
            work: (night.finished - night.started).total_seconds()
            for work, night in last.items()
            if night.finished
        }
        yield _counted("camcensus_run_timestamp_seconds", "When this work was last done", "work", ends)
        yield _counted("camcensus_run_duration_seconds", "How long it took", "work", took)
        failed: dict[str, float] = {
            work: sum(n.work == work and n.state in ("failed", "broken-off") for n in nights)
            for work in WORKS
        }
        yield _counted("camcensus_runs_failed", "Failed or broken off in 70 days", "work", failed)
        is_well = gauge.health(now).is_well and not self._pages.troubles.is_grave
        yield GaugeMetricFamily(
            "camcensus_watch_up", "1: the last night is not overdue, nothing fails", value=float(is_well)
        )


def application(
    pages: Pages, hosts: Collection[str], token: str, lifespan: Lifespan | None = None
) -> Starlette:
    """Return the application. Without a token everybody who reaches it may read it."""
    return Starlette(
        routes=[
            Route("/", pages.front),
            Route("/healthz", pages.healthz),
            Route("/metrics", pages.metrics),
        ],
        middleware=[Middleware(Guard, hosts=hosts, token=token)],
        lifespan=lifespan,
    )


def _counted(name: str, help_text: str, label: str, counts: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], float(count))
    return family


def _plain_page(pages: Pages) -> str:
    now = pages.clock()
    watch = watch_of(pages.place)
    try:
        health, figures = pages.gauge.health(now), pages.gauge.figures()
        answers, nights = pages.gauge.answers(), pages.gauge.nights(now)
    except UsageError as error:
        return _page(pages, [*pages.troubles.said, str(error)])
    told = [*pages.troubles.said, health.why]
    if health.next:
        told.append(say("serve.next", at=watch.local(health.next)))
    if figures.channels:
        told.append(say("serve.channels", **figures.channels))
    if any(answers.values()):
        told.append(say("serve.devices", **answers))
    for work, night in last_of(nights).items():
        told.append(say("watch.finished", work=work_name(work), due=watch.local(night.due)))
    return _page(pages, told)


def _with_words_above(page: str, lines: Sequence[str]) -> str:
    """Put sentences at the top of the report's page, in the manner of its own."""
    begin, body, rest = page.partition("<body>")
    words = "".join(f'<p class="notice">{escape(line)}</p>' for line in lines)
    return f"{begin}{body}{words}{rest}" if body else f"{words}{page}"


def _page(pages: Pages, lines: Iterable[str]) -> str:
    title = escape(pages.place.site.school or say("serve.title"))
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8"><title>{title}</title>'
        f"<style>body{{font:16px/1.6 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}</style>"
        f"<h1>{title}</h1>{body}</html>"
    )
