"""A school made from a seed: the same seed gives the same school, another seed another one."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal

from probe.sim.faults import FAULTS, afflict, fault_of
from probe.sim.footage import BEIJING
from probe.sim.makers import MAKERS, Maker, Model, path_words
from probe.sim.model import Campus, Credential, Device, Lens, Marks, Scene, Stream
from probe.sim.places import camera_names, school_name
from probe.sim.ports import Layout, find_layout, place
from probe.sim.recorder_plan import plan_recorders

DEFAULT_BIND = "127.77.0.0/24"

# The faults a newcomer is to see first: a demonstration of 18 devices or more has every one of them.
HONEST = (
    "off-line",
    "frozen",
    "black",
    "qcif",
    "wrong-password",
    "enlarged",
    "silent",
    "h265-hidden",
    "placeholder-maker",
)

_DOMES = 0.1  # of the cameras of a maker that sells domes

# Beside them every eighth device has something wrong that must cost the scan nothing.
_OVERCOME = tuple(one.id for one in FAULTS if not (one.spoils or one.of_recorders) and one.id not in HONEST)


def plan_school(
    seed: int,
    devices: int,
    bind: str = DEFAULT_BIND,
    faults: Mapping[int, Sequence[str]] | None = None,
    *,
    layout: Layout | None = None,
    video: Literal["live", "loops"] = "live",
    recorders: int = 0,
    most_used: int | None = None,
    today: date | None = None,
) -> Campus:
    """Return a school. `faults`: device number (from 1) to fault ids; None: the seed chooses; {}: none.

    Recorders are numbered after the cameras, which are the same with and without them; each takes `most_used`
    network cameras at most. What they recorded
    counts from `today`, the day in Beijing by this computer's clock unless it is given. Ask the system what
    may be bound, unless a layout is given. Raise UsageError where that is too little.
    """
    layout = layout or find_layout(bind, devices + recorders)
    chosen = _faults_by_seed(seed, devices) if faults is None else faults
    chance = random.Random(f"{seed}/school")
    school = school_name(chance)
    names = list(camera_names(chance, devices))
    chance.shuffle(names)
    credential = Credential(
        name="school",
        user="admin",
        password="Cam-" + "".join(chance.choices(string.ascii_letters + string.digits, k=8)),
        rule=bind if layout.kind != "single" else layout.addresses[0],
    )
    cameras = tuple(
        _device(seed, number, *names[number - 1], tuple(chosen.get(number, ())), credential, layout)
        for number in range(1, devices + 1)
    )
    today = today or datetime.now(UTC).astimezone(BEIJING).date()
    built = (
        *cameras,
        *plan_recorders(seed, cameras, recorders, chosen, credential, layout, today, most_used),
    )
    return Campus(
        seed=seed,
        school=school,
        bind=bind,
        targets=(bind,) if layout.kind != "single" else tuple(_pinned(one) for one in built),
        credentials=(credential,),
        devices=built,
        video=video,
        marks={one.number: Marks() for one in built},
    )


def _faults_by_seed(seed: int, devices: int) -> dict[int, tuple[str, ...]]:
    chance = random.Random(f"{seed}/faults")
    honest = HONEST[: devices // 2]
    wanted = [*honest, *chance.sample(_OVERCOME, min(devices // 8, len(_OVERCOME)))]
    numbers = chance.sample(range(1, devices + 1), len(wanted))
    return {number: (fault_id,) for number, fault_id in zip(numbers, wanted, strict=True)}


def _pinned(device: Device) -> str:
    return f"{device.address}:{device.http_port if device.quirks.onvif else device.rtsp_port}"


def _device(
    seed: int,
    number: int,
    name: str,
    scene: Scene,
    fault_ids: tuple[str, ...],
    credential: Credential,
    layout: Layout,
) -> Device:
    chance = random.Random(f"{seed}/device/{number}")
    maker = _maker(chance, fault_ids)
    model = _model(chance, maker, fault_ids)
    address, http_port, rtsp_port, more_ports = place(layout, number, maker.onvif_port, maker.more_ports)
    serial = maker.serial(chance, model.name)
    mac = chance.choice(maker.ouis) + "".join(f":{chance.randrange(256):02X}" for _ in range(3))
    healthy = Device(
        number=number,
        maker=maker.id,
        address=address,
        http_port=http_port,
        rtsp_port=rtsp_port,
        more_ports=more_ports,
        manufacturer=maker.manufacturer,
        model=model.name,
        firmware=maker.firmware(chance),
        serial=serial,
        hardware_id=maker.hardware_id,
        mac=mac,
        epr=f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}",
        scopes=_scopes(maker, model.name),
        user=credential.user,
        password=credential.password,
        clock_offset_s=round(chance.uniform(-8.0, 8.0), 1),
        lenses=(_lens(maker, model, 1, name, scene, camera_id=f"cam-{number:03d}"),),
        speaks=maker.speaks,
    )
    return afflict(_on_a_head(healthy, maker, seed), fault_ids)


def _on_a_head(device: Device, maker: Maker, seed: int) -> Device:
    """Return the device as a dome of the same maker, if the seed has it so. Its streams stay the same."""
    # A die of its own, so that it moves nothing else that the seed decides.
    if not maker.dome or random.Random(f"{seed}/dome/{device.number}").random() >= _DOMES:
        return device
    dome = afflict(device, ("ptz",))
    return replace(dome, model=maker.dome, scopes=_scopes(maker, maker.dome), faults=())


def _scopes(maker: Maker, model: str) -> tuple[str, ...]:
    return tuple(f"onvif://www.onvif.org/{one.format(model=model)}" for one in maker.scopes)


def _maker(chance: random.Random, fault_ids: tuple[str, ...]) -> Maker:
    by_weight = chance.choices(MAKERS, weights=[one.weight for one in MAKERS])[0]
    asked = next((maker for one in fault_ids if (maker := fault_of(one).maker)), "")
    return next((one for one in MAKERS if one.id == asked), by_weight)


def _model(chance: random.Random, maker: Maker, fault_ids: tuple[str, ...]) -> Model:
    codecs = {codec for one in fault_ids if (codec := fault_of(one).codec)}
    return chance.choice([one for one in maker.models if one.codec in codecs] or maker.models)


def _lens(maker: Maker, model: Model, number: int, name: str, scene: Scene, *, camera_id: str) -> Lens:
    wide = model.width * 9 == model.height * 16
    main = Stream(
        role="main",
        token=_fill(maker.profile, number, 0),
        path=_fill(maker.stream_path, number, 0),
        codec=model.codec,
        width=model.width,
        height=model.height,
        fps=model.fps,
        kbps=model.width * model.height // (900 if model.codec == "H264" else 1500),
    )
    sub = Stream(
        role="sub",
        token=_fill(maker.profile, number, 1),
        path=_fill(maker.stream_path, number, 1),
        codec="H264",
        width=640 if wide else 352,
        height=360 if wide else 288,
        fps=12,
        kbps=256,
    )
    return Lens(number=number, name=name, camera_id=camera_id, scene=scene, streams=(main, sub))


def _fill(pattern: str, lens: int, stream: int) -> str:
    return pattern.format(**path_words(lens, stream))
