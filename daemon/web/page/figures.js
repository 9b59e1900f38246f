// The offset's histogram and the deviations, as SVG.
import { make, makeSvg } from "./elements.js";
import { decades, labelledTicks } from "./ticks.js";
import { duration, kindOf, quantity, seconds } from "./units.js";

const height = 240, top = 10, bottom = 36, left = 62, right = 12;
const offsetKind = kindOf({ name: "offset", unit: "s" });

const text = (x, y, anchor, words) => makeSvg("text", { x, y, "text-anchor": anchor }, words);
const line = (x1, y1, x2, y2) => makeSvg("line", { x1, y1, x2, y2 });

/// A card with a title, a picture that is drawn anew for each width, and a line that says what it shows.
class Figure {
  constructor(id, title, meaning) {
    this.picture = make("div", { class: "picture", role: "img", "aria-label": `${title}: plot` });
    this.summary = make("p", { class: "summary" });
    this.element = make("figure", { class: "plot", id, "aria-labelledby": `title-${id}` },
      make("figcaption", {}, make("h3", { id: `title-${id}` }, title)),
      make("p", { class: "meaning" }, meaning), this.picture, this.summary);
    new ResizeObserver(() => this.draw()).observe(this.picture);
  }

  /// data: null while there is none; problem: why, in words.
  show(data, problem = "") {
    this.data = data;
    this.problem = problem;
    this.element.dataset.points = data ? this.points() : 0;
    this.draw();
  }

  draw() {
    const width = this.picture.clientWidth;
    if (this.data === undefined || width < 100) return;
    this.summary.textContent = this.data && this.points() ? this.words() : this.problem || "no values in this time";
    const svg = makeSvg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    if (this.data && this.points()) this.paint(svg, width);
    this.picture.replaceChildren(svg);
  }
}

export class Histogram extends Figure {
  constructor() {
    super("histogram", "Histogram of the offset", "how often the offset was how large");
  }

  points() {
    return this.data.n > 0 ? this.data.counts.length : 0;
  }

  words() {
    const { n, mean, sd, step } = this.data;
    const what = step > 1 ? `means over ${duration(step)}` : "offsets";
    return `${n} ${what}: mean ${quantity(mean, offsetKind)}, standard deviation ${seconds(sd)}`;
  }

  paint(svg, width) {
    const { low, width: bin, counts } = this.data;
    const most = Math.max(...counts);
    const high = low + bin * counts.length;
    const x = (v) => left + ((v - low) / (high - low)) * (width - left - right);
    const y = (n) => height - bottom - (n / most) * (height - top - bottom);
    const grid = makeSvg("g", { class: "grid-lines" }), bars = makeSvg("g", { class: "bars" });
    for (const { v, label } of labelledTicks(0, most, 4, { scales: [["", 1]] })) {
      grid.append(line(left, y(v), width - right, y(v)), text(left - 6, y(v) + 4, "end", label));
    }
    for (const { v, label } of labelledTicks(low, high, (width - left - right) / 75, offsetKind)) {
      if (x(v) > width - 32) continue; // its label would be cut off
      grid.append(line(x(v), height - bottom, x(v), height - bottom + 5), text(x(v), height - bottom + 20, "middle", label));
    }
    counts.forEach((n, i) => {
      const a = x(low + i * bin), b = x(low + (i + 1) * bin);
      bars.append(makeSvg("rect", { x: a, y: y(n), width: Math.max(0.5, b - a - 0.5), height: height - bottom - y(n) }));
    });
    svg.append(grid, bars);
  }
}

const power = (v) => `1e${Math.round(Math.log10(v))}`;
const tauText = (tau) => (tau >= 3600 ? duration(tau) : `${Number(tau.toPrecision(4))} s`);
const decadeText = (tau) => (tau >= 1e4 ? `${power(tau)} s` : `${Number(tau.toPrecision(1))} s`);

/// Lines over tau, both axes logarithmic. lines: [{key, label}] of the answer's arrays.
export class Deviations extends Figure {
  constructor(id, title, meaning, lines, say) {
    super(id, title, meaning);
    Object.assign(this, { lines, say });
    const legend = make("p", { class: "values" },
      ...lines.map(({ label }, i) => make("span", { class: `value colour-${i}` }, label)));
    if (lines.length > 1) this.element.firstChild.append(legend);
  }

  points() {
    return this.data.tau.length;
  }

  words() {
    const values = this.data[this.lines[0].key];
    const ends = [0, this.data.tau.length - 1].filter((i, at, all) => all.indexOf(i) === at);
    return ends.map((i) => `${this.say(values[i])} at ${tauText(this.data.tau[i])}`).join(", ");
  }

  paint(svg, width) {
    const { tau } = this.data;
    const all = this.lines.flatMap(({ key }) => this.data[key]).filter((v) => v > 0);
    if (!all.length) return;
    const bounds = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)) + 1e-9)];
    if (bounds[0] === bounds[1]) bounds[1] += 1;
    const ends = [Math.log10(tau[0]), Math.max(Math.log10(tau.at(-1)), Math.log10(tau[0]) + 1)];
    const x = (v) => left + ((Math.log10(v) - ends[0]) / (ends[1] - ends[0])) * (width - left - right);
    const y = (v) => height - bottom - ((Math.log10(v) - bounds[0]) / (bounds[1] - bounds[0])) * (height - top - bottom);
    svg.append(this.#axes(x, y, ends, bounds, width));
    this.lines.forEach(({ key }, i) => svg.append(this.#curve(key, i, x, y)));
  }

  #axes(x, y, ends, bounds, width) {
    const grid = makeSvg("g", { class: "grid-lines" });
    for (const v of decades(10 ** bounds[0], 10 ** bounds[1]))
      grid.append(line(left, y(v), width - right, y(v)), text(left - 6, y(v) + 4, "end", this.say(v, true)));
    const labels = decades(10 ** ends[0], 10 ** ends[1]);
    const every = Math.ceil(labels.length / Math.max(1, (width - left - right) / 64));
    labels.forEach((v, i) => {
      grid.append(line(x(v), top, x(v), height - bottom));
      const anchor = x(v) > width - 36 ? "end" : "middle";
      if (i % every === 0) grid.append(text(Math.min(x(v), width - 2), height - bottom + 20, anchor, decadeText(v)));
    });
    return grid;
  }

  #curve(key, i, x, y) {
    const points = this.data.tau.map((tau, at) => [tau, this.data[key][at]]).filter(([, v]) => v > 0);
    const group = makeSvg("g", { class: `curve curve-${i}` });
    group.append(makeSvg("polyline", { points: points.map(([tau, v]) => `${x(tau)},${y(v)}`).join(" ") }));
    for (const [tau, v] of points)
      group.append(makeSvg("circle", { cx: x(tau), cy: y(v), r: 3 }, makeSvg("title", {}, `${this.say(v)} at ${tauText(tau)}`)));
    return group;
  }
}

export const allanDeviation = () => new Deviations("allan", "Allan deviation",
  "how much the frequency differs from one stretch of time to the next, by its length",
  [{ key: "adev", label: "Allan" }, { key: "mdev", label: "modified" }],
  (v, axis) => (axis ? power(v) : v.toExponential(1)));

export const timeDeviation = () => new Deviations("time-deviation", "Time deviation",
  "how much the time differs from one stretch to the next, by its length",
  [{ key: "tdev", label: "time deviation" }], (v, axis) => (axis ? labelledTicks(0, v, 1, offsetKind).at(-1).label.replace("+", "") : seconds(v)));
