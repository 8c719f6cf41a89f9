/** Judges whether a variable holds a secret, by its name and by its value. */

import type { Confidence } from "../model/finding.ts";
import { classifyName, MAYBE_SCORE, SECRET_SCORE } from "./classify-name.ts";
import type { NameVerdict } from "./classify-name.ts";
import type { SecretMatch } from "./detector.ts";
import { findSecretsInText } from "./find-secrets.ts";
import type { ValueLook } from "./judge-value.ts";
import { judgeValue, looksRandom } from "./judge-value.ts";
import { isObjectName, isReferenceToObject, namesItself } from "./object-names.ts";

export interface VariableVerdict {
  /** maybe: the name allows for it and no value is there to settle it. */
  readonly kind: "secret" | "maybe" | "not-secret";
  readonly confidence: Confidence;
  /** Why, as a clause. It never holds the value. */
  readonly why: string;
  /** The detector that knew the value. */
  readonly detector?: string;
  /** The value is a well-known default such as a user would type first. */
  readonly defaultCredential?: true;
}

/** Values longer than this are judged by their beginning. */
const MAX_VALUE = 65_536;

/** Ids that stand beside a secret and are none by themselves. */
const IDENTIFIERS = new Set(["aws-access-key-id", "alibaba-access-key", "tencent-secret-id"]);

/**
 * Judges a variable. Without a value the name decides; with one, the value has the last word: an
 * empty value, a reference or a path is no secret whatever the name, and a value that a detector
 * knows is one whatever the name.
 */
export function classifyVariable(name: string, value: string | undefined): VariableVerdict {
  const byName = classifyName(name);
  if (value === undefined) return withoutValue(byName);
  const text = value.slice(0, MAX_VALUE);
  const match = strongest(findSecretsInText(text));
  if (match !== undefined) return knownValue(match, byName);
  const inside = insideValue(text);
  if (inside !== undefined) return inside;
  const look = judgeValue(text);
  if (byName.score < MAYBE_SCORE && byName.sort !== "webhook") {
    return { kind: "not-secret", confidence: "high", why: byName.why };
  }
  return withValue(name, byName, look, text);
}

/** `{"spring.datasource.password":"X"}` and `-Dspring.datasource.password=X`: a name and its value in a value. */
const JSON_PAIR = /"([A-Za-z_][\w.-]{0,100})"\s{0,20}:\s{0,20}"([^"\\]{1,1000})"/g;
const JAVA_PROPERTY = /(?:^|[\s"'])-D([A-Za-z_][\w.-]{0,100})=["']?([^\s"']{1,1000})/g;

/** `PlainLoginModule required password="X";` of Java, and `gitlab_rails['smtp_password'] = "X"` of Ruby. */
const JAAS_OPTION = /(?<![\w.-])([A-Za-z_][\w.-]{0,100})\s{0,4}=\s{0,4}\\?"([^"\\]{1,1000})\\?"/g;
const RUBY_SETTING =
  /\[\\?['"]([A-Za-z_]\w{0,100})\\?['"]\]\s{0,4}=\s{0,4}\\?["']([^"'\\]{1,1000})/g;

/** How pairs of a name and a value are written in a value, if they are. */
function pairsIn(text: string): RegExp | undefined {
  if (/^["']?\s*[{[]/.test(text)) return JSON_PAIR;
  if (/LoginModule\s/.test(text)) return JAAS_OPTION;
  if (/['"]\]\s{0,4}=/.test(text)) return RUBY_SETTING;
  return text.includes("-D") ? JAVA_PROPERTY : undefined;
}

/** Names that are looked at inside of one value. */
const MAX_INSIDE = 200;

/** A secret that a value gives a name to, in JSON or as a property of Java. */
function insideValue(text: string): VariableVerdict | undefined {
  const pairs = pairsIn(text);
  if (pairs === undefined) return undefined;
  let looked = 0;
  let found: VariableVerdict | undefined;
  for (const [, name = "", value = ""] of text.matchAll(pairs)) {
    looked += 1;
    if (looked > MAX_INSIDE) break;
    const byName = classifyName(name);
    if (byName.score < SECRET_SCORE || PUBLIC_DEFAULTS.has(value)) continue;
    const verdict = withValue(name, byName, judgeValue(value), value);
    if (verdict.kind !== "secret") continue;
    const why = `its value gives one to a name in it: ${verdict.why}`;
    if (verdict.defaultCredential !== true) return { ...verdict, why };
    found ??= { ...verdict, why };
  }
  return found;
}

/** The password of Java's public trust store, which protects nothing. */
const PUBLIC_DEFAULTS = new Set(["changeit"]);

function withoutValue(name: NameVerdict): VariableVerdict {
  // Of a URL only the value tells whether a password stands in it.
  if (name.score >= SECRET_SCORE && name.sort !== "url") {
    return { kind: "secret", confidence: name.score >= 80 ? "high" : "medium", why: name.why };
  }
  if (name.score >= MAYBE_SCORE) {
    return { kind: "maybe", confidence: name.score >= 50 ? "medium" : "low", why: name.why };
  }
  return { kind: "not-secret", confidence: "high", why: name.why };
}

function knownValue(match: SecretMatch, name: NameVerdict): VariableVerdict {
  const kind = IDENTIFIERS.has(match.detector) ? "maybe" : "secret";
  // Google's keys for browsers have the form of its secret ones.
  const lowered = match.detector === "google-api-key" && name.bundled;
  return {
    kind,
    confidence: lowered ? "low" : match.confidence,
    why: `its value has the form of: ${match.title}`,
    detector: match.detector,
    ...(match.confidence === "low" && DEFAULT_DETECTORS.has(match.detector)
      ? { defaultCredential: true as const }
      : {}),
  };
}

const DEFAULT_DETECTORS = new Set([
  "database-url",
  "basic-auth-url",
  "connection-string",
  "sql-password",
]);

const NO_SECRET: Readonly<Partial<Record<ValueLook, string>>> = {
  empty: "its value is empty",
  reference: "its value is filled in from elsewhere",
  placeholder: "its value is a placeholder",
  setting: "its value is a setting",
  path: "its value is a path",
  public: "its value is a certificate or public key",
  encrypted: "its value is encrypted",
};

function withValue(
  fullName: string,
  name: NameVerdict,
  look: ValueLook,
  value: string,
): VariableVerdict {
  const sure = name.score >= SECRET_SCORE;
  // Whoever runs the program chooses a password or a signing key; a key for an API comes from its provider.
  const chosenHere =
    name.sort === "password" ||
    name.sort === "secret" ||
    (name.sort === "key" && /secret|sign|encrypt|master|session|fernet|jwt/i.test(fullName));
  if (look === "placeholder" && sure && name.sort === "password" && isTypedWord(value)) {
    return defaultCredential(name);
  }
  if (isVariableName(value)) {
    return sure && name.sort === "password"
      ? defaultCredential(name)
      : { kind: "not-secret", confidence: "high", why: "its value is the name of a variable" };
  }
  if (name.sort === "key" && isKeyFingerprint(fullName, sure, value)) {
    return { kind: "not-secret", confidence: "high", why: "its value is the fingerprint of a key" };
  }
  const none = NO_SECRET[look];
  if (none !== undefined) return { kind: "not-secret", confidence: "high", why: none };
  if (name.sort === "url") {
    return { kind: "not-secret", confidence: "medium", why: "its value holds no credential" };
  }
  if (name.sort === "webhook") return webhook(name, value);
  if (look === "address") {
    return {
      kind: "not-secret",
      confidence: "medium",
      why: "its value is an address without a credential",
    };
  }
  if (look === "default") {
    return sure && chosenHere
      ? defaultCredential(name)
      : { kind: "not-secret", confidence: "medium", why: "its value is a placeholder" };
  }
  if (look === "number") return number(name, value);
  if (!sure) {
    return looksRandom(value)
      ? { kind: "secret", confidence: "medium", why: `${name.why} and its value looks random` }
      : { kind: "not-secret", confidence: "low", why: "its value does not look like a secret" };
  }
  if (name.sort !== "password" && value.trim().length < 6) {
    return { kind: "not-secret", confidence: "low", why: "its value is too short for a secret" };
  }
  if (name.sort === "password" && namesItself(value)) return defaultCredential(name);
  if (name.sort !== "password" && isObjectName(value)) {
    if (isReferenceToObject(fullName, value))
      return {
        kind: "not-secret",
        confidence: "medium",
        why: "its value is the name of an object",
      };
    if (!/^[A-Z][A-Z\d_]*$/.test(fullName))
      return {
        kind: "secret",
        confidence: "low",
        why: `${name.why}, though its value reads like the name of an object`,
      };
  }
  return { kind: "secret", confidence: name.score >= 80 ? "high" : "medium", why: name.why };
}

function defaultCredential(name: NameVerdict): VariableVerdict {
  return {
    kind: "secret",
    confidence: "low",
    why: `${name.why} and its value is a well-known default`,
    defaultCredential: true,
  };
}

/** `changeme`, `example`: one word that a person types as a password, and no template. */
function isTypedWord(value: string): boolean {
  return (
    /^[a-z0-9!@_-]{4,24}$/i.test(value.trim()) &&
    !/your|insert|enter|here|todo|tbd|xxx|redacted/i.test(value)
  );
}

/** `DB_PASSWORD`, `YOUR_API_KEY`: a value that only says what belongs there. */
function isVariableName(value: string): boolean {
  const text = value.trim();
  return /^[A-Z]+(?:_[A-Z]+)+$/.test(text) && classifyName(text).score >= MAYBE_SCORE;
}

/**
 * OpenPGP fingerprints and key ids, one or several: they name a public key. In the name of a GPG key
 * any of the usual forms counts; where the name says little, only a fingerprint in its usual spelling.
 */
function isKeyFingerprint(name: string, sure: boolean, value: string): boolean {
  const ofGpg = /gpg|pgp/i.test(name);
  if (sure && !ofGpg) return false;
  const form = ofGpg
    ? /^(?:0x)?(?:[\dA-F]{8}|[\dA-F]{16}|[\dA-F]{40})$/i
    : /^(?:0x)?(?=\d*[A-F])[\dA-F]{40}$/;
  return value
    .trim()
    .split(/[\s,]+/)
    .every((part) => form.test(part));
}

/** A password of digits only is weak but real; a token of a few digits is a setting. */
function number(name: NameVerdict, value: string): VariableVerdict {
  const digits = value.trim().length;
  const wanted = name.sort === "password" ? 4 : 12;
  return name.score >= SECRET_SCORE && digits >= wanted
    ? { kind: "secret", confidence: "medium", why: name.why }
    : { kind: "not-secret", confidence: "medium", why: "its value is a number" };
}

/** The path of a webhook's URL is its secret, when a long random part stands in it. */
function webhook(name: NameVerdict, value: string): VariableVerdict {
  const parts = value.slice(0, 2048).split(/[/?=&]/);
  return parts.some((part) => looksRandom(part))
    ? {
        kind: "secret",
        confidence: "medium",
        why: `${name.why} and its address holds a random part`,
      }
    : { kind: "not-secret", confidence: "low", why: "its address holds no random part" };
}

const RANK: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };

function strongest(matches: readonly SecretMatch[]): SecretMatch | undefined {
  return matches.toSorted((left, right) => RANK[left.confidence] - RANK[right.confidence])[0];
}
