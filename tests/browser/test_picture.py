"""The README's first picture in Chromium, shown as GitHub shows it: as an image."""

import pytest
from conftest import FLAGS
from execute import SLIDER
from playwright.sync_api import sync_playwright


@pytest.fixture(params=[False, True], ids=["motion", "less-motion"])
def look(request, chromium, tmp_path):
    """What an image of the picture looks like after some seconds; whether it may move.

    A page's own emulation of less motion does not reach its images: a flag does.
    """
    less = ["--force-prefers-reduced-motion"] if request.param else []
    html = tmp_path / "page.html"
    html.write_text(f'<img src="{SLIDER.as_uri()}" width="500" alt="">')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=FLAGS + less
        )
        page = browser.new_page()
        page.goto(html.as_uri())

        def look(seconds):
            passed = page.evaluate("performance.now()") / 1000
            page.wait_for_timeout(max(0, seconds - passed) * 1000)
            return page.screenshot()

        yield look, not request.param
        browser.close()


def test_it_moves_once_or_not_at_all(look):
    look, moves = look
    during, end = look(2), look(5.5)
    assert (during != end) == moves
    assert look(7) == end
