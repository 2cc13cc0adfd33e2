"""Quick JSON reads and writes what the standard library does, and refuses what strict JSON does not know."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

import pytest

from verisieve import quickjson

SEEDS = (
    b'{"id": "m-1", "n": [1, -2.5e3, true, null, "\\u00e9\\n\\ud83d\\ude00 \xc3\xa9"], "t": {"a": {}, "c": "x\\\\y"}}',
    b'[0, -0, 1.0, 1e22, 123456789.125, 123456789012345678901234567890, "\\"q\\"", "\\ud800"]',
)
ALPHABET = b'0123456789.eE+-{}[],:"\\ \n\tutrfalsn/\xff\xc3\xed\x80\x00'


def mangled(rng: Random) -> bytes:
    """A document with up to three bytes changed, put in or taken out."""
    text = bytearray(rng.choice(SEEDS))
    for _ in range(rng.randrange(4)):
        place = rng.randrange(len(text))
        text[place : place + rng.randrange(2)] = bytes([rng.choice(ALPHABET)] * rng.randrange(2))
    return bytes(text)


def read(decode: Callable[[str], object], text: bytes) -> str:
    """What a decoder makes of a text; all refusals are alike, and a number that is none is one."""
    try:
        found = repr(decode(text.decode()))
    except ValueError:
        return "refused"
    return "refused" if "inf" in found else found


def test_decoding_is_that_of_the_standard_library() -> None:
    """Whatever is broken in a document, both read the same, or both refuse it."""
    rng = Random("quickjson")
    strict = json.JSONDecoder(parse_constant=int)  # raises ValueError
    texts = [mangled(rng) for _ in range(5000)]
    found = [read(quickjson.decode, text) for text in texts]

    assert found == [read(strict.decode, text) for text in texts]
    assert 1000 < found.count("refused") < 4500


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e999", '"\udc80"', '"a\nb"', "[1,]", "01", "", "1 2"])
def test_what_is_no_strict_json_is_refused(text: str) -> None:
    """Numbers that do not exist, raw control characters and lone surrogates in the raw are errors."""
    with pytest.raises(ValueError):  # noqa: PT011  # of several kinds
        quickjson.decode(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("value", [{"a": "\ud800"}, {None: 1}, {True: 1}, [10**40], {"x": 1e-7, "y": (1, "é")}, {1: 2}])
def test_encoding_is_that_of_the_standard_library(value: object) -> None:
    """What is written reads as what the standard library writes."""
    assert json.loads(quickjson.encode(value)) == json.loads(json.dumps(value))
