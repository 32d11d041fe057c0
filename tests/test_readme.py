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


@pytest.mark.parametrize("name", readme.PARTS)
def test_a_stale_part_is_made_anew(name):
    stale = re.sub(
        f"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", r"\1\2", TEXT, flags=re.S
    )
    assert stale != TEXT
    assert readme.render(stale) == TEXT


@pytest.mark.parametrize("marker", ["<!-- gallery:begin -->", "<!-- launch:end -->"])
def test_a_missing_or_doubled_marker_is_named(marker):
    for broken in [TEXT.replace(marker, ""), TEXT.replace(marker, marker * 2)]:
        with pytest.raises(ValueError, match=marker):
            readme.render(broken)


@pytest.fixture
def moved(tmp_path, monkeypatch):
    """Let the repository have another address."""

    def moved(address):
        settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        settings = re.sub(r"(?m)^(Repository = ).*", rf'\1"{address}"', settings)
        (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
        monkeypatch.setattr(readme, "ROOT", tmp_path)

    return moved


def test_every_link_follows_the_one_address(moved):
    repository, website = readme.repository(), readme.website()
    moved("https://github.com/someone/else")
    rendered = readme.render(TEXT)
    assert "/gh/someone/else/" in rendered
    assert "(https://someone.github.io/else/)" in rendered
    for address in (repository, quote(repository, safe=""), website):
        assert address in TEXT
        assert address not in rendered


@pytest.mark.parametrize(
    ("repository", "website"),
    [
        ("someone/else", "https://someone.github.io/else/"),
        # GitHub writes an owner's name small in a host, and a folder as it is.
        ("SomeOne/Else", "https://someone.github.io/Else/"),
        # A repository of the host's name is shown at its root.
        ("someone/someone.github.io", "https://someone.github.io/"),
        ("SomeOne/Someone.GitHub.io", "https://someone.github.io/"),
        ("someone/other.github.io", "https://someone.github.io/other.github.io/"),
    ],
)
def test_the_website_follows_from_the_repository(repository, website, moved):
    moved(f"https://github.com/{repository}")
    assert readme.website() == website


def test_every_notebook_can_be_opened_from_its_row():
    rows = [line for line in TEXT.splitlines() if re.match(r"\| \[.*\.ipynb\)", line)]
    assert len(rows) == len(list((ROOT / "notebooks").glob("*.ipynb")))
    for row in rows:
        stem = re.search(r"\(notebooks/(.*?)\.ipynb\)", row)[1]
        links = dict(re.findall(r"\[([^]]+)\]\((https:\S+)\)", row))
        assert list(links) == [
            "Read",
            "Slides",
            "Run in the browser",
            "Binder",
            "Colab",
        ]
        assert all(f"/{stem}" in link or f"={stem}" in link for link in links.values())


def test_a_formula_is_written_so_that_no_backslash_is_lost():
    formulas = re.findall(r"\$.*?\$", TEXT)
    assert formulas
    assert [f for f in formulas if not re.fullmatch(r"\$`[^`|]+`\$", f)] == []


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a/b", "https://gitlab.com/a/b", "https://github.com/a", "a"],
)
def test_an_address_that_is_not_of_github_is_refused(address, moved):
    moved(address)
    said = (
        f"Repository in pyproject.toml is {address!r}, not https://github.com/<owner>"
    )
    with pytest.raises(ValueError, match=re.escape(said)):
        readme.render(TEXT)


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
    pictures = dict(re.findall(r"!\[(.*?)\]\((.*?)\)", TEXT))
    assert list(pictures.values()) == ["notebooks/slider.svg", "notebooks/overview.svg"]
    assert all(len(alt) >= 40 for alt in pictures)
