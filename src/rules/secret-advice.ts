/** Advice on secrets that several rules give. */

import type { Origin } from "../model/fact.ts";
import type { Workload } from "../model/workload.ts";
import { inForm } from "./in-form.ts";

/**
 * How a running container gets a secret as a file, in the words of its form. `at` is where the secret stands,
 * which may be the Dockerfile of a service.
 */
export function runtimeSecretHelp(name: string, workload: Workload, at?: Origin): string {
  const id = idOf(name);
  const forms = {
    dockerfile: `Delete the line, and pass the value when the container starts, as a file: a secret of the engine, read from /run/secrets/${id}. Replace the value if it was ever pushed`,
    compose: `Declare a secret \`${id}\` with \`file:\` outside of the repository, list it under the service's \`secrets:\`, and read /run/secrets/${id} (many images take \`${fileVariable(name)}=/run/secrets/${id}\`)`,
    kubernetes: `Keep it in a Secret and mount that as a volume with \`defaultMode: 0400\`; \`secretKeyRef\` is second best, since every process of the container sees it`,
    run: `Mount it as a file that only the program reads: \`--mount type=bind,src=/path/outside/${id},dst=/run/secrets/${id},readonly\`, and point \`${fileVariable(name)}\` at it (if the program has such a setting).`,
    oci: `Mount a file with the secret under \`mounts\` and remove it from \`process.env\``,
    workflow:
      "Keep it in a secret of the repository and write `${{ secrets.NAME }}` in its place; better still, give it only to the step that needs it. Replace the value if it was ever pushed",
    gitlab: GITLAB_VARIABLE,
    devcontainer:
      "Keep it with the developer and write `${localEnv:NAME}` in its place, or list it under `secrets` so that the tool asks for it. Replace the value if it was ever pushed",
  };
  return inForm(workload, forms, at);
}

/** How a program gets a secret that stood in the words of its command. */
export function commandSecretHelp(workload: Workload): string {
  const reads =
    "by the option or file that the program has for it (`PGPASSFILE` of PostgreSQL's clients, `--defaults-extra-file` of MySQL's, `.netrc` of curl)";
  return inForm(workload, {
    dockerfile: `Take it out of the command; pass it as a file when the container starts, read ${reads}. Replace the value if it was ever pushed`,
    compose: `Take it out of the command; list a secret under the service's \`secrets:\`, and let the program read the file below /run/secrets ${reads}`,
    kubernetes: `Take it out of the command; mount a Secret as a volume with \`defaultMode: 0400\`, and let the program read the file ${reads}`,
    run: `Take it out of the command; mount a file that only the program reads (\`--mount type=bind,src=/path/outside/secret,dst=/run/secrets/secret,readonly\`), and give it ${reads}.`,
    workflow:
      "Take it out of the command, and keep it in a secret of the repository: `${{ secrets.NAME }}`. Replace the value if it was ever pushed",
    gitlab: GITLAB_VARIABLE,
    oci: `Take it out of \`process.args\`; mount a file with the secret under \`mounts\`, and let the program read it ${reads}`,
  });
}

const GITLAB_VARIABLE =
  "Delete the line, and set it as a masked and protected CI/CD variable of the project, which the job gets without a word in the file. Replace the value if it was ever pushed";

/** Where a build step finds what it needs, as a file of the shape that its tool reads. */
const CONSUMERS: readonly { readonly name: RegExp; readonly mount: string; readonly id: string }[] =
  [
    {
      name: /npm|node_auth|yarn/i,
      id: "npmrc",
      mount: "type=secret,id=npmrc,target=/root/.npmrc,required=true",
    },
    {
      name: /^(?:pip|uv)_|pypi|index_url/i,
      id: "pip_conf",
      mount: "type=secret,id=pip_conf,target=/etc/pip.conf,required=true",
    },
    {
      name: /^aws_/i,
      id: "aws",
      mount: "type=secret,id=aws,target=/root/.aws/credentials,required=true",
    },
    {
      name: /maven|mvn|nexus/i,
      id: "maven_settings",
      mount: "type=secret,id=maven_settings,target=/root/.m2/settings.xml,required=true",
    },
    { name: /ssh/i, id: "default", mount: "type=ssh,required=true" },
    {
      name: /gh_|github|gitlab|git_|bitbucket|netrc/i,
      id: "netrc",
      mount: "type=secret,id=netrc,target=/root/.netrc,required=true",
    },
  ];

/** The mount by which a build step gets the file at `path` of the image. */
function fileMount(path: string): string {
  const [name = "", folder = ""] = path.split(/[/!]/).reverse();
  const words = idOf(`${folder.startsWith(".") ? folder : ""}_${name}`);
  const consumer = CONSUMERS.find((each) => each.name.test(words));
  return (
    consumer?.mount ?? `type=secret,id=${idOf(name)},target=${path.slice(0, 200)},required=true`
  );
}

/**
 * What to do about a secret that is in an image already. `by` is a variable's name or a path of the image, `step`
 * the layer that holds it and the instruction that made it: `layer 4, made by COPY`.
 */
export function imageSecretHelp(
  by: { readonly name: string } | { readonly path: string } | undefined,
  step?: string,
): string {
  const rebuild =
    step === undefined
      ? "Build the image anew without it, from the step that brought it in"
      : `Build the image anew from the step that brought it in (${step})`;
  const copied = step !== undefined && / (?:COPY|ADD)$/.test(step);
  const ignored = copied ? ", with the file listed in .dockerignore" : "";
  const mount =
    by === undefined
      ? "type=secret,id=NAME,required=true"
      : "path" in by
        ? fileMount(by.path)
        : (CONSUMERS.find(({ name }) => name.test(by.name))?.mount ??
          `type=secret,id=${idOf(by.name)},env=${by.name},required=true`);
  return [
    "Replace the value first: whoever could pull the image has it, and deleting it in a later layer does not help.",
    `${rebuild}${ignored}.`,
    `What only the build needs comes by \`RUN --mount=${mount}\`; what the program needs when it runs, as a file from a secret of Compose or Swarm; what must be audited, rotated or governed in one place, from a secret store.`,
    "Never by ARG, COPY or ENV",
  ].join(" ");
}

/** How a build step gets a secret, and how the caller passes it. `name` is a variable's name. */
export function buildSecretHelp(name: string, workload: Workload): string {
  const consumer = CONSUMERS.find((each) => each.name.test(name));
  const id = consumer?.id ?? idOf(name);
  const mount = consumer?.mount ?? `type=secret,id=${id},env=${name},required=true`;
  const ssh = mount.startsWith("type=ssh");
  const caller = inForm(workload, {
    dockerfile: ssh
      ? "build with `--ssh default`"
      : `build with \`--secret id=${id},${consumer === undefined ? `env=${name}` : "src=path"}\``,
    compose: ssh
      ? "list `default` under `build.ssh`"
      : `list \`${id}\` under \`build.secrets\` and declare it at the top level under \`secrets:\``,
    kubernetes: `build with \`--secret id=${id}\``,
    run: ssh
      ? "call the build with `--ssh default`"
      : `call the build with \`--secret id=${id},${consumer === undefined ? `env=${name}` : "src=path"}\``,
    oci: `build with \`--secret id=${id}\``,
  });
  const syntax =
    consumer === undefined ? " (`env=` needs `# syntax=docker/dockerfile:1.10` or later)" : "";
  return `Use \`RUN --mount=${mount}\` in the step that needs it${syntax}, and ${caller}. Replace the value if it was ever pushed`;
}

/** `DB_PASSWORD` → `db_password`, fit for the name of a file. */
export function idOf(name: string): string {
  const id = name
    .slice(0, 60)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return id === "" ? "secret" : id;
}

/** Clients whose library reads the password from a file of its own form, not from `…_FILE`. */
const OWN_FILES: Readonly<Record<string, string>> = {
  // https://www.postgresql.org/docs/current/libpq-pgpass.html
  PGPASSWORD: "PGPASSFILE",
  // https://dev.mysql.com/doc/refman/8.4/en/option-files.html
  MYSQL_PWD: "--defaults-extra-file",
};

function fileVariable(name: string): string {
  const own = Object.hasOwn(OWN_FILES, name) ? OWN_FILES[name] : undefined;
  return own ?? `${name.slice(0, 60).replace(/[^A-Za-z0-9_]+/g, "_")}_FILE`;
}
