"""What holds for every test: no traffic leaves this machine, and nothing outlives its test."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import keyring.core
import pytest
from hypothesis import settings
from keyring.backends import fail

# How long one example takes says something of the machine, not of the property.
settings.register_profile("camcensus", settings(), deadline=None)
settings.load_profile("camcensus")


class LeftTheMachine(AssertionError):
    """A test tried to send something to an address that is not on loopback."""


def _check(sock: socket.socket, address: Any) -> None:  # noqa: ANN401  whatever a caller hands to a socket
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return
    host = str(address[0])
    if host in ("localhost", ""):
        return
    there = ipaddress.ip_address(host.split("%")[0])
    if there.is_loopback:
        return
    if there.is_multicast and sock.family == socket.AF_INET:
        interface = sock.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, 4)
        if ipaddress.ip_address(interface).is_loopback:
            return
    raise LeftTheMachine(f"a test wanted to reach {host}")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto

    def guarded_connect(sock: socket.socket, address: Any) -> None:  # noqa: ANN401
        _check(sock, address)
        connect(sock, address)

    def guarded_connect_ex(sock: socket.socket, address: Any) -> int:  # noqa: ANN401
        _check(sock, address)
        return connect_ex(sock, address)

    def guarded_sendto(sock: socket.socket, payload: Any, *rest: Any) -> int:  # noqa: ANN401
        _check(sock, rest[-1])
        return sendto(sock, payload, *rest)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket.socket, "sendto", guarded_sendto)


@pytest.fixture(autouse=True)
def no_keyring_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests, and the commands they start, keep logins in files of their own."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def no_thread_outlives_its_test() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=2.0)
    left = [t.name for t in set(threading.enumerate()) - before if t.is_alive() and not t.daemon]
    assert not left, f"threads outlive the test: {left}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With CI=true nothing may be skipped because a system part is missing; see `needs` in tests/peers."""
    if os.environ.get("CI") == "true":
        config.stash[IN_CI] = True


IN_CI = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    missing_part = any(item.iter_markers("peer")) or any(item.iter_markers("e2e"))
    if report.skipped and missing_part and item.config.stash.get(IN_CI, False):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, but with CI=true every system part must be there: {reason}"
