/** Volumes that are made. */

import { textOf, valueAt } from "../json.ts";
import { type CheckRow, type Judge, ownership, refuseAlways } from "./check.ts";
import { labels } from "./labels.ts";
import { optionsOf } from "./mounts.ts";
import { judgeDriver, judgeOptions } from "./volumes.ts";

const driver: Judge = (value, at, judging) => judgeDriver(textOf(value), at, judging);

const options: Judge = (value, at, judging) => {
  judgeOptions(optionsOf(value), textOf(valueAt(judging.body, "Driver")), at, judging);
};

const cluster = refuseAlways(
  "cluster-volume",
  "volumes of the cluster are made by plugins that run as root of the hosts, with secrets of the cluster",
  "Use the driver local",
);
const WITH_CLUSTER = "with VolumeCreateRequest.ClusterVolumeSpec";

export const volumeChecks: readonly CheckRow[] = [
  ["VolumeCreateRequest", "Driver", "granted drivers", driver],
  ["VolumeCreateRequest", "DriverOpts", "what the options mount", options],
  ["VolumeCreateRequest", "Name", "whose volume it is", ownership],
  ["VolumeCreateRequest", "Labels", "labels that steer other programs", labels],
  ["VolumeCreateRequest", "ClusterVolumeSpec", "volumes of the cluster", cluster],
  ["VolumeUpdateRequest", "Spec", "volumes of the cluster", cluster],
  [
    "ClusterVolumeSpec",
    "Group AccessMode AccessibilityRequirements CapacityRange Secrets Availability",
    "volumes of the cluster",
    WITH_CLUSTER,
  ],
  [
    "ClusterVolumeSpec.AccessMode",
    "Scope Sharing MountVolume BlockVolume",
    "volumes of the cluster",
    WITH_CLUSTER,
  ],
  ["ClusterVolumeSpec.MountVolume", "FsType MountFlags", "volumes of the cluster", WITH_CLUSTER],
  [
    "ClusterVolumeSpec.AccessMode.AccessibilityRequirements",
    "Requisite Preferred",
    "volumes of the cluster",
    WITH_CLUSTER,
  ],
  [
    "ClusterVolumeSpec.AccessMode.CapacityRange",
    "RequiredBytes LimitBytes",
    "volumes of the cluster",
    WITH_CLUSTER,
  ],
  ["ClusterVolumeSpec.AccessMode.Secrets", "Key Secret", "volumes of the cluster", WITH_CLUSTER],
  ["Topology", "Segments", "volumes of the cluster", WITH_CLUSTER],
];
