import type { RuntimeMetrics } from '@oriel/views-runtime';
import { type Answer, failure } from './answer.ts';
import type { AppCall, AppChannel } from './apps/app.ts';
import type { CircuitState } from './resiliency/circuit-breaker.ts';
import { Policy } from './resiliency/policy.ts';

interface Target {
  readonly channel: AppChannel;
  readonly policy: Policy;
}

/** Calls methods of apps, each app under a policy of its own. */
export class Invoker {
  readonly #runtime: RuntimeMetrics;
  readonly #targets: ReadonlyMap<string, Target>;

  constructor(runtime: RuntimeMetrics, channels: ReadonlyMap<string, AppChannel>) {
    this.#runtime = runtime;
    const targets = [...channels].map(([app, channel]) => {
      const events = runtime.resiliency;
      const policy = new Policy({ target: `app_${app}`, flowDirection: 'outbound', events });
      return [app, { channel, policy }] as const;
    });
    this.#targets = new Map(targets);
  }

  /** An app that nobody knows leaves no trace but an error code: its name would be a label of a stranger's choice. */
  async invoke(callee: string, call: Omit<AppCall, 'timeoutMs'>): Promise<Answer> {
    const target = this.#targets.get(callee);
    if (target === undefined) return failure(404, invocationError, 'No app of this name');
    const { service } = this.#runtime;
    const start = performance.now();
    service.requestSent({ callee, type: 'unary' });
    const answer = await target.policy.run((timeoutMs) => target.channel.call({ ...call, timeoutMs }));
    const elapsedMs = performance.now() - start;
    service.responseReceived({ callee, status: answer.status, type: 'unary', elapsedMs });
    return answer;
  }

  /** The state of the circuit of each app. */
  circuits(): Readonly<Record<string, CircuitState>> {
    return Object.fromEntries([...this.#targets].map(([app, { policy }]) => [app, policy.state]));
  }
}

const invocationError = { code: 'ERR_DIRECT_INVOKE', category: 'service-invocation' } as const;
