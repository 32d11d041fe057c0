// The live figure of one neuron, upon live.js: `figure` has { functions } too, each a formula with
// its name, its parameters' values, and the limits of its axes.

const [WIDTH, HAIRLINE, DASHES] = [3, 0.5, "7 4"]; // of a connection, as in live_neuron.py
const [INK, POSITIVE, NEGATIVE] = ["#1f2328", "#0072b2", "#d55e00"];

const NEURON = `
.actlib-neuron { display: grid; max-width: 800px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
.actlib-neuron > svg { width: 100%; max-width: 420px; }
.actlib-neuron > :is(div, figure) { grid-column: 1 / -1; }
.actlib-neuron .inputs {
  grid-template-columns: repeat(auto-fit, minmax(max(9em, 30%), 1fr)); }`;

/** Rounded, so that 0.1 · 3 − 0.3 is 0: a step asks for the sign. */
function weightedSum({ x1, x2, w1, w2, b }) {
  return Number((w1 * x1 + w2 * x2 + b).toFixed(10));
}

/** A number with three digits at most. */
function short(value) {
  if (Number.isNaN(value)) return "undefined";
  const number = Number(value.toPrecision(3));
  const tiny = number !== 0 && Math.abs(number) < 1e-4;
  const text = tiny ? number.toExponential() : String(number);
  return text.replaceAll("-", "−").replace("Infinity", "∞");
}

/** The weighted sum with its numbers: 0.8 · 1 + (−0.5) · 2 + 0.3. */
function writtenOut({ x1, x2, w1, w2, b }) {
  const inner = (value) => (value < 0 ? `(${short(value)})` : short(value));
  return `${short(w1)} · ${inner(x1)} + ${inner(w2)} · ${inner(x2)} + ${inner(b)}`;
}

/** A connection says the size of its weight by its width, and the sign by colour and dashes. */
function connection(weight) {
  return {
    stroke: weight < 0 ? NEGATIVE : POSITIVE,
    strokeWidth: Math.max(WIDTH * Math.abs(weight), HAIRLINE),
    strokeDasharray: weight < 0 ? DASHES : "none",
  };
}

function neuron(figure, part) {
  const functions = figure.functions.map(({ name, axes, parameters, ...formula }, i) => ({
    name,
    value: (z) => activation(formula, parameters, []).at(0, z).y,
    panel: part(`panel-${i}`),
    way: part(`way-${i}`).querySelector("path"),
    dot: part(`dot-${i}`),
    low: [axes.x[0], axes.y[0]],
    on: scales(part(`axes-${i}`), axes),
  }));
  const [sum, output] = [0, 1].map(() => make(HTML, "span"));
  const write = (id, text) => (part(id).querySelector("text").textContent = text);

  function draw({ function: chosen, ...numbers }) {
    const z = weightedSum(numbers);
    const f = functions.find(({ name }) => name === chosen);
    const y = f.value(z);
    for (const [id, value] of Object.entries({ x1: numbers.x1, x2: numbers.x2, z, y })) {
      write(id, short(value));
    }
    for (const id of ["w1", "w2", "b"]) write(id, `= ${short(numbers[id])}`);
    for (const id of ["w1", "w2"]) {
      Object.assign(part(`line-${id}`).querySelector("path").style, connection(numbers[id]));
    }
    for (const { panel } of functions) panel.setAttribute("visibility", "hidden");
    f.panel.setAttribute("visibility", "visible");
    const [left, bottom] = f.low;
    f.way.setAttribute("d", pathData([[z, bottom], [z, y], [left, y]], f.on));
    f.dot.replaceChildren(...(Number.isNaN(y) ? [] : [dot([z, y, true], INK, f.on)]));
    sum.textContent = `z = ${writtenOut(numbers)} = ${short(z)}`;
    output.textContent = `f(z) = ${Number.isNaN(y) ? short(y) : numeral(y, 4)}`;
    return `${sum.textContent}, ${output.textContent}`;
  }

  return { draw, readings: [sum, output, "dashed: negative weight"], style: NEURON };
}
