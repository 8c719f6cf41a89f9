/** A container that a line starts: `run`, `create`, `service create`, and what is configured like them. */

import type { Fact } from "../../model/fact.ts";
import { known, unknownAt, unknownFact } from "../../model/fact.ts";
import { familiarRepository, isWindowsImage } from "../../model/image-reference.ts";
import type { Span } from "../../model/source.ts";
import type { Command } from "../../model/command.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { User } from "../../model/user.ts";
import type { Exec, Workload } from "../../model/workload.ts";
import { imageFacts } from "../image-facts.ts";
import type { Argument } from "./argument.ts";
import { display, unknownText } from "./argument.ts";
import type { Report } from "./option-facts.ts";
import { all, booleanFact, last, originOf } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";
import { runtimeOf } from "./runtime-options.ts";
import type { Scope } from "./workload-parts.ts";
import { commandLine, environmentOf, imageFact, userOption } from "./workload-parts.ts";

export interface RunRequest {
  /** For names: "docker run". */
  readonly what: string;
  readonly engine: "docker" | "podman";
  readonly span: Span;
  readonly options: readonly Option[];
  readonly image: Argument;
  /** Why the image is not sure to be the image. */
  readonly imageDoubt?: string;
  readonly command: readonly Argument[];
  /** Words that may be any flags. */
  readonly opaque: readonly Argument[];
}

/** A workload without its id, and the word that tells it from others of the file. */
export interface Draft {
  readonly workload: Omit<Workload, "id">;
  readonly key: string;
}

export function runWorkload(request: RunRequest, scope: Scope, report: Report): Draft {
  const { options, engine, span, opaque } = request;
  for (const words of opaque) {
    report.unknowns.push(
      unknownAt(
        words.span,
        "flags of the run line",
        `the value of ${unknownText(words)} is not known here, and it may hold any flag`,
        "write the flags out, or set the variable in this file",
      ),
    );
  }
  reportEnvHost(options, report);
  const image = imageOf(request, options);
  const inherited = imageFacts(image, request.image.span, scope.context);
  const flagUser = userOption(options);
  const user =
    flagUser ?? (engine === "podman" ? keepIdUser(options) : undefined) ?? inherited.user;
  const runtime = runtimeOf(options, engine, span, scope.context, scope.bases, report);
  const overridesEntrypoint = last(options, "entrypoint") !== undefined;
  const keepsDrop =
    flagUser === undefined && !overridesEntrypoint && inherited.privilegeDrop !== undefined;
  const label = image.known
    ? familiarRepository(image.value.repository)
    : request.imageDoubt === undefined
      ? display(request.image)
      : "an image";
  return {
    key: nameOf(options) ?? label,
    workload: {
      kind: "run-line",
      name: `${request.what} ${label}`,
      source: span,
      engine,
      platform: isWindows(options, image) ? "windows" : "linux",
      image,
      user,
      command: commandOf(options, request),
      ...(keepsDrop && inherited.privilegeDrop !== undefined
        ? { privilegeDrop: inherited.privilegeDrop }
        : {}),
      env: [...environmentOf(options, "environment", scope, report), ...secretVariables(options)],
      runtime,
      execs: healthCheck(options, user),
      unknowns: report.unknowns,
      places: [],
    },
  };
}

function nameOf(options: readonly Option[]): string | undefined {
  const value = last(options, "name")?.value;
  return value === undefined || value.dynamic ? undefined : value.text.slice(0, 80);
}

function isWindows(options: readonly Option[], image: Fact<ImageReference>): boolean {
  const platform = last(options, "platform")?.value?.text ?? last(options, "os")?.value?.text ?? "";
  const isolation = last(options, "isolation")?.value?.text ?? "";
  if (platform.startsWith("linux")) return false;
  if (platform.startsWith("windows") || /^(hyperv|process)$/i.test(isolation)) return true;
  return image.known && isWindowsImage(image.value);
}

function imageOf(request: RunRequest, options: readonly Option[]): Fact<ImageReference> {
  const { image, imageDoubt } = request;
  const rootfs = last(options, "rootfs");
  if (rootfs !== undefined) {
    return unknownFact(
      "--rootfs starts a directory of the host and no image",
      "run an image",
      originOf(rootfs),
    );
  }
  const fact = imageFact(image);
  return imageDoubt === undefined
    ? fact
    : unknownFact(imageDoubt, "correct the unknown flag", fact.origin);
}

/** Podman's `--userns=keep-id` runs as the calling user, who is not root. */
function keepIdUser(options: readonly Option[]): Fact<User> | undefined {
  const option = last(options, "userns");
  const text = option?.value?.text ?? "";
  if (option === undefined || option.value?.dynamic === true || !/^keep-id(:|$)/.test(text)) {
    return undefined;
  }
  const uid = /[:,]uid=(\d{1,10})/.exec(text)?.[1];
  const user: User =
    uid === undefined
      ? { text: "the calling user", name: "the calling user" }
      : { text: uid, uid: Number(uid) };
  return known(user, { ...originOf(option), derived: "--userns=keep-id runs as the calling user" });
}

function commandOf(options: readonly Option[], request: RunRequest): Fact<Command> {
  const option = last(options, "entrypoint");
  const words = option?.value?.text;
  const command = commandLine(request.command);
  const entrypoint =
    option === undefined || words === undefined || words === ""
      ? undefined
      : {
          words: [words],
          shell: false,
          span: option.value?.span ?? option.span,
          spans: [option.value?.span ?? option.span],
        };
  const span = entrypoint?.span ?? command?.span ?? request.image.span;
  return known(
    {
      ...(entrypoint === undefined ? {} : { entrypoint }),
      ...(command === undefined ? {} : { command }),
    },
    { kind: "set", span },
  );
}

/** Podman's `--secret name,type=env,target=VAR`. */
function secretVariables(options: readonly Option[]): Workload["env"] {
  return all(options, "secret").flatMap((option) => {
    const fields = (option.value?.text ?? "").split(",");
    if (!fields.includes("type=env")) return [];
    const name = fields[0] ?? "";
    const target = fields.find((field) => field.startsWith("target="))?.slice(7) ?? name;
    const reference = { kind: "secret", name: `secret ${name}` } as const;
    return [
      {
        name: target,
        from: "reference",
        reference,
        surface: "environment",
        origin: originOf(option),
      },
    ];
  });
}

function reportEnvHost(options: readonly Option[], report: Report): void {
  const option = last(options, "env-host");
  if (option === undefined) return;
  report.unknowns.push(
    unknownAt(
      option.span,
      "environment",
      "--env-host passes the caller's whole environment on",
      "name the variables that are needed with `-e NAME`",
    ),
  );
}

function healthCheck(options: readonly Option[], user: Fact<User>): readonly Exec[] {
  const option = last(options, "health-cmd");
  if (option?.value === undefined || option.value.text === "none") return [];
  const { span, text } = option.value;
  const origin = originOf(option);
  return [
    {
      what: "health check",
      // It runs as the container's user, which is judged by itself.
      user,
      privileged: booleanFactOfContainer(options, span),
      command: { words: [text], shell: true, span, spans: [span] },
      origin,
    },
  ];
}

/** A health check has what the container has; that is judged there. */
function booleanFactOfContainer(options: readonly Option[], span: Span): Fact<boolean> {
  const option = last(options, "privileged");
  const origin = { kind: "inherited", from: "the container", span } as const;
  if (option === undefined) return known(false, origin);
  return { ...booleanFact(option), origin };
}
