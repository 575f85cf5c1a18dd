"""Header blocks as RFC 7541 shows them (appendix C), and as nobody should send them."""

from __future__ import annotations

import pytest

from duallane.hpack import HeaderBlocks, header_block, unpacked


def test_responses_in_the_huffman_code_are_read_with_the_table_that_they_build_and_shrink() -> None:
    blocks = HeaderBlocks(256)
    date = "Mon, 21 Oct 2013 20:13:21 GMT"
    assert blocks.read(
        bytes.fromhex(
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3"
        )
    ) == [
        (":status", "302"),
        ("cache-control", "private"),
        ("date", date),
        ("location", "https://www.example.com"),
    ]
    assert blocks.read(bytes.fromhex("4883640effc1c0bf")) == [
        (":status", "307"),
        ("cache-control", "private"),
        ("date", date),
        ("location", "https://www.example.com"),
    ]
    cookie = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
    assert blocks.read(
        bytes.fromhex(
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af"
            "27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
        )
    ) == [
        (":status", "200"),
        ("cache-control", "private"),
        ("date", "Mon, 21 Oct 2013 20:13:22 GMT"),
        ("location", "https://www.example.com"),
        ("content-encoding", "gzip"),
        ("set-cookie", cookie),
    ]


def test_what_is_written_is_read_again_whatever_its_length() -> None:
    headers = [(":path", "/a/b"), ("authorization", "x" * 126), ("long", "y" * 127), ("longer", "z" * 70_000)]
    assert HeaderBlocks().read(header_block(headers)) == headers


@pytest.mark.parametrize(
    ("block", "what"),
    [
        ("80", "no index 0"),
        ("ff8001", "cut off"),
        ("0003616263", "cut off"),
        ("3fe2ff01", "larger than announced"),
        ("7fffffffffffff7f", "no end"),
        ("008200ff", "cut off"),
    ],
)
def test_a_damaged_block_is_refused_with_what_is_wrong(block: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        HeaderBlocks().read(bytes.fromhex(block))


@pytest.mark.parametrize("packed", ["ff", "fffffffc", "00", "fffffffffe"])
def test_text_whose_code_is_cut_off_is_refused(packed: str) -> None:
    with pytest.raises(ValueError, match=r"cut off|range"):
        unpacked(bytes.fromhex(packed))
