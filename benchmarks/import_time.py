"""Print how long `import actlib` takes beside the libraries that it cannot do without.

Both run in fresh processes, turn by turn, so that a busy machine slows both alike.

    python benchmarks/import_time.py
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from test_import import LIBRARIES

ROUNDS = 11


def seconds(statement):
    """Return what a fresh interpreter takes to start, run `statement` and end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main():
    # The first import writes and reads files that later ones find cached.
    seconds("import actlib")
    rounds = [(seconds("import actlib"), seconds(LIBRARIES)) for _ in range(ROUNDS)]
    actlib, libraries = map(statistics.median, zip(*rounds, strict=True))
    print(f"{libraries:.2f} s  {LIBRARIES}")
    print(f"{actlib:.2f} s  import actlib")
    print(f"{actlib / libraries:.2f}    ratio of the medians of {ROUNDS} runs each")


if __name__ == "__main__":
    main()
