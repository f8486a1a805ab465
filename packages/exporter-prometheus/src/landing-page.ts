import { invalid } from './option-check.ts';

export interface LandingLink {
  /** `http:`, `https:`, `mailto:`, or relative to the page. */
  readonly href: string;
  readonly text: string;
  readonly description?: string;
}

export interface LandingPageOptions {
  /** Title and heading. Default: `Metrics`. */
  readonly title?: string;
  /** A sentence under the heading. Default: none. */
  readonly description?: string;
  /** Shown beside the description. Default: none. */
  readonly version?: string;
  /** After the link to the metrics. Default: none. */
  readonly links?: readonly LandingLink[];
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 }
header { background: #22526b; color: #fff; padding: 1.25rem 0 }
header > *, main { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem }
h1 { font-size: 1.5rem; font-weight: 600 }
ul { list-style: none; padding: 0 }
li { margin: 1rem 0 }
a { color: light-dark(#14506e, #8cc8e6) }
small { display: block; opacity: .75 }`;

/**
 * The page a browser sees. Every text is escaped.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID` for a link that could run a script.
 */
export function landingPage(options: LandingPageOptions, metricsPath: string): string {
  const { title = 'Metrics', description, version, links = [] } = options;
  const metrics = {
    href: `.${metricsPath}`,
    text: 'Metrics',
    description: 'What is measured, for Prometheus',
  };
  const about = [description, version && `Version ${version}`].filter(Boolean).join(' · ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}
</style>
</head>
<body>
<header><h1>${escaped(title)}</h1></header>
<main>
${about === '' ? '' : `<p>${escaped(about)}</p>\n`}<ul>
${[metrics, ...links].map(item).join('\n')}
</ul>
</main>
</body>
</html>
`;
}

function item({ href, text, description = '' }: LandingLink): string {
  const note = description === '' ? '' : `<small>${escaped(description)}</small>`;
  return `<li><a href="${escaped(safe(href))}">${escaped(text)}</a>${note}</li>`;
}

function safe(href: string): string {
  const url = URL.parse(href, 'http://here/');
  if (url !== null && ['http:', 'https:', 'mailto:'].includes(url.protocol)) return href;
  throw invalid('landing.links', href, 'an http, https, mailto or relative link');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]);
}
