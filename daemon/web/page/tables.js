// What chronyd and ppsd say, as tables and lists.
import { byId, make, say, showPairs } from "./elements.js";
import { dateText, duration, isoText, ppm, quantity, seconds, kindOf } from "./units.js";

const signed = kindOf({ name: "offset", unit: "s" });

/// columns: [title, text of a row]. The roles are said, since a narrow screen shows the rows as blocks.
function table(labelledBy, columns, rows, rowClass = () => null) {
  const head = columns.map(([title]) => make("th", { scope: "col", role: "columnheader" }, title));
  const body = rows.map((row) => make("tr", { role: "row", class: rowClass(row) },
    ...columns.map(([title, text]) => make("td", { role: "cell", "data-title": title }, text(row)))));
  return make("table", { role: "table", "aria-labelledby": labelledBy },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head)),
    make("tbody", { role: "rowgroup" }, ...body));
}

const ones = (byte) => byte.toString(2).replaceAll("0", "").length;

const sourceColumns = [
  ["Source", (s) => s.name],
  ["State", (s) => s.state],
  ["Kind", (s) => (s.mode === "refclock" ? "reference clock" : s.mode)],
  ["Stratum", (s) => String(s.stratum)],
  ["Asked each", (s) => `${2 ** s.poll} s`],
  ["Answered", (s) => `${ones(s.reach)} of 8`],
  ["Last answer", (s) => (s.last_rx_s === null ? "never" : `${duration(s.last_rx_s)} ago`)],
  ["Offset", (s) => quantity(s.offset_s, signed)],
  ["Error", (s) => `± ${seconds(s.error_s)}`],
];

const clientColumns = [
  ["Client", (c) => c.name],
  ["Requests", (c) => String(c.ntp_packets)],
  ["Dropped", (c) => String(c.dropped)],
  ["Last", (c) => (c.last_s_ago === null ? "never" : `${duration(c.last_s_ago)} ago`)],
];

function trackingRows(t) {
  return [
    ["Follows", t.name ? `${t.name} (${t.reference_id})` : t.reference_id],
    ["Stratum", String(t.stratum)],
    ["System clock's offset", quantity(t.offset_s, signed)],
    ["Last offset", quantity(t.last_offset_s, signed)],
    ["RMS offset", seconds(t.rms_offset_s)],
    ["Frequency", ppm(t.frequency_ppm)],
    ["Residual frequency", ppm(t.residual_ppm)],
    ["Skew", ppm(t.skew_ppm).replace("+", "± ")],
    ["Root delay", seconds(t.root_delay_s)],
    ["Root dispersion", seconds(t.root_dispersion_s)],
    ["Update interval", seconds(t.update_interval_s)],
    ["Leap second", t.leap],
  ];
}

/// Takes the place of what is there, unless that says the same in as many cells: then only texts change.
function replaced(element, content) {
  const cells = (of) => [...of.querySelectorAll("td")];
  const [old, now] = [cells(element), cells(content)];
  if (!now.length || old.length !== now.length) return element.replaceChildren(content);
  old.forEach((cell, i) => {
    say(cell, now[i].textContent);
    cell.parentElement.className = now[i].parentElement.className;
  });
}

const hint = (text) => make("div", {}, make("p", { class: "hint" }, text));

export function showChrony(chrony) {
  say(byId("chrony-title"), chrony.program);
  say(byId("chrony-problem"), chrony.problem ?? "");
  showPairs(byId("tracking"), chrony.tracking ? trackingRows(chrony.tracking) : [["State", "unknown"]]);
  const sources = chrony.sources ?? [];
  replaced(byId("sources"), sources.length
    ? table("sources-title", sourceColumns, sources, (s) => (s.state === "selected" ? "selected" : null))
    : hint("None."));
  const clients = chrony.clients ?? [];
  replaced(byId("clients"), clients.length
    ? table("clients-title", clientColumns, clients)
    : hint(chrony.clients_problem ?? (chrony.clients ? "No one has asked yet." : "unknown")));
}

const outputs = (feed) => (feed?.outputs ?? [])
  .map((o) => `${o.output}: ${o.taken} taken, ${o.dropped} dropped${o.problem ? ` (${o.problem})` : ""}`).join("; ");
const source = (s) => (s ? `${s.source}, last ${s.last_s_ago === null ? "never" : `${seconds(s.last_s_ago)} ago`}` : null);

function unlockText(u) {
  if (!u) return null;
  return `${u.utc}: ${u.explanation}${u.for_s === null ? "" : `, for ${duration(u.for_s)}`}`;
}

/// As ppsctl status has it: "115200 baud, 51 % full".
function lineText(p) {
  const words = [p.baud ? `${p.baud} baud` : null, p.line_load === null ? null : `${(100 * p.line_load).toFixed(0)} % full`];
  return words.filter(Boolean).join(", ") || null;
}

function ppsdRows(p) {
  return [
    ["State", [p.state, p.explanation].filter(Boolean).join(": ")],
    ["Version", p.version],
    ["Runs for", duration(p.running_s)],
    ["Pulses", source(p.pulses)],
    ["Sentences", source(p.sentences)],
    ["Pulse samples", outputs(p.pps)],
    ["Label samples", outputs(p.nmea)],
    ["Seconds without a sample since the first lock", p.missed === undefined ? null : String(p.missed)],
    ["Last time not locked", unlockText(p.last_unlock)],
    ["Clock steps", p.clock_steps === undefined ? null : String(p.clock_steps)],
    ["Seconds renumbered", p.renumbered === undefined ? null : String(p.renumbered)],
    ["Pulse width", p.pulse_width_s === null ? null : seconds(p.pulse_width_s)],
    ["Receiver's line", lineText(p)],
  ];
}

export function showPpsd(ppsd, problem) {
  say(byId("ppsd-problem"), problem ?? "");
  showPairs(byId("ppsd"), ppsd ? ppsdRows(ppsd) : []);
}

const kindWords = {
  state: "state", restart: "restart", step: "clock step", renumbered: "renumbered", rate: "baud rate",
  chrony: "NTP", gap: "gap",
};
const around = 300; // s, on either side of an event that is looked at

function eventItem({ time, kind, level, text }) {
  const link = `#from=${isoText(time - around)}&to=${isoText(time + around)}`;
  return make("li", { class: `event ${level}` },
    make("a", { href: link }, make("time", { datetime: isoText(time) }, `${dateText(time)} UTC`)),
    " ", make("span", { class: "kind" }, kindWords[kind] ?? kind), " ", make("span", {}, text));
}

const few = 20;

/// Newest first; `all` or the newest few.
export function showEvents({ events, more }, all) {
  const newest = [...events].reverse();
  byId("events").replaceChildren(...newest.slice(0, all ? newest.length : few).map(eventItem));
  const note = events.length
    ? "Each is a line through the plots; its time is a link to the plots around it."
    : "Nothing in this time.";
  say(byId("events-note"), note + (more ? " Older ones are not listed." : ""));
  byId("more-events").hidden = all || newest.length <= few;
  byId("more-events").textContent = `Show all ${newest.length}`;
}
