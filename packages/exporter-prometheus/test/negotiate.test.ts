import { readFileSync } from 'node:fs';
import type { Escaping } from '@oriel/encoding';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from '../src/format.ts';
import { acceptsHtml, type MediaFormat, negotiate } from '../src/negotiate.ts';

interface Case {
  readonly id: string;
  readonly accept: string | null;
  readonly offered: readonly MediaFormat[];
  readonly default_escaping: Escaping;
  readonly expected: string;
  readonly also_valid?: readonly string[];
  readonly expected_text_only?: string;
  readonly also_valid_text_only?: readonly string[];
  readonly follow?: boolean;
}

const both: readonly MediaFormat[] = ['openmetrics-1.0.0', 'text-0.0.4'];
const file = new URL('./data/negotiation-cases.json', import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(file, 'utf8')).cases;
const followed = cases.filter(({ follow }) => follow !== false);

function contentType(accept: string, offered: readonly MediaFormat[] = both, escaping?: Escaping): string {
  return negotiate(accept, { offered, escaping }).contentType;
}

describe('negotiate()', () => {
  test.each(followed)('answers $id with what it offers', (given) => {
    const { offered, default_escaping: escaping } = given;
    const answer = negotiate(given.accept ?? undefined, { offered, escaping });
    expect([given.expected, ...(given.also_valid ?? [])]).toContain(answer.contentType);
  });

  test.each(followed.filter((given) => given.expected_text_only))('answers $id with text alone', (given) => {
    const answer = negotiate(given.accept ?? undefined, {
      offered: ['text-0.0.4'],
      escaping: given.default_escaping,
    });
    expect([given.expected_text_only, ...(given.also_valid_text_only ?? [])]).toContain(answer.contentType);
  });

  test.each(followed.filter(({ id }) => id.startsWith('real-')))(
    'answers $id with all that the server writes as with what was offered before',
    (given) => {
      const answer = negotiate(given.accept ?? undefined, {
        offered: formats,
        escaping: given.default_escaping,
      });
      expect([given.expected, ...(given.also_valid ?? [])]).toContain(answer.contentType);
    },
  );

  test('takes text 1.0.0 and OpenMetrics 2.0 by their versions, weights apart', () => {
    const prometheus3 =
      'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.2';
    expect(contentType(prometheus3, formats)).toBe(
      'application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=allow-utf-8',
    );
    expect(contentType(prometheus3.replace('q=0.7', 'q=0.5'), formats)).toMatch('version=1.0.0');
    expect(contentType('text/plain;version=1.0.0;escaping=allow-utf-8', formats)).toBe(
      'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
    );
    expect(contentType('application/openmetrics-text;version=2.0.1', formats)).toMatch(/^text/);
    expect(contentType('application/openmetrics-text;version="2.0.0"', formats)).toMatch('version=2.0.0');
  });

  test('gives text to a wildcard although another format is offered first', () => {
    expect(contentType('*/*', ['openmetrics-2.0.0', 'protobuf-delimited', 'text-0.0.4'])).toMatch(
      /^text\/plain;/,
    );
    expect(contentType('text/*')).toMatch(/^text\/plain;/);
  });

  test('prefers a named type to a wildcard of the same weight, and the first of two names', () => {
    expect(contentType('*/*, application/openmetrics-text')).toMatch(/^application\/openmetrics/);
    expect(contentType('text/plain, application/openmetrics-text')).toMatch(/^text\/plain/);
    expect(contentType('text/plain;q=0.5, application/openmetrics-text;q=0.6')).toMatch(
      /^application\/openmetrics/,
    );
  });

  test('passes over clauses that are refused, broken or out of range', () => {
    expect(contentType('application/openmetrics-text;q=0, text/plain;q=0.1')).toMatch(/^text/);
    expect(contentType('application/openmetrics-text;q=many, text/plain;q=0.1')).toMatch(/^text/);
    expect(contentType('application/openmetrics-text;q=2, text/plain;q=0.1')).toMatch(/^text/);
    expect(contentType('nonsense, ;;, =, application/openmetrics-text;q=0.1')).toMatch(/^application/);
  });

  test('reads types and parameter names in any case, quoted values, and the last of a repeated parameter', () => {
    const header = 'Application/OpenMetrics-Text; Version="1.0.0"; ESCAPING=dots; escaping="values"';
    expect(contentType(header)).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=values',
    );
  });

  test('keeps a comma or semicolon inside quotes in one clause', () => {
    expect(contentType('text/plain;x=",application/openmetrics-text;";q=0.5, */*;q=0.1')).toMatch(
      /^text\/plain/,
    );
    expect(contentType('text/html;x="a;q=0", application/openmetrics-text;y=";q=0"')).toMatch(/^application/);
  });

  test('takes the escaping of the winning clause only, and only a known one', () => {
    expect(contentType('application/openmetrics-text;q=0.9, text/plain;escaping=dots')).toMatch(
      /escaping=dots$/,
    );
    expect(contentType('application/openmetrics-text;escaping=dots;q=0.1, text/plain')).toMatch(
      /escaping=underscores$/,
    );
    expect(contentType('text/plain;escaping=shout', both, 'values')).toMatch(/escaping=values$/);
  });

  test('asks protobuf clauses for message and encoding', () => {
    const offered: MediaFormat[] = ['protobuf-delimited', 'text-0.0.4'];
    expect(contentType('application/vnd.google.protobuf', offered)).toMatch(/^text/);
    expect(contentType('application/vnd.google.protobuf;encoding=delimited', offered)).toMatch(/^text/);
  });

  test('gives a whole Content-Type with each parameter once for any header', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'*/;,="\\ qtexplain.01') }), (header) => {
        const names = contentType(header).match(/;\s*[a-z]+=/g) ?? [];
        expect(names.length).toBe(new Set(names).size);
        expect(names.length).toBe(3);
      }),
    );
  });
});

test('acceptsHtml() is true for a browser and false for curl, scrapers and a refusal', () => {
  expect(acceptsHtml('text/html,application/xhtml+xml,*/*;q=0.8')).toBe(true);
  for (const header of [undefined, '*/*', 'text/plain', 'text/html;q=0'])
    expect(acceptsHtml(header)).toBe(false);
});
