import { get } from 'node:http';

/** Reads a page to its end; rejects unless it is there. */
export function httpGet(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`the page has status ${response.statusCode}`));
      });
    }).on('error', reject);
  });
}
