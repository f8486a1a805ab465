import { Installation } from './installation.ts';
import { quiet, quietly } from './quiet.ts';
import { type RecorderSet, recorderSet } from './recorder-set.ts';
import { recordWorkflowZeros } from './recorders/workflow-engine-recorders.ts';
import { type RuntimeMetricsOptions, type RuntimeSettings, settingsOf } from './runtime-options.ts';

/** What a runtime measures: a function for each event. None of them throws; those of a part not chosen do nothing. */
export interface RuntimeMetrics extends RecorderSet, Disposable {
  /** What the options came to. */
  readonly settings: RuntimeSettings;
  /** Makes the series again that stand at zero before anything happened, after views were changed. */
  recordZeros(): void;
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
  const recordZeros = (): void => recordWorkflowZeros(recorders.workflow);
  recordZeros();
  recorders.placement.leadership({ leading: false });
  const stop = (): void => installation.stop();
  return Object.freeze({ ...recorders, settings, recordZeros, stop, [Symbol.dispose]: stop });
}

function guarded(installation: Installation): RecorderSet {
  const groups = Object.entries(recorderSet(installation)).map(([group, recorders]) => {
    const dropped = (event: string): void => installation.dropped(event);
    if (typeof recorders === 'function') return [group, quietly(recorders, () => dropped(group))];
    return [group, quiet(recorders, (event) => dropped(`${group}.${event}`))];
  });
  return Object.fromEntries(groups) as RecorderSet;
}
