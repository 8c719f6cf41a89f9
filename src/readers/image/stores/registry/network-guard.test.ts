import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import type { NetworkGuard, ResolveAll } from "./network-guard.ts";
import { createNetworkGuard } from "./network-guard.ts";

/** A resolver that gives other addresses each time; the last ones again and again. */
function resolver(names: Readonly<Record<string, readonly (readonly string[])[]>>): ResolveAll {
  const asked = new Map<string, number>();
  return (hostname, _options, callback) => {
    const times = asked.get(hostname) ?? 0;
    asked.set(hostname, times + 1);
    const all = names[hostname];
    const addresses = all?.[Math.min(times, all.length - 1)];
    if (addresses === undefined)
      callback(Object.assign(new Error("none"), { code: "ENOTFOUND" }), []);
    else
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
  };
}

function look({ lookup }: NetworkGuard, hostname: string): Promise<string> {
  return new Promise((resolve) => {
    lookup(hostname, { all: true }, (error, addresses) => {
      resolve(
        error === null
          ? (addresses as LookupAddress[]).map(({ address }) => address).join(" ")
          : (error.code ?? ""),
      );
    });
  });
}

test("a registry outside may not send us inside, not even in part", async () => {
  const guard = createNetworkGuard(
    "registry.example",
    resolver({
      "registry.example": [["93.184.216.34"]],
      "cdn.example": [["93.184.216.35", "2606:4700::1"]],
      "evil.example": [["10.0.0.1"]],
      "metadata.example": [["169.254.169.254"]],
      "here.example": [["127.0.0.1", "::1"]],
      "mixed.example": [["10.0.0.1", "93.184.216.35"]],
      "mapped.example": [["::ffff:10.0.0.1"]],
    }),
  );
  expect(await look(guard, "registry.example")).toBe("93.184.216.34");
  expect(await look(guard, "cdn.example")).toBe("93.184.216.35 2606:4700::1");
  expect(await look(guard, "evil.example")).toBe("ADDRESS");
  expect(await look(guard, "metadata.example")).toBe("ADDRESS");
  expect(await look(guard, "here.example")).toBe("ADDRESS");
  expect(await look(guard, "mapped.example")).toBe("ADDRESS");
  expect(await look(guard, "mixed.example")).toBe("93.184.216.35");
  expect(await look(guard, "nowhere.example")).toBe("ENOTFOUND");
  expect(
    ["10.0.0.1", "[::1]", "169.254.169.254", "93.184.216.35"].map((host) =>
      guard.allowsLiteral(host),
    ),
  ).toEqual([false, false, false, true]);
});

test("a name that is resolved differently the second time does not help", async () => {
  const guard = createNetworkGuard(
    "registry.example",
    resolver({
      "registry.example": [["93.184.216.34"], ["127.0.0.1"]],
      "cdn.example": [["93.184.216.35"], ["192.168.1.1"]],
    }),
  );
  expect(await look(guard, "registry.example")).toBe("93.184.216.34");
  expect(await look(guard, "registry.example")).toBe("ADDRESS");
  expect(await look(guard, "cdn.example")).toBe("93.184.216.35");
  expect(await look(guard, "cdn.example")).toBe("ADDRESS");
  expect(guard.allowsLiteral("127.0.0.1")).toBe(false);
});

test("a registry that lies inside may send us to its own kind of place only", async () => {
  const guard = createNetworkGuard(
    "registry.corp",
    resolver({
      "registry.corp": [["10.0.0.5"]],
      "store.corp": [["10.0.0.6"]],
      "metadata.corp": [["169.254.169.254"]],
      "here.corp": [["127.0.0.1"]],
    }),
  );
  // Before it is known where the registry lies nothing inside is allowed.
  expect(guard.allowsLiteral("10.0.0.6")).toBe(false);
  expect(await look(guard, "registry.corp")).toBe("10.0.0.5");
  expect(await look(guard, "store.corp")).toBe("10.0.0.6");
  expect(await look(guard, "metadata.corp")).toBe("ADDRESS");
  expect(await look(guard, "here.corp")).toBe("ADDRESS");
});

test("a registry that lies outside and inside at once is one outside for whom it sends us to", async () => {
  const guard = createNetworkGuard(
    "registry.example",
    resolver({ "registry.example": [["93.184.216.34", "10.0.0.5"]], "store.corp": [["10.0.0.6"]] }),
  );
  expect(await look(guard, "registry.example")).toBe("93.184.216.34 10.0.0.5");
  expect(await look(guard, "store.corp")).toBe("ADDRESS");
});

test("localhost that is resolved to elsewhere is not connected to", async () => {
  const guard = createNetworkGuard("localhost", resolver({ localhost: [["93.184.216.34"]] }));
  expect(await look(guard, "localhost")).toBe("ADDRESS");
});

test("a registry that is an address has the kind of it, and a proxy is asked for no name inside", async () => {
  const guard = createNetworkGuard(
    "93.184.216.34",
    resolver({ "evil.example": [["10.0.0.1"]], "cdn.example": [["93.184.216.35"]] }),
  );
  expect(guard.allowsLiteral("93.184.216.34")).toBe(true);
  expect(guard.allowsLiteral("10.0.0.1")).toBe(false);
  expect(await guard.allowsThroughProxy("evil.example")).toBe(false);
  expect(await guard.allowsThroughProxy("cdn.example")).toBe(true);
  // Behind some proxies nothing outside can be resolved.
  expect(await guard.allowsThroughProxy("unknown.example")).toBe(true);
});
