"""README.md: complete, up to date, and the same words that CI runs."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
import readme

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def commands():
    return re.findall(r"^```sh\n(.*?)\n```$", TEXT, flags=re.MULTILINE | re.DOTALL)


def test_exactly_two_commands():
    start, test = commands()
    assert TEXT.count("```") == 4
    assert start.endswith("python -m jupyterlab notebooks/00-start-here.ipynb")
    assert test.endswith("python -m pytest")


@pytest.mark.parametrize("command", commands())
def test_a_command_installs_and_runs_in_one_line(command):
    found = re.fullmatch(
        r"python -m pip install -r (\S+) && python -m \w+( \S+)?", command
    )
    assert (ROOT / found[1]).is_file()
    assert found[2] is None or (ROOT / found[2].strip()).is_file()


def test_ci_reads_the_test_command_from_here():
    script = (ROOT / ".ci/test").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "-m pytest" not in script


def test_generated_parts_are_up_to_date():
    assert readme.render(TEXT) == TEXT, "run python tools/execute.py"


@pytest.mark.parametrize("name", ["badges", "gallery", "hub"])
def test_a_stale_part_is_made_anew(name):
    stale = re.sub(
        f"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", r"\1\2", TEXT, flags=re.S
    )
    assert stale != TEXT
    assert readme.render(stale) == TEXT


@pytest.mark.parametrize("marker", ["<!-- gallery:begin -->", "<!-- badges:end -->"])
def test_a_missing_or_doubled_marker_is_named(marker):
    for broken in [TEXT.replace(marker, ""), TEXT.replace(marker, marker * 2)]:
        with pytest.raises(ValueError, match=marker):
            readme.render(broken)


def test_every_launch_link_follows_the_one_address(tmp_path, monkeypatch):
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    moved = re.sub(
        r'"https://github\.com/.*"', '"https://github.com/someone/else"', settings
    )
    (tmp_path / "pyproject.toml").write_text(moved, encoding="utf-8")
    repository = readme.repository()
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    assert f"/gh/{repository}/" in TEXT
    rendered = readme.render(TEXT)
    assert "/gh/someone/else/" in rendered
    for address in (repository, quote(repository, safe="")):
        assert address in TEXT
        assert address not in rendered


def test_every_notebook_can_be_run_from_its_row():
    rows = [line for line in TEXT.splitlines() if re.match(r"\| \[.*\.ipynb\)", line)]
    assert len(rows) == len(list((ROOT / "notebooks").glob("*.ipynb")))
    for row in rows:
        stem = re.search(r"\(notebooks/(.*?)\.ipynb\)", row)[1]
        links = re.findall(r"\[!\[(.+?) on (\w+)\]\(\S+\)\]\((\S+)\)", row)
        assert [place for _, place, _ in links] == ["Binder", "Colab"]
        assert all(link.endswith(f"/notebooks/{stem}.ipynb") for *_, link in links)


@pytest.mark.parametrize(
    "address", ["https://example.org/a/b", "https://github.com/a", "actlib"]
)
def test_a_bad_address_is_refused(address, tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(
        f'[project.urls]\nRepository = "{address}"\n'
    )
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=re.escape(address)):
        readme.repository()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_local_links_lead_somewhere(page):
    links = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith("https://")]
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_headings_are_in_order(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    levels = [len(mark) for mark in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}


def test_pictures_have_alt_text():
    alts = re.findall(r"!\[(.*?)\]\(notebooks/overview\.svg\)", TEXT)
    assert len(alts) == 1
    assert len(alts[0]) >= 40
    assert "![](" not in TEXT
