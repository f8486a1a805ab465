import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { readWebFlags, webFlagHelp, webFlags } from '../src/web-flags.ts';

function read(...args: string[]): ReturnType<typeof readWebFlags> {
  return readWebFlags(parseArgs({ args, options: { ...webFlags, verbose: { type: 'boolean' } } }).values);
}

test('readWebFlags() takes every flag, repeated addresses too, and leaves others alone', () => {
  expect(
    read(
      '--web.listen-address=:9100',
      '--web.listen-address=[::1]:9101',
      '--web.systemd-socket',
      '--web.config.file=web.yml',
      '--web.telemetry-path=/m',
      '--web.max-requests=3',
      '--verbose',
    ),
  ).toEqual({
    listen: [':9100', '[::1]:9101'],
    systemdSocket: true,
    webConfigFile: 'web.yml',
    path: '/m',
    maxConcurrentScrapes: 3,
  });
});

test('readWebFlags() sets nothing that was not given', () => {
  expect(read()).toEqual({});
});

test.each(['-1', 'many', '1.5', ''])('readWebFlags() refuses --web.max-requests=%s', (most) => {
  expect(() => readWebFlags({ 'web.max-requests': most })).toThrow(
    /it must be a whole number from 0 to 999999/,
  );
});

test('webFlagHelp() has a line for each flag', () => {
  expect(webFlagHelp().split('\n').filter(Boolean)).toHaveLength(Object.keys(webFlags).length);
  expect(webFlagHelp()).toMatch('  --web.config.file=VALUE ');
});
