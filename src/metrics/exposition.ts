/**
 * From the facts to the text that Prometheus reads, in its own format or in OpenMetrics, whichever is asked for. Each text is made
 * anew from the status: nothing is collected in between.
 */
import { Counter, Gauge, Registry, type RegistryContentType } from 'prom-client';
import { CATALOGUE } from './catalogue.js';
import type { Facts, Metric, Sample } from './metric.js';

export type Format = 'prometheus' | 'openmetrics';

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** All metrics as one text. */
export async function expose(facts: Facts, format: Format): Promise<Exposition> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(
    format === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE,
  );
  for (const metric of CATALOGUE) {
    const { name, help, labels } = metric;
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    const samples = metric.read(facts).filter(isKnown);
    if (metric.type === 'counter') fillCounter(new Counter(common), samples);
    else fillGauge(metric, metric.type === 'summary' ? new Quantiles(common) : new Gauge(common), samples);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}

type Known = Sample & { readonly value: number };

function isKnown(sample: Sample): sample is Known {
  return sample.value !== undefined && Number.isFinite(sample.value);
}

function fillCounter(counter: Counter, samples: readonly Known[]): void {
  // A metric without labels begins at 0 by itself.
  for (const { labels, value } of samples) counter.inc(labels, Math.max(0, value));
}

function fillGauge({ labels: names }: Metric, gauge: Gauge, samples: readonly Known[]): void {
  // A metric without labels begins at 0 by itself; what is not known is left out.
  if (names.length === 0) gauge.remove();
  for (const { labels, value } of samples) gauge.set(labels, value);
}

/** Quantiles that were reckoned elsewhere: prom-client's own summary would want every single observation. */
class Quantiles extends Gauge {
  override async get(): ReturnType<Gauge['get']> {
    // The word that is written behind `# TYPE`; the declared enumeration has no values at run time.
    return Object.assign(await super.get(), { type: 'summary' as never });
  }
}

/**
 * The format that an Accept header prefers (RFC 9110 §12.5.1): OpenMetrics where it is wanted more than plain text, else
 * Prometheus' own.
 */
export function formatFor(accept: string | undefined): Format {
  const weight = (type: string): number =>
    Math.max(0, ...(accept ?? '').split(',').map((part) => weightOf(part, type)));
  const open = weight('application/openmetrics-text');
  return open > 0 && open >= weight('text/plain') ? 'openmetrics' : 'prometheus';
}

function weightOf(part: string, type: string): number {
  const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
  if (name !== type) return 0;
  const quality = parameters.find((word) => word.startsWith('q='))?.slice(2) ?? '1';
  return /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality) : 0;
}

/** Names only, for what must not use others. */
export function metricNames(catalogue: readonly Metric[] = CATALOGUE): readonly string[] {
  return catalogue.map(({ name }) => name);
}
