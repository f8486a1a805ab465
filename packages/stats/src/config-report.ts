import { quote } from '@oriel/metrics';

/** Something in the operator's file that is wrong or odd, and where. */
export interface ViewConfigIssue {
  /** From the top-level field down. */
  readonly path: ConfigPath;
  /** The cure, as the end of "it is X; …". */
  readonly message: string;
}

export type ConfigPath = readonly PropertyKey[];

/** What follows from the operator's fields, not yet done. */
export interface ViewConfigPlan {
  /** With one of these nothing of the fields may be used. */
  readonly issues: readonly ViewConfigIssue[];
  /** Odd but usable, such as a rule for a metric nobody knows. */
  readonly warnings: readonly ViewConfigIssue[];
  /** For the holder of the registry to put on every family. */
  readonly constLabels: Readonly<Record<string, string>>;
  /** Makes it so. Never throws: what fails after all leaves everything as it was, and `onWarning` is told. */
  commit(): void;
}

/** What is found while the operator's fields are read and laid over the views. */
export class ConfigReport {
  readonly issues: ViewConfigIssue[] = [];
  readonly warnings: ViewConfigIssue[] = [];
  /** Parts of the fields that had something to do. */
  readonly used: Set<object> = new Set();

  issue(path: ConfigPath, message: string): undefined {
    if (!this.issues.some((known) => samePath(known.path, path))) this.issues.push({ path, message });
  }

  warn(path: ConfigPath, message: string): void {
    this.warnings.push({ path, message });
  }
}

// One fault of a field is often found again for each view.
function samePath(a: ConfigPath, b: ConfigPath): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

/** An issue as a sentence's part: `"views[0].name" is 5 (number); use …`. */
export function issueText(values: unknown, { path, message }: ViewConfigIssue): string {
  const value = path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown>)?.[key],
    values,
  );
  return `${quote(pathText(path))} is ${quote(value)}; ${message}`;
}

function pathText(path: ConfigPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
