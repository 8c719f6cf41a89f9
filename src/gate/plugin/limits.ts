/** What a plugin cannot do: said when it starts, and in docs/gate-plugin.md. */

import type { ClientPolicy } from "../policy/client-policy.ts";

export const PLUGIN_LIMITS: readonly string[] = [
  "a plugin says yes or no: it writes nothing into a request and hides nothing of an answer",
  "gRPC, which Engine 29.2 and later serve on the same socket, passes every plugin unseen: BuildKit's whole API among it",
  "on a unix socket everyone is the same client; only clients with certificates of their own are told apart, by common name",
  "what goes over attach, exec, logs and uploads is seen by no plugin",
  "builds, imports and copies into a container are refused: the engine does not show what they ask for",
  "when the plugin is not there, the engine refuses everything, after up to 30 seconds for each request",
];

/** What of a client's policy a plugin cannot keep. Requests that need it are refused. */
export function unkeptBy(client: ClientPolicy): readonly string[] {
  const { name, ownership, redact, build, rate, concurrency } = client;
  const unkept: string[] = [];
  if (ownership) {
    unkept.push(
      "ownership: its labels cannot be written and lists cannot be filtered, so that nearly everything is refused; write `ownership: false`",
    );
  }
  if (redact !== "none") {
    unkept.push(
      `redact: ${redact}: answers that hold such values are refused whole; write \`redact: none\` to let them pass`,
    );
  }
  if (build !== "refused") unkept.push(`build: ${build}: builds are refused`);
  if (rate !== undefined) unkept.push("rate: requests are not counted");
  if (concurrency !== undefined) unkept.push("concurrency: requests are not counted");
  return unkept.map((text) => `${name}: ${text}`);
}
