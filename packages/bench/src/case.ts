/** What a case measures in: the time of one recording, the time of something longer, or memory. */
export type Unit = 'ns' | 'ms' | 'bytes';

/** Something the harness times: `run(n)` does n times what is measured. */
export interface TimedSession {
  run(n: number): void | Promise<void>;
  /** Done before each time, untimed: then `run` is called with 1. */
  before?(): void | Promise<void>;
  /** How many times arrived at the peer, over all runs; compared with what was asked of it. */
  arrived?(): number | Promise<number>;
  close?(): void | Promise<void>;
}

/** Something that measures itself, in the unit of its case. */
export interface ReadingSession {
  read(): number | Promise<number>;
  close?(): void | Promise<void>;
}

export type Session = TimedSession | ReadingSession;

/** `bare` is the same work without what is measured, `text` Oriel's page in the text format. */
export type PeerName =
  | 'oriel'
  | 'prom-client'
  | 'prometheus-io'
  | 'otel'
  | 'opencensus'
  | 'hot-shots'
  | 'prometheus-remote-write'
  | 'text'
  | 'bare';

/** Who takes part. Its library is loaded by `setup`, so that a case can be listed without it. */
export interface Contender {
  readonly name: PeerName;
  setup(): Session | Promise<Session>;
}

/** Who does not, and why; shown in the table. */
export interface Absentee {
  readonly name: PeerName;
  readonly skip: string;
}

export type Peer = Contender | Absentee;

/** One thing that is measured, for all peers. */
export interface Case {
  /** `op/state/size`; never changed, so that runs compare. */
  readonly name: string;
  readonly says: string;
  readonly unit: Unit;
  /** How many measurements of each peer are kept. Default: by unit. */
  readonly rounds?: number;
  /** What stands for the rounds. Default: `median`. */
  readonly summary?: 'median' | 'worst';
  /**
   * How long a peer lives. Default: `case`, from its set-up to the end of the last round.
   *
   * `turn`: set up anew for its turn in each round, so that large heaps of several peers are never there at once.
   * `process`: each measurement in a process of its own, for what happens once in a process.
   */
  readonly lifetime?: 'case' | 'turn' | 'process';
  readonly peers: readonly Peer[];
}

/** Peers that stay away for the same reason. */
export function absent(skip: string, ...names: readonly PeerName[]): Absentee[] {
  return names.map((name) => ({ name, skip }));
}

export function isContender(peer: Peer): peer is Contender {
  return 'setup' in peer;
}

const rounds: Readonly<Record<Unit, number>> = { ns: 11, ms: 6, bytes: 3 };

export function roundsOf({ unit, rounds: wanted }: Case): number {
  return wanted ?? rounds[unit];
}
