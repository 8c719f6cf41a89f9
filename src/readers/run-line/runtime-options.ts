/** What the flags of `run`, `create` and `service create` decide about the running container. */

import type { Fact } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Device } from "../../model/devices.ts";
import type { Mount } from "../../model/mounts.ts";
import type { CapabilityRequest, Limits, Runtime, Sysctl } from "../../model/runtime.ts";
import type { EngineName } from "../../model/workload.ts";
import { parseDecimal, parseMemoryLimit } from "../docker-syntax/amounts.ts";
import type { ReadContext } from "../contract.ts";
import { defaultRuntime } from "../default-runtime.ts";
import { pairOf, split } from "./argument.ts";
import { mountsOf } from "./mount-options.ts";
import { namespaceFacts } from "./namespace-options.ts";
import type { Report } from "./option-facts.ts";
import {
  all,
  booleanFact,
  factOf,
  last,
  originOf,
  reportMalformed,
  reportUnknown,
  why,
} from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";
import { portsOf } from "./port-options.ts";
import { securityFacts } from "./security-options.ts";

/** `span` is where a missing flag would be written. */
export function runtimeOf(
  options: readonly Option[],
  engine: "docker" | "podman",
  span: Span,
  context: ReadContext,
  bases: readonly string[],
  report: Report,
): Runtime {
  const defaults = defaultRuntime(engine, span);
  const boolean = (name: string, otherwise: Fact<boolean>): Fact<boolean> => {
    const option = last(options, name);
    return option === undefined ? otherwise : booleanFact(option);
  };
  const runtime = last(options, "runtime");
  const mountNames = ["volume", "mount", "tmpfs", "volumes-from", "secret", "config"];
  return {
    ...defaults,
    ...securityFacts(all(options, "security-opt"), engine, defaults, context, bases, report),
    privileged: boolean("privileged", defaults.privileged),
    readOnlyRoot: boolean("read-only", defaults.readOnlyRoot),
    capAdd: capabilities(all(options, "cap-add"), engine, report),
    capDrop: capabilities(all(options, "cap-drop"), engine, report),
    namespaces: namespaceFacts(options, engine, defaults.namespaces),
    limits: limitsOf(options, withoutCgroups(options, defaults.limits), report),
    mounts: [
      ...all(options, ...mountNames).flatMap((option) => mountsOf(option, report)),
      ...apiSocket(options, report),
    ],
    devices: all(options, "device", "device-cgroup-rule", "gpus").flatMap((option) =>
      devicesOf(option, report),
    ),
    sysctls: all(options, "sysctl").flatMap((option) => sysctlsOf(option, report)),
    ports: [
      ...all(options, "publish").flatMap((option) => portsOf(option, report)),
      ...all(options, "publish-all")
        .slice(-1)
        .filter((option) => isOn(booleanFact(option)))
        .flatMap((option) =>
          portsOf({ name: "publish-all", written: "-P", span: option.span }, report),
        ),
    ],
    groups: all(options, "group-add", "group").flatMap((option) => groupsOf(option, report)),
    ...(runtime === undefined ? {} : { ociRuntime: factOf(runtime, (text) => text) }),
  };
}

function isOn(fact: Fact<boolean>): boolean {
  return !fact.known || fact.value;
}

function apiSocket(options: readonly Option[], report: Report): readonly Mount[] {
  const option = last(options, "use-api-socket");
  return option === undefined || !isOn(booleanFact(option)) ? [] : mountsOf(option, report);
}

/** Podman takes several with commas between them; Docker knows no capability of such a name and refuses it. */
function capabilities(
  options: readonly Option[],
  engine: EngineName,
  report: Report,
): readonly CapabilityRequest[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return [];
    const items = engine === "podman" ? split(option.value, ",") : [option.value];
    return items.flatMap((item) => {
      if (item.dynamic) {
        reportUnknown(report, option, `capability of ${option.written}`);
        return [];
      }
      const { text } = item;
      return [{ text, name: text.toUpperCase().replace(/^CAP_/, ""), origin: originOf(option) }];
    });
  });
}

/** Podman's `--cgroups=disabled`: its own limit of processes goes too. */
function withoutCgroups(options: readonly Option[], defaults: Limits): Limits {
  const option = last(options, "cgroups");
  if (option?.value?.text !== "disabled") return defaults;
  return { ...defaults, pids: known(undefined, originOf(option)) };
}

function limitsOf(options: readonly Option[], defaults: Limits, report: Report): Limits {
  const amount = (
    otherwise: Fact<number | undefined>,
    read: (text: string) => number | undefined,
    ...names: string[]
  ): Fact<number | undefined> => {
    const option = last(options, ...names);
    if (option === undefined) return otherwise;
    const fact = factOf(option, (text) => text);
    if (!fact.known) return fact;
    const value = read(fact.value);
    if (value !== undefined) return known(value > 0 ? value : undefined, fact.origin);
    reportMalformed(report, option, `value of ${option.written}`, "it is no amount");
    return unknownFact("it is no amount", `correct ${option.written}`, fact.origin);
  };
  return {
    memory: amount(defaults.memory, parseMemoryLimit, "memory", "limit-memory"),
    cpus: last(options, "cpus", "limit-cpu")
      ? amount(defaults.cpus, parseDecimal, "cpus", "limit-cpu")
      : quota(options, defaults.cpus),
    pids: amount(defaults.pids, parseDecimal, "pids-limit", "limit-pids"),
  };
}

/** The kernel's default period in microseconds. */
const DEFAULT_PERIOD = 100_000;

/** `--cpu-quota` of `--cpu-period`. */
function quota(
  options: readonly Option[],
  otherwise: Fact<number | undefined>,
): Fact<number | undefined> {
  const option = last(options, "cpu-quota");
  if (option === undefined) return otherwise;
  const period = last(options, "cpu-period")?.value;
  if (period?.dynamic === true)
    return unknownFact(why(period), "write the period out", originOf(option));
  const perPeriod = parseDecimal(period?.text ?? "") ?? DEFAULT_PERIOD;
  return factOf(option, (text) => {
    const amount = parseDecimal(text) ?? 0;
    return amount > 0 && perPeriod > 0 ? amount / perPeriod : undefined;
  });
}

function groupsOf(option: Option, report: Report): Runtime["groups"] {
  if (option.value === undefined) return [];
  if (option.value.dynamic) reportUnknown(report, option, "supplementary group");
  return [{ text: option.value.text, origin: originOf(option) }];
}

/** `/dev/x[:TARGET[:PERMISSIONS]]`, a CDI name, a cgroup rule, or GPUs. */
function devicesOf(option: Option, report: Report): readonly Device[] {
  const { value } = option;
  if (value === undefined) return [];
  const origin = originOf(option);
  if (option.name === "gpus") {
    const text = value.dynamic ? "gpus" : value.text;
    return text === "0" || text === "" ? [] : [{ path: "gpus", form: "gpu", origin }];
  }
  if (option.name === "device-cgroup-rule") {
    if (value.dynamic) {
      reportUnknown(report, option, "device cgroup rule");
      return [];
    }
    return [{ path: value.text, form: "cgroup-rule", origin }];
  }
  const [path, target, permissions] = split(value, ":");
  if (path === undefined || path.pieces[0]?.unknown !== undefined) {
    reportUnknown(report, option, "device");
    return [];
  }
  if (!path.text.startsWith("/") && path.text.includes("=")) {
    return [{ path: value.text, form: "cdi", origin }];
  }
  const onlyPermissions = target !== undefined && /^[rwm]{1,3}$/.test(target.text);
  const rights = onlyPermissions ? target.text : permissions?.text;
  return [
    {
      path: path.text,
      ...(target === undefined || onlyPermissions ? {} : { target: target.text }),
      ...(rights === undefined ? {} : { permissions: rights }),
      form: "device",
      origin,
    },
  ];
}

function sysctlsOf(option: Option, report: Report): readonly Sysctl[] {
  if (option.value === undefined) return [];
  const { name, value } = pairOf(option.value);
  if (name.dynamic) {
    reportUnknown(report, option, "sysctl");
    return [];
  }
  return [{ name: name.text.trim(), value: value?.text ?? "", origin: originOf(option) }];
}
