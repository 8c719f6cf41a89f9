import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseRepository } from "../model/image-reference.ts";
import { isRoot, parseUser } from "../model/user.ts";
import { imageTable } from "./image-table.ts";
import { wellKnownImage } from "./well-known-images.ts";

const image = (repository: string, tag: string | undefined) =>
  wellKnownImage({ repository, ...(tag === undefined ? {} : { tag }) });

describe("well-known images", () => {
  test("are many, and each repository is normalised", () => {
    expect(new Set(imageTable.map(({ repository }) => repository)).size).toBeGreaterThan(150);
    for (const { repository, source } of imageTable) {
      expect(normaliseRepository(repository)).toBe(repository);
      expect(source.length).toBeGreaterThan(5);
    }
  });

  test("an entry after one for all tags would never count", () => {
    const settled = new Set<string>();
    const late = imageTable.filter(({ repository, tags }) => {
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
    ["docker.io/library/elasticsearch", "8.7.1", "elasticsearch:root"],
    ["docker.elastic.co/elasticsearch/elasticsearch", "8.10.2", "1000:0"],
    ["docker.io/library/elasticsearch", "7.17.0", "root"],
    ["docker.io/library/kibana", "8.11.4", "kibana"],
    ["docker.elastic.co/kibana/kibana", "8.12.0", "1000"],
    ["docker.elastic.co/logstash/logstash", "7.10.0", "1000"],
    ["docker.io/library/influxdb", "1.8-alpine", "root"],
    ["docker.io/library/influxdb", "1.11", "influxdb"],
    ["docker.io/library/influxdb", "1.12.2-data", "root"],
    ["docker.io/bitnami/postgresql", "15", "1001"],
    ["docker.io/bitnamilegacy/redis", "7.2.5-debian-12-r0", "1001"],
  ])("%s:%s has the user %s", (repository, tag, user) => {
    expect(image(repository, tag)?.user).toBe(user);
  });

  test.each([
    // Runs as root in old versions, as another user in new ones: tags that say neither are not known.
    ["docker.io/library/influxdb", "latest"],
    ["docker.io/library/elasticsearch", "5.6.0"],
    ["docker.io/library/influxdb", "1"],
    ["docker.io/library/logstash", "7.0.1"],
    ["docker.io/bitnami/postgresql", "latest"],
    ["docker.io/bitnami/mysql", "5.7"],
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
    expect(drop("docker.io/library/elasticsearch", "7.17.0")?.tool).toBe("chroot");
    expect(drop("docker.io/library/elasticsearch", "8.15.0")).toBeUndefined();
    expect(drop("docker.io/library/redis", "8.2")?.unless).toBe("SKIP_DROP_PRIVS");
    expect(drop("docker.io/library/redis", "7.4")?.unless).toBeUndefined();
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
    for (const { user, unprivileged, drop } of imageTable) {
      expect(isRoot(parseUser(user))).toBe(user === "root");
      expect(drop === undefined || user === "root").toBe(true);
      expect(unprivileged.every(({ uid }) => uid > 0)).toBe(true);
    }
  });

  test("any tag is taken, fast", () => {
    fc.assert(
      fc.property(fc.constantFrom(...imageTable), fc.string(), ({ repository }, tag) => {
        wellKnownImage({ repository, tag });
      }),
    );
    const start = performance.now();
    for (const { repository } of imageTable) image(repository, "2-".repeat(100_000));
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test.each([
    [undefined, "setpriv", 999],
    ["8.2", "setpriv", 999],
    ["alpine", "setpriv", 1000],
    ["bookworm", "setpriv", 999],
    ["7.4", "gosu", 999],
    ["7.4-alpine", "gosu", 1000],
  ])("redis %s drops root whatever the version", (tag, tool, gid) => {
    const entry = image("docker.io/library/redis", tag);
    expect(entry?.drop).toMatchObject({ tool, to: "redis" });
    expect(entry?.unprivileged).toEqual([{ name: "redis", uid: 999, gid }]);
  });

  test("of a redis of which nothing is known, only that it starts as root", () => {
    const entry = wellKnownImage({ repository: "docker.io/library/redis", dynamicTag: true });
    expect(entry).toMatchObject({ user: "root" });
    expect(entry?.drop).toBeUndefined();
    expect(image("docker.io/library/redis", "5")?.drop).toBeUndefined();
  });
});
