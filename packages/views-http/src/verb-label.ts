const kept: ReadonlySet<unknown> = new Set([
  'GET',
  'PUT',
  'POST',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'TRACE',
]);

/** The label of every verb that is none of the nine of HTTP, in upper case. */
export const UNKNOWN_VERB = 'UNKNOWN';

/** The label of an HTTP verb: itself, `UNKNOWN` if HTTP has no such verb, empty when verbs are excluded. */
export function verbLabel(verb: string, excludeVerbs: boolean = false): string {
  if (excludeVerbs) return '';
  return kept.has(verb) ? verb : UNKNOWN_VERB;
}
