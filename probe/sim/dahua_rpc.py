"""Dahua's RPC2 inside a simulated recorder: the same as its CGI in JSON, with a login of its own."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from probe.sim.dahua_cgi import DahuaCgi
from probe.sim.dahua_find import Finder, Lost, Refused
from probe.sim.guard import Guard, Login
from probe.sim.http import Request, Response
from probe.sim.model import Marks
from probe.sim.recorder import Archive

# As recorders number them; the words beside the numbers differ from firmware to firmware.
_CHALLENGE = 268632079
_WRONG = 268632085
_LOCKED = 268632081
_NO_METHOD = 268894210
_NO_SESSION = 287637505
_BAD_PARAMS = 268959743

_KEEP_ALIVE_S = 60
_LOCK_S = 1800
_NUMBERS = {
    *("Channel", "Cluster", "Disk", "Duration", "Length", "Partition", "Port", "TotalBytes", "UsedBytes"),
    *("BitRate", "FPS", "Height", "Width", "channel", "Mode", "FileHoldTime", "UniqueChannel"),
    *("VideoInputChannels", "HealthDataFlag"),
}

Json = dict[str, Any]


class RpcError(Exception):
    """A request that is refused."""

    def __init__(self, code: int, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params


class DahuaRpc:
    """Answers /RPC2_Login and /RPC2; a session is what a login gave."""

    def __init__(self, archive: Archive, marks: Marks, guard: Guard, cgi: DahuaCgi) -> None:
        self._archive = archive
        self._marks = marks
        self._guard = guard
        self._cgi = cgi
        self._finder = Finder(archive)
        self._challenges: dict[int, str] = {}
        self._sessions: set[int] = set()
        self._methods: Mapping[str, Callable[[Json, str], Json]] = {
            "magicBox.getSystemInfo": lambda params, handle: _told(cgi.system()),
            "magicBox.getDeviceType": lambda params, handle: _told(cgi.device_type()),
            "magicBox.getSerialNo": lambda params, handle: _told(cgi.serial()),
            "magicBox.getSoftwareVersion": lambda params, handle: _told(cgi.version()),
            "global.getCurrentTime": lambda params, handle: _told(cgi.clock("time")),
            "global.keepAlive": lambda params, handle: {"params": {"timeout": _KEEP_ALIVE_S}},
            "configManager.getConfig": self._config,
            "LogicDeviceManager.getCameraState": lambda params, handle: _told(cgi.states()),
            "storage.getDeviceAllInfo": lambda params, handle: _told(
                line.removeprefix("list.") for line in cgi.disks()
            ),
            "mediaFileFind.factory.create": lambda params, handle: {"result": int(self._finder.create())},
            "mediaFileFind.findFile": self._begin,
            "mediaFileFind.findNextFile": self._read_on,
            "mediaFileFind.close": self._close,
            "mediaFileFind.destroy": self._destroy,
        }

    def owns(self, request: Request) -> bool:
        return request.method == "POST" and request.path in ("/RPC2_Login", "/RPC2")

    def answer(self, request: Request) -> Response:
        try:
            asked = json.loads(request.body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return Response(400, b"Error\r\nBad Request!\r\n", "text/plain")
        number, session = asked.get("id", 0), asked.get("session")
        try:
            told = self._answered(request.path, asked)
        except RpcError as refused:
            error = {"code": refused.code, "message": refused.message}
            told = {"result": False, "error": error, "params": refused.params or None}
        except Lost as lost:
            told = {"result": False, "error": {"code": _NO_SESSION, "message": str(lost)}}
        except Refused as refused:
            told = {"result": False, "error": {"code": _BAD_PARAMS, "message": str(refused)}}
        body = {"result": True, "id": number, "session": session, **told}
        return Response(200, json.dumps(body, ensure_ascii=False).encode(), "application/json")

    def _answered(self, path: str, asked: Json) -> Json:
        method, params = str(asked.get("method", "")), asked.get("params")
        params = params if isinstance(params, dict) else {}
        if path == "/RPC2_Login":
            return self._login(asked, params)
        if asked.get("session") not in self._sessions:
            raise RpcError(_NO_SESSION, "Invalid session in request data!")
        if method == "global.logout":
            self._sessions.remove(asked["session"])
            self._archive.asked.sessions_open -= 1
            return {}
        answered = self._methods.get(method)
        if answered is None:
            if not re.search(r"\.(get|find|list)", method):
                self._marks.changes_asked += 1
            raise RpcError(_NO_METHOD, "Method not found!")
        return answered(params, str(asked.get("object", "")))

    def _login(self, asked: Json, params: Json) -> Json:
        """Give a challenge, which costs no try; then a session to whom answers it."""
        session = said if isinstance(said := asked.get("session"), int) else 0
        challenge = self._challenges.pop(session, None)
        if self._guard.locked and challenge is None:
            raise self._lock()
        if challenge is None:
            session, challenge = secrets.randbelow(1 << 30) + 1, str(secrets.randbelow(1 << 31))
            self._challenges[session] = challenge
            told = {"realm": self._guard.realm, "random": challenge, "encryption": "Default"}
            error = {"code": _CHALLENGE, "message": "Component error: login challenge!"}
            return {"result": False, "session": session, "params": told, "error": error}
        user, proof = (str(params.get(name, "")) for name in ("userName", "password"))
        match self._guard.check_rpc(user, proof, challenge):
            case Login.OK:
                self._sessions.add(session)
                self._archive.asked.sessions_open += 1
                return {"session": session, "params": {"keepAliveInterval": _KEEP_ALIVE_S}}
            case Login.LOCKED:
                raise self._lock()
            case _:
                left = self._guard.tries_left
                raise RpcError(_WRONG, "Component error: password not valid!", remainLoginTimes=left)

    def _lock(self) -> RpcError:
        words = "Component error: User Locked!"
        return RpcError(_LOCKED, words, remainLockSecond=_LOCK_S, remainLoginTimes=0)

    def _config(self, params: Json, handle: str) -> Json:
        name = str(params.get("name", ""))
        table = self._cgi.table(name)
        if table is None:
            raise RpcError(_BAD_PARAMS, "Request invalid param!")
        # The CGI flattens what stands here as a table.
        return {"params": {"table": nested(table)[name]}}

    def _begin(self, params: Json, handle: str) -> Json:
        asked = params.get("condition")
        if not isinstance(asked, dict) or not isinstance(asked.get("Channel"), int):
            raise RpcError(_BAD_PARAMS, "Request invalid param!")
        start, end = (str(asked.get(name, "")) for name in ("StartTime", "EndTime"))
        kinds = asked.get("Types") or ()
        stream = str(asked.get("VideoStream", "Main"))
        # Where the CGI counts channels from 1, this counts from 0.
        self._finder.begin(handle, asked["Channel"] + 1, start, end, [str(one) for one in kinds], stream)
        return {}

    def _read_on(self, params: Json, handle: str) -> Json:
        count = params.get("count")
        if not isinstance(count, int):
            raise RpcError(_BAD_PARAMS, "Request invalid param!")
        page = self._finder.read_on(handle, count)
        lines = [
            f"infos[{at}].{name}={int(value) - 1 if name == 'Channel' else value}"
            for at, row in enumerate(page.rows)
            for name, value in row.items()
        ]
        return {"params": {"found": page.found, **nested(lines)}}

    def _close(self, params: Json, handle: str) -> Json:
        self._finder.close(handle)
        return {}

    def _destroy(self, params: Json, handle: str) -> Json:
        self._finder.destroy(handle)
        return {}


def nested(lines: Iterable[str]) -> Json:
    """Return what lines of `a.b[0].c=v` are as JSON."""
    root: Json = {}
    for line in lines:
        path, _, value = line.partition("=")
        words = re.findall(r"[^.\[\]]+", path)
        places: list[str | int] = [int(one) if one.isdigit() else one for one in words]
        node: Any = root
        for at, place in enumerate(places):
            inside: Any = [] if at + 1 < len(places) and isinstance(places[at + 1], int) else {}
            fresh = inside if at + 1 < len(places) else _value(words[-1], value)
            if isinstance(place, int):
                node += [{} for _ in range(place + 1 - len(node))]
                if at + 1 == len(places) or (isinstance(inside, list) and not node[place]):
                    node[place] = fresh
            else:
                node.setdefault(place, fresh)
            node = node[place]
    return root


def _value(name: str, said: str) -> object:
    if said in ("true", "false"):
        return said == "true"
    if name in _NUMBERS and re.fullmatch(r"-?\d+(\.\d+)?", said):
        return float(said) if "." in said else int(said)
    return said


def _told(lines: Iterable[str]) -> Json:
    return {"params": nested(lines)}
