import fc from "fast-check";
import { expect, test } from "vitest";
import { known, setAt, unknownFact } from "../../model/fact.ts";
import type { Workload } from "../../model/workload.ts";
import { parseUser } from "../../model/user.ts";
import { displayWidth } from "../display-width.ts";
import { composeFile, dockerFile, shopReport, spanOf, workload } from "../testing.ts";
import { createPaint } from "../terminal/paint.ts";
import { postureLines } from "./table.ts";

const paint = createPaint(false);
const table = (of: Workload, width: number): string => postureLines(of, width, paint).join("\n");
const [, api, worker] = shopReport().workloads;
const at = spanOf(composeFile, "worker:");
const origin = setAt(spanOf(composeFile, "mem_limit: 512m"));

test("a service at 80 columns", () => {
  expect(api && table(api, 80)).toMatchInlineSnapshot(`
    "╭─ service api (node:22) ───────────────────────────── compose.yaml:6, Docker ─╮
    │ namespaces     own network, pid, ipc, uts, cgroup;    Docker's default       │
    │                the host's user                                               │
    │ cgroups      + memory 512 MiB                         line 13                │
    │                CPU unlimited; processes unlimited     Docker's default       │
    │ user           root (uid 0)                           image node             │
    │ capabilities ! permitted, effective, bounding 15:     line 12, Docker's      │
    │                SYS_ADMIN and Docker's 14              default                │
    │ no-new-privs   off: set-user-id programs work         Docker's default       │
    │ seccomp        default profile: 331 of 385 system     Docker's default       │
    │                calls, 2 partly (x86_64)                                      │
    │ LSM            default of AppArmor or SELinux, as     Docker's default       │
    │                the host has it                                               │
    │ mounts         root file system writable; /proc and   Docker's default       │
    │                /sys masked                                                   │
    │ devices        none of the host's                                            │
    │ secrets      ! DB_PASSWORD written in the source      line 10                │
    ╰──────────────────────────────────────────────────────────────────────────────╯"
  `);
});

test("a service at 120 columns", () => {
  expect(api && table(api, 120)).toMatchInlineSnapshot(`
    "╭─ service api (node:22) ───────────────────────────────────────────────────────────────────── compose.yaml:6, Docker ─╮
    │ namespaces    what it can see            own network, pid, ipc, uts, cgroup; the host's    Docker's default          │
    │                                          user                                                                        │
    │ cgroups       how much it can use      + memory 512 MiB                                    line 13                   │
    │                                          CPU unlimited; processes unlimited                Docker's default          │
    │ user          who it is                  root (uid 0)                                      image node                │
    │ capabilities  which of root's powers   ! permitted, effective, bounding 15: SYS_ADMIN and  line 12, Docker's default │
    │                                          Docker's 14                                                                 │
    │ no-new-privs  whether it can gain more   off: set-user-id programs work                    Docker's default          │
    │ seccomp       which system calls         default profile: 331 of 385 system calls, 2       Docker's default          │
    │                                          partly (x86_64)                                                             │
    │ LSM           AppArmor, SELinux          default of AppArmor or SELinux, as the host has   Docker's default          │
    │                                          it                                                                          │
    │ mounts        what of the host it has    root file system writable; /proc and /sys masked  Docker's default          │
    │ devices       which hardware             none of the host's                                                          │
    │ secrets       by name only             ! DB_PASSWORD written in the source                 line 10                   │
    ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯"
  `);
});

test("an unknown user is unknown, and so is what hangs on it", () => {
  expect(worker && table(worker, 80)).toMatchInlineSnapshot(`
    "╭─ service worker (example/worker:2) ──────────────── compose.yaml:14, Docker ─╮
    │ namespaces     own network, pid, ipc, uts, cgroup; the  Docker's default     │
    │                host's user                                                   │
    │ cgroups        memory unlimited; CPU unlimited;         Docker's default     │
    │                processes unlimited                                           │
    │ user         ? unknown: nothing sets a user and the     image example/worker │
    │                image example/worker:2 is not at hand                         │
    │ capabilities   bounding Docker's 14                     Docker's default     │
    │              ? permitted, effective unknown: as root    image example/worker │
    │                Docker's 14, else none                                        │
    │ no-new-privs   off: set-user-id programs work           Docker's default     │
    │ seccomp        default profile: 306 of 385 system       Docker's default     │
    │                calls, 3 partly (x86_64)                                      │
    │ LSM            default of AppArmor or SELinux, as the   Docker's default     │
    │                host has it                                                   │
    │ mounts         root file system writable; /proc and     Docker's default     │
    │                /sys masked                                                   │
    │ devices        none of the host's                                            │
    │ secrets        none seen                                                     │
    ╰──────────────────────────────────────────────────────────────────────────────╯"
  `);
});

test("a privileged container holds everything", () => {
  const privileged = workload("worker", at, "node:22", at, () => ({
    privileged: known(true, origin),
  }));
  expect(table(privileged, 100)).toMatchInlineSnapshot(`
    "╭─ service worker (node:22) ───────────────────────────────────────────── compose.yaml:14, Docker ─╮
    │ namespaces     own network, pid, ipc, uts, cgroup; the host's user              Docker's default │
    │ cgroups        memory unlimited; CPU unlimited; processes unlimited             Docker's default │
    │ user           root (uid 0)                                                     image node       │
    │ capabilities ! permitted, effective, bounding all 41                            line 13          │
    │ no-new-privs   off: set-user-id programs work                                   Docker's default │
    │ seccomp      ! off: every system call (privileged)                              line 13          │
    │ LSM          ! AppArmor off (privileged); SELinux label off (privileged)        line 13          │
    │ mounts         root file system writable                                        Docker's default │
    │              ! /proc and /sys not masked (privileged)                           line 13          │
    │ devices      ! all devices of the host (privileged)                             line 13          │
    │ secrets        none seen                                                                         │
    ╰──────────────────────────────────────────────────────────────────────────────────────────────────╯"
  `);
});

test("a hardened container is marked as such", () => {
  const hardened = workload("worker", at, "node:22", at, (runtime) => ({
    capDrop: [{ text: "ALL", name: "ALL", origin }],
    noNewPrivileges: known(true, origin),
    readOnlyRoot: known(true, origin),
    limits: { memory: known(1 << 29, origin), cpus: known(1.5, origin), pids: known(200, origin) },
    namespaces: { ...runtime.namespaces, network: known({ mode: "none" }, origin) },
  }));
  expect(table({ ...hardened, user: known(parseUser("1000:1000"), origin) }, 100))
    .toMatchInlineSnapshot(`
      "╭─ service worker (node:22) ───────────────────────────────────────────── compose.yaml:14, Docker ─╮
      │ namespaces   + no network                                                       line 13          │
      │                own pid, ipc, uts, cgroup; the host's user                       Docker's default │
      │ cgroups      + memory 512 MiB; CPU 1.5; processes 200                           line 13          │
      │ user         + uid 1000, gid 1000                                               line 13          │
      │ capabilities + permitted, effective, bounding none                              line 13          │
      │ no-new-privs + on: set-user-id programs gain nothing                            line 13          │
      │ seccomp        default profile: 305 of 385 system calls, 3 partly (x86_64)      Docker's default │
      │ LSM            default of AppArmor or SELinux, as the host has it               Docker's default │
      │ mounts       + root file system read-only                                       line 13          │
      │                /proc and /sys masked                                            Docker's default │
      │ devices        none of the host's                                                                │
      │ secrets        none seen                                                                         │
      ╰──────────────────────────────────────────────────────────────────────────────────────────────────╯"
    `);
});

test("a Dockerfile alone leaves the rest to whoever runs it", () => {
  const stage = workload(
    "final",
    spanOf(dockerFile, "FROM node:22"),
    "node:22",
    spanOf(dockerFile, "node:22"),
  );
  const { runtime: _, ...image } = stage;
  expect(table({ ...image, kind: "dockerfile-stage", name: "stage final" }, 80))
    .toMatchInlineSnapshot(`
    "╭─ stage final (node:22) ─────────────────────────────────────── Dockerfile:1 ─╮
    │ namespaces     decided when it is run                                        │
    │ cgroups        decided when it is run                                        │
    │ user           root (uid 0)                                     image node   │
    │ capabilities   decided when it is run                                        │
    │ no-new-privs   decided when it is run                                        │
    │ seccomp        decided when it is run                                        │
    │ LSM            decided when it is run                                        │
    │ mounts         decided when it is run                                        │
    │ devices        decided when it is run                                        │
    │ secrets        none seen                                                     │
    ╰──────────────────────────────────────────────────────────────────────────────╯"
  `);
});

test("Windows is not passed off as Linux", () => {
  const windows = workload("worker", at, "node:22", at);
  const shown = table({ ...windows, platform: "windows" }, 80);
  expect(shown.match(/Windows containers are not assessed/g)?.length).toBeGreaterThanOrEqual(8);
  expect(shown).not.toContain("Docker's default");
});

test("unknown layers are never shown as default", () => {
  const unknown = unknownFact("`${X}` has no value", "set X", origin);
  const odd = workload("worker", at, "node:22", at, (runtime) => ({
    privileged: unknown,
    noNewPrivileges: unknown,
    namespaces: { ...runtime.namespaces, pid: unknown, network: unknown },
    limits: { memory: unknown, cpus: unknown, pids: unknown },
  }));
  const layers = table(odd, 100).split(/\n(?=│ [a-zA-Z])/);
  const names = [
    "namespaces",
    "cgroups",
    "capabilities",
    "no-new-privs",
    "seccomp",
    "LSM",
    "mounts",
    "devices",
  ];
  const unsure = names.filter((name) =>
    layers.some((rows) => rows.startsWith(`│ ${name}`) && / \? .*unknown/.test(rows)),
  );
  expect(unsure).toEqual(names);
});

test("every line has the same width, whatever stands in it", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 60, max: 120 }), (name, path, width) => {
      const odd = workload("worker", at, "node:22", at, () => ({
        mounts: [{ type: "bind", source: path, hostPath: path, readOnly: false, origin }],
        devices: [{ path, form: "device", origin: { kind: "inherited", from: name } }],
      }));
      const widths = postureLines({ ...odd, name }, width, paint).map(displayWidth);
      expect(new Set(widths)).toEqual(new Set([width]));
    }),
  );
});
