// Where an axis has its lines, and what is written there. Pure.
import { scaleFor } from "./units.js";

/// Round values (1, 2 or 5 times a power of ten) between low and high, about `count` of them.
export function roundTicks(low, high, count) {
  const span = high - low;
  if (!(span > 0)) return { step: 1, values: [low] };
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) values.push(i * step);
  return { step, values };
}

/// The same with its labels: [{v, label}], all of one unit.
export function labelledTicks(low, high, count, kind) {
  const { step, values } = roundTicks(low, high, count);
  const [unit, factor] = scaleFor(kind, Math.max(Math.abs(low), Math.abs(high)));
  const decimals = Math.min(8, Math.max(0, -Math.floor(Math.log10(step / factor) + 1e-6)));
  return values.map((v) => {
    const text = (v / factor).toFixed(decimals);
    const sign = kind.signed && Number(text) > 0 ? "+" : "";
    const zero = Number(text) === 0 ? (0).toFixed(decimals) : text;
    return { v, label: `${sign}${zero}${unit ? " " + unit : ""}` };
  });
}

/// The powers of ten from low to high.
export function decades(low, high) {
  const values = [];
  for (let p = Math.floor(Math.log10(low) + 1e-9); 10 ** p <= high * 1.0001; p++)
    if (10 ** p >= low * 0.9999) values.push(10 ** p);
  return values;
}
