/**
 * Prometheus text exposition format 0.0.4, written by hand: families with help and type, samples with escaped labels.
 */
export type Labels = Readonly<Record<string, string>>;
export type MetricType = 'counter' | 'gauge' | 'histogram';

export class Exposition {
  readonly #families = new Map<string, { type: MetricType; help: string; lines: string[] }>();

  /** One sample; the first one of a name says its type and help. */
  sample(type: MetricType, name: string, help: string, value: number, labels: Labels = {}): void {
    this.#family(type, name, help).push(line(name, value, labels));
  }

  /** A histogram: cumulative buckets by upper bound, ascending; the rest is above the last one. */
  histogram(name: string, help: string, figures: HistogramFigures): void {
    const lines = this.#family('histogram', name, help);
    for (const { upTo, count } of figures.buckets) lines.push(line(`${name}_bucket`, count, { le: String(upTo) }));
    lines.push(line(`${name}_bucket`, figures.count, { le: '+Inf' }));
    lines.push(line(`${name}_sum`, figures.sum, {}), line(`${name}_count`, figures.count, {}));
  }

  text(): string {
    return [...this.#families]
      .flatMap(([name, { type, help, lines }]) => [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines])
      .join('\n')
      .concat('\n');
  }

  #family(type: MetricType, name: string, help: string): string[] {
    const family = this.#families.get(name) ?? { type, help, lines: [] };
    this.#families.set(name, family);
    return family.lines;
  }
}

export type HistogramFigures = { count: number; sum: number; buckets: readonly { upTo: number; count: number }[] };

function line(name: string, value: number, labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${numberText(value)}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

const escapeLabel = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
const escapeHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
