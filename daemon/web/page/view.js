// What is shown: a named range that ends now and moves on, or a stretch of time; with the scale "most"
// spikes may leave the plots, so that the rest is seen. It is kept in the address (#range=day,
// #from=2026-11-28T10:00:00Z&to=...), so a link holds it and Back works.
import { isoText } from "./units.js";

export const ranges = [
  { name: "minutes", label: "10 min", words: "10 minutes", span: 600 },
  { name: "hour", label: "Hour", words: "hour", span: 3600 },
  { name: "day", label: "Day", words: "day", span: 86400 },
  { name: "week", label: "Week", words: "week", span: 7 * 86400 },
  { name: "year", label: "Year", words: "year", span: 366 * 86400 },
  { name: "all", label: "All", span: null },
];

const shortest = 10; // s: below that, a point a second shows nothing

/// {range, scale} or {from, to, scale}; an address that isn't understood is the hour.
export function parse(hash) {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const from = Date.parse(query.get("from")) / 1000;
  const to = Date.parse(query.get("to")) / 1000;
  const scale = query.get("scale") === "most" ? "most" : "all";
  if (to > from) return { from, to, scale };
  const range = ranges.find(({ name }) => name === query.get("range"));
  return { range: range?.name ?? "hour", scale };
}

export function hashOf(view) {
  const scale = view.scale === "most" ? "&scale=most" : "";
  if (view.range) return `#range=${view.range}${scale}`;
  return `#from=${isoText(view.from)}&to=${isoText(view.to)}${scale}`;
}

export const spanOf = (view) => ranges.find(({ name }) => name === view.range)?.span ?? null;

function within(from, to, now) {
  const span = Math.max(shortest, Math.round(to - from));
  const end = Math.min(Math.ceil(now), Math.round(from) + span);
  return { from: end - span, to: end };
}

/// The stretch [from, to] moved by a part of itself (negative: earlier), never beyond now.
export function moved({ from, to }, part, now) {
  const by = (to - from) * part;
  return within(from + by, to + by, now);
}

/// The stretch made longer (factor > 1) or shorter about its middle, or about its end if that is now.
export function zoomed({ from, to }, factor, now) {
  const span = (to - from) * factor;
  const anchor = now - to < 2 ? to : (from + to) / 2 + span / 2;
  return within(anchor - span, anchor, now);
}

/// What was dragged over, from either end.
export function dragged(a, b, now) {
  return within(Math.min(a, b), Math.max(a, b), now);
}
