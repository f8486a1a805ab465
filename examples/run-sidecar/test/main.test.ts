import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type ReadFamily, readPage } from '@oriel/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { Program } from './program.ts';

const running: Program[] = [];
const beside = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

function start(...flags: readonly string[]): Program {
  const program = new Program(...flags);
  running.push(program);
  return program;
}

afterEach(async () => {
  for (const program of running.splice(0)) await program[Symbol.asyncDispose]();
});

async function familiesOf(program: Program): Promise<Map<string, ReadFamily>> {
  const response = await fetch(await program.url('metrics'), { headers: { accept: 'text/plain' } });
  return new Map(readPage(await response.text(), 'text').map((family) => [family.name, family]));
}

describe('the traffic of its own', { timeout: 120_000 }, () => {
  test.each(['default', 'dapr'])(
    'fills every family that the README names, and opens and closes a circuit: %s',
    async (profile) => {
      const program = start('--rate=1000', `--profile=${profile}`);
      const wanted = profile === 'dapr' ? daprFamilies : families;
      const activations = wanted.find((name) => name.includes('activations')) ?? '';
      const changes = (page: Map<string, ReadFamily>): (string | undefined)[] =>
        (page.get(activations)?.samples ?? []).map(
          ({ labels }) => labels.get('status') ?? labels.get('policy'),
        );
      let page = await familiesOf(program);
      const missing = (): string[] => [
        ...wanted.filter((name) => !page.has(name)),
        ...['retry', 'timeout', 'open', 'half-open', 'closed'].filter(
          (word) => !changes(page).includes(word),
        ),
      ];
      await expect
        .poll(
          async () => {
            page = await familiesOf(program);
            return missing();
          },
          { timeout: 90_000, interval: 500 },
        )
        .toEqual([]);
      expect(await program.end()).toEqual([0, null]);
    },
    120_000,
  );

  test('does not exist with --no-traffic', async () => {
    const program = start('--no-traffic');
    const page = await familiesOf(program);
    expect([page.has('http_server_requests_total'), page.has('grpc_server_requests_total')]).toEqual([
      false,
      false,
    ]);
  });
});

describe("the operator's files beside the program", { timeout: 120_000 }, () => {
  test('oriel.yaml is taken without a warning, and does what it says', async () => {
    const program = start('--rate=1000', `--metrics-config=${beside('oriel.yaml')}`);
    let page = await familiesOf(program);
    while (!page.has('error_codes_total') || !page.has('runtime_service_invocation_duration_seconds'))
      page = await familiesOf(program);
    expect(program.output).not.toMatch(/"level":[45]0/);
    expect([...page.keys()].filter((name) => name.endsWith('_size_bytes'))).toEqual([]);
    expect(page.get('http_server_requests_by_status_total')?.samples[0]?.labels.get('zone')).toBe('demo');
    expect(page.get('process_resident_memory_bytes')?.samples[0]?.labels.get('zone')).toBe('demo');
    const calls = page.get('runtime_service_invocation_duration_seconds')?.samples[0]?.labels;
    expect([...(calls?.keys() ?? [])]).toEqual(['zone', 'dst_app_id', 'le']);
  });

  test('dapr.yaml is taken without a warning under the profile dapr, and rewrites error codes', async () => {
    const program = start('--rate=1000', '--profile=dapr', `--metrics-config=${beside('dapr.yaml')}`);
    let codes: (string | undefined)[] = [];
    while (!codes.includes('STATE')) {
      const samples = (await familiesOf(program)).get('dapr_error_code_total')?.samples ?? [];
      codes = samples.map(({ labels }) => labels.get('error_code'));
    }
    expect(codes).not.toContain('ERR_STATE_STORE_NOT_FOUND');
    expect(program.output).not.toMatch(/"level":[45]0/);
  });
});

describe('the end', { timeout: 120_000 }, () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'comes with %s and code 0, in the middle of traffic',
    async (signal) => {
      const program = start('--rate=1000');
      await program.printed('Ctrl-C');
      expect(await program.end(signal)).toEqual([0, null]);
    },
  );

  test('comes at any moment of the start', async () => {
    for (const moment of ['metrics backend started', 'sidecar  ', 'grpc  ']) {
      const program = start();
      await program.printed(moment);
      expect(await program.end()).toEqual([0, null]);
    }
  });

  test('comes while a Redis that never answers is waited for, and by itself when that takes too long', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const program = start(`--redis=redis://127.0.0.1:${port}`);
    await once(silent, 'connection');
    expect(await program.end()).toEqual([0, null]);
    const patient = start(`--redis=redis://127.0.0.1:${port}`);
    expect(await patient.ended).toEqual([1, null]);
    expect(patient.output).toContain('timed out; start it');
    silent.close();
  });
});

describe('what cannot be', { timeout: 120_000 }, () => {
  test.each([
    ['--port=70000', 'Cannot use flag --port: it is "70000"; use an integer from 0 to 65535'],
    ['--profile=other', 'Cannot use flag --profile: it is "other"; use "default" or "dapr"'],
    ['--redis=6379', 'Cannot use flag --redis: it is "6379"; use redis://'],
    ['--rate=0', 'Cannot use flag --rate: it is "0"; use a number above 0'],
    ['--nonsense', "Cannot read the command line: Unknown option '--nonsense'"],
    ['--metrics-config=/no/such/file.yaml', 'Cannot'],
  ])('%s ends the program with one line and code 1', async (flag, message) => {
    const program = start(flag);
    expect(await program.ended).toEqual([1, null]);
    expect(program.output.trim().split('\n')).toHaveLength(1);
    expect(program.output).toContain(message);
  });

  test('a port that is taken, or a Redis that is not there, ends it with the cure', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    for (const flag of ['port', 'grpc-port']) {
      const program = start(`--${flag}=${port}`);
      expect(await program.ended).toEqual([1, null]);
      expect(program.output).toContain(`pass --${flag}=0 for any free port`);
    }
    taken.close();
    await once(taken, 'close');
    const program = start(`--redis=redis://user:secret@127.0.0.1:${port}`);
    expect(await program.ended).toEqual([1, null]);
    expect(program.output).toContain('start it, or leave --redis out');
    expect(program.output).not.toContain('secret');
  });
});

test('--help lists the flags and the fields of the file', { timeout: 120_000 }, async () => {
  const program = start('--help');
  expect(await program.ended).toEqual([0, null]);
  for (const word of [
    '--redis',
    '--profile',
    '--metrics-port',
    'latencyDistributionBuckets',
    'recordErrorCodes',
  ])
    expect(program.output).toContain(word);
});

const families: readonly string[] = [
  'http_server_requests_total',
  'http_client_requests_total',
  'http_health_probes_total',
  'grpc_server_requests_total',
  'grpc_client_requests_total',
  'grpc_health_probes_total',
  'runtime_service_invocation_duration_seconds',
  'component_state_operations_total',
  'component_pubsub_egress_messages_total',
  'component_pubsub_ingress_messages_total',
  'resiliency_policy_uses_total',
  'resiliency_activations_total',
  'resiliency_circuit_breaker_state',
  'error_codes_total',
  'runtime_component_inits_total',
  'oriel_http_labels_folded_total',
];

const daprFamilies: readonly string[] = [
  'dapr_http_server_request_count',
  'dapr_http_client_completed_count',
  'dapr_http_healthprobes_completed_count',
  'dapr_grpc_io_server_completed_rpcs',
  'dapr_grpc_io_client_completed_rpcs',
  'dapr_grpc_io_healthprobes_completed_count',
  'dapr_runtime_service_invocation_res_recv_latency_ms',
  'dapr_component_state_count',
  'dapr_component_pubsub_egress_count',
  'dapr_component_pubsub_ingress_count',
  'dapr_resiliency_count',
  'dapr_resiliency_activations_total',
  'dapr_resiliency_cb_state',
  'dapr_error_code_total',
  'dapr_runtime_component_init_total',
];
