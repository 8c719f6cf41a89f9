/** Clients that are told apart by their certificates, upstream with TLS, and what strangers get. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectSocket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, connect, type ConnectionOptions } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilePolicy } from "../../src/gate/policy/compile.ts";
import { withAbsolutePaths } from "../../src/gate/policy/absolute-paths.ts";
import type { CompiledGate } from "../../src/gate/policy/compiled.ts";
import { lasting, makeCore } from "../../src/gate/server/core.ts";
import { Gate } from "../../src/gate/server/gate.ts";
import { writeCertificates } from "../support/certificates.ts";
import { startRecordingEngine, type RecordingEngine } from "./support/recording-engine.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "plimsoll-tls-"));
const LIST = "GET /v1.41/containers/json HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n";

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

/** A client's certificate with a subject and alternative names of its own. */
function certificate(name: string, subject: string, alternatives = ""): ConnectionOptions {
  const home = join(folder, name);
  mkdirSync(home);
  const extensions = `extendedKeyUsage=clientAuth\n${alternatives === "" ? "" : `subjectAltName=${alternatives}\n`}`;
  writeFileSync(join(home, "extensions"), extensions);
  const run = (...words: string[]): void => {
    const { status, stderr } = spawnSync("openssl", words, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  run("req", ...key, "-keyout", `${name}/key.pem`, "-out", `${name}/request`, "-subj", subject);
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1"];
  const written = ["-extfile", `${name}/extensions`, "-out", `${name}/cert.pem`];
  run("x509", "-req", "-in", `${name}/request`, ...signed, ...written);
  return { cert: readFileSync(join(home, "cert.pem")), key: readFileSync(join(home, "key.pem")) };
}

describe.skipIf(!hasOpenssl)(
  `certificates (${hasOpenssl ? "here" : "openssl is not installed"})`,
  () => {
    let engine: RecordingEngine;
    let gate: Gate;
    let upstreamPort = 0;
    let port = 0;
    let strangers: string[] = [];
    const upstream = { close: (): void => undefined };
    beforeAll(async () => {
      writeCertificates(folder);
      engine = await startRecordingEngine((asked, reply) =>
        reply.json(200, [], asked.target === "/_ping" ? { "Api-Version": "1.41" } : {}),
      );
      // The engine behind TLS that wants a certificate too.
      const server = createTlsServer(
        {
          cert: readFileSync(join(folder, "server/cert.pem")),
          key: readFileSync(join(folder, "server/key.pem")),
          ca: readFileSync(join(folder, "ca.pem")),
          requestCert: true,
          allowHalfOpen: true,
        },
        (socket) => {
          const onward = connectSocket({ path: engine.path, allowHalfOpen: true });
          socket.pipe(onward).pipe(socket);
          socket.on("error", () => onward.destroy());
          onward.on("error", () => socket.destroy());
        },
      );
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
      const address = server.address();
      upstreamPort = typeof address === "object" && address !== null ? address.port : 0;
      upstream.close = () => void server.close();
      port = await freePort();
      gate = await startGate(policy("reader-name", "dns: writer.example"));
    }, 30_000);
    afterAll(async () => {
      await gate.stop(0);
      upstream.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const policy = (reader: string, writer: string): CompiledGate => {
      const way = `tls: "127.0.0.1:${String(port)}", cert: server/cert.pem, key: server/key.pem, client-ca: ca.pem`;
      const text = `version: 1
upstream: {address: "tcp://127.0.0.1:${String(upstreamPort)}", tls: {ca: ca.pem, cert: client/cert.pem, key: client/key.pem}}
clients:
  reader:
    listen: {${way}, client: {common-name: ${reader}}}
    allow: {containers: [list]}
    ownership: false
    redact: none
  writer:
    listen: {${way}, client: {${writer}}}
    allow: {images: [list]}
    ownership: false
    redact: none
`;
      const compiled = compilePolicy({ path: "gate.yaml", text });
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      return withAbsolutePaths(compiled.gate, folder);
    };

    async function startGate(compiled: CompiledGate): Promise<Gate> {
      const observer = {
        decided: () => undefined,
        finished: () => undefined,
        malformed: () => undefined,
        bug: (error: unknown) => {
          throw error;
        },
      };
      const kept = lasting("enforce", observer);
      const started = await Gate.start(compiled, {
        observer,
        makeCore: (next) => makeCore(next, kept),
        now: kept.now,
        onStranger: (_listener, why) => strangers.push(why),
      });
      if (!started.ok) throw new Error(started.why.join("; "));
      return started.gate;
    }

    /** The answer's status; 0 where there was none. */
    function ask(options: ConnectionOptions): Promise<number> {
      return new Promise((resolve) => {
        const socket = connect(
          {
            host: "127.0.0.1",
            port,
            ca: readFileSync(join(folder, "ca.pem")),
            servername: "localhost",
            ...options,
          },
          () => socket.write(LIST),
        );
        let text = "";
        socket.on("data", (piece: Buffer) => (text += piece.toString("latin1")));
        socket.on("error", () => undefined);
        socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)));
      });
    }

    test("each is the client that its certificate names", async () => {
      expect(await ask(certificate("r", "/CN=reader-name"))).toBe(200);
      expect(await ask(certificate("w", "/CN=somebody", "DNS:writer.example,DNS:other"))).toBe(403);
    });

    test("nobody else is anybody", async () => {
      strangers = [];
      const statuses = [
        await ask({}),
        await ask(certificate("s1", "/CN=Reader-Name")),
        await ask(certificate("s2", "/CN=reader-name/CN=x")),
        await ask(certificate("s3", "/CN=x", "DNS:writer.example.evil")),
        await ask(certificate("s4", "/O=a, CN=reader-name/CN=y")),
        // It fits two clients.
        await ask(certificate("s5", "/CN=reader-name", "DNS:writer.example")),
      ];
      expect(statuses).toEqual([0, 0, 0, 0, 0, 0]);
      expect(strangers.length).toBeGreaterThanOrEqual(5);
    });

    test("another authority's certificate is none", async () => {
      const other = mkdtempSync(join(tmpdir(), "plimsoll-tls-other-"));
      writeCertificates(other);
      const foreign = {
        cert: readFileSync(join(other, "client/cert.pem")),
        key: readFileSync(join(other, "client/key.pem")),
      };
      expect(await ask(foreign)).toBe(0);
      rmSync(other, { recursive: true, force: true });
    });

    test("a policy that names another certificate ends the connections of the first", async () => {
      const mine = certificate("again", "/CN=reader-name");
      const held = connect({
        host: "127.0.0.1",
        port,
        ca: readFileSync(join(folder, "ca.pem")),
        servername: "localhost",
        ...mine,
      });
      await new Promise((resolve) => held.once("secureConnect", resolve));
      held.resume().on("error", () => undefined);
      const closed = new Promise((resolve) => held.once("close", resolve));
      expect(await gate.reload(policy("new-name", "dns: writer.example"))).toBeUndefined();
      await closed;
      expect(await ask(mine)).toBe(0);
      expect(await ask(certificate("new", "/CN=new-name"))).toBe(200);
    });
  },
);
