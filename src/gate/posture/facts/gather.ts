/** Asks the engine and the host what a request's judgement hangs on. */

import { joinPath } from "../../../readers/paths.ts";
import type { JudgeContext } from "../../judge/contract.ts";
import { isName } from "../../wire/names.ts";
import { percentEncode } from "../../wire/percent.ts";
import { volumeKind } from "../checks/volume-options.ts";
import { containerIn, defaultRuntimeIn, networkIn, volumeIn } from "./answers.ts";
import type { Answer, ContainerFact, Facts, NetworkFact, PathFact, VolumeFact } from "./facts.ts";
import { ABSENT, NO_FACTS, UNANSWERED } from "./facts.ts";
import { askImage, knownImage, knownImages } from "./images.ts";

/** What to ask for: names as the request writes them, paths cleaned. */
export class Wanted {
  readonly paths = new Set<string>();
  readonly volumes = new Set<string>();
  readonly networks = new Set<string>();
  readonly containers = new Set<string>();
  readonly images = new Set<string>();
  defaultRuntime = false;

  /** Whether there is nothing to ask but images. */
  get isPlain(): boolean {
    const { paths, volumes, networks, containers, defaultRuntime } = this;
    const names = paths.size + volumes.size + networks.size + containers.size;
    return names === 0 && !defaultRuntime;
  }
}

/** More names in one request are not looked up; no client has use for them. */
const MOST_ASKED = 200;
/** How many containers may join one another's namespaces in a row. */
const LONGEST_CHAIN = 4;

/** Without a promise where all is known. */
export function gather(wanted: Wanted, context: JudgeContext): Facts | Promise<Facts> {
  if (!wanted.isPlain) return gatherAll(wanted, context);
  if (wanted.images.size === 0) return NO_FACTS;
  const known = knownImages(wanted.images, context.engine);
  return known === undefined ? gatherAll(wanted, context) : { ...NO_FACTS, images: known };
}

async function gatherAll(wanted: Wanted, context: JudgeContext): Promise<Facts> {
  const { engine } = context;
  const [images, defaultRuntime, networks, volumes, containers] = await Promise.all([
    lookUp(wanted.images, async (name) => knownImage(name, engine) ?? askImage(name, engine)),
    wanted.defaultRuntime ? askDefaultRuntime(context) : undefined,
    lookUp(wanted.networks, (name) => askNetwork(name, context)),
    lookUp(wanted.volumes, (name) => askVolume(name, context)),
    askContainers(wanted.containers, context),
  ]);
  const [mounted, joined] = await Promise.all([
    lookUp(volumesOf(containers), (name) => askVolume(name, context)),
    lookUp(networksOf(containers, context), (name) => askNetwork(name, context)),
  ]);
  const all = new Map([...volumes, ...mounted]);
  const paths = new Set([...wanted.paths, ...pathsBehind(all), ...bindsOf(containers)]);
  return {
    paths: new Map([
      ...[...paths]
        .slice(MOST_ASKED)
        .map((path): [string, PathFact] => [path, { kind: "unasked" }]),
      ...(await lookUp(paths, (path) => findPath(path, context))),
    ]),
    volumes: all,
    networks: new Map([...networks, ...joined]),
    containers,
    images,
    ...(defaultRuntime === undefined ? {} : { defaultRuntime }),
  };
}

async function lookUp<T>(
  names: ReadonlySet<string>,
  ask: (name: string) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const few = [...names].slice(0, MOST_ASKED);
  return new Map(await Promise.all(few.map(async (name) => [name, await ask(name)] as const)));
}

async function askNetwork(name: string, { engine }: JudgeContext): Promise<Answer<NetworkFact>> {
  if (!isName("network", name)) return ABSENT;
  const reply = await engine({ method: "GET", path: `/networks/${percentEncode(name)}` });
  return answered(reply, networkIn);
}

async function askVolume(name: string, { engine }: JudgeContext): Promise<Answer<VolumeFact>> {
  if (!isName("volume", name)) return ABSENT;
  const reply = await engine({ method: "GET", path: `/volumes/${percentEncode(name)}` });
  return answered(reply, volumeIn);
}

async function askDefaultRuntime({ engine }: JudgeContext): Promise<string | undefined> {
  const reply = await engine({ method: "GET", path: "/info" });
  return reply.ok && reply.status === 200 ? defaultRuntimeIn(reply.value) : undefined;
}

/** A container and those whose namespaces it has joined in its turn. */
async function askContainers(
  names: ReadonlySet<string>,
  { engine }: JudgeContext,
): Promise<ReadonlyMap<string, Answer<ContainerFact>>> {
  const found = new Map<string, Answer<ContainerFact>>();
  let next = names;
  for (let round = 0; round < LONGEST_CHAIN && next.size > 0; round += 1) {
    const answers = await lookUp(next, async (name): Promise<Answer<ContainerFact>> => {
      if (!isName("container", name)) return ABSENT;
      const reply = await engine({
        method: "GET",
        path: `/containers/${percentEncode(name)}/json`,
      });
      return answered(reply, containerIn);
    });
    for (const [name, answer] of answers) found.set(name, answer);
    next = new Set([...answers.values()].flatMap(joinedBy).filter((name) => !found.has(name)));
  }
  return found;
}

function joinedBy(answer: Answer<ContainerFact>): string[] {
  if (answer.kind !== "container") return [];
  const { networkMode, pidMode, ipcMode } = answer;
  return [networkMode, pidMode, ipcMode].flatMap((mode) =>
    mode.startsWith("container:") ? [mode.slice("container:".length)] : [],
  );
}

function volumesOf(containers: ReadonlyMap<string, Answer<ContainerFact>>): ReadonlySet<string> {
  const mounts = [...containers.values()].flatMap((answer) =>
    answer.kind === "container" ? answer.mounts : [],
  );
  return new Set(
    mounts.flatMap(({ type, name }) => (type === "volume" && name !== "" ? [name] : [])),
  );
}

/** Those that come with joining a container's network; of one's own they were looked at when it was made. */
function networksOf(
  containers: ReadonlyMap<string, Answer<ContainerFact>>,
  { client }: JudgeContext,
): ReadonlySet<string> {
  if (client.ownership) return new Set();
  return new Set(
    [...containers.values()].flatMap((answer) =>
      answer.kind === "container" ? answer.networks : [],
    ),
  );
}

function bindsOf(containers: ReadonlyMap<string, Answer<ContainerFact>>): string[] {
  const mounts = [...containers.values()].flatMap((answer) =>
    answer.kind === "container" ? answer.mounts : [],
  );
  return mounts.flatMap(({ type, source }) =>
    type === "bind" && source.startsWith("/") ? [joinPath(source)] : [],
  );
}

function pathsBehind(volumes: ReadonlyMap<string, Answer<VolumeFact>>): string[] {
  return [...volumes.values()].flatMap((answer) => {
    const behind = answer.kind === "volume" ? volumeKind(answer.options) : undefined;
    return behind?.kind === "bind" ? [joinPath(behind.path)] : [];
  });
}

/** For what does not exist, the nearest folder above that does is resolved. */
async function findPath(path: string, { host }: JudgeContext): Promise<PathFact> {
  const rest: string[] = [];
  let at = path;
  for (;;) {
    const real = await host.realPath(at);
    if (real === "unseen") return { kind: "unseen" };
    if (real !== undefined) {
      if (rest.length === 0) return { kind: "found", path: real };
      return { kind: "missing", path: joinPath(real, rest.toReversed().join("/")) };
    }
    if (at === "/" || rest.length > 256) return { kind: "unseen" };
    const slash = at.lastIndexOf("/");
    rest.push(at.slice(slash + 1));
    at = slash <= 0 ? "/" : at.slice(0, slash);
  }
}

function answered<T>(
  reply: Awaited<ReturnType<JudgeContext["engine"]>>,
  read: (value: Parameters<typeof networkIn>[0]) => T | undefined,
): Answer<T> {
  if (!reply.ok) return UNANSWERED;
  if (reply.status === 404) return ABSENT;
  return reply.status === 200 ? (read(reply.value) ?? UNANSWERED) : UNANSWERED;
}
