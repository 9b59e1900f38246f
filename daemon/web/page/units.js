// Values as a person reads them: -138 us, +20 ppm, 51.2 °C. Everything that comes in is in SI base units.

const kinds = {
  s: { scales: [["s", 1], ["ms", 1e-3], ["us", 1e-6], ["ns", 1e-9], ["ps", 1e-12]], digits: 3 },
  ppm: { scales: [["ppm", 1e-6], ["ppb", 1e-9]], digits: 4 },
  degC: { scales: [["°C", 1]], decimals: 1 },
  "dB-Hz": { scales: [["dB-Hz", 1]], decimals: 1 },
  1: { scales: [["", 1]], decimals: 1 },
};

const signedSeries = new Set(["offset", "chrony_offset", "frequency"]);

/// How a series' values are written: {scales, digits or decimals, signed}.
export function kindOf(series) {
  const kind = series.name === "frequency" ? kinds.ppm : kinds[series.unit];
  return { ...(kind ?? { scales: [[series.unit, 1]], digits: 4 }), signed: signedSeries.has(series.name) };
}

/// [unit, factor] with which this magnitude is written with at least one digit before the point.
export function scaleFor(kind, magnitude) {
  return kind.scales.find(([, factor]) => magnitude >= factor * 0.9995) ?? kind.scales.at(-1);
}

function decimalsFor(kind, x) {
  if (kind.decimals !== undefined) return Number.isInteger(x) && kind.scales[0][0] === "" ? 0 : kind.decimals;
  if (x === 0) return 0;
  return Math.min(6, Math.max(0, kind.digits - 1 - Math.floor(Math.log10(Math.abs(x)))));
}

/// "-138 ns"; "unknown" where there is none.
export function quantity(value, kind) {
  if (value === null || value === undefined || Number.isNaN(value)) return "unknown";
  const [unit, factor] = value === 0 ? kind.scales[0] : scaleFor(kind, Math.abs(value));
  const x = value / factor;
  const text = x.toFixed(decimalsFor(kind, x));
  const sign = kind.signed && x > 0 ? "+" : "";
  return `${sign}${text}${unit ? " " + unit : ""}`;
}

export const seconds = (value, signed = false) => quantity(value, { ...kinds.s, signed });
export const ppm = (value) =>
  value === null || value === undefined ? "unknown" : quantity(value * 1e-6, { ...kinds.ppm, signed: true });
export const celsius = (value) => quantity(value, kinds.degC);

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

/// "8 h 47 min": the two largest parts.
export function duration(s) {
  const whole = Math.max(0, Math.floor(s));
  const parts = [
    [Math.floor(whole / 86400), (n) => plural(n, "day")],
    [Math.floor(whole / 3600) % 24, (n) => `${n} h`],
    [Math.floor(whole / 60) % 60, (n) => `${n} min`],
    [whole % 60, (n) => `${n} s`],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first < 0) return "0 s";
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, say]) => say(n)).join(" ");
}

const iso = (t) => new Date(t * 1000).toISOString();
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// "12:34:56"
export const clockText = (t) => iso(t).slice(11, 19);

/// "28 Nov 2026 12:34:56"
export function dateText(t) {
  const date = new Date(t * 1000);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clockText(t)}`;
}

/// "2026-11-28T12:34:56Z", as links have it
export const isoText = (t) => iso(t).slice(0, 19) + "Z";
