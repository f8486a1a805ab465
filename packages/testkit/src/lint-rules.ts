import { unitWords } from './lint-units.ts';

/** What a lint looks at. */
export interface LintedFamily {
  readonly name: string;
  /** As Prometheus calls it; empty for a family without. */
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export type LintRule =
  | 'help'
  | 'base-unit'
  | 'abbreviated-unit'
  | 'total'
  | 'reserved-suffix'
  | 'reserved-label'
  | 'target-label'
  | 'type-in-name'
  | 'colon'
  | 'camel-case';

type Check = (family: LintedFamily) => string | undefined;

const metricTypes = ['counter', 'gauge', 'histogram', 'summary'];
const abbreviations = ['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd'];
const camel = /[a-z][A-Z]/;

/** Every rule, by what it says about a family; nothing if it has nothing to say. */
export const lintRules: Readonly<Record<LintRule, Check>> = {
  help: ({ help }) => (help === '' ? 'it has no help text; say in one sentence what it measures' : undefined),

  'base-unit': ({ name }) => {
    const found = unitWords(name);
    return found === undefined || found.word === found.base
      ? undefined
      : `its unit is ${found.word}; measure in ${found.base}`;
  },

  'abbreviated-unit': ({ name }) => {
    const word = abbreviations.find((each) => hasWord(name, each));
    return word === undefined ? undefined : `"${word}" is short for a unit; write the unit out`;
  },

  total: ({ name, type }) => {
    if (isUntyped(type)) return undefined;
    const ends = name.endsWith('_total');
    if (type === 'counter') return ends ? undefined : 'it is a counter; end its name with _total';
    return ends ? `it is a ${type}; only the name of a counter ends with _total` : undefined;
  },

  'reserved-suffix': ({ name, type }) => {
    if (isUntyped(type) || isHistogram(type)) return undefined;
    if (name.endsWith('_bucket')) return `it is a ${type}; only histograms write names that end with _bucket`;
    if (type === 'summary' || !/_(count|sum)$/.test(name)) return undefined;
    return `it is a ${type}; histograms and summaries write names that end with _count and _sum`;
  },

  'reserved-label': ({ type, labelNames }) => {
    if (isUntyped(type)) return undefined;
    if (!isHistogram(type) && labelNames.includes('le')) return 'label "le" belongs to histograms';
    if (type !== 'summary' && labelNames.includes('quantile')) return 'label "quantile" belongs to summaries';
    return undefined;
  },

  'target-label': ({ labelNames }) => {
    const label = labelNames.find((name) => name === 'job' || name === 'instance');
    return label === undefined ? undefined : `label "${label}" is set by the scraper, which renames this one`;
  },

  'type-in-name': ({ name }) => {
    const type = metricTypes.find((each) => hasWord(name, each));
    return type === undefined ? undefined : `its name says "${type}"; the type is told apart from the name`;
  },

  colon: ({ name }) =>
    name.includes(':') ? 'its name has a colon; colons are for recording rules' : undefined,

  'camel-case': ({ name, labelNames }) => {
    if (camel.test(name)) return 'its name is written in camelCase; use snake_case';
    const label = labelNames.find((each) => camel.test(each));
    return label === undefined ? undefined : `label "${label}" is written in camelCase; use snake_case`;
  },
};

function isUntyped(type: string): boolean {
  return type === '' || type === 'unknown' || type === 'untyped';
}

function isHistogram(type: string): boolean {
  return type.replaceAll('_', '').endsWith('histogram');
}

// A word behind the first: a name that is nothing but the word is let through.
function hasWord(name: string, word: string): boolean {
  return `${name.toLowerCase()}_`.includes(`_${word}_`);
}
