import type { pubsubMeasures } from '../catalogue/pubsub-measures.ts';
import type { Handle, Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import { countTimed, type Timed } from './timing.ts';

/** Events of pub/sub components. */
export interface PubsubRecorders {
  /** A message came from the broker and was handled. */
  pubsubIngress(event: PubsubIngress): void;
  /** A bulk came from the broker and was handled: one delivery, its time, and each of its events. */
  pubsubBulkIngress(event: PubsubBulkIngress): void;
  /** A message was published, or not. */
  pubsubEgress(event: PubsubEgress): void;
  /** A bulk was published, or not: one request, its time, and each of its events. */
  pubsubBulkEgress(event: PubsubBulkEgress): void;
}

/** What became of a message. */
export type ProcessStatus = 'success' | 'retry' | 'drop';

/** The component by its name, and the topic. */
export interface OfTopic {
  readonly component: string;
  readonly topic: string;
}

export interface PubsubIngress extends OfTopic, Timed {
  readonly processStatus: ProcessStatus;
  /** `drop` if the application asked for that or no route matched. Default: `processStatus`. */
  readonly status?: ProcessStatus;
}

export interface PubsubBulkIngress extends OfTopic, Timed {
  /** How many events ended each way. */
  readonly events: Readonly<Partial<Record<ProcessStatus, number>>>;
  /** Of the bulk. Default: `retry` if any event is retried, else `drop` if any is dropped, else `success`. */
  readonly processStatus?: ProcessStatus;
}

export interface PubsubEgress extends OfTopic, Timed {
  readonly success: boolean;
}

export interface PubsubBulkEgress extends OfTopic, Timed {
  /** Of the bulk as a whole. Default: whether no event failed. */
  readonly success?: boolean;
  /** Events that were published. */
  readonly published: number;
  /** Events that were not. Default: 0. */
  readonly failed?: number;
}

/** Makes the recorders of pub/sub components. */
export function pubsubRecorders(
  measures: Handles<typeof pubsubMeasures>,
  { app_id, namespace }: Identity,
): PubsubRecorders {
  return {
    pubsubIngress({ component, topic, processStatus, status = processStatus, elapsedMs }) {
      const labels = {
        app_id,
        component,
        namespace,
        process_status: lower(processStatus),
        status: lower(status),
        topic,
      };
      countTimed(measures.ingressCount, measures.ingressLatency, labels, elapsedMs);
    },
    pubsubBulkIngress({ component, topic, events, processStatus = statusOf(events), elapsedMs }) {
      const labels = { app_id, component, namespace, topic, process_status: lower(processStatus) };
      countTimed(measures.bulkIngressCount, measures.bulkIngressLatency, labels, elapsedMs);
      for (const [status, n = 0] of Object.entries(events))
        addEvents(measures.bulkIngressEvents, n, { ...labels, process_status: lower(status) });
    },
    pubsubEgress({ component, topic, success, elapsedMs }) {
      const labels = { app_id, component, namespace, success: `${success}`, topic };
      countTimed(measures.egressCount, measures.egressLatency, labels, elapsedMs);
    },
    pubsubBulkEgress({ component, topic, published, failed = 0, success = failed === 0, elapsedMs }) {
      const labels = { app_id, component, namespace, success: `${success}`, topic };
      countTimed(measures.bulkEgressCount, measures.bulkEgressLatency, labels, elapsedMs);
      addEvents(measures.bulkEgressEvents, published, { ...labels, success: 'true' });
      addEvents(measures.bulkEgressEvents, failed, { ...labels, success: 'false' });
    },
  };
}

// No event makes no series.
function addEvents<L extends string>(
  measure: Handle<L>,
  n: number,
  labels: Readonly<Record<L, string>>,
): void {
  if (n !== 0) measure.record(n, labels);
}

function statusOf(events: PubsubBulkIngress['events']): ProcessStatus {
  const { drop = 0, retry = 0 } = events;
  if (retry > 0) return 'retry';
  return drop > 0 ? 'drop' : 'success';
}

// Brokers' SDKs spell it in upper case, and two spellings are two series.
function lower(status: string): string {
  return typeof status === 'string' ? status.toLowerCase() : status;
}
