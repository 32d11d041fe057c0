"""A JupyterLab of its own and a headless browser that may only talk to it."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
import slides
from execute import NOTEBOOKS, code_cells
from playwright.sync_api import sync_playwright

ALL = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
# What nbval has run, a browser need not run again to see live figures of one function
# and of several. In the website, where Python itself is slow to come, one notebook
# stands for all. CI runs all in both.
SAMPLE = ["10-logistic", "90-compare"]
RUN_ALL = os.environ.get("ACTLIB_ALL_IN_BROWSER")
RUN_IN_LAB = ALL if RUN_ALL else SAMPLE
RUN_IN_WEBSITE = ALL if RUN_ALL else SAMPLE[:1]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    # Cells out of sight are drawn too, so that a test can look at all of them.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    # Neither ask for news nor look for updates.
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}


def no_browser(words):
    """Skip what a missing browser was to run, or fail where it may not be missing."""
    required = os.environ.get("ACTLIB_BROWSERS_REQUIRED")
    (pytest.fail if required else pytest.skip)(words)


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium or Google Chrome."""
    return slides.chromium() or no_browser(slides.NO_BROWSER)


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory):
    """A JupyterLab on a copy of the notebooks.

    Its `folder` may be added to, `url(name)` opens a notebook.
    """
    home = tmp_path_factory.mktemp("jupyter")
    folder = shutil.copytree(NOTEBOOKS, home / "notebooks")
    for path in folder.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        # Or what is stored would be taken for what has run.
        for cell in code_cells(notebook):
            cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, path)
    settings = home / "config" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    command = [
        *[
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
        ],
        *[
            f"--port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={token}",
        ],
        f"--ServerApp.root_dir={folder}",
        # Ends by itself when the tests are killed.
        "--ServerApp.shutdown_no_activity_timeout=300",
        "--MappingKernelManager.cull_idle_timeout=300",
    ]
    folders = {
        f"JUPYTER_{name.upper()}_DIR": name for name in ("config", "data", "runtime")
    }
    own = {
        key: str(home / name)
        for key, name in (folders | {"IPYTHONDIR": "ipython"}).items()
    }
    with open(home / "log", "w") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **own}, stdout=log, stderr=subprocess.STDOUT
        )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{base}/api/status?token={token}", server, home / "log")
        yield SimpleNamespace(
            folder=folder,
            url=lambda name: f"{base}/lab/tree/{name}.ipynb?reset&token={token}",
        )
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url, server, log):
    """Wait until a server answers."""
    for _ in range(120):
        if server.poll() is not None:
            break
        try:
            with urlopen(url):
                return
        except URLError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def browser(chromium):
    # Not for the session: Playwright keeps an event loop running, which nbclient would
    # stumble on.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Open HTML from disk in a browser that may not ask for anything else."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, offline=True)

    def open_page(body, theme="white", **viewport):
        path = tmp_path / "page.html"
        head = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>'
        )
        text = (
            f'{head}<body style="background: {theme}"><main>{body}</main></body></html>'
        )
        path.write_text(text, encoding="utf-8")
        page = context.new_page()
        if viewport:
            page.set_viewport_size(viewport)
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("requestfailed", lambda request: page.complaints.append(request.url))
        page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
        page.goto(path.as_uri())
        return page

    yield open_page
    context.close()


@pytest.fixture
def page(browser):
    """An empty page.

    `page.complaints` collects script errors, kernel errors, outside requests.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.complaints = []

    def refuse(route):
        page.complaints.append(f"request to {route.request.url}")
        route.abort()

    def hear(message):
        # Also a slider's callback's: it belongs to no cell and is shown nowhere.
        if isinstance(message, bytes) and re.search(rb'"msg_type": ?"error"', message):
            error = re.search(rb'"evalue": ?".*?"', message)
            page.complaints.append(f"kernel error: {error.group().decode()}")

    context.route(re.compile(r"^(?!(https?://127\.0\.0\.1:|data:|blob:))"), refuse)
    page.on("pageerror", lambda error: page.complaints.append(f"page error: {error}"))
    page.on("websocket", lambda channel: channel.on("framereceived", hear))
    yield page
    context.close()
