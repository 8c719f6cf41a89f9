/** The swarm itself: whoever changes it holds every host in it. */

import type { CheckRow, Judge } from "./check.ts";

const handsOver: Judge = (_value, at, judging) => {
  if (judging.grants.privileged) return;
  judging.miss({
    rule: "swarm-not-granted",
    at,
    message: "this opens the host to a cluster, or changes who governs one",
    key: "privileged",
    value: true,
    instead: "do it on the host",
  });
};

const NAME = "who governs the cluster";

export const swarmChecks: readonly CheckRow[] = [
  [
    "SwarmInitRequest",
    "ListenAddr AdvertiseAddr DataPathAddr DataPathPort DefaultAddrPool ForceNewCluster SubnetSize Spec AutoLockManagers Availability",
    NAME,
    handsOver,
  ],
  [
    "SwarmJoinRequest",
    "ListenAddr AdvertiseAddr DataPathAddr RemoteAddrs JoinToken Availability",
    NAME,
    handsOver,
  ],
  ["SwarmUnlockRequest", "UnlockKey", NAME, handsOver],
  [
    "SwarmSpec",
    "Name Labels Orchestration Raft Dispatcher EncryptionConfig CAConfig TaskDefaults",
    NAME,
    handsOver,
  ],
  ["NodeSpec", "Name Labels Role Availability", NAME, handsOver],
];
