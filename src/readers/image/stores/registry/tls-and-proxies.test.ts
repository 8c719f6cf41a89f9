/** Certificates, and the way through a proxy. */

import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { afterEach, afterAll, expect, test, vi } from "vitest";
import type { CredentialPlaces } from "./credentials/find-credentials.ts";
import type { RegistryOptions } from "./registry-store.ts";
import { openRegistry } from "./registry-store.ts";
import {
  cleanUpTest,
  TIMING,
  layerProblem,
  layout,
  options,
  refusal,
  registry,
} from "./store-testing.ts";
import {
  cleanUpFile,
  PASSWORD,
  secretsIn,
  here,
  knows,
  noOpenssl,
  robot,
  secure,
  sendsOn,
  tls,
} from "./transit-testing.ts";

afterEach(cleanUpTest);
afterAll(cleanUpFile);

test.skipIf(noOpenssl)(
  "a certificate that nobody vouches for, one for another name, and TLS where there is none",
  async () => {
    const { directory } = layout();
    const server = await registry({ directory, tls: tls() });
    const host = `registry.test:${String(server.port)}`;
    const places = knows({ [host]: robot });
    expect(await refusal(`${host}/app:1`, { resolve: here, places })).toContain(
      "is not valid here",
    );
    expect(
      await refusal(`other.example:${String(server.port)}/app:1`, secure({ places })),
    ).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
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
  },
);

test.skipIf(noOpenssl)(
  "a proxy is used for what is outside, sees nothing but the way, and is not sent inside",
  async () => {
    const { directory } = layout();
    const server = await registry({ directory, tls: tls() });
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
    const places: CredentialPlaces = {
      environment: { HTTPS_PROXY: address },
      home: "/nonexistent",
    };
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
      await refusal(`localhost:${String(server.port)}/app:1`, {
        authorities: tls().authority,
        places,
      });
      expect(tunnels).toHaveLength(before);
      const sends = await registry({
        directory,
        tls: tls(),
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
  },
);

test("a proxy that lets nobody through, by a word or by none, and its connection is not kept", async () => {
  const open = new Set<Socket>();
  const proxy = createTcpServer((socket) => {
    open.add(socket.resume());
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const address = `http://user:${PASSWORD}@127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  const more: Partial<RegistryOptions> = {
    resolve: here,
    places: { environment: { https_proxy: address }, home: "/nonexistent" },
    timing: { ...TIMING, connectMs: 300 },
  };
  const silent = await refusal("registry.test/app:1", more);
  expect(silent).toBe("registry.test cannot be reached in time");
  await vi.waitFor(() => expect(open.size).toBe(0), 5000);
  proxy.on("connection", (socket: Socket) => {
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
  });
  const refused = await refusal("registry.test/app:1", more);
  expect(refused).toBe("the proxy lets no connection to registry.test through");
  expect(secretsIn([silent, refused])).toBe(0);
  await new Promise((resolve) => {
    proxy.close(resolve);
  });
});
