import { createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openHandles } from '../src/open-handles.ts';

test('openHandles() names timers and servers that the work has left, and none once they are closed', async () => {
  const server = createServer();
  let timer: NodeJS.Timeout | undefined;
  using handles = await openHandles(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    timer = setInterval(() => {}, 1e6);
  });
  expect(handles.left()).toBe('1 TCPServerWrap, 1 Timeout');
  clearInterval(timer);
  server.close();
  await expect.poll(() => handles.left()).toBe('');
});

test('openHandles() passes over timers that others set meanwhile, and those that keep no process alive', async () => {
  let timer: NodeJS.Timeout | undefined;
  const foreign = new Promise<NodeJS.Timeout>((resolve) =>
    setImmediate(() => resolve(setInterval(() => {}, 1e6))),
  );
  using handles = await openHandles(async () => {
    timer = setInterval(() => {}, 1e6).unref();
    await turn();
  });
  clearInterval(timer);
  const set = await foreign;
  expect(handles.left()).toBe('');
  clearInterval(set);
});

test('openHandles() rejects with what the work throws', async () => {
  await expect(openHandles(() => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
});
