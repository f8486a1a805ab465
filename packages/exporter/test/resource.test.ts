import { expect, test } from 'vitest';
import { readResource } from '../src/resource.ts';

function read(env: Record<string, string>) {
  const warnings: string[] = [];
  return { resource: readResource(env, (message) => warnings.push(message)), warnings };
}

test('readResource() decodes attributes and lets OTEL_SERVICE_NAME win', () => {
  const env = {
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=a, k8s.pod.name = b%2Cc ,e=,',
    OTEL_SERVICE_NAME: 'shop',
  };
  expect(read(env)).toEqual({
    resource: { 'service.name': 'shop', 'k8s.pod.name': 'b,c', e: '' },
    warnings: [],
  });
});

test('readResource() is empty without variables', () => {
  expect(read({ OTEL_RESOURCE_ATTRIBUTES: '', OTEL_SERVICE_NAME: '' })).toEqual({
    resource: {},
    warnings: [],
  });
});

test.each([
  ['a=1,b', '"b" is not a key=value pair'],
  ['a=1=2', '"a=1=2" is not a key=value pair'],
  ['=1', '"=1" is not a key=value pair'],
  ['a=%zz', '"a=%zz" has a broken percent escape'],
])('readResource() discards %j as a whole and warns', (text, fault) => {
  const { resource, warnings } = read({ OTEL_RESOURCE_ATTRIBUTES: text, OTEL_SERVICE_NAME: 's' });
  expect(resource).toEqual({ 'service.name': 's' });
  expect(warnings).toEqual([
    `Cannot read variable OTEL_RESOURCE_ATTRIBUTES: ${fault}; it is ignored as a whole`,
  ]);
});

test('readResource() takes __proto__ for a key like any other', () => {
  const { resource } = read({ OTEL_RESOURCE_ATTRIBUTES: '__proto__=x' });
  expect(Object.entries(resource)).toEqual([['__proto__', 'x']]);
});
