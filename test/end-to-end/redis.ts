import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '../support/end-process.ts';
import { eventually } from '../support/eventually.ts';

/** A real Redis on a socket in a temporary folder, which keeps nothing. */
export class RedisServer {
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'oriel-redis-')));
    await server.resume();
    return server;
  }

  get socket(): string {
    return join(this.#folder, 'redis.sock');
  }

  /** Starts it, empty, after `pause()`. */
  async resume(): Promise<void> {
    const flags = ['--port', '0', '--unixsocket', this.socket, '--save', '', '--dir', this.#folder];
    this.#child = spawn('redis-server', flags, { stdio: 'ignore' });
    await eventually('Redis', () => (this.ask('ping') === 'PONG' ? true : undefined));
  }

  async pause(): Promise<void> {
    await endProcess(this.#child);
    this.#child = undefined;
  }

  /** What `redis-cli` answers. */
  ask(...command: string[]): string {
    return spawnSync('redis-cli', ['-s', this.socket, ...command], { encoding: 'utf8' }).stdout.trim();
  }

  /** How often a command was called since the start. */
  calls(command: string): number {
    const stats = this.ask('info', 'commandstats');
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
  }

  async stop(): Promise<void> {
    await this.pause();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
