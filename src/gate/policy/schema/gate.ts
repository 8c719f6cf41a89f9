/** The shape of gate.yaml. The published JSON Schema is made from this. */

import * as z from "zod";
import { clientSchema } from "./client.ts";
import { count, file, hostPath, mayBeNumber, number, says, size, text, time } from "./values.ts";

export const upstreamSchema = says(
  z.union([
    text,
    z.strictObject({
      address: says(
        text,
        "unix:///PATH, tcp://HOST:PORT, https://HOST:PORT or ssh://USER@HOST",
        "Where the engine is.",
      ),
      tls: says(
        z.strictObject({
          ca: file("The authority that signed the engine's certificate.").optional(),
          cert: file("The gate's own certificate.").optional(),
          key: file("The key of the gate's own certificate.").optional(),
        }),
        "a mapping with ca, cert and key",
        "Certificates for tcp:// and https://. Present and empty: the authorities of the system.",
      ).optional(),
    }),
  ]),
  "unix:///PATH, tcp://HOST:PORT, https://HOST:PORT, ssh://USER@HOST, or {address, tls}",
  "The engine. Default: unix:///var/run/docker.sock.",
);

export const auditSchema = says(
  z.strictObject({
    file: file("Where decisions are logged, one JSON line each; - is standard output."),
    "max-size": size("The file is rotated before it grows beyond this. Default: 100m.").optional(),
    keep: count("How many rotated files stay. Default: 10.").optional(),
    "on-failure": says(
      z.enum(["deny", "continue"]),
      "deny or continue",
      "What becomes of requests while no line can be written. Default: deny.",
    ).optional(),
  }),
  "a mapping with `file`",
  "The audit log. Absent: none.",
);

export const limitsSchema = says(
  z.strictObject({
    "body-size": size("Of a JSON body. Default: 4m.").optional(),
    "upload-size": size(
      "Of a build context, an archive, an image to load. Default: none.",
    ).optional(),
    "head-size": size("Of a request's head. Default: 256k.").optional(),
    "head-time": time("In which a request's head must arrive. Default: 10s.").optional(),
    "body-time": time("In which a JSON body must arrive. Default: 30s.").optional(),
    "idle-time": time("How long a connection may stand without a request. Default: 5m.").optional(),
    connections: count("Connections of all clients at a time. Default: 8192.").optional(),
    "upstream-connections": count("Connections to the engine at a time. Default: 8192.").optional(),
  }),
  "a mapping of limits",
  "What a client may use up of the gate itself.",
);

export const gateSchema = says(
  z.strictObject({
    version: number(/^1$/, "1", "The version of this format: 1."),
    upstream: upstreamSchema.optional(),
    audit: auditSchema.optional(),
    admin: says(
      text,
      "HOST:PORT or unix:///PATH",
      "Where /healthz and /metrics are served. Absent: nowhere.",
    ).optional(),
    drain: time("How long open streams may go on at a stop. Default: 10s.").optional(),
    limits: limitsSchema.optional(),
    "host-root": hostPath(
      "Where the gate sees the engine host's root, for the sources of binds. `/` where it runs on the host.",
    ).optional(),
    clients: says(
      z.record(z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/), clientSchema),
      "clients by name: `traefik: {preset: discovery, listen: …}`",
      "Who may connect, and what each may do.",
    ),
  }),
  "settings, one a line: `version: 1`",
  "Policy of plimsoll gate.",
);

export type GateData = z.output<typeof gateSchema>;

/** The JSON Schema of gate.yaml, for editors. */
export function gateJsonSchema(): unknown {
  return z.toJSONSchema(gateSchema, {
    io: "input",
    unrepresentable: "any",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      if (!mayBeNumber(zodSchema)) return;
      jsonSchema.type = ["string", "number"] as never;
    },
  });
}
