"""A network namespace that is far away: what crosses it has a rate, a delay, a short queue and losses.

    python far_network.py --port PORT --bytes-per-second N --delay-ms N --loss F
    {"pid": 4711, "address": "10.200.3.1", "port": 40123}     on stdout, once it stands; ends when stdin ends

Whoever enters the namespace (`nsenter --target PID --net`) sees one host, `address`; its `port` is PORT of our loopback
interface. Packets are real, TCP sees their delay, loss and rate; the kernel needs a TUN device, no traffic control.
`bytes-per-second` holds towards the namespace (what a page downloads), a fifth of it back; `delay-ms` is one way; `loss` is the
part of packets that is lost each way. Needs root. TUN: Linux, Documentation/networking/tuntap.rst; ioctls: netdevice(7).
"""

import argparse
import asyncio
import contextlib
import ctypes
import fcntl
import json
import os
import random
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFDSTADDR, IFF_UP = 0x8914, 0x8916, 0x8918, 0x1
PACKET_BYTES = 1500
QUEUE_BYTES = 256 * 1024
"""What waits at the narrow end before packets are dropped there."""


def tun_device(name: str, address: str, peer: str) -> int:
    """An interface of this process's network namespace, up; its packets are read from and written to the descriptor."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(
        device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI)
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, host in ((SIOCSIFADDR, address), (SIOCSIFDSTADDR, peer)):
            place = struct.pack(
                "16sHH4s16x", name.encode(), socket.AF_INET, 0, socket.inet_aton(host)
            )
            fcntl.ioctl(control, request, place)
        fcntl.ioctl(
            control, SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), IFF_UP)
        )
    os.set_blocking(device, False)
    return device


def far_device(near: str, far: str) -> tuple[int, int]:
    """A child that holds the namespace until our end closes: its process id, and its interface's descriptor."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            os._exit(ctypes.get_errno())
        socket.send_fds(theirs, [b"."], [tun_device("far0", far, near)])
        theirs.recv(1)
        os._exit(0)
    theirs.close()
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    if not descriptors:
        raise SystemExit("the namespace could not be made: is this root?")
    os.set_blocking(descriptors[0], False)
    ours.detach()  # closed by the end of this process
    return pid, descriptors[0]


class Way:
    """One direction: packets leave in order, at the rate, `delay` seconds later; some are lost."""

    def __init__(
        self, source: int, target: int, *, rate: float, delay: float, loss: float
    ) -> None:
        self.source, self.target = source, target
        self.rate, self.delay, self.loss = rate, delay, loss
        self.chance = random.Random(7)
        self.free_at = 0.0
        self.loop = asyncio.get_running_loop()
        self.loop.add_reader(source, self.take)

    def take(self) -> None:
        packet = os.read(self.source, PACKET_BYTES)
        now = self.loop.time()
        leaves = max(now, self.free_at) + len(packet) / self.rate
        if (leaves - now) * self.rate > QUEUE_BYTES or self.chance.random() < self.loss:
            return
        self.free_at = leaves
        self.loop.call_at(leaves + self.delay, self.give, packet)

    def give(self, packet: bytes) -> None:
        with contextlib.suppress(
            BlockingIOError
        ):  # a full interface drops, as a network does
            os.write(self.target, packet)


async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bytes-per-second", type=float, required=True)
    parser.add_argument("--delay-ms", type=float, required=True)
    parser.add_argument("--loss", type=float, default=0.0)
    options = parser.parse_args()
    block = f"10.{200 + (os.getpid() >> 8) % 50}.{os.getpid() % 256}"
    near, far = f"{block}.1", f"{block}.2"
    pid, distant = far_device(near, far)
    close = tun_device(f"near{os.getpid()}"[:15], near, far)
    shape = {"delay": options.delay_ms / 1000, "loss": options.loss}
    Way(close, distant, rate=options.bytes_per_second, **shape)
    Way(distant, close, rate=options.bytes_per_second / 5, **shape)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await asyncio.open_connection("127.0.0.1", options.port)
        await asyncio.gather(hand_on(reader, onward[1]), hand_on(onward[0], writer))

    server = await asyncio.start_server(carry, near, options.port)
    async with server:
        print(
            json.dumps({"pid": pid, "address": near, "port": options.port}), flush=True
        )
        await asyncio.to_thread(sys.stdin.read)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
