/** The bare gate in a process of its own, for measuring it alone: `node … ENGINE-SOCKET OWN-SOCKET`. */

import { createServer } from "node:net";
import { DEFAULT_SERVER_LIMITS } from "../../../src/gate/http/contract.ts";
import { serveConnection } from "../../../src/gate/http/server-connection.ts";
import { createUpstream } from "../../../src/gate/http/upstream.ts";
import { forwardEverything } from "./bare-gate.ts";
import { connectTo } from "./recording-engine.ts";

const [engine = "", own = ""] = process.argv.slice(2);
const upstream = createUpstream({ connect: () => connectTo(engine) });
const server = createServer({ allowHalfOpen: true }, (socket) => {
  serveConnection(
    socket,
    { handle: (exchange) => forwardEverything(exchange, upstream) },
    DEFAULT_SERVER_LIMITS,
  );
});
server.listen({ path: own, backlog: 8192 }, () => process.send?.("listening"));
process.on("message", () => {
  process.send?.({ rss: process.memoryUsage().rss, open: upstream.connections.open });
});
