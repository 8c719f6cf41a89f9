/** One service as a workload. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import { isWindowsImage, parseImageReference } from "../../model/image-reference.ts";
import { parseUser } from "../../model/user.ts";
import type { Build } from "../../model/build.ts";
import type { Command } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { Mount } from "../../model/mounts.ts";
import type { PrivilegeDrop } from "../../model/privilege-drop.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { User } from "../../model/user.ts";
import type { Workload } from "../../model/workload.ts";
import type { ReadContext } from "../contract.ts";
import { defaultRuntime } from "../default-runtime.ts";
import { imageFacts } from "../image-facts.ts";
import { asText, entriesOf, get, isNull, itemsOf } from "../yaml/access.ts";
import type { ServiceBuild } from "./build.ts";
import { commandLine, unfinishedIn, unresolvedIn } from "./command-line.ts";
import { devicesOf } from "./devices.ts";
import type { EnvFileCache } from "./environment.ts";
import { environmentOf, pairVariables } from "./environment.ts";
import { hooksOf, imageHealthCheck } from "./execs.ts";
import type { ServiceScope } from "./facts.ts";
import { booleanFact, missingVariable, originOf, scalarFact, settledItems } from "./facts.ts";
import { imageNamed } from "./image-name.ts";
import { limitsOf } from "./limits.ts";
import { namespacesOf } from "./namespaces.ts";
import { pairsOf } from "./pairs.ts";
import { portsOf } from "./ports.ts";
import { capabilities, privileged, securityOptions } from "./security.ts";

/** What is read of all services before one of them is put together. */
export interface ServiceParts {
  readonly mounts: readonly Mount[];
  readonly build: ServiceBuild | undefined;
  readonly envFiles: EnvFileCache;
}

/** The workload of a service. */
export function serviceWorkload(
  scope: ServiceScope,
  parts: ServiceParts,
  context: ReadContext,
): Workload {
  const { name, source } = scope;
  const { build } = parts;
  const image = imageOf(scope, build);
  const inherited = inheritedFacts(scope, image, build, context);
  const user = userOf(scope, inherited.user);
  const runtime = runtimeOf(scope, parts.mounts, context);
  const hooks = hooksOf(scope, user);
  const own = [...environmentOf(scope, context, parts.envFiles), ...hooks.env];
  const labels = pairVariables(get(scope.service, "labels"), "environment");
  const { env, replaced } = overlay(build?.stage?.env ?? [], own);
  const buildFacts: Build | undefined =
    build === undefined ? undefined : { ...build.build, env: [...build.build.env, ...replaced] };
  const replacesEntrypoint = !isNull(get(scope.service, "entrypoint"));
  const drop = replacesEntrypoint ? undefined : inherited.privilegeDrop;
  return {
    id: workloadId(scope),
    kind: "compose-service",
    name: `service ${name}`,
    source,
    engine: "docker",
    platform: platformOf(scope, build, image),
    image,
    user,
    command: commandOf(scope, build),
    ...(drop === undefined ? {} : { privilegeDrop: drop }),
    env,
    ...(labels.length === 0 ? {} : { labels }),
    runtime,
    ...(buildFacts === undefined ? {} : { build: buildFacts }),
    execs: [...hooks.execs, ...imageHealthCheck(scope, user, build)],
    unknowns: scope.unknowns,
    places: [...profilePlaces(scope), ...(build?.stage?.places ?? [])],
  };
}

/** `compose.yaml#services.web`: the file is the one that names the service first. */
export function workloadId({ source, name }: ServiceScope): string {
  return `${source.file.path}#services.${name}`;
}

function platformOf(
  scope: ServiceScope,
  build: ServiceBuild | undefined,
  image: Fact<ImageReference>,
): "linux" | "windows" {
  const written = asText(get(scope.service, "platform"));
  if (written !== undefined) return /^windows\b/i.test(written) ? "windows" : "linux";
  if (build?.stage !== undefined) return build.stage.platform;
  return image.known && isWindowsImage(image.value) ? "windows" : "linux";
}

function imageOf(scope: ServiceScope, build: ServiceBuild | undefined): Fact<ImageReference> {
  if (build?.stage !== undefined) return build.stage.image;
  const node = get(scope.service, "image");
  if (build !== undefined) {
    const origin: Origin = { kind: "inherited", from: "the build", span: build.span };
    const { why, settle } = build.lost ?? { why: "it is not known", settle: "check it" };
    return unknownFact(`the image is built here and ${why}`, settle, origin);
  }
  if (node === undefined || isNull(node)) {
    return unknownFact("the service names no image and builds none", "set `image:` or `build:`", {
      kind: "set",
      span: scope.source,
    });
  }
  const open =
    node.kind === "scalar" && node.unresolved !== undefined ? imageNamed(node) : undefined;
  if (open !== undefined) return known(open, originOf(node));
  return scalarFact(
    node,
    (text) => {
      const value = parseImageReference(text);
      return value === undefined ? undefined : { value };
    },
    "an image reference",
  );
}

interface Inherited {
  readonly user: Fact<User>;
  readonly privilegeDrop?: PrivilegeDrop;
}

/** What the image brings: the stage that is built, else the image that is named. */
function inheritedFacts(
  scope: ServiceScope,
  image: Fact<ImageReference>,
  build: ServiceBuild | undefined,
  { images }: ReadContext,
): Inherited {
  const stage = build?.stage;
  if (stage === undefined) {
    const node = get(scope.service, "image");
    const span = build?.span ?? node?.span ?? scope.source;
    return imageFacts(image, span, { images, through: node?.through ?? [] });
  }
  const { user, privilegeDrop } = stage;
  const { span } = user.origin;
  const origin: Origin =
    user.origin.kind === "set"
      ? {
          kind: "inherited",
          from: stage.named ? `stage ${stage.stage} of ${stage.path}` : stage.path,
          ...(span === undefined ? {} : { span }),
          through: user.origin.through ?? [],
        }
      : user.origin;
  return {
    user: { ...user, origin },
    ...(privilegeDrop === undefined ? {} : { privilegeDrop }),
  };
}

function userOf(scope: ServiceScope, inherited: Fact<User>): Fact<User> {
  const node = get(scope.service, "user");
  if (node === undefined || isNull(node)) return inherited;
  // An empty user is none: the image's holds.
  if (node.kind === "scalar" && node.text === "" && missingVariable(node) === undefined)
    return inherited;
  return scalarFact(node, (text) => ({ value: parseUser(text) }), "a user");
}

/** `entrypoint` replaces the image's and clears its command; `command` alone replaces the command. */
function commandOf(scope: ServiceScope, build: ServiceBuild | undefined): Fact<Command> {
  const entrypointNode = get(scope.service, "entrypoint");
  const commandNode = get(scope.service, "command");
  const entrypoint = commandLine(entrypointNode);
  const command = commandLine(commandNode);
  const own = entrypoint === undefined ? commandNode : entrypointNode;
  const fromImage = build?.stage?.command;
  if (own === undefined || (entrypoint === undefined && command === undefined)) {
    return fromImage ?? known({}, { kind: "inherited", from: "the image", span: scope.source });
  }
  const unresolved = unresolvedIn(entrypointNode) ?? unresolvedIn(commandNode);
  const missing = missingVariable(unresolved);
  if (missing !== undefined) return unknownFact(missing.why, missing.settle, originOf(own));
  if ((unfinishedIn(entrypointNode) ?? unfinishedIn(commandNode)) !== undefined) {
    return unknownFact(
      "it ends within a quote or after a backslash, and Compose refuses that",
      "close the quote, or write the command as a list",
      originOf(own),
    );
  }
  const kept =
    entrypoint === undefined && fromImage?.known === true ? fromImage.value.entrypoint : undefined;
  const first = entrypoint ?? kept;
  return known(
    {
      ...(first === undefined ? {} : { entrypoint: first }),
      ...(command === undefined ? {} : { command }),
    },
    originOf(own),
  );
}

/** The service's variables over the image's; those that are replaced are still in the image. */
function overlay(
  image: readonly EnvironmentVariable[],
  own: readonly EnvironmentVariable[],
): { env: EnvironmentVariable[]; replaced: EnvironmentVariable[] } {
  const names = new Set(own.filter((one) => one.surface !== "exec").map((one) => one.name));
  const kept = image.filter((variable) => !names.has(variable.name));
  const replaced = image
    .filter((variable) => names.has(variable.name))
    .map((variable) => ({ ...variable, surface: "build-env" as const }));
  return { env: [...kept, ...own], replaced };
}

function runtimeOf(scope: ServiceScope, mounts: readonly Mount[], context: ReadContext): Runtime {
  const defaults = defaultRuntime("docker", scope.source);
  const runtimeNode = get(scope.service, "runtime");
  return {
    ...defaults,
    ...securityOptions(scope, defaults, context),
    privileged: privileged(scope, defaults),
    capAdd: capabilities(scope, "cap_add"),
    capDrop: capabilities(scope, "cap_drop"),
    namespaces: namespacesOf(scope, defaults.namespaces),
    readOnlyRoot: booleanFact(get(scope.service, "read_only"), defaults.readOnlyRoot),
    limits: limitsOf(scope, defaults.limits),
    mounts,
    devices: devicesOf(scope),
    sysctls: entriesOf(pairsOf(get(scope.service, "sysctls"))).flatMap(([name, { value }]) => {
      const text = asText(value);
      return text === undefined ? [] : [{ name, value: text, origin: originOf(value) }];
    }),
    ports: portsOf(scope),
    groups: settledItems(scope, "group_add", "group_add").map(({ node, text }) => ({
      text,
      origin: originOf(node),
    })),
    ...(runtimeNode === undefined || isNull(runtimeNode)
      ? {}
      : { ociRuntime: scalarFact(runtimeNode, (text) => ({ value: text }), "a runtime") }),
  };
}

function profilePlaces(scope: ServiceScope): Workload["places"] {
  const node = get(scope.service, "profiles");
  const names = itemsOf(node).flatMap((item) => asText(item) ?? []);
  if (node === undefined || names.length === 0) return [];
  const label = `only started with the profile ${names.slice(0, 3).join(" or ").slice(0, 80)}`;
  return [{ span: node.span, label }];
}
