import { TagMap } from './tag-map.ts';
import type { Tags } from './watcher.ts';

/**
 * Tags as they are now, for a recorder that keeps them. Never throws: what cannot be read fails again, in the same
 * way, when a view asks for it.
 */
export function copyTags(tags: Tags): Tags {
  try {
    return tags instanceof TagMap ? tags : copyOf(tags);
  } catch {
    return unreadable;
  }
}

// All that a record call could read: a class has its getters on its prototype.
function copyOf(tags: Tags): Tags {
  const copy: Record<string, unknown> = Object.create(null);
  for (let from: unknown = tags; isObject(from); from = Object.getPrototypeOf(from)) {
    for (const name of Object.getOwnPropertyNames(from)) {
      if (!(name in copy)) copyOne(copy, tags as Readonly<Record<string, unknown>>, name);
    }
  }
  return copy;
}

function copyOne(copy: Record<string, unknown>, tags: Readonly<Record<string, unknown>>, name: string): void {
  try {
    copy[name] = tags[name];
  } catch {
    Object.defineProperty(copy, name, { get: fail });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && value !== Object.prototype;
}

function fail(): never {
  throw new TypeError('the tag cannot be read');
}

const unreadable: Tags = new Proxy({}, { get: fail });
