import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import type { PublishedPort } from "../../model/runtime.ts";
import { minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const publish = (port: Partial<PublishedPort>) =>
  verdicts(
    rule,
    minimalWorkload("compose-service", {
      ports: [{ container: "8080", protocol: "tcp", origin: written, ...port }],
    }),
  );

test.each([
  [{ container: "5432", host: "5432" }, "medium"],
  [{ container: "5432", host: "15432", address: "0.0.0.0" }, "medium"],
  [{ container: "5432", host: "15432", address: "::" }, "medium"],
  [{ container: "6000-7000", host: "6000-7000" }, "medium"],
  [{ container: "9999", host: "22" }, "medium"],
  [{ container: "5432", host: "5432", address: "192.168.1.4" }, "low"],
  [{ container: "8080" }, "low"],
])("%j is %s", (port, severity) => {
  expect(publish(port)).toEqual([`${severity} ${port.container}/tcp`]);
});

test.each(["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])("%s is loopback", (address) => {
  expect(publish({ host: "5432", container: "5432", address })).toEqual([]);
});

test("without a network of its own nothing is published", () => {
  const base = minimalWorkload("run-line", {
    ports: [{ container: "80", host: "80", protocol: "tcp", origin: written }],
  });
  const { runtime } = base;
  if (runtime === undefined) throw new Error("a run line starts a container");
  const network = known({ mode: "host" } as const, written);
  const host = { ...runtime, namespaces: { ...runtime.namespaces, network } };
  expect(verdicts(rule, { ...base, runtime: host })).toEqual([]);
});
