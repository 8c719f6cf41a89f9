/** `plimsoll secrets verify`: reads the place of a finding again, and says whether the secret still stands there. */

import type { SecretSighting } from "../../model/image-contents.ts";
import type { SecretLocator } from "../../model/secret-locator.ts";
import { parseLocator, standsAt } from "../../model/secret-locator.ts";
import { KEY_DIGITS } from "../../readers/image/layers/scan-with-key.ts";
import type { ExitStatus, Invocation } from "../command.ts";
import { printableLine } from "../printable.ts";
import { tellUsage } from "../tell-usage.ts";
import { startProgress } from "./check/progress.ts";
import { readSources } from "./check/sources/read.ts";
import { splitTargets } from "./check/sources/targets.ts";

export async function runSecrets(invocation: Invocation): Promise<ExitStatus> {
  const { io } = invocation;
  const [action, ...given] = invocation.arguments;
  if (action !== "verify") {
    return tellUsage(io, {
      problem:
        action === undefined
          ? "secrets needs an action"
          : `there is no action ${printableLine(action)}`,
      help: "plimsoll secrets verify FINDING",
    });
  }
  if (given.length === 0) {
    return tellUsage(io, {
      problem: "verify needs a finding",
      help: "give what `plimsoll check` prints after `verify:`, in quotes: 'archive:app.tar#sha256:…/app/.npmrc@33+40=5d17…'",
    });
  }
  const locators: SecretLocator[] = [];
  for (const text of given) {
    const locator = parseLocator(text);
    if (locator === undefined) {
      return tellUsage(io, {
        problem: `this names no finding: ${printableLine(text.slice(0, 200))}`,
        help: "give what `plimsoll check` prints after `verify:`, whole and in quotes",
      });
    }
    locators.push(locator);
  }
  let worst: ExitStatus = 0;
  for (const [target, wanted] of Map.groupBy(locators, (locator) => locator.target)) {
    const status = await verifyIn(target, wanted, invocation);
    if (status !== 0) worst = worst === 2 ? 2 : status;
  }
  return worst;
}

async function verifyIn(
  target: string,
  locators: readonly SecretLocator[],
  { io, options }: Invocation,
): Promise<ExitStatus> {
  const { sources } = splitTargets([target]);
  if (sources.length === 0) {
    return tellUsage(io, {
      problem: `${printableLine(target)} is neither an image nor an archive`,
      help: "a finding begins with archive:, oci:, image: or registry:",
    });
  }
  const authorities = options.text("ca");
  const progress = startProgress(io, options.flag("no-progress"));
  // Nothing of the cache but its key: the place itself is read.
  const reading = await readSources(sources, {
    io,
    progress,
    recall: false,
    useCache: true,
    logLines: 0,
    plainHttp: options.flag("plain-http"),
    ...(authorities === undefined ? {} : { authorities }),
  });
  progress.stop();
  if ("problem" in reading) return tellUsage(io, reading);
  const sightings = reading.workloads.flatMap(({ imageContents }) => imageContents?.secrets ?? []);
  let status: ExitStatus = 0;
  for (const locator of locators) {
    const verdict = verdictOn(locator, sightings);
    io.out(`${verdict.text}\n`);
    if (verdict.is === "gone" || verdict.is === "changed") status = 1;
    else if (verdict.is === "not comparable" && status === 0) status = 4;
  }
  for (const { what, why } of reading.unknowns) {
    io.err(`plimsoll: ${printableLine(`${what}: ${why}`)}\n`);
  }
  return status;
}

interface Verdict {
  readonly is: "confirmed" | "changed" | "not comparable" | "gone";
  readonly text: string;
}

function verdictOn(locator: SecretLocator, sightings: readonly SecretSighting[]): Verdict {
  const where = printableLine(placeText(locator));
  const there = sightings.filter((sighting) => standsAt(sighting, locator));
  const same = there.find(({ keyedHash = "" }) => keyedHash.startsWith(locator.hash));
  if (same !== undefined) {
    return {
      is: "confirmed",
      text: `confirmed: ${same.title} in ${where}${stateText(same)}; the value is the one that was found`,
    };
  }
  const [other] = there;
  if (other !== undefined) {
    const key = other.keyedHash?.slice(0, KEY_DIGITS);
    return key === locator.hash.slice(0, KEY_DIGITS)
      ? {
          is: "changed",
          text: `changed: ${other.title} in ${where}${stateText(other)}, but with another value`,
        }
      : {
          is: "not comparable",
          text: `not comparable: ${other.title} in ${where}${stateText(other)}; whether it is the same value cannot be told, since the finding was made under a key that is not kept here`,
        };
  }
  return { is: "gone", text: `gone: no secret stands in ${where}` };
}

function placeText({ target, place }: SecretLocator): string {
  return place.kind === "field"
    ? `${place.field} of ${target}`
    : `${place.path} at byte ${String(place.offset)}, layer ${place.digest} of ${target}`;
}

function stateText({ state }: SecretSighting): string {
  return state.is === "live"
    ? ""
    : ` (${state.is} in layer ${String(state.byLayer)}, still recoverable)`;
}
