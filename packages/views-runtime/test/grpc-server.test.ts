import { expect, test } from 'vitest';
import { call, echoing } from '../../views-grpc/test/calls.ts';
import { Echo, type EchoName, Figures } from '../../views-grpc/test/echo.ts';
import type { Profile } from '../src/index.ts';
import { distributionOf, fresh, rows } from './fresh-runtime.ts';

const one = [Buffer.from([1, 2, 3])];
const names: readonly EchoName[] = ['Unary', 'Collect', 'Spread', 'Chat'];

/** Calls each method once, over a real connection, measured on both sides by the recorder of a runtime. */
async function called(profile: Profile) {
  const set = fresh({ profile });
  const recorder = set.runtime.grpc.recorder();
  const figures = new Figures();
  const both = {
    ended: (ended: Parameters<typeof recorder.ended>[0]) => {
      recorder.ended(ended);
      figures.ended(ended as never);
    },
  };
  await using rpc = await Echo.start(echoing(), {
    figures,
    server: { recorder: both },
    client: { recorder: both },
  });
  for (const name of names) await call(rpc.client, name, one);
  await figures.ends('server', 4);
  await figures.ends('client', 4);
  return set;
}

test('under default every RPC of a real server is a count and a time on each side, and unary ones have sizes', async () => {
  const { stats } = await called('default');
  for (const side of ['server', 'client']) {
    expect(rows(stats, `grpc_${side}_requests_total`)).toEqual(
      ['Chat', 'Collect', 'Spread', 'Unary'].map(
        (name) => `app_id=shop method=test.Echo/${name} status=OK 1`,
      ),
    );
    expect(rows(stats, `grpc_${side}_request_duration_seconds`)).toHaveLength(4);
    for (const size of ['request', 'response']) {
      const { count, sum } = distributionOf(stats, `grpc_${side}_${size}_size_bytes`);
      expect([count, sum]).toEqual([1, 3]);
    }
  }
});

test('under dapr streams count only for an app that is named, and the method has its slash', async () => {
  const { stats } = await called('dapr');
  for (const side of ['server', 'client']) {
    expect(rows(stats, `grpc.io/${side}/completed_rpcs`)).toEqual([
      `app_id=shop grpc_${side}_method=/test.Echo/Unary grpc_${side}_status=OK 1`,
    ]);
  }
  expect(distributionOf(stats, 'grpc.io/server/received_bytes_per_rpc').sum).toBe(3);
});
