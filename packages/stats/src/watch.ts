import type { TagGroup } from './tag-group.ts';
import type { RecordOptions, Resolved, Tags, Watcher } from './watcher.ts';

/** The groups of views of one measure. */
export class Watch implements Watcher {
  readonly groups: readonly TagGroup[];

  constructor(groups: readonly TagGroup[]) {
    this.groups = groups;
  }

  record(value: number, tags: Tags | undefined, options: RecordOptions | undefined): void {
    const { groups } = this;
    let at = 0;
    // Tags may hold getters or be a proxy, and throw; then the other groups still get the value.
    while (at < groups.length) {
      try {
        for (; at < groups.length; at++) groups[at].record(value, tags, options);
      } catch {
        groups[at++].drop('tags_failed');
      }
    }
  }

  takes(value: number): boolean {
    return this.groups.every((group) => group.takes(value));
  }

  resolve(tags: Tags, value: number): Resolved {
    const resolved = this.groups.map((group) => {
      try {
        return group.resolve(tags, value);
      } catch {
        return group.dropping('tags_failed');
      }
    });
    return {
      targets: resolved.flatMap(({ targets }) => targets),
      slots: resolved.flatMap(({ slots }) => slots),
    };
  }
}
