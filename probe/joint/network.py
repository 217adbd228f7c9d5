"""The device's hardware address and how it gets its IP: by ONVIF or its maker's protocol. MAC 地址、DHCP"""

from __future__ import annotations

from probe.errors import AuthRefused, DeviceError, Locked, NoCredential
from probe.joint.identity import fetch_by_maker, prove_login
from probe.model import Io, Measured, Probe, Reading, Target
from probe.onvif import network
from probe.vendor.find import fetch_recorder
from probe.vendor.protocol import Card
from probe.wire.onvif_device import normal_mac


async def measure(target: Target, io: Io) -> dict[str, Reading]:
    try:
        return await network.measure(target, io)
    except (AuthRefused, Locked, NoCredential):
        raise  # another door is no second try
    except DeviceError as error:
        try:
            card = await _fetch_card(target, io)
        except DeviceError:
            raise error from None
        if card is None:
            raise
        why = f"by its maker's protocol; ONVIF: {error}"
        return {"mac": Measured(normal_mac(card.mac), why), "dhcp": network.said_of_dhcp(card.has_dhcp, why)}


async def _fetch_card(target: Target, io: Io) -> Card | None:
    """Return the card that carries the address that answered, else the first that has a hardware address."""
    await prove_login(io)
    recorder = await fetch_recorder(io)
    cards: tuple[Card, ...] = ()
    if recorder.vendor is not None and recorder.vendor.fetch_cards is not None:
        try:
            cards = await recorder.vendor.fetch_cards(io)
        except (AuthRefused, Locked, NoCredential):
            raise
        except DeviceError:
            cards = ()
    real = [card for card in cards if normal_mac(card.mac)]
    if not real:
        mac = (await fetch_by_maker(io)).mac
        return Card("", mac) if normal_mac(mac) else None
    return min(real, key=lambda card: card.address != target.address)


PROBE: Probe[Target] = Probe(id="onvif.network", metrics=network.PROBE.metrics, seconds=30.0, measure=measure)
