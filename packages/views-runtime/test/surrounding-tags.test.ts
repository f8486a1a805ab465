import { withTags } from '@oriel/stats';
import { expect, test } from 'vitest';
import { followContext } from '../../views-http/test/context-manager.ts';
import { catalogue, parts } from '../src/catalogue.ts';
import type { Profile, RuntimeMetricsOptions } from '../src/index.ts';
import { recordEverything } from './every-event.ts';
import { fresh, rows } from './fresh-runtime.ts';

followContext();

const labels = new Set(catalogue.flatMap(({ tags, todayTags = [] }) => [...tags, ...todayTags]));
const around = Object.fromEntries([...labels].map((name) => [name, 'leaked']));

/** All rows of all views after every event of a runtime. */
function recorded(options: RuntimeMetricsOptions, record: typeof recordEverything): string[] {
  const { runtime, stats } = fresh({ ...options, parts, recordErrorCodes: true });
  record(runtime);
  return stats.views().flatMap(({ name }) => rows(stats, name).map((row) => `${name} ${row}`));
}

test.each(['dapr', 'default'] as const)(
  'tags of the request around an event get into none of its labels: %s',
  (profile: Profile) => {
    const alone = recorded({ profile }, recordEverything);
    const inside = recorded({ profile }, (runtime) => withTags(around, () => recordEverything(runtime)));
    expect(inside).toEqual(alone);
    expect(alone.length).toBeGreaterThan(100);
  },
);

test('a label that an event leaves out is empty, whatever is around it', () => {
  const { runtime, stats } = fresh();
  withTags(around, () => runtime.component.state({ success: true } as never));
  expect(rows(stats, 'component_state_operations_total')).toEqual([
    'app_id=shop namespace=prod success=true 1',
  ]);
});
