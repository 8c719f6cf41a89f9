/** Paths of the host that root of a container gets, in each form. */

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
