"""The raw record: one line, datagram or document exactly as it arrived, with what `receive` knew about it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Transport(StrEnum):
    """How the record came in; decides its identity (collectors.md 1.2)."""

    UDP = "udp"
    TCP = "tcp"
    HTTP = "http"
    FILE = "file"
    EVTX = "evtx"
    PCAP = "pcap"


class RawRecord(msgspec.Struct, frozen=True, array_like=True):
    """`received_ns`: Unix time in ns. `position`: the sender's own place (file offset, key + item, record id),
    '' when it has none. `sequence`: anything that tells two equal records apart at that place.
    `product`: the mapping or parser asked for, 'auto' to detect. `flags`: `truncated`, `partial`, ..."""

    listener: str
    source: str
    received_ns: int
    peer: str
    transport: Transport
    data: bytes
    position: str = ""
    sequence: str = ""
    flags: tuple[str, ...] = ()
    product: str = "auto"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(RawRecord)


def encode(record: RawRecord) -> bytes:
    """msgpack, as it lies in the raw log."""
    return _encoder.encode(record)


def decode(data: bytes) -> RawRecord:
    """The record of `encode`; raises msgspec.DecodeError on foreign bytes."""
    return _decoder.decode(data)
