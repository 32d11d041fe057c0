// Numbers in a few characters.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function powerOfTen(exponent) {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);
  return exponent === 0 ? "1" : `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** A number with two digits, or one and a power of ten. */
function inBrief(value) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const rounded = Number(value.toPrecision(2));
  if (rounded === 0 || (Math.abs(rounded) >= 0.01 && Math.abs(rounded) < 1000)) {
    return String(rounded).replace("-", "−");
  }
  const [digit, exponent] = value.toExponential(0).replace("-", "−").split("e");
  const power = powerOfTen(Number(exponent.replace("−", "-")));
  return /^−?1$/.test(digit) ? digit.replace("1", power) : `${digit}·${power}`;
}
