import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { FamilyHead, MetricType } from '@oriel/metrics';
import { joinedType, shownType, typeOf } from './metric-kind.ts';
import type { Warnings } from './warnings.ts';

/**
 * Remembers what each name stands for.
 *
 * The SDK gives scopes in the order in which their callbacks end, which changes from one collection to the
 * next: whoever came first to a name keeps its type, unit and help for good. A family of exponential histograms is
 * one of classic histograms from the first one on that has to be.
 */
export class FamilyBook {
  readonly #heads = new Map<string, FamilyHead>();
  readonly #warnings: Warnings;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  /** The family a metric belongs to; `undefined`, with a warning, if it can belong to none. */
  headOf(metric: MetricData): FamilyHead | undefined {
    const name = textOf(metric.descriptor.name);
    const own = this.#typeOf(metric, name);
    if (own === undefined) return undefined;
    const known = this.#heads.get(name);
    const type = joinedType(known?.type ?? own, own);
    if (type === undefined) {
      const owner = shownType(known?.type ?? own);
      this.#warnings.about(
        name,
        `keep a ${shownType(own)}`,
        `the name is taken by a ${owner}; rename one with a view`,
      );
      return undefined;
    }
    const head = {
      name,
      type,
      unit: this.#comment('unit', name, known?.unit, metric.descriptor.unit),
      help: this.#comment('help', name, known?.help, metric.descriptor.description),
    };
    this.#heads.set(name, head);
    return head;
  }

  #typeOf(metric: MetricData, name: string): MetricType | undefined {
    const type = typeOf(metric);
    if (name === '') this.#warnings.about(name, 'keep points', 'its name is empty; give it one');
    else if (type === undefined) {
      const kind = String(metric.dataPointType);
      this.#warnings.about(
        name,
        'keep points',
        `they are of the unknown kind ${kind}; use another aggregation`,
      );
    } else if (isDelta(metric)) {
      this.#warnings.about(
        name,
        'keep points',
        'their temporality is delta; use a reader that asks for cumulative temporality',
      );
    } else return type;
    return undefined;
  }

  #comment(kind: 'unit' | 'help', name: string, known: string | undefined, raw: unknown): string {
    const text = textOf(raw);
    if (known === undefined || known === '') return text;
    if (text !== '' && text !== known) {
      this.#warnings.about(
        name,
        `keep the ${kind} "${text}"`,
        `another scope or instrument has "${known}"; use the same`,
      );
    }
    return known;
  }
}

function isDelta(metric: MetricData): boolean {
  const { dataPointType, aggregationTemporality } = metric;
  return (
    dataPointType !== DataPointType.GAUGE && aggregationTemporality !== AggregationTemporality.CUMULATIVE
  );
}

// What a program in plain JavaScript gives as a name or description may be anything.
function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw.toWellFormed() : '';
}
