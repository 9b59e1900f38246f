// The values that are shown, by steps of equal length: what the history said, and live points added to its end.

const empty = () => ({ mean: [], low: [], high: [] });

export class Samples {
  #inLast = 0; // live points that are in the last step's mean

  /// answer: of /api/v1/history
  constructor(answer) {
    this.step = answer.step;
    this.time = [];
    this.series = {};
    for (const name of Object.keys(answer.series)) this.series[name] = empty();
    answer.time.forEach((time, i) => {
      this.#open(time);
      for (const [name, { mean, low, high }] of Object.entries(answer.series))
        this.#set(this.series[name], mean[i], (low ?? mean)[i], (high ?? mean)[i]);
    });
  }

  get last() {
    return this.time.at(-1) ?? null;
  }

  /// The time of the first step that has any value; null: none has.
  get first() {
    const all = Object.values(this.series);
    const row = this.time.findIndex((_, i) => all.some(({ mean }) => mean[i] !== null));
    return row < 0 ? null : this.time[row];
  }

  /// A live point {time, offset, ...}; false if it is older than what is there.
  add(point) {
    const begin = this.last === null
      ? Math.floor(point.time / this.step) * this.step
      : this.last + Math.floor((point.time - this.last) / this.step) * this.step;
    if (this.last !== null && begin < this.last) return false;
    if (begin !== this.last) this.#open(begin);
    this.#inLast ||= Math.min(this.step, Math.max(1, point.time - begin));
    for (const [name, series] of Object.entries(this.series)) this.#merge(series, point[name] ?? null);
    this.#inLast += 1;
    return true;
  }

  /// Steps that ended before `from` are forgotten.
  forget(from) {
    const keep = this.time.findIndex((t) => t + this.step > from);
    if (keep <= 0) return;
    this.time.splice(0, keep);
    for (const { mean, low, high } of Object.values(this.series))
      for (const values of [mean, low, high]) values.splice(0, keep);
  }

  /// {mean, low, high, part} of what is there between two times, part: of them that has values; null: nothing.
  summary(name, from, to) {
    const series = this.series[name] ?? empty();
    let sum = 0, n = 0, low = Infinity, high = -Infinity;
    this.time.forEach((t, i) => {
      if (t + this.step <= from || t > to || (series.mean[i] ?? null) === null) return;
      n += 1;
      sum += series.mean[i];
      low = Math.min(low, series.low[i]);
      high = Math.max(high, series.high[i]);
    });
    return n ? { mean: sum / n, low, high, part: Math.min(1, (n * this.step) / (to - from)) } : null;
  }

  /// [low, high] of all but the hundredth that is least and the one that is largest; null: nothing.
  most(name) {
    const { low, high } = this.series[name] ?? empty();
    const ordered = (values) => values.filter((v) => v !== null).sort((a, b) => a - b);
    const [lows, highs] = [ordered(low), ordered(high)];
    if (!lows.length) return null;
    const out = Math.ceil(lows.length / 100);
    const [a, b] = [lows[Math.min(out, lows.length - 1)], highs[Math.max(0, highs.length - 1 - out)]];
    return a < b ? [a, b] : null;
  }

  #open(begin) {
    // A row of nothing, so that no line is drawn across a gap.
    if (this.last !== null && begin > this.last + this.step) this.#push(this.last + this.step);
    this.#push(begin);
  }

  #push(begin) {
    this.#inLast = 0;
    this.time.push(begin);
    for (const series of Object.values(this.series))
      for (const values of [series.mean, series.low, series.high]) values.push(null);
  }

  #set({ mean, low, high }, ...values) {
    [mean, low, high].forEach((kept, i) => (kept[kept.length - 1] = values[i] ?? null));
  }

  #merge({ mean, low, high }, value) {
    if (value === null) return;
    const i = this.time.length - 1;
    if (mean[i] === null) {
      mean[i] = low[i] = high[i] = value;
      return;
    }
    mean[i] += (value - mean[i]) / (this.#inLast + 1);
    low[i] = Math.min(low[i], value);
    high[i] = Math.max(high[i], value);
  }
}
