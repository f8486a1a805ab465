const brand = Symbol.for('oriel.MetricsError');

/** Every code a {@link MetricsError} can carry, with what it says. Codes are stable; texts may change. */
export const errorCodes = {
  // Names, labels and bounds.
  NAME_INVALID: 'a metric, view, measure or backend name breaks the naming rules',
  LABEL_NAME_INVALID: 'a label or tag name breaks the naming rules or is reserved',
  LABEL_NAME_DUPLICATE: 'a label name stands twice in one definition',
  LABEL_VALUE_INVALID: 'a label or tag value has the wrong type, size or characters',
  LABELS_MISMATCH: 'the labels given are not the labels defined',
  BOUNDS_NOT_RISING: 'bucket bounds are not strictly rising',
  BOUND_NOT_FINITE: 'a bucket bound is NaN or infinite where a finite number is needed',
  ARGUMENT_INVALID: 'an argument has the wrong type or range',
  // Registry.
  ALREADY_REGISTERED: 'an equal collector is registered; `details.existing` is it',
  DUPLICATE_DESCRIPTOR: 'a descriptor is taken by another collector',
  INCONSISTENT_DESCRIPTOR: 'one name has two helps, units, types or label sets',
  SUFFIX_COLLISION: 'two families would write a sample of the same name',
  // Gather: kept in the snapshot, never thrown.
  COLLECT_FAILED: 'a collector threw or rejected',
  COLLECT_TIMEOUT: 'a collector did not finish within its time limit',
  FAMILY_INCONSISTENT: 'collected series disagree with their family',
  SERIES_DUPLICATE: 'two collected series have equal names and labels',
  SERIES_INVALID: 'a collected series breaks the rules of its type',
  // Stats.
  MEASURE_CONFLICT: 'a measure of this name exists with another kind, unit or description',
  VIEW_CONFLICT: 'a different view of this name is registered; `details.existing` is it',
  VIEW_UNKNOWN: 'no view of this name is registered',
  TAGS_TOO_LARGE: 'a tag map exceeds 8192 bytes',
  TAGS_MALFORMED: 'encoded tags cannot be decoded',
  // View packages.
  PATH_PATTERN_INVALID: 'a path pattern cannot be read, or conflicts with another',
  // Exporter.
  OPTION_UNKNOWN: 'an option, flag or variable of this name does not exist',
  OPTION_INVALID: 'an option has a value it cannot take',
  CONFIG_UNREADABLE: 'a configuration file cannot be read or parsed',
  BACKEND_UNKNOWN: 'no backend of this name is known',
  BACKEND_FAILED: 'a backend could not be loaded, start, run, flush or stop',
  EXPORTER_STOPPED: 'an exporter was shut down and cannot start again',
  PORT_IN_USE: 'the address is taken by another listener',
  ADDRESS_INVALID: 'the address cannot be listened on',
} as const;

export type MetricsErrorCode = keyof typeof errorCodes;

export interface MetricsErrorOptions {
  /** `Cannot <act> <kind> "<name>": <what is>; <what is wanted>` */
  readonly message: string;
  /** The offender and the numbers of the message, for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * What Oriel throws when something is defined, registered or configured wrongly.
 *
 * `instanceof` holds across two installed copies of the package.
 */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly code: MetricsErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: MetricsErrorCode, options: MetricsErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
