"""The spool keeps order and bounds whatever the daemon and the disk do."""

from __future__ import annotations

from pathlib import Path

import pytest

from duallane._contract import duallane_pb2 as pb
from duallane.spool import Spool, left_batches, lock_directory, read_batches, write_batches

STEPS = pb.BATCH_KIND_STEPS


def drain(spool: Spool) -> list[bytes]:
    """Sends and acknowledges one batch after the other; returns what was sent."""
    sent = []
    while (batch := spool.after(spool.acknowledged)) is not None:
        sent.append(batch.arrow_ipc)
        spool.acknowledge(batch.batch_sequence)
    return sent


def test_batches_beyond_the_bound_go_to_disk_and_leave_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "r", "w", memory_bytes=100)
    bodies = [bytes([i]) * 40 for i in range(20)]
    for body in bodies:
        assert spool.append(STEPS, 2, body)
    assert spool.pending_rows == 40
    assert sorted(tmp_path.glob("*/*.batches"))
    assert drain(spool) == bodies
    assert spool.pending_rows == 0
    assert not list(tmp_path.glob("*/*.batches"))
    assert spool.leave()
    assert not list(tmp_path.iterdir())


def test_a_reconnect_sends_everything_unacknowledged_again_from_memory_and_from_disk(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "r", "w", memory_bytes=100)
    for i in range(10):
        spool.append(STEPS, 1, bytes([i]) * 40)
    sequence = 0
    while (batch := spool.after(sequence)) is not None:  # all that may be on its way at once
        sequence = batch.batch_sequence
    assert sequence >= 2
    spool.acknowledge(1)
    assert drain(spool) == [bytes([i]) * 40 for i in range(1, 10)]


def test_batches_that_come_while_a_file_is_being_read_back_are_not_lost(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "r", "w", memory_bytes=100)
    bodies = [bytes([i]) * 40 for i in range(30)]
    for body in bodies[:10]:
        spool.append(STEPS, 1, body)
    sent = []
    for body in bodies[10:]:
        batch = spool.after(spool.acknowledged)
        assert batch is not None
        sent.append(batch.arrow_ipc)
        spool.acknowledge(batch.batch_sequence)
        spool.append(STEPS, 1, body)
    assert sent + drain(spool) == bodies


def test_what_is_left_at_the_end_can_be_read_by_the_next_in_order_and_with_its_key(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "r", "w", memory_bytes=100)
    for i in range(8):
        spool.append(STEPS, 1, bytes([i]) * 40)
    spool.acknowledge(1)
    assert not spool.leave()
    left = list(left_batches(spool.directory))
    assert [b.batch_sequence for b in left] == list(range(2, 9))
    assert {(b.run_id, b.worker_id, b.writer_session) for b in left} == {("r", "w", spool.session)}
    assert [b.arrow_ipc for b in left] == [bytes([i]) * 40 for i in range(1, 8)]


def test_a_living_writers_directory_cannot_be_claimed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "r", "w", memory_bytes=10)
    spool.append(STEPS, 1, b"a" * 20)
    spool.append(STEPS, 1, b"b" * 20)
    with pytest.raises(BlockingIOError):
        lock_directory(spool.directory)
    spool.leave()
    lock_directory(spool.directory)


def test_reading_stops_at_a_torn_record_and_keeps_what_is_before_it(tmp_path: Path) -> None:
    path = tmp_path / "x.batches"
    write_batches(path, [pb.Batch(batch_sequence=1, arrow_ipc=b"a"), pb.Batch(batch_sequence=2, arrow_ipc=b"b")])
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        assert [b.batch_sequence for b in read_batches(path)] == ([1] if cut >= len(whole) // 2 else [])
    flipped = bytearray(whole)
    flipped[-1] ^= 1
    path.write_bytes(flipped)
    assert [b.batch_sequence for b in read_batches(path)] == [1]


def test_a_disk_that_takes_nothing_costs_no_row_until_memory_is_twice_full(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "a-file"
    root.write_text("no directory can be made under a file")
    spool = Spool(root, "r", "w", memory_bytes=100)
    taken = [spool.append(STEPS, 3, bytes([i]) * 40) for i in range(8)]
    assert taken == [True] * 5 + [False] * 3
    assert spool.lost_rows == 9
    assert len(caplog.records) == 1
    assert drain(spool) == [bytes([i]) * 40 for i in range(5)]
    assert spool.append(STEPS, 1, b"again")
    assert drain(spool) == [b"again"]
