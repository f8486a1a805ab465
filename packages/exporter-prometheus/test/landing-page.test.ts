import fc from 'fast-check';
import { expect, test } from 'vitest';
import { landingPage } from '../src/landing-page.ts';

test('landingPage() escapes every text it is given', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'<>"\'&x/=') }), (text) => {
      const options = {
        title: text,
        description: text,
        version: text,
        links: [{ href: './x', text, description: text }],
      };
      const families = [{ name: text, type: text, help: text, series: 1 }];
      const shape = (page: string): string =>
        page
          .replaceAll(/value="[^"]*"|name\[\]=[^"]*/g, '')
          .replaceAll(/>[^<]*</g, '><')
          .replaceAll(/<p><\/p>|<small><\/small>/g, '');
      const plain = {
        title: 'x',
        description: 'x',
        version: 'x',
        links: [{ href: './x', text: 'x', description: 'x' }],
      };
      expect(
        shape(landingPage(options, '/metrics', { query: text, families, total: 1 }))
          .split('\n')
          .filter(Boolean),
      ).toEqual(
        shape(landingPage(plain, '/metrics', { query: 'x', families, total: 1 }))
          .split('\n')
          .filter(Boolean),
      );
    }),
  );
});

test('landingPage() links relatively, so that it works behind a prefix', () => {
  const page = landingPage({ links: [{ href: 'https://example.org/?a=1&b="2"', text: 'More' }] }, '/metrics');
  expect(page).toMatch('<a href="./metrics">Metrics</a>');
  expect(page).toMatch('<a href="https://example.org/?a=1&amp;b=&quot;2&quot;">More</a>');
});

test.each([
  'javascript:alert(1)',
  ' JavaScript:x',
  'java\nscript:x',
  'data:text/html,x',
  'vbscript:x',
  'http://',
])('landingPage() refuses link %j', (href) => {
  expect(() => landingPage({ links: [{ href, text: 'x' }] }, '/metrics')).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});

test('landingPage() says how many were found, and links each to its own page', () => {
  const families = [{ name: 'a b&c', type: 'gauge', help: '1 < 2', series: 3 }];
  const page = landingPage({}, '/m', { query: '"a', families, total: 120 });
  expect(page).toMatch('<p>120 metrics, the first 1 of them here</p>');
  expect(page).toMatch(
    '<a href="./m?name[]=a%20b%26c">a b&amp;c</a><small>1 &lt; 2</small></td><td>gauge</td><td>3</td>',
  );
  expect(page).toMatch('name="q" value="&quot;a"');
  expect(landingPage({}, '/m', { query: 'x', families: [], total: 0 })).toMatch('<p>0 metrics</p>');
});
