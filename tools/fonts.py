"""Make the fonts of pages, decks and figures from what their authors published.

python tools/fonts.py     needs npm

Each is cut down to what notebooks can need. The table beside them (README.md) is made
too: where a font comes from, the checksums of the original and of what became of it.
"""

import argparse
import io
import sys
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from execute import ROOT, NotebookError
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pyodide import fetch

FONTS = ROOT / "tools" / "deck" / "shared" / "fonts"
README = FONTS / "README.md"
# npm packages, and the SHA-256 of each.
SANS, STIX = "source-sans@3.52.0", "@fontsource/stix-two-math@5.3.0"
PACKAGES = {
    SANS: "49cf78ddd79b436591ee696785222b54ff28102922e3d3df297fe382d7fdfa88",
    STIX: "948de1b5470fbbd745fedbe6135797454fe833d94feecc6f2073cd771fe2f5fd",
}


# Characters


def block(first, last):
    """The characters of a range of Unicode, both ends included."""
    return set(range(first, last + 1))


# Latin letters, punctuation, what is set high or low, fractions, arrows, ✓ and ✗. Of
# the mathematical signs there is the minus alone: it goes with the digits, as + does.
# STIX draws the rest, as in formulas.
TEXT = (
    block(0x20, 0x17F)
    | block(0x2B0, 0x2FF)
    | block(0x2000, 0x2031)
    | block(0x2070, 0x209F)
    | block(0x2150, 0x215F)
    | block(0x2190, 0x2193)
    | {ord(sign) for sign in "−✓✗"}
)
# Of alphabets there are italic, bold, script, double-struck and sans-serif ones.
MATHEMATICS = (
    block(0x20, 0xFF)
    | block(0x2C6, 0x3FF)  # accents, Greek
    | block(0x2010, 0x20EF)  # punctuation, what is set high or low, accents
    | block(0x2100, 0x22FF)  # letters, arrows, operators
    | block(0x2308, 0x2335)  # brackets, and what long ones are made of
    | block(0x239B, 0x23E1)
    | block(0x27C0, 0x27FF)
    | block(0x1D400, 0x1D503)
    | block(0x1D538, 0x1D56B)
    | block(0x1D5A0, 0x1D5D3)
    | block(0x1D6A4, 0x1D755)
    | block(0x1D7D8, 0x1D7E1)
)


def italic():
    """Which italic letter of formulas is drawn for which letter of a text.

    So x and α are the same in a sentence, on a slider and in a formula.
    """
    letters = {ord("A") + i: 0x1D434 + i for i in range(26)}
    letters |= {ord("a") + i: 0x1D44E + i for i in range(26)}
    letters |= {ord("α") + i: 0x1D6FC + i for i in range(25)}
    letters |= {ord(letter): 0x1D716 + i for i, letter in enumerate("ϵϑϰϕϱϖ")}
    letters[ord("h")] = 0x210E  # Planck had it first
    return letters | {ord(sign): ord(sign) for sign in " ()′″‴₀₁₂₃₄₅₆₇₈₉"}


# What a text has of STIX, beside Greek letters. For browsers that is a small font. For
# figures it is copied into the font of the text: matplotlib has one font for a text
# with a formula in it.
SIGNS = "′″‴ℓℕℝℤ∂∅∆∇∈∉∏∑∓∘√∝∞∠∣∥∧∨∩∪∫∼≃≈≠≡≤≥≪≫⊂⊃⊆⊇⊕⊗⊙⊥⋅⋯⟂⟨⟩⟵⟶"


def in_text():
    """Which character of STIX is drawn for which in a text: Greek and signs."""
    signs = {ord(sign): ord(sign) for sign in SIGNS}
    greek = {letter: at for letter, at in italic().items() if letter > 0x370}
    return signs | {letter: letter for letter in block(0x391, 0x3A9) - {0x3A2}} | greek


# Fonts


@dataclass(frozen=True)
class Font:
    """A font to be made for `path` out of a file of an npm package.

    `characters` may say of each what is drawn in its place. `copied` are drawn by
    STIX, in a font that is not.
    """

    path: Path
    family: str
    package: str
    file: str
    characters: set[int] | dict[int, int]
    copied: dict[int, int]


def made_of_sans(path, style, copied):
    # Its licence keeps the name "Source" for what is not changed.
    file = f"TTF/SourceSans3-{style}.ttf"
    return Font(path, "Actlib Sans", SANS, file, TEXT, copied)


STIX_FILE = "files/stix-two-math-latin-400-normal.woff2"
MADE = [
    made_of_sans(FONTS / "actlib-sans.woff2", "Regular", {}),
    made_of_sans(FONTS / "actlib-sans-italic.woff2", "It", {}),
    made_of_sans(FONTS / "actlib-sans-semibold.woff2", "Semibold", {}),
    made_of_sans(ROOT / "actlib" / "actlib-sans.ttf", "Regular", in_text()),
    *(
        Font(FONTS / f"{name}.woff2", family, STIX, STIX_FILE, characters, {})
        for name, family, characters in [
            ("stix-two-math", "STIX Two Math", MATHEMATICS),
            ("stix-two-letters", "STIX Two Letters", italic() | in_text()),
        ]
    ),
]
# Kerning, accents, digits of equal width.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
# What a font is called, by number.
COPYRIGHT, FAMILY, STYLE, FULL, POSTSCRIPT = 0, (1, 16), 2, 4, 6
VERSION_AND_LICENCE = (5, 13, 14)


def opened(content):
    # Or the time of day is in the file that is made of it.
    return TTFont(io.BytesIO(content), recalcTimestamp=False)


def made(font, original, stix):
    """The bytes of a font, made of its original's and STIX's."""
    subset = opened(original)
    drawn = subset.getBestCmap()
    if isinstance(font.characters, dict):
        assign(subset, {to: drawn[at] for to, at in font.characters.items()})
    if font.copied:
        assign(subset, drawn | copies(subset, opened(stix), font.copied))
    options = Options(
        hinting=False,
        layout_features=FEATURES,
        name_IDs=[COPYRIGHT, *FAMILY, STYLE, FULL, POSTSCRIPT, *VERSION_AND_LICENCE],
        notdef_outline=True,
    )
    if font.family != "STIX Two Math":
        options.drop_tables.append("MATH")  # how formulas are laid out
    tool = Subsetter(options)
    tool.populate(unicodes={*font.characters, *font.copied})
    tool.subset(subset)
    rename(subset["name"], font.family)
    if font.copied:
        credit(subset["name"], opened(stix)["name"].getDebugName(COPYRIGHT))
    subset.flavor = "woff2" if font.path.suffix == ".woff2" else None
    file = io.BytesIO()
    subset.save(file, reorderTables=False)
    return file.getvalue()


def assign(font, characters):
    """Let a font draw these glyphs for characters, and no other."""
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12):
            limit = 0x10FFFF if table.format == 12 else 0xFFFF
            table.cmap = {char: at for char, at in characters.items() if char <= limit}


def copies(font, lender, characters):
    """Copy glyphs from another font; {character: name of its copy}."""
    glyphs, drawn, names = lender.getGlyphSet(), lender.getBestCmap(), {}
    assert font["head"].unitsPerEm == lender["head"].unitsPerEm
    for to, at in characters.items():
        outline, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[drawn[at]].draw(outline)
        outline.replay(pen)
        names[to] = f"stix{to:x}"
        font["glyf"][names[to]] = pen.glyph()
        font["hmtx"][names[to]] = lender["hmtx"][drawn[at]]
    font.setGlyphOrder(font["glyf"].glyphOrder)
    return names


def rename(names, family):
    """Give a font another name, in all the forms in which fonts have one."""
    style = names.getDebugName(STYLE)
    for record in names.names:
        if record.nameID in FAMILY:
            record.string = family
        elif record.nameID == FULL:
            record.string = f"{family} {style}"
        elif record.nameID == POSTSCRIPT:
            record.string = f"{family}-{style}".replace(" ", "")


def credit(names, copyright):
    """Name those who drew what was copied."""
    for record in names.names:
        if record.nameID == COPYRIGHT:
            record.string = f"{record.toUnicode()} Greek and signs: {copyright}"


def originals():
    """{package: {file: bytes}} of npm; NotebookError for what cannot be had."""
    found = {}
    for package, checksum in PACKAGES.items():
        with TemporaryDirectory() as folder:
            content = fetch(folder, "npm", "pack", "--silent", package).read_bytes()
        if sha256(content).hexdigest() != checksum:
            raise NotebookError(f"{package} is not the package that it was")
        names = {font.file for font in MADE if font.package == package}
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            found[package] = {
                name: archive.extractfile(f"package/{name}").read() for name in names
            }
    return found


def make():
    """All fonts as {path: bytes}, and the table of them."""
    packages, fonts = originals(), {}
    stix = packages[STIX][STIX_FILE]
    rows = ["| File | From | SHA-256 of the original | SHA-256 |", "| --- " * 4 + "|"]
    for font in MADE:
        original = packages[font.package][font.file]
        fonts[font.path] = made(font, original, stix)
        name = font.path.relative_to(ROOT).as_posix()
        sums = (sha256(content).hexdigest() for content in (original, fonts[font.path]))
        origin = f"`{font.file}` of {font.package}"
        rows.append(f"| `{name}` | {origin} | {' | '.join(f'`{s}`' for s in sums)} |")
    return fonts, "\n".join(rows)


def with_table(text, table):
    """README's text with another table."""
    before, _, rest = text.partition("<!-- fonts:begin -->\n")
    return (
        f"{before}<!-- fonts:begin -->\n{table}\n<!-- fonts:end -->"
        f"{rest.partition('<!-- fonts:end -->')[2]}"
    )


def main(arguments=None):
    """The command; returns its exit code."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args(arguments)
    try:
        fonts, table = make()
    except NotebookError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    for path, content in fonts.items():
        path.write_bytes(content)
        print(f"{len(content) / 1e3:6.1f} KB  {path.relative_to(ROOT)}")
    text = with_table(README.read_text(encoding="utf-8"), table)
    README.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
