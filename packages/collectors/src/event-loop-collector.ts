import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { Desc, FamilySink } from '@oriel/metrics';
import { counterDesc, gaugeDesc } from './definition.ts';
import { type DelayFigures, DelayWindow } from './delay-window.ts';
import type { StartableCollector } from './startable-collector.ts';
import { TurnLag } from './turn-lag.ts';
import { UtilizationWindow } from './utilization-window.ts';

export interface EventLoopOptions {
  readonly delayResolutionMs: number;
  readonly windowMs: number;
}

/** Delay and use of the event loop. The counters need no start; what looks back over a window does. */
export class EventLoopCollector implements StartableCollector {
  readonly #descs = eventLoopDescs();
  readonly #delayDescs = delayDescs();
  readonly #options: EventLoopOptions;
  readonly #lag = new TurnLag();
  readonly #utilization = new UtilizationWindow();
  #delays: DelayWindow | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EventLoopOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#delays ??= new DelayWindow(this.#options.delayResolutionMs);
    this.#delays.enable();
    this.#utilization.start();
    this.#lag.start();
    this.#timer = setInterval(() => this.#rotate(), this.#options.windowMs / 2).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#delays?.disable();
    this.#utilization.stop();
    this.#lag.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  describe(): Desc[] {
    return [...Object.values(this.#descs), ...Object.values(this.#delayDescs)];
  }

  collect(out: FamilySink): void {
    this.#collectTime(out);
    this.#collectTurns(out);
    if (this.#timer !== undefined) this.#collectWindow(out);
  }

  #rotate(): void {
    this.#delays?.rotate();
    this.#utilization.rotate();
  }

  #collectTime(out: FamilySink): void {
    const { active, idle }: EventLoopUtilization = performance.eventLoopUtilization();
    out.counter(this.#descs.time, active / 1000, ['active']);
    out.counter(this.#descs.time, idle / 1000, ['idle']);
  }

  #collectTurns(out: FamilySink): void {
    const { loopCount, events, eventsWaiting } = performance.nodeTiming.uvMetricsInfo;
    out.counter(this.#descs.iterations, loopCount);
    out.counter(this.#descs.events, events);
    out.counter(this.#descs.eventsWaiting, eventsWaiting);
  }

  #collectWindow(out: FamilySink): void {
    const ratio = this.#utilization.ratio();
    if (ratio !== undefined) out.gauge(this.#descs.utilization, ratio);
    const lag = this.#lag.seconds;
    if (lag !== undefined) out.gauge(this.#descs.lag, lag);
    const figures = this.#delays?.figures();
    if (figures === undefined) return;
    for (const name of figureNames) out.gauge(this.#delayDescs[name], figures[name]);
  }
}

const help: Readonly<Record<keyof DelayFigures, string>> = {
  min: 'Shortest event loop delay',
  max: 'Longest event loop delay',
  mean: 'Mean event loop delay',
  stddev: 'Standard deviation of the event loop delay',
  p50: 'Median event loop delay',
  p90: '90th percentile of the event loop delay',
  p99: '99th percentile of the event loop delay',
};
const figureNames = Object.keys(help) as readonly (keyof DelayFigures)[];

function delayDescs(): Record<keyof DelayFigures, Desc> {
  const descs = figureNames.map((name) => [
    name,
    gaugeDesc(`nodejs_eventloop_lag_${name}_seconds`, `${help[name]} in the last window.`, { unit: 's' }),
  ]);
  return Object.fromEntries(descs) as Record<keyof DelayFigures, Desc>;
}

function eventLoopDescs() {
  return {
    lag: gaugeDesc('nodejs_eventloop_lag_seconds', 'One turn of the event loop, measured once per second.', {
      unit: 's',
    }),
    utilization: gaugeDesc(
      'nodejs_eventloop_utilization',
      'Share of the last window in which the event loop was busy, from 0 to 1.',
    ),
    time: counterDesc('nodejs_eventloop_time_seconds_total', 'Time of the event loop, by state.', {
      unit: 's',
      labelNames: ['state'],
    }),
    iterations: counterDesc('nodejs_eventloop_iterations_total', 'Turns of the event loop.'),
    events: counterDesc('nodejs_eventloop_events_total', 'Events the event loop has processed.'),
    eventsWaiting: counterDesc(
      'nodejs_eventloop_events_waiting_total',
      'Events that waited already when the event loop asked for them.',
    ),
  };
}
