/** A connection to an engine behind ssh: the docker command on the other machine hands it through. */

import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Endpoint } from "../endpoint.ts";
import { shown } from "../problem.ts";

/** What ssh, or docker behind it, said before it gave up. */
export class SshError extends Error {}

const MAX_STDERR = 4096;

/** Source: docker/cli cli/connhelper (connhelper.go, ssh/ssh.go). */
export function sshWords({
  user,
  port,
  host,
  path,
}: Endpoint & { readonly kind: "ssh" }): string[] {
  return [
    "-o",
    "ConnectTimeout=30",
    "-T",
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    host,
    "docker",
    // The path has been checked to hold nothing that a shell reads.
    ...(path === undefined ? [] : [`--host=unix://${path}`]),
    "system",
    "dial-stdio",
  ];
}

/** Starts ssh and gives its standard input and output as what Node's HTTP client takes for a socket. */
export function connectSsh(endpoint: Endpoint & { readonly kind: "ssh" }): Duplex {
  const child = spawn("ssh", sshWords(endpoint), { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  let received = 0;
  const connection = new Duplex({
    read: () => {
      child.stdout.resume();
    },
    write: (piece, _encoding, done) => {
      child.stdin.write(piece, () => {
        // That it cannot be written is told by the end of the process, with what it said.
        done();
      });
    },
    final: (done) => {
      child.stdin.end();
      done();
    },
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", (piece: Buffer) => {
    received += piece.length;
    if (!connection.push(piece)) child.stdout.pause();
  });
  child.stderr.on("data", (piece: Buffer) => {
    if (said.length < MAX_STDERR) said += piece.toString("utf8");
  });
  child.on("error", () => {
    connection.destroy(new SshError("there is no ssh command here"));
  });
  // Only then everything that it said has arrived.
  child.on("close", () => {
    if (received > 0) connection.push(null);
    else
      connection.destroy(
        new SshError(shown(said.slice(0, MAX_STDERR)) || "it ended without a word"),
      );
  });
  const streams = [child.stdin, child.stdout, child.stderr].filter(
    (stream): stream is typeof stream & Socket => stream instanceof Socket,
  );
  // What Node's agent calls on a socket that it keeps for the next request.
  return Object.assign(connection, {
    setKeepAlive: () => connection,
    setNoDelay: () => connection,
    setTimeout: () => connection,
    ref: () => {
      child.ref();
      for (const stream of streams) stream.ref();
      return connection;
    },
    unref: () => {
      child.unref();
      for (const stream of streams) stream.unref();
      return connection;
    },
  });
}
