"""A small reader of Mapbox vector tiles (specification 2.1), for tests."""

from typing import Any


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _fields(data: bytes):
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        field, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = _varint(data, at)
        elif kind == 1:
            value, at = data[at : at + 8], at + 8
        elif kind == 5:
            value, at = data[at : at + 4], at + 4
        else:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        yield field, value


def _packed(data: bytes) -> list[int]:
    at, found = 0, []
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _value(data: bytes) -> Any:
    import struct

    for field, value in _fields(data):
        match field:
            case 1:
                return value.decode()
            case 2:
                return struct.unpack("<f", value)[0]
            case 3:
                return struct.unpack("<d", value)[0]
            case 6:
                return (value >> 1) ^ -(value & 1)
            case 7:
                return bool(value)
            case _:
                return value
    return None


def read_tile(data: bytes) -> dict[str, dict[int, dict[str, Any]]]:
    """Layer → feature id → properties; `geometry` is the number of commands and coordinates of the feature."""
    layers: dict[str, dict[int, dict[str, Any]]] = {}
    for field, layer in _fields(data):
        assert field == 3
        name, keys, values, features = "", [], [], []
        for part, value in _fields(layer):
            match part:
                case 1:
                    name = value.decode()
                case 2:
                    features.append(value)
                case 3:
                    keys.append(value.decode())
                case 4:
                    values.append(_value(value))
        read = {}
        for feature in features:
            identity, tags, geometry = 0, [], []
            for part, value in _fields(feature):
                if part == 1:
                    identity = value
                elif part == 2:
                    tags = _packed(value)
                elif part == 4:
                    geometry = _packed(value)
            read[identity] = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)} | {
                "geometry": len(geometry)
            }
        layers[name] = read
    return layers
