/** The gate's own questions to the engine. */

import type { Upstream, UpstreamAnswer } from "../http/contract.ts";
import { ANSWER_BOUNDS } from "../judge/answers.ts";
import type { EngineAsk, EngineReply } from "../judge/contract.ts";
import { parseJsonBytes } from "../wire/json/parse.ts";
import { writeJsonBytes } from "../wire/json/write.ts";
import type { EngineVersions } from "./engine-versions.ts";

/** A creation of a volume by a slow driver is the longest. */
const ANSWER_MILLISECONDS = 60_000;

export function engineAsk(
  upstream: Upstream,
  basePath: string,
  versions: EngineVersions,
): EngineAsk {
  return async ({ method, path, body }): Promise<EngineReply> => {
    const bytes = body === undefined ? undefined : writeJsonBytes(body);
    const answer = await upstream.exchange({
      method,
      target: `${basePath}/v1.${String(versions.most)}${path}`,
      headers: bytes === undefined ? [] : [["content-type", "application/json"]],
      answerMs: ANSWER_MILLISECONDS,
      ...(bytes === undefined ? {} : { body: bytes }),
    });
    if (!answer.ok) return { ok: false, why: answer.why };
    const whole = answer.whole ?? (await readWhole(answer));
    answer.discard();
    if (whole === undefined) return { ok: false, why: "the engine's answer broke off" };
    if (whole.byteLength === 0) return { ok: true, status: answer.status, value: null };
    const parsed = parseJsonBytes(whole, ANSWER_BOUNDS);
    return parsed.ok
      ? { ok: true, status: answer.status, value: parsed.value }
      : { ok: false, why: "the engine's answer is no JSON" };
  };
}

async function readWhole(answer: UpstreamAnswer): Promise<Uint8Array | undefined> {
  const read = await answer.readAll(ANSWER_BOUNDS.bytes);
  return read.ok ? read.bytes : undefined;
}
