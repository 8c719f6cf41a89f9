import { describe, expect, it } from "vitest";
import { attestationSecrets } from "./attestation-secrets.ts";

const context = { image: "oci:x", keyedHash: () => "hash" };
const VALUE = "hK29-swordfish-77x";

function secretsOf(document: unknown) {
  const found = attestationSecrets(
    Buffer.from(JSON.stringify(document)),
    "attestation[0]",
    context,
  );
  if ("problem" in found) throw new Error(found.problem);
  expect(JSON.stringify(found)).not.toContain(VALUE);
  return found.map(({ place, name }) => ["field" in place ? place.field : place.path, name]);
}

describe("secrets in attestations", () => {
  it("reads build arguments of provenance, in both versions", () => {
    expect(
      secretsOf({
        predicate: {
          buildDefinition: {
            externalParameters: {
              request: { args: { "build-arg:NPM_TOKEN": VALUE, target: "x" } },
            },
          },
        },
      }),
    ).toEqual([
      [
        'attestation[0].predicate.buildDefinition.externalParameters.request.args["build-arg:NPM_TOKEN"]',
        "NPM_TOKEN",
      ],
    ]);
    const args = { "build-arg:DB_PASSWORD": VALUE, "build-arg:VERSION": "1.2" };
    expect(secretsOf({ predicate: { invocation: { parameters: { args } } } })).toEqual([
      [
        'attestation[0].predicate.invocation.parameters.args["build-arg:DB_PASSWORD"]',
        "DB_PASSWORD",
      ],
    ]);
  });

  it("reads the environment of steps and the sources that are carried along", () => {
    const data = Buffer.from(`FROM a\nENV API_PASSWORD=${VALUE}\n`).toString("base64");
    expect(
      secretsOf({
        llbDefinition: [
          { op: { Op: { exec: { meta: { env: ["PATH=/bin", `PASSWORD=${VALUE}`] } } } } },
        ],
        source: { infos: [{ filename: "Dockerfile", data }] },
      }),
    ).toEqual([
      ["attestation[0].llbDefinition[0].op.Op.exec.meta.env[1]", "PASSWORD"],
      ["attestation[0].source.infos[0].data", undefined],
    ]);
  });

  it("looks into signed statements", () => {
    const statement = { predicate: { "build-arg:NPM_TOKEN": VALUE } };
    const payload = Buffer.from(JSON.stringify(statement)).toString("base64");
    expect(
      secretsOf({ payloadType: "application/vnd.in-toto+json", payload, signatures: [] }),
    ).toEqual([['attestation[0].payload.predicate["build-arg:NPM_TOKEN"]', "NPM_TOKEN"]]);
    expect(secretsOf({ payload: "eyJub3QgSlNPTg==" })).toEqual([]);
  });

  it("is bounded, and says what is no JSON", () => {
    let deep: unknown = "x";
    for (let level = 0; level < 5000; level++) deep = [deep];
    expect(() => secretsOf(deep)).toThrow("it is nested too deep");
    expect(attestationSecrets(Buffer.from("{"), "a", context)).toEqual({
      problem: "it is no valid JSON",
    });
  });
});
