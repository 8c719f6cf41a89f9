/**
 * Requests at a fixed rate over kept connections, whether or not answers are late: what a client that does not
 * press sees. Words: port, path, rate per second, seconds, connections, and a file with a JSON body to POST.
 * Prints the median and the 99th percentile in milliseconds as JSON.
 */

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [port, path, rate, seconds, connections, bodyFile] = process.argv.slice(2);
const body = bodyFile === undefined ? "" : readFileSync(bodyFile, "utf8");
const request = Buffer.from(
  body === ""
    ? `GET ${path ?? "/"} HTTP/1.1\r\nHost: d\r\n\r\n`
    : `POST ${path ?? "/"} HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
);
const times: number[] = [];
const free: Socket[] = [];
const due: number[] = [];

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}

function send(socket: Socket, asked: number): void {
  let text = "";
  const onData = (piece: Buffer): void => {
    text += piece.toString("latin1");
    const head = text.indexOf("\r\n\r\n");
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    const ends =
      length === undefined ? text.endsWith("0\r\n\r\n") : text.length >= head + 4 + Number(length);
    if (head < 0 || !ends) return;
    if (!text.startsWith("HTTP/1.1 2")) throw new Error(text.slice(0, 500));
    times.push(performance.now() - asked);
    socket.off("data", onData);
    const next = due.shift();
    if (next === undefined) free.push(socket);
    else send(socket, next);
  };
  socket.on("data", onData);
  socket.write(request);
}

for (let index = 0; index < Number(connections); index++) free.push(await open());
const began = performance.now();
const count = Number(rate) * Number(seconds);
for (let sent = 0; sent < count;) {
  const now = performance.now();
  for (; sent < count && began + (sent * 1000) / Number(rate) <= now; sent++) {
    const socket = free.shift();
    if (socket === undefined) due.push(now);
    else send(socket, now);
  }
  await sleep(1);
}
await sleep(500);
// The first requests of all warm caches and compilers.
const warm = times.slice(times.length >> 2).toSorted((left, right) => left - right);
const at = (share: number): number => warm[Math.floor(warm.length * share)] ?? Number.NaN;
console.log(JSON.stringify({ median: at(0.5), high: at(0.99), answered: times.length / count }));
process.exit(0);
