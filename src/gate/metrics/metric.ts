/**
 * Counters, gauges and histograms with labels, and their text in Prometheus' exposition format 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats). A metric has a bound on its series: what comes
 * beyond it is counted under the label value `other`, so that nobody makes the gate's memory grow.
 */

export type Labels = readonly string[];

interface Description {
  /** As Prometheus names it: with its unit, `_total` for a counter. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Series at most. */
  readonly most?: number;
}

export interface Metric {
  /** The metric's lines, each with its newline. */
  readonly text: () => string;
}

const MOST_SERIES = 500;
const OTHER = "other";
/** Between the values of a series' key; no label value of the gate's holds it. */
const SEPARATOR = "\u0000";

/** The values of a metric by its labels. */
class Series<Value> {
  readonly #values = new Map<string, { readonly labels: Labels; value: Value }>();
  readonly #most: number;
  readonly #initial: () => Value;

  constructor({ most = MOST_SERIES }: Description, initial: () => Value) {
    this.#most = most;
    this.#initial = initial;
  }

  at(labels: Labels): { value: Value } {
    const key = labels.join(SEPARATOR);
    const found = this.#values.get(key);
    if (found !== undefined) return found;
    const isFull = this.#values.size >= this.#most;
    if (isFull && labels.some((label) => label !== OTHER)) return this.at(labels.map(() => OTHER));
    const made = { labels, value: this.#initial() };
    this.#values.set(key, made);
    return made;
  }

  clear(): void {
    this.#values.clear();
  }

  get all(): Iterable<{ readonly labels: Labels; readonly value: Value }> {
    return this.#values.values();
  }
}

/** Counts up, and is a gauge when it may be set or count down. */
export class Counter implements Metric {
  protected readonly description: Description;
  protected readonly series: Series<number>;

  constructor(description: Description) {
    this.description = description;
    this.series = new Series(description, () => 0);
    // A series without labels is there from the beginning, so that its first step is seen.
    if (description.labels === undefined) this.series.at([]);
  }

  add(amount: number, ...labels: Labels): void {
    this.series.at(labels).value += amount;
  }

  text(): string {
    const { name } = this.description;
    let text = header(this.description, this.kind);
    for (const { labels, value } of this.series.all) {
      text += `${name}${shownLabels(this.description, labels)} ${shownNumber(value)}\n`;
    }
    return text;
  }

  protected get kind(): string {
    return "counter";
  }
}

export class Gauge extends Counter {
  set(value: number, ...labels: Labels): void {
    this.series.at(labels).value = value;
  }

  /** Takes away all series: before a label value of which there is one at a time. */
  clear(): void {
    this.series.clear();
  }

  protected override get kind(): string {
    return "gauge";
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
}

export class Histogram implements Metric {
  readonly #description: Description;
  /** Upper bounds, ascending, without infinity. */
  readonly #bounds: readonly number[];
  readonly #series: Series<Distribution>;

  constructor(description: Description, bounds: readonly number[]) {
    this.#description = description;
    this.#bounds = bounds;
    this.#series = new Series(description, () => ({ counts: [...bounds, 0].fill(0), sum: 0 }));
    if (description.labels === undefined) this.#series.at([]);
  }

  observe(value: number, ...labels: Labels): void {
    const { value: distribution } = this.#series.at(labels);
    const at = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = at === -1 ? this.#bounds.length : at;
    distribution.counts[bucket] = (distribution.counts[bucket] ?? 0) + 1;
    distribution.sum += value;
  }

  text(): string {
    const { name } = this.#description;
    let text = header(this.#description, "histogram");
    for (const { labels, value } of this.#series.all) {
      let below = 0;
      for (const [index, bound] of [...this.#bounds, Infinity].entries()) {
        below += value.counts[index] ?? 0;
        const shown = shownLabels(this.#description, labels, shownNumber(bound));
        text += `${name}_bucket${shown} ${String(below)}\n`;
      }
      const shown = shownLabels(this.#description, labels);
      text += `${name}_sum${shown} ${shownNumber(value.sum)}\n${name}_count${shown} ${String(below)}\n`;
    }
    return text;
  }
}

function header({ name, help }: Description, kind: string): string {
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${name} ${escaped}\n# TYPE ${name} ${kind}\n`;
}

function shownLabels({ labels: names = [] }: Description, values: Labels, bound?: string): string {
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? "")}"`);
  if (bound !== undefined) pairs.push(`le="${bound}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** As Go's ParseFloat reads it. */
function shownNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return Number.isNaN(value) ? "NaN" : String(value);
}
