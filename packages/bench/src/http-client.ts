import { get } from 'node:http';

// Started by scraper.ts: reads pages in a process of its own, so that reading does not slow the server it times.

/** What it answers to the address of a page. */
export type Reading = { readonly ms: number; readonly bytes: number } | { readonly error: string };

process.once('disconnect', () => process.exit());
process.on('message', (url: string) => {
  read(url).then(
    (reading) => process.send?.(reading),
    (error: Error) => process.send?.({ error: error.message } satisfies Reading),
  );
});

/** Reads a page as Prometheus does, but uncompressed; the time is from the request to the last byte. */
function read(url: string): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const request = get(url, { headers: { Accept: 'text/plain;version=0.0.4' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve({ ms: performance.now() - start, bytes });
        else reject(new Error(`the page has status ${response.statusCode}`));
      });
    });
    request.on('error', reject);
  });
}
