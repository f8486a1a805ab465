import { expect, test } from 'vitest';
import { readTarget, withoutSecrets } from '../src/backend-target.ts';

test.each([
  ['prometheus', 'prometheus', undefined, 'prometheus'],
  [
    'prometheus://127.0.0.1:9464/metrics',
    'prometheus',
    '127.0.0.1:9464',
    'prometheus://127.0.0.1:9464/metrics',
  ],
  ['prometheus://[::1]:0', 'prometheus', '[::1]:0', 'prometheus://[::1]:0'],
  ['statsd://127.0.0.1:8125', 'statsd', '127.0.0.1:8125', 'statsd://127.0.0.1:8125'],
  ['otlp+http://collector:4318', 'otlp', 'collector:4318', 'otlp+http://collector:4318'],
  ['file:///var/lib/app.prom', 'file', '', 'file:///var/lib/app.prom'],
  ['statsd+unix:///run/dsd.socket', 'statsd', '', 'statsd+unix:///run/dsd.socket'],
  ['console://?format=json', 'console', '', 'console://'],
  ['remote-write+https://u:p@h/api?t=1#x', 'remote-write', 'h', 'remote-write+https://h/api'],
])('readTarget() reads %j', (text, name, host, id) => {
  const target = readTarget(text);
  expect([target?.name, target?.url?.host, target?.id]).toEqual([name, host, id]);
});

test.each([
  '',
  'A',
  'a b',
  'a:',
  'a:/x',
  'a:x',
  'a://',
  'a:///x',
  'file://',
  'file:///',
  'statsd+unix://',
  '://h',
  '+http://h',
  'a://h:99999',
  '../x',
  '@x/y',
])('readTarget() refuses %j', (text) => {
  expect(readTarget(text)).toBeUndefined();
});

test('withoutSecrets() hides user and password of every URL and leaves the rest', () => {
  const text = 'a://u:p@h/x and b://t@i, mail me@c and c://h/p@q';
  expect(withoutSecrets(text)).toBe('a://***@h/x and b://***@i, mail me@c and c://h/p@q');
});
