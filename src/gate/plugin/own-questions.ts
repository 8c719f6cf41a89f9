/**
 * The plugin's own questions to the engine. They come back to the plugin for authorization like everyone's; a
 * header that nobody else knows tells them. dockerd shows headers to its plugins alone, and only reading is
 * let through by it.
 */

import { randomBytes, timingSafeEqual } from "node:crypto";
import { Agent, type IncomingMessage, request as ask } from "node:http";
import { ANSWER_BOUNDS } from "../judge/answers.ts";
import type { EngineAsk, EngineReply } from "../judge/contract.ts";
import { parseJsonBytes } from "../wire/json/parse.ts";
import type { AuthorizationRequest } from "./protocol.ts";

export interface OwnQuestions {
  readonly ask: EngineAsk;
  readonly isOwn: (request: AuthorizationRequest) => boolean;
  readonly close: () => void;
}

const HEADER = "X-Plimsoll-Question";
const ANSWER_MILLISECONDS = 20_000;

/** `socketPath` is the engine's. */
export function ownQuestions(socketPath: string): OwnQuestions {
  const word = randomBytes(32).toString("hex");
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    ask: ({ method, path }) =>
      method === "GET"
        ? question(agent, socketPath, path, word)
        : Promise.resolve({ ok: false, why: "a plugin changes nothing" }),
    isOwn: ({ method, headers }) => {
      const given = headers.find(([name]) => name.toLowerCase() === HEADER.toLowerCase())?.[1];
      if (given === undefined || method !== "GET" || given.length !== word.length) return false;
      return timingSafeEqual(Buffer.from(given, "latin1"), Buffer.from(word, "latin1"));
    },
    close: () => agent.destroy(),
  };
}

function question(
  agent: Agent,
  socketPath: string,
  path: string,
  word: string,
): Promise<EngineReply> {
  return new Promise((resolve) => {
    const sent = ask({ agent, socketPath, path, headers: { [HEADER]: word } }, (answer) => {
      readAnswer(answer).then(resolve, () =>
        resolve({ ok: false, why: "the engine's answer broke off" }),
      );
    });
    sent.setTimeout(ANSWER_MILLISECONDS, () => sent.destroy(new Error("no answer in time")));
    sent.once("error", ({ message }) => resolve({ ok: false, why: message }));
    sent.end();
  });
}

async function readAnswer(answer: IncomingMessage): Promise<EngineReply> {
  const status = answer.statusCode ?? 0;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > ANSWER_BOUNDS.bytes) return { ok: false, why: "the engine's answer is too long" };
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  if (bytes.length === 0) return { ok: true, status, value: null };
  const parsed = parseJsonBytes(bytes, ANSWER_BOUNDS);
  return parsed.ok
    ? { ok: true, status, value: parsed.value }
    : { ok: false, why: "the engine's answer is no JSON" };
}
