import { Registry } from '@oriel/metrics';
import { Stats } from '@oriel/stats';
import { type RuntimeMetrics, runtimeMetrics } from '@oriel/views-runtime';
import type { Answer } from '../answer.ts';
import type { AppCall, AppChannel } from '../apps/app.ts';
import { MemoryBroker } from '../components/broker.ts';
import { MemoryStateStore, type StateStore } from '../components/state-store.ts';
import { Invoker } from '../invoker.ts';
import { Operations } from '../operations.ts';

/** An app that answers what it is told, and keeps what it was asked. */
export class TestApp implements AppChannel {
  readonly calls: AppCall[] = [];
  readonly #answers: Answer[];

  constructor(...answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  async call(call: AppCall): Promise<Answer> {
    this.calls.push(call);
    return this.#answers.shift() ?? { status: 200, text: '{}' };
  }

  async probe(): Promise<void> {}

  close(): void {}
}

/** A runtime of its own, and what it counted. */
export function freshRuntime(): {
  readonly runtime: RuntimeMetrics;
  counted(name: string, ...labels: readonly string[]): Record<string, number>;
} {
  const registry = new Registry();
  const stats = new Stats({ registry });
  const runtime = runtimeMetrics({ registry, stats, appId: 'shop', recordErrorCodes: true });
  const counted = (name: string, ...labels: readonly string[]): Record<string, number> =>
    Object.fromEntries(
      stats
        .retrieveData(name)
        .map(({ tags, value }) => [labels.map((label) => tags[label] ?? '').join(' '), Number(value)]),
    );
  return { runtime, counted };
}

/** The operations over components in the process, with one app, `inventory`. */
export function freshOperations(
  runtime: RuntimeMetrics,
  store: StateStore = new MemoryStateStore(),
): Operations {
  const invoker = new Invoker(runtime, new Map([['inventory', new TestApp()]]));
  return new Operations(runtime, invoker, { store, broker: new MemoryBroker() });
}
