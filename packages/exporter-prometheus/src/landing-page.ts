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

/** What a search for metrics has found. */
export interface SearchResult {
  /** As it was typed. */
  readonly query: string;
  readonly families: readonly FoundFamily[];
  /** How many were found; more than are shown, perhaps. */
  readonly total: number;
}

export interface FoundFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: number;
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
small { display: block; opacity: .75 }
form { display: flex; gap: .5rem; margin: 1.5rem 0 }
input { flex: 1; min-width: 0 }
input, button { font: inherit; padding: .25rem .5rem }
table { border-collapse: collapse; width: 100% }
th { text-align: start; font-weight: 600 }
th, td { padding: .25rem .75rem .25rem 0; vertical-align: top; overflow-wrap: anywhere }
th, td + td { white-space: nowrap }`;

/**
 * The page a browser sees, with a box to search for metrics and, once asked, what was found. Every text is
 * escaped.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID` for a link that could run a script.
 */
export function landingPage(options: LandingPageOptions, metricsPath: string, search?: SearchResult): string {
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
<form role="search" action="./"><input type="search" name="q" value="${escaped(search?.query ?? '')}" aria-label="Part of a metric's name or help" placeholder="Search metrics"><button>Search</button></form>
${search === undefined ? '' : found(search, metricsPath)}</main>
</body>
</html>
`;
}

function item({ href, text, description = '' }: LandingLink): string {
  const note = description === '' ? '' : `<small>${escaped(description)}</small>`;
  return `<li><a href="${escaped(safe(href))}">${escaped(text)}</a>${note}</li>`;
}

function found({ families, total }: SearchResult, metricsPath: string): string {
  const shown = families.length < total ? `, the first ${families.length} of them here` : '';
  const count = `<p>${total === 1 ? '1 metric' : `${total} metrics`}${shown}</p>\n`;
  if (families.length === 0) return count;
  const head = '<tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Series</th></tr>';
  return `${count}<table>\n${head}\n${families.map((one) => row(one, metricsPath)).join('\n')}\n</table>\n`;
}

function row({ name, type, help, series }: FoundFamily, metricsPath: string): string {
  const href = `.${metricsPath}?name[]=${encodeURIComponent(name)}`;
  const link = `<a href="${escaped(href)}">${escaped(name)}</a><small>${escaped(help)}</small>`;
  return `<tr><td>${link}</td><td>${escaped(type)}</td><td>${series}</td></tr>`;
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
