import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Row, rowsOfPage } from '@oriel/testkit';
import { rowsOfFamilies } from './proto-rows.ts';

const own = /^(go|process|pushgateway|push)_/;
const protobuf =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=1';

/** The real Pushgateway on a port of its own, which it keeps when it is started again. */
export class RealGateway {
  readonly url: string;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'oriel-pushgateway-'));
  readonly #flags: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, flags: readonly string[]) {
    this.url = `http://127.0.0.1:${port}`;
    this.#flags = [`--web.listen-address=127.0.0.1:${port}`, '--log.level=error', ...flags];
  }

  static async start(...flags: readonly string[]): Promise<RealGateway> {
    const gateway = new RealGateway(await freePort(), flags);
    await gateway.start();
    return gateway;
  }

  /** Starts it; `keeping` has it remember its groups over a stop. */
  async start(keeping = false): Promise<void> {
    const file = keeping ? [`--persistence.file=${join(this.#folder, 'groups')}`] : ['--persistence.file='];
    this.#child = spawn('prometheus-pushgateway', [...this.#flags, ...file], { stdio: 'ignore' });
    for (let tries = 0; tries < 600; tries++) {
      const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (answer !== undefined) return;
      await pause(25);
    }
    throw new Error('the Pushgateway did not start within 15 s');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What a scrape of text shows, without what the gateway tells about itself. */
  async rows(): Promise<Row[]> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    return rowsOfPage(page, 'text').filter(({ name }) => !own.test(name));
  }

  /** The same of a scrape that asks for protobuf, which has more. */
  async protobufRows(): Promise<Row[]> {
    const answer = await fetch(`${this.url}/metrics`, { headers: { accept: protobuf } });
    return rowsOfFamilies(new Uint8Array(await answer.arrayBuffer())).filter(({ name }) => !own.test(name));
  }

  /** The labels of each group. */
  async groups(): Promise<Record<string, string>[]> {
    const answer = await fetch(`${this.url}/api/v1/metrics`);
    const { data } = (await answer.json()) as { data: { labels: Record<string, string> }[] };
    return data.map(({ labels }) => labels);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
