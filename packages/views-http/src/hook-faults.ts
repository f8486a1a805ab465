import { Counter } from '@oriel/metrics';

/** What went wrong where a request must not notice. */
export type HookFault =
  | 'tags_not_extracted'
  | 'tags_not_injected'
  | 'recorder_failed'
  | 'filter_failed'
  | 'hook_failed';

/** Counts what the instrumentation could not do; a collector, for whoever wants to see it. */
export class HookFaults {
  readonly counter: Counter<'cause'> = new Counter({
    name: 'oriel_http_instrumentation_faults_total',
    help: 'What HTTP instrumentation could not do, by cause; the requests went on.',
    labelNames: ['cause'],
  });

  add(cause: HookFault): void {
    this.counter.inc({ cause });
  }

  /** Runs what Node calls in the middle of its work; what it throws would end the process there. */
  guard(act: () => void): void {
    try {
      act();
    } catch {
      this.add('hook_failed');
    }
  }
}
