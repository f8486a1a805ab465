import { readFile } from 'node:fs/promises';
import { MetricsError } from '@oriel/metrics';
import type { Document, LineCounter } from 'yaml';
import { suggestion } from './nearest-name.ts';
import { shown } from './option-error.ts';
import { optionTable } from './option-table.ts';

/** What a configuration file says, checked as a whole. */
export interface OptionFile {
  readonly values: Readonly<Record<string, unknown>>;
  /** Settings by backend name, not yet checked by the backends. */
  readonly backends: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Where a value stands, such as `file "m.yaml", line 3, column 14`. */
  locate(path: readonly PropertyKey[]): string;
}

type Path = readonly PropertyKey[];

interface Problem {
  readonly code: 'OPTION_INVALID' | 'OPTION_UNKNOWN';
  readonly text: string;
}

/** The options that a file may set. */
const fileOptions = optionTable.filter((row) => row.inFile);

const shownProblems = 10;

/**
 * Reads a YAML or JSON configuration file; one bad field and nothing of it is used.
 *
 * Errors: {@link MetricsError} `CONFIG_UNREADABLE` if it cannot be read or parsed, `OPTION_UNKNOWN` and
 * `OPTION_INVALID` for its fields, the message naming file, line, column, field, value and cure.
 */
export async function readOptionFile(path: string): Promise<OptionFile> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, `${cause.code ?? cause.message}; name a file that can be read`, cause);
  });
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw unreadable(path, `line ${line}, column ${col}: ${error.message}; use YAML or JSON`, error);
  }
  const source = new SourceMap(path, document, lines);
  return checkedFile(path, plainValue(path, document), source);
}

function plainValue(path: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw unreadable(path, `${(cause as Error).message}; use fewer aliases`, cause);
  }
}

function checkedFile(path: string, content: unknown, source: SourceMap): OptionFile {
  // An empty file is null.
  const given = content ?? {};
  const problems = isMapping(given)
    ? Object.entries(given).flatMap(([key, value]) => problemsOf(key, value, source))
    : [badValue([], given, 'a mapping of options', source)];
  if (problems.length > 0) throw refusal(path, problems);
  const { backends = {}, ...values } = given as { backends?: OptionFile['backends'] };
  return { values, backends, locate: (at) => source.where(at) };
}

function problemsOf(key: string, value: unknown, source: SourceMap): Problem[] {
  if (key === 'backends') return backendProblems(value, source);
  const option = fileOptions.find(({ name }) => name === key);
  if (option === undefined) return [unknownField(key, source)];
  return option.accepts(value) ? [] : [badValue([key], value, option.wanted, source)];
}

function backendProblems(backends: unknown, source: SourceMap): Problem[] {
  const wanted = 'a mapping of settings by backend';
  if (!isMapping(backends)) return [badValue(['backends'], backends, wanted, source)];
  return Object.entries(backends)
    .filter(([, settings]) => !isMapping(settings))
    .map(([name, settings]) => badValue(['backends', name], settings, wanted, source));
}

// What YAML 1.1 makes of !!set, !!binary and dates is none.
function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function badValue(path: readonly string[], value: unknown, wanted: string, source: SourceMap): Problem {
  const field = path.length === 0 ? 'the file' : `field "${path.join('.')}"`;
  const text = `${source.place(path)}: ${field} is ${shown(value)}; use ${wanted}`;
  return { code: 'OPTION_INVALID', text };
}

function unknownField(key: string, source: SourceMap): Problem {
  const known = [...fileOptions.map(({ name }) => name), 'backends'];
  const text = `${source.keyPlace(key)}: field ${shown(key)} is unknown; ${suggestion(key, known)}`;
  return { code: 'OPTION_UNKNOWN', text };
}

function refusal(path: string, problems: readonly Problem[]): MetricsError {
  const more = problems.length > shownProblems ? [`and ${problems.length - shownProblems} more`] : [];
  const lines = [...problems.slice(0, shownProblems).map((problem) => problem.text), ...more];
  return new MetricsError(problems[0].code, {
    message: `Cannot use configuration file ${shown(path)}: ${lines.join('\n  ')}`,
    details: { file: path, problems: problems.map((problem) => problem.text) },
  });
}

function unreadable(path: string, fault: string, cause: unknown): MetricsError {
  return new MetricsError('CONFIG_UNREADABLE', {
    message: `Cannot read configuration file ${shown(path)}: ${fault}`,
    details: { file: path },
    cause,
  });
}

/** Finds the line and column of a field. */
class SourceMap {
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
  }

  where(path: Path): string {
    return `file ${shown(this.#file)}, ${this.place(path)}`;
  }

  /** Of the value at a path, or of the nearest value around it. */
  place(path: Path): string {
    const node = this.#document.getIn(path, true) as { range?: readonly number[] } | undefined;
    if (node?.range !== undefined) return this.#linePlace(node.range[0]);
    return path.length === 0 ? this.#linePlace(0) : this.place(path.slice(0, -1));
  }

  /** Of a key of the topmost mapping. */
  keyPlace(key: string): string {
    const { items = [] } = (this.#document.contents ?? {}) as {
      items?: { key: { value?: unknown; range?: readonly number[] } }[];
    };
    const pair = items.find((item) => String(item.key.value) === key);
    return this.#linePlace(pair?.key.range?.[0] ?? 0);
  }

  #linePlace(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `line ${line}, column ${col}`;
  }
}
