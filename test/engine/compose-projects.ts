/** Compose projects that the library of Docker Compose resolves, to compare with what Plimsoll makes of them. */

export interface ComposeProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Files given with `-f`, in order; `compose.yaml` when absent. */
  readonly merged?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The library refuses the project, and Plimsoll tells a problem. */
  readonly refused?: true;
  /** Where Plimsoll says otherwise on purpose; why. */
  readonly differs?: string;
}

/** One service `a` with these lines. */
function service(name: string, lines: string, more: Partial<ComposeProject> = {}): ComposeProject {
  const image = lines.startsWith("image:") ? "" : "    image: x\n";
  const text = `services:\n  a:\n${image}${lines.replace(/^/gm, "    ")}\n`;
  return { name, ...more, files: { ...more.files, "compose.yaml": text } };
}

const over = (...lines: string[]): string =>
  `services:\n  a:\n${lines.map((line) => `    ${line}\n`).join("")}`;

function merged(name: string, base: string, top: string): ComposeProject {
  const project = service(name, base);
  return {
    ...project,
    files: { ...project.files, "top.yaml": over(...top.split("\n")) },
    merged: ["compose.yaml", "top.yaml"],
  };
}

export const composeProjects: readonly ComposeProject[] = [
  service("plain", "user: 1000:1000\nread_only: true\ncap_drop: [ALL]\nprivileged: false"),
  service("variables", "image: x:${TAG-1}\nuser: ${WHO:-1000}", { environment: { TAG: "2" } }),
  service("variables of the caller", 'user: $WHO\ncap_add: ["${CAP:?}"]', {
    environment: { WHO: "app", CAP: "NET_ADMIN" },
  }),
  service("a variable that must be there", "user: ${WHO:?set it}", { refused: true }),
  service("variables in variables", 'user: ${A:-${B:-app}}\ncommand: ["${A:+yes}${A+set}"]', {
    environment: { A: "" },
  }),
  service("escaped dollars", 'command: echo $$HOME $${X} "$${A:-b}"\nenvironment: ["A=$$B"]'),
  service("a bad variable", "user: ${WHO", { refused: true }),
  service("an .env file", "user: ${WHO}\nenvironment: [Q, R, S, T]", {
    files: {
      ".env": "WHO=app\nQ='single $WHO'\nR=\"double $WHO\" # comment\nexport S = x#y \nT=\n",
    },
  }),
  service("the caller wins over .env", "user: ${WHO}", {
    files: { ".env": "WHO=app\n" },
    environment: { WHO: "1001" },
  }),
  service("environment as a map", 'environment:\n  A: 1\n  B: "x"\n  C:\n  D: true\n  E: 1.5', {
    environment: { C: "c" },
  }),
  service("environment as a list", "environment:\n  - A=1\n  - B\n  - C=\n  - D=x=y"),
  service(
    "env_file",
    "env_file: [one.env, {path: none.env, required: false}]\nenvironment: {B: here}",
    {
      files: { "one.env": "A=1\nB=file\nC=${B}\n# D=4\nE='x\ny'\n" },
    },
  ),
  service("env_file that is not there", "env_file: none.env", { refused: true }),
  service(
    "a command as text",
    'command: sh -c \'echo "a b"\' \\$$x "q \\" r"\nentrypoint: /bin/e -x',
  ),
  service("a command that ends in a backslash", "command: sh -c x\\", { refused: true }),
  service("a command with an open quote", "command: sh -c 'x", { refused: true }),
  service("a command with shell operators", "command: echo a && echo b; c\nentrypoint: x > y", {
    differs: "Compose drops what follows an operator; it is kept, since a secret may stand in it",
  }),
  service("a command with a redirection of a number", "command: x 2>&1 y", {
    differs: "Compose drops what follows an operator",
  }),
  service("a command with substitutions", "command: echo `c d` $$x", {
    differs: "Compose keeps what stands between backquotes together",
  }),
  service("a command with an operator in quotes", "command: sh -c 'a && b' \\; \"c|d\" #e"),
  service("a command over several lines", "command: |\n  sh -c\n  'a'\n  b"),
  service("a command as words", 'command: ["sh", "-c", "echo a"]\nentrypoint: []'),
  service(
    "short volumes",
    "volumes:\n  - ./data:/data:ro\n  - /etc:/host/etc\n  - /only\n  - ../up:/up:rw,z\n  - /run:/run:rshared",
  ),
  service(
    "long volumes",
    "volumes:\n  - {type: bind, source: /etc, target: /e, read_only: true}\n  - {type: tmpfs, target: /t}\n  - {type: bind, source: ./x, target: /x, bind: {propagation: rslave}}",
  ),
  service("tmpfs", 'tmpfs: [/run, "/tmp:size=1m"]'),
  service("limits", "mem_limit: 64m\npids_limit: 100\ncpus: 0.5"),
  service("limits of deploy", 'deploy: {resources: {limits: {memory: 1gb, cpus: "1.5", pids: 7}}}'),
  service(
    "namespaces",
    "pid: host\nipc: shareable\nuts: host\nuserns_mode: host\nnetwork_mode: host\ncgroup: private",
  ),
  service(
    "devices",
    "devices:\n  - /dev/fuse\n  - /dev/sda:/dev/xvda:r\n  - {source: /dev/a, target: /dev/b, permissions: rw}",
  ),
  service("sysctls and groups", "sysctls: {net.core.somaxconn: 1024}\ngroup_add: [docker, 27]"),
  service("sysctls as a list", 'sysctls: [net.core.somaxconn=1024, kernel.x="y"]'),
  service(
    "security options",
    'security_opt: ["no-new-privileges:true", "seccomp:unconfined", apparmor=unconfined]',
  ),
  service("anchors", "<<: &x\n  user: app\nlabels: {}"),
  {
    name: "named volumes",
    files: {
      "compose.yaml":
        'services:\n  a:\n    image: x\n    volumes: ["data:/v", "data:/w:ro", {type: volume, source: data, target: /u, read_only: true}]\nvolumes:\n  data:\n',
    },
  },
  {
    name: "anchors and merge keys",
    files: {
      "compose.yaml":
        "x-base: &base\n  image: x\n  user: app\n  cap_add: [SYS_TIME]\nservices:\n  a:\n    <<: *base\n    cap_add: [NET_ADMIN]\n  b:\n    <<: [{privileged: true}, *base]\n",
    },
  },
  merged("merge: scalars", "user: app\nprivileged: true", "user: root\nread_only: true"),
  merged(
    "merge: lists add up",
    "cap_add: [A1, SYS_TIME]\ncap_drop: [ALL]",
    "cap_add: [SYS_TIME, NET_ADMIN]",
  ),
  merged("merge: environment by name", "environment: [A=1, B=2]", "environment: {B: 3, C: 4}"),
  merged("merge: commands are replaced", "command: [a, b]\nentrypoint: e", "command: c d"),
  merged("merge: volumes by target", 'volumes: ["/a:/x", "/b:/y"]', 'volumes: ["/c:/x:ro"]'),
  merged(
    "merge: devices by target",
    'devices: ["/dev/a:/dev/x", "/dev/b"]',
    'devices: ["/dev/c:/dev/x"]',
  ),
  merged(
    "merge: security options add up",
    'security_opt: ["no-new-privileges:true"]',
    'security_opt: ["seccomp:unconfined"]',
  ),
  merged("merge: sysctls by name", "sysctls: {a.b: 1, c.d: 2}", "sysctls: [a.b=3]"),
  merged("merge: groups and tmpfs", "group_add: [a]\ntmpfs: /x", "group_add: [b]\ntmpfs: [/y]"),
  merged(
    "reset a scalar",
    "user: app\nprivileged: true",
    'privileged: !reset null\nuser: !reset ""',
  ),
  merged(
    "reset a list",
    'cap_add: [SYS_ADMIN]\nvolumes: ["/a:/x"]',
    "cap_add: !reset []\nvolumes: !reset []",
  ),
  merged(
    "override a list",
    "cap_add: [SYS_ADMIN]\nenvironment: {A: 1}",
    "cap_add: !override [KILL]\nenvironment: !override {B: 2}",
  ),
  {
    name: "extends in the file",
    files: {
      "compose.yaml":
        'services:\n  base:\n    image: x\n    user: app\n    cap_add: [SYS_TIME]\n    volumes: ["/a:/x"]\n    environment: {A: 1}\n  a:\n    extends: base\n    cap_add: [KILL]\n    environment: {B: 2}\n  b:\n    extends: {service: a}\n    user: root\n',
    },
  },
  {
    name: "extends from another file",
    files: {
      "compose.yaml":
        "services:\n  a:\n    extends: {file: sub/base.yaml, service: base}\n    command: mine\n",
      "sub/base.yaml":
        'services:\n  base:\n    image: x\n    user: ${WHO:-app}\n    volumes: ["./d:/d"]\n    env_file: one.env\n',
      "sub/one.env": "A=1\n",
    },
  },
  {
    name: "extends in a circle",
    files: {
      "compose.yaml": "services:\n  a: {image: x, extends: b}\n  b: {image: x, extends: a}\n",
    },
    refused: true,
  },
  {
    name: "extends nothing",
    files: { "compose.yaml": "services:\n  a: {image: x, extends: gone}\n" },
    refused: true,
  },
  {
    name: "include",
    files: {
      "compose.yaml": "include: [sub/compose.yaml]\nservices:\n  a: {image: x}\n",
      "sub/compose.yaml":
        'services:\n  b:\n    image: y\n    user: ${WHO}\n    volumes: ["./d:/d"]\n',
      "sub/.env": "WHO=app\n",
    },
  },
  {
    name: "include with an environment file and a directory",
    files: {
      "compose.yaml":
        "include:\n  - {path: sub/c.yaml, project_directory: other, env_file: my.env}\nservices:\n  a: {image: x}\n",
      "sub/c.yaml": 'services:\n  b:\n    image: y\n    user: ${WHO}\n    volumes: ["./d:/d"]\n',
      "my.env": "WHO=1001\n",
    },
  },
  {
    name: "include of several files that are merged",
    files: {
      "compose.yaml": "include:\n  - path: [one.yaml, two.yaml]\n",
      "one.yaml": "services:\n  b: {image: y, cap_add: [SYS_TIME]}\n",
      "two.yaml": "services:\n  b: {privileged: true, cap_add: [KILL]}\n",
    },
  },
  {
    name: "several documents",
    files: {
      "compose.yaml":
        "services:\n  a: {image: x, cap_add: [KILL]}\n---\nservices:\n  a: {user: app, cap_add: [SYS_TIME]}\n",
    },
  },
  {
    name: "a build without an image",
    files: { "compose.yaml": "services:\n  a:\n    build: ./sub\n    user: app\n" },
  },
  service("an unknown field", "no_such_field: 1", { refused: true }),
  service("a wrong type", "privileged: [1]", { refused: true }),
  service("a boolean in quotes", 'privileged: "true"\nread_only: "${RO:-true}"'),
  service("a number for a user", "user: 1000", { refused: true }),
  service("numbers as text", 'user: "1000"\npids_limit: "${N:-5}"\nmem_limit: "10485760"'),
];
