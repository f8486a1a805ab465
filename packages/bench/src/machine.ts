import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the numbers were measured on; they compare with no other machine's. */
export function machineLines(): string[] {
  const [load] = loadavg();
  const cores = availableParallelism();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const lines = [
    `Node ${process.version} on ${cores} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${gigabytes} GiB, ${process.platform}`,
  ];
  if (load > cores / 4) lines.push(`The machine is busy (load ${load.toFixed(2)}): expect noise.`);
  return lines;
}
