import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { ChildProgram } from './child-program.ts';

/** The start of every program here: an exporter over `m.yaml` whose part prints what it commits. */
const program = (config: string) => `
  import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
  import { defineBackend, newExporter } from '@oriel/exporter';
  const lines = { said: [] };
  const say = (text) => console.log(text);
  const logger = { debug() {}, info() {}, warn: (_d, text) => say('warn ' + text), error: (_d, text) => say('error ' + text) };
  const backends = [defineBackend({ name: 'quiet', create: () => ({ start() {}, flush() {}, stop() {} }) })];
  const part = {
    fields: [{ name: 'views', description: 'd', wanted: 'w', default: 'none' }],
    prepare: ({ views = [] }) => ({
      issues: views.includes('bad') ? [{ path: ['views', views.indexOf('bad')], message: 'use good' }] : [],
      warnings: [],
      constLabels: { views: String(views.length) },
      commit: () => part.onCommit?.(views),
    }),
  };
  const exporter = newExporter('x', {
    backends, logger, exporters: ['quiet'], env: {}, configFile: 'm.yaml', configurables: [part], ${config} });
`;

async function withProgram(act: (child: ChildProgram) => Promise<void>): Promise<void> {
  const child = await ChildProgram.create();
  try {
    await act(child);
  } finally {
    await child.remove();
  }
}

test.skipIf(process.platform === 'win32')(
  'SIGHUP has the file read again, and after shutdown() it ends the process as before',
  () =>
    withProgram(async (child) => {
      await child.write('m.yaml', 'views: [one]');
      await child.write(
        'main.mjs',
        `process.chdir(import.meta.dirname);
        ${program("configReload: 'signal'")}
        part.onCommit = (views) => say('commit ' + views);
        await exporter.init();
        const alive = setInterval(() => {}, 1000);
        process.stdin.once('data', async () => {
          await exporter.shutdown();
          say('down');
        });
        say('up');`,
      );
      const running = child.start('main.mjs');
      const ended = once(running, 'exit');
      const lines = createInterface(running.stdout)[Symbol.asyncIterator]();
      const next = async () => (await lines.next()).value;
      expect([await next(), await next()]).toEqual(['commit one', 'up']);
      await child.write('m.yaml', 'views: [two]');
      running.kill('SIGHUP');
      expect(await next()).toBe('commit two');
      await child.write('m.yaml', 'views:\n  - good\n  - bad\n');
      running.kill('SIGHUP');
      expect(await next()).toBe(
        'error Cannot use configuration file "m.yaml": line 3, column 5: field "views[1]" is "bad"; use good',
      );
      running.stdin.write('stop\n');
      expect(await next()).toBe('down');
      running.kill('SIGHUP');
      expect(await ended).toEqual([null, 'SIGHUP']);
    }),
);

test('a watched file keeps no process alive, and one that is swapped before the end leaves nothing behind', () =>
  withProgram(async (child) => {
    await child.write('m.yaml', 'views: [one]');
    await child.write(
      'main.mjs',
      `process.chdir(import.meta.dirname);
      ${program("configReload: 'both'")}
      await exporter.init();
      process.on('exit', () => say('ended'));`,
    );
    // It ends by itself, or the test never does.
    expect(await child.run('main.mjs')).toBe('ended\n');
  }));

test('logLevel of a file that is read again is the level of the default logger', () =>
  withProgram(async (child) => {
    await child.write('m.yaml', 'logLevel: silent');
    await child.write(
      'main.mjs',
      `process.chdir(import.meta.dirname);
      ${program("logger: undefined, configReload: 'off'")}
      await exporter.init();
      for (const level of ['silent', 'info', 'error']) {
        writeFileSync('m.yaml', 'logLevel: ' + level);
        await exporter.reload();
      }
      await exporter.shutdown();`,
    );
    const lines = (await child.run('main.mjs')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['configuration file reloaded']);
  }));

// Of this many the first ones warm up: caches fill and code is compiled.
const [warmUp, reloads] = [1_000, 10_000];

test(
  `${reloads} reloads, good and bad, leave heap, listeners and watches as they were, and shutdown() leaves none`,
  { timeout: 240_000 },
  () =>
    withProgram(async (child) => {
      await child.write('m.yaml', 'views: []');
      await child.write(
        'main.mjs',
        `process.chdir(import.meta.dirname);
        ${program("configReload: 'both'")}
        // The kernel's own count of what is watched; elsewhere none is known.
        const watches = () => {
          try {
            const infos = readdirSync('/proc/self/fdinfo').map((fd) => {
              try { return readFileSync('/proc/self/fdinfo/' + fd, 'utf8'); } catch { return ''; }
            });
            return infos.join('').split('inotify wd').length - 1;
          } catch { return 0; }
        };
        const held = () => [
          process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
          watches(),
          process.getActiveResourcesInfo().filter((name) => /FSEvent|Timeout|Signal|Server/.test(name)).length,
        ];
        const heap = async () => {
          // Twice, with a turn in between, so that what only a finalizer frees is gone too.
          for (let round = 0; round < 2; round++) {
            gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
            await new Promise(setImmediate);
          }
          return process.memoryUsage().heapUsed;
        };
        logger.warn = logger.error = () => {};
        const before = held();
        await exporter.init();
        let failures = 0;
        const run = async (count) => {
          for (let i = 0; i < count; i++) {
            writeFileSync('m.yaml', i % 10 === 9 ? 'views: [bad]' : 'views: [' + 'a,'.repeat(i % 7) + ']');
            const { result } = await exporter.reload();
            if (result === 'failure') failures++;
          }
        };
        await run(${warmUp});
        const warm = { heap: await heap(), held: held() };
        await run(${reloads});
        const after = { heap: await heap(), held: held() };
        await exporter.shutdown();
        await new Promise(setImmediate);
        say(JSON.stringify({ before, warm, after, down: held(), failures }));`,
      );
      const said = JSON.parse(await child.run('main.mjs', child.folder, ['--expose-gc']));
      const { before, warm, after, down, failures } = said;
      expect(failures).toBe((warmUp + reloads) / 10);
      expect(after.held).toEqual(warm.held);
      expect(warm.held[0]).toBe(before[0] + 1);
      if (process.platform === 'linux') expect(warm.held[1]).toBe(before[1] + 1);
      expect(down).toEqual(before);
      // A heap of about 9 MB: 200 bytes kept by each reload show.
      expect(after.heap).toBeLessThan(warm.heap * 1.05);
    }),
);
