"""The changes of a building in a scenario file: ``[[change]]``."""

from simulators.scenario import CHANGES, MEASURES, Change
from simulators.scenario_files.toml_dates import TomlDates
from simulators.scenario_files.toml_mistakes import Found

_KEYS = {"kind", "meter", "from_day", "from", "done_day", "done", "strength"}


def change_of(reader: TomlDates, entry: Found, place: str) -> Change:
    """Return what an entry says; what is wrong is told to the reader."""
    reader.known(entry, _KEYS, place)
    kind = reader.word(entry, "kind", place, CHANGES)
    begins = reader.when(entry, place, ("from_day", "from"), 0.0)
    done = reader.when(entry, place, ("done_day", "done"), begins)
    if done < begins:
        reader.wrong(
            f"{place}.done",
            "完工不得早于开工（from）。",
            "the works cannot be done before they begin, at from.",
        )
    strength = reader.number(entry, "strength", place, 0.0)
    if kind in MEASURES and not 0 < strength <= 1:
        reader.wrong(
            f"{place}.strength",
            f"{strength:g} 不是节约的比例：应大于 0，至多 1。",
            f"{strength:g} is no share that is saved: above 0, and 1 at the most.",
        )
    elif not strength:
        reader.wrong(f"{place}.strength", "应大于 0。", "it must be above 0.")
    return Change(kind, str(entry.get("meter", "")), begins, done, strength)
