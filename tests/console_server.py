"""Serves an application on a free port of this machine while a block runs."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

PATIENCE_S = 30.0


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Yield the address of an application that answers until the block ends."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [line]})
        thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while not server.started:
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.02)
        yield f"http://127.0.0.1:{line.getsockname()[1]}"
        server.should_exit = True
        thread.join()
