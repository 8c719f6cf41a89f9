import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseRepository } from "../model/image-reference.ts";
import { isRoot, parseUser } from "../model/user.ts";
import { wellKnownImage, wellKnownImages } from "./well-known-images.ts";

const image = (repository: string, tag: string | undefined) =>
  wellKnownImage({ repository, ...(tag === undefined ? {} : { tag }) });

describe("well-known images", () => {
  test("are many, and each repository is normalised", () => {
    expect(new Set(wellKnownImages.map(({ repository }) => repository)).size).toBeGreaterThan(150);
    for (const { repository, source } of wellKnownImages) {
      expect(normaliseRepository(repository)).toBe(repository);
      expect(source.length).toBeGreaterThan(5);
    }
  });

  test("an entry after one for all tags would never count", () => {
    const settled = new Set<string>();
    const late = wellKnownImages.filter(({ repository, tags }) => {
      const before = settled.has(repository);
      if (tags === undefined) settled.add(repository);
      return before;
    });
    expect(late.map(({ repository }) => repository)).toEqual([]);
  });

  test.each([
    ["docker.io/library/node", "22", "root"],
    ["docker.io/library/haproxy", "3.2-alpine", "haproxy"],
    ["docker.io/library/mariadb", "11.8", "root"],
    ["docker.io/library/mariadb", "11.8-ubi", "mysql"],
    ["docker.io/library/influxdb", "3.9-core", "influxdb3"],
    ["docker.io/library/docker", "29-dind", "root"],
    ["docker.io/library/docker", "29-dind-rootless", "rootless"],
    ["docker.io/nginxinc/nginx-unprivileged", undefined, "101"],
    ["gcr.io/distroless/static-debian12", "nonroot", "65532"],
    ["gcr.io/distroless/static-debian12", "debug-nonroot", "65532"],
    ["gcr.io/distroless/static-debian12", undefined, "root"],
    ["cgr.dev/chainguard/nginx", undefined, "65532"],
    ["cgr.dev/chainguard/postgres", undefined, "root"],
    ["mcr.microsoft.com/dotnet/aspnet", "8.0-noble-chiseled", "1654"],
    ["mcr.microsoft.com/dotnet/aspnet", "8.0", "root"],
    ["docker.io/prom/prometheus", "v3.5.0", "nobody"],
    ["docker.io/grafana/grafana", "12.1.0", "472"],
    ["docker.io/library/elasticsearch", "9.1.2", "1000:0"],
  ])("%s:%s has the user %s", (repository, tag, user) => {
    expect(image(repository, tag)?.user).toBe(user);
  });

  test.each([
    // Runs as root in old versions, as another user in new ones: tags that say neither are not known.
    ["docker.io/library/influxdb", "latest"],
    ["docker.io/library/elasticsearch", "7.17.0"],
    ["docker.io/library/haproxy", "1.8"],
    ["docker.io/coredns/coredns", "1.8.0"],
    ["docker.io/grafana/loki", "2.9.0"],
    ["mcr.microsoft.com/dotnet/aspnet", "8.0-nanoserver-ltsc2022"],
    ["docker.io/example/app", "latest"],
    ["__proto__", "latest"],
  ])("%s:%s is not known", (repository, tag) => {
    expect(image(repository, tag)).toBeUndefined();
  });

  test("unprivileged users follow the tag", () => {
    const uid = (repository: string, tag: string) =>
      image(`docker.io/library/${repository}`, tag)?.unprivileged[0]?.uid;
    expect(uid("postgres", "18")).toBe(999);
    expect(uid("postgres", "18-alpine3.23")).toBe(70);
    expect(uid("php", "8.4-fpm-alpine")).toBe(82);
    expect(uid("php", "8.4-apache")).toBe(33);
    expect(uid("ubuntu", "24.04")).toBe(1000);
    expect(uid("ubuntu", "22.04")).toBeUndefined();
  });

  test("entrypoints that drop root are told", () => {
    const drop = (repository: string, tag?: string) => image(repository, tag)?.drop;
    expect(drop("docker.io/library/postgres")).toEqual({ tool: "gosu", to: "postgres" });
    expect(drop("docker.io/library/rabbitmq", "4-alpine")?.tool).toBe("su-exec");
    expect(drop("docker.io/library/nginx")).toBeUndefined();
  });

  test("a digest alone settles only what holds for every tag", () => {
    const by = (repository: string) =>
      wellKnownImage({ repository, digest: `sha256:${"0".repeat(64)}` });
    expect(by("docker.io/library/node")?.user).toBe("root");
    expect(by("docker.io/library/postgres")?.user).toBe("root");
    expect(by("docker.io/library/haproxy")).toBeUndefined();
    expect(by("gcr.io/distroless/static")).toBeUndefined();
  });

  test("a variable for a tag settles only what holds for every tag", () => {
    const by = (repository: string) => wellKnownImage({ repository, dynamicTag: true });
    expect(by("docker.io/library/node")?.user).toBe("root");
    expect(by("docker.io/library/haproxy")).toBeUndefined();
  });

  test("whoever is not root is not root by the model's own reading", () => {
    for (const { user, unprivileged, drop } of wellKnownImages) {
      expect(isRoot(parseUser(user))).toBe(user === "root");
      expect(drop === undefined || user === "root").toBe(true);
      expect(unprivileged.every(({ uid }) => uid > 0)).toBe(true);
    }
  });

  test("any tag is taken, fast", () => {
    fc.assert(
      fc.property(fc.constantFrom(...wellKnownImages), fc.string(), ({ repository }, tag) => {
        wellKnownImage({ repository, tag });
      }),
    );
    const start = performance.now();
    for (const { repository } of wellKnownImages) image(repository, "2-".repeat(100_000));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
