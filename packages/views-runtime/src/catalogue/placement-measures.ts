/** The placement service. */
export const placementMeasures = {
  runtimes: {
    name: 'placement/runtimes_total',
    kind: 'gauge',
    unit: '1',
    tags: ['host_namespace'],
    today: 'placement_runtimes',
    description: 'Sidecars that are connected to placement.',
    when: 'a sidecar connected or left; 0 when its namespace ends',
  },
  actorRuntimes: {
    name: 'placement/actor_runtimes_total',
    kind: 'gauge',
    unit: '1',
    tags: ['host_namespace'],
    today: 'placement_actor_runtimes',
    description: 'Sidecars with actor types that are connected to placement.',
    when: 'the same, hosts of actors only',
  },
  leaderStatus: {
    name: 'placement/leader_status',
    kind: 'gauge',
    unit: '1',
    tags: [],
    today: 'placement_leader',
    description: 'Whether this replica leads: 1 or 0.',
    when: '0 at the start, then at each change',
  },
  raftLeaderStatus: {
    name: 'placement/raft_leader_status',
    kind: 'gauge',
    unit: '1',
    tags: [],
    today: 'placement_raft_leader',
    description: 'Whether this replica leads its Raft group: 1 or 0.',
    when: 'with the former',
  },
} as const;
