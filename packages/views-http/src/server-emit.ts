import { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';

/** Told of what servers emit and no channel publishes. None of these may throw. */
export interface ServerObserver {
  upgrade(request: unknown, socket: unknown, head: unknown): void;
  clientError(error: unknown, socket: unknown): void;
  timeout(socket: unknown): void;
  /** A listener threw while it handled a request. */
  threw(response: unknown): void;
  /** Runs a handler in the context of its request. */
  run?: ((message: unknown, handle: () => boolean) => boolean) | undefined;
}

type Emit = (this: unknown, ...args: [event: string | symbol, ...rest: unknown[]]) => boolean;

interface Emitting {
  emit: Emit;
}

interface Patch {
  readonly prototype: Emitting;
  readonly patched: Emit;
  readonly before: Emit;
  /** Whether somebody else's wrapper stood there before. */
  readonly hadOwn: boolean;
}

const observers: ServerObserver[] = [];
const patches: Patch[] = [];

/**
 * Lets an observer see what the servers of `node:http` and `node:https` emit, until the function given back is called.
 *
 * Shape: `emit` of the two prototypes is wrapped while there is an observer, once for all of them. Where somebody
 * wrapped it after us, it stays wrapped and hands everything on.
 */
export function observeServers(observer: ServerObserver): () => void {
  observers.push(observer);
  if (patches.length === 0) patchAll();
  return () => {
    const place = observers.indexOf(observer);
    if (place >= 0) observers.splice(place, 1);
    if (observers.length === 0) unpatchAll();
  };
}

function patchAll(): void {
  for (const { prototype } of [HttpServer, HttpsServer]) {
    const emitting = prototype as unknown as Emitting;
    const before = emitting.emit;
    const patched = emitThrough(before);
    patches.push({ prototype: emitting, patched, hadOwn: Object.hasOwn(emitting, 'emit'), before });
    emitting.emit = patched;
  }
}

// All or none: a prototype left patched would be patched twice by the next start.
function unpatchAll(): void {
  if (patches.some(({ prototype, patched }) => prototype.emit !== patched)) return;
  for (const { prototype, hadOwn, before } of patches.splice(0)) {
    if (hadOwn) prototype.emit = before;
    else Reflect.deleteProperty(prototype, 'emit');
  }
}

function emitThrough(emit: Emit): Emit {
  return function (...args) {
    switch (args[0]) {
      case 'request':
      case 'checkContinue':
      case 'checkExpectation':
        return handle(this, emit, args, args[2]);
      case 'upgrade':
      case 'connect':
        for (const observer of observers) observer.upgrade(args[1], args[2], args[3]);
        return handle(this, emit, args, args[1]);
      case 'clientError':
        for (const observer of observers) observer.clientError(args[1], args[2]);
        break;
      case 'timeout':
        for (const observer of observers) observer.timeout(args[1]);
        break;
    }
    return emit.apply(this, args);
  };
}

// `message` is what the exchange is found by: the response, or the request of an upgrade.
function handle(server: unknown, emit: Emit, args: Parameters<Emit>, message: unknown): boolean {
  try {
    for (let i = 0; i < observers.length; i++) {
      if (observers[i].run !== undefined) return handleIn(observers, message, () => emit.apply(server, args));
    }
    return emit.apply(server, args);
  } catch (error) {
    for (const observer of observers) observer.threw(message);
    throw error;
  }
}

function handleIn(all: readonly ServerObserver[], message: unknown, emitted: () => boolean): boolean {
  const nested = all.reduce<() => boolean>((inner, { run }) => {
    return run === undefined ? inner : () => run(message, inner);
  }, emitted);
  return nested();
}
