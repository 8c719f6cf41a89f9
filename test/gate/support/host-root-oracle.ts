/**
 * What in a container's body would be the host, read from the text that goes to the engine. Written from dockerd's
 * documentation alone: it shares no code with the gate.
 */

interface Body {
  readonly [key: string]: unknown;
}

export interface OracleGrants {
  readonly binds: readonly string[];
  readonly capabilities: readonly string[];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const object = (value: unknown): Body =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : {};

/** Names of what was found; empty for a body that grants nothing of the host. */
export function hostRootIn(json: string, granted: OracleGrants): string[] {
  const body = object(JSON.parse(json));
  const host = object(body["HostConfig"]);
  const found: string[] = [];
  const wrong = (what: string, is: boolean): void => {
    if (is) found.push(what);
  };
  wrong("privileged", host["Privileged"] === true);
  for (const bind of list(host["Binds"])) {
    const [source = ""] = text(bind).split(":");
    wrong(`bind ${source}`, source.startsWith("/") && !granted.binds.includes(source));
    wrong("shared bind", /:(?:.*,)?r?shared(?:,|$)/.test(text(bind)));
  }
  for (const each of list(host["Mounts"])) {
    const mount = object(each);
    const type = text(mount["Type"]);
    wrong(`mount of type ${type}`, !["bind", "volume", "tmpfs", "image"].includes(type));
    const source = text(mount["Source"]);
    wrong(`mount ${source}`, type === "bind" && !granted.binds.includes(source));
    wrong("shared mount", /shared/.test(text(object(mount["BindOptions"])["Propagation"])));
    const config = object(object(mount["VolumeOptions"])["DriverConfig"]);
    wrong("volume plugin", !["", "local"].includes(text(config["Name"])));
    const options = object(config["Options"]);
    const device = text(options["device"]);
    const isMemory = options["type"] === "tmpfs" && !device.startsWith("/");
    const isGranted = granted.binds.includes(device) && /\bbind\b/.test(text(options["o"]));
    wrong("volume options", Object.keys(options).length > 0 && !isMemory && !isGranted);
  }
  for (const name of list(host["CapAdd"])) {
    const plain = text(name).toUpperCase().replace(/^CAP_/, "");
    wrong(`capability ${plain}`, !granted.capabilities.includes(plain));
  }
  wrong("capabilities not dropped", !list(host["CapDrop"]).includes("ALL"));
  for (const mode of [
    "PidMode",
    "IpcMode",
    "UTSMode",
    "UsernsMode",
    "CgroupnsMode",
    "NetworkMode",
  ]) {
    wrong(mode, /^host$|^ns:|^container:(?!a{64}$)/.test(text(host[mode])));
  }
  const endpoints = object(object(body["NetworkingConfig"])["EndpointsConfig"]);
  wrong("host network", Object.hasOwn(endpoints, "host"));
  for (const key of ["Devices", "DeviceCgroupRules", "DeviceRequests", "VolumesFrom"]) {
    wrong(key, list(host[key]).length > 0);
  }
  for (const key of ["CgroupParent", "Runtime", "VolumeDriver"]) wrong(key, text(host[key]) !== "");
  wrong("annotations", Object.keys(object(host["Annotations"])).length > 0);
  for (const key of ["MaskedPaths", "ReadonlyPaths"]) wrong(key, Array.isArray(host[key]));
  const options = list(host["SecurityOpt"]).map(text);
  wrong(
    "security options",
    options.some((option) =>
      /unconfined|^(?:label|disable|writable)|^apparmor(?!=docker-default$)|^seccomp(?!=builtin$)|[=:](?:0|f)/i.test(
        option,
      ),
    ),
  );
  wrong(
    "no-new-privileges",
    !options.some((option) => /^no-new-privileges(?:[=:](?:1|t)|$)/i.test(option)),
  );
  wrong("root", /^[+-]?0*(?::|$)|^root(?::|$)/.test(text(body["User"])));
  const log = object(host["LogConfig"]);
  wrong("log driver", !["", "json-file", "local"].includes(text(log["Type"])));
  for (const name of Object.keys(object(host["Sysctls"]))) {
    wrong(`sysctl ${name}`, !name.startsWith("net.ipv4."));
  }
  return found;
}
