import { setTimeout as sleep } from 'node:timers/promises';
import type { ResiliencyRecorders } from '@oriel/views-runtime';
import { type Answer, failure } from '../answer.ts';
import { CircuitBreaker, type CircuitState } from './circuit-breaker.ts';

export interface PolicyOptions {
  /** What is called, as `app_<id>`. */
  readonly target: string;
  readonly flowDirection: 'inbound' | 'outbound';
  readonly events: ResiliencyRecorders;
  /** Each try has as long. Default: 500. */
  readonly timeoutMs?: number;
  /** Tries after the first. Default: 2. */
  readonly retries?: number;
  /** Between tries. Default: 20. */
  readonly pauseMs?: number;
  /** Failures in a row that open the circuit. Default: 5. */
  readonly failures?: number;
  /** How long it stays open. Default: 3000. */
  readonly openMs?: number;
}

/** Name of the one resource of policies that this sidecar has. */
export const POLICY_NAME = 'demo';

const defaults = { timeoutMs: 500, retries: 2, pauseMs: 20, failures: 5, openMs: 3000 };

/** Timeout, circuit breaker and retries round each call of one target, in this order from the inside; all of it is measured. */
export class Policy {
  readonly #options: PolicyOptions & typeof defaults;
  readonly #place: Pick<PolicyOptions, 'target' | 'flowDirection'> & { readonly name: string };
  readonly #breaker: CircuitBreaker;

  constructor(options: PolicyOptions) {
    const { target, flowDirection, events } = options;
    this.#options = { ...defaults, ...options };
    this.#place = { name: POLICY_NAME, target, flowDirection };
    this.#breaker = new CircuitBreaker({
      ...this.#options,
      onChange: (state) => events.breakerChanged({ ...this.#place, state }),
    });
  }

  get state(): CircuitState {
    return this.#breaker.state;
  }

  /** Makes the call until it is answered below 500, the tries are used up or the circuit is open. */
  async run(call: (timeoutMs: number) => Promise<Answer>): Promise<Answer> {
    const { events, retries, pauseMs } = this.#options;
    for (const policy of ['retry', 'timeout'] as const) events.policyUsed({ ...this.#place, policy });
    events.breakerUsed({ ...this.#place, state: this.#breaker.state });
    const seen = { timeout: false };
    let answer = await this.#try(call, seen);
    for (let n = 0; n < retries && retryable(answer); n++) {
      if (n === 0) events.policyActivated({ ...this.#place, policy: 'retry' });
      await sleep(pauseMs);
      answer = await this.#try(call, seen);
    }
    return answer;
  }

  async #try(call: (timeoutMs: number) => Promise<Answer>, seen: { timeout: boolean }): Promise<Answer> {
    const report = this.#breaker.admit();
    if (report === undefined) return kept;
    const answer = await call(this.#options.timeoutMs);
    report(answer.status < 500);
    if (answer.status === 504 && !seen.timeout) {
      seen.timeout = true;
      this.#options.events.policyActivated({ ...this.#place, policy: 'timeout' });
    }
    return answer;
  }
}

const kept: Answer = failure(
  503,
  { code: 'ERR_DIRECT_INVOKE', category: 'service-invocation' },
  'The circuit is open: too many calls failed, try again in a few seconds',
);

// An open circuit is an answer at once.
function retryable(answer: Answer): boolean {
  return answer !== kept && answer.status >= 500;
}
