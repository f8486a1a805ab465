import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Row, rowsOfPage } from '@oriel/testkit';
import { endProcess } from '../../../test/support/end-process.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { freePort } from '../../../test/support/free-port.ts';
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
    await eventually('the Pushgateway', () => fetch(`${this.url}/-/ready`));
  }

  async stop(): Promise<void> {
    await endProcess(this.#child);
    this.#child = undefined;
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
