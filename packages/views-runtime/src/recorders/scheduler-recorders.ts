import type { schedulerMeasures } from '../catalogue/scheduler-measures.ts';
import type { Handles } from '../handle.ts';
import { RunningTotal } from '../running-total.ts';
import { recordTime, type Timed } from './timing.ts';

/** Events of the scheduler. */
export interface SchedulerRecorders {
  /** A sidecar opened a stream; call the answer when it closes. */
  sidecarConnected(): () => void;
  jobCreated(event: OfJob): void;
  /** A job was not stored, because it existed or for another reason. */
  jobCreationFailed(event: OfJob): void;
  /** A job that was due came to an end; the time counts where it ran, well or not. */
  jobTriggered(event: JobTrigger): void;
  jobDeleted(event: OfJob): void;
  /** Jobs were deleted by metadata or prefix: one operation, however many they were. */
  jobsBulkDeleted(): void;
  /** A trigger got its gate; call the answer when it is released. */
  gateAcquired(event: OfGate): () => void;
  /** A trigger waits for its gate; call the answer when it waits no more. */
  triggerQueued(event: OfGate): () => void;
  /** A trigger found its gate full. */
  triggerThrottled(event: OfGate): void;
  sidecarError(event: { readonly reason: 'send_failed' | 'recv_failed' | 'auth_failed' }): void;
}

export interface OfJob {
  readonly type: 'job' | 'actor' | 'unknown';
}

export interface JobTrigger extends OfJob, Timed {
  readonly result: 'success' | 'failed' | 'undelivered';
}

export interface OfGate {
  readonly concurrencyKey: string;
}

/** Makes the recorders of the scheduler. */
export function schedulerRecorders(
  measures: Handles<typeof schedulerMeasures>,
  seriesLimit: number,
): SchedulerRecorders {
  const m = measures;
  const streams = new RunningTotal(1, (_, n) => m.sidecarsConnected.record(n, {}));
  const inflight = new RunningTotal(seriesLimit, (concurrency_key, n) =>
    m.concurrencyInflight.record(n, { concurrency_key }),
  );
  const pending = new RunningTotal(seriesLimit, (concurrency_key, n) =>
    m.concurrencyPending.record(n, { concurrency_key }),
  );
  const results = { success: m.jobsTriggered, failed: m.jobsFailed, undelivered: m.jobsUndelivered };
  return {
    sidecarConnected: () => streams.enter(''),
    jobCreated: ({ type }) => m.jobsCreated.record(1, { type }),
    jobCreationFailed: ({ type }) => m.jobsCreatedFailed.record(1, { type }),
    jobTriggered({ type, result, elapsedMs }) {
      (results[result] ?? m.jobsUndelivered).record(1, { type });
      if (result === 'success' || result === 'failed') recordTime(m.triggerLatency, { type }, elapsedMs);
    },
    jobDeleted: ({ type }) => m.jobsDeleted.record(1, { type }),
    jobsBulkDeleted: () => m.jobsBulkDeleted.record(1, {}),
    gateAcquired: ({ concurrencyKey }) => inflight.enter(concurrencyKey),
    triggerQueued: ({ concurrencyKey }) => pending.enter(concurrencyKey),
    triggerThrottled: ({ concurrencyKey }) =>
      m.concurrencyThrottled.record(1, { concurrency_key: concurrencyKey }),
    sidecarError: ({ reason }) => m.sidecarErrors.record(1, { reason }),
  };
}
