"""A collector without threads and what people want of its dead letters; may be killed."""

import json
from pathlib import Path
from typing import cast

import formats
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.refused.letter import Letter
from collector.shipper import Shipper
from collector.taking.intake import Intake
from collector.telling.books import books
from collector.telling.counters import Counters
from collector.telling.letter_desk import LetterDesk
from collector.telling.publisher import DROP, RETRY, LetterRequest
from collector.telling.teller import Teller
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER
from energy.registry import Registry
from jieneng.publisher import RecordsPublisher
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, PANEL, SUB_METER
from tests.fakes import FailingStore, Notebook
from tests.store_promises import ALWAYS

FORMATS = offers(formats, "FORMAT", Format)
T0 = 1_767_225_600
NOW = (T0 + 40 * 3600) * 1000
BEFORE = Registry(number=1)
AFTER = Registry(devices=(PANEL,), meters=(MAIN_METER,), number=2)
BOTH = Registry(devices=(PANEL,), meters=(MAIN_METER, SUB_METER), number=3)


class World:
    """Intake, spool, state, shipper and desk without threads, to be killed and reopened."""

    def __init__(self, folder: Path, *, room: int = 1_000_000, max_bytes: int = 1_000_000) -> None:
        self.folder, self.room, self.max_bytes = folder, room, max_bytes
        self.store, self.notebook = FailingStore(), Notebook()
        self.registry = BEFORE
        self.asked = 0
        self.open()

    def open(self) -> None:
        self.state = State(self.folder / STATE_FILE)
        self.spool = Spool(
            self.folder / SPOOL_FOLDER,
            max_bytes=self.max_bytes,
            shipped=self.state.shipped().position,
            segment_bytes=300,
        )
        self.desk = LetterDesk(self.spool, self.state, max_bytes=self.room)
        self.intake = Intake(
            self.spool, FORMATS, lambda: self.registry, future_ms=0, letters=self.desk.box
        )
        self.shipper = Shipper(
            self.spool, self.state, cast("ReadingStore", self.store), clock=lambda: NOW
        )

    def close(self) -> None:
        self.spool.close()
        self.state.close()

    def kill(self) -> None:
        self.close()
        self.open()

    def take(self, payload: object, *, topic: str = "meters/panel", commit: bool = True) -> None:
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.intake.take(topic, content, retained=False, arrived=NOW)
        if commit:
            assert self.intake.commit()

    def use(self, registry: Registry) -> None:
        self.registry = registry
        self.intake.renew_registry()

    def ship_all(self) -> None:
        while self.shipper.ship_once():
            pass

    def ask(self, action: str, *letters: int) -> None:
        for letter in letters:
            self.asked += 1
            self.notebook.requests.append(LetterRequest(self.asked, letter, action))

    def serve(self) -> list[str]:
        """Carry out requests; return what became of the newest ones."""
        before = len(self.notebook.outcomes)
        self.desk.serve(self.intake, self.notebook)
        return list(self.notebook.outcomes.values())[before:]

    def letters(self) -> list[Letter]:
        return self.state._letters("1 ORDER BY number")

    def counters(self) -> Counters:
        return books(self.state, self.intake)

    def stored(self) -> list[tuple[int, int]]:
        series = self.store.inside.series(REGISTER, "hall_main", ALWAYS)
        return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


def entry(hour: int, **values: float) -> dict[str, object]:
    return {"time": T0 + 3600 * hour, "values": values}


STEPS = (
    *["take", "bad", "both", "retry", "serve"] * 4,
    *["commit", "ship", "drop", "fix", "break", "kill", "lose"] * 2,
)
WALK = 80


def do(world: World, step: str, number: int, serial: int) -> None:
    """Do one step; messages differ by their serial, so that none is said twice."""
    if step in {"take", "bad", "both"}:
        values = {"take": {"ep": serial}, "bad": {"ep": -serial}}.get(
            step, {"ep": serial, "ep_light": serial}
        )
        world.take(entry(number, **values), commit=False)
    elif step in {"retry", "drop"}:
        world.ask(RETRY if step == "retry" else DROP, number)
    elif step == "commit":
        world.intake.commit()
    elif step == "ship":
        world.ship_all()
    elif step == "kill":
        world.intake.forget()  # what is in hand dies with it
        used = world.desk.box.used
        world.kill()
        assert world.desk.box.used == used
    elif step in {"fix", "break"}:
        number = world.registry.number + 1
        meters = (MAIN_METER,) if step == "fix" else ()
        world.use(Registry(devices=(PANEL,), meters=meters, number=number))
    else:
        waiting = list(world.notebook.requests)
        world.serve()
        if step == "lose":
            world.notebook.requests = waiting


def teller_of(
    world: World, publish: Notebook | RecordsPublisher, *, takes_inbox: bool = False
) -> Teller:
    """Return what tells records of a world; nobody has started it yet."""
    return Teller(
        publish,
        world.intake,
        world.state,
        world.desk,
        counters=Counters,
        figures=dict,
        takes_inbox=takes_inbox,
    )
