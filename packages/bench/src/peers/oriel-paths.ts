import { daprPaths, PathLabels } from '@oriel/views-http';
import type { TimedSession } from '../case.ts';

const patterns: readonly string[] = Array.from(
  { length: 100 },
  (_, i) => `/shop${i % 10}/aisle${Math.floor(i / 10)}/{shelf}/items/{item}`,
);

/** Asks for the labels of so many paths in turn, of which a pattern matches each. */
export function pathLabels(paths: number): TimedSession {
  const labels = new PathLabels({ dialect: daprPaths, pathMatching: patterns });
  const asked = pathsOf(paths);
  let at = 0;
  let matched = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === asked.length - 1 ? 0 : at + 1;
        if (labels.server(asked[at]).endsWith('{item}')) matched++;
      }
    },
    arrived: () => matched,
  };
}

// Flat strings, as they come from a socket.
function pathsOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(`/shop${i % 10}/aisle${Math.floor(i / 10) % 10}/${i}/items/${i}`).toString('latin1'),
  );
}
