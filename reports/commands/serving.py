"""serve: the watch as a service, with its pages."""

from __future__ import annotations

from typing import Annotated

import typer

from config.words import say
from reports.commands import options
from reports.console import plain, stdout
from reports.workspace import open_workspace, utc_now


def serve(
    workspace: options.Workspace = options.HERE,
    host: Annotated[str, typer.Option("--host", help=say("help.serve_host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=say("help.serve_port"))] = 8765,
    new_token: Annotated[bool, typer.Option("--new-token", help=say("help.serve_token"))] = False,
) -> None:
    # Loaded here because every other command does without.
    from reports.serve import guard, service

    place = open_workspace(workspace)
    if new_token:
        stdout().print(plain(say("serve.token", token=guard.new_token(place.folder))))
        return
    service.run(place, host, port, utc_now, lambda sentence: stdout().print(plain(sentence)))
