// Ties the page together: what is in the address is loaded and shown, and live points are added to it.
import { ask, follow } from "./api.js";
import { byId, make, say } from "./elements.js";
import { allanDeviation, Histogram, timeDeviation } from "./figures.js";
import { Samples } from "./samples.js";
import { showChrony, showEvents, showPpsd } from "./tables.js";
import { TimePlot } from "./time_plot.js";
import { clockText, dateText, isoText } from "./units.js";
import { showFacts, showSince, showVerdict } from "./verdict.js";
import { dragged, hashOf, moved, parse, ranges, spanOf, zoomed } from "./view.js";

const main = document.querySelector("main");
const figures = { histogram: new Histogram(), allan: allanDeviation(), time: timeDeviation() };
const mostEvents = 300;

let view = parse(location.hash);
let lastRange = view.range ?? "hour"; // where "back" goes
let extent = null; // {from, to} that is shown
let samples = null;
let events = { events: [], more: false };
let allEvents = false;
let status = null;
let plots = [];
let skew = 0; // s, of the server's clock from this computer's
let loading = null; // AbortController
let loadedAt = 0;

const now = () => Date.now() / 1000 + skew;
const follows = () => view.range !== undefined;

function go(next) {
  const hash = hashOf({ scale: view.scale, ...next });
  if (hash === location.hash) load();
  else location.hash = hash; // load() follows
}

const zoomTo = (a, b) => go(dragged(a, b, now()));
const back = () => go({ range: lastRange });

// --- what is shown ---

/// The first time of which anything is kept, to the step in which "all" is shown.
async function firstTime(to, signal) {
  let from = 0;
  for (let i = 0; i < 3; i++) {
    const first = new Samples(await ask("history", { from, to, points: 500, series: "offset" }, signal)).first;
    if (first === null || first <= from) break;
    from = first;
  }
  return from || to - 3600;
}

async function extentOf(shown, signal) {
  if (!shown.range) return { from: shown.from, to: shown.to };
  const to = Math.ceil(now());
  const span = spanOf(shown);
  return { from: span ? to - span : await firstTime(to, signal), to };
}

function tellView() {
  for (const link of document.querySelectorAll("#ranges a")) {
    link.href = hashOf({ range: link.dataset.range, scale: view.scale });
    if (link.dataset.range === view.range) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  byId("spikes").setAttribute("aria-pressed", view.scale === "most");
}

function tellExtent() {
  const since = view.range === "all" ? `Everything since ${dateText(extent.from)} UTC, live` : "";
  const range = ranges.find(({ name }) => name === view.range);
  const text = !range ? `${dateText(extent.from)} to ${dateText(extent.to)} UTC` : since || `The last ${range.words}, live`;
  byId("shown").textContent = text;
  byId("later").disabled = follows() || extent.to >= now() - 1;
  byId("csv").href = `api/v1/history.csv?${new URLSearchParams({ from: extent.from, to: extent.to })}`;
}

function show() {
  const seen = events.events.filter(({ time }) => time >= extent.from && time <= extent.to);
  if (samples) for (const plot of plots) plot.show(samples, { ...extent, scale: view.scale }, seen, null);
  showEvents({ ...events, events: seen }, allEvents);
}

const points = () => Math.min(500, Math.max(180, Math.round(main.clientWidth / 2)));

/// Each part by itself: one that fails doesn't take the others away.
async function parts(stretch, signal) {
  const asked = [
    ask("history", { ...stretch, points: points() }, signal),
    ask("events", { ...stretch, limit: mostEvents }, signal),
    ask("histogram", stretch, signal),
    ask("deviation", stretch, signal),
  ];
  return (await Promise.allSettled(asked)).map(({ value, reason }) => ({ value, problem: reason?.message ?? "" }));
}

async function load() {
  loading?.abort();
  const mine = (loading = new AbortController());
  main.ariaBusy = "true";
  try {
    const stretch = await extentOf(view, mine.signal);
    const [history, list, histogram, deviation] = await parts(stretch, mine.signal);
    if (mine.signal.aborted) return;
    extent = stretch;
    samples = history.value ? new Samples(history.value) : new Samples({ step: 1, time: [], series: {} });
    events = list.value ?? { events: [], more: false };
    say(byId("notice"), history.problem && `The history can't be read: ${history.problem}`);
    figures.histogram.show(histogram.value ?? null, histogram.problem);
    for (const name of ["allan", "time"]) figures[name].show(deviation.value ?? null, deviation.problem);
    shown();
  } catch (error) {
    if (mine.signal.aborted) return;
    main.ariaBusy = "false";
    say(byId("notice"), `The history can't be read: ${error.message}`);
  }
}

function shown() {
  loadedAt = Date.now();
  tellExtent();
  show();
  main.ariaBusy = "false";
  main.dataset.view = hashOf(view);
  main.dataset.loads = Number(main.dataset.loads ?? 0) + 1;
}

// --- what comes by itself ---

function onStatus(object) {
  skew = object.time - Date.now() / 1000;
  status = object;
  showVerdict(object);
  showSince(object, now());
  showChrony(object.chrony);
  showPpsd(object.ppsd, object.ppsd_problem);
  makePlots(object.series);
  showFacts(object, null);
  say(byId("storage"), object.storage?.problem ?? "");
}

/// The oscillator's frequency has the temperature beside it: that is what moves it.
function groups(series) {
  const beside = { frequency: "temperature" };
  const find = (name) => series.find((one) => one.name === name);
  const taken = series.map(({ name }) => beside[name]).filter((name) => name && find(name));
  return series.filter(({ name }) => !taken.includes(name)).map((one) => [one, find(beside[one.name])].filter(Boolean));
}

function makePlots(series) {
  const wanted = series.map(({ name }) => name).join();
  if (main.dataset.series === wanted) return;
  main.dataset.series = wanted;
  const hover = (row) => plots.forEach((plot) => plot.select(row));
  plots = groups(series).map((group) => new TimePlot(group, { zoom: zoomTo, back, hover }));
  const first = plots.filter((plot) => ["plot-offset", "plot-jitter"].includes(plot.element.id));
  byId("main-plots").replaceChildren(...first.map(({ element }) => element));
  byId("other-plots").replaceChildren(...plots.filter((plot) => !first.includes(plot)).map(({ element }) => element));
  if (samples) show();
}

/// s after which what the history has by now is asked for again.
const refetch = () => Math.min(600, Math.max(60, (extent.to - extent.from) / 12));

function onPoint(point) {
  skew = point.time - Date.now() / 1000;
  main.dataset.live = Number(main.dataset.live ?? 0) + 1;
  if (status) showFacts(status, point);
  if (!samples || !extent || !follows()) return;
  const span = extent.to - extent.from;
  samples.add(point);
  extent = { from: view.range === "all" ? extent.from : Math.max(extent.from, point.time - span), to: Math.max(extent.to, Math.ceil(point.time)) };
  samples.forget(extent.from);
  if (document.hidden) return;
  if (Date.now() - loadedAt > refetch() * 1000) load();
  else for (const plot of plots) plot.show(samples, { ...extent, scale: view.scale }, events.events, point);
}

function onEvent(event) {
  if (!extent || !follows()) return;
  events.events.push(event);
  show();
}

function onLost() {
  document.body.classList.add("stale");
  document.title = "No answer · ppsd";
  say(byId("lost"), `No answer from ppsd-web since ${clockText(now())} UTC. What is shown is from before; trying again.`);
}

function onBack() {
  document.body.classList.remove("stale");
  say(byId("lost"), "");
  load();
}

// --- what a person does ---

const actions = {
  earlier: () => go(moved(extent, -0.5, now())),
  later: () => go(moved(extent, 0.5, now())),
  "zoom-in": () => go(zoomed(extent, 0.5, now())),
  "zoom-out": () => go(zoomed(extent, 2, now())),
  spikes: () => go({ ...view, scale: view.scale === "most" ? "all" : "most" }),
};
const keys = {
  ArrowLeft: "earlier", ArrowRight: "later", "+": "zoom-in", "=": "zoom-in", "-": "zoom-out",
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !extent) return;
  const action = event.key === "0" ? back : actions[keys[event.key]];
  if (!action) return;
  event.preventDefault();
  action();
}

function onHash() {
  if (location.hash === "#plots") return; // the link for those who skip
  view = parse(location.hash);
  if (view.range) lastRange = view.range;
  allEvents = false;
  tellView();
  load();
}

function start() {
  byId("host").textContent = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)
    ? "This clock" : location.hostname;
  byId("ranges").append(...ranges.map(({ name, label }) => make("li", {},
    make("a", { "data-range": name }, label))));
  tellView();
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", () => extent && action());
  byId("figures").append(...Object.values(figures).map(({ element }) => element));
  byId("plots").addEventListener("keydown", onKey);
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address holds the view
    byId("plots").focus();
    byId("plots").scrollIntoView();
  });
  byId("more-events").addEventListener("click", () => {
    allEvents = true;
    show();
  });
  addEventListener("hashchange", onHash);
  document.addEventListener("theme", () => plots.forEach((plot) => plot.recolour()));
  document.addEventListener("visibilitychange", () => document.hidden || !follows() || !extent || load());
  setInterval(() => {
    byId("clock").textContent = clockText(now());
    byId("clock").dateTime = isoText(now());
    if (status) showSince(status, now());
  }, 1000);
  follow({ point: onPoint, status: onStatus, event: onEvent, lost: onLost, back: onBack });
}

/// The first status says how far this computer's clock is off; without it the range would end elsewhere.
async function first() {
  try {
    onStatus(await ask("status", {}));
  } catch (error) {
    say(byId("notice"), `No status: ${error.message}`);
  }
  load();
}

start();
first();
