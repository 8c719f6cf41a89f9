import fc from "fast-check";
import { expect, test } from "vitest";
import type { SourceFile } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import { effectiveWords, prefixesOf } from "./effective-words.ts";
import { parseScript, parseShell } from "./parse.ts";
import { findPrivilegeDrop } from "./privilege-drop.ts";
import type { ParsedCommand } from "./syntax.ts";

function parse(text: string): readonly ParsedCommand[] {
  const file: SourceFile = { path: "script.sh", text };
  return parseShell(text, (start, end) => ({ file, start, end }));
}

/** Commands as one line each: the joiner, the words in brackets when dynamic. */
function lines(text: string): string[] {
  return parse(text).map((command) => {
    const words = command.words.map((word) => (word.dynamic ? `<${word.text}>` : word.text));
    const { joinedBy } = command;
    const joiner = joinedBy === undefined ? "" : `${joinedBy === "\n" ? "\\n" : joinedBy} `;
    return joiner + words.join("|");
  });
}

test.each<[string, string[]]>([
  ["a b c", ["a|b|c"]],
  ["a; b && c || d | e & f\ng", ["a", "; b", "&& c", "|| d", "| e", "& f", "\\n g"]],
  ["a &&\n  b", ["a", "&& b"]],
  ["a \\\n  --b \\\r\n  c", ["a|--b|c"]],
  ["a # b; c\nd#e", ["a", "\\n d#e"]],
  ["# only a comment", []],
  ["(a; b) && { c; }", ["a", "; b", "&& c"]],
  ["if a; then b; elif c; then d; else e; fi", ["a", "; b", "; c", "; d", "; e"]],
  ["while ! a; do b; done", ["a", "; b"]],
  ["for x in 1 2 $y; do a $x; done", ["", "; a|<$x>"]],
  ["for ((i=0;i<3;i++)); do a; done", ["a"]],
  ["case $x in a|b) c ;; (d) e;; *) f;; esac; g", ["c", "; e", "; f", "; g"]],
  ["case x in\n  a) b\n  ;;\nesac\nc", ["b", "\\n c"]],
  ["f() { a; }\nfunction g { b; }\nfunction h() { c; }", ["a", "; b", "; c"]],
  ["[[ $a == (x|y) && -f b ]] && c", ["[[|<$a>|==|(x|y)|&&|-f|b|]]", "&& c"]],
  ["((x > 1)) && a", ["a"]],
  ["time a", ["time|a"]],
  [`a 'b c' "d e" f\\ g`, ["a|b c|d e|f g"]],
  [String.raw`a $'b\nc\x41' "q\"r\z"`, ['a|b\ncA|q"r\\z']],
  [`a "$b" '$b' \\$b $b "x\${b:-y}z"`, ["a|<$b>|$b|$b|<$b>|<x${b:-y}z>"]],
  ["a '' \"\"", ["a||"]],
  ["echo $(b $(c)) `d`", ["c", "b|<$(c)>", "d", "echo|<$(b $(c))>|<`d`>"]],
  ['x "$(a "$(b)")"', ["b", "a|<$(b)>", 'x|<$(a "$(b)")>']],
  ["a $((1 + 2)) b", ["a|<$((1 + 2))>|b"]],
  ["a <(b) >(c)", ["b", "c", "a|<<(b)>|<>(c)>"]],
  ["sh -c 'a && b'; c", ["sh|-c|a && b", "a", "&& b", "; c"]],
  ['bash -euo pipefail -c "a; $b"', ["bash|-euo|pipefail|-c|<a; $b>", "a", "; <$b>"]],
  ["bash -ec 'a'", ["bash|-ec|a", "a"]],
  ["sudo sh -c 'a'", ["sudo|sh|-c|a", "a"]],
  ["eval a 'b c'", ["eval|a|b c", "a|b|c"]],
  ["ssh -p 22 host a b", ["ssh|-p|22|host|a|b", "a|b"]],
  ["sh script -c x", ["sh|script|-c|x"]],
  ["bash -s <<EOF\na\nb\nEOF\nc", ["bash|-s", "a", "\\n b", "\\n c"]],
  ["cat <<EOF\na\n$(b)\nEOF\nc", ["cat", "b", "\\n c"]],
  ["cat <<'EOF'\n$(a)\nEOF\nb", ["cat", "\\n b"]],
  ["cat <<-EOF\n\ta\n\tEOF\nb", ["cat", "\\n b"]],
  ["cat <<A <<B\na\nA\nb\nB\nc", ["cat", "\\n c"]],
  ["cat <<< 'x y' | b", ["cat", "| b"]],
  ['cat <<<x && \\\n  grep <<<"$y" z\nb', ["cat", "&& grep|z", "\\n b"]],
  ["docker run ${{ inputs.image }} x", ["docker|run|<${{ inputs.image }}>|x"]],
  ["docker run {{ image }} x", ["docker|run|<{{ image }}>|x"]],
  ["X=(a b); Y+=(c)", ["", "; "]],
])("finds the commands of %j", (text, expected) => {
  expect(lines(text)).toEqual(expected);
});

test("keeps assignments, also those of export and env", () => {
  const [first, second, third] = parse("A=1 B='x y' cmd; export C=2 D; env E=3 cmd");
  expect(first?.assignments.map(({ name, value }) => [name, value])).toEqual([
    ["A", "1"],
    ["B", "x y"],
  ]);
  expect(second?.assignments.map(({ name, value }) => [name, value])).toEqual([["C", "2"]]);
  expect(second?.words.map((word) => word.text)).toEqual(["export", "C=2", "D"]);
  expect(third?.assignments.map(({ name, value }) => [name, value])).toEqual([["E", "3"]]);
  const value = first?.assignments[1]?.valueSpan;
  expect(value === undefined ? "" : spanText(value)).toBe("'x y'");
});

test("keeps redirections with their descriptors", () => {
  const [command] = parse("cmd a 2>&1 >out <in 3<<X b\nbody\nX\n");
  expect(command?.words.map((word) => word.text)).toEqual(["cmd", "a", "b"]);
  expect(command?.redirects.map(({ operator, target }) => [operator, target])).toEqual([
    ["2>&", "1"],
    [">", "out"],
    ["<", "in"],
    ["3<<", "X"],
  ]);
  const body = command?.redirects[3]?.body;
  expect(body === undefined ? "" : spanText(body)).toBe("body\n");
});

test("names the prefixes of a command", () => {
  const [command] = parse("sudo -u root exec env -i X=y timeout -k 5 10 docker run");
  expect(command === undefined ? [] : prefixesOf(command)).toEqual([
    "sudo",
    "exec",
    "env",
    "timeout",
  ]);
});

test("maps commands of a quoted script to their places", () => {
  const commands = parse(String.raw`sh -c "echo \"a b\" && docker run 'x'"`);
  const docker = commands.find((command) => command.words[0]?.text === "docker");
  expect(docker === undefined ? "" : spanText(docker.span)).toBe("docker run 'x'");
  const echo = commands.find((command) => command.words[0]?.text === "echo");
  expect(echo?.words[1]?.text).toBe("a b");
  expect(echo?.words[1] === undefined ? "" : spanText(echo.words[1].span)).toBe(String.raw`"a b\"`);
});

test.each([
  ["sudo -E -u root docker run", "docker run"],
  ["sudo -uroot A=b docker", "docker"],
  ["exec env -i X=y timeout -k 5 10 nice -n 5 docker", "docker"],
  ["xargs -n1 -I{} docker run {}", "docker run {}"],
  ["command -v docker", ""],
  ["command docker ps", "docker ps"],
  ["time -p docker", "docker"],
  ["op run --env-file x -- docker run", "docker run"],
  ["op read x", "op read x"],
  ["sudo -l docker", ""],
  ["/usr/bin/sudo /usr/bin/docker", "/usr/bin/docker"],
])("sees through prefixes: %s", (text, expected) => {
  const [command] = parse(text);
  const words = command === undefined ? [] : effectiveWords(command);
  expect(words.map((word) => word.text).join(" ")).toBe(expected);
});

test.each([
  ["exec gosu postgres postgres", "gosu", "postgres"],
  ['if [ "$(id -u)" = 0 ]; then\n exec su-exec redis "$0" "$@"\nfi\nexec "$@"', "su-exec", "redis"],
  ['exec setpriv --reuid=redis --regid=redis --clear-groups "$0"', "setpriv", "redis"],
  ["exec setpriv --reuid 1000 sh", "setpriv", "1000"],
  ["exec tini -- gosu app:app server", "gosu", "app:app"],
  ['exec chroot --userspec=app:app / "$@"', "chroot", "app:app"],
  ["exec runuser -u app -- server", "runuser", "app"],
  ['exec su - app -c "server"', "su", "app"],
  ["exec su -s /bin/sh -c 'server' app", "su", "app"],
  ["chown app /data\ns6-setuidgid app server", "s6-setuidgid", "app"],
  ["exec chpst -u app:app server", "chpst", "app:app"],
  ["exec sudo -E -u app server", "sudo", "app"],
  ["exec doas -u app server", "doas", "app"],
  ['exec gosu "$PUID:$PGID" server', "gosu", undefined],
  ['set -- su-exec vault "$@"\nexec "$@"', "su-exec", "vault"],
  ["sh -c 'exec gosu app server'", "gosu", "app"],
])("finds the drop of privileges in %j", (text, tool, to) => {
  const found = findPrivilegeDrop(parse(text));
  expect(found?.tool).toBe(tool);
  expect(found?.to).toBe(to);
});

test.each([
  "gosu postgres initdb\nexec postgres",
  "exec gosu root server",
  "exec sudo server",
  "exec su -",
  "echo exec gosu app server; true",
  "# exec gosu app server\nexec server",
])("finds no drop of privileges in %j", (text) => {
  expect(findPrivilegeDrop(parse(text))).toBeUndefined();
});

function checkSpans(text: string): void {
  for (const command of parse(text)) {
    const spans = [
      command.span,
      ...command.words.map((word) => word.span),
      ...command.words.flatMap((word) => word.parts.map((part) => part.span)),
      ...command.assignments.flatMap((item) => [item.span, item.valueSpan]),
      ...command.redirects.map((item) => item.span),
    ];
    const outside = spans.filter(({ start, end }) => start < 0 || end < start || end > text.length);
    expect(outside).toEqual([]);
    const texts = command.words.map((word) => word.parts.map((part) => part.text).join(""));
    expect(command.words.map((word) => word.text)).toEqual(texts);
  }
}

test("takes any text and keeps spans inside it", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), checkSpans));
});

const pieces = [
  ..."\\ \n;|&(){}<>'\"`$#=!".split(""),
  ..."a sh -c eval case in esac for do done if fi <<E \nE\n $( $(( )) ${ ${x:- [[ ]] X=( {{ }} ${{ \r\n".split(
    " ",
  ),
];

test("takes any mixture of the shell's own signs", () => {
  const mixture = fc.array(fc.constantFrom(...pieces), { maxLength: 60 });
  fc.assert(
    fc.property(mixture, (parts) => {
      checkSpans(parts.join(""));
      expect(parse(parts.join("")).length).toBeLessThanOrEqual(parts.join("").length);
    }),
    { numRuns: 2000 },
  );
});

test("literal words survive quoting", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 6 }), (words) => {
      const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
      const parsed = parse(`cmd ${quoted.join(" ")}`);
      expect(parsed[0]?.words.slice(1).map((word) => word.text)).toEqual(words);
      expect(parsed[0]?.words.every((word) => !word.dynamic)).toBe(true);
    }),
  );
});

test.each([
  ["one long line", "docker run -e A=b ".repeat(58_000)],
  ["open substitutions", "$(".repeat(100_000)],
  ["open arithmetic", "$((".repeat(30_000)],
  ["open quotes", `"'`.repeat(200_000)],
  ["nested quotes", '"$('.repeat(100_000)],
  ["open braces", "${x:-".repeat(100_000)],
  ["workflow expressions", "${{".repeat(100_000)],
  ["backticks", "`".repeat(100_000)],
  ["escaped backticks", "`\\`".repeat(100_000)],
  ["heredocs", "cat <<A ".repeat(50_000)],
  ["heredoc lines", "cat <<A\n".repeat(50_000)],
  ["parentheses", "((".repeat(50_000)],
  ["cases", "case x in ".repeat(50_000)],
  ["shells", "sh -c ".repeat(80_000)],
  ["evals", "eval ".repeat(30_000)],
  ["backslashes", "\\".repeat(1_000_000)],
  ["separators", ";".repeat(1_000_000)],
  ["functions", "a() ".repeat(100_000)],
  ["arrays", "a=( ".repeat(100_000)],
  ["prefixes", "sudo ".repeat(100_000)],
  ["one word", "x".repeat(8_000_000)],
  ["one quoted word", `"${"x".repeat(8_000_000)}`],
  ["ansi quotes", `$'${"\\n".repeat(500_000)}`],
])("reads hostile text in linear time: %s", (_name, text) => {
  const started = performance.now();
  parse(text);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("says where it stopped in a script that is too large", () => {
  const text = "a ".repeat(500_000);
  const file: SourceFile = { path: "x", text };
  const script = parseScript(text, (start, end) => ({ file, start, end }));
  expect(script.stoppedAt?.start).toBeGreaterThan(100_000);
});

test.each([
  ["cat <<EOF | sh\na; b\nEOF\n", true],
  ["cat <<'EOF' | tee x | sudo bash -s -- y\na; b\nEOF\n", true],
  ["cat <<EOF | ssh host\na; b\nEOF\n", true],
  ["cat <<EOF | sh -c x\na; b\nEOF\n", false],
  ["cat <<EOF | grep x | sh\na; b\nEOF\n", false],
  ["cat <<EOF; sh\na; b\nEOF\n", false],
])("a heredoc behind a pipe is a script for a shell: %j", (text, isScript) => {
  expect(lines(text).includes("; b")).toBe(isScript);
});
