import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// A slice keeps the text it was cut from in memory: a hundred bodies of one megabyte, if values were kept as they come.
const program = (index: string) => `
  const { Counter } = await import(${JSON.stringify(index)});
  const requests = new Counter({ name: 'requests', labelNames: ['user'] });
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 100; i++) {
    const body = (i + ' ').padEnd(1_000_000, 'x' + i);
    body.charCodeAt(0);
    requests.inc({ user: body.slice(0, 40) });
  }
  gc();
  console.log(process.memoryUsage().heapUsed - before);
  requests.inc();
`;

test('label values cut from large texts do not keep these in memory', async () => {
  const index = new URL('../src/index.ts', import.meta.url).href;
  const args = ['--expose-gc', '--input-type=module', '--eval', program(index)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(Number(stdout)).toBeLessThan(30_000_000);
});
