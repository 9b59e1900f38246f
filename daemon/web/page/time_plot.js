// A plot of one series over time, or of two with an axis each.
import { colour, make } from "./elements.js";
import { labelledTicks } from "./ticks.js";
import { clockText, dateText, kindOf, quantity } from "./units.js";
import { attachGestures } from "./gestures.js";

const dashes = [6, 4];
const eventColours = { good: "good", warning: "warning", bad: "bad", info: "muted" };

const ticker = (kind) => (low, high, pixels) => labelledTicks(low, high, pixels / 45, kind);

function summaryText(series, summary) {
  if (!summary) return "no values in this time";
  const kind = kindOf(series);
  const part = summary.part < 0.99 ? `; values for ${(100 * summary.part).toFixed(0)} % of this time` : "";
  return `mean ${quantity(summary.mean, kind)}, between ${quantity(summary.low, kind)} and ` +
    `${quantity(summary.high, kind)}${part}`;
}

export class TimePlot {
  #series; #canvas; #values; #summary; #dygraph = null; #events = []; #rows = []; #samples = null; #seen = true;
  #shown = null; // {samples, view, events}; drawn anew only while it is on the screen

  /// series: one or two entries of the status' list. on: {zoom(a, b), back(), hover(row | null)}
  constructor(series, on) {
    this.#series = series;
    const name = series[0].name;
    this.#values = series.map((one, i) => make("span", { class: `value colour-${i}` }));
    this.#canvas = make("div", { class: "canvas", role: "img", "aria-label": `${this.title}: plot` });
    this.#summary = series.map(() => make("p", { class: "summary" }));
    this.element = make("figure",
      { class: "plot", id: `plot-${name}`, tabindex: 0, "aria-labelledby": `title-${name}` },
      make("figcaption", {},
        make("h3", { id: `title-${name}` }, this.title),
        make("p", { class: "values" }, ...this.#values)),
      make("p", { class: "meaning" }, series.map((one) => one.meaning).join("; ")),
      this.#canvas, ...this.#summary);
    attachGestures(this.#canvas, (x) => this.#timeAt(x), on);
    this.on = on;
    new IntersectionObserver(([entry]) => this.#onSeen(entry.isIntersecting), { rootMargin: "200px" })
      .observe(this.element);
  }

  get title() {
    const [first, second] = this.#series;
    return second ? `${first.title} and ${second.title.toLowerCase()}` : first.title;
  }

  /// view: {from, to}; events: of that time.
  show(samples, view, events) {
    this.#shown = { samples, view, events };
    this.#tell(samples, view);
    if (this.#seen || !this.#dygraph) this.#draw();
  }

  /// The values at that row of the samples; null: the newest ones.
  select(row) {
    if (this.#dygraph && row === null) this.#dygraph.clearSelection();
    else if (this.#dygraph && row < this.#rows.length) this.#dygraph.setSelection(row);
    this.#tellValues(row);
  }

  /// The theme has changed.
  recolour() {
    this.#dygraph?.destroy();
    this.#dygraph = null;
    if (this.#shown) this.#draw();
  }

  #onSeen(seen) {
    this.#seen = seen;
    if (seen && this.#shown) this.#draw();
  }

  #timeAt(x) {
    return this.#dygraph ? this.#dygraph.toDataXCoord(x) / 1000 : null;
  }

  #tell(samples, { from, to }) {
    this.#samples = samples;
    this.#series.forEach((series, i) => {
      const text = summaryText(series, samples.summary(series.name, from, to));
      this.#summary[i].textContent = this.#series.length > 1 ? `${series.title}: ${text}` : text;
    });
    this.element.dataset.points = samples.time.length;
    this.element.dataset.step = samples.step;
    this.element.dataset.last = samples.last ?? "";
    this.#tellValues(null);
  }

  #tellValues(row) {
    const samples = this.#samples;
    if (!samples) return;
    this.#series.forEach((series, i) => {
      const values = samples.series[series.name];
      const value = row === null ? values?.mean.findLast((v) => v !== null) : values?.mean[row];
      const at = row === null || i > 0 ? "" : ` at ${samples.step < 600 ? clockText(samples.time[row]) : dateText(samples.time[row])}`;
      this.#values[i].textContent = value === undefined ? "" : quantity(value, kindOf(series)) + at;
    });
  }

  #draw() {
    const { samples, view, events } = this.#shown;
    this.#events = events;
    this.#rows = samples.time.map((t, row) => [new Date(t * 1000), ...this.#series.map(({ name }) => {
      const of = samples.series[name];
      return of ? [of.low[row], of.mean[row], of.high[row]] : [null, null, null];
    })]);
    const file = this.#rows.length ? this.#rows : [[new Date(view.from * 1000), ...this.#series.map(() => [null, null, null])]];
    const dateWindow = [view.from * 1000, view.to * 1000];
    if (this.#dygraph) this.#dygraph.updateOptions({ file, dateWindow });
    else this.#dygraph = new Dygraph(this.#canvas, file, { ...this.#options(), dateWindow });
  }

  #options() {
    const [first, second] = this.#series;
    const axis = (series) => ({ ticker: ticker(kindOf(series)), axisLabelWidth: 80 });
    return {
      labels: ["time", ...this.#series.map(({ name }) => name)],
      customBars: true, labelsUTC: true, legend: "never", interactionModel: {},
      colors: this.#series.map((_, i) => colour(`series-${i}`)),
      fillAlpha: 0.22, strokeWidth: 1.3, highlightCircleSize: 4, yRangePad: 6,
      axisLineColor: colour("line"), gridLineColor: colour("line"), axisLabelFontSize: 12,
      axes: { x: { axisLabelWidth: 64, pixelsPerLabel: 76 }, y: axis(first), y2: axis(second ?? first) },
      series: second ? { [second.name]: { axis: "y2", strokePattern: dashes } } : {},
      underlayCallback: (canvas, area, dygraph) => this.#drawEvents(canvas, area, dygraph),
      highlightCallback: (_event, _x, _points, row) => this.on.hover(row),
      unhighlightCallback: () => this.on.hover(null),
    };
  }

  #drawEvents(canvas, area, dygraph) {
    canvas.lineWidth = 1;
    for (const { time, level } of this.#events) {
      const x = Math.round(dygraph.toDomXCoord(time * 1000)) + 0.5;
      if (x < area.x || x > area.x + area.w) continue;
      canvas.strokeStyle = colour(eventColours[level] ?? "muted");
      canvas.beginPath();
      canvas.moveTo(x, area.y);
      canvas.lineTo(x, area.y + area.h);
      canvas.stroke();
    }
  }
}
