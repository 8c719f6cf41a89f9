/** Well-known public images: default user, the unprivileged users that they bring, entrypoints that drop root. */

export interface WellKnownImage {
  /** Normalised: `docker.io/library/node`. */
  readonly repository: string;
  /** Tags for which it holds; all when absent. The first entry of a repository that matches wins. */
  readonly tags?: RegExp;
  /** The `User` of the image's config as engines read it: `root`, `1000`, `nonroot:nonroot`. */
  readonly user: string;
  /** Users other than root that the image has, with uid and gid. */
  readonly unprivileged: readonly {
    readonly name: string;
    readonly uid: number;
    readonly gid: number;
  }[];
  /** The entrypoint starts as root and drops to this user with this tool. */
  readonly drop?: { readonly tool: string; readonly to: string };
  /** Upstream file and revision or date. */
  readonly source: string;
}

export const wellKnownImages: readonly WellKnownImage[] = [
  {
    repository: "docker.io/library/node",
    user: "root",
    unprivileged: [{ name: "node", uid: 1000, gid: 1000 }],
    source: "nodejs/docker-node Dockerfile-debian.template",
  },
];

/** The entry for an image, if there is one. */
export function wellKnownImage(
  repository: string,
  tag: string | undefined,
): WellKnownImage | undefined {
  return wellKnownImages.find(
    (image) => image.repository === repository && (image.tags?.test(tag ?? "latest") ?? true),
  );
}
