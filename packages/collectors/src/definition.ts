import { Desc } from '@oriel/metrics';

/** What may follow name and help in a definition. */
export interface DefinitionOptions {
  /** UCUM: `s` or `By`. Default: none. */
  readonly unit?: 's' | 'By';
  readonly labelNames?: readonly string[];
}

export function counterDesc(name: string, help: string, options: DefinitionOptions = {}): Desc {
  return new Desc({ name, type: 'counter', help, ...options });
}

export function gaugeDesc(name: string, help: string, options: DefinitionOptions = {}): Desc {
  return new Desc({ name, type: 'gauge', help, ...options });
}
