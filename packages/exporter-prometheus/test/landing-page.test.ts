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
      const shape = (page: string): string =>
        page.replaceAll(/>[^<]*</g, '><').replaceAll(/<p><\/p>|<small><\/small>/g, '');
      const plain = {
        title: 'x',
        description: 'x',
        version: 'x',
        links: [{ href: './x', text: 'x', description: 'x' }],
      };
      expect(shape(landingPage(options, '/metrics')).split('\n').filter(Boolean)).toEqual(
        shape(landingPage(plain, '/metrics')).split('\n').filter(Boolean),
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
