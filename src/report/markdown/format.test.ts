import fc from "fast-check";
import { expect, test } from "vitest";
import { checkWorkloads } from "../../rules/check-workload.ts";
import { imageOf, sightingIn } from "../../rules/image-contents-testing.ts";
import { rules } from "../../rules/registry.ts";
import { finding, plainOptions, report, shopReport, spanOf } from "../testing.ts";
import type { Report } from "../contract.ts";
import { codeHtml, escapeMarkdown } from "./escape.ts";
import { markdownFormat } from "./format.ts";

test("a summary for people", () => {
  expect(markdownFormat(shopReport(), { ...plainOptions, showSuppressed: true }))
    .toMatchInlineSnapshot(`
      "### Plimsoll: 6 findings

      3 workloads in 2 files read.

      | critical | high | medium | low | info | unknown | suppressed | fixable |
      |---:|---:|---:|---:|---:|---:|---:|---:|
      | 2 | 2 | 2 | 0 | 0 | 2 | 1 | 1 |

      | severity | rule | place | finding |
      |---|---|---|---|
      | 🟣 critical | <code>engine-socket</code> | <code>compose.yaml:5:9</code> | the engine&#39;s socket is mounted<details><summary>more</summary>Whoever reaches this socket is root on the host: it takes one request to start a privileged container. Read\\-only does not help, since a socket is written to by connecting.<br><b>Fix:</b> Put a filtering proxy before the socket and mount the proxy&#39;s instead, or drop the mount.<br><code>compose.yaml:2:3</code> service proxy</details> |
      | 🟣 critical | <code>dangerous-capability</code> | <code>compose.yaml:12:15</code> | SYS\\_ADMIN is added<details><summary>more</summary>With SYS\\_ADMIN an attacker can mount the host&#39;s disks.<br><b>Fix:</b> Remove SYS\\_ADMIN from \\\`cap\\_add\\\`.<br><code>compose.yaml:6:3</code> service api</details> |
      | 🔴 high | <code>runs-as-root</code> | <code>compose.yaml:6:3</code> | runs as root<details><summary>more</summary>The image node:22 sets no user.<br><b>Fix:</b> Write \\\`USER node\\\` at the end of the Dockerfile.<br><code>Dockerfile:1:1</code> the base image&#39;s user is root</details> |
      | 🔴 high | <code>secret-in-env</code> | <code>compose.yaml:10:7</code> | DB\\_PASSWORD holds a password in clear<details><summary>more</summary>Everyone who can read the file, or inspect the container, can read it.<br><b>Fix:</b> Move it to a secret:<pre>secrets:<br>  - db&#95;password</pre><br><code>compose.yaml:6:3</code> service api</details> |
      | 🟠 medium | <code>no-resource-limits</code> | <code>compose.yaml:6:3</code> and 1 more | no limit on processes<details><summary>more</summary><b>Fix:</b> Set \\\`pids\\_limit: 200\\\`.<br><b>Also at:</b> <code>compose.yaml:14:3</code></details> |
      | ~~low~~ | <code>writable-root-filesystem</code> | <code>compose.yaml:14:3</code> | the root file system can be written<details><summary>more</summary><b>Fix:</b> Set \\\`read\\_only: true\\\`.<br><b>Suppressed:</b> writes a cache</details> |

      #### Not known, so not safe: 2

      | what | place | why | what settles it |
      |---|---|---|---|
      | user of service worker | <code>compose.yaml:15:12</code> | nothing sets a user and the image example/worker:2 is not at hand | set \\\`user:\\\` on the service, or check where the image can be read |
      | file | <code>chart/templates/web.yaml</code> | it is a Helm template that was not rendered | run \\\`helm template\\\` and check its output |

      #### Standards

      | standard | pod | place | fails |
      |---|---|---|---|
      | <code>pod-security:restricted@1.37</code> | Deployment web | <code>compose.yaml:6:3</code> | <code>capabilities&#95;restricted</code> unrestricted capabilities: container &quot;api&quot; must set capabilities.drop to ALL |
      "
    `);
});

test("input is neither markup nor a mention nor a link", () => {
  expect(
    escapeMarkdown("**a** <img src=x> [b](https://example.com) | @team #1 `x` www.example.com"),
  ).toMatchInlineSnapshot(
    `"\\*\\*a\\*\\* &lt;img src\\=x&gt; \\[b\\]\\(https:&#8203;//example.com\\) \\| @&#8203;team #&#8203;1 \\\`x\\\` www&#8203;.example.com"`,
  );
  expect(codeHtml("a|b`c<d>")).toBe("<code>a&#124;b&#96;c&lt;d&gt;</code>");
});

test("a cell stays a cell", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (field) => {
      const span = { file: { path: field, text: "a" }, start: 0, end: 1 };
      const findings = [
        finding(field, span, {
          message: field,
          detail: field,
          help: field,
          related: [{ span, label: field }],
        }),
      ];
      const shown = markdownFormat(
        report({ findings, unknowns: [{ path: field, what: field, why: field, settle: field }] }),
        plainOptions,
      );
      const tables = shown.split("\n").filter((line) => line.startsWith("|"));
      expect(tables).toHaveLength(3 + 3 + 3);
      for (const line of tables.slice(3))
        expect(line.replace(/\\./g, "").match(/\|/g)).toHaveLength(5);
      const tags = shown
        .match(/<[^>]*>/g)
        ?.filter((tag) => !/^<\/?(?:code|details|summary|pre|b|br)>$/.test(tag));
      expect(tags ?? []).toEqual([]);
    }),
  );
});

test("a comment's size is kept, and what is left out is counted", () => {
  const file = { path: "compose.yaml", text: "a\n" };
  const findings = Array.from({ length: 2000 }, (_, index) =>
    finding("some-rule", spanOf(file, "a"), {
      message: `message ${index}`,
      detail: "x".repeat(200),
    }),
  );
  const shown = markdownFormat(report({ findings }), plainOptions);
  expect(shown.length).toBeLessThan(65_536);
  const rows = shown.match(/some-rule/g)?.length ?? 0;
  expect(shown).toContain(`${2000 - rows} entries more did not fit`);
});

test("the posture stands in a fold", () => {
  const shown = markdownFormat(shopReport(), { ...plainOptions, posture: true });
  expect(shown).toContain("<details><summary>service api</summary>\n<pre>╭─ service api");
});

test("the configuration and the threshold that hold are named, the defaults are not", () => {
  const heading = (settings?: Report["settings"]): string =>
    markdownFormat(report(settings === undefined ? {} : { settings }), plainOptions)
      .split("\n")
      .slice(2, 3)
      .join();
  expect(heading()).toBe("0 workloads in 1 file read.");
  expect(heading({ failOn: "medium" })).toBe("0 workloads in 1 file read.");
  expect(heading({ config: "plimsoll.yaml", failOn: "low" })).toBe(
    "0 workloads in 1 file read. plimsoll.yaml applies; findings from low up fail the run \\(default: from medium up\\).",
  );
});

test("a finding in thousands of files of an image is one entry, which fits", () => {
  const secrets = Array.from({ length: 5000 }, (_, index) =>
    sightingIn(`/app/data/keys/of/customers/${String(index)}`),
  );
  const image = imageOf({ secrets });
  const text = markdownFormat(
    report({ workloads: [image], findings: checkWorkloads([image], rules) }),
    plainOptions,
  );
  expect(text).toContain("/app/data/keys/of/customers/0</code> and 4999 more");
  expect(text).toContain("and 4949 more");
  expect(text).not.toContain("did not fit");
  expect(text.length).toBeLessThan(60_000);
});
