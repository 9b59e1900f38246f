// A plot of one series over time, or of two with an axis each.
import { colour, make } from "./elements.js";
import { labelledTicks } from "./ticks.js";
import { clockText, dateText, kindOf, quantity } from "./units.js";
import { attachGestures } from "./gestures.js";

const dashes = [6, 4];
const crowd = 20; // events: more are drawn fainter
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
  #series; #canvas; #values; #summary; #dygraph = null; #rows = []; #seen = true;
  #shown = null; // as show() was told; a live point is drawn only while the plot is on the screen

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

  /// view: {from, to, scale}; events: of that time; point: the live one that was added, or null: all is new.
  show(samples, view, events, point) {
    this.#shown = { samples, view, events, point };
    this.#tell(samples, view);
    if (this.#seen || !point) this.#draw();
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
    if (this.#shown) this.#series.forEach((series, i) => (this.#values[i].textContent = this.#valueText(series, i, row)));
  }

  /// What the pointer is on, else the newest live value, else which line is which.
  #valueText(series, i, row) {
    const { samples, point } = this.#shown;
    const kind = kindOf(series);
    if (row === null && point) return quantity(point[series.name], kind);
    if (row === null) return this.#series.length > 1 ? series.title : "";
    const time = samples.time[row];
    const at = i > 0 ? "" : ` at ${samples.step < 600 ? clockText(time) : dateText(time)}`;
    return quantity(samples.series[series.name]?.mean[row], kind) + at;
  }

  #draw() {
    const { samples, view } = this.#shown;
    this.#rows = samples.time.map((t, row) => [new Date(t * 1000), ...this.#series.map(({ name }) => {
      const of = samples.series[name];
      return of ? [of.low[row], of.mean[row], of.high[row]] : [null, null, null];
    })]);
    const file = this.#rows.length ? this.#rows : [[new Date(view.from * 1000), ...this.#series.map(() => [null, null, null])]];
    this.#dygraph ??= new Dygraph(this.#canvas, file, this.#options());
    this.#dygraph.updateOptions({ file, dateWindow: [view.from * 1000, view.to * 1000], axes: this.#scales() });
  }

  /// Each axis' range; null: as the values need it.
  #scales() {
    const { samples, view } = this.#shown;
    const range = (series) => ({ valueRange: (view.scale === "most" && series && samples.most(series.name)) || null });
    return { y: range(this.#series[0]), y2: range(this.#series[1] ?? this.#series[0]) };
  }

  #options() {
    const [first, second] = this.#series;
    const narrow = this.#canvas.clientWidth < 500;
    const axis = (series) => ({ ticker: ticker(kindOf(series)), axisLabelWidth: narrow ? 68 : 80 });
    return {
      labels: ["time", ...this.#series.map(({ name }) => name)],
      customBars: true, labelsUTC: true, legend: "never", interactionModel: {},
      colors: this.#series.map((_, i) => colour(`series-${i}`)),
      fillAlpha: 0.22, strokeWidth: 1.3, highlightCircleSize: 4, yRangePad: 6,
      axisLineColor: colour("line"), gridLineColor: colour("line"), axisLabelFontSize: narrow ? 11 : 12,
      axes: { x: { axisLabelWidth: 64, pixelsPerLabel: 76 }, y: axis(first), y2: axis(second ?? first) },
      series: second ? { [second.name]: { axis: "y2", strokePattern: dashes } } : {},
      underlayCallback: (canvas, area, dygraph) => this.#drawEvents(canvas, area, dygraph),
      highlightCallback: (_event, _x, _points, row) => this.on.hover(row),
      unhighlightCallback: () => this.on.hover(null),
    };
  }

  #drawEvents(canvas, area, dygraph) {
    const { events } = this.#shown;
    canvas.lineWidth = 1;
    canvas.globalAlpha = Math.min(1, Math.max(0.25, crowd / events.length));
    for (const { time, level } of events) {
      const x = Math.round(dygraph.toDomXCoord(time * 1000)) + 0.5;
      if (x < area.x || x > area.x + area.w) continue;
      canvas.strokeStyle = colour(eventColours[level] ?? "muted");
      canvas.beginPath();
      canvas.moveTo(x, area.y);
      canvas.lineTo(x, area.y + area.h);
      canvas.stroke();
    }
    canvas.globalAlpha = 1;
  }
}
