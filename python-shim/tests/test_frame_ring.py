"""The frame ring's writer against the shared golden bytes, real shared memory, and what can go wrong."""

from __future__ import annotations

import json
import math
import os
import signal
import struct
import subprocess
import sys
import uuid
from pathlib import Path

import numpy as np
import pytest

from duallane._contract import frame_ring as layout
from duallane.errors import FrameRingError
from duallane.frame_lane import FrameLane, frame_metadata
from duallane.frame_ring import FrameRingWriter, collect_dead_rings, deep_capacity, segment_name

GOLDEN = json.loads((Path(__file__).parents[2] / "proto/fixtures/frame-ring.golden.json").read_text())


@pytest.fixture
def run_id() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


def test_three_frames_in_a_ring_of_two_slots_are_the_golden_bytes(tmp_path: Path, run_id: str) -> None:
    ring = FrameRingWriter(
        run_id,
        GOLDEN["width"],
        GOLDEN["height"],
        GOLDEN["channels"],
        GOLDEN["capacity"],
        GOLDEN["metadata_size"],
        directory=tmp_path,
    )
    for frame in GOLDEN["frames"]:
        pixels = np.full((GOLDEN["height"], GOLDEN["width"], GOLDEN["channels"]), frame["fill"], np.uint8)
        metrics = (frame["last_reward"], frame["rolling_return"], frame["step_rate_hz"])
        ring.publish(pixels, frame["metadata"].encode(), *metrics)
    assert ring.path.read_bytes().hex() == GOLDEN["bytes_hex"]
    ring.close()


def test_a_ring_is_private_named_after_the_run_and_gone_after_close(run_id: str) -> None:
    ring = FrameRingWriter(f"a/{run_id}", 4, 4)
    path = Path("/dev/shm") / f"mosaic.fastlane.a_{run_id}"
    assert path == ring.path
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("rb") as reader:
        ring.close()
        assert struct.unpack_from("<I", reader.read(), layout.HEADER_FLAGS)[0] == layout.FLAG_INVALIDATED
    assert not path.exists()
    with pytest.raises(FrameRingError, match="ring-closed"):
        ring.publish(np.zeros((4, 4, 3), np.uint8))


def test_metadata_that_is_too_long_is_left_out_and_never_cut(tmp_path: Path, run_id: str) -> None:
    ring = FrameRingWriter(run_id, 1, 1, 3, 1, 4, directory=tmp_path)
    ring.publish(np.zeros((1, 1, 3), np.uint8), b"12345")
    slot = ring.path.read_bytes()[layout.HEADER_BYTES :]
    assert struct.unpack_from("<QII", slot) == (4, 3, 0)
    assert slot[layout.SLOT_FRAME + 3 :] == b"\0\0\0\0"
    ring.close()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (np.zeros((2, 3, 3), np.uint8), "frame-size"),
        (np.zeros((2, 2, 3), np.float32), "frame-format"),
        (np.zeros((2, 2, 2), np.uint8), "frame-format"),
        ([[1]], "frame-format"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused_and_the_ring_keeps_its_head(
    tmp_path: Path, run_id: str, frame: object, code: str
) -> None:
    ring = FrameRingWriter(run_id, 2, 2, directory=tmp_path)
    with pytest.raises(FrameRingError) as caught:
        ring.publish(frame)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert ring.path.read_bytes()[40:48] == bytes(8)
    ring.close()


def test_a_frame_in_column_order_lands_in_row_order(tmp_path: Path, run_id: str) -> None:
    ring = FrameRingWriter(run_id, 3, 2, 1, directory=tmp_path)
    frame = np.asfortranarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
    ring.publish(frame)
    start = layout.HEADER_BYTES + layout.SLOT_FRAME
    assert ring.path.read_bytes()[start : start + 6] == bytes(range(6))
    ring.close()


def test_a_shared_memory_that_is_too_small_turns_the_lane_off_with_one_sentence(
    run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    lane = FrameLane(run_id)
    room = os.statvfs("/dev/shm")
    edge = int((room.f_bavail * room.f_frsize / 8 / 3) ** 0.5) + 2_000
    frame = np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), (edge, edge, 3), (0, 0, 0))
    if 16 + edge * edge * 3 + 256 >= 1 << 32:
        pytest.skip("the shared memory here is larger than the largest ring")
    for _ in range(3):
        assert lane.publish(frame, b"{}", 0.0, 0.0, 0.0) is False
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert lane.off_reason is not None
    assert "MB of /dev/shm;" in lane.off_reason
    assert "training and telemetry go on" in lane.off_reason
    assert not list(Path("/dev/shm").glob(f"*{run_id}*"))


def test_a_ring_whose_every_frame_is_wanted_is_deep_within_its_bound(run_id: str) -> None:
    assert deep_capacity(48_000_000) == 8
    for shape, slots in (((10, 10, 3), 128), ((400, 600, 3), 93)):
        lane = FrameLane(run_id, is_deep=True)
        assert lane.publish(np.zeros(shape, np.uint8), b"{}", 0.0, 0.0, 0.0)
        header = (Path("/dev/shm") / segment_name(run_id)).open("rb").read(80)
        lane.close()
        room = os.statvfs("/dev/shm")
        quarter = room.f_bavail * room.f_frsize // 4
        wanted = slots if quarter > 64 << 20 else max(8, min(slots, quarter // (math.prod(shape) + 272)))
        assert struct.unpack_from("<I", header, layout.HEADER_CAPACITY)[0] == wanted


def test_a_new_frame_size_makes_a_new_ring_under_the_same_name(run_id: str) -> None:
    lane = FrameLane(run_id)
    path = Path("/dev/shm") / segment_name(run_id)
    assert lane.publish(np.zeros((4, 4, 3), np.uint8), b"{}", 0.0, 0.0, 0.0)
    with path.open("rb") as first:
        assert lane.publish(np.zeros((8, 6, 3), np.uint8), b"{}", 0.0, 0.0, 0.0)
        assert struct.unpack_from("<I", first.read(80), layout.HEADER_FLAGS)[0] == layout.FLAG_INVALIDATED
    assert struct.unpack_from("<II", path.read_bytes(), layout.HEADER_WIDTH) == (6, 8)
    lane.close()
    assert not path.exists()


def test_a_second_writer_of_the_same_ring_is_refused_while_the_first_lives(run_id: str) -> None:
    with FrameRingWriter(run_id, 4, 4) as first:
        with pytest.raises(FrameRingError, match="ring-taken"):
            FrameRingWriter(run_id, 4, 4)
        assert first.publish(np.zeros((4, 4, 3), np.uint8)) == 1


def test_the_ring_of_a_killed_writer_is_collected_and_a_living_one_is_not(run_id: str) -> None:
    program = (
        "import sys; from duallane.frame_ring import FrameRingWriter\n"
        f"ring = FrameRingWriter({run_id!r}, 4, 4); print('up', flush=True); sys.stdin.read()"
    )
    writer = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "up\n"
    assert segment_name(run_id) not in collect_dead_rings()
    assert (Path("/dev/shm") / segment_name(run_id)).exists()
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert segment_name(run_id) in collect_dead_rings()
    assert not (Path("/dev/shm") / segment_name(run_id)).exists()


def test_a_ring_that_another_language_has_open_for_writing_is_not_collected(run_id: str) -> None:
    path = Path("/dev/shm") / segment_name(run_id)
    with path.open("wb") as foreign:
        foreign.write(b"FLAN")
        foreign.flush()
        assert segment_name(run_id) not in collect_dead_rings()
    assert segment_name(run_id) in collect_dead_rings()


def test_slot_metadata_is_strict_json_even_for_a_reward_that_is_not_a_number() -> None:
    fields = json.loads(frame_metadata(3, 14, 'a"b', float("nan"), float("inf")), parse_constant=pytest.fail)
    assert (fields["episode"], fields["step"], fields["agent"], fields["reward"], fields["return"]) == (
        3, 14, 'a"b', None, None,
    )  # fmt: skip
