/** One client: where it connects and what it may do. */

import * as z from "zod";
import { presetNames } from "../preset-names.ts";
import { areaNames, wordsIn, type Area } from "../words.ts";
import { forceSchema, grantSchema, postureSchema } from "./grant.ts";
import { count, file, flag, hostPath, MOST_ITEMS, number, says, text } from "./values.ts";

/** How many ways in one client may have. */
const MOST_WAYS = 16;

export const listenSchema = says(
  z.strictObject({
    unix: hostPath("The path of a socket.").optional(),
    mode: number(
      /^0?o?[0-7]{3,4}$/,
      "permission bits in octal: 0660",
      "Of the socket. Default: 0600.",
    ).optional(),
    owner: number(
      /^\d{1,10}$/,
      "a user's number, as `id -u` prints it",
      "Of the socket.",
    ).optional(),
    group: number(
      /^\d{1,10}$/,
      "a group's number, as `id -g` prints it",
      "Of the socket.",
    ).optional(),
    tls: says(
      text,
      "HOST:PORT",
      "An address that speaks TLS and asks for a certificate.",
    ).optional(),
    cert: file("The gate's certificate.").optional(),
    key: file("The certificate's key.").optional(),
    "client-ca": file("The authority that signed the clients' certificates.").optional(),
    client: says(
      z.strictObject({
        "common-name": says(text, "a name, as text", "The subject's common name.").optional(),
        dns: says(text, "a name, as text", "A DNS name among the alternative names.").optional(),
        uri: says(text, "a URI, as text", "A URI among the alternative names.").optional(),
        email: says(
          text,
          "an address, as text",
          "An address among the alternative names.",
        ).optional(),
      }),
      "one of common-name, dns, uri and email, with its value",
      "What must stand in the client's certificate, letter by letter.",
    ).optional(),
    tcp: says(
      text,
      "HOST:PORT",
      "An address without TLS: whoever reaches it is this client.",
    ).optional(),
    "i-know-that-anyone-may-connect": says(
      z.literal(true),
      "true",
      "Without this a plain address is refused.",
    ).optional(),
  }),
  "one of `unix: /PATH`, `tls: HOST:PORT` and `tcp: HOST:PORT`, with what belongs to it",
  "Where this client connects.",
);

const wordList = (area: Area): z.ZodOptional<z.ZodArray<z.ZodType<string>>> => {
  const choices = wordsIn(area) as [string, ...string[]];
  const word = says(z.enum(choices), `one of ${choices.join(", ")}`, `What it may do: ${area}.`);
  return says(
    z.array(word).max(MOST_ITEMS),
    `a list of words: ${choices.join(", ")}`,
    `What it may do: ${area}.`,
  ).optional();
};

const wordLists = Object.fromEntries(areaNames.map((area) => [area, wordList(area)])) as Record<
  Area,
  z.ZodOptional<z.ZodArray<z.ZodType<string>>>
>;
const AREAS = `a mapping of words by area: ${areaNames.join(", ")}`;

const version = number(/^1\.\d{1,3}$/, "an API version: 1.44", "A version of the Engine API.");

export const clientSchema = says(
  z.strictObject({
    preset: says(
      z.enum(presetNames),
      `one of ${presetNames.join(", ")}`,
      "What it begins from: lists add to the preset's, single values replace them.",
    ).optional(),
    listen: says(
      z.union([listenSchema, z.array(listenSchema).min(1).max(MOST_WAYS)]),
      `where it connects: {unix: /PATH}, or a list of such, at most ${String(MOST_WAYS)}`,
      "Where this client connects.",
    ),
    allow: says(z.strictObject(wordLists), AREAS, "What it may do.").optional(),
    deny: says(z.strictObject(wordLists), AREAS, "Words to take from the preset.").optional(),
    posture: postureSchema.optional(),
    grant: grantSchema.optional(),
    force: forceSchema.optional(),
    ownership: flag(
      "Whether it sees and touches only what it created. Default: true where it may create anything.",
    ).optional(),
    owner: number(
      /^[A-Za-z0-9][\w.-]{0,127}$/,
      "a name of letters, digits, dots, dashes and underscores",
      "Who owns what it creates; clients with the same owner share. Default: the client's name.",
    ).optional(),
    redact: says(
      z.enum(["none", "secrets", "strict"]),
      "one of none, secrets, strict",
      "What of answers is hidden. Default: secrets.",
    ).optional(),
    rate: says(
      z.strictObject({
        "per-second": number(
          /^(?=.*[1-9])\d{1,6}(?:\.\d{1,3})?$/,
          "a number of requests",
          "On average.",
        ),
        burst: count("At once. Default: as many as per second.").optional(),
      }),
      "a mapping with `per-second`",
      "How often it may ask. Absent: as often as it likes.",
    ).optional(),
    concurrency: count("Requests and streams at a time. Absent: as many as it likes.").optional(),
    "api-versions": says(
      z.strictObject({
        least: version.optional(),
        most: version.optional(),
        assumed: version.optional(),
      }),
      "a mapping of least, most and assumed",
      "Versions of the API that it may speak, and the one of requests that name none.",
    ).optional(),
  }),
  "a mapping with `listen` and `allow` or `preset`",
  "What one client may do.",
);

export type ClientData = z.output<typeof clientSchema>;
export type ListenData = z.output<typeof listenSchema>;
