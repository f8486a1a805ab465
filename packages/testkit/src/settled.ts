import { setImmediate as turn } from 'node:timers/promises';

const TURNS = 8;
const MOST_TURNS = 2000;

// Requests under way: files, look-ups, connections being made. Handles that merely exist are not among them.
const request = /Req|Connect|Write|Shutdown/;

/**
 * Resolves when promises have settled and what is under way on the loopback address has gone through: after a few
 * turns of the event loop, and more while a request is open.
 */
export async function settled(turns: number = TURNS): Promise<void> {
  for (let quiet = 0, all = 0; quiet < turns && all < MOST_TURNS; all++) {
    await turn();
    quiet = process.getActiveResourcesInfo().some((name) => request.test(name)) ? 0 : quiet + 1;
  }
}
