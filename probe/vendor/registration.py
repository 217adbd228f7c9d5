"""With which GB28181 platform a recorder is set to register, and the 20-digit codes it has. 国标编码"""

from __future__ import annotations

from probe.errors import Unsupported
from probe.model import Gap, Io, Measured, NotMeasured, Probe, Reading, Readings, Target
from probe.vendor.find import fetch_recorder

METRICS = ("gb_code", "gb_platform", "gb_registered", "gb_channel_codes")


async def measure(target: Target, io: Io) -> Readings:
    recorder = await fetch_recorder(io)
    if not recorder.is_recorder:
        return dict.fromkeys(METRICS, NotMeasured(Gap.NOT_ASKED, recorder.by))
    if recorder.vendor is None or recorder.vendor.fetch_registration is None:
        raise Unsupported("no protocol that is known here tells it")
    told = await recorder.vendor.fetch_registration(io)
    silent: Reading = NotMeasured(Gap.UNSUPPORTED, "it does not say")
    codes = {str(number): code for number, code in told.channel_codes.items()}
    return {
        "gb_code": Measured(told.code),
        "gb_platform": Measured(told.platform) if told.platform else silent,
        "gb_registered": silent if told.registered is None else Measured(told.registered),
        "gb_channel_codes": Measured(codes) if codes else silent,
    }


PROBE: Probe[Target] = Probe(id="vendor.gb28181", metrics=METRICS, seconds=15.0, measure=measure)
