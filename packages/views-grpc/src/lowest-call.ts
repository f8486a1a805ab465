/** The call at the end of a chain of interceptors: the one that stands on the transport. */
export function lowest(call: object): object {
  let at = call;
  for (;;) {
    const { nextCall } = at as { nextCall?: unknown };
    if (typeof nextCall !== 'object' || nextCall === null) return at;
    at = nextCall;
  }
}
