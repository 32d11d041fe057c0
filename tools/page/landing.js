// The landing page's choices: of a function, and of a family of notebooks.

// A function. Each one's figure is a script of its own, fetched when
// it is chosen: fetch() would not work in a page that is opened from a disk.

const place = document.getElementById("figure");
const choices = document.querySelector(".functions");

/** Called by a figure's script. */
function showFunction(name, html) {
  const chosen = choices.querySelector(":checked").value;
  if (name !== chosen) return; // another one was chosen meanwhile
  // A fragment of this kind runs the scripts in it, as innerHTML would not.
  place.replaceChildren(document.createRange().createContextualFragment(html));
}

function load() {
  const { value } = choices.querySelector(":checked");
  const script = document.createElement("script");
  script.src = `figures/${value}.js`;
  script.addEventListener("load", () => script.remove());
  script.addEventListener("error", () => {
    script.remove();
    place.firstElementChild.before("This figure could not be fetched. Please choose again.");
  });
  document.head.append(script);
}

/** On a phone the choices are one line, of which a part is in view. */
function bringIntoView() {
  const { offsetLeft, offsetWidth } = choices.querySelector(":checked").parentElement;
  choices.scrollLeft = offsetLeft - (choices.clientWidth - offsetWidth) / 2;
}

bringIntoView();
choices.addEventListener("change", load);
// After "back" a browser remembers the choice, and not the figure.
if (!choices.querySelector(":checked").defaultChecked) load();

// A family: only its notebooks are shown, and what it brings is told.

const families = document.querySelector(".families");
const cards = [...document.querySelectorAll(".cards > li")];

function filter() {
  const { value, dataset } = families.querySelector(":checked");
  for (const card of cards) card.hidden = value !== "" && card.dataset.family !== value;
  const shown = cards.filter((card) => !card.hidden).length;
  const count = shown === 1 ? "1 notebook" : `${shown} notebooks`;
  document.querySelector(".brings").textContent = value
    ? `${count} of the family “${value}”. ${dataset.brings}`
    : `All ${count}.`;
}

families.addEventListener("change", filter);
filter();
