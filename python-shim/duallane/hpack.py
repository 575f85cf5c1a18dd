"""Header blocks of HTTP/2 (RFC 7541): written without compression, read in whatever form a peer chose."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

Headers = list[tuple[str, str]]

# Appendix A, from index 1.
_STATIC: Headers = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
    (":scheme", "http"), (":scheme", "https"),
    *((":status", code) for code in ("200", "204", "206", "304", "400", "404", "500")),
    ("accept-charset", ""), ("accept-encoding", "gzip, deflate"),
    *((name, "") for name in (
        "accept-language", "accept-ranges", "accept", "access-control-allow-origin", "age", "allow",
        "authorization", "cache-control", "content-disposition", "content-encoding", "content-language",
        "content-length", "content-location", "content-range", "content-type", "cookie", "date", "etag", "expect",
        "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "proxy-authenticate",
        "proxy-authorization", "range", "referer", "refresh", "retry-after", "server", "set-cookie",
        "strict-transport-security", "transfer-encoding", "user-agent", "vary", "via", "www-authenticate",
    )),
]  # fmt: skip

# Appendix B: how many bits each byte's code has, and last the end's. The code is canonical: the lengths say all.
_CODE_BITS = [
    13, 23, *[28] * 7, 24, 30, 28, 28, 30, *[28] * 8, 30, *[28] * 9,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, *[7] * 22, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23,
    22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23,
    20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27,
    27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
]  # fmt: skip


def _codes() -> dict[tuple[int, int], int]:
    """(bits, code) to byte; 256 is the end."""
    found, code, before = {}, 0, 0
    for bits, symbol in sorted((bits, symbol) for symbol, bits in enumerate(_CODE_BITS)):
        code <<= bits - before
        found[bits, code], before = symbol, bits
        code += 1
    return found


_CODES = _codes()
_LONGEST_PADDING = 7
_ENTRY_BYTES = 32  # what RFC 7541 adds to an entry's size


def header_block(headers: Iterable[tuple[str, str]]) -> bytes:
    """Headers as literals that no table keeps."""
    block = bytearray()
    for header in headers:
        block.append(0)
        for text in header:
            raw = text.encode()
            block += _length(len(raw)) + raw
    return bytes(block)


def _length(number: int) -> bytes:
    if number < 127:
        return bytes((number,))
    rest, found = number - 127, bytearray((127,))
    while rest > 127:
        found.append(rest & 127 | 128)
        rest >>= 7
    found.append(rest)
    return bytes(found)


def unpacked(packed: bytes) -> str:
    """Text in the Huffman code. Raises ValueError."""
    found, code, bits = bytearray(), 0, 0
    for byte in packed:
        for place in range(7, -1, -1):
            code, bits = code << 1 | byte >> place & 1, bits + 1
            symbol = _CODES.get((bits, code))
            if symbol is not None:
                found.append(symbol)  # the end's code is refused: no byte
                code = bits = 0
    if bits > _LONGEST_PADDING or code != (1 << bits) - 1:
        raise ValueError("a header's code is cut off")
    return found.decode("latin-1")


class HeaderBlocks:
    """The blocks of one connection, in order: each may name headers of those before. table_bytes: as announced."""

    def __init__(self, table_bytes: int = 4096) -> None:
        self._bound = self._most = table_bytes
        self._table: deque[tuple[str, str]] = deque()
        self._bytes = 0

    def read(self, block: bytes) -> Headers:
        """The headers of a whole block. Raises ValueError for a damaged one."""
        headers: Headers = []
        at = 0
        try:
            while at < len(block):
                first = block[at]
                if first & 0x80:
                    index, at = _number(block, at, 7)
                    headers.append(self._at(index))
                elif first & 0xE0 == 0x20:
                    bound, at = _number(block, at, 5)
                    if bound > self._most:
                        raise ValueError("a header table is larger than announced")
                    self._bound = bound
                    self._shrink()
                else:
                    is_kept = bool(first & 0x40)
                    header, at = self._literal(block, at, 6 if is_kept else 4)
                    headers.append(header)
                    if is_kept:
                        self._keep(header)
        except IndexError as cause:
            raise ValueError("a header block is cut off") from cause
        return headers

    def _literal(self, block: bytes, at: int, bits: int) -> tuple[tuple[str, str], int]:
        index, at = _number(block, at, bits)
        name, at = (self._at(index)[0], at) if index else _text(block, at)
        value, at = _text(block, at)
        return (name, value), at

    def _at(self, index: int) -> tuple[str, str]:
        if index == 0:
            raise ValueError("a header has no index 0")
        return _STATIC[index - 1] if index <= len(_STATIC) else self._table[index - len(_STATIC) - 1]

    def _keep(self, header: tuple[str, str]) -> None:
        self._table.appendleft(header)
        self._bytes += _weight(header)
        self._shrink()

    def _shrink(self) -> None:
        while self._bytes > self._bound:
            self._bytes -= _weight(self._table.pop())


def _weight(header: tuple[str, str]) -> int:
    return len(header[0]) + len(header[1]) + _ENTRY_BYTES


def _number(block: bytes, at: int, bits: int) -> tuple[int, int]:
    """A number in the low bits of a byte and, where those are full, the bytes behind; and where it ends."""
    full = (1 << bits) - 1
    number, at = block[at] & full, at + 1
    if number < full:
        return number, at
    for shift in range(0, 35, 7):
        byte, at = block[at], at + 1
        number += (byte & 127) << shift
        if byte < 128:
            return number, at
    raise ValueError("a number of a header block has no end")


def _text(block: bytes, at: int) -> tuple[str, int]:
    is_packed = bool(block[at] & 0x80)
    length, at = _number(block, at, 7)
    raw = block[at : at + length]
    if len(raw) != length:
        raise ValueError("a header is cut off")
    return (unpacked(raw) if is_packed else raw.decode("latin-1")), at + length
