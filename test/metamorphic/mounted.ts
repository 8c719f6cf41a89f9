/** Paths of the host that root of a container gets, in each form. */

import type { Json, Parts } from "../../src/readers/container/testing.ts";
import { oci, ociRoot, pod } from "./forms.ts";

export const ROOT = 'user: "0"\n';

export const podRoot = "securityContext: {runAsUser: 0}\n";

function hostPath(path: string, mount = ""): { container: string; spec: string } {
  return {
    container: `${podRoot}volumeMounts: [{name: v, mountPath: /mnt${mount}}]`,
    spec: `volumes: [{name: v, hostPath: {path: ${path}}}]`,
  };
}

export function podWithHostPath(path: string, mount = ""): Readonly<Record<string, string>> {
  const { container, spec } = hostPath(path, mount);
  return pod(container, spec);
}

export const ociBind = (
  source: string,
  ...options: readonly string[]
): Readonly<Record<string, string>> =>
  oci({
    process: ociRoot,
    mounts: [{ destination: "/mnt", type: "bind", source, options: ["rbind", ...options] }],
  });

/** A path of the host in a container that runs already. */
export const containerBind = (source: string, rest: Json = {}): Parts => ({
  root: {
    Mounts: [
      {
        Type: "bind",
        Source: source,
        Destination: "/mnt",
        Mode: "",
        RW: true,
        Propagation: "rprivate",
        ...rest,
      },
    ],
  },
});

/** A volume with options for its driver. */
export const containerVolume = (options: Json): Parts => ({
  root: {
    Mounts: [
      {
        Type: "volume",
        Name: "data",
        Source: "/var/lib/docker/volumes/data/_data",
        Destination: "/mnt",
        Driver: "local",
        RW: true,
      },
    ],
  },
  host: {
    Mounts: [
      {
        Type: "volume",
        Source: "data",
        Target: "/mnt",
        VolumeOptions: { DriverConfig: { Options: options } },
      },
    ],
  },
});
