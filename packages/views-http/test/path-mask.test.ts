import { describe, expect, test } from 'vitest';
import { daprPaths } from '../src/path-dialect.ts';
import { PathLabels } from '../src/path-labels.ts';
import { maskIds } from '../src/path-mask.ts';

const w = '/v1.0-alpha1/workflows/workflowComponentName';

// Dapr's own table.
const rows: readonly (readonly [path: string, label: string])[] = [
  ['/v1/state/statestore/key', '/v1/state/statestore'],
  ['/v1/state/statestore', '/v1/state/statestore'],
  ['/v1/secrets/keyvault/name', '/v1/secrets/keyvault'],
  ['/v1/publish/topic', '/v1/publish/topic'],
  ['/v1/bindings/kafka', '/v1/bindings/kafka'],
  ['/healthz', '/healthz'],
  ['/v1/actors/DemoActor/1/state/key', '/v1/actors/DemoActor/{id}/state'],
  ['/v1/actors/DemoActor/1/reminder/name', '/v1/actors/DemoActor/{id}/reminder'],
  ['/v1/actors/DemoActor/1/timer/name', '/v1/actors/DemoActor/{id}/timer'],
  ['/v1/actors/DemoActor/1/timer/name?query=string', '/v1/actors/DemoActor/{id}/timer'],
  ['v1/actors/DemoActor/1/timer/name', '/v1/actors/DemoActor/{id}/timer'],
  ['actors/DemoActor/1/method/method1', 'actors/DemoActor/{id}/method/method1'],
  ['actors/DemoActor/1/method/timer/timer1', 'actors/DemoActor/{id}/method/timer/timer1'],
  ['actors/DemoActor/1/method/remind/reminder1', 'actors/DemoActor/{id}/method/remind/reminder1'],
  [`${w}/mywf/start?instanceID=1234`, `${w}/mywf/start`],
  [`${w}/mywf/start`, `${w}/mywf/start`],
  [`${w}/1234/start/value1/value2`, `${w}/{instanceId}/start`],
  [`${w}/1234/terminate`, `${w}/{instanceId}/terminate`],
  [`${w}/1234/terminate/value1/value2`, `${w}/{instanceId}/terminate`],
  [`${w}/1234/raiseEvent/foobaz`, `${w}/{instanceId}/raiseEvent/{eventName}`],
  [`${w}/1234/pause`, `${w}/{instanceId}/pause`],
  [`${w}/1234/resume`, `${w}/{instanceId}/resume`],
  [`${w}/1234/purge`, `${w}/{instanceId}/purge`],
  [`${w}/1234`, `${w}/{instanceId}`],
  [w, w],
  ['/v1.0-alpha1/workflows', '/v1.0-alpha1/workflows'],
  ['', ''],
];

describe('the 27 rows of the reference', () => {
  test.each(rows)('maskIds(%j) is %j', (path, label) => {
    expect(rows.length).toBe(27);
    expect(maskIds(path)).toBe(label);
  });

  test.each(rows)(
    'the label of %j at high cardinality without patterns is %j on both sides',
    (path, label) => {
      const labels = new PathLabels({ dialect: daprPaths, increasedCardinality: true });
      expect([labels.server(path), labels.client(path)]).toEqual([label, label]);
    },
  );
});

test.each([
  ['/v1.0/actors/T', '/v1.0/actors/T'],
  ['/v1.0/state', '/v1.0/state'],
  ['/state/s/k', '/state/s/k'],
  [`${w}/1234/raiseEvent`, `${w}/{instanceId}/raiseEvent`],
  [`${w}/1234/raiseEvent/a/b`, `${w}/{instanceId}/raiseEvent/{eventName}`],
])('maskIds(%j) is %j', (path, label) => {
  expect(maskIds(path)).toBe(label);
});

test('unlike in Dapr, the id of /v1.0/actors/T/id is masked', () => {
  expect(maskIds('/v1.0/actors/T/id')).toBe('/v1.0/actors/T/{id}');
});
