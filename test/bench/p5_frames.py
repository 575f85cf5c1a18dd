"""Publishes numbered frames at a steady rate: "run_id" at once, the frames that were published at the end, as JSON lines.

python p5_frames.py HOME WIDTH HEIGHT FRAMES_PER_SECOND; ends when its standard input does.
"""

import json
import sys
import threading
import time

import duallane
from p5_picture import move, picture

home, width, height, fps = (
    sys.argv[1],
    int(sys.argv[2]),
    int(sys.argv[3]),
    float(sys.argv[4]),
)
over = threading.Event()


def wait_for_the_end() -> None:
    sys.stdin.read()
    over.set()


threading.Thread(target=wait_for_the_end, daemon=True).start()
with duallane.Run("frames", home=home, frames_per_second=1e6) as run:
    frame = picture(width, height)
    run.log_step(reward=0.0)
    print(json.dumps({"run_id": run.run_id}), flush=True)
    published, began = 0, time.monotonic()
    while not over.is_set():
        move(frame, published)
        published += run.publish_frame(frame, step=published)
        ahead = published / fps - (time.monotonic() - began)
        if ahead > 0:
            time.sleep(ahead)
    seconds = time.monotonic() - began
print(json.dumps({"published": published, "seconds": seconds}), flush=True)
