import { decodeSegment, type PathPattern } from './path-pattern.ts';

interface Node {
  readonly literals: Map<string, Node>;
  one?: Node;
  /** The patterns that end here: at this segment, at a slash behind it, and anywhere below. */
  here?: string;
  end?: string;
  rest?: string;
}

/**
 * Finds the most specific of many patterns.
 *
 * Shape: where two match and none is more specific, the one with a literal segment further left wins; of two alike
 * the one added first.
 * Cost: linear in the path; a node of the trie is visited at most once for a path.
 */
export class PathTrie {
  readonly #root: Node = newNode();
  #depth = 0;

  add({ text, segments }: PathPattern): void {
    this.#depth = Math.max(this.#depth, segments.length);
    let node = this.#root;
    for (const segment of segments) {
      if (segment.kind === 'literal') node = literalOf(node, segment.text);
      else if (segment.kind === 'one') node = node.one ??= newNode();
      else {
        node[segment.kind] ??= text;
        return;
      }
    }
    node.here ??= text;
  }

  /** The pattern that matches every path, if there is one. */
  get catchAll(): string | undefined {
    return this.#root.rest;
  }

  /** The text of the pattern for a path that begins with a slash and has no two in a row. */
  match(path: string): string | undefined {
    // One segment more than any pattern has is enough to tell that there are more.
    return find(this.#root, path.slice(1).split('/', this.#depth + 1), 0);
  }
}

function find(node: Node, segments: readonly string[], at: number): string | undefined {
  if (at === segments.length) return node.here;
  // Only the last one can be empty: behind a slash at the end.
  if (segments[at] === '') return node.end ?? node.rest;
  const literal = node.literals.get(decodeSegment(segments[at]));
  return (
    (literal && find(literal, segments, at + 1)) ??
    (node.one && find(node.one, segments, at + 1)) ??
    node.rest
  );
}

function literalOf(node: Node, text: string): Node {
  const known = node.literals.get(text);
  if (known !== undefined) return known;
  const fresh = newNode();
  node.literals.set(text, fresh);
  return fresh;
}

function newNode(): Node {
  return { literals: new Map() };
}
