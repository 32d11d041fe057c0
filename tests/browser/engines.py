"""Firefox and WebKit behind one plain interface, for tests of pages on this disk.

with engines.firefox() as browser:  # or engines.webkit()
    browser.open(path)
    browser.press("ArrowRight")
    browser.drag("input[type=range]", 0.2, 0.8)
    assert browser.evaluate("document.title") == "A page"
    assert browser.errors() == []

Both are told by messages what to do. Firefox takes WebDriver BiDi, JSON through a
WebSocket. WebKit takes its elder, WebDriver, which Selenium speaks. Keys and mouse have
the same form in both.
"""

import json
import os
import re
import shutil
import subprocess
import time
from base64 import b64decode
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from selenium.webdriver import Remote
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from websockets.sync.client import connect

INSTALL = "on Debian: apt-get install -y --no-install-recommends"
# WebDriver's characters for keys that write none.
ARROWS = {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014"}
KEYS = {"End": "\ue010", "Home": "\ue011", **ARROWS}
# WebKit's console tells nobody of errors, and neither browser of files that a page asks
# for and cannot have: a page keeps its own list.
HOOK = """<script>
globalThis.complaints = [];
addEventListener("error", ({ message, target }) => {
  complaints.push(message ?? `cannot load ${target.src ?? target.href}`);
}, true);
addEventListener("unhandledrejection", ({ reason }) => complaints.push(`${reason}`));
console.error = (...words) => complaints.push(words.join(" "));
</script>"""
RECTANGLE = """(() => {
  const node = document.querySelector(%s);
  node.scrollIntoView({ block: "center", behavior: "instant" });
  const { x, y, width, height } = node.getBoundingClientRect();
  return [x, y, width, height];
})()"""


class MissingBrowserError(Exception):
    """Says how to get the browser."""


def hook(folder):
    """Let every page of a folder keep a list of what goes wrong in it."""
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "</title>" in text, f"{page} has no title to put the hook after"
        text = text.replace("</title>", f"</title>{HOOK}", 1)
        page.write_text(text, encoding="utf-8")


def wait_until(condition, problem, seconds=30):
    """Ask again and again until the answer is true; return it."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > end:
            raise TimeoutError(problem())
        time.sleep(0.02)
    return answer


@contextmanager
def running(*command, **options):
    """Run a program as long as it is needed."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.terminate()


class Browser:
    """What a test can do in both browsers.

    How, a subclass says: `visit` an address, `run` JavaScript that promises a text,
    `perform` actions of keyboard or mouse, `resize` the page (in pixels), and save a
    `screenshot` of what is in view.
    """

    def open(self, path, fragment=""):
        """Open a file, and wait until it is loaded, with its fonts."""
        self.visit("about:blank")  # another fragment alone would load nothing
        self.visit(path.as_uri() + fragment)
        self.wait("document.fonts.status === 'loaded'")

    def evaluate(self, expression):
        """Return the value of JavaScript, or of its promise, as JSON can tell it."""
        promise = f"Promise.resolve({expression})"
        return json.loads(self.run(f"{promise}.then((v) => JSON.stringify(v ?? null))"))

    def wait(self, expression):
        """Wait until JavaScript is true."""
        wait_until(
            lambda: self.evaluate(f"Boolean({expression})"),
            lambda: f"it stays false: {expression}; errors: {self.errors()}",
        )

    def press(self, key):
        """Press and release a key of KEYS."""
        steps = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
        self.perform({"type": "key", "id": "keyboard", "actions": steps})

    def drag(self, selector, start, end):
        """Drag by mouse from one share of an element's width to another; or click."""
        x, y, width, height = self.evaluate(RECTANGLE % json.dumps(selector))
        first, *others = (
            {
                "type": "pointerMove",
                "x": round(x + share * width),
                "y": round(y + height / 2),
            }
            for share in (start, (start + end) / 2, end)
        )
        down, up = ({"type": f"pointer{way}", "button": 0} for way in ("Down", "Up"))
        steps = [first, down, *others, up]
        self.perform({"type": "pointer", "id": "mouse", "actions": steps})

    def errors(self):
        """Return what has gone wrong in a page with the HOOK."""
        return self.evaluate("globalThis.complaints")


class Firefox(Browser):
    """Firefox at the other end of a WebSocket."""

    def __init__(self, socket):
        self.socket, self.count, self.console = socket, 0, []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        # Where pages are shown, and Firefox's own window around it.
        self.page, self.window = map(self.context, ("content", "chrome"))

    def send(self, method, **parameters):
        """Send a command; return the result in the answer, which has its number."""
        self.count += 1
        command = {"id": self.count, "method": method, "params": parameters}
        self.socket.send(json.dumps(command))
        while (answer := json.loads(self.socket.recv(60))).get("id") != self.count:
            if answer["method"] == "log.entryAdded":
                self.console.append(answer["params"])
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def context(self, scope):
        tree = self.send("browsingContext.getTree", **{"moz:scope": scope})
        return tree["contexts"][0]["context"]

    def browse(self, method, **parameters):
        return self.send(f"browsingContext.{method}", context=self.page, **parameters)

    def visit(self, address):
        self.console.clear()
        self.browse("navigate", url=address, wait="complete")

    def run(self, expression, context=None):
        where = {"target": {"context": context or self.page}, "awaitPromise": True}
        answer = self.send("script.evaluate", expression=expression, **where)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def perform(self, actions):
        self.send("input.performActions", context=self.page, actions=[actions])

    def resize(self, width, height, zoom=1):
        """Give the page so many pixels; a zoomed one has fewer and larger ones."""
        size = {"width": width // zoom, "height": height // zoom}
        self.browse("setViewport", viewport=size, devicePixelRatio=zoom)

    def errors(self):
        kept = super().errors()  # what was said meanwhile comes with this answer
        said = [entry["text"] for entry in self.console if entry["level"] == "error"]
        return kept + said

    def screenshot(self, path):
        path.write_bytes(b64decode(self.browse("captureScreenshot")["data"]))

    def pdf(self, sheets):
        """Return the bytes of a print of some sheets: "1-2"."""
        return b64decode(self.browse("print", pageRanges=[sheets])["data"])

    @contextmanager
    def settings(self, values):
        """Change settings, which about:config lists, for a while."""
        kinds = {bool: "Bool", int: "Int", str: "String"}
        for name, value in values.items():
            method = f"Services.prefs.set{kinds[type(value)]}Pref"
            self.run(f"{method}({json.dumps(name)}, {json.dumps(value)})", self.window)
        yield
        for name in values:
            self.run(f"Services.prefs.clearUserPref({json.dumps(name)})", self.window)


@contextmanager
def firefox():
    """Start Debian's Firefox, without a window, with a profile of its own."""
    program = shutil.which("firefox-esr")
    if program is None:
        raise MissingBrowserError(f"no Firefox found; {INSTALL} firefox-esr")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        log = Path(folder, "log")
        # In a container root's home is often another user's: Firefox would refuse it.
        environment = {**os.environ, "HOME": folder}
        command = [program, "--headless", "--no-remote", "--profile", folder]
        # At any free port. The access is to its window: `settings` wants it.
        command += ["--remote-debugging-port=0", "--remote-allow-system-access"]
        with (
            log.open("w") as output,
            running(*command, env=environment, stdout=output, stderr=output),
        ):
            address = wait_until(
                lambda: re.search(r"listening on (ws:\S+)\s", log.read_text()),
                lambda: f"Firefox did not start:\n{log.read_text()}",
            )
            with connect(f"{address[1]}/session", max_size=None) as socket:
                yield Firefox(socket)


class WebKit(Browser):
    """WebKit at the other end of Selenium."""

    def __init__(self, driver):
        self.driver, self.visit = driver, driver.get

    def run(self, expression):
        return self.driver.execute_script(f"return {expression}")

    def perform(self, actions):
        self.driver.execute(Command.W3C_ACTIONS, {"actions": [actions]})

    def resize(self, width, height):
        self.driver.set_window_size(width, height)  # it answers before it has done so
        self.wait(f"innerWidth === {width} && innerHeight === {height}")

    def screenshot(self, path):
        path.write_bytes(self.driver.get_screenshot_as_png())


@contextmanager
def webkit():
    """Start the small browser of Debian's WebKit, on a screen that nobody sees."""
    program, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    window = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), None)
    if not (program and screen and window):
        raise MissingBrowserError(f"no WebKit found; {INSTALL} webkit2gtk-driver xvfb")
    options = Options()
    options.binary_location = str(window)
    options.add_argument("--automation")
    options.add_argument("--full-screen")  # a window of its own is 447 pixels or wider
    command = [screen, "-displayfd", "1", "-screen", "0", "1920x1080x24"]
    with running(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as xvfb:
        display = f":{xvfb.stdout.readline().decode().strip()}"
        service = Service(program, env={**os.environ, "DISPLAY": display})
        service.start()
        try:
            address = ClientConfig(service.service_url)
            with Remote(RemoteConnection(client_config=address), options=options) as it:
                yield WebKit(it)
        finally:
            service.stop()
