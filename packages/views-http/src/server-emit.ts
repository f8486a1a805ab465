import { Server as HttpServer } from 'node:http';
import { createSecureServer, createServer } from 'node:http2';
import { Server as HttpsServer } from 'node:https';

/** Told of what servers emit and no channel publishes. None of these may throw. */
export interface ServerObserver {
  upgrade?(request: unknown, socket: unknown, head: unknown): void;
  clientError?(error: unknown, socket: unknown): void;
  /** A limit of time is over, for a socket or a session of HTTP/2. */
  timeout(connection: unknown): void;
  /** A listener threw while it handled a request. */
  threw?(response: unknown): void;
  /** Runs a handler in the context of its request, which is found by its response, its upgrade or its stream. */
  run?: ((message: unknown, handle: () => boolean) => boolean) | undefined;
}

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean;

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
 * Lets an observer see what the servers of `node:http`, `node:https` and `node:http2` emit, until the function given back
 * is called.
 *
 * Shape: `emit` of the four prototypes is wrapped while there is an observer, once for all of them. Where somebody
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
  // The classes of HTTP/2 have no names outside; a server that does not listen is a few objects.
  const http2 = [createServer(), createSecureServer()].map((server) => Object.getPrototypeOf(server));
  for (const prototype of [HttpServer.prototype, HttpsServer.prototype, ...http2]) {
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
  return function (event, ...args) {
    return emitWatched(event, args, () => emit.call(this, event, ...args));
  };
}

function emitWatched(event: string | symbol, args: readonly unknown[], emit: () => boolean): boolean {
  const [first, second, third] = args;
  switch (event) {
    case 'request':
    case 'checkContinue':
    case 'checkExpectation':
      return handleInside(second, emit);
    case 'stream':
      return handleInside(first, emit);
    case 'upgrade':
    case 'connect':
      for (const observer of observers) observer.upgrade?.(first, second, third);
      return handleInside(first, emit);
    case 'clientError':
      for (const observer of observers) observer.clientError?.(first, second);
      return emit();
    case 'timeout':
      for (const observer of observers) observer.timeout(first);
      return emit();
    default:
      return emit();
  }
}

// `message` is what the exchange is found by: the response, the request of an upgrade, or the stream of HTTP/2.
function handleInside(message: unknown, handle: () => boolean): boolean {
  const nested = observers.reduce<() => boolean>((inner, { run }) => {
    return run === undefined ? inner : () => run(message, inner);
  }, handle);
  try {
    return nested();
  } catch (error) {
    tellThrown(message);
    throw error;
  }
}

function tellThrown(message: unknown): void {
  for (const observer of observers) observer.threw?.(message);
}
