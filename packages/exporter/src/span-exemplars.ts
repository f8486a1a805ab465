import { ExemplarSampler, type ExemplarSpan, Registry } from '@oriel/metrics';
import type { ExporterRegistry } from './backend.ts';
import { importInstalled } from './installed-package.ts';
import type { Logger } from './logger.ts';

/** The part of OpenTelemetry's API that tells the active span. */
interface TraceApi {
  getActiveSpan(): { spanContext(): ExemplarSpan } | undefined;
}

/** The sampler that exporters put on a registry, for as long as one of them runs. */
interface Share {
  readonly sampler: ExemplarSampler;
  exporters: number;
}

const shares = new WeakMap<Registry, Share>();
const api = '@opentelemetry/api';

/**
 * Has a registry keep active OpenTelemetry spans as exemplars, unless the program chose a sampler for it. Answers what
 * ends that. Never rejects: where it cannot be done the logger is told.
 */
export async function keepSpans(registry: ExporterRegistry, logger: Logger): Promise<() => void> {
  try {
    if (!(registry instanceof Registry)) throw new Error('the registry is not a Registry of @oriel/metrics');
    const trace = (await importInstalled(api))?.trace as TraceApi | undefined;
    if (trace === undefined) throw new Error(`package "${api}" is not installed`);
    return join(registry, () => trace.getActiveSpan()?.spanContext());
  } catch (err) {
    const fault = `Cannot keep exemplars: ${(err as Error).message}`;
    logger.warn({ err }, `${fault}; mend that, or give the registry a sampler by useExemplars()`);
    return () => {};
  }
}

function join(registry: Registry, activeSpan: () => ExemplarSpan | undefined): () => void {
  const known = shares.get(registry);
  // Somebody else's: theirs is the say.
  if (registry.exemplars !== known?.sampler) return () => {};
  const share = known ?? { sampler: new ExemplarSampler({ activeSpan }), exporters: 0 };
  share.exporters++;
  shares.set(registry, share);
  if (known === undefined) registry.useExemplars(share.sampler);
  return () => leave(registry, share);
}

function leave(registry: Registry, share: Share): void {
  share.exporters--;
  if (share.exporters > 0) return;
  shares.delete(registry);
  if (registry.exemplars === share.sampler) registry.useExemplars(undefined);
}
