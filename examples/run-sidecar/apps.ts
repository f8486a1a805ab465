import { setTimeout as sleep } from 'node:timers/promises';

/** Answers an invocation; what it returns is sent as JSON. */
export type Method = (body: string) => Promise<unknown> | unknown;

/** The applications behind this sidecar, by id and method name. A real sidecar forwards to a process. */
export type Apps = ReadonlyMap<string, ReadonlyMap<string, Method>>;

/** Two applications to play with: one quick, one that takes its time and sometimes fails. */
export function demoApps(random: () => number = Math.random): Apps {
  return new Map([
    [
      'inventory',
      new Map<string, Method>([
        ['stock', () => ({ sku: 'oriel-1', stock: Math.floor(random() * 100) })],
        ['reserve', async () => slowly(random, 5, { reserved: true })],
      ]),
    ],
    [
      'checkout',
      new Map<string, Method>([
        ['order', async (body) => slowly(random, 20, { order: body.length })],
        ['pay', async () => failingNowAndThen(random)],
      ]),
    ],
  ]);
}

async function slowly(random: () => number, most: number, answer: unknown): Promise<unknown> {
  await sleep(random() * most);
  return answer;
}

async function failingNowAndThen(random: () => number): Promise<unknown> {
  await sleep(random() * 10);
  if (random() < 0.1) throw new Error('the card was declined');
  return { paid: true };
}
