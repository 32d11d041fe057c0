// What every page of the site does by itself. It works without, too.

/** A box that is wider than its page is a stop of the Tab key, and has a name; no other is. */
function nameWhatScrolls(box) {
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  const kind = { TABLE: "Table", IMG: "Figure" }[box.firstElementChild.tagName] ?? "Formula";
  const scrolling = { tabindex: "0", role: "group", "aria-label": `${kind}, scrolls sideways` };
  for (const [name, value] of Object.entries(scrolling)) {
    if (scrolls) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) nameWhatScrolls(target.closest(".wide"));
});
for (const box of document.querySelectorAll(".wide")) {
  sizes.observe(box);
  sizes.observe(box.firstElementChild); // a font that comes late makes it wider
}

// Beside the text there is room for the contents; above it they would push it away.
const contents = document.querySelector(".contents details");
if (contents) contents.open = matchMedia("(min-width: 75rem)").matches;
