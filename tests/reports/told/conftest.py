"""Receivers on 127.0.0.1 that answer as the real ones do, and the news of an invented school."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reports.told.news import CaseNews, Night

ZONE = ZoneInfo("Asia/Shanghai")
Answer = tuple[int, dict[str, str], bytes]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.body)


@dataclass
class Receiver:
    """A server that keeps what it was asked."""

    url: str
    port: int
    asked: list[Asked] = field(default_factory=list)


Receive = Callable[[Asked], Answer]
OpenReceiver = Callable[..., AbstractContextManager[Receiver]]


def said(answer: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(answer, ensure_ascii=False).encode()


@contextmanager
def receiver(answer: Receive, certificate: Path | None = None) -> Iterator[Receiver]:
    """Serve until the block ends."""

    class Serve(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.path, dict(self.headers), body)
            there.asked.append(asked)
            status, headers, reply = answer(asked)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(reply)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None: ...

        def handle(self) -> None:
            try:
                super().handle()
            except (ConnectionError, ssl.SSLError):
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    server.daemon_threads = True
    scheme = "http"
    if certificate is not None:
        scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    port = server.server_address[1]
    there = Receiver(f"{scheme}://127.0.0.1:{port}", port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class WeCom:
    """The robot of a 企业微信 group: HTTP 200 always, `errcode` says how it went."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.times: list[float] = []

    def __call__(self, asked: Asked) -> Answer:
        if asked.query.get("key") != self.key:
            return said({"errcode": 93000, "errmsg": f"invalid webhook url, hint: [16], more {asked.path}"})
        kind = asked.json["msgtype"]
        content, most = asked.json[kind]["content"], {"text": 2048, "markdown": 4096}[kind]
        if len(content.encode()) > most:
            return said({"errcode": 40058, "errmsg": f"{kind}.content exceed max length {most}"})
        now = time.monotonic()
        self.times = [one for one in self.times if now - one < 60] + [now]
        if len(self.times) > 20:
            return said({"errcode": 45009, "errmsg": "api freq out of limit"})
        return said({"errcode": 0, "errmsg": "ok"})


class DingTalk:
    """The robot of a 钉钉 group with all its security settings on."""

    def __init__(self, token: str, keyword: str = "", key: str = "") -> None:
        self.token, self.keyword, self.key = token, keyword, key

    def __call__(self, asked: Asked) -> Answer:
        if asked.query.get("access_token") != self.token:
            return said({"errcode": 300005, "errmsg": "token is not exist"})
        kind = asked.json["msgtype"]
        content = asked.json[kind]["content" if kind == "text" else "text"]
        if self.keyword not in content:
            return said({"errcode": 310000, "errmsg": "description:关键词不匹配;keywords not in content"})
        if self.key and not self._is_signed(asked.query):
            return said({"errcode": 310000, "errmsg": "sign not match, more: [https://ding.example/doc]"})
        return said({"errcode": 0, "errmsg": "ok"})

    def _is_signed(self, query: dict[str, str]) -> bool:
        if abs(int(query.get("timestamp", 0)) / 1000 - time.time()) > 3600:
            return False
        signed = f"{query['timestamp']}\n{self.key}".encode()
        right = base64.b64encode(hmac.new(self.key.encode(), signed, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(right, query["sign"])


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its own certificate for 127.0.0.1, in one file; no authority knows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same certificate, on a computer that trusts it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notices are Chinese for whoever runs the tests."""
    monkeypatch.delenv("CAMCENSUS_LANG", raising=False)


@pytest.fixture(scope="session")
def open_receiver() -> OpenReceiver:
    return receiver


@pytest.fixture(scope="session")
def wecom_robot() -> type[WeCom]:
    return WeCom


@pytest.fixture(scope="session")
def dingtalk_robot() -> type[DingTalk]:
    return DingTalk


@pytest.fixture(scope="session")
def make_case() -> Callable[..., CaseNews]:
    return case


@pytest.fixture(scope="session")
def make_night() -> Callable[..., Night]:
    return night


def case(
    number: int = 1,
    kind: str = "offline",
    name: str = "断线",
    where: str = "正门",
    **more: Any,  # noqa: ANN401
) -> CaseNews:
    values = {"urgency": "morning", "since": at(21, 2, 10), **more}
    return CaseNews(str(number), kind, name, where, **values)


def night(**more: Any) -> Night:  # noqa: ANN401
    """A night on which all of 64 pictures were good."""
    plain: dict[str, Any] = {
        "school": "示例市第一小学",
        "day": date(2026, 11, 21),
        "state": "done",
        "due": at(21, 2),
        "started": at(21, 2),
        "cameras": 64,
        "good": 64,
        "faulty": 0,
        "unknown": 0,
    }
    return Night(**{**plain, **more})
