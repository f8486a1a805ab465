import { type Gatherer, MetricsError, type Registerer } from '@oriel/metrics';
import { isBackendName } from './backend-target.ts';
import type { Clock } from './clock.ts';
import type { ConfigIssue } from './configurable.ts';
import type { Logger } from './logger.ts';
import { shown } from './option-error.ts';
import type { Options } from './options.ts';
import type { Resource } from './resource.ts';

/** What a backend reads from and may add its own collectors to. A `Registry` is one. */
export type ExporterRegistry = Registerer & Gatherer;

/** Where a server listens. */
export interface BoundAddress {
  readonly address: string;
  readonly port: number;
}

/** What a backend is given to work with. */
export interface BackendContext {
  /** The backend's own label in status and self-metrics: its name, or its URL without secrets. Contexts made by hand may lack it. */
  readonly id?: string;
  readonly namespace: string;
  readonly options: Options;
  /** Where the backend was named by URL; may hold a password. */
  readonly url?: URL;
  readonly logger: Logger;
  /** Gives every family with the operator's constant labels. */
  readonly registry: ExporterRegistry;
  readonly resource: Resource;
  readonly clock: Clock;
  /** Puts the operator's constant labels on families that the backend keeps apart from `registry`. */
  labelled(gatherer: Gatherer): Gatherer;
  /** Tells what a server has bound; `options.metricsPort` then answers the real port. */
  listening(bound: BoundAddress): void;
  /** Tells that the running backend does not work: counted, logged, and its "up" metric is 0. */
  failed(cause: unknown): void;
  /** Tells that it works again. */
  recovered(): void;
}

/**
 * A backend at work. Each method may throw or reject: that is logged and counted, nothing more.
 *
 * Shape: `start` is called once; when it fails it has cleaned up after itself. `stop` is called once after
 * each `start` that succeeded, even one that succeeded too late. `flush` is called between the two only.
 */
export interface BackendInstance {
  start(): void | Promise<void>;
  /** Sends what is there now; nothing to do for a backend that is asked. */
  flush(): void | Promise<void>;
  /** Sends what is left, then closes everything that was opened. */
  stop(): void | Promise<void>;
}

/** Checks settings: the part of a zod schema that Oriel calls. */
export interface SettingsSchema<Settings> {
  safeParse(
    input: unknown,
  ):
    | { readonly success: true; readonly data: Settings }
    | { readonly success: false; readonly error: { readonly issues: readonly SettingsIssue[] } };
}

export type SettingsIssue = ConfigIssue;

export interface BackendDefinition<Settings> {
  /** Also the scheme of its URLs, and the end of its package's name: lower case, digits and dashes. */
  readonly name: string;
  /** Checks its settings. Default: it takes none. */
  readonly options?: SettingsSchema<Settings>;
  /** Makes a backend that has not started: it opens nothing yet. */
  create(context: BackendContext, settings: Settings): BackendInstance;
}

/** A plug-in: what a backend's package exports as `backend`. */
export interface Backend<Settings = unknown> extends BackendDefinition<Settings> {
  readonly kind: 'backend';
}

/**
 * Defines a backend plug-in.
 *
 * Errors: {@link MetricsError} `NAME_INVALID`.
 *
 * @example
 * const lines = defineBackend({
 *   name: 'lines',
 *   create: ({ registry, logger }) => ({
 *     start() {},
 *     async flush() {
 *       const { families } = await registry.gather();
 *       logger.info({ families: families.length }, 'gathered');
 *     },
 *     stop() {},
 *   }),
 * });
 */
export function defineBackend<Settings = Record<string, never>>(
  definition: BackendDefinition<Settings>,
): Backend<Settings> {
  if (isBackendName(definition.name)) return Object.freeze({ ...definition, kind: 'backend' });
  throw new MetricsError('NAME_INVALID', {
    message: `Cannot define backend ${shown(definition.name)}: the name breaks the rules; use lower-case letters, digits and dashes, a letter first`,
    details: { backend: definition.name },
  });
}

/** Whether a value is what {@link defineBackend} returns, from whatever copy of this package. */
export function isBackend(value: unknown): value is Backend {
  const { kind, name, create } = (value ?? {}) as Partial<Backend>;
  return kind === 'backend' && isBackendName(name) && typeof create === 'function';
}
