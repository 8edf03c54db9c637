"""A process of its own: make the hours of a file and print the most memory ever held [MiB]."""

import re
import sys
from pathlib import Path

from benchmarks.ledger.faulty import edges_of, read_parquet
from benchmarks.ledger.ours import hours_by_kernel

KIB_PER_MIB = 1024

if __name__ == "__main__":
    hours_by_kernel(read_parquet(Path(sys.argv[1])), edges_of(int(sys.argv[2])))
    # Not ru_maxrss: that of a child begins with the size of the process that started it.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(int(peak) / KIB_PER_MIB)
