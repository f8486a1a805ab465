import type { ConfigReport } from './config-report.ts';
import { fieldsOf } from './config-values.ts';
import {
  readConstants,
  readPatterns,
  readRenames,
  readValueLength,
  type TagPattern,
} from './tag-rule-reader.ts';

/** The field `tags`, as it is written. Tags go by the names that code gives them. */
export interface TagRuleValues {
  /** Only these stay; `*` stands for any characters. Default: all. */
  readonly allow?: readonly string[];
  /** These go, whatever `allow` says. Default: none. */
  readonly deny?: readonly string[];
  /** New names by old ones. Default: none. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Labels that stand on every family. Default: none. */
  readonly constant?: Readonly<Record<string, string | number | boolean>>;
  /** Longer values are cut and end in a hash of the whole. Default: 1024. */
  readonly valueLength?: number;
}

/** A label of a view and the tag it is read from. */
export interface KeptTag {
  readonly tag: string;
  readonly label: string;
}

const NO_TAG = 'no view has a tag of this name yet';

/** The field `tags`, read: which tags a view keeps, and under which names. */
export class TagRules {
  readonly constant: ReadonlyMap<string, string>;
  readonly valueLength: number | undefined;
  readonly #allow: readonly TagPattern[] | undefined;
  readonly #deny: readonly TagPattern[];
  readonly #rename: ReadonlyMap<string, KeptTag>;

  constructor(value: unknown, report: ConfigReport) {
    const known = ['allow', 'deny', 'rename', 'constant', 'valueLength'];
    const fields = fieldsOf(value ?? {}, known, ['tags'], report);
    const field = <T>(name: string, read: (value: unknown, report: ConfigReport) => T): T | undefined =>
      fields.has(name) ? read(fields.get(name), report) : undefined;
    this.#allow = field('allow', (list) => readPatterns(list, ['tags', 'allow'], report));
    this.#deny = field('deny', (list) => readPatterns(list, ['tags', 'deny'], report)) ?? [];
    this.constant = field('constant', readConstants) ?? new Map();
    this.#rename = field('rename', (pairs) => readRenames(pairs, this.constant, report)) ?? new Map();
    this.valueLength = field('valueLength', readValueLength);
  }

  /** What is left of a view's tags, sorted by label; two of one label, or one of a constant, are an issue. */
  kept(view: string, tags: readonly string[], report: ConfigReport): KeptTag[] {
    const kept = tags.filter((tag) => this.#keeps(tag, report)).map((tag) => this.#labelled(tag, report));
    for (const { tag, label } of kept) {
      const other = kept.find((each) => each.label === label && each.tag !== tag);
      if (other !== undefined && tag !== label) {
        const cure = `view "${view}" keeps tag "${other.tag}" under this name; use another name, or deny or rename "${other.tag}"`;
        report.issue(['tags', 'rename', tag], cure);
      }
      if (!this.constant.has(label)) continue;
      const cure = `view "${view}" has a tag of this name; deny or rename the tag, or use another label`;
      report.issue(['tags', 'constant', label], cure);
    }
    return kept.sort((a, b) => (a.label < b.label ? -1 : 1));
  }

  /** Warns of names that no view has. */
  warnOfUnused(report: ConfigReport): void {
    for (const pattern of [...(this.#allow ?? []), ...this.#deny]) {
      if (pattern.name.exact && !report.used.has(pattern)) report.warn(pattern.path, NO_TAG);
    }
    for (const [tag, renaming] of this.#rename) {
      if (!report.used.has(renaming)) report.warn(['tags', 'rename', tag], NO_TAG);
    }
  }

  #labelled(tag: string, report: ConfigReport): KeptTag {
    const renaming = this.#rename.get(tag);
    if (renaming !== undefined) report.used.add(renaming);
    return renaming ?? { tag, label: tag };
  }

  #keeps(tag: string, report: ConfigReport): boolean {
    const denied = anyFits(this.#deny, tag, report);
    return (this.#allow === undefined || anyFits(this.#allow, tag, report)) && !denied;
  }
}

function anyFits(patterns: readonly TagPattern[], tag: string, report: ConfigReport): boolean {
  const fitting = patterns.filter(({ name }) => name.matches(tag));
  for (const pattern of fitting) report.used.add(pattern);
  return fitting.length > 0;
}
