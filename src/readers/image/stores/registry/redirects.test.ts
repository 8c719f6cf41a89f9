/** Where redirects lead, and what is shown there. */

import { afterEach, afterAll, expect, test } from "vitest";
import type { ResolveAll } from "./network-guard.ts";
import { openRegistry } from "./registry-store.ts";
import {
  cleanUpTest,
  layerProblem,
  layerReport,
  layout,
  open,
  options,
  registry,
} from "./store-testing.ts";
import {
  cleanUpFile,
  BASIC,
  here,
  knows,
  noOpenssl,
  robot,
  secure,
  sendsOn,
  tls,
  wants,
} from "./transit-testing.ts";

afterEach(cleanUpTest);
afterAll(cleanUpFile);

test.skipIf(noOpenssl).each([301, 302, 303, 307, 308])(
  "layers lie elsewhere (%i): nothing is shown there",
  async (status) => {
    const { directory } = layout();
    const cdn = await registry({ directory, tls: tls() });
    const server = await registry({
      directory,
      tls: tls(),
      misbehave: async (request, response) =>
        (await wants(BASIC, "Basic")(request, response)) ||
        sendsOn(() => `https://cdn.test:${String(cdn.port)}${request.url}?signature=Xk29`, status)(
          request,
          response,
        ),
    });
    const host = `registry.test:${String(server.port)}`;
    const store = await openRegistry(
      options(`${host}/app:1`, secure({ places: knows({ [host]: robot }) })),
    );
    if ("problem" in store) throw new Error(store.problem);
    expect(await layerProblem(store)).toBe("");
    store.close();
    expect(cdn.requests.length).toBeGreaterThan(0);
    expect(cdn.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  },
);

test("a layer from elsewhere is verified as any other; who is there is never answered with credentials", async () => {
  const { directory } = layout();
  const cdn = await registry({ directory });
  const server = await registry({
    directory,
    misbehave: (request, response) =>
      sendsOn(() => `http://127.0.0.1:${String(cdn.port)}${request.url}`)(request, response),
  });
  expect(await layerReport(await open(server))).toMatchObject({ problems: [], members: 1 });

  const asks = await registry({ misbehave: wants("never", 'Basic realm="give me"') });
  const leads = await registry({
    directory,
    misbehave: (request, response) =>
      sendsOn(() => `http://127.0.0.1:${String(asks.port)}${request.url}`)(request, response),
  });
  const places = knows({ [leads.host]: robot, [asks.host]: robot });
  expect(await layerProblem(await open(leads, { places }))).toContain(
    "gives no access to it, though the registry sent us there",
  );
  expect(asks.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test("away and back again nothing is shown any more", async () => {
  const { directory } = layout();
  let back = "";
  const away = await registry({
    misbehave: (_request, response) =>
      response.writeHead(307, { location: back }).end() !== undefined,
  });
  const server = await registry({
    directory,
    misbehave: async (request, response) => {
      if (request.url.startsWith("/back")) return false;
      return (
        (await wants(BASIC, "Basic")(request, response)) ||
        sendsOn(() => `http://127.0.0.1:${String(away.port)}/`)(request, response)
      );
    },
  });
  back = `http://${server.host}/back`;
  await layerProblem(await open(server, { places: knows({ [server.host]: robot }) }));
  const returned = server.requests.filter(({ path }) => path === "/back");
  expect(returned.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test.skipIf(noOpenssl)("places that are not gone to", async () => {
  const { directory } = layout();
  const plain = await registry({ directory });
  const inTls: readonly (readonly [string, string])[] = [
    [`http://cdn.test:${String(plain.port)}/`, "without TLS, which is not followed"],
    ["https://user:password@cdn.test/", "with credentials, which is not followed"],
    ["https://10.0.0.1/", "where this registry may not send us"],
    ["https://169.254.169.254/latest/meta-data", "where this registry may not send us"],
    ["https://[fd00::1]/", "where this registry may not send us"],
    ["https://[::ffff:10.0.0.1]/", "where this registry may not send us"],
    ["https://0xa9fea9fe/", "where this registry may not send us"],
    ["https://inside.test/", "where this registry may not send us"],
    ["file:///etc/passwd", "what is no place on the network"],
    ["https://[/", "what is no place on the network"],
  ];
  const resolve: ResolveAll = (name, asked, callback) =>
    name === "inside.test"
      ? callback(null, [{ address: "192.168.0.1", family: 4 }])
      : here(name, asked, callback);
  let to = "";
  const server = await registry({
    directory,
    tls: tls(),
    misbehave: (request, response) => sendsOn(() => to)(request, response),
  });
  for (const [location, expected] of inTls) {
    to = location;
    const store = await openRegistry(
      options(`registry.test:${String(server.port)}/app:1`, secure({ resolve })),
    );
    if ("problem" in store) throw new Error(store.problem);
    const text = await layerProblem(store);
    expect([location, text]).toEqual([location, expect.stringContaining(expected)]);
    expect(text).not.toContain("password");
    store.close();
  }
  expect(plain.requests).toEqual([]);
});

test("redirects without end, and without a place", async () => {
  const { directory } = layout();
  const server = await registry({
    directory,
    misbehave: (request, response) => sendsOn(() => request.url)(request, response),
  });
  expect(await layerProblem(await open(server))).toContain(
    "from one place to the next without end",
  );
  expect(server.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(6);
  const nowhere = await registry({
    directory,
    misbehave: ({ url }, response) =>
      url.includes("/blobs/") && response.writeHead(307).end() !== undefined,
  });
  expect(await layerProblem(await open(nowhere))).toContain("what is no place on the network");
});
