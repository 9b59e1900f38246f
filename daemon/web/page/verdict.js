// What a person at the door wants to know.
import { byId, make, say, showPairs } from "./elements.js";
import { celsius, dateText, duration, isoText, kindOf, quantity, seconds } from "./units.js";

const signed = kindOf({ name: "offset", unit: "s" });

export function showVerdict({ verdict }) {
  byId("verdict").className = `verdict ${verdict.level}`;
  say(byId("headline"), verdict.headline);
  say(byId("detail"), verdict.detail ?? "");
  document.title = `${verdict.headline} · ppsd`;
}

/// Outside of what a screen reader is told of: it changes by itself.
export function showSince({ verdict }, now) {
  const { since } = verdict;
  if (since === null || since === undefined) return byId("since").replaceChildren();
  byId("since").replaceChildren("Since ", make("time", { datetime: isoText(since) }, `${dateText(since)} UTC`),
    ` (${duration(now - since)})`);
}

function stratumText({ program, tracking }) {
  if (!tracking) return "unknown";
  if (tracking.stratum === 0 || tracking.stratum >= 16) return `none: ${program} isn't synchronised`;
  return `${tracking.stratum}, from ${tracking.name || tracking.reference_id}`;
}

/// point: the newest live one, or null.
function facts({ chrony, ppsd, temperature_c: temperature }, point) {
  const satellites = point?.satellites ?? ppsd?.satellites?.used ?? null;
  return [
    ["Stratum", stratumText(chrony)],
    ["Pulse offset", quantity(point?.offset, signed)],
    ["Jitter", seconds(point?.jitter ?? ppsd?.jitter_s)],
    [`System clock, by ${chrony.program}`, quantity(chrony.tracking?.offset_s, signed)],
    ["Satellites", satellites === null ? null : quantity(satellites, { scales: [["", 1]], decimals: 1 })],
    ["Board", temperature === null ? null : celsius(point?.temperature ?? temperature)],
  ];
}

let newest = null;

export function showFacts(status, point) {
  newest = point ?? newest;
  showPairs(byId("facts"), facts(status, newest));
}
