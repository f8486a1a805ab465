import { type Collector, MetricsError, type Registerer } from '@oriel/metrics';
import { type Measure, sum, type View, view } from '@oriel/stats';
import { BreakerStates } from './breaker-states.ts';
import { groupsOf, type Part } from './catalogue.ts';
import { Handle, type Handles, handlesOf } from './handle.ts';
import type { MeasureDefinition, MeasureGroup } from './measure-definition.ts';
import { divisorUnder, isStateSet, labelsUnder, measureUnder, nameUnder, viewUnder } from './profile.ts';
import type { RuntimeSettings } from './runtime-options.ts';
import { hold, type Running } from './shared.ts';

/** Measures, views and collectors of one runtime, from its start to its stop. */
export class Installation {
  readonly settings: RuntimeSettings;
  /** The state set of circuit breakers, where there is one. */
  readonly breakerStates: BreakerStates | undefined;
  readonly #handles: Handle[] = [];
  readonly #held: Running<unknown>[] = [];
  readonly #dropped: Handle<'event'>;
  #stopped = false;
  #onStop: (() => void) | undefined;

  /** Errors: those of measures and views; then nothing is left behind. */
  constructor(settings: RuntimeSettings) {
    this.settings = settings;
    try {
      this.breakerStates = this.#install();
      this.#dropped = this.#installDropped();
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** Handles of a group; those of a part that was not chosen record nothing. */
  handles<G extends MeasureGroup>(part: Part, group: G): Handles<G> {
    const chosen = this.settings.parts.includes(part);
    return handlesOf(group, (definition) => (chosen ? this.#handle(definition) : new Handle()));
  }

  /** Counts an event that could not be read. */
  dropped(event: string): void {
    this.#dropped.record(1, { event });
  }

  /** Ends everything, once: handles record nothing from now on. */
  stop(): void {
    this.#stopped = true;
    this.#onStop?.();
    this.#onStop = undefined;
    for (const handle of this.#handles.splice(0)) handle.close();
    for (let held = this.#held.pop(); held !== undefined; held = this.#held.pop()) held.end();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Told at the stop, while views are still there; a second call replaces the listener. */
  atStop(onStop: () => void): void {
    this.#onStop = onStop;
  }

  #install(): BreakerStates | undefined {
    const { parts, paths, registry } = this.settings;
    const chosen = parts.flatMap((part) => groupsOf(part).flatMap((group) => Object.values(group)));
    for (const definition of chosen) this.#installView(definition);
    if (registry !== undefined && parts.includes('http')) this.#expose(paths.folds, registry);
    const states = chosen.find((definition) => isStateSet(this.settings.profile, definition));
    return states && registry && this.#installStates(states, registry);
  }

  #installView(definition: MeasureDefinition): void {
    const { bounds, optIns, profile, seriesLimit, stats } = this.settings;
    const measure = measureUnder(profile, definition, stats);
    const { bounds: code = 'LAT', optIn } = definition;
    if (isStateSet(profile, definition) || (optIn !== undefined && !optIns[optIn])) return;
    this.#holdView(viewUnder(profile, definition, measure, { bounds: bounds[code], seriesLimit }));
  }

  // A view that somebody else registered before is theirs to end.
  #holdView(own: View): void {
    const { stats } = this.settings;
    const begin = (): Running<View> => {
      const theirs = stats.findView(own.name) !== undefined;
      stats.registerViews(own);
      return { value: own, end: () => void (theirs || stats.unregisterViews(own.name)) };
    };
    this.#held.push(hold(stats, own.name, begin));
  }

  #installStates(definition: MeasureDefinition, registry: Registerer): BreakerStates {
    const { profile, seriesLimit } = this.settings;
    const name = nameUnder(profile, definition);
    const held = hold(registry, name, () => {
      const labelNames = labelsUnder(profile, definition);
      const value = new BreakerStates({ name, help: definition.description, labelNames, seriesLimit });
      registry.register(value);
      return { value, end: () => void registry.unregister(value, { release: true }) };
    });
    this.#held.push(held);
    return held.value;
  }

  #installDropped(): Handle<'event'> {
    const { stats } = this.settings;
    const measure = stats.measureInt64({
      name: 'oriel_runtime_events_dropped_total',
      description: 'Events of a runtime that could not be read, by recorder.',
    });
    this.#holdView(view({ measure, tagKeys: ['event'], aggregation: sum() }));
    return this.#kept(measure, 1, ['event']);
  }

  // Another runtime, or the HTTP views, may tell of their labels there already.
  #expose(collector: Collector, registry: Registerer): void {
    try {
      registry.register(collector);
      this.#held.push({ value: collector, end: () => void registry.unregister(collector) });
    } catch (error) {
      const taken = ['ALREADY_REGISTERED', 'DUPLICATE_DESCRIPTOR'];
      if (!(error instanceof MetricsError && taken.includes(error.code))) throw error;
    }
  }

  #handle(definition: MeasureDefinition): Handle {
    const { profile, stats } = this.settings;
    const measure = measureUnder(profile, definition, stats);
    return this.#kept(measure, divisorUnder(profile, definition), labelsUnder(profile, definition));
  }

  #kept<L extends string>(measure: Measure, divisor: number, labels: readonly string[]): Handle<L> {
    const handle = new Handle<L>(measure, divisor, labels);
    this.#handles.push(handle);
    return handle;
  }
}
