import { logLines } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { WarnOnce } from '../src/warn-once.ts';

test('tell() logs what has the same words once, with the backend that it is of', () => {
  const logger = logLines();
  const warnings = new WarnOnce({ id: 'lines', logger });
  const full = new Error('full');
  for (const fault of [full, 'full', new Error('full'), 'slow']) warnings.tell(fault);
  expect(logger.lines).toEqual([
    { level: 'warn', details: { backend: 'lines', err: full }, message: 'full' },
    { level: 'warn', details: { backend: 'lines' }, message: 'slow' },
  ]);
});

test('tell() takes faults of one cause for one', () => {
  const logger = logLines();
  const warnings = new WarnOnce({ logger });
  for (const words of ['a', 'b']) warnings.tell(words, 'the cause');
  expect(logger.messages('warn')).toEqual(['a']);
});

test('tell() remembers a thousand faults and logs no more', () => {
  const logger = logLines();
  const warnings = new WarnOnce({ logger });
  for (let i = 0; i < 1001; i++) warnings.tell(`fault ${i}`);
  expect(logger.lines).toHaveLength(1000);
});
