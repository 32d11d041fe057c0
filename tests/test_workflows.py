"""The workflows of GitHub Actions, and the faults that .ci/run would not let pass."""

import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = Path(".github/workflows")
# The very commands that .ci/run checks workflows by.
CHECKS = {
    line.split()[0]: line
    for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    if line.startswith(("check-jsonschema ", "zizmor "))
}
TOOLS = ["check-jsonschema", "zizmor"]


def complaints(tool, folder):
    """The exit code of a check in a folder, and all that it says."""
    program = shutil.which(tool, path=sysconfig.get_path("scripts"))
    assert program, f"{tool} is not installed in the environment of {sys.executable}"
    arguments = []
    for word in shlex.split(CHECKS[tool])[1:]:
        paths = sorted(map(str, folder.glob(word))) if "*" in word else [word]
        arguments += paths
    done = subprocess.run(
        [program, *arguments], cwd=folder, capture_output=True, encoding="utf-8"
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path):
    """A folder with a copy of the workflows."""
    shutil.copytree(ROOT / WORKFLOWS, tmp_path / WORKFLOWS)
    return tmp_path


@pytest.mark.parametrize("tool", TOOLS)
def test_the_workflows_are_well(tool, copy):
    code, said = complaints(tool, copy)
    assert code == 0, said


FAULTS = [  # tool, workflow, a pattern, what is put in its place, the complaint
    ("check-jsonschema", "check", "    runs-on: ubuntu-24.04\n", "", "runs-on"),
    ("check-jsonschema", "website", "timeout-minutes: 20", "timeout: 20", "timeout"),
    ("zizmor", "check", r"checkout@\w+", "checkout@v7", "unpinned-uses"),
    ("zizmor", "check", "persist-credentials: false", "fetch-depth: 1", "artipacked"),
    ("zizmor", "check", r": \.ci/run", ": ${{ github.head_ref }}", "injection"),
    ("zizmor", "website", "permissions: {}", "permissions: write-all", "permissions"),
    ("zizmor", "website", "pages: write.*", "pages: write", "undocumented"),
]


@pytest.mark.parametrize(("tool", "name", "old", "new", "word"), FAULTS)
def test_a_fault_is_named(tool, name, old, new, word, copy):
    path = copy / WORKFLOWS / f"{name}.yml"
    text = path.read_text(encoding="utf-8")
    broken = re.sub(old, new, text, count=1)
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    code, said = complaints(tool, copy)
    assert code != 0
    assert word in said


def pythons(name):
    """The versions of Python that a workflow runs on."""
    text = (ROOT / WORKFLOWS / name).read_text(encoding="utf-8")
    return set(re.findall(r'"(3\.\d+)"', text))


def test_the_oldest_python_that_is_supported_is_checked():
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest = re.search(r'requires-python = ">=(3\.\d+)"', settings)[1]
    assert oldest in pythons("check.yml")
    assert len(pythons("check.yml")) == 2
    assert pythons("website.yml") <= pythons("check.yml")


def test_all_else_is_checked_by_the_command_of_the_readme():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "\n.ci/test\n" in script
    text = (ROOT / WORKFLOWS / "check.yml").read_text(encoding="utf-8")
    assert re.findall(r"- run: (\.ci/\w+)", text) == [".ci/run", ".ci/test"]
