"""Discovery across several hosts: network namespaces on a bridge of their own, not on this PC's network."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

from config.words import say

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="needs Linux namespaces")]

PROJECT = Path(__file__).resolve().parents[2]

# A device: WS-Discovery that answers one type (or *), and TCP ports that are open.
DEVICE = """
import re, select, socket, struct, sys
reply, wanted = sys.argv[1].encode(), sys.argv[2]
ports = [int(port) for port in sys.argv[3].split(",") if port]
listening = [socket.create_server(("", port)) for port in ports]
group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
group.bind(("", 3702))
joined = struct.pack("4s4si", socket.inet_aton("239.255.255.250"), bytes(4), socket.if_nametoindex("lan"))
group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
print("ready", flush=True)
while True:
    for ready in select.select([group, *listening], [], [])[0]:
        if ready is not group:
            ready.accept()[0].close()
            continue
        probe, source = group.recvfrom(65535)
        types = re.search(rb"Types>([^<]*)<", probe)[1].decode()
        if reply and wanted in ("*", types):
            group.sendto(reply, source)
"""

# A device of other people: the WSDiscovery library publishes a service.
PEER = """
import sys, time
from wsdiscovery import QName, Scope
from wsdiscovery.publishing import ThreadedWSPublishing
publisher = ThreadedWSPublishing()
publisher.start()
publisher.publishService(types=[QName("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter")],
                         scopes=[Scope("onvif://www.onvif.org/Profile/Streaming")],
                         xAddrs=["http://" + sys.argv[1] + ":8000/onvif/device_service"])
print("ready", flush=True)
time.sleep(600)
"""

# The scanner says what it found, and what it cost.
SCANNER = """
import asyncio, dataclasses, json, sys, time
from config.load import load_catalogue
from probe.discover.find import find
from probe.discover.interfaces import local_interfaces
from probe.discover.targets import parse_targets
settings = load_catalogue().settings.discover
asked = parse_targets(sys.argv[1:], local_interfaces(), settings.max_addresses)
started, used = time.monotonic(), time.process_time()
found = asyncio.run(find(asked, settings))
print(json.dumps({**dataclasses.asdict(found), "seconds": time.monotonic() - started,
                  "cpu": time.process_time() - used}))
"""


@dataclass
class Lan:
    """A bridge in a namespace, and hosts on it."""

    prefix: str
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)

    def host(self, *addresses: str, routes: tuple[str, ...] = (), mac: str = "") -> str:
        name = f"{self.prefix}{len(self.hosts)}"
        port = f"p{len(self.hosts)}"
        self.hosts.append(name)
        ip("netns", "add", name)
        ip("-n", self.hosts[0], "link", "add", port, "type", "veth", "peer", "name", "lan", "netns", name)
        if mac:
            ip("-n", name, "link", "set", "lan", "address", mac)
        for address in addresses:
            ip("-n", name, "address", "add", address, "dev", "lan")
        for device in ("lo", "lan"):
            ip("-n", name, "link", "set", device, "up")
        for route in (*routes, "239.255.255.250"):
            ip("-n", name, "route", "add", route, "dev", "lan")
        ip("-n", self.hosts[0], "link", "set", port, "master", "lan", "up")
        return name

    def start(self, host: str, script: str, *words: str) -> None:
        command = ["ip", "netns", "exec", host, sys.executable, "-c", script, *words]
        device = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.running.append(device)
        assert device.stdout is not None
        assert device.stdout.readline() == "ready\n"

    def scan(self, host: str, *targets: str) -> dict[str, Any]:
        # Without any privilege of root: discovery must not need one.
        command = ["ip", "netns", "exec", host, "setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        command += [sys.executable, "-c", SCANNER, *targets]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT, timeout=100)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def lan() -> Iterator[Lan]:
    if os.geteuid() != 0:
        pytest.skip("needs root to make network namespaces")
    for tool, package in (("ip", "iproute2"), ("setpriv", "util-linux")):
        if shutil.which(tool) is None:
            missing(f"{tool} is missing: install {package}")
    made = Lan(f"cc{os.getpid()}-{time.monotonic_ns() % 10_000}-")
    try:
        switch = f"{made.prefix}0"
        ip("netns", "add", switch)
        made.hosts.append(switch)
        ip("-n", switch, "link", "add", "lan", "type", "bridge", "mcast_snooping", "0")
        ip("-n", switch, "link", "set", "lan", "up")
    except subprocess.CalledProcessError as error:
        missing(f"this system does not let root make network namespaces: {error.stderr}")
    try:
        yield made
    finally:
        for device in made.running:
            device.kill()
            device.communicate()
        for name in made.hosts:
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("netns", "del", name)


def missing(what: str) -> NoReturn:
    # Where everything was installed on purpose, a test that quietly stays away proves nothing.
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def matches(epr: str, xaddr: str, types: str = "dn:NetworkVideoTransmitter") -> str:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
        ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"><s:Body><d:ProbeMatches><d:ProbeMatch>'
        f"<a:EndpointReference><a:Address>{epr}</a:Address></a:EndpointReference><d:Types>{types}</d:Types>"
        f"<d:Scopes/><d:XAddrs>{xaddr}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    )


def by_address(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {target["address"]: target for target in found["targets"]}


def seen_by(found: dict[str, Any], address: str) -> set[str]:
    return {sighting["seen_by"] for sighting in by_address(found)[address]["sightings"]}


def test_cameras_on_several_hosts_are_found_whatever_they_answer_to(lan: Lan) -> None:
    scanner = lan.host("10.77.0.1/24")
    picky = {"10.77.0.11": "dn:NetworkVideoTransmitter", "10.77.0.12": "tds:Device", "10.77.0.13": ""}
    for number, (address, types) in enumerate(picky.items()):
        camera = lan.host(f"{address}/24", mac=f"02:00:00:00:00:0{number}")
        # One EPR for all, as DVC DCN-BM2220LPR has it, and a service address that leads nowhere.
        lan.start(camera, DEVICE, matches("urn:uuid:1", "http://0.0.0.0:8000/o"), types, "554")
    factory = lan.host("192.0.0.64/24", routes=("10.77.0.0/24",))
    lan.start(factory, DEVICE, matches("urn:uuid:1", "http://192.0.0.64/o"), "*", "80")
    windows = lan.host("10.77.0.50/24")
    lan.start(windows, DEVICE, matches("urn:uuid:9", "http://10.77.0.50:5357/x", "wsdp:Device"), "*", "")
    dumb = lan.host("10.77.0.60/24")
    lan.start(dumb, DEVICE, "", "*", "34567")
    peer = lan.host("10.77.0.70/24")
    lan.start(peer, PEER, "10.77.0.70")

    found = lan.scan(scanner)

    everybody = {*picky, "192.0.0.64", "10.77.0.60", "10.77.0.70"}
    assert set(by_address(found)) == everybody, found
    for number, address in enumerate(picky):
        target = by_address(found)[address]
        assert target["sightings"][0]["xaddrs"] == [f"http://{address}:8000/o"]
        assert (target["mac"], target["ports"]) == (f"02:00:00:00:00:0{number}", [554])
        assert {"ws-discovery", "tcp"} <= seen_by(found, address)
    assert seen_by(found, "10.77.0.60") == {"tcp"}
    assert "ws-discovery" in seen_by(found, "10.77.0.70")
    assert any("192.0.0.64" in note for note in found["notes"])
    assert say("discover.no_cameras", count=1, addresses="10.77.0.50") in found["notes"]
    # Nothing waits for its neighbours: three rounds and the listening, then the sweep of what answered.
    assert found["seconds"] < 15


def test_open_ports_behind_more_absent_neighbours_than_the_kernel_remembers_are_all_found(lan: Lan) -> None:
    scanner = lan.host("10.78.255.1/16")
    last = [f"10.78.4.{number}" for number in range(200, 210)]
    cameras = lan.host(*(f"{address}/16" for address in last))
    lan.start(cameras, DEVICE, "", "*", "80,554,37777")

    found = lan.scan(scanner, "10.78.0.1-10.78.4.209")

    assert found["asked"] == 1233
    ports = {address: target["ports"] for address, target in by_address(found).items()}
    assert ports == {address: [80, 554, 37777] for address in last}
    # Ten addresses of one interface share its MAC: it identifies none of them.
    assert all(not target["mac"] for target in found["targets"])
    assert found["seconds"] < 40


def test_an_empty_network_of_a_thousand_addresses_ends_in_seconds(lan: Lan) -> None:
    found = lan.scan(lan.host("10.79.0.1/22"), "lan")
    assert (found["targets"], found["asked"]) == ([], 1022)
    assert found["seconds"] < 15
