import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const entry = new URL('../src/index.ts', import.meta.url).href;

/** What a program of its own prints, which must end by itself. */
async function run(program: string): Promise<string> {
  const args = ['--conditions=oriel-source', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  return stdout.trim();
}

test('importing starts no timer, handle or listener, registers nothing and lets the process end', async () => {
  const program = `
    const state = () => JSON.stringify([
      process.getActiveResourcesInfo(),
      process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      Object.getOwnPropertySymbols(globalThis).map(String),
      Object.keys(globalThis),
    ]);
    const metrics = await import('@oriel/metrics');
    await import('@opentelemetry/api');
    const before = state();
    await import(${JSON.stringify(entry)});
    const { families } = await metrics.defaultRegistry().gather();
    console.log(before === state(), families.length);
  `;
  expect(await run(program)).toBe('true 0');
});

test('defaultStats() is made on first use, and recording keeps no process alive', async () => {
  const program = `
    import { count, defaultStats, measureDouble, registerViews, retrieveData, view } from ${JSON.stringify(entry)};
    const measure = measureDouble({ name: 'm' });
    registerViews(view({ measure, aggregation: count() }));
    measure.bind({}).record(1);
    console.log(retrieveData('m')[0].value, defaultStats() === defaultStats());
  `;
  expect(await run(program)).toBe('1 true');
});
