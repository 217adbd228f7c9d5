"""A school's recorders made from the seed: which cameras are behind them, and what they have recorded."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from probe.sim.calendars import YOUNG_DAYS, draw_sort, make_calendar
from probe.sim.faults import afflict
from probe.sim.makers import EZVIZ, HIKVISION, Maker, path_words
from probe.sim.model import Credential, Device, Lens, Stream
from probe.sim.places import PLACES as SPOTS
from probe.sim.ports import Layout, place
from probe.sim.recorder import Behind, Channel, HardDisk, Recorder
from probe.sim.recorder_builds import BUILDS, PLACES, Build, speaks

_BUILDINGS = ("东楼", "西楼", "南楼", "北楼", "新楼", "旧楼", "办公楼", "体育馆")
_ON_A_RECORDER = 0.85  # of the cameras on the network
_DEPTHS = (18, 33, 45, 95)  # days until a full disk is overwritten
_MOST_ON_LAN = 0.6  # of the channels of one recorder


@dataclass(frozen=True, slots=True)
class Plug:
    """A channel before it has a calendar: what is plugged in, and the lens that shows it."""

    channel: Channel
    lens: Lens


def plan_recorders(
    seed: int,
    cameras: Sequence[Device],
    count: int,
    faults: Mapping[int, Sequence[str]],
    credential: Credential,
    layout: Layout,
    today: date,
    most_used: int | None = None,
) -> tuple[Device, ...]:
    """Return so many recorders, numbered after the cameras. `today` is the school's calendar day.

    `most_used`: network cameras on one recorder at most; None: as many as the seed chooses.
    """
    waiting = [
        one for one in cameras if random.Random(f"{seed}/cabled/{one.number}").random() < _ON_A_RECORDER
    ]
    random.Random(f"{seed}/cables").shuffle(waiting)
    built: list[Device] = []
    for at in range(count):
        number = len(cameras) + 1 + at
        build = BUILDS[at % len(BUILDS)]
        chance = random.Random(f"{seed}/recorder/{at + 1}")
        network = build.slots - build.analogue
        used = max(1, network - chance.choice((0, 1, 2, network // 3)))
        used = min(used, most_used or used)
        lan, waiting = waiting[: round(used * _MOST_ON_LAN)], waiting[round(used * _MOST_ON_LAN) :]
        shell = _shell(seed, number, build, credential, layout, chance)
        plugs = _plugs(build, chance, at, lan, used, first=built[0] if built else None)
        whole = _with_channels(shell, build, plugs, chance, today)
        built.append(afflict(whole, tuple(faults.get(number, ()))))
    return tuple(built)


def _shell(
    seed: int, number: int, build: Build, credential: Credential, layout: Layout, chance: random.Random
) -> Device:
    maker = build.maker
    address, http_port, rtsp_port, more_ports = place(layout, number, maker.onvif_port, maker.more_ports)
    scopes = [one.format(model=build.model) for one in maker.scopes]
    return Device(
        number=number,
        maker=maker.id,
        address=address,
        http_port=http_port,
        rtsp_port=rtsp_port,
        more_ports=more_ports,
        manufacturer=maker.manufacturer,
        model=build.model,
        firmware=maker.firmware(chance),
        serial=maker.serial(chance, build.model),
        hardware_id=maker.hardware_id,
        mac=_mac(maker, chance),
        epr=f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}",
        scopes=tuple(
            f"onvif://www.onvif.org/{one}"
            for one in (*scopes, *(["Profile/G"] if PLACES[maker.id].profile_g else []))
        ),
        user=credential.user,
        password=credential.password,
        clock_offset_s=round(chance.uniform(-8.0, 8.0), 1),
        lenses=(),
        speaks=speaks(build),
    )


def _plugs(
    build: Build, chance: random.Random, at: int, lan: Sequence[Device], used: int, first: Device | None
) -> list[Plug]:
    """Return the channels that have a camera, in the order of their numbers."""
    named = _names(at)
    plugs = [_analogue(build, chance, at, number, *next(named)) for number in range(1, build.analogue + 1)]
    cascaded = list(_cascaded(build, first)) if build.cascades and first else []
    number = build.analogue
    lan_left, inside = list(lan), used - len(lan) - len(cascaded)
    kinds = ["lan"] * len(lan_left) + ["inside"] * max(0, inside)
    chance.shuffle(kinds)
    for kind in kinds:
        number += 1
        if kind == "lan":
            plugs.append(_from_lan(build, chance, number, lan_left.pop(0)))
        else:
            plugs.append(_from_inside(build, chance, at, number, *next(named)))
    for other in cascaded:
        number += 1
        plugs.append(_renumbered(build, number, other))
    return plugs


def _names(at: int) -> Iterator[tuple[str, int]]:
    """Yield names that no other camera has, and the scenes' places in SPOTS."""
    building = _BUILDINGS[at % len(_BUILDINGS)] + (f"{at // len(_BUILDINGS) + 1}区" if at >= 8 else "")
    spot = 0
    while True:
        yield f"{building}{SPOTS[spot % len(SPOTS)][0]}{spot // len(SPOTS) + 1}", spot % len(SPOTS)
        spot += 1


def _analogue(build: Build, chance: random.Random, at: int, number: int, name: str, spot: int) -> Plug:
    streams = _streams(build, number, Stream("main", "", "", "H264", 704, 576, 25, 768))
    is_dark = chance.random() < 0.15
    lens = Lens(number, name, f"cam-r{at + 1}-{number:02d}", SPOTS[spot][1], streams)
    return Plug(Channel(number, name, "analogue", why_offline="no-video" if is_dark else ""), lens)


def _from_lan(build: Build, chance: random.Random, number: int, camera: Device) -> Plug:
    """A camera that answers on the network too. What the list tells of it differs by maker and by luck."""
    (seen, *_) = camera.lenses
    is_own = _is_own(build.maker, camera.maker)
    # Where a camera has a second address, nothing ties it but its picture.
    is_apart = chance.random() < 0.06
    behind = Behind(
        address=f"172.31.{number}.{camera.number % 250 + 1}" if is_apart else camera.address,
        port=camera.http_port,
        protocol="own" if is_own else "onvif",
        mac="" if is_apart or chance.random() < 0.4 else camera.mac,
        serial="" if is_apart or chance.random() < (0.1 if is_own else 0.5) else camera.serial,
        model=camera.model,
        manufacturer=camera.manufacturer,
        firmware=camera.firmware,
    )
    lens = replace(seen, number=number, streams=_streams(build, number, seen.main))
    dead = not camera.answers or not camera.quirks.sends_media
    why: Literal["", "unreachable"] = "unreachable" if dead else ""
    return Plug(Channel(number, seen.name, "network", behind, why_offline=why), lens)


def _from_inside(build: Build, chance: random.Random, at: int, number: int, name: str, spot: int) -> Plug:
    """A camera on a PoE plug of the recorder: nothing else on the network reaches it."""
    maker = build.maker
    model = chance.choice(maker.models)
    behind = Behind(
        address=f"{build.inside}{number + 1}",
        port=80,
        protocol="own",
        mac=_mac(maker, chance),
        serial=maker.serial(chance, model.name),
        model=model.name,
        manufacturer=maker.manufacturer,
        firmware=maker.firmware(chance),
    )
    kbps = model.width * model.height // (900 if model.codec == "H264" else 1500)
    main = Stream("main", "", "", model.codec, model.width, model.height, model.fps, kbps)
    camera_id = f"cam-r{at + 1}-{number:02d}"
    lens = Lens(number, name, camera_id, SPOTS[spot][1], _streams(build, number, main))
    why = chance.choices(("", "unreachable", "password"), weights=(94, 4, 2))[0]
    return Plug(Channel(number, name, "network", behind, why_offline=why), lens)  # type: ignore[arg-type]


def _cascaded(build: Build, first: Device) -> Iterator[Plug]:
    """Yield two channels of another recorder, as a second one lists them: one address, one serial."""
    assert first.recorder is not None  # noqa: S101  recorders come from this file
    online = [one for one in first.recorder.channels if one.online][:2]
    for channel in online:
        lens = next(one for one in first.lenses if one.number == channel.number)
        behind = Behind(
            address=first.address,
            port=first.http_port,
            protocol="own",
            mac=first.mac,
            serial=first.serial,
            model=first.model,
            manufacturer=first.manufacturer,
            firmware=first.firmware,
            channel=channel.number,
        )
        yield Plug(Channel(channel.number, channel.name, "network", behind), lens)


def _renumbered(build: Build, number: int, plug: Plug) -> Plug:
    lens = replace(plug.lens, number=number, streams=_streams(build, number, plug.lens.main))
    return Plug(replace(plug.channel, number=number), lens)


def _with_channels(
    shell: Device, build: Build, plugs: list[Plug], chance: random.Random, today: date
) -> Device:
    """Return the device with calendars, names given twice, slots and disks."""
    is_young = chance.random() < 0.15
    depth = YOUNG_DAYS if is_young else chance.choice(_DEPTHS)
    channels = [_recorded(one.channel, chance, today, depth) for one in plugs]
    inside = [
        at for at, one in enumerate(channels) if one.behind and one.behind.address.startswith(build.inside)
    ]
    if len(inside) > 2 and chance.random() < 0.5:
        for at in inside[-2:]:  # an installer who left the names as they came
            channels[at] = replace(channels[at], name="IPCamera 01")
    slots = range(len(channels) + 1, build.slots + 1)
    channels += [_slot(build, chance, number) for number in slots]
    recorder = Recorder(
        channels=tuple(channels),
        disks=_disks(chance, has_room=is_young, bays=2 if build.slots < 32 else 8),
        profile_g=PLACES[build.maker.id].profile_g,
        z_is_local=build.maker is HIKVISION,
        file_s=1800 if build.maker.id == "dahua" else 3600,
        # Hikvision begins a new file when one is full: it hangs over midnight.
        file_phase_s=1380 if build.maker is HIKVISION else 0,
    )
    return replace(shell, lenses=tuple(one.lens for one in plugs), recorder=recorder)


def _recorded(channel: Channel, chance: random.Random, today: date, depth: int) -> Channel:
    days = max(2, depth - chance.choice((0, 0, 0, 1, 2)))
    sort = draw_sort(chance) if channel.online else "stopped"
    calendar = make_calendar(sort, chance, today, days)
    return replace(
        channel,
        mode=calendar.mode,
        footage=calendar.footage,
        expiry_days=30 if chance.random() < 0.1 and depth == 33 else None,
        records="sub" if chance.random() < 0.08 else "main",
    )


def _slot(build: Build, chance: random.Random, number: int) -> Channel:
    """An empty channel; some remember a camera that was there once."""
    gone = Behind(f"{build.inside}{number + 1}", 80, "own", _mac(build.maker, chance), "", "", "", "")
    remembers = chance.random() < 0.3
    return Channel(
        number, f"IPCamera {number:02d}", "network", gone if remembers else None, is_slot=True, mode="off"
    )


def _disks(chance: random.Random, *, has_room: bool, bays: int) -> tuple[HardDisk, ...]:
    capacity = chance.choice((1907729, 3815447, 5723166))
    count = chance.randint(1, bays)
    disks = [HardDisk(n, "good", capacity, capacity * 3 // 5 if has_room else 0) for n in range(1, count + 1)]
    if count < bays:
        disks.append(HardDisk(count + 1, "missing", 0, 0))
    return tuple(disks)


def _streams(build: Build, number: int, main: Stream) -> tuple[Stream, ...]:
    """Return the streams of a channel: the camera's main one, and smaller ones at the recorder's paths."""
    where = PLACES[build.maker.id]
    wide = main.width * 9 == main.height * 16
    small = (640, 360) if wide else (352, 288)
    sizes = [(main.width, main.height), small, (704, 576), (352, 288)]
    roles: tuple[Literal["main", "sub", "third", "fourth"], ...] = ("main", "sub", "third", "fourth")
    streams = []
    for s in range(build.streams):
        words = path_words(number, s)
        own = main if s == 0 else replace(main, codec="H264", width=sizes[s][0], height=sizes[s][1], fps=12)
        streams.append(
            replace(
                own,
                role=roles[s],
                token=where.profile.format(**words),
                path=where.stream.format(**words),
                kbps=main.kbps if s == 0 else 256,
            )
        )
    return tuple(streams)


def _mac(maker: Maker, chance: random.Random) -> str:
    return chance.choice(maker.ouis) + "".join(f":{chance.randrange(256):02X}" for _ in range(3))


def _is_own(maker: Maker, of_camera: str) -> bool:
    """Whether a recorder speaks a camera's own protocol."""
    return of_camera == maker.id or (maker is HIKVISION and of_camera == EZVIZ.id)
