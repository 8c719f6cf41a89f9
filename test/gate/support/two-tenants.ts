/** Two clients, `a` and `b`, on one engine, with what nobody of them made. Made through the gate where a client made it. */

import { MemoryEngine, type Json } from "./memory-engine.ts";
import { clientPolicy, OwnedGate } from "./owned-gate.ts";

export const A = clientPolicy("a");
export const B = clientPolicy("b");

export interface Tenants {
  readonly engine: MemoryEngine;
  readonly gate: OwnedGate;
  /** Ids by the words that stand in braces in the catalogue: `A.container`. */
  readonly ids: ReadonlyMap<string, string>;
  /** What `b` must never be told. */
  readonly secrets: readonly string[];
}

export async function twoTenants(): Promise<Tenants> {
  const engine = new MemoryEngine();
  const gate = new OwnedGate(engine);
  engine.addImage("alpine:latest");
  engine.addImage("both:1", { "dev.plimsoll.image-owner": "b" });
  engine.addImage("both:2", { "dev.plimsoll.image-owner": "a" });
  const leftover = engine.addImage(undefined, {}, ["SECRET_OF_BUILD=1"]);
  engine.addVolume("infra-data");
  const infra = engine.addContainer("infra", { Image: "alpine", Env: ["INFRA_ENV=1"] });
  const ids = new Map<string, string>([["leftover", leftover.Id]]);
  for (const [letter, client, name] of [
    ["A", A, "victim"],
    ["B", B, "mine"],
  ] as const) {
    const ask = async (method: string, target: string, body?: Json): Promise<Json> => {
      const { status, value, text } = await gate.send(client, method, `/v1.44${target}`, body);
      if (status >= 300) throw new Error(text);
      return value;
    };
    const network = await ask("POST", "/networks/create", { Name: `${name}-net` });
    await ask("POST", "/volumes/create", { Name: `${name}-data` });
    const image = engine.addImage(`${name}/app:1`, {
      "dev.plimsoll.owner": "",
      "dev.plimsoll.image-owner": letter.toLowerCase(),
    });
    const container = await ask("POST", `/containers/create?name=${name}`, {
      Image: `${name}/app:1`,
      Env: [`${name.toUpperCase()}_ENV=1`],
      Labels: { [`label.of.${name}`]: "1" },
      HostConfig: { NetworkMode: `${name}-net`, Binds: [`${name}-data:/data`] },
      Volumes: { "/anonymous": {} },
    });
    const exec = await ask("POST", `/containers/${name}/exec`, { Cmd: ["sh"] });
    const anonymous = engine.container(name).Mounts.find(({ Name }) => /^[0-9a-f]{64}$/.test(Name));
    ids.set(`${letter}.container`, container.Id).set(`${letter}.network`, network.Id);
    ids.set(`${letter}.exec`, exec.Id).set(`${letter}.image`, image.Id);
    ids.set(`${letter}.anonymous`, anonymous?.Name ?? "");
  }
  const short = [...ids].map(
    ([key, id]) => [`${key}.short`, id.replace("sha256:", "").slice(0, 12)] as const,
  );
  engine.received.length = 0;
  const ofA = ["A.container", "A.network", "A.exec", "A.image", "A.anonymous", "leftover"];
  return {
    engine,
    gate,
    ids: new Map([...ids, ...short]),
    secrets: [
      ...ofA.map((key) => ids.get(key) ?? ""),
      infra.Id,
      "victim",
      "VICTIM_ENV",
      "INFRA_ENV",
      "infra",
      "SECRET_OF_BUILD",
    ],
  };
}
