import { diag } from '@opentelemetry/api';
import type { ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { type Collector, type FamilyHead, type FamilySink, MetricsError } from '@oriel/metrics';
import { FamilyBook } from './family-book.ts';
import { MetricFamily } from './metric-family.ts';
import { type OpenTelemetryReader, ReaderTurn } from './reader-turn.ts';
import { scopeFields, scopeLabels } from './scope-labels.ts';
import { isSettled, targetColumns, targetHead } from './target-family.ts';
import { Warnings } from './warnings.ts';

export interface OpenTelemetryCollectorOptions {
  /** Bound to the `MeterProvider` whose instruments are wanted, with cumulative temporality. */
  readonly reader: OpenTelemetryReader;
  /** Puts the labels `otel_scope_name`, `otel_scope_version` and so on onto every series. Default: true. */
  readonly scopeInfo?: boolean;
  /** Writes the resource as the info family `target`. Default: true. */
  readonly targetInfo?: boolean;
  /** Time for one observable's callback, in milliseconds; a slow one costs its own values. Default: 2500. */
  readonly callbackTimeoutMs?: number;
  /** Told once per metric and cause what had to be left out or joined. Default: OpenTelemetry's `diag.warn`. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Carries what OpenTelemetry instruments record into a registry.
 *
 * Shape: an unchecked collector. Names, units and descriptions stay as OpenTelemetry has them: an exporter
 * translates them to what its format wants.
 * Errors: none are thrown. What the reader and its callbacks fail with is in the errors of the snapshot.
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility".
 */
export function openTelemetryCollector(options: OpenTelemetryCollectorOptions): Collector {
  return new OpenTelemetryCollector(options);
}

class OpenTelemetryCollector implements Collector {
  readonly #turn: ReaderTurn;
  readonly #warnings: Warnings;
  readonly #book: FamilyBook;
  readonly #scopeInfo: boolean;
  readonly #targetInfo: boolean;

  constructor(options: OpenTelemetryCollectorOptions) {
    this.#turn = new ReaderTurn(options.reader, options.callbackTimeoutMs ?? 2500);
    this.#warnings = new Warnings(options.onWarning ?? ((message) => diag.warn(message)));
    this.#book = new FamilyBook(this.#warnings);
    this.#scopeInfo = options.scopeInfo ?? true;
    this.#targetInfo = options.targetInfo ?? true;
  }

  /** Nothing: which instruments there are is known when they are read. */
  describe(): [] {
    return [];
  }

  async collect(out: FamilySink): Promise<void> {
    try {
      const result = await this.#turn.read(out.signal);
      for (const error of result.errors) out.error(failure(error));
      if (this.#targetInfo) await writeTarget(result.resourceMetrics, out);
      this.#writeFamilies(result.resourceMetrics.scopeMetrics, out);
    } catch (error) {
      out.error(failure(error));
    }
  }

  #writeFamilies(scopes: readonly ScopeMetrics[], out: FamilySink): void {
    for (const { head, family } of this.#families(scopes).values()) {
      try {
        for (const columns of family.parts()) out.columns(head, columns);
      } catch (error) {
        out.error(failure(error));
      }
    }
  }

  #families(scopes: readonly ScopeMetrics[]): Map<string, { head: FamilyHead; family: MetricFamily }> {
    const families = new Map<string, { head: FamilyHead; family: MetricFamily }>();
    const reserved = this.#scopeInfo ? scopeFields : new Set<string>();
    for (const { scope, metrics } of scopes) {
      const labels = this.#scopeInfo ? scopeLabels(scope) : [];
      for (const metric of metrics) {
        const head = this.#book.headOf(metric);
        if (head === undefined || metric.dataPoints.length === 0) continue;
        const family = families.get(head.name)?.family ?? new MetricFamily(head, reserved, this.#warnings);
        family.add({ metric, scope: labels }, head);
        families.set(head.name, { head, family });
      }
    }
    return families;
  }
}

async function writeTarget({ resource }: ResourceMetrics, out: FamilySink): Promise<void> {
  if (!(await isSettled(resource))) return;
  const columns = targetColumns(resource);
  if (columns !== undefined) out.columns(targetHead, columns);
}

function failure(cause: unknown): MetricsError {
  if (cause instanceof MetricsError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new MetricsError('COLLECT_FAILED', {
    message: `Cannot collect OpenTelemetry metrics: "${text}"; what else was read is served`,
    cause,
  });
}
