import { setTimeout as sleep } from 'node:timers/promises';
import type { PubsubIngress, RuntimeMetrics } from '@oriel/views-runtime';
import type { Answer } from '../answer.ts';
import type { AppChannel } from '../apps/app.ts';
import type { OnMessage } from './broker.ts';
import { PUBSUB } from './components.ts';

const TRIES = 3;
const PAUSE_MS = 50;
const TIMEOUT_MS = 1000;

type Outcome = Required<Pick<PubsubIngress, 'processStatus' | 'status'>>;

/** Hands the messages of a topic to the app, each at most three times; every time is measured. */
export function deliverTo(channel: AppChannel, topic: string, runtime: RuntimeMetrics): OnMessage {
  return async (body) => {
    for (let tries = 1; ; tries++) {
      const start = performance.now();
      const answer = await channel.call({ verb: 'POST', method: topic, body, timeoutMs: TIMEOUT_MS });
      const outcome = outcomeOf(answer, tries === TRIES);
      const elapsedMs = performance.now() - start;
      runtime.component.pubsubIngress({ component: PUBSUB, topic, ...outcome, elapsedMs });
      if (outcome.processStatus !== 'retry') return;
      await sleep(PAUSE_MS);
    }
  };
}

// Dapr's rules: 404 drops, other failures are tried again, and the app may say in its answer what it wants.
function outcomeOf({ status, text }: Answer, last: boolean): Outcome {
  if (status === 404) return { processStatus: 'drop', status: 'drop' };
  const asked = status < 300 ? statusIn(text) : 'retry';
  if (asked === 'retry') return last ? { processStatus: 'drop', status: 'drop' } : retry;
  return { processStatus: 'success', status: asked };
}

const retry: Outcome = { processStatus: 'retry', status: 'retry' };

function statusIn(text: string | undefined): 'success' | 'retry' | 'drop' {
  try {
    const { status } = JSON.parse(text ?? '{}') as { status?: unknown };
    if (status === 'RETRY') return 'retry';
    return status === 'DROP' ? 'drop' : 'success';
  } catch {
    return 'success';
  }
}
