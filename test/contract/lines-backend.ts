import { once } from 'node:events';
import { connect } from 'node:net';
import { type Backend, defineBackend, namespaced, PushLoop } from '@oriel/exporter';
import { rowsOfSnapshot } from '@oriel/testkit';

/** Sends every series as one line of JSON over TCP, `lines://host:port`: an outsider's backend. */
export const lines: Backend = defineBackend({
  name: 'lines',
  create({ namespace, registry, url, clock, failed, recovered }) {
    const source = namespaced(namespace, registry);
    const loop = new PushLoop({
      clock,
      jitter: 0,
      collect: async () => {
        const snapshot = await source.gather();
        return rowsOfSnapshot(snapshot).map(
          (row) => `${JSON.stringify({ time: snapshot.time, ...row }, special)}\n`,
        );
      },
      send: async (batch, signal) => {
        const socket = connect(Number(url?.port), url?.hostname);
        signal.addEventListener('abort', () => socket.destroy(signal.reason));
        socket.resume().end(batch.join(''));
        await once(socket, 'end');
      },
      onFailure: failed,
      onSuccess: recovered,
    });
    return { start: () => loop.start(), flush: () => loop.flush(), stop: () => loop.stop() };
  },
});

// JSON has no word for them.
const special = (_: string, part: unknown): unknown =>
  typeof part === 'number' && !Number.isFinite(part) ? { number: String(part) } : part;
