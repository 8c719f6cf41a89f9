/** Secrets in an image's documents: configuration, history, attestations, inline cache. */

import type { Plan } from "./plan.ts";

interface Documents {
  readonly config: Readonly<Record<string, unknown>>;
  readonly history: readonly Readonly<Record<string, unknown>>[];
  readonly extra: Readonly<Record<string, unknown>>;
  readonly attestations: readonly unknown[];
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

export function documents(plan: Plan): Documents {
  const { inField, token, password } = plan;
  const config = {
    User: "app",
    Env: [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      `DB_PASSWORD=${inField("Env, by name", "config.Env[1]", password())}`,
      `WHATEVER=${inField("Env, by value", "config.Env[2]", token())}`,
      `DATABASE_URL=${inField("Env, a URL", "config.Env[3]", `postgres://app:${password()}@db/app`)}`,
      "SECRET_FILE=/run/secrets/token",
      "API_KEY=${API_KEY}",
    ],
    Labels: {
      "org.opencontainers.image.revision": "9fceb02d0ae598e95dc970b74767f19372d61af8",
      "ci.token": inField("a label, by value", 'config.Labels["ci.token"]', token()),
      "admin.password": inField("a label, by name", 'config.Labels["admin.password"]', password()),
    },
    Entrypoint: ["/app", `--api-token=${inField("Entrypoint", "config.Entrypoint[1]", token())}`],
    Cmd: [
      "/bin/sh",
      "-c",
      `curl -H 'Authorization: Bearer ${inField("Cmd", "config.Cmd[2]", password())}' https://x.invalid`,
    ],
    Healthcheck: {
      Test: [
        "CMD-SHELL",
        `redis-cli -a ${inField("Healthcheck", "config.Healthcheck.Test[1]", password())} ping`,
      ],
    },
    OnBuild: [
      `RUN npm config set //r.invalid/:_authToken ${inField("OnBuild", "config.OnBuild[0]", token())}`,
    ],
  };
  const steps = history(plan);
  const cached = token();
  inField("inline cache", 'config["moby.buildkit.cache.v0"].layers[0].note', cached);
  const extra = {
    container_config: {
      Env: [`OLD_PASSWORD=${inField("container_config", "container_config.Env[0]", password())}`],
      Cmd: [
        "/bin/sh",
        "-c",
        `#(nop) CMD ["run" "${inField("container_config", "container_config.Cmd[2]", token())}"]`,
      ],
    },
    "moby.buildkit.cache.v0": base64(JSON.stringify({ layers: [{ note: cached }], records: [] })),
  };
  return { config, history: steps, extra, attestations: attestations(plan) };
}

/** One step for each layer, and those that make none. */
function history({ inField, token, password }: Plan): Documents["history"] {
  const steps: { created_by: string; empty_layer?: true; comment?: string }[] = [];
  const step = (makes: boolean, text: (field: string) => string, comment?: string): void => {
    const created_by = text(`history[${String(steps.length)}].created_by`);
    steps.push({
      created_by,
      ...(makes ? {} : { empty_layer: true }),
      ...(comment === undefined ? {} : { comment }),
    });
  };
  const buildkit = "buildkit.dockerfile.v0";
  const made = (place: string, value: string) => (field: string) => inField(place, field, value);
  step(true, () => "ADD rootfs.tar / # buildkit", buildkit);
  step(false, (field) => `ARG NPM_TOKEN=${made("history ARG", token())(field)}`, buildkit);
  step(false, (field) => `ARG DB_PASSWORD=${made("history ARG", password())(field)}`, buildkit);
  step(
    true,
    (field) =>
      `RUN |2 NPM_TOKEN=${made("history RUN |N", token())(field)} DB_PASSWORD=${made("a value with spaces", `two words ${password()}`)(field)} /bin/sh -c npm ci # buildkit`,
    buildkit,
  );
  step(false, (field) => `ENV ADMIN_PASSWORD=${made("history ENV", password())(field)}`, buildkit);
  step(true, () => "/bin/sh -c #(nop) COPY dir:0123 in /app ");
  step(false, (field) => `/bin/sh -c #(nop)  ARG GH_TOKEN=${made("classic ARG", token())(field)}`);
  step(
    true,
    (field) => `|1 GH_TOKEN=${made("classic RUN |N", token())(field)} /bin/sh -c make install`,
  );
  step(
    false,
    (field) => `/bin/sh -c #(nop)  ENV PGPASSWORD=${made("classic ENV", password())(field)}`,
  );
  step(
    true,
    (field) =>
      `RUN /bin/sh -c curl -u ${made("history RUN", `bot:${password()}`)(field)} https://x.invalid # buildkit`,
    buildkit,
  );
  return steps;
}

function attestations({ inField, token, password }: Plan): readonly unknown[] {
  const dockerfile = (place: string, field: string): string =>
    base64(
      `FROM alpine\nARG X\nENV SERVICE_PASSWORD=${inField(place, field, password())}\nRUN echo ${inField(place, field, token())}\n`,
    );
  const v1 = "attestation[0].predicate";
  const v02 = "attestation[1].predicate";
  const request = `${v1}.buildDefinition.externalParameters.request.args["build-arg:GITHUB_TOKEN"]`;
  const steps = `${v1}.buildDefinition.internalParameters.buildConfig.llbDefinition[0].op.Op.exec.meta`;
  const sources = `${v1}.runDetails.metadata.buildkit_metadata.source.infos[0].data`;
  const oldSources = `${v02}.metadata["https://mobyproject.org/buildkit@v1#metadata"].source.infos[0].data`;
  return [
    {
      _type: "https://in-toto.io/Statement/v0.1",
      predicateType: "https://slsa.dev/provenance/v1",
      subject: [{ name: "pkg:docker/app", digest: { sha256: "0f".repeat(32) } }],
      predicate: {
        buildDefinition: {
          externalParameters: {
            request: {
              args: { "build-arg:GITHUB_TOKEN": inField("provenance args", request, token()) },
            },
          },
          internalParameters: {
            buildConfig: {
              llbDefinition: [
                {
                  op: {
                    Op: {
                      exec: {
                        meta: {
                          args: [
                            "/bin/sh",
                            "-c",
                            `deploy --password ${inField("provenance step", `${steps}.args[2]`, password())}`,
                          ],
                          env: [
                            "PATH=/bin",
                            `SIGNING_SECRET=${inField("provenance env", `${steps}.env[1]`, password())}`,
                          ],
                        },
                      },
                    },
                  },
                },
              ],
            },
          },
          resolvedDependencies: [
            { uri: "pkg:docker/alpine@3.20", digest: { sha256: "ab".repeat(32) } },
          ],
        },
        runDetails: {
          metadata: {
            buildkit_metadata: {
              source: {
                infos: [
                  { filename: "Dockerfile", data: dockerfile("provenance Dockerfile", sources) },
                ],
              },
            },
          },
        },
      },
    },
    {
      _type: "https://in-toto.io/Statement/v0.1",
      predicateType: "https://slsa.dev/provenance/v0.2",
      predicate: {
        invocation: {
          parameters: {
            args: {
              "build-arg:NPM_TOKEN": inField(
                "provenance 0.2 args",
                `${v02}.invocation.parameters.args["build-arg:NPM_TOKEN"]`,
                token(),
              ),
              "label:contact": "ops@corp.invalid",
            },
          },
        },
        metadata: {
          "https://mobyproject.org/buildkit@v1#metadata": {
            source: { infos: [{ data: dockerfile("provenance 0.2 Dockerfile", oldSources) }] },
          },
        },
      },
    },
  ];
}
