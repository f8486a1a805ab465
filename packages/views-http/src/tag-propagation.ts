import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import { MetricsError, quote } from '@oriel/metrics';
import {
  decodeTagsText,
  encodeTagsText,
  NO_PROPAGATION,
  type TagFilter,
  type TagKey,
  TagMap,
  tagKey,
} from '@oriel/stats';
import { decodeBaggage, encodeBaggage, isBaggageKey } from './baggage.ts';
import type { HookFaults } from './hook-faults.ts';
import type { UndiciRequest } from './undici-exchange.ts';

/** Which tags travel in one direction, and in which headers. */
export interface TagTransport {
  /** Keys that travel in the W3C header `baggage`; of its other members nothing is read or written. Default: none. */
  readonly baggage?: readonly (TagKey | string)[];
  /** Whether tags travel in OpenCensus's text format, header `Correlation-Context`. Default: false. */
  readonly correlationContext?: boolean;
  /** Which tags pass, in either format. Default: all. */
  readonly filter?: TagFilter;
}

interface Checked {
  readonly keys: ReadonlySet<string>;
  readonly text: boolean;
  readonly filter: TagFilter | undefined;
}

const BAGGAGE = 'baggage';
const TEXT = 'correlation-context';

/**
 * A function that reads the tags of a request that comes in; undefined if the transport carries none.
 *
 * Shape: where both headers have a key, the baggage wins. A header that is wrong counts as not there.
 */
export function extractor(
  transport: TagTransport | undefined,
  faults: HookFaults,
): ((headers: IncomingHttpHeaders) => TagMap) | undefined {
  const checked = checkedTransport(transport, 'extract');
  if (checked === undefined) return undefined;
  return (headers) => {
    const text = checked.text ? headers[TEXT] : undefined;
    const baggage = checked.keys.size > 0 ? headers[BAGGAGE] : undefined;
    if (text === undefined && baggage === undefined) return TagMap.empty;
    const read = (decode: () => TagMap): TagMap => orEmpty(decode, faults);
    const fromText = typeof text === 'string' ? read(() => textTags(text, checked)) : TagMap.empty;
    return typeof baggage === 'string' ? fromText.apply(read(() => baggageTags(baggage, checked))) : fromText;
  };
}

function orEmpty(decode: () => TagMap, faults: HookFaults): TagMap {
  try {
    return decode();
  } catch {
    faults.add('tags_not_extracted');
    return TagMap.empty;
  }
}

function textTags(text: string, { filter }: Checked): TagMap {
  return decodeTagsText(text, { filter });
}

function baggageTags(text: string, { keys, filter }: Checked): TagMap {
  return TagMap.of(decodeBaggage(text, (name) => keys.has(name) && filter?.accepts(name) !== false));
}

/** The headers that carry tags out, by name. */
type TagHeaders = readonly (readonly [name: string, value: string])[];

/** Writes tags into requests that go out; undefined if the transport carries none. */
export interface Injector {
  intoRequest(request: ClientRequest, tags: TagMap): void;
  intoUndici(request: UndiciRequest, tags: TagMap): void;
}

/** An {@link Injector} for a transport. What a format cannot carry, and what comes too late, is left out and counted. */
export function injector(transport: TagTransport | undefined, faults: HookFaults): Injector | undefined {
  const checked = checkedTransport(transport, 'inject');
  if (checked === undefined) return undefined;
  const lost = (): void => faults.add('tags_not_injected');
  return {
    intoRequest(request, tags) {
      for (const [name, value] of headersFor(tags, checked, lost)) {
        // With an array of headers, or `Expect`, the head is written before anybody is told of the request.
        if (request.headersSent) return lost();
        const before = request.getHeader(name);
        request.setHeader(name, before === undefined ? value : `${before},${value}`);
      }
    },
    intoUndici(request, tags) {
      for (const [name, value] of headersFor(tags, checked, lost)) {
        if (request.addHeader === undefined) return lost();
        request.addHeader(name, value);
      }
    },
  };
}

function headersFor(tags: TagMap, checked: Checked, lost: () => void): TagHeaders {
  if (tags.size === 0) return [];
  const headers: [string, string][] = [];
  const baggage = checked.keys.size > 0 ? encodeBaggage(baggageOf(tags, checked), lost) : '';
  if (baggage !== '') headers.push([BAGGAGE, baggage]);
  const text = checked.text ? textOf(tags, checked, lost) : '';
  if (text !== '') headers.push([TEXT, text]);
  return headers;
}

function baggageOf(tags: TagMap, { keys, filter }: Checked): [string, string][] {
  return [...tags].filter(
    ([name]) => keys.has(name) && tags.ttl(name) !== NO_PROPAGATION && filter?.accepts(name) !== false,
  );
}

function textOf(tags: TagMap, { filter }: Checked, lost: () => void): string {
  try {
    return encodeTagsText(tags, { filter, onDropped: lost });
  } catch {
    lost();
    return '';
  }
}

function checkedTransport(
  transport: TagTransport | undefined,
  direction: 'extract' | 'inject',
): Checked | undefined {
  if (transport === undefined) return undefined;
  const { baggage = [], correlationContext = false, filter } = transport;
  const keys = new Set(baggage.map((key) => checkedKey(key, direction)));
  return keys.size === 0 && !correlationContext ? undefined : { keys, text: correlationContext, filter };
}

function checkedKey(key: TagKey | string, direction: string): string {
  const { name } = typeof key === 'string' ? tagKey(key) : key;
  if (isBaggageKey(name)) return name;
  throw new MetricsError('LABEL_NAME_INVALID', {
    message: `Cannot ${direction} tag ${quote(name)} as baggage: a key is a token; use letters, digits and !#$%&'*+-.^_\`|~`,
    details: { name },
  });
}
