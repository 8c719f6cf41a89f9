/** The explanation of one request, for a terminal. */

import type { Denial } from "../../gate/judge/contract.ts";
import type { Difference } from "../../gate/judge/differences.ts";
import type { ExplainedStage, Explanation, Verdict } from "../../gate/explain/explain.ts";
import type { SafeRequest } from "../../gate/explain/safe-request.ts";
import { type JsonValue, isJsonList, isJsonObject } from "../../gate/wire/json/value.ts";
import { writeJson } from "../../gate/wire/json/write.ts";
import { plainLine } from "../sanitize.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import { wrap } from "../wrap.ts";

export interface ExplainStyle {
  readonly width: number;
  readonly paint: Paint;
}

const VERDICTS: Readonly<Record<Verdict, readonly [Style, string]>> = {
  allow: ["good", "would pass"],
  deny: ["bad", "would be refused"],
  open: ["unknown", "cannot be decided here"],
};

const STAGE_TITLES: Readonly<Record<string, string>> = {
  words: "what the policy's words admit",
  ownership: "whose it is",
  buildkit: "BuildKit",
  posture: "what it would grant",
  redaction: "what is shown of the answer",
};

const MOST_CHANGES = 30;
const MOST_QUESTIONS = 20;

export function renderExplanation(explanation: Explanation, style: ExplainStyle): string {
  const { client, asked, request, stages, denials, verdict, upstream, isPartial } = explanation;
  const { paint } = style;
  const [verdictStyle, verdictText] = VERDICTS[verdict];
  const lines = [
    `${paint.in("title", plainLine(`${asked.method} ${asked.target}`))} of the client ${plainLine(client)}: ${paint.in(verdictStyle, verdictText)}`,
    "",
  ];
  if (request !== undefined) lines.push(...readLines(request), "");
  // What could not be read, and so belongs to no part.
  const told = new Set(stages.flatMap((stage) => stage.denials));
  for (const denial of denials.filter((one) => !told.has(one))) {
    lines.push(paint.in("title", "how it is read"), ...denialLines(denial, style), "");
  }
  for (const stage of stages) lines.push(...stageLines(stage, style), "");
  if (isPartial) {
    const text =
      "The audit log holds no parameters and no bodies: what depends on them is not judged here.";
    lines.push(...wrap(text, style.width), "");
  }
  lines.push(...questionLines(explanation, style));
  if (upstream !== undefined) lines.push(...upstreamLines(upstream, style));
  while (lines.at(-1) === "") lines.pop();
  return `${lines.join("\n")}\n`;
}

function readLines({
  operation,
  route,
  minor,
  names,
}: NonNullable<Explanation["request"]>): string[] {
  const named = [...names].map(([name, value]) => `${name} ${value}`).join(", ");
  return [
    `operation  ${operation.id}${operation.documented ? "" : " (not in the API's documentation)"}`,
    `route      ${route.method} ${route.pattern}, API 1.${String(minor)}`,
    ...(named === "" ? [] : [`names      ${plainLine(named)}`]),
  ];
}

function stageLines(stage: ExplainedStage, style: ExplainStyle): string[] {
  const { name, denials, changes, answers, before, looksAtUpload } = stage;
  const isQuiet = denials.length + changes.length + answers.length + before === 0 && !looksAtUpload;
  const title = STAGE_TITLES[name] ?? name;
  return [
    `${style.paint.in("title", plainLine(title))}${isQuiet ? ": nothing to say" : ""}`,
    ...denials.flatMap((denial) => denialLines(denial, style)),
    ...changes.slice(0, MOST_CHANGES).flatMap((change) => indented(changeText(change), style)),
    ...(changes.length > MOST_CHANGES
      ? [`  and ${String(changes.length - MOST_CHANGES)} changes more`]
      : []),
    ...(before === 0
      ? []
      : ["  makes what is missing first (volumes, networks), as the client's own"]),
    ...(looksAtUpload ? ["  looks at the upload's beginning before any of it goes on"] : []),
    ...(answers.length === 0 ? [] : ["  rewrites the answer"]),
  ];
}

function denialLines({ status, rule, at, message, help }: Denial, style: ExplainStyle): string[] {
  const isOpen = status === 503;
  const word = isOpen
    ? style.paint.in("unknown", "open")
    : style.paint.in("bad", `refused with ${String(status)}`);
  const where = at === "" ? "" : ` at ${at}`;
  return [
    `  ${word}  ${plainLine(`${rule}${where}`)}`,
    ...indented(`${message}.`, style, 4),
    ...(help === undefined ? [] : indented(`${help}.`, style, 4)),
  ];
}

/** Values of the policy's own are told where they are short; never a variable's or a label's. */
function changeText({ kind, at, written }: Difference): string {
  if (kind === "name") return `${at}: replaced by the object's full id`;
  if (kind !== "body") return `${kind} ${at}: written anew`;
  if (written === undefined) return `${at}: left out`;
  const isPrivate = /(?:^|\.)(?:Env|Labels|Options|Cmd|Entrypoint|Data)\b/.test(at);
  const shown = isPrivate ? "" : writeJson(written);
  return shown === "" || shown.length > 120 ? `${at}: written anew` : `${at}: becomes ${shown}`;
}

function questionLines({ questions }: Explanation, style: ExplainStyle): string[] {
  if (questions.length === 0) return [];
  const distinct = [...new Set(questions)];
  return [
    style.paint.in("title", "what the engine is asked for this"),
    ...distinct.slice(0, MOST_QUESTIONS).flatMap((question) => indented(question, style)),
    ...(distinct.length > MOST_QUESTIONS
      ? [`  and ${String(distinct.length - MOST_QUESTIONS)} more`]
      : []),
    "",
  ];
}

function upstreamLines(
  { method, target, headers = [], body }: SafeRequest,
  style: ExplainStyle,
): string[] {
  return [
    style.paint.in("title", "what the engine gets, without what may be secret"),
    ...indented(`${method} ${target}`, style),
    ...(headers.length === 0 ? [] : indented(`headers: ${headers.join(", ")}`, style)),
    ...(body === undefined ? [] : pretty(body, 0).map((line) => plainLine(`  ${line}`))),
  ];
}

function indented(text: string, { width }: ExplainStyle, by = 2): string[] {
  return wrap(plainLine(text), Math.max(20, width - by)).map((line) => " ".repeat(by) + line);
}

const SHORT = 60;

function pretty(value: JsonValue, depth: number): string[] {
  const pad = "  ".repeat(depth);
  const flat = writeJson(value);
  const isNested = isJsonObject(value) || isJsonList(value);
  if (!isNested || flat.length <= SHORT) return [pad + flat];
  const [open, close] = isJsonObject(value) ? ["{", "}"] : ["[", "]"];
  const members: (readonly [string, JsonValue])[] = isJsonObject(value)
    ? [...value].map(([key, inner]) => [`${JSON.stringify(key)}: `, inner] as const)
    : value.map((inner) => ["", inner] as const);
  const lines = members.flatMap(([key, inner], index) => {
    const own = pretty(inner, depth + 1);
    const first = own[0] ?? "";
    const named = [`${pad}  ${key}${first.trimStart()}`, ...own.slice(1)];
    const comma = index === members.length - 1 ? "" : ",";
    return [...named.slice(0, -1), `${named.at(-1) ?? ""}${comma}`];
  });
  return [pad + open, ...lines, pad + close];
}
