"""JavaScript without a browser, by the Node.js that Playwright brings along."""

import json
import subprocess

from playwright._impl._driver import compute_driver_executable

# JSON has no nan and no infinities, but Python's reader knows them by these names.
ANSWER = r"""
function answer(value) {
  const named = (_, item) =>
    typeof item === "number" && !Number.isFinite(item) ? `#${item}` : item;
  console.log(JSON.stringify(value, named).replace(/"#(NaN|-?Infinity)"/g, "$1"));
}
"""


def run_javascript(code):
    """Run a JavaScript module and return the value that it gives to `answer`."""
    node, _ = compute_driver_executable()
    command = [str(node), "--input-type=module", "-"]
    done = subprocess.run(
        command, input=code + ANSWER, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
