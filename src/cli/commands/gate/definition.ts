/** How `plimsoll gate` is called. */

import type { Command } from "../../command.ts";

export const gateCommand: Command = {
  name: "gate",
  summary: "stand before the engine's socket and let each client do only what its policy says",
  usage: "gate [run | check [FILE] | explain REQUEST | audit FILE…]",
  description: [
    "Listens on sockets of its own, one for each client, and passes on to the engine only requests that the client's policy admits, written anew. What a client creates is judged by the rules of `plimsoll check`; with ownership on, it sees and touches only what it created.",
    "The policy is gate.yaml here, /etc/plimsoll/gate.yaml, or what --policy names. Without one, the variables of the common socket proxy (CONTAINERS=1, POST=0…) make one. SIGHUP reads it again, whole or not at all; SIGTERM stops after a drain.",
    "gate check says what is wrong with a policy, or what each client may do. gate explain judges one request without an engine. gate audit verifies the chain of an audit log.",
    "Exit status: 0 stopped as told, or nothing wrong; 1 a request that would be refused or cannot be decided, a log whose chain is broken; 2 usage or policy error.",
  ],
  options: [
    {
      name: "policy",
      value: "FILE",
      summary: "the policy",
      default: "gate.yaml, else /etc/plimsoll/gate.yaml",
    },
    {
      name: "from-environment",
      summary: "make the policy of the variables of the common socket proxy",
    },
    { name: "shadow", summary: "refuse nothing that can be read, and tell what would be" },
    {
      name: "learn",
      value: "FILE",
      summary:
        "let everything pass that can be read, and write the least policy that admits it into FILE",
    },
    {
      name: "listen",
      value: "SOCKET",
      summary: "with --learn and no policy: where the client connects; with --plugin: its socket",
      default: "plimsoll.sock here; /run/docker/plugins/plimsoll.sock",
    },
    {
      name: "plugin",
      summary: "serve the policy as the engine's authorization plugin, and not as a proxy",
    },
    {
      name: "client",
      value: "NAME",
      summary:
        "of gate explain: whose request it is; of --plugin: whose requests without a certificate are",
    },
    { name: "ask-engine", summary: "of gate explain: settle open questions with the engine" },
    {
      name: "head",
      value: "SEQ HASH",
      repeatable: true,
      summary: "of gate audit: an entry that was noted elsewhere and must be there",
    },
    {
      name: "color",
      value: "WHEN",
      choices: ["auto", "always", "never"],
      summary: "colour",
      default: "auto",
    },
    {
      name: "width",
      value: "COLUMNS",
      summary: "columns to fit in",
      default: "the terminal's, at most 100",
    },
    { name: "help", short: "h", summary: "show this help" },
  ],
  examples: [
    { line: "plimsoll gate check gate.yaml", note: "what each client may do" },
    { line: "plimsoll gate --policy gate.yaml", note: "run it" },
    {
      line: "plimsoll gate --learn gate.yaml",
      note: "write the least policy for what a client does",
    },
    {
      line: "plimsoll gate explain request.json --client ci",
      note: "why would this be refused?",
    },
    { line: "plimsoll gate audit audit.jsonl*", note: "was the log changed?" },
  ],
  completes: "files",
  run: async (invocation) => (await import("../gate.ts")).runGateCommand(invocation),
};
