"""Measure a class on one JupyterHub: waiting, and memory for each student.

python benchmarks/hub.py        4 students
python benchmarks/hub.py 8      8 of them

All open the README's link at once, and run a notebook. The hub, its proxy and the
students' browser run here, on loopback, in a temporary folder; pip and npm fetch what
the hub needs. The browser's memory does not count: it is the students' own.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import nbformat
import psutil
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "tests" / "browser")]
from conftest import FLAGS, SETTINGS  # noqa: E402
from environments import Environment  # noqa: E402
from execute import code_cells  # noqa: E402
from readme import hub, repository  # noqa: E402
from slides import NO_BROWSER, chromium  # noqa: E402
from test_jupyterlab import ERRORS, FINISHED, READY  # noqa: E402

PACKAGES = ["jupyterhub==6.1.1", "nbgitpuller==1.3.0"]
PROXY = "configurable-http-proxy@5.3.0"
# The link leads to the first notebook; this one draws and computes as much as most.
FIRST, NOTEBOOK = "00-start-here", "20-relu"
PATIENCE = 600  # seconds
CONFIGURATION = """
c.JupyterHub.bind_url = "http://127.0.0.1:{}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{}"
c.ConfigurableHTTPProxy.command = ["{folder}/node/node_modules/.bin/{proxy}"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
"""


def repository_to_pull(folder):
    """Clone the repository; its notebook has not been run yet. Return the cells."""
    clone = folder / repository().split("/")[1]
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    path = clone / "notebooks" / f"{NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cells = code_cells(notebook)
    for cell in cells:
        cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)
    author = ["-c", "user.name=benchmark", "-c", "user.email=benchmark"]
    commit = ["git", *author, "commit", "--quiet", "-a", "-m", "Nothing is run yet"]
    subprocess.run(commit, cwd=clone, check=True)
    return clone, cells


def installed(folder, clone):
    """An environment with the hub, its proxy and what the README says it needs."""
    npm = shutil.which("npm") or sys.exit(
        "npm is needed: the hub's proxy comes with it"
    )
    environment = Environment(folder / "venv")
    environment.install(*PACKAGES, "-r", "requirements.txt", cwd=clone)
    options = ["--silent", "--no-fund", "--no-audit", "--prefix", folder / "node"]
    subprocess.run([npm, "install", *options, PROXY], check=True)
    settings = folder / "venv/share/jupyter/lab/settings/overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(SETTINGS))
    return environment


def free_ports(count):
    """Ports that nobody uses."""
    sockets = [socket.socket() for _ in range(count)]
    for free in sockets:
        free.bind(("127.0.0.1", 0))
    ports = [free.getsockname()[1] for free in sockets]
    for free in sockets:
        free.close()
    return ports


@contextmanager
def running(folder, environment):
    """A hub that runs; its address and process."""
    ports = free_ports(3)
    proxy = PROXY.partition("@")[0]
    (folder / "homes").mkdir()
    (folder / "jupyterhub_config.py").write_text(
        CONFIGURATION.format(*ports, folder=folder, proxy=proxy, patience=PATIENCE)
    )
    # The hub finds the students' servers by the path, they find nothing of this user's.
    path = f"{environment.programs}{os.pathsep}{os.environ['PATH']}"
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))
    }
    address = f"http://127.0.0.1:{ports[0]}"
    with open(folder / "log", "w") as log:
        hub = subprocess.Popen(
            [environment.programs / "jupyterhub"],
            **{"cwd": folder, "env": kept | {"PATH": path}},
            **{"stdout": log, "stderr": subprocess.STDOUT},
        )
    try:
        for _ in range(240):
            try:
                urlopen(f"{address}/hub/health").close()
                break
            except URLError:
                time.sleep(0.5)
        else:
            sys.exit(f"the hub did not start:\n{(folder / 'log').read_text()[-3000:]}")
        yield address, psutil.Process(hub.pid)
    finally:
        left = psutil.Process(hub.pid).children(recursive=True)
        hub.terminate()
        hub.wait(timeout=60)
        # The simple spawner leaves the students' servers running.
        for process in left:
            if process.is_running():
                process.terminate()
        psutil.wait_procs(left, timeout=30)


def link(address, clone):
    """The README's link, to this hub, this clone and the notebook that is run."""
    changes = {
        "`": "",
        "https://<your hub>": address,
        quote(f"https://github.com/{repository()}", safe=""): quote(
            str(clone), safe=""
        ),
        FIRST: NOTEBOOK,
    }
    text = hub()
    for old, new in changes.items():
        if old not in text:
            sys.exit(f"the README's link has changed: there is no {old} in {text}")
        text = text.replace(old, new)
    return text


def visit(page, number, address):
    """Open the link and log in."""
    page.goto(address)
    page.fill("input[name=username]", f"student-{number}")
    page.locator("input[type=submit]").click(no_wait_after=True)


def run(page):
    """Have the notebook run."""
    page.locator(".jp-NotebookPanel-toolbar" + READY).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def finish(page, cells):
    """Wait until the notebook has run; the errors that it shows."""
    prompts = [
        "" if cell.metadata.get("jupyter", {}).get("source_hidden") else f"[{count}]:"
        for count, cell in enumerate(cells, 1)
    ]
    page.wait_for_function(FINISHED, arg=[prompts, ERRORS])
    return page.locator(ERRORS).all_inner_texts()


def report_memory(what, processes):
    """Print the mean memory of processes of a kind.

    Pages that several of them use count once in a share, and each time in all of it,
    as in containers, which have nothing in common.
    """
    sizes = [process.memory_full_info() for process in processes]
    share = mean(size.pss for size in sizes) / 1e6
    whole = mean(size.rss for size in sizes) / 1e6
    print(
        f"{what} ({len(sizes)} of them): {share:.0f} MB as its share, {whole:.0f} MB in all"
    )


def measure(students, folder):
    """Print what a class of students waits for and takes."""
    clone, cells = repository_to_pull(folder)
    environment = installed(folder, clone)
    with (
        running(folder, environment) as (address, hub_process),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        pages = []
        for _ in range(students):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.set_default_timeout(PATIENCE * 1000)
            pages.append(context.new_page())
        start = time.perf_counter()
        for number, page in enumerate(pages, 1):
            visit(page, number, link(address, clone))
        for page in pages:
            page.locator(".jp-NotebookPanel-toolbar" + READY).wait_for()
        opened = time.perf_counter() - start
        for page in pages:
            run(page)
        errors = [error for page in pages for error in finish(page, cells)]
        done = time.perf_counter() - start
        print(f"{students} students, {os.cpu_count()} cores, {NOTEBOOK}")
        print(
            f"all have it open after {opened:.0f} s, and have run it after {done:.0f} s"
        )
        below = hub_process.children(recursive=True)
        commands = {process: " ".join(process.cmdline()) for process in below}
        for what, mark in [
            ("server", "jupyterhub-singleuser"),
            ("kernel", "ipykernel"),
        ]:
            found = [process for process, text in commands.items() if mark in text]
            report_memory(what, found)
        print("errors shown:", *errors or ["none"], sep="\n")
        browser.close()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("students", nargs="?", type=int, default=4)
    students = parser.parse_args().students
    if students < 1:
        parser.error("at least one student")
    if chromium() is None:
        parser.error(NO_BROWSER)
    with TemporaryDirectory() as folder:
        measure(students, Path(folder))


if __name__ == "__main__":
    main()
