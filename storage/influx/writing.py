"""The part of influxdb-client that writes, loaded without the rest of that library.

Whoever imports a module of it runs the initialisers of its packages first, which load 540 modules:
15 MiB in a collector that may take 100 MB, and a third of a second at each start. A write takes
fifteen of them. Those are loaded here, the library's own, while its packages stand empty; then they
are taken away again, so that whoever else imports the library gets it whole.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any, NamedTuple

_LIBRARY = "influxdb_client"
_EMPTY = (_LIBRARY, f"{_LIBRARY}.client", f"{_LIBRARY}.domain", f"{_LIBRARY}.service")
"""Packages that are needed for the modules in them, not for what their initialisers gather."""
_IN_ROOT = {
    "SigninService": "service.signin_service",
    "SignoutService": "service.signout_service",
    "VERSION": "version",
}
"""What the modules that write import from the library itself, and where it comes from."""
_LOCK = threading.Lock()


class Writing(NamedTuple):
    """What writes to one server.

    Attributes:
        service: A WriteService of the library.
        client: Its ApiClient, which holds the connections.
        refusal: Its ApiException, raised where the server refuses.
    """

    service: Any
    client: Any
    refusal: Any

    def close(self) -> None:
        """Let go of the connections."""
        self.client.rest_client.pool_manager.clear()


def writing_to(url: str, *, token: str, timeout_s: float) -> Writing:
    """Return what writes to a server, a body a call.

    Args:
        url: Where it is, without a slash at the end.
        token: What it lets us in by; "" for none.
        timeout_s: How long an answer may take [s].
    """
    with _LOCK, _in_place_of_library(_modules()):
        configuration = _part("configuration").Configuration()
        configuration.host, configuration.timeout = url, round(timeout_s * 1000)
        header = ("Authorization", f"Token {token}") if token else ()
        client = _part("_sync.api_client").ApiClient(configuration, *header)
        service = _part("service.write_service").WriteService(client)
        return Writing(service, client, _part("rest").ApiException)


@cache
def _modules() -> dict[str, ModuleType]:
    """Return what writing takes of the library, by name."""
    with _in_place_of_library({}):
        for name in _EMPTY:
            spec = find_spec(name)
            if spec is None:
                raise ModuleNotFoundError(name=name)
            sys.modules[name] = module_from_spec(spec)
        for name, module in _IN_ROOT.items():
            setattr(sys.modules[_LIBRARY], name, getattr(_part(module), name))
        for module in ("configuration", "rest", "_sync.api_client", "service.write_service"):
            _part(module)
        return _loaded()


def _part(name: str) -> Any:  # noqa: ANN401 - the library tells no types
    return import_module(f"{_LIBRARY}.{name}")


def _loaded() -> dict[str, ModuleType]:
    return {
        name: module for name, module in sys.modules.items() if name.partition(".")[0] == _LIBRARY
    }


@contextmanager
def _in_place_of_library(modules: dict[str, ModuleType]) -> Iterator[None]:
    """Have these modules stand for the library while the block runs, then what did before."""
    before = _loaded()
    _put(before, modules)
    try:
        yield
    finally:
        _put(_loaded(), before)


def _put(gone: dict[str, ModuleType], come: dict[str, ModuleType]) -> None:
    for name in gone:
        del sys.modules[name]
    sys.modules.update(come)
