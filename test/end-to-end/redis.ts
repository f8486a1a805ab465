import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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
    for (let tries = 0; tries < 300; tries++) {
      if (this.ask('ping') === 'PONG') return;
      await sleep(100);
    }
    throw new Error('Redis did not answer within 30 s');
  }

  async pause(): Promise<void> {
    if (this.#child === undefined) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    this.#child = undefined;
    await exited;
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
