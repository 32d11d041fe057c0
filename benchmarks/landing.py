"""Measure how soon the landing page moves and what it sends; judge nothing.

python tools/website.py
python benchmarks/landing.py
"""

import os
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "site"
sys.path.insert(0, str(ROOT / "tools"))
import slides  # noqa: E402

RUNS = 5
# Whether a slider moves its curve; made to be asked until it does.
MOVED = """() => {
    const slider = document.querySelector(".actlib-explorer input");
    if (!slider) return false;
    const curve = () => document.querySelector(".actlib-explorer > svg").innerHTML;
    const before = curve();
    slider.value = slider.min;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    return curve() !== before;
}"""


class Counting(SimpleHTTPRequestHandler):
    """Serves files, and keeps count of their bytes."""

    sent = 0

    def copyfile(self, source, target):
        Counting.sent += os.fstat(source.fileno()).st_size
        super().copyfile(source, target)

    def log_message(self, *arguments):
        pass


def serve(folder):
    """Serve a folder on loopback; the server's address."""
    handler = partial(Counting, directory=folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def measured(browser, action, runs=RUNS):
    """The median seconds and bytes of some runs, each with an empty cache."""
    seconds, sent = [], []
    for _ in range(runs):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(180_000)
        page = context.new_page()
        Counting.sent, start = 0, time.perf_counter()
        action(page)
        seconds.append(time.perf_counter() - start)
        page.wait_for_load_state("networkidle")  # pictures below may still come
        sent.append(Counting.sent)
        context.close()
    return f"{median(seconds):6.2f} s {median(sent) / 1e6:6.3f} MB"


def until_it_moves(address, page):
    page.goto(address, wait_until="commit")
    page.wait_for_function(MOVED)


def main():
    if not (SITE / "index.html").is_file():
        sys.exit(f"{SITE} is not there: run python tools/website.py")
    address = serve(SITE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=slides.chromium(), args=["--no-sandbox"]
        )
        print("from nothing to a slider that moves")
        for name in ["index", *sorted(f"read/{p.stem}" for p in SITE.glob("read/*"))]:
            action = partial(until_it_moves, f"{address}/{name}.html")
            print(f"{name:<24} {measured(browser, action)}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
