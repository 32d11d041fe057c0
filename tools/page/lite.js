// In JupyterLite: tell the reader when Python cannot be fetched. JupyterLite itself shows [*] for
// ever. `data-python` is the address of Python.

const PATIENCE = 15000; // milliseconds: a connection that is closed may never answer

const own = document.currentScript;
const stem = /^[\w-]+(?=\.ipynb$)/.exec(new URLSearchParams(location.search).get("path"));
const page = new URL(stem ? `read/${stem}.html` : "index.html", own.src);

function tell(address) {
  const box = document.createElement("div");
  box.setAttribute("role", "alert");
  box.style.cssText = `position: fixed; z-index: 10000; top: 0; left: 0; right: 0;
    padding: 12px 16px; background: #fff3cd; color: #1f2328; border-bottom: 2px solid #9a6700;
    font: 16px/1.5 system-ui, sans-serif; color-scheme: light;`;
  const link = document.createElement("a");
  link.href = page.href;
  link.textContent = "the page, which needs none";
  link.style.cssText = "color: #0064a0; text-decoration: underline;";
  const close = document.createElement("button");
  close.textContent = "Close";
  close.style.cssText = "margin-left: 16px; font: inherit;";
  close.addEventListener("click", () => box.remove());
  const from = address.host === location.host ? "this website" : address.host;
  const told = `Python could not be fetched from ${from}, so no cell can be run here. Perhaps this
    network blocks the address, or there is no network. Reload to try again, or read `;
  box.append(told, link, ".", close);
  document.body.append(box);
}

async function tryPython() {
  const address = new URL(own.dataset.python, own.src);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { signal: stop.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    await answer.text();
  } catch {
    tell(address);
  }
}

addEventListener("DOMContentLoaded", tryPython);
