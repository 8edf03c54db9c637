"""The registry in force, for who must know when it changes."""

import threading

from energy.errors import UnreachableError
from energy.registry import Registry
from jieneng.kept_registry import KeptRegistry
from storage.records import registry as registry_records
from storage.records.book import Records


class RegistryWatch:
    """The registry in force, read again when its number has changed.

    Args:
        records: Where it is at rest.
        kept: Where it is kept beside, to begin with when the records do not answer.
    """

    def __init__(self, records: Records, kept: KeptRegistry | None = None) -> None:
        self._records = records
        self._kept = kept
        self._lock = threading.Lock()
        self._registry: Registry | None = None

    def __call__(self) -> Registry:
        """Return the newest registry that the records gave; a poll, cheap when nothing changed."""
        with self._lock:
            try:
                self._registry = self._newest(self._registry)
            except UnreachableError as error:
                if self._registry is not None or self._kept is None:
                    raise
                self._registry = self._kept.instead_of_records(error)
            return self._registry

    def _newest(self, known: Registry | None) -> Registry:
        with self._records.reading() as session:
            if known is not None and known.number == registry_records.number(session):
                return known
            registry = registry_records.load(session)
        if self._kept is not None:
            self._kept.keep(registry)
        return registry
