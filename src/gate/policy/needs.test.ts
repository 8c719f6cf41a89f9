import { expect, test } from "vitest";
import type { Need } from "../judge/contract.ts";
import { compileClient } from "./compile-client.ts";
import { withNeeds } from "./needs.ts";
import { compiled } from "./policy-testing.ts";
import type { ClientData } from "./schema/client.ts";
import { writePolicy } from "./write.ts";

const START: ClientData = { listen: { unix: "/run/a.sock" } };

const need = (key: string, value: Need["value"]): Need => ({ key: key.split("."), value });

test("what was needed is all that is allowed", () => {
  const { client, unmet } = withNeeds(START, [
    need("allow.containers", "create"),
    need("allow.containers", "exec"),
    need("allow.containers", "create"),
    need("grant.capabilities", "NET_ADMIN"),
    need("grant.binds", "/srv/a:rw"),
    need("grant.ports", 8080),
    need("grant.ports", "127.0.0.1:53"),
    need("grant.restart", true),
    need("posture.rules.runs-as-root", "off"),
    need("force.no-new-privileges", false),
  ]);
  expect(unmet).toEqual([]);
  expect(client).toEqual({
    listen: { unix: "/run/a.sock" },
    allow: { containers: ["create", "exec"] },
    grant: {
      capabilities: ["NET_ADMIN"],
      binds: ["/srv/a:rw"],
      ports: ["8080", "127.0.0.1:53"],
      restart: true,
    },
    posture: { rules: { "runs-as-root": "off" } },
    force: { "no-new-privileges": false },
  });
});

test("of limits the greatest stays, and none where none was asked for", () => {
  const limits = (...needs: Need[]): unknown => withNeeds(START, needs).client.grant?.limits;
  expect(
    limits(
      need("grant.limits.memory", "1024"),
      need("grant.limits.memory", "4096"),
      need("grant.limits.memory", "2048"),
      need("grant.limits.containers", 3),
      need("grant.limits.cpus", "1500000000"),
    ),
  ).toEqual({ memory: "4096", containers: "3", cpus: "1.5" });
  expect(limits(need("grant.limits.pids", "10"), need("grant.limits.pids", "none"))).toEqual({});
});

test("what no key says is given back", () => {
  const needs = [
    need("grant.nothing", "x"),
    need("allow.containers", "fly"),
    need("grant.capabilities", "NO_SUCH"),
    need("posture.rules.no-such-rule", "off"),
    need("grant.binds", "relative"),
    need("", "x"),
  ];
  expect(withNeeds(START, needs)).toEqual({ client: START, unmet: needs });
});

test("what was learned is written and read again", () => {
  const { client } = withNeeds(START, [
    need("allow.images", "pull"),
    need("grant.images", "docker.io/library/nginx:*"),
  ]);
  const policy = compileClient("a", client);
  const text = writePolicy(
    {
      ...compiled("version: 1\nclients: {a: {listen: {unix: /run/a.sock}}}\n"),
      clients: [{ policy }],
    },
    { notes: new Map([["a", ["learned from 12 requests"]]]) },
  );
  expect(text).toContain("  # learned from 12 requests\n  a:\n");
  expect(compiled(text).clients[0]?.policy).toEqual(policy);
});
