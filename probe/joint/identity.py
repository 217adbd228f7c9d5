"""Who made the device, and which one it is: by ONVIF, or else by its maker. 厂商、型号、序列号"""

from __future__ import annotations

from probe.errors import AuthRefused, DeviceError, Locked, NoCredential
from probe.model import Gap, Io, Measured, NotMeasured, Probe, Reading, Target
from probe.onvif import identity
from probe.vendor.find import fetch_recorder
from probe.vendor.protocol import Identity


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    try:
        return await identity.measure(target, io)
    except (AuthRefused, Locked, NoCredential):
        raise  # another door is no second try
    except DeviceError as error:
        try:
            told = await fetch_by_maker(io)
        except DeviceError:
            raise error from None
        words = (told.manufacturer, told.model, told.firmware, told.serial, "")
        return {
            metric: _word(word, f"by its maker's protocol; ONVIF: {error}")
            for metric, word in zip(identity.PROBE.metrics, words, strict=True)
        }


async def fetch_by_maker(io: Io) -> Identity:
    """Return what the maker's protocol says. Raise what the maker's door raised."""
    await prove_login(io)
    recorder = await fetch_recorder(io)
    if recorder.vendor is None:
        raise recorder.why_not or NoCredential("it speaks no maker's protocol that is known")
    return await recorder.vendor.fetch_identity(io)


async def prove_login(io: Io) -> None:
    """Ask for a stream: the login that it proves opens the maker's own door, even where there is no video."""
    try:
        await io.once("rtsp.usual", io.usual_stream)
    except (AuthRefused, Locked, NoCredential):
        raise
    except DeviceError:
        return


def _word(said: str, detail: str) -> Reading:
    return Measured(said, detail) if said else NotMeasured(Gap.UNSUPPORTED, "the device leaves it empty")


PROBE: Probe[Target] = Probe(
    id="onvif.identity", metrics=identity.PROBE.metrics, seconds=40.0, measure=measure
)
