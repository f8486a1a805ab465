import type { Contender, PeerName, Unit } from './case.ts';
import { Measurement } from './measurement.ts';
import type { Outcome } from './result.ts';

export interface RoundsOptions {
  readonly unit: Unit;
  /** Measurements of each peer. */
  readonly rounds: number;
  /** `turn`: a peer is set up anew for each of its turns, which then has two measurements. */
  readonly lifetime: 'case' | 'turn';
  /** Told which peer is at work, for the case that it takes the process with it. */
  readonly onPeer?: (peer: PeerName) => void;
}

interface Runner {
  readonly contender: Contender;
  readonly runs: number[];
  measurement?: Measurement;
  failed?: string;
}

/**
 * Measures peers in turn, round after round, so that whatever slows the machine slows them alike.
 *
 * Each round begins with another peer. A peer that fails is out of the later rounds; the others go on.
 */
export async function runRounds(
  contenders: readonly Contender[],
  options: RoundsOptions,
): Promise<Outcome[]> {
  const runners = contenders.map((contender): Runner => ({ contender, runs: [] }));
  if (options.lifetime === 'turn') await liveForTurns(runners, options);
  else await liveTogether(runners, options);
  return runners.map(({ contender: { name: peer }, failed, runs }) =>
    failed === undefined ? { peer, runs } : { peer, failed },
  );
}

async function liveTogether(runners: readonly Runner[], options: RoundsOptions): Promise<void> {
  for (const runner of runners) await attempt(runner, options, () => begin(runner, options.unit));
  for (let round = 0; round < options.rounds; round++) {
    for (const runner of rotated(runners, round)) await attempt(runner, options, () => take(runner));
  }
  for (const runner of runners) await attempt(runner, options, () => end(runner));
}

async function liveForTurns(runners: readonly Runner[], options: RoundsOptions): Promise<void> {
  for (let round = 0; round < options.rounds; round += 2) {
    for (const runner of rotated(runners, round / 2)) {
      await attempt(runner, options, async () => {
        await begin(runner, options.unit);
        await take(runner);
        if (round + 1 < options.rounds) await take(runner);
        await end(runner);
      });
    }
  }
}

async function begin(runner: Runner, unit: Unit): Promise<void> {
  runner.measurement = new Measurement(await runner.contender.setup(), unit);
  await runner.measurement.warmUp();
}

async function take({ measurement, runs }: Runner): Promise<void> {
  const value = await measurement?.take();
  if (value === undefined || !Number.isFinite(value)) throw new Error(`it measured ${value}`);
  runs.push(value);
}

async function end(runner: Runner): Promise<void> {
  await runner.measurement?.check();
  await close(runner);
}

async function close(runner: Runner): Promise<void> {
  const { measurement } = runner;
  runner.measurement = undefined;
  await measurement?.close();
}

async function attempt(runner: Runner, { onPeer }: RoundsOptions, act: () => Promise<void>): Promise<void> {
  if (runner.failed !== undefined) return;
  onPeer?.(runner.contender.name);
  try {
    await act();
  } catch (error) {
    runner.failed = error instanceof Error ? error.message : String(error);
    // What failed first is told; a second failure says less.
    await close(runner).catch(() => undefined);
  }
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
