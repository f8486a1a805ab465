import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

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
    await import(ENTRY);
    const { families } = await metrics.defaultRegistry().gather();
    console.log(before === state(), families.length);
  `;
  expect(await runProgram(program)).toBe('true 0');
});

test('defaultStats() is made on first use, and recording keeps no process alive', async () => {
  const program = `
    import { count, defaultStats, measureDouble, registerViews, retrieveData, view } from ENTRY;
    const measure = measureDouble({ name: 'm' });
    registerViews(view({ measure, aggregation: count() }));
    measure.bind({}).record(1);
    console.log(retrieveData('m')[0].value, defaultStats() === defaultStats());
  `;
  expect(await runProgram(program)).toBe('1 true');
});
