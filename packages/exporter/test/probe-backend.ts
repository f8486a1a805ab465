import { type Backend, type BackendContext, type BackendInstance, defineBackend } from '../src/backend.ts';

/** A backend that writes down what is asked of it, and does on top what a test wants. */
export class ProbeBackend {
  readonly calls: string[] = [];
  readonly contexts: BackendContext[] = [];
  readonly backend: Backend;

  constructor(name: string, acts: (context: BackendContext) => Partial<BackendInstance> = () => ({})) {
    const create = (context: BackendContext): BackendInstance => {
      this.calls.push('create');
      this.contexts.push(context);
      const own = acts(context);
      return {
        start: () => this.#did('start', own.start),
        flush: () => this.#did('flush', own.flush),
        stop: () => this.#did('stop', own.stop),
      };
    };
    this.backend = defineBackend({ name, create });
  }

  #did(call: string, act: (() => void | Promise<void>) | undefined): void | Promise<void> {
    this.calls.push(call);
    return act?.();
  }
}
