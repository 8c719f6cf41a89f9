import { expect, test } from "vitest";
import type { SourceFile } from "../../model/source.ts";
import { lineText } from "../../model/source.ts";
import { finding, report, spanOf } from "../testing.ts";
import { detectValues } from "./detect.ts";
import { replaceRanges } from "./line.ts";
import { createMasker } from "./masker.ts";
import type { Report } from "../contract.ts";

function masked(file: SourceFile, from: Report = report({})): string {
  const masker = createMasker(from, detectValues);
  return file.text
    .split("\n")
    .map((_, index) => replaceRanges(lineText(file, index + 1), masker.rangesIn(file, index + 1)))
    .join("\n");
}

test("hides the value of a Kubernetes variable, whichever of its lines comes first", () => {
  const text = [
    "env:",
    "  - name: MODE",
    "    value: fast",
    "  - name: DB_PASSWORD",
    "    value: hunter2",
    "  - value: correct-horse",
    "    name: API_TOKEN",
    "  - value: slow",
    "    name: PACE",
  ].join("\n");
  const shown = masked({ path: "pod.yaml", text });
  expect(shown).not.toMatch(/hunter2|correct-horse/);
  expect(shown).toContain("value: fast");
  expect(shown).toContain("value: slow");
});

test("hides a block scalar line by line", () => {
  const text = "stringData:\n  password: |\n    hunter2\n\n    second\n  note: |\n    open\n";
  expect(masked({ path: "secret.yaml", text })).toBe(
    "stringData:\n  password: |\n    ••••\n\n    ••••\n  note: |\n    open\n",
  );
});

test("hides a value whose flag or key ends the line above", () => {
  const text = [
    "args:",
    "  - --password",
    "  - hunter2",
    "  - --verbose",
    '["--token",',
    '  "hunter2"]',
    "RUN tool --api-key \\",
    "    hunter2 --fast",
    '"password":',
    '    "hunter2"',
    "credentials:",
    "  user: app",
    "tokens:",
    "  - name: one",
    "  - --token",
    "  - --other",
  ].join("\n");
  const shown = masked({ path: "pod.yaml", text });
  expect(shown).not.toContain("hunter2");
  for (const open of ["--verbose", "user: app", "name: one", "--other"])
    expect(shown).toContain(open);
});

test("hides every line of a private key", () => {
  const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
  const text = `cat <<EOF\n-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\nEOF\n`;
  expect(masked({ path: "Dockerfile", text })).not.toContain(body);
});

test("hides what a finding of a secret rule points at, though the name says nothing", () => {
  const file: SourceFile = {
    path: "Dockerfile",
    text: "ENV BANNER=zaq1xsw2cde3\nENV OTHER=open\n",
  };
  const span = spanOf(file, "BANNER=zaq1xsw2cde3");
  const shown = masked(file, report({ findings: [finding("secret-in-env", span)] }));
  expect(shown).toBe("ENV BANNER=••••\nENV OTHER=open\n");
});

test("hides the value when the finding points at the name alone", () => {
  const file: SourceFile = { path: "Dockerfile", text: "ENV BANNER=zaq1xsw2cde3\n" };
  const span = spanOf(file, "BANNER");
  const shown = masked(
    file,
    report({ findings: [finding("secret-in-env", span, { subject: "BANNER" })] }),
  );
  expect(shown).toBe("ENV BANNER=••••\n");
});

test("hides a command whose secret has no form that is known, but its first word", () => {
  const file: SourceFile = { path: "Dockerfile", text: "RUN unlock zaq1xsw2cde3 now\n" };
  const span = spanOf(file, "unlock zaq1xsw2cde3 now");
  const shown = masked(file, report({ findings: [finding("secret-in-command", span)] }));
  expect(shown).toBe("RUN unlock ••••\n");
});

test("shows the file that a finding names", () => {
  const file: SourceFile = { path: "Dockerfile", text: "COPY id_rsa /root/.ssh/\n" };
  const span = spanOf(file, "id_rsa");
  const shown = masked(file, report({ findings: [finding("secret-file-copied", span)] }));
  expect(shown).toBe(file.text);
});

test.each([
  ["a backslash", "RUN sshpass \\\n    -p hunter2 \\\n    ssh host"],
  ["a list in YAML", "command:\n  - sshpass\n  - -p\n  - hunter2\n  - ssh"],
  ["a list beside another", 'command: ["mysql"]\nargs:\n  - -uroot\n  - -phunter2'],
  ["a list in JSON", '"command": [\n  "sshpass",\n  "-p",\n  "hunter2"\n]'],
  ["a folded scalar", "run: >-\n  sshpass\n  -p hunter2\n  ssh host"],
  ["a here document", "cat > /root/.netrc <<EOF\nmachine h\nhunter2\nEOF"],
  ["a file in a Dockerfile", "COPY <<EOF /root/.npmrc\nhunter2\nEOF"],
])("hides what a command above tells in %s", (_, text) => {
  const shown = masked({ path: "x", text });
  expect(shown).not.toContain("hunter2");
  expect(shown.split("\n")[0]).toBe(text.split("\n")[0]);
});

test("shows the names of variables that go into a file of credentials", () => {
  const text = "COPY <<EOF /app/.env\nDB_HOST=hunter2\nABCD==\nEOF\n";
  expect(masked({ path: "Dockerfile", text })).toBe(
    "COPY <<EOF /app/.env\nDB_HOST=••••\n••••\nEOF\n",
  );
});

test("hides all data of a Secret, and of nothing else", () => {
  const text = [
    "kind: ConfigMap",
    "data:",
    "  mode: fast",
    "---",
    "kind: Secret",
    "metadata:",
    "  name: db",
    "stringData:",
    "  plain: hunter2",
    "  block: |",
    "    hunter2",
    "data: {a: hunter2}",
    "---",
    "kind: ExternalSecret",
    "data:",
    "  remote: open",
  ].join("\n");
  const shown = masked({ path: "a.yaml", text });
  expect(shown).not.toContain("hunter2");
  for (const open of ["mode: fast", "name: db", "plain: ", "remote: open"])
    expect(shown).toContain(open);
});

test("hides the short last line of a private key, however many secrets stand before", () => {
  const many = Array.from({ length: 1200 }, (_, index) => `a: https://me:Zx${index}kQ0@h.example`);
  const text = [...many, "-----BEGIN PRIVATE KEY-----", "kQ0vA==", "-----END PRIVATE KEY-----"];
  expect(masked({ path: "x", text: text.join("\n") })).not.toContain("kQ0vA");
});

test.each([
  "RUN apt-get install -y \\\n    curl \\\n    -o Dpkg::Use-Pty=0 \\\n    zip",
  "docker run \\\n  -p 8080:80 \\\n  -v /a:/b \\\n  nginx",
  "cat > /etc/motd <<EOF\nhello\nEOF",
  'command:\n  - serve\n  - -p\n  - "8080"',
  "RUN <<EOF\napt-get update\nEOF",
])("shows the commands of %j", (text) => {
  expect(masked({ path: "x", text })).toBe(text);
});
