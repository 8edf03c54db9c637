"""Every figure of accuracy: `make bench-accuracy`, with JIENENG_DATA naming the folder of the data.

Prints JSON lines; see the modules beside it and docs/benchmarks.md, Accuracy.
"""

import json

from benchmarks.accuracy import cambridge, faults, illinois, lead


def main() -> None:
    """Print every row."""
    for rows in (cambridge.rows, illinois.rows, lead.rows, faults.rows):
        for row in rows():
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
