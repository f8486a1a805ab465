import type { RequestListener } from 'node:http';
import { latencies, routesFor, type Tuple, tupleOf, valueMask } from './workload.ts';

/** How much stands on a page. */
export interface PageShape {
  readonly counters: number;
  /** Of 12 buckets each. */
  readonly histograms: number;
  /** How many series share the longest label value. Default: 20. */
  readonly seriesPerRoute?: number;
}

/** One counter and one histogram of a peer, and the page it makes of them. */
export interface PageSource {
  /** Adds to the counter; the labels are the source's to keep. */
  count(amount: number, labels: Tuple): void;
  observe(seconds: number, labels: Tuple): void;
  /** Gathers and renders everything, and gives the number of bytes. */
  render(): number | Promise<number>;
  readonly serve: RequestListener;
  /** Ends what the peer started on its own. */
  close?(): void | Promise<void>;
}

const LINES_PER_HISTOGRAM = 14;

/** All series of a shape, at one peer. */
export class Page {
  readonly source: PageSource;
  readonly shape: PageShape;
  readonly #routes: readonly string[];
  #round = 0;

  constructor(source: PageSource, shape: PageShape) {
    this.source = source;
    this.shape = shape;
    this.#routes = routesFor(Math.max(shape.counters, shape.histograms), shape.seriesPerRoute);
  }

  /** Records to every series, making those that are missing. */
  change(): void {
    const { source, shape } = this;
    const shift = 1013 * this.#round++;
    for (let i = 0; i < shape.counters; i++) source.count(1 + (i % 1000), this.#labels(i));
    for (let i = 0; i < shape.histograms; i++) {
      source.observe(latencies[(i + shift) & valueMask] / 1000, this.#labels(i));
    }
  }

  /** Bytes of the label values, each distinct one once: what any peer has to keep. */
  get textBytes(): number {
    return this.#routes.reduce((sum, route) => sum + route.length, 0);
  }

  async render(): Promise<number> {
    return checked(await this.source.render(), this.shape);
  }

  async close(): Promise<void> {
    await this.source.close?.();
  }

  #labels(series: number): Tuple {
    return tupleOf(series, this.#routes, this.shape.seriesPerRoute);
  }
}

/** A page of series that have been recorded to. */
export function filledPage(source: PageSource, shape: PageShape): Page {
  const page = new Page(source, shape);
  for (let round = 0; round < 2; round++) page.change();
  return page;
}

/** Lines with numbers. */
export function samplesOf({ counters, histograms }: PageShape): number {
  return counters + histograms * LINES_PER_HISTOGRAM;
}

/** The bytes; throws if they are too few to hold all samples: what leaves series out is not faster. */
export function checked(bytes: number, shape: PageShape): number {
  const samples = samplesOf(shape);
  if (bytes < samples * 30) throw new Error(`its page has ${bytes} bytes for ${samples} samples`);
  return bytes;
}
