/**
 * An engine for streams: on attach it changes the protocol, then sends zeros without end when the container is called
 * `source`, takes everything when it is called `sink`, and is silent otherwise. Two words: a socket, a port.
 */

import { createServer, type Socket } from "node:net";

const PIECE = Buffer.alloc(1 << 20);
const UPGRADED =
  "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
const PING =
  "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK";

function serve(socket: Socket): void {
  socket.on("error", () => undefined);
  let head = "";
  const onHead = (piece: Buffer): void => {
    head += piece.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    const request = head;
    head = "";
    if (request.includes("/_ping")) {
      socket.write(PING);
      return;
    }
    socket.removeListener("data", onHead);
    socket.write(UPGRADED);
    if (request.includes("/containers/source/")) pour(socket);
    else socket.on("data", () => undefined);
  };
  socket.on("data", onHead);
}

function pour(socket: Socket): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(PIECE));
  };
  socket.on("drain", write);
  socket.resume();
  write();
}

const [path = "", port = "0"] = process.argv.slice(2);
createServer(serve).listen({ path, backlog: 4096 });
createServer(serve).listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
