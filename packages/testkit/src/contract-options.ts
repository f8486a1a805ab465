import {
  type Backend,
  type BackendContext,
  type BackendInstance,
  defineBackend,
  type Exporter,
  type ExporterConfig,
} from '@oriel/exporter';
import type { MetricType } from '@oriel/metrics';
import type { Capabilities } from './capabilities.ts';
import type { Destination } from './destination.ts';
import type { Row } from './row.ts';

/** What a backend's author tells the contract. */
export interface ContractOptions<D extends Destination = Destination> {
  /** The backend's name; what `exporters` names, unless `config` does. */
  readonly name: string;
  /** The plug-in as it is published. */
  readonly backend?: Backend;
  /** In its place: makes the backend at once, for one destination. */
  readonly make?: (context: BackendContext, destination: D) => BackendInstance;
  readonly capabilities: Capabilities;
  /** Makes a destination that behaves well. A pull backend needs none: it is read. */
  readonly destination?: () => D | Promise<D>;
  /** What the exporter is given beside the contract's own settings: URL, ports, settings of the backend. */
  readonly config?: (destination: D) => Partial<ExporterConfig>;
  /**
   * Takes what has arrived since it was called last, oldest first, and decodes it. For a pull backend it asks, and
   * rejects if nobody answers.
   */
  readonly read: (destination: D, exporter: Exporter) => readonly Row[] | Promise<readonly Row[]>;
  /** The name under which a family arrives, where it is not its own. */
  readonly nameOf?: (name: string, type: MetricType) => string;
  /** Names of families that the backend adds by itself; `oriel_…` always are. Default: none. */
  readonly own?: RegExp;
  /** Real milliseconds to wait for what must arrive before a test fails. Default: 5000. */
  readonly patienceMs?: number;
}

/** The plug-in of a contract for one destination. */
export function backendOf<D extends Destination>(options: ContractOptions<D>, destination: D): Backend {
  const { backend, make, name } = options;
  if (backend !== undefined) return backend;
  if (make === undefined)
    throw new TypeError(`Cannot test backend "${name}": it has neither "backend" nor "make"; give one`);
  return defineBackend({ name, create: (context) => make(context, destination) });
}
