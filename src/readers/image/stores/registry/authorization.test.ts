/** Who is shown credentials, and what never appears. */

import { afterEach, afterAll, expect, test } from "vitest";
import { resolveImages } from "../../manifest/resolve-images.ts";
import type { RegistryOptions } from "./registry-store.ts";
import { openRegistry } from "./registry-store.ts";
import {
  cleanUpTest,
  HASTY,
  layerProblem,
  layout,
  open,
  options,
  refusal,
  registry,
} from "./store-testing.ts";
import type { Misbehaviour } from "./testing.ts";
import {
  cleanUpFile,
  BASIC,
  REFRESH,
  secretsIn,
  knows,
  noOpenssl,
  robot,
  secure,
  tls,
  tokenService,
  wants,
} from "./transit-testing.ts";

afterEach(cleanUpTest);
afterAll(cleanUpFile);

test("basic: asked for once, shown from then on", async () => {
  const { directory } = layout();
  const server = await registry({ directory, misbehave: wants(BASIC, 'Basic realm="x"') });
  const store = await open(server, { places: knows({ [server.host]: robot }) });
  expect(await layerProblem(store)).toBe("");
  const refused = server.requests.filter(({ authorization }) => authorization === undefined);
  expect(refused).toHaveLength(1);
  expect(secretsIn(await refusal(`${server.host}/app:1`, { places: knows({}) }))).toBe(0);
  expect(await refusal(`${server.host}/app:1`, { places: knows({}) })).toContain(
    "wants credentials, and there are none for it here",
  );
});

test("wrong credentials are shown twice at most, and not again for every layer", async () => {
  const server = await registry({ misbehave: wants("nothing is good enough", 'Basic realm="x"') });
  const places = knows({ [server.host]: robot });
  const text = await refusal(`${server.host}/app:1`, { places });
  expect(text).toBe(`${server.host} gives no access to it with the credentials that are there`);
  expect(server.requests.length).toBeLessThanOrEqual(3);
  expect(secretsIn(text)).toBe(0);
  const other = await registry({ misbehave: wants("x", "Negotiate") });
  expect(await refusal(`${other.host}/app:1`)).toContain("of a kind that is not known here");
  const none = await registry({
    misbehave: (_request, response) => response.writeHead(401).end() !== undefined,
  });
  expect(await refusal(`${none.host}/app:1`)).toContain("of a kind that is not known here");
});

test.skipIf(noOpenssl)(
  "bearer: a token for this repository to read only, kept for all layers",
  async () => {
    const auth = await tokenService({ tls: tls() });
    const challenge = `Bearer realm="https://auth.test:${String(auth.port)}/token?x=1",service="reg",scope="repository:other/secret:pull,push,delete"`;
    const { directory } = layout();
    const server = await registry({
      directory,
      tls: tls(),
      misbehave: wants("Bearer good", challenge),
    });
    const host = `registry.test:${String(server.port)}`;
    const store = await openRegistry(
      options(`${host}/app:1`, secure({ places: knows({ [host]: robot }) })),
    );
    if ("problem" in store) throw new Error(store.problem);
    expect(await layerProblem(store)).toBe("");
    expect(auth.requests).toHaveLength(1);
    expect(auth.requests[0]).toMatchObject({ method: "GET", authorization: BASIC });
    const asked = new URL(auth.requests[0]?.path ?? "", "https://x");
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      x: "1",
      service: "reg",
      scope: "repository:app:pull",
    });
    expect(server.requests.some(({ authorization }) => authorization === BASIC)).toBe(false);
    expect(secretsIn(await resolveImages(store))).toBe(0);
    store.close();
  },
);

test("anonymous: a token without credentials", async () => {
  const auth = await tokenService();
  const server = await registry({
    directory: layout().directory,
    misbehave: wants("Bearer good", `Bearer realm="http://localhost:${String(auth.port)}/token"`),
  });
  expect(await refusal(`${server.host}/app:1`)).toBe("it was opened");
  expect(auth.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test("an identity token is posted to the token service, a registry token shown to the registry", async () => {
  const auth = await tokenService();
  const realm = `Bearer realm="http://localhost:${String(auth.port)}/token",service="reg"`;
  const { directory } = layout();
  const server = await registry({ directory, misbehave: wants("Bearer good", realm) });
  expect(
    await refusal(`${server.host}/app:1`, {
      places: knows({ [server.host]: { identitytoken: REFRESH } }),
    }),
  ).toBe("it was opened");
  expect(auth.requests).toHaveLength(1);
  expect(auth.requests[0]).toMatchObject({
    method: "POST",
    authorization: undefined,
    path: "/token",
  });
  expect(Object.fromEntries(new URLSearchParams(auth.requests[0]?.body))).toEqual({
    grant_type: "refresh_token",
    refresh_token: REFRESH,
    client_id: "plimsoll",
    scope: "repository:app:pull",
    service: "reg",
  });
  expect(
    server.requests.some(({ headers, path }) => JSON.stringify([headers, path]).includes(REFRESH)),
  ).toBe(false);

  const direct = await registry({ directory, misbehave: wants(`Bearer ${REFRESH}`, realm) });
  expect(
    await refusal(`${direct.host}/app:1`, {
      places: knows({ [direct.host]: { registrytoken: REFRESH } }),
    }),
  ).toBe("it was opened");
  expect(auth.requests).toHaveLength(1);
});

test("a token that is refused or has run out is renewed once", async () => {
  let given = 0;
  const auth = await tokenService({
    answer: (_request, response) => {
      given += 1;
      response
        .writeHead(200)
        .end(JSON.stringify({ access_token: `t${String(given)}`, expires_in: 300 }));
      return true;
    },
  });
  let accepted = "Bearer t1";
  const server = await registry({
    directory: layout().directory,
    misbehave: ({ headers }, response) => {
      if (headers.authorization === accepted) return false;
      response
        .writeHead(401, {
          "www-authenticate": `Bearer realm="http://localhost:${String(auth.port)}/"`,
        })
        .end();
      return true;
    },
  });
  const store = await open(server);
  const { images } = await resolveImages(store);
  const [first, second] = images[0]?.layers ?? [];
  if (first === undefined || second === undefined) throw new Error("no layers");
  accepted = "Bearer t2";
  expect(await store.layer(first, undefined)).toMatchObject({ problems: [] });
  expect(given).toBe(2);
  accepted = "no more";
  expect(await store.layer(second, undefined)).toMatchObject({
    problem: `${server.host} gives no access to it without a login, if it is there at all`,
  });
  expect(given).toBe(3);
});

test("token services that misbehave", async () => {
  const cases: readonly (readonly [string, Misbehaviour])[] = [
    ["gives no token that can be used", (_request, response) => response.end("{") !== undefined],
    [
      "gives no token that can be used",
      (_request, response) => response.end('{"token":"a\\r\\nX: y"}') !== undefined,
    ],
    [
      "gives no token that can be used",
      (_request, response) => response.end('{"token":5}') !== undefined,
    ],
    [
      "gives no token that can be used",
      (_request, response) => response.end("x".repeat(2_000_000)) !== undefined,
    ],
    [
      "does not accept the credentials",
      (_request, response) => response.writeHead(401).end("{}") !== undefined,
    ],
    [
      "answers with status 404",
      (_request, response) => response.writeHead(404).end() !== undefined,
    ],
    [
      "answers with status 500 again and again",
      (_request, response) => response.writeHead(500).end() !== undefined,
    ],
    [
      "sends us elsewhere",
      (_request, response) =>
        response.writeHead(307, { location: "https://evil.test/" }).end() !== undefined,
    ],
    ["does not answer in time", () => true],
  ];
  for (const [expected, answer] of cases) {
    const auth = await tokenService({ answer });
    const server = await registry({
      misbehave: wants("Bearer good", `Bearer realm="http://localhost:${String(auth.port)}/"`),
    });
    const text = await refusal(`${server.host}/app:1`, {
      places: knows({ [server.host]: robot }),
      timing: HASTY,
    });
    expect(text).toContain(expected);
    expect(secretsIn(text)).toBe(0);
  }
});

test.skipIf(noOpenssl)("no credentials for a token service that may not have them", async () => {
  const places = (host: string): Partial<RegistryOptions> => ({ places: knows({ [host]: robot }) });
  const thief = await tokenService();
  // TLS to the registry, none to the service that it names.
  const downgrade = await registry({
    tls: tls(),
    misbehave: wants("x", `Bearer realm="http://thief.test:${String(thief.port)}/"`),
  });
  const host = `registry.test:${String(downgrade.port)}`;
  expect(await refusal(`${host}/app:1`, secure(places(host)))).toContain(
    "does not speak TLS, so it is not asked",
  );
  expect(thief.requests).toEqual([]);
  // No TLS to the registry: whoever is in between may have named the service.
  const secureThief = await tokenService({ tls: tls() });
  const plain = await registry({
    directory: layout().directory,
    misbehave: wants(
      "Bearer good",
      `Bearer realm="https://thief.test:${String(secureThief.port)}/"`,
    ),
  });
  const plainHost = `registry.test:${String(plain.port)}`;
  expect(
    await refusal(`${plainHost}/app:1`, secure({ ...places(plainHost), plainHttp: true })),
  ).toBe("it was opened");
  expect(secureThief.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  // An address inside that a registry outside names is refused by the guard; from here, one of another kind is.
  const inside = await registry({
    tls: tls(),
    misbehave: wants("x", 'Bearer realm="https://169.254.169.254/latest"'),
  });
  expect(await refusal(`registry.test:${String(inside.port)}/app:1`, secure())).toContain(
    "where this registry may not send us",
  );
});

test("a token service that refused once is not asked again for every layer", async () => {
  const auth = await tokenService({
    answer: (_request, response) => response.writeHead(401).end() !== undefined,
  });
  const asks = wants("Bearer good", `Bearer realm="http://localhost:${String(auth.port)}/"`);
  const layers = Array.from({ length: 6 }, (_, index) => [{ path: "f", content: String(index) }]);
  const server = await registry({
    directory: layout({ layers }).directory,
    misbehave: (request, response) => request.url.includes("/blobs/") && asks(request, response),
  });
  const store = await open(server);
  const { images } = await resolveImages(store);
  const all = images[0]?.layers ?? [];
  const reports = await Promise.all(all.map((layer) => store.layer(layer, undefined)));
  expect(reports).toHaveLength(6);
  for (const report of reports) {
    expect(report).toMatchObject({ problem: expect.stringContaining("gives no token without") });
  }
  expect(auth.requests).toHaveLength(1);
});
