import { expect, test } from "vitest";
import type { Mount } from "../../model/mounts.ts";
import { variable } from "../build-testing.ts";
import { minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const reference = { kind: "secret", name: "key password of Secret db" } as const;
const of = (...env: ReturnType<typeof variable>[]) =>
  verdicts(rule, minimalWorkload("kubernetes-container", {}, { env }));
const { value: _, ...empty } = variable("X", "");

test("references to Secrets and values of the caller are low findings", () => {
  expect(
    of(
      { ...empty, name: "ANY_NAME", from: "reference", reference },
      { ...empty, name: "*", from: "reference", reference: { kind: "secret", name: "Secret db" } },
      { ...empty, name: "DB_PASSWORD", from: "inherited" },
      { ...empty, name: "DB_PASSWORD", from: "unresolved" },
    ),
  ).toEqual(["low ANY_NAME", "low Secret db", "low DB_PASSWORD", "low DB_PASSWORD"]);
});

test("config maps, fields, harmless names and literals are none", () => {
  expect(
    of(
      { ...empty, name: "A_TOKEN", from: "reference", reference: { kind: "config", name: "x" } },
      { ...empty, name: "HOME", from: "inherited" },
      variable("DB_PASSWORD", "abcdefgh1"),
      { ...empty, name: "DB_PASSWORD", from: "unresolved", surface: "image-env" },
    ),
  ).toEqual([]);
});

test("a Compose secret from the environment is one, from a file none", () => {
  const secret: Mount = {
    type: "secret",
    source: "db",
    target: "/run/secrets/db",
    readOnly: true,
    origin: written,
  };
  const mounts = [{ ...secret, environment: "DB_PASSWORD" }, secret];
  expect(verdicts(rule, minimalWorkload("compose-service", { mounts }))).toEqual(["low secret db"]);
});
