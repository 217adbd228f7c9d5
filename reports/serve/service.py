"""The service from its start to its end: the port, the alarm clock, and at the end nothing left running."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import uvicorn
from starlette.applications import Starlette

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from inventory.lock import holding
from probe.discover.interfaces import local_interfaces
from reports.serve.child import Children
from reports.serve.chores import Chores, alarm, keep_ringing
from reports.serve.current import Current
from reports.serve.figures import Gauge
from reports.serve.guard import hosts_of, is_loopback, token_of
from reports.serve.web import Pages, application
from reports.workspace import Workspace

Clock = Callable[[], datetime]
Tell = Callable[[str], None]

_SIGNALS = [
    signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGBREAK") if name in signal.Signals.__members__
]
_PAGES_S = 3  # how long an open page may hold up the end


def run(place: Workspace, host: str, port: int, clock: Clock, tell: Tell) -> None:
    """Serve until Ctrl+C or SIGTERM; then whatever works is broken off, within 20 s.

    Raise UsageError where another service has the workspace, the port is taken, or a token is missing.
    """
    token = token_of(place.folder, host)
    with holding(place.folder, "serve", clock()), _listening(host, port) as line:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # "skipped: still running" is as meant
        children, current = Children(place.folder), Current(place)
        chores = Chores(current, clock, children, page=_page_of(host, line.getsockname()[1]))

        @asynccontextmanager
        async def alive(_: Starlette) -> AsyncIterator[None]:
            scheduler = alarm(chores)
            scheduler.start()
            ringing = asyncio.create_task(keep_ringing(scheduler, clock))
            bound = line.getsockname()
            tell(say("serve.started", url=_url(host, bound[1])))
            try:
                yield
            finally:
                ringing.cancel()
                scheduler.shutdown(wait=False)
                await asyncio.to_thread(children.stop)

        pages = Pages(current, Gauge(current), clock, chores.troubles)
        config = uvicorn.Config(
            application(pages, hosts_of(host), token, alive),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=64,
            timeout_graceful_shutdown=_PAGES_S,
            timeout_keep_alive=5,
        )
        server = uvicorn.Server(config)

        def leave(_: int, __: object) -> None:
            # Before it serves that keeps it from beginning; uvicorn raises the signal again after its end.
            server.should_exit = True

        before = {one: signal.signal(one, leave) for one in _SIGNALS}
        try:
            server.run(sockets=[line])
        finally:
            children.stop()
            for one, deed in before.items():
                signal.signal(one, deed)
    tell(say("serve.stopped"))


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        line = socket.socket(family, kind, protocol)
        try:
            if socket.SO_REUSEADDR and not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind(address)
            line.listen(64)
        except OSError:
            line.close()
            raise
    except OSError as error:
        raise UsageError(say("serve.port", host=host, port=port, why=system_words(error))) from error
    return line


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _page_of(host: str, port: int) -> str:
    """Return the address of the pages for other computers, empty where only this one may open them."""
    if is_loopback(host):
        return ""
    if host not in ("0.0.0.0", "::"):  # noqa: S104  compared with, not bound to
        return _url(host, port)
    own = (one.address for one in local_interfaces() if not one.is_loopback)
    return next((_url(address, port) for address in own), "")
