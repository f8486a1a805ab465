import { Registry } from '@oriel/metrics';
import { Stats } from '@oriel/stats';
import { runtimeMetrics } from '@oriel/views-runtime';
import { describe, expect, test } from 'vitest';
import { Policy, type PolicyOptions } from '../resiliency/policy.ts';

/** A policy without pauses on a runtime of its own, and what was counted of it. */
function fresh(options: Partial<PolicyOptions> = {}) {
  const registry = new Registry();
  const stats = new Stats({ registry });
  const { resiliency: events } = runtimeMetrics({ registry, stats, appId: 'shop', parts: ['resiliency'] });
  const policy = new Policy({ target: 'app_a', flowDirection: 'outbound', events, pauseMs: 0, ...options });
  const counted = (name: string): Record<string, number> =>
    Object.fromEntries(
      stats
        .retrieveData(name)
        .map(({ tags, value }) => [`${tags.policy} ${tags.status ?? ''}`.trim(), Number(value)]),
    );
  return { policy, counted };
}

async function run(
  policy: Policy,
  ...statuses: readonly number[]
): Promise<{ status: number; calls: number }> {
  let calls = 0;
  const { status } = await policy.run(async () => ({ status: statuses[calls++] ?? 200 }));
  return { status, calls };
}

describe('Policy', () => {
  test('calls once what is answered, 404 included, and counts a use of each part', async () => {
    const { policy, counted } = fresh();
    expect(await run(policy, 404)).toEqual({ status: 404, calls: 1 });
    expect(counted('resiliency_policy_uses_total')).toEqual({
      'circuitbreaker closed': 1,
      retry: 1,
      timeout: 1,
    });
    expect(counted('resiliency_activations_total')).toEqual({});
  });

  test('tries a failure again, twice at most, and counts one activation for all tries', async () => {
    const { policy, counted } = fresh();
    expect(await run(policy, 500, 502)).toEqual({ status: 200, calls: 3 });
    expect(counted('resiliency_activations_total')).toEqual({ retry: 1 });
    expect(await run(policy, 500, 500, 503, 200)).toEqual({ status: 503, calls: 3 });
    expect(counted('resiliency_activations_total')).toEqual({ retry: 2 });
  });

  test('counts the first timeout of a call', async () => {
    const { policy, counted } = fresh();
    expect(await run(policy, 504, 504)).toEqual({ status: 200, calls: 3 });
    expect(counted('resiliency_activations_total')).toEqual({ retry: 1, timeout: 1 });
  });

  test('answers 503 without a call while the circuit is open, and says so', async () => {
    const { policy, counted } = fresh({ failures: 2, openMs: 1e9 });
    expect(await run(policy, 500, 500, 500)).toEqual({ status: 503, calls: 2 });
    expect(await run(policy)).toEqual({ status: 503, calls: 0 });
    expect(policy.state).toBe('open');
    expect(counted('resiliency_activations_total')).toEqual({ retry: 1, 'circuitbreaker open': 1 });
    expect(counted('resiliency_policy_uses_total')).toMatchObject({ 'circuitbreaker open': 1 });
  });

  test('leaves the circuit closed for what an app refuses, however often', async () => {
    const { policy } = fresh({ failures: 2 });
    for (let i = 0; i < 5; i++) expect(await run(policy, 404)).toEqual({ status: 404, calls: 1 });
    expect(policy.state).toBe('closed');
  });
});
