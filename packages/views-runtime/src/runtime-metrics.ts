import type { PathLabels } from '@oriel/views-http';
import { Installation } from './installation.ts';
import { quiet, quietly } from './quiet.ts';
import { type RecorderSet, recorderSet } from './recorder-set.ts';
import { recordWorkflowZeros } from './recorders/workflow-engine-recorders.ts';
import { type RuntimeMetricsOptions, settingsOf } from './runtime-options.ts';

/** What a runtime measures: a function for each event. None of them throws; those of a part not chosen do nothing. */
export interface RuntimeMetrics extends RecorderSet, Disposable {
  /** What makes labels of paths and methods; its `folds` tell what was folded. */
  readonly paths: PathLabels;
  /** Takes views and numbers away; what is recorded later goes nowhere. */
  stop(): void;
}

/**
 * Defines the measures of the chosen parts, registers their views, and gives the functions that record.
 *
 * Shape: 105 measures of a sidecar by default; the control plane's 29 by `parts`.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID`, `BOUNDS_NOT_RISING`, `BOUND_NOT_FINITE`, `PATH_PATTERN_INVALID`;
 * `MEASURE_CONFLICT`, `VIEW_CONFLICT` and those of the registry, if others have one of the names. Then nothing is left behind.
 *
 * @example
 * const runtime = runtimeMetrics({ appId: 'orders' });
 * runtime.component.state({ component: 'redis', operation: 'get', success: true, elapsedMs: 0.4 });
 * runtime.stop();
 */
export function runtimeMetrics(options: RuntimeMetricsOptions): RuntimeMetrics {
  const settings = settingsOf(options);
  const installation = new Installation(settings);
  const recorders = guarded(installation);
  const stop = (): void => installation.stop();
  const runtime = Object.freeze({ ...recorders, paths: settings.paths, stop, [Symbol.dispose]: stop });
  const recordZeros = (): void => recordWorkflowZeros(recorders.workflow);
  recordZeros();
  recorders.placement.leadership({ leading: false });
  internals.set(runtime, { installation, recordZeros });
  return runtime;
}

/** What the operator's part needs of a runtime. */
export interface RuntimeInternals {
  readonly installation: Installation;
  /** Makes the series again that stand at zero before anything happened, after views were changed. */
  recordZeros(): void;
}

const internals = new WeakMap<RuntimeMetrics, RuntimeInternals>();

/** The inside of a runtime; `undefined` for what {@link runtimeMetrics} did not make. */
export function internalsOf(runtime: RuntimeMetrics): RuntimeInternals | undefined {
  return internals.get(runtime);
}

function guarded(installation: Installation): RecorderSet {
  const groups = Object.entries(recorderSet(installation)).map(([group, recorders]) => {
    const dropped = (event: string): void => installation.dropped(event);
    if (typeof recorders === 'function') return [group, quietly(recorders, () => dropped(group))];
    return [group, quiet(recorders, (event) => dropped(`${group}.${event}`))];
  });
  return Object.fromEntries(groups) as RecorderSet;
}
