"""Every figure of accuracy: `make bench-accuracy`, with JIENENG_DATA naming the folder of the data.

Prints JSON lines; see the modules beside it and docs/benchmarks.md, Accuracy.
"""

import sys
from itertools import chain

from benchmarks.accuracy import cambridge, faults, illinois, lead
from benchmarks.accuracy.data import print_rows

if __name__ == "__main__":
    every = chain(cambridge.rows(), illinois.rows(), lead.rows(), faults.rows())
    sys.exit(print_rows(every))
