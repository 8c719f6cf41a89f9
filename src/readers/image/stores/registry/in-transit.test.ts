/** Who is shown credentials, where redirects lead, and what never appears. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveImages } from "../../manifest/resolve-images.ts";
import type { CredentialPlaces } from "./credentials/find-credentials.ts";
import type { ResolveAll } from "./network-guard.ts";
import type { RegistryOptions } from "./registry-store.ts";
import { openRegistry } from "./registry-store.ts";
import {
  layerProblem,
  layerReport,
  layout,
  open,
  options,
  refusal,
  registry,
} from "./store-testing.ts";
import type { Certificate, FakeRegistry, Misbehaviour } from "./testing.ts";
import { certificate } from "./testing.ts";

const PASSWORD = "Xk29-swordfish-77";
const REFRESH = "Xk29-refresh-77";
const BASIC = `Basic ${Buffer.from(`robot:${PASSWORD}`).toString("base64")}`;

let tls: Certificate;
const folder = mkdtempSync(join(tmpdir(), "plimsoll-transit-"));
beforeAll(() => {
  tls = certificate();
});
afterAll(() => {
  tls.remove();
  rmSync(folder, { recursive: true });
});

/** All names lead to this machine. */
const here: ResolveAll = (_name, _options, callback) =>
  callback(null, [{ address: "127.0.0.1", family: 4 }]);

let configurations = 0;
function knows(auths: Readonly<Record<string, unknown>>): CredentialPlaces {
  const directory = join(folder, String(configurations++));
  mkdirSync(directory);
  writeFileSync(join(directory, "config.json"), JSON.stringify({ auths }));
  return { environment: { DOCKER_CONFIG: directory }, home: "/nonexistent" };
}

const robot = { auth: Buffer.from(`robot:${PASSWORD}`).toString("base64") };

/** Lets in who shows this, and asks the others for it. */
function wants(header: string, challenge: string | (() => string)): Misbehaviour {
  return ({ headers }, response) => {
    if (headers.authorization === header) return false;
    response
      .writeHead(401, {
        "www-authenticate": typeof challenge === "string" ? challenge : challenge(),
      })
      .end("{}");
    return true;
  };
}

/** A token service that gives the token `good`. */
function tokenService(
  more: { readonly tls?: Certificate; readonly answer?: Misbehaviour } = {},
): Promise<FakeRegistry> {
  return registry({
    ...(more.tls === undefined ? {} : { tls: more.tls }),
    misbehave:
      more.answer ??
      ((_request, response) => {
        response.writeHead(200).end(JSON.stringify({ token: "good", expires_in: 300 }));
        return true;
      }),
  });
}

/** No credential is in what was found or in why not. */
function expectNoSecrets(value: unknown): void {
  const text = JSON.stringify(value);
  for (const secret of [PASSWORD, REFRESH, BASIC.slice(6), "good"])
    expect(text).not.toContain(secret);
}

function secure(more: Partial<RegistryOptions> = {}): Partial<RegistryOptions> {
  return { resolve: here, authorities: tls.authority, ...more };
}

test("basic: asked for once, shown from then on", async () => {
  const { directory } = layout();
  const server = await registry({ directory, misbehave: wants(BASIC, 'Basic realm="x"') });
  const store = await open(server, { places: knows({ [server.host]: robot }) });
  expect(await layerProblem(store)).toBe("");
  const refused = server.requests.filter(({ authorization }) => authorization === undefined);
  expect(refused).toHaveLength(1);
  expectNoSecrets(await refusal(`${server.host}/app:1`, { places: knows({}) }));
  expect(await refusal(`${server.host}/app:1`, { places: knows({}) })).toContain(
    "wants credentials, and there are none for it here",
  );
});

test("wrong credentials are shown twice at most, and not again for every layer", async () => {
  const server = await registry({ misbehave: wants("nothing is good enough", 'Basic realm="x"') });
  const places = knows({ [server.host]: robot });
  const text = await refusal(`${server.host}/app:1`, { places });
  expect(text).toBe(`${server.host} asks for credentials again and again`);
  expect(server.requests.length).toBeLessThanOrEqual(3);
  expectNoSecrets(text);
  const other = await registry({ misbehave: wants("x", "Negotiate") });
  expect(await refusal(`${other.host}/app:1`)).toContain("of a kind that is not known here");
  const none = await registry({
    misbehave: (_request, response) => response.writeHead(401).end() !== undefined,
  });
  expect(await refusal(`${none.host}/app:1`)).toContain("of a kind that is not known here");
});

test("bearer: a token for this repository to read only, kept for all layers", async () => {
  const auth = await tokenService({ tls });
  const challenge = `Bearer realm="https://auth.test:${String(auth.port)}/token?x=1",service="reg",scope="repository:other/secret:pull,push,delete"`;
  const { directory } = layout();
  const server = await registry({ directory, tls, misbehave: wants("Bearer good", challenge) });
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
  expectNoSecrets(await resolveImages(store));
  store.close();
});

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
    problem: `${server.host} asks for credentials again and again`,
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
    const text = await refusal(`${server.host}/app:1`, { places: knows({ [server.host]: robot }) });
    expect(text).toContain(expected);
    expectNoSecrets(text);
  }
});

test("no credentials for a token service that may not have them", async () => {
  const places = (host: string): Partial<RegistryOptions> => ({ places: knows({ [host]: robot }) });
  const thief = await tokenService();
  // TLS to the registry, none to the service that it names.
  const downgrade = await registry({
    tls,
    misbehave: wants("x", `Bearer realm="http://thief.test:${String(thief.port)}/"`),
  });
  const host = `registry.test:${String(downgrade.port)}`;
  expect(await refusal(`${host}/app:1`, secure(places(host)))).toContain(
    "does not speak TLS, so it is not asked",
  );
  expect(thief.requests).toEqual([]);
  // No TLS to the registry: whoever is in between may have named the service.
  const secureThief = await tokenService({ tls });
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
    tls,
    misbehave: wants("x", 'Bearer realm="https://169.254.169.254/latest"'),
  });
  expect(await refusal(`registry.test:${String(inside.port)}/app:1`, secure())).toContain(
    "where this registry may not send us",
  );
});

/** Sends layers on to where this says. */
function sendsOn(location: () => string, status = 307): Misbehaviour {
  return ({ url }, response) => {
    if (!url.includes("/blobs/")) return false;
    response.writeHead(status, { location: location() }).end("over there");
    return true;
  };
}

test.each([301, 302, 303, 307, 308])(
  "layers lie elsewhere (%i): nothing is shown there",
  async (status) => {
    const { directory } = layout();
    const cdn = await registry({ directory, tls });
    const server = await registry({
      directory,
      tls,
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

test("places that are not gone to", async () => {
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
    tls,
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

test("a certificate that nobody vouches for, one for another name, and TLS where there is none", async () => {
  const { directory } = layout();
  const server = await registry({ directory, tls });
  const host = `registry.test:${String(server.port)}`;
  const places = knows({ [host]: robot });
  expect(await refusal(`${host}/app:1`, { resolve: here, places })).toContain("is not valid here");
  expect(await refusal(`other.example:${String(server.port)}/app:1`, secure({ places }))).toContain(
    "ERR_TLS_CERT_ALTNAME_INVALID",
  );
  expect(server.requests).toEqual([]);
  const old = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  try {
    expect(await refusal(`${host}/app:1`, { resolve: here, places })).toContain(
      "is not valid here",
    );
  } finally {
    if (old === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = old;
  }
  // To this machine plain HTTP is spoken, but not because a certificate is wrong.
  expect(await refusal(`localhost:${String(server.port)}/app:1`)).toContain("is not valid here");
  const plain = await registry({ directory });
  const plainHost = `registry.test:${String(plain.port)}`;
  expect(await refusal(`${plainHost}/app:1`, secure())).toContain(
    "does not speak TLS as it should",
  );
  expect(plain.requests).toEqual([]);
  expect(await refusal(`${plainHost}/app:1`, secure({ plainHttp: true }))).toBe("it was opened");
});

test("a proxy is used for what is outside, sees nothing but the way, and is not sent inside", async () => {
  const { directory } = layout();
  const server = await registry({ directory, tls });
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on("connect", ({ url = "", headers }, socket) => {
    tunnels.push(`${url} ${JSON.stringify(headers)}`);
    const through = connect(server.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    through.on("error", () => socket.destroy());
    socket.on("error", () => through.destroy());
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const address = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  const places: CredentialPlaces = { environment: { HTTPS_PROXY: address }, home: "/nonexistent" };
  try {
    expect(await refusal("registry.test/app:1", secure({ places }))).toBe("it was opened");
    expect(tunnels.length).toBeGreaterThan(0);
    expect(tunnels.every((line) => line.startsWith("registry.test:443 "))).toBe(true);
    const direct: CredentialPlaces = {
      ...places,
      environment: { HTTPS_PROXY: address, NO_PROXY: "registry.test" },
    };
    const before = tunnels.length;
    await refusal(`registry.test:${String(server.port)}/app:1`, secure({ places: direct }));
    await refusal(`localhost:${String(server.port)}/app:1`, { authorities: tls.authority, places });
    expect(tunnels).toHaveLength(before);
    const sends = await registry({
      directory,
      tls,
      misbehave: (request, response) => sendsOn(() => "https://inside.test/")(request, response),
    });
    const store = await openRegistry(
      options(
        `localhost:${String(sends.port)}/app:1`,
        secure({
          places,
          resolve: (name, asked, callback) =>
            name === "inside.test"
              ? callback(null, [{ address: "10.0.0.1", family: 4 }])
              : here(name, asked, callback),
        }),
      ),
    );
    if ("problem" in store) throw new Error(store.problem);
    expect(await layerProblem(store)).toContain("where this registry may not send us");
    store.close();
    expect(tunnels).toHaveLength(before);
  } finally {
    proxy.closeAllConnections();
    await new Promise((resolve) => {
      proxy.close(resolve);
    });
  }
});
