"""The service as a whole: whenever it is told to end, it ends."""

from __future__ import annotations

import signal
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from config.words import say
from reports.serve import service
from reports.workspace import open_workspace


@pytest.mark.timeout(60)
def test_a_word_to_end_that_comes_before_it_serves_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    serve = uvicorn.Server.run
    told: list[str] = []

    def ended_at_once(server: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
        signal.raise_signal(signal.SIGTERM)
        serve(server, sockets)

    monkeypatch.setattr(uvicorn.Server, "run", ended_at_once)
    service.run(open_workspace(tmp_path), "127.0.0.1", 0, lambda: datetime.now(UTC), told.append)
    assert told[-1] == say("serve.stopped")
