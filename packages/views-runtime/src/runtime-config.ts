import { MetricsError } from '@oriel/metrics';
import { type ViewConfigPlan, viewConfig } from '@oriel/stats';
import { httpConfig } from '@oriel/views-http';
import { internalsOf, type RuntimeInternals, type RuntimeMetrics } from './runtime-metrics.ts';
import type { RuntimeSettings } from './runtime-options.ts';
import { Translation } from './translation.ts';

/** One field of the operator's file. */
export interface RuntimeConfigField {
  readonly name: string;
  readonly description: string;
  /** What may stand there, as the end of "use …". */
  readonly wanted: string;
  readonly default: string;
}

/** The part of a program that takes the fields of a runtime from the operator's file; `@oriel/exporter` calls it a `Configurable`. */
export interface RuntimeConfig {
  readonly fields: readonly RuntimeConfigField[];
  /** Checks the fields the file sets and plans what follows. Changes nothing, never throws. */
  prepare(values: Readonly<Record<string, unknown>>): ViewConfigPlan;
}

/** The fields that are a runtime's own, with the defaults that the program chose. */
function ownFields({ optIns }: RuntimeSettings): RuntimeConfigField[] {
  return [
    {
      name: 'workflow',
      description:
        'Bounds of the execution latencies of workflows and activities: "latencyDistributionBuckets", in "latencyDistributionUnits".',
      wanted: 'an object with latencyDistributionBuckets or latencyDistributionUnits',
      default: 'the bounds of all latencies; units of 1ms',
    },
    {
      name: 'recordErrorCodes',
      description: 'Whether error replies are counted by their code.',
      wanted: 'true or false',
      default: String(optIns.recordErrorCodes),
    },
  ];
}

/**
 * Lets the operator's file decide about a runtime: all fields of `viewConfig`, and `http`, `workflow` and
 * `recordErrorCodes`, as in Dapr's `spec.metrics`.
 *
 * Shape: what the file does not say is as the options of the runtime have it. Entries of `views` have the last word.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID` for what is no runtime.
 */
export function runtimeConfig(runtime: RuntimeMetrics): RuntimeConfig {
  const inside = internalsOf(runtime);
  if (inside === undefined) {
    throw new MetricsError('ARGUMENT_INVALID', {
      message: 'Cannot make runtime config: its argument is no runtime; pass what runtimeMetrics() returned',
    });
  }
  const { settings } = inside.installation;
  const { paths, stats } = settings;
  return Object.freeze({
    fields: [...viewConfig(stats).fields, ...httpConfig(paths).fields, ...ownFields(settings)],
    prepare: (values: Readonly<Record<string, unknown>>) => planOf(inside, values),
  });
}

function planOf(inside: RuntimeInternals, values: Readonly<Record<string, unknown>>): ViewConfigPlan {
  const { installation, recordZeros } = inside;
  const { paths, stats } = installation.settings;
  const views = viewConfig(stats);
  const translation = new Translation(installation.settings, values);
  // Of a runtime that was stopped nothing is left to be decided but what others measure.
  const wanted = installation.stopped ? viewFields(values) : translation.viewFields();
  const plan = views.prepare(wanted);
  const http = httpConfig(paths).prepare(values);
  const commit = (): void => {
    http.commit();
    plan.commit();
    if (installation.stopped) return;
    recordZeros();
    installation.atStop(() => views.prepare(viewFields(values)).commit());
  };
  return {
    issues: [...translation.issues, ...http.issues, ...translation.placed(plan.issues)],
    warnings: [...translation.warnings, ...http.warnings, ...translation.placed(plan.warnings)],
    constLabels: plan.constLabels,
    commit,
  };
}

function viewFields({
  views,
  tags,
  rules,
  latencyDistributionBuckets,
}: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { views, tags, rules, latencyDistributionBuckets };
}
