import type { ServerResponse } from 'node:http';

/** Answers a whole short text; on HEAD node leaves the body out. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}

/** Answers 405 unless the method only reads. */
export function refusedMethod(method: string | undefined, response: ServerResponse): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  answerText(response, 405, 'Method not allowed; use GET or HEAD\n', { Allow: 'GET, HEAD' });
  return true;
}
