import { createReadStream } from 'node:fs';
import type { Document, LineCounter } from 'yaml';
import { configUnreadable } from './config-error.ts';
import { type ConfigPath, isTooDeep } from './config-value.ts';

const MOST_BYTES = 1024 * 1024;

/**
 * Reads the text of a configuration file, at most 1 MiB. Messages name it by `path`, wherever it really is.
 *
 * Errors: {@link MetricsError} `CONFIG_UNREADABLE`.
 */
export async function readConfigText(path: string, location: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    // One byte more than allowed tells that there is more; what never ends is not read to its end.
    for await (const chunk of createReadStream(location, { end: MOST_BYTES })) chunks.push(chunk);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw configUnreadable(path, `${code ?? message}; name a file that can be read`, cause);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.byteLength <= MOST_BYTES) return bytes.toString('utf8');
  throw configUnreadable(path, `it is larger than ${MOST_BYTES} bytes; name a smaller file`);
}

/**
 * Reads every YAML or JSON document of a text; empty ones are left out.
 *
 * Errors: {@link MetricsError} `CONFIG_UNREADABLE`, with line and column of what cannot be read.
 */
export async function parseDocuments(path: string, text: string): Promise<ConfigDocument[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lines = new LineCounter();
  const parse = () => parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const parsed = [...readable(path, parse)];
  for (const error of parsed.flatMap((document) => document.errors)) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw configUnreadable(path, `line ${line}, column ${col}: ${error.message}; use YAML or JSON`, error);
  }
  return parsed
    .map((document) => new ConfigDocument(document, lines, plainValue(path, document)))
    .filter(({ value }) => value !== null);
}

function plainValue(path: string, document: Document): unknown {
  const value = readable(path, () => document.toJS() as unknown) ?? null;
  if (!readable(path, () => isTooDeep(value))) return value;
  throw configUnreadable(path, 'it nests too deep, or holds itself; use fewer levels');
}

// The reader throws where aliases would fill the memory or levels the stack.
function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw configUnreadable(path, `${(cause as Error).message}; use fewer aliases and levels`, cause);
  }
}

/** The part of a YAML node that is looked at: a pair of a mapping, an item of a list, an alias of either. */
interface SourceNode {
  readonly range?: readonly number[] | null;
  readonly items?: readonly unknown[];
  resolve?(document: Document): unknown;
}

interface SourcePair {
  readonly key?: SourceNode & { readonly value?: unknown };
  readonly value?: SourceNode | null;
}

/** One document of a file: its value, and where everything in it stands. */
export class ConfigDocument {
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(document: Document, lines: LineCounter, value: unknown) {
    this.#document = document;
    this.#lines = lines;
    this.value = value;
  }

  /** Where the document begins. */
  get start(): number {
    return this.#document.range?.[0] ?? 0;
  }

  /** Of the value at a path, or of the nearest value around it. */
  offset(path: ConfigPath): number {
    let at = this.#document.contents as SourceNode | null | undefined;
    let nearest = at?.range?.[0] ?? this.start;
    for (const step of path) {
      at = this.#pair(at, step)?.value;
      if (at === undefined || at === null) break;
      nearest = at.range?.[0] ?? nearest;
    }
    return nearest;
  }

  /** Of the key of a field of the mapping at a path. */
  keyOffset(path: ConfigPath, key: string): number {
    let at = this.#document.contents as SourceNode | null | undefined;
    for (const step of path) at = this.#pair(at, step)?.value;
    return this.#pair(at, key)?.key?.range?.[0] ?? this.offset(path);
  }

  /** An offset as `line 3, column 14`. */
  place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `line ${line}, column ${col}`;
  }

  #pair(node: SourceNode | null | undefined, step: PropertyKey): SourcePair | undefined {
    const real = (node?.resolve?.(this.#document) ?? node) as SourceNode | null | undefined;
    if (typeof step === 'number') return { value: real?.items?.[step] as SourceNode | undefined };
    const pairs = (real?.items ?? []) as readonly SourcePair[];
    return pairs.find((pair) => String(pair?.key?.value) === step);
  }
}
