// A program started with an open socket as descriptor 3, as systemd does it.
import { Registry } from '@oriel/metrics';
import { serveMetrics } from '../../src/metrics-server.ts';

process.env.LISTEN_PID = String(process.pid);
process.env.LISTEN_FDS = '1';
const server = await serveMetrics(new Registry(), { systemdSocket: true });
process.once('SIGTERM', () => void server.stop());
console.log(`listening on ${server.address}`);
