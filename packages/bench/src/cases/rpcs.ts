import type { Case } from '../case.ts';
import { orielRpcs } from '../contenders.ts';

// No other peer has measures of RPCs for grpc-js.
export const cases: readonly Case[] = [
  {
    name: 'record-rpc/unary/48-methods',
    says: 'start, a message each way and end of one RPC, with the seven default views of a server; only oriel',
    unit: 'ns',
    peers: [orielRpcs((peer) => peer.unaryRpcs())],
  },
];
