/** An image with a secret in every place where one can hide, and with much that only looks like one. */

import { tokenDetectors } from "../../src/detect/detectors.ts";
import { sampleOf } from "../../src/detect/testing.ts";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import { tarOf } from "../../src/readers/image/tar/testing.ts";
import { decoys } from "./decoys.ts";
import { documents } from "./documents.ts";
import { nestedArchives } from "./nested.ts";
import { knownForms, pem } from "./known-forms.ts";
import type { Plan, Planted } from "./plan.ts";
import { contentKey, createPlan } from "./plan.ts";

export interface PlantedImage {
  /** Uncompressed layers. */
  readonly layers: readonly Buffer[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly history: readonly Readonly<Record<string, unknown>>[];
  readonly extra: Readonly<Record<string, unknown>>;
  readonly attestations: readonly unknown[];
  readonly planted: readonly Planted[];
  readonly contents: Plan["contents"];
}

/** What belongs to no file of a layer, by its path in a report. */
const NO_FILE = "(outside of the layer's files)";

export function plantedImage(seed: number): PlantedImage {
  const plan = createPlan(seed);
  const base: Entry[] = [
    ...oneOfEach(plan),
    ...whatBecomesOfFiles(plan),
    ...encodings(plan),
    ...knownForms(plan),
  ];
  const layers = [
    tarOf(base),
    atWindowEnds(plan, 1),
    tarOf([
      ...nestedArchives(plan, 2),
      { path: "over/", flag: "5" },
      plan.hide("the version that overwrites", 2, "/over/a.txt", ...line(plan)),
      { path: "gone/.wh.file.txt" },
      { path: "opaque/", flag: "5" },
      { path: "opaque/.wh..wh..opq" },
      { path: "links/.wh.first.txt" },
      { path: "anew/.wh.file.txt" },
    ]),
    tarOf([
      { path: ".wh.dir" },
      { path: "replaced", content: "a file where a directory was\n" },
      plan.hide("a file that came anew", 3, "/anew/file.txt", ...line(plan)),
      plan.hide(
        "in a directory that an opaque layer below emptied",
        3,
        "/opaque/new.txt",
        ...line(plan),
      ),
      ...decoys(plan),
    ]),
    outsideOfFiles(plan, 4),
  ];
  return { layers, ...documents(plan), planted: plan.planted, contents: plan.contents };
}

/** A line of text with a token in it, and the token. */
function line(plan: Plan): [string, string[]] {
  const value = plan.token();
  return [`${plan.words(12)}\n${plan.words(3)} ${value} ${plan.words(5)}\n`, [value]];
}

function oneOfEach(plan: Plan): Entry[] {
  return tokenDetectors.flatMap((detector) => {
    if (NEEDS_MORE.has(detector.id)) return [];
    const { text, start, end } = sampleOf(detector, plan.random, "shortest");
    const value = text.slice(start, end);
    return [
      plan.hide(`a value of ${detector.id}`, 0, `/live/${detector.id}.txt`, `${text}\n`, [value]),
    ];
  });
}

/** Base64 of what is planted elsewhere. */
const NEEDS_MORE = new Set(["private-key-base64", "docker-config-base64"]);

function whatBecomesOfFiles(plan: Plan): Entry[] {
  const hide = (place: string, path: string, where: Partial<Planted>): Entry =>
    plan.hide(place, 0, path, ...line(plan), where);
  const manyTimes = (
    place: string,
    path: (each: number) => string,
    where: Partial<Planted>,
  ): Entry[] => Array.from({ length: 4 }, (_, each) => hide(place, path(each), where));
  return [
    { path: "over/", flag: "5" },
    hide("an overwritten file", "/over/a.txt", { state: "overwritten", byLayer: 2 }),
    hide("a deleted file", "/gone/file.txt", { state: "deleted", byLayer: 2 }),
    hide("a file that was deleted and came anew", "/anew/file.txt", {
      state: "deleted",
      byLayer: 2,
    }),
    ...manyTimes("a deleted directory", (each) => `/dir/sub/${String(each)}.txt`, {
      state: "deleted",
      byLayer: 3,
    }),
    ...manyTimes("an opaque directory", (each) => `/opaque/deep/er/${String(each)}.txt`, {
      state: "hidden",
      byLayer: 2,
    }),
    ...manyTimes("a file in a directory's place", (each) => `/replaced/${String(each)}.txt`, {
      state: "overwritten",
      byLayer: 3,
    }),
    hide("a file with a hard link", "/links/one.txt", {}),
    { path: "links/two.txt", flag: "1", link: "links/one.txt" },
    hide("a file whose first name is deleted", "/links/first.txt", {}),
    { path: "links/second.txt", flag: "1", link: "links/first.txt" },
    hide("a name with spaces and signs", "/odd/a b'c\"d\\e\t\u{1f511}.txt", {}),
  ];
}

/** Places that a scan in windows could lose: at its ends, and far from anything. */
function atWindowEnds(plan: Plan, layer: number): Buffer {
  const size = 3 * 1024 * 1024 + 512 * 100;
  const content = plan.noise(size);
  const values: string[] = [];
  const put = (at: number): void => {
    const value = plan.token();
    content[at - 1] = 0;
    content.write(value, at, "latin1");
    content[at + value.length] = 0;
    values.push(value);
  };
  for (const end of [1024 * 1024, 2 * 1024 * 1024, 3 * 1024 * 1024]) {
    for (const near of [0, 4096, 24 * 1024, 28 * 1024]) put(end + near - 512 - 10);
  }
  put(20);
  put(700_001);
  const last = plan.token();
  content.write(last, size - last.length, "latin1");
  content[size - last.length - 1] = 0;
  values.push(last);
  return tarOf([plan.hide("a large binary file", layer, "/lib/big.bin", content, values)]);
}

function encodings(plan: Plan): Entry[] {
  const entries: Entry[] = [];
  for (const [encoding, codec] of [
    ["utf-16le", (text: string) => Buffer.from(text, "utf16le")],
    ["utf-16be", (text: string) => Buffer.from(text, "utf16le").swap16()],
  ] as const) {
    for (const mark of ["", "\u{feff}"]) {
      const [text, values] = line(plan);
      const name = `/wide/${encoding}${mark === "" ? "" : "-marked"}.txt`;
      entries.push(
        plan.hide(`${encoding} text`, 0, name, codec(mark + text), values, { encoding }),
      );
    }
  }
  const forms = base64Forms(plan);
  for (const [index, value] of forms.entries()) {
    for (const before of ["", "x", "xy"]) {
      const found = value();
      const inner = index === forms.length - 1 ? `mysql://app:${found}@db/app` : found;
      const text = `data: ${Buffer.from(`${before} ${inner} `).toString("base64")}\n`;
      const name = `/encoded/${String(index)}-${String(before.length)}.txt`;
      entries.push(plan.hide("base64", 0, name, text, [found], { encoding: "base64" }));
    }
  }
  for (const blocks of [1, 2, 4]) {
    const value = plan.token();
    const text = `${plan.words(1000).slice(0, 512 * blocks - value.length - 1)} ${value}`;
    entries.push(
      plan.hide("at the end of whole blocks", 0, `/blocks/${String(blocks)}`, text, [value]),
    );
  }
  const long = `/${"a-long-name/".repeat(30)}ünïcode-${"x".repeat(120)}.txt`;
  const { content } = plan.hide("a path that only pax can write", 0, long, ...line(plan));
  entries.push({ path: "short", content: content ?? "", pax: { path: long.slice(1) } });
  return entries;
}

/** What is looked for in base64, by what begins it. */
function base64Forms({ random, password }: Plan): (() => string)[] {
  const tokens = [
    "ghp_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "sk_live_",
    "dckr_pat_",
    "pypi-AgEI",
    "AKIA",
  ];
  return [
    ...tokens.map((start) => () => {
      for (;;) {
        for (const detector of tokenDetectors) {
          if (!detector.anchors.some((anchor) => anchor.startsWith(start))) continue;
          const { text } = sampleOf(detector, random, "shortest");
          if (text.startsWith(start)) return text;
        }
      }
    }),
    () => pem(random, "RSA PRIVATE KEY", 800),
    () => password(),
  ];
}

/** Bytes of a layer that are in no file: padding, headers, what follows the end. */
function outsideOfFiles(plan: Plan, layer: number): Buffer {
  const [padding, comment, name, after] = [plan.token(), plan.token(), plan.token(), plan.token()];
  const member = tarOf([{ path: "padded.txt", content: "short\n" }], { end: false });
  member.write(padding, 512 + 40, "latin1");
  const bytes = Buffer.concat([
    member,
    tarOf([{ path: "commented.txt", content: "text\n", pax: { comment } }], { end: false }),
    tarOf([{ path: `named/${name}`, content: "text\n" }]),
    Buffer.from(`${plan.words(100)} ${after} ${plan.words(20)}`),
  ]);
  plan.contents.set(contentKey(layer, NO_FILE), bytes);
  for (const [place, value] of [
    ["padding of a tar archive", padding],
    ["a comment of pax", comment],
    ["the name of a file", name],
    ["after the end of the archive", after],
  ] as const) {
    plan.planted.push({ place, value, layer, path: NO_FILE, state: "live", encoding: "plain" });
  }
  return bytes;
}
