import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type Family, labelsOf, Registry, type Snapshot } from '@oriel/metrics';
import {
  type MeterProviderForOptions,
  meterProviderFor,
  type OpenTelemetryCollectorOptions,
  openTelemetryCollector,
} from '../src/index.ts';

type Options = Partial<Pick<MeterProviderForOptions, 'views' | 'resource' | 'reader'>> &
  Omit<Partial<OpenTelemetryCollectorOptions>, 'reader'>;

/** Everything from an instrument to a snapshot, all of it real. */
export interface Bridge {
  readonly provider: MeterProvider;
  readonly meter: Meter;
  readonly registry: Registry;
  readonly warnings: string[];
  gather(): Promise<Snapshot>;
  family(name: string): Promise<Family>;
  /** The series of a family; an error if anything went wrong while gathering. */
  series(name: string): Promise<Series[]>;
}

export interface Series {
  readonly labels: Record<string, string>;
  readonly values: number[];
  readonly points: readonly number[];
  readonly created: number | undefined;
}

/** A registry that reads a MeterProvider; without scope labels and resource unless they are asked for. */
export function bridge(options: Options = {}): Bridge {
  const warnings: string[] = [];
  const reader = options.reader ?? new PrometheusExporter({ preventServerStart: true });
  const { views, resource = emptyResource() } = options;
  const provider = meterProviderFor({ reader, resource, views });
  const registry = new Registry();
  const onWarning = (message: string): number => warnings.push(message);
  registry.register(
    openTelemetryCollector({ scopeInfo: false, targetInfo: false, onWarning, ...options, reader }),
  );
  const gather = (): Promise<Snapshot> => registry.gather();
  const family = async (name: string): Promise<Family> => {
    const { families, errors } = await gather();
    const found = families.find((each) => each.name === name);
    if (errors.length > 0) throw errors[0];
    if (found === undefined) throw new Error(`no family "${name}" in ${families.map((each) => each.name)}`);
    return found;
  };
  const series = async (name: string): Promise<Series[]> => seriesOf(await family(name));
  return { provider, meter: provider.getMeter('test'), registry, warnings, gather, family, series };
}

export function seriesOf(family: Family): Series[] {
  return family.parts.flatMap((part) =>
    Array.from({ length: part.rows }, (_, row) => ({
      labels: Object.fromEntries(labelsOf(part, row).map(({ name, value }) => [name, value])),
      values: [...part.values.slice(row * part.stride, (row + 1) * part.stride)],
      points: part.points,
      created: part.created?.[row],
    })),
  );
}
