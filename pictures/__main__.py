"""Draw a week and a year of every simulated load, and the page that shows them: make pictures."""

from pathlib import Path

from pictures.drawn_loads import drawn_loads
from pictures.page import FOLDER, PAGE, page
from pictures.week_and_year import week_picture, year_picture

DOCS = Path(__file__).parent.parent / "docs"


def files() -> dict[str, str]:
    """Return the text of every file below docs/, by its path there."""
    loads = drawn_loads()
    found = {PAGE: page(loads)}
    for drawn in loads:
        found[f"{FOLDER}/{drawn.load.name}_week.svg"] = week_picture(drawn)
        found[f"{FOLDER}/{drawn.load.name}_year.svg"] = year_picture(drawn)
    return found


def main() -> None:
    """Write the files, and take away pictures of loads that are no more."""
    wanted = files()
    folder = DOCS / FOLDER
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.svg"):
        if f"{FOLDER}/{path.name}" not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (DOCS / name).write_text(text, encoding="utf-8")
    size = sum(len(text.encode()) for text in wanted.values())
    print(f"{DOCS / FOLDER}: {len(wanted) - 1} pictures, {size / 1000:,.0f} kB with their page")


if __name__ == "__main__":
    main()
