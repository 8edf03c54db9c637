"""Publishes the records of PACED at their pace, in a process of its own: pacer.py URL."""

import sys
import threading
import time

from benchmarks.workload import PACE, PACED, TOPIC, bodies
from simulators.speech.publish import Publisher

AT_ONCE = 10
"""Messages between two looks at the clock."""


def main() -> None:
    """Publish everything, then leave."""
    never = threading.Event()
    with Publisher(sys.argv[1], client_id="bench-pacer", window=2000) as publisher:
        began = time.monotonic()
        for number, body in enumerate(bodies(PACED)):
            if number % AT_ONCE == 0:
                time.sleep(max(0.0, began + number / PACE - time.monotonic()))
            publisher.publish(TOPIC, body, stop=never)
        publisher.drain(stop=never)


if __name__ == "__main__":
    main()
