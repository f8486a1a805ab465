import type { Metadata } from '@grpc/grpc-js';
import { type Context, context } from '@opentelemetry/api';
import { RecentCache } from '@oriel/metrics';
import { activeTags, NO_PROPAGATION, setTags, TagMap, upsert } from '@oriel/stats';
import type { FaultCounter } from './fault-counter.ts';
import { tagKeysOf } from './measures.ts';
import type { TagPassage } from './settings.ts';
import { tagsIn } from './tag-header.ts';

/** Which tags handlers run with. */
export interface ScopeSettings {
  readonly receiveTags: TagPassage;
  readonly methodTag: boolean;
}

/** Makes the tags that handlers run with, and their context. */
export class HandlerScope {
  readonly #settings: ScopeSettings;
  readonly #faults: FaultCounter;
  /** Tags of RPCs that bring none, by method. */
  readonly #plain = new RecentCache<TagMap>({ texts: 1024, longest: 1024 });

  constructor(settings: ScopeSettings, faults: FaultCounter) {
    this.#settings = settings;
    this.#faults = faults;
  }

  /** The tags of a request: those around the server, those it brings, and its method. */
  tagsOf(metadata: Metadata, method: string): TagMap {
    const { receiveTags } = this.#settings;
    const around = activeTags();
    const received = receiveTags === false ? TagMap.empty : tagsIn(metadata, receiveTags, this.#faults);
    if (around.size === 0 && received.size === 0) return this.#plainTags(method);
    return this.#withMethod(received.size === 0 ? around : around.apply(received), method);
  }

  /** The context active now, with these tags; undefined if nothing would be different in it. */
  contextWith(tags: TagMap): Context | undefined {
    return tags.size === 0 ? undefined : setTags(context.active(), tags);
  }

  #plainTags(method: string): TagMap {
    const known = this.#plain.get(method);
    if (known !== undefined) return known;
    const tags = this.#withMethod(TagMap.empty, method);
    this.#plain.set(method, tags);
    return tags;
  }

  // Stays in the process: what this server's methods are called concerns nobody downstream.
  #withMethod(tags: TagMap, method: string): TagMap {
    if (!this.#settings.methodTag) return tags;
    return tags.apply([upsert(tagKeysOf('server').method, method, { ttl: NO_PROPAGATION })]);
  }
}
