import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** The share of time the event loop was busy, over the last half to whole window; reading changes nothing. */
export class UtilizationWindow {
  #elder: EventLoopUtilization | undefined;
  #younger: EventLoopUtilization | undefined;

  start(): void {
    this.#elder = performance.eventLoopUtilization();
    this.#younger = this.#elder;
  }

  stop(): void {
    this.#elder = undefined;
  }

  rotate(): void {
    this.#elder = this.#younger;
    this.#younger = performance.eventLoopUtilization();
  }

  /** From 0 to 1; undefined while stopped, and while no time has passed. */
  ratio(): number | undefined {
    if (this.#elder === undefined) return undefined;
    const { active, idle, utilization } = performance.eventLoopUtilization(this.#elder);
    return active + idle > 0 ? utilization : undefined;
  }
}
