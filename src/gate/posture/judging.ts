/** One request under judgement: what is known of it, and what was found. */

import type { Denial, Need } from "../judge/contract.ts";
import type { ClientPolicy, Grants } from "../policy/client-policy.ts";
import type { JsonValue } from "../wire/json/value.ts";
import type { Facts } from "./facts/facts.ts";
import { printable } from "./json.ts";

/** What a request was found to ask for beyond its policy. */
export interface Fault {
  readonly rule: string;
  readonly at: string;
  readonly message: string;
  readonly help?: string;
  readonly needs?: Need;
  readonly status?: Denial["status"];
}

/** A fault that a setting of `grant` in the policy would lift. */
export interface Missing {
  readonly rule: string;
  readonly at: string;
  readonly message: string;
  /** A key of `grant`, or several from the outside in. */
  readonly key: string | readonly string[];
  readonly value: string | number | boolean;
  /** What the client can do instead. */
  readonly instead?: string;
}

/** More are not told, and not looked for by the rulebook. */
const MOST_DENIALS = 50;

export class Judging {
  readonly client: ClientPolicy;
  readonly facts: Facts;
  /** Minor version of API 1 in which the request is spoken. */
  readonly minor: number;
  /** The body, or the part of one that the checks belong to. */
  readonly body: JsonValue;
  /** The network in the path, for what is connected to it. */
  readonly network: string | undefined;
  readonly denials: Denial[] = [];
  readonly #granted = new Set<string>();

  constructor(
    client: ClientPolicy,
    facts: Facts,
    minor: number,
    body: JsonValue,
    network?: string,
  ) {
    this.client = client;
    this.facts = facts;
    this.minor = minor;
    this.body = body;
    this.network = network;
  }

  get grants(): Grants {
    return this.client.grants;
  }

  /** What is said already of another field, in the same words, is not said again. */
  deny({ rule, at, help, needs, status = 403, ...fault }: Fault): void {
    const message = printable(fault.message);
    const isSaid = this.denials.some((said) => said.rule === rule && said.message === message);
    if (this.isFull || isSaid) return;
    this.denials.push({
      status,
      rule,
      at,
      message,
      ...(help === undefined ? {} : { help: printable(help) }),
      ...(needs === undefined ? {} : { needs }),
    });
  }

  /** Whether so much is wrong that nothing more need be found. */
  get isFull(): boolean {
    return this.denials.length >= MOST_DENIALS;
  }

  miss({ rule, at, message, key, value, instead }: Missing): void {
    const keys = typeof key === "string" ? [key] : key;
    const setting = `\`grant: ${keys.join(": ")}\` with ${JSON.stringify(value)}`;
    const help = `${instead === undefined ? "" : `${instead}, or `}ask for ${setting} in the policy`;
    this.deny({
      rule,
      at,
      message,
      help: help.charAt(0).toUpperCase() + help.slice(1),
      needs: { key: ["grant", ...keys], value },
    });
  }

  /** The policy grants what stands there: no finding of the rulebook on it counts. */
  grant(at: string): void {
    this.#granted.add(elementOf(at));
  }

  /** Whether something is wrong with the field already, or with the entry of a list that it is part of. */
  isDenied(at: string): boolean {
    return this.denials.some((denial) => elementOf(denial.at) === elementOf(at));
  }

  /** Whether a grant covers the field, or the entry of a list that it is part of. */
  isGranted(at: string): boolean {
    return this.#granted.has(elementOf(at));
  }
}

/** `HostConfig.Mounts[0].Source` as `HostConfig.Mounts[0]`. */
function elementOf(at: string): string {
  const bracket = at.lastIndexOf("]");
  return bracket < 0 ? at : at.slice(0, bracket + 1);
}
