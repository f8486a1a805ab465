import type { Measure, MeasureOptions } from './measure.ts';
import { Stats } from './stats.ts';
import type { View } from './view.ts';
import type { ViewRow } from './view-rows.ts';

let shared: Stats | undefined;

/** The instance the functions of this module work on; made on first use, over the default registry. */
export function defaultStats(): Stats {
  shared ??= new Stats();
  return shared;
}

/** `Stats.measureDouble` of the default instance. */
export function measureDouble(options: MeasureOptions): Measure {
  return defaultStats().measureDouble(options);
}

/** `Stats.measureInt64` of the default instance. */
export function measureInt64(options: MeasureOptions): Measure {
  return defaultStats().measureInt64(options);
}

/** `Stats.registerViews` of the default instance. */
export function registerViews(...views: readonly View[]): void {
  defaultStats().registerViews(...views);
}

/** `Stats.unregisterViews` of the default instance. */
export function unregisterViews(...views: readonly (View | string)[]): number {
  return defaultStats().unregisterViews(...views);
}

/** `Stats.findView` of the default instance. */
export function findView(name: string): View | undefined {
  return defaultStats().findView(name);
}

/** `Stats.retrieveData` of the default instance. */
export function retrieveData(name: string): ViewRow[] {
  return defaultStats().retrieveData(name);
}
