"""Dahua's RPC2 within the device's login budget: one session, questions that only read, a logout. 大华"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from probe.errors import AuthRefused, DeviceError, Locked
from probe.transport.login import Login
from probe.wire.dahua_rpc import (
    LOGIN_PATH,
    RPC_PATH,
    RpcReply,
    RpcSession,
    parse_challenge,
    parse_login,
    parse_rpc_reply,
    rpc_request,
)
from probe.wire.dahua_table import SessionLost

log = logging.getLogger(__name__)

Send = Callable[[str, bytes], Awaitable[bytes]]

# All that may be asked: nothing here is kept by the device when the session ends.
READING = frozenset(
    {
        "magicBox.getSystemInfo",
        "magicBox.getSoftwareVersion",
        "global.getCurrentTime",
        "configManager.getConfig",
        "LogicDeviceManager.getCameraState",
        "storage.getDeviceAllInfo",
        "mediaFileFind.factory.create",
        "mediaFileFind.findFile",
        "mediaFileFind.findNextFile",
        "mediaFileFind.close",
        "mediaFileFind.destroy",
    }
)


class RpcClient:
    """One session with a device, opened by the first question; `leave` ends it."""

    def __init__(self, login: Login, send: Send) -> None:
        """`send` posts a body to a path of the device's web service, once."""
        self._login = login
        self._send = send
        self._session: RpcSession | None = None
        self._number = 2  # the login's
        self._one_at_a_time = asyncio.Lock()

    async def ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        *,
        handle: int | None = None,
        table: str = "",
    ) -> RpcReply:
        """Return the answer to a question that reads. Raise ValueError for any other, and a DeviceError.

        A session that has run out is opened anew, once; a handle is lost with it, and SessionLost is raised.
        """
        if method not in READING:
            raise ValueError(f"{method} might change the device")
        async with self._one_at_a_time:
            try:
                return await self._ask(method, params, handle, table)
            except SessionLost:
                if self._session is not None and await self._is_alive():
                    raise
                self._session = None
                if handle is not None:
                    raise
            return await self._ask(method, params, handle, table)

    async def leave(self) -> None:
        """End the session, if there is one. Never raises for what the device does."""
        if self._session is None:
            return
        try:
            await self._ask("global.logout")
        except DeviceError as error:
            log.debug("global.logout: %s", error)  # it runs out by itself
        self._session = None

    async def _ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        handle: int | None = None,
        table: str = "",
    ) -> RpcReply:
        session = self._session = self._session or await self._log_in()
        self._number += 1
        asked = rpc_request(method, params, number=self._number, session=session.id, handle=handle)
        return parse_rpc_reply(await self._send(RPC_PATH, asked), method, table)

    async def _is_alive(self) -> bool:
        try:
            await self._ask("global.keepAlive", {"timeout": 300, "active": False})
        except SessionLost:
            return False
        return True

    async def _log_in(self) -> RpcSession:
        async with self._login.turn("web") as turn:
            try:
                challenge = parse_challenge(await self._send(LOGIN_PATH, turn.rpc_challenge()))
            except DeviceError as error:
                self._login.heard(str(error))
                raise
            try:
                session = parse_login(await self._send(LOGIN_PATH, turn.rpc_login(challenge)))
            except (AuthRefused, Locked) as error:
                turn.refused(str(error))
                raise
            turn.accepted()
            return session
