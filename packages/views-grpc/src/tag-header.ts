import type { Metadata } from '@grpc/grpc-js';
import { MetricsError } from '@oriel/metrics';
import { decodeTags, encodeTags, TagMap } from '@oriel/stats';
import type { FaultCounter, GrpcFault } from './fault-counter.ts';
import type { TagPassage } from './settings.ts';

const TAGS_HEADER = 'grpc-tags-bin';

/**
 * The metadata with these tags in `grpc-tags-bin`, in place of whatever stood there.
 *
 * Shape: a copy, for the caller may use its own again. What cannot travel is left out and counted; tags that are too large
 * together all are.
 */
export function withTagHeader(
  metadata: Metadata,
  tags: TagMap,
  passage: TagPassage,
  faults: FaultCounter,
): Metadata {
  const outgoing = metadata.clone();
  outgoing.remove(TAGS_HEADER);
  const bytes = encoded(tags, passage, faults);
  // The version alone is an empty map.
  if (bytes !== undefined && bytes.length > 1) outgoing.set(TAGS_HEADER, bytes);
  return outgoing;
}

/** The tags a request brings; none if its header cannot be read, which is counted. */
export function tagsIn(metadata: Metadata, passage: TagPassage, faults: FaultCounter): TagMap {
  const values = metadata.get(TAGS_HEADER);
  if (values.length === 0) return TagMap.empty;
  const [value] = values;
  if (values.length > 1 || typeof value === 'string') {
    faults.add('tags_malformed');
    return TagMap.empty;
  }
  try {
    return decodeTags(value, { filter: filterOf(passage) });
  } catch (error) {
    faults.add(faultOf(error));
    return TagMap.empty;
  }
}

function encoded(tags: TagMap, passage: TagPassage, faults: FaultCounter): Buffer | undefined {
  if (tags.size === 0) return undefined;
  try {
    const onDropped = (reason: string) => faults.add(reason as GrpcFault);
    return Buffer.from(encodeTags(tags, { filter: filterOf(passage), onDropped }));
  } catch (error) {
    faults.add(faultOf(error));
    return undefined;
  }
}

function filterOf(passage: TagPassage): Exclude<TagPassage, boolean> | undefined {
  return typeof passage === 'boolean' ? undefined : passage;
}

function faultOf(error: unknown): GrpcFault {
  const isSize = error instanceof MetricsError && error.code === 'TAGS_TOO_LARGE';
  return isSize ? 'tags_too_large' : 'tags_malformed';
}
