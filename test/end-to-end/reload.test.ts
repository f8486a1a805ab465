import { afterAll, beforeAll, describe, expect } from 'vitest';
import { hasTool, type Tool, testWith } from '../support/tools.ts';
import { CONNECTIONS } from './load.ts';
import type { Point } from './prometheus.ts';
import { ReloadScenario } from './reload-scenario.ts';

const tools: readonly Tool[] = ['prometheus', 'redis'];
/** Milliseconds by which clocks are read too early or too late: of Prometheus, which lines scrapes up, and of a timestamp. */
const CLOCK = 5;

describe('a sidecar with a real Redis, under load while its file is reloaded', () => {
  let scenario: ReloadScenario;

  beforeAll(async () => {
    if (!tools.every(hasTool)) return;
    scenario = await ReloadScenario.start();
    await scenario.run();
  }, 400_000);

  afterAll(async () => {
    await scenario?.stop();
  });

  /** What a counter was at each scrape, over all its series. */
  async function totals(selector: string): Promise<Point[]> {
    const sums = new Map<number, number>();
    for (const { at, value } of (await scenario.prometheus.points(selector)).flat())
      sums.set(at, (sums.get(at) ?? 0) + value);
    return [...sums].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
  }

  testWith(tools, 'answers every request', () => {
    expect(scenario.load.failures).toBe(0);
    for (const { answered, statuses } of scenario.kinds.values()) {
      expect(answered).toBeGreaterThan(0);
      expect([...statuses.values()].reduce((a, b) => a + b)).toBe(answered);
    }
  });

  testWith(
    tools,
    'counts in Prometheus, status by status, exactly what the load generator counted',
    async () => {
      for (const [path, { statuses }] of scenario.kinds) {
        const label = `path="${path}"`;
        const series = await scenario.prometheus.query(`http_server_requests_total{${label}}`);
        const counted = new Map(series.map(({ metric, value }) => [Number(metric.status), Number(value[1])]));
        expect(counted).toEqual(statuses);
      }
    },
  );

  testWith(tools, 'counts what Redis itself counted', async () => {
    const [, state, publish] = [...scenario.kinds.values()];
    const { prometheus, redis } = scenario;
    expect(redis.calls('mset')).toBe(state?.answered);
    expect(redis.calls('xadd')).toBe(publish?.answered);
    expect(await prometheus.value('sum(component_state_operations_total{operation="set"})')).toBe(
      state?.answered,
    );
    expect(await prometheus.value('sum(component_pubsub_egress_messages_total)')).toBe(publish?.answered);
    const delivered = 'sum(component_pubsub_ingress_messages_total{process_status="success"})';
    expect(await prometheus.value(delivered)).toBe(publish?.answered);
    expect(await prometheus.value('sum(http_client_requests_total{path="/orders"})')).toBe(publish?.answered);
  });

  testWith(
    tools,
    'had at every scrape as many requests as were answered by then, and so the same rates',
    async () => {
      const durations = new Map(
        (await totals('scrape_duration_seconds')).map(({ at, value }) => [at, value * 1000]),
      );
      for (const [path, kind] of scenario.kinds) {
        const points = await totals(`http_server_requests_total{path="${path}"}`);
        expect(points.length).toBeGreaterThan(4);
        for (const { at, value } of points) {
          const end = at + (durations.get(at) ?? Number.NaN);
          expect(value).toBeGreaterThanOrEqual(kind.answeredAt(at - CLOCK) - CONNECTIONS);
          expect(value).toBeLessThanOrEqual(kind.answeredAt(end + CLOCK) + CONNECTIONS);
        }
      }
    },
  );

  testWith(
    tools,
    'was up at every scrape, and no series that the file left alone has a gap or went back',
    async () => {
      const up = await totals('up');
      expect(up.filter(({ value }) => value !== 1)).toEqual([]);
      for (const name of [
        'http_server_requests_total',
        'component_state_operations_total',
        'http_client_requests_total',
      ]) {
        for (const points of await scenario.prometheus.points(name)) {
          const first = points[0]?.at ?? 0;
          expect(points.map(({ at }) => at)).toEqual(up.map(({ at }) => at).filter((at) => at >= first));
          expect(points.every(({ value }, i) => i === 0 || value >= (points[i - 1]?.value ?? 0))).toBe(true);
        }
      }
    },
  );

  testWith(tools, 'never showed a sample twice, nor a page that breaks its format', async () => {
    const { prometheus } = scenario;
    for (const kind of ['duplicate_timestamp', 'out_of_order', 'out_of_bounds'])
      expect(await prometheus.own(`prometheus_target_scrapes_sample_${kind}_total`)).toBe(0);
    expect(scenario.faults).toEqual([]);
    expect(scenario.pages).toBeGreaterThan(5);
  });

  testWith(tools, 'began the views anew that the file changed, and those alone', async () => {
    const { prometheus, kinds } = scenario;
    const [stock] = kinds.values();
    const kept = await prometheus.value('sum(http_server_request_duration_seconds_count{path=~".*/stock"})');
    expect(kept).toBe(stock?.answered);
    for (const name of [
      'http_client_request_duration_seconds_count',
      'http_server_request_size_bytes_count',
    ]) {
      const [series] = (await prometheus.points(`${name}{path=~"/stock|"}`)).slice(0, 1);
      expect(series?.some(({ value }, i) => i > 0 && value < (series[i - 1]?.value ?? 0))).toBe(true);
    }
  });

  testWith(tools, 'had the added view from its reload until the file left it out', async () => {
    const up = await totals('up');
    const points = await totals('requests_by_status_total');
    expect(points.length).toBeGreaterThan(2);
    expect(points[0]?.at).toBeGreaterThan(up[0]?.at ?? 0);
    expect(points.at(-1)?.at).toBeLessThan(up.at(-1)?.at ?? 0);
  });

  testWith(tools, 'refused the bad file with its place and the cure, and ran on as before', async () => {
    const { prometheus, sidecar, whileRefused } = scenario;
    const [before = 0, after = 0] = whileRefused;
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(before);
    expect(sidecar.output()).toContain('line 3, column 17: field \\"views[0].bounds[1]\\" is 1');
    expect(sidecar.output()).toContain('let the bounds rise');
    expect(await prometheus.value('oriel_config_reloads_total{result="failure"}')).toBe(1);
    expect(await prometheus.value('oriel_config_last_reload_successful')).toBe(1);
  });
});
