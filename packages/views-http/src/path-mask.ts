/**
 * Takes the ids out of a path of Dapr's API: actors, state keys, secrets, workflow instances.
 *
 * Shape: at most six parts, the last with the rest of the path. Anything else stays as it is.
 * Source: Dapr 1.18, except that the id of `/v1.0/actors/T/id` is masked too.
 */
export function maskIds(path: string): string {
  const parts = sixParts(path.startsWith('/') ? path.slice(1) : path);
  if (parts.length < 3) return path;
  if (parts[0] === 'actors') return parts.with(2, '{id}').join('/');
  switch (parts[1]) {
    case 'state':
    case 'secrets':
      return `/${parts.slice(0, 3).join('/')}`;
    case 'actors':
      return parts.length < 4 ? path : `/${parts.with(3, '{id}').slice(0, 5).join('/')}`;
    case 'workflows':
      return parts.length < 4 ? path : maskWorkflow(parts);
    default:
      return path;
  }
}

function maskWorkflow(parts: readonly string[]): string {
  // The name of a workflow that is started, not an instance.
  if (parts.length === 5 && parts[4].startsWith('start')) return `/${parts.with(4, 'start').join('/')}`;
  const masked = parts.with(3, '{instanceId}');
  if (parts.length === 6 && parts[4] === 'raiseEvent') return `/${masked.with(5, '{eventName}').join('/')}`;
  return `/${masked.slice(0, 5).join('/')}`;
}

function sixParts(path: string): string[] {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < 5) {
    const slash = path.indexOf('/', from);
    if (slash < 0) break;
    parts.push(path.slice(from, slash));
    from = slash + 1;
  }
  return [...parts, path.slice(from)];
}
