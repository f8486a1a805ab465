import autocannon from 'autocannon';

/** Requests of one kind, which go round, and what came of them. */
export class Kind {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body: string | undefined;
  /** When each response came, in the order they came. */
  readonly times: number[] = [];
  readonly statuses: Map<number, number> = new Map();

  constructor(method: Kind['method'], path: string, body?: string) {
    this.method = method;
    this.path = path;
    this.body = body;
  }

  get answered(): number {
    return this.times.length;
  }

  /** How many responses had come at a time. */
  answeredAt(time: number): number {
    const later = this.times.findIndex((each) => each > time);
    return later < 0 ? this.times.length : later;
  }

  readonly onResponse = (status: number): void => {
    this.times.push(Date.now());
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  };
}

/** Of the connections, each of which has one request under way at most. */
export const CONNECTIONS = 4;
/** A second, so that the sidecar has breath left for scrapes on a machine that is busy with other things. */
const RATE = 300;
/** A multiple of the connections, so that each kind has the same share. */
const BURST = 200;

/**
 * `autocannon` against the sidecar for as long as a test wants, which counts for itself what was answered.
 *
 * Shape: it goes in bursts of a fixed number of requests, so that none is cut off: what it sent, it has read.
 */
export class Load {
  readonly kinds: readonly Kind[];
  failures = 0;
  readonly #api: string;
  #stopped = false;

  constructor(api: string, kinds: readonly Kind[]) {
    this.#api = api;
    this.kinds = kinds;
  }

  /** Fires until `stop()`; resolves when the last burst was answered. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const { errors, timeouts, mismatches } = await autocannon({
        url: this.#api,
        connections: CONNECTIONS,
        amount: BURST * this.kinds.length,
        overallRate: RATE,
        timeout: 60,
        requests: this.kinds.map(({ method, path, body, onResponse }) => ({
          method,
          path,
          body,
          onResponse,
        })),
      });
      this.failures += errors + timeouts + mismatches;
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}
