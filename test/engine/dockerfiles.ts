/** Dockerfiles that a real builder is given, to see whether what Plimsoll says of them is true. */

export interface DockerfileCase {
  readonly name: string;
  readonly text: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** The builder refuses it, and Plimsoll tells a problem or that it does not know. */
  readonly refused?: true;
  /** Plimsoll does not know the user, where this builder does; why. */
  readonly unknownUser?: string;
  /** BuildKit before 0.9 (engines before 23) does otherwise; what. */
  readonly since23?: string;
}

const FROM = "FROM busybox:test\n";

export const dockerfiles: readonly DockerfileCase[] = [
  { name: "nothing but a base", text: FROM },
  { name: "a user by name", text: `${FROM}USER app\n` },
  { name: "the last user counts", text: `${FROM}USER root\nUSER 1000:1000\n` },
  { name: "root at the end", text: `${FROM}USER app\nUSER root\n` },
  { name: "a quoted user", text: `${FROM}USER "app"\n` },
  { name: "a user in single quotes", text: `${FROM}USER '1000:0'\n` },
  { name: "lower-case instructions", text: 'from busybox:test\nuser app\ncmd ["sh"]\n' },
  { name: "a user from ARG", text: `${FROM}ARG WHO=app\nUSER $WHO\n` },
  { name: "a passed ARG", text: `${FROM}ARG WHO=app\nUSER \${WHO}\n`, args: { WHO: "1000" } },
  { name: "an ARG that nobody declares", text: `${FROM}USER app\n`, args: { WHO: "0" } },
  {
    name: "an ARG without a value",
    text: `${FROM}ARG WHO\nUSER $WHO\n`,
    unknownUser: "the base image or the caller may give it a value",
  },
  { name: "a default in braces", text: `${FROM}ARG WHO\nUSER \${WHO:-app}\n` },
  { name: "an alternative in braces", text: `${FROM}ENV X=1\nUSER \${X:+1000}\n` },
  { name: "ENV wins over ARG", text: `${FROM}ARG WHO=root\nENV WHO=app\nUSER $WHO\n` },
  {
    name: "ENV wins over a passed ARG",
    text: `${FROM}ARG WHO\nENV WHO=app\nUSER $WHO\n`,
    args: { WHO: "0" },
  },
  {
    name: "an ARG before FROM is not seen after it",
    text: `ARG WHO=app\n${FROM}USER \${WHO:-1001}\n`,
  },
  {
    name: "an ARG before FROM that is declared again",
    text: `ARG WHO=app\n${FROM}ARG WHO\nUSER $WHO\n`,
  },
  { name: "an ARG names the base", text: "ARG BASE=busybox\nFROM ${BASE}:test\nUSER 5\n" },
  {
    name: "stages inherit",
    text: `${FROM.trim()} AS base\nUSER app\nENV A=1\nFROM base AS next\nENV B=$A\nFROM next\n`,
  },
  {
    name: "an inner stage as the target",
    text: `${FROM.trim()} AS base\nUSER app\nFROM base AS final\nUSER root\n`,
    target: "base",
  },
  {
    name: "a target in another case",
    text: `${FROM.trim()} AS Base\nUSER app\nFROM scratch\nUSER root\n`,
    target: "BASE",
  },
  {
    name: "a stage named twice: the later one is meant",
    text: `${FROM.trim()} AS one\nUSER 1\n${FROM.trim()} AS one\nUSER 2\nFROM one\n`,
  },
  { name: "the target does not exist", text: `${FROM}USER app\n`, target: "gone", refused: true },
  {
    name: "scratch",
    text: `${FROM.trim()} AS a\nUSER app\nFROM scratch\nCOPY --from=a /bin/busybox /b\nENTRYPOINT ["/b"]\n`,
  },
  {
    name: "a continued line with a comment in it",
    text: `${FROM}ENV A=1 \\\n# a comment\n  B=2 \\\n\n  C=3\nUSER app\n`,
  },
  { name: "a backslash at the end of the file", text: `${FROM}USER app\\\n` },
  { name: "spaces after a backslash", text: `${FROM}USER \\  \n  app\n` },
  { name: "a tab before an instruction", text: `${FROM}\t USER\tapp\n` },
  {
    name: "a comment that looks like one behind a value",
    text: `${FROM}ENV A=1 # no\n`,
    refused: true,
  },
  { name: "a comment behind a user", text: `${FROM}USER app # not root\n` },
  { name: "Windows line ends", text: "FROM busybox:test\r\nUSER app\r\nENV A=1\r\n" },
  { name: "a byte order mark", text: `\uFEFF${FROM}USER app\n` },
  {
    name: "another escape character",
    text: `# escape=\`\n${FROM}ENV A=1 \`\n  B=c:\\x\nUSER app\n`,
  },
  {
    name: "an escape directive too late",
    text: `# hello\n# escape=\`\n${FROM}ENV A=\\$B\nUSER app\n`,
  },
  { name: "ENV in the old form", text: `${FROM}ENV A hello  world\nENV B "x y"\n` },
  { name: "ENV with quotes", text: `${FROM}ENV A="x y" B='$A' C=x\\ y D="\\"q\\""\n` },
  { name: "ENV of one line sees the line before", text: `${FROM}ENV A=1\nENV A=2 B=$A\n` },
  { name: "ENV unset parts", text: `${FROM}ENV A=\${GONE:-d} B=x\${GONE:+d}\n` },
  { name: "ENV with an escaped dollar", text: `${FROM}ENV A=\\$HOME B="\\$X"\n` },
  { name: "ENV without a value", text: `${FROM}ENV A\n`, refused: true },
  { name: "entrypoint as a shell line", text: `${FROM}ENTRYPOINT exec sleep 1\n` },
  { name: "entrypoint as words", text: `${FROM}ENTRYPOINT ["sleep", "1"]\nCMD ["2"]\n` },
  { name: "words with single quotes are a shell line", text: `${FROM}CMD ['sleep', '1']\n` },
  { name: "words with a comma too many are a shell line", text: `${FROM}CMD ["sleep", "1",]\n` },
  {
    name: "an entrypoint takes the command away",
    text: `${FROM.trim()} AS a\nCMD ["x"]\nFROM a\nENTRYPOINT ["y"]\n`,
  },
  { name: "a command before the entrypoint stays", text: `${FROM}CMD ["x"]\nENTRYPOINT ["y"]\n` },
  { name: "an empty entrypoint", text: `${FROM}ENTRYPOINT ["x"]\nENTRYPOINT []\n` },
  { name: "another shell", text: `${FROM}SHELL ["/bin/sh", "-ec"]\nCMD echo $HOME\n` },
  { name: "working directories add up", text: `${FROM}WORKDIR /a\nWORKDIR b\nWORKDIR ../c\n` },
  { name: "a working directory from ENV", text: `${FROM}ENV D=/srv\nWORKDIR $D/app\n` },
  { name: "ports", text: `${FROM}ARG P=8080\nEXPOSE 80 53/udp $P\n` },
  { name: "volumes", text: `${FROM}VOLUME /a /b\nVOLUME ["/c", "/d e"]\n` },
  { name: "an unknown instruction", text: `${FROM}USERS app\n`, refused: true },
  { name: "no base", text: "USER app\n", refused: true },
  { name: "an empty file", text: "# nothing\n", refused: true },
  { name: "two users in one line", text: `${FROM}USER app root\n` },
  { name: "USER with nothing", text: `${FROM}USER\n`, refused: true },
  { name: "a quote that is not closed", text: `${FROM}ENV A="x\n`, refused: true },
  { name: "a brace that is not closed", text: `${FROM}USER \${A\n`, refused: true },
  { name: "an unknown modifier", text: `${FROM}ARG A=x\nUSER \${A!y}\n`, refused: true },
  {
    name: "an error modifier",
    text: `${FROM}USER \${GONE:?set it}\n`,
    refused: true,
  },
  {
    name: "a pattern modifier",
    text: `${FROM}ARG A=xapp\nUSER \${A#x}\n`,
    since23: "it knows no patterns and refuses them",
  },
  {
    name: "a here-document",
    text: `${FROM}COPY <<EOF /etc/x\nUSER root\nEOF\nUSER app\n`,
    since23: "it takes the lines of a here-document for instructions",
  },
  {
    name: "labels and a health check do no harm",
    text: `${FROM}LABEL a=b "c d"=e\nHEALTHCHECK NONE\nSTOPSIGNAL 9\nMAINTAINER me\nUSER app\n`,
  },
  { name: "steps that run", text: `${FROM}RUN id > /x\nUSER app\nRUN ["id"]\n` },
];
