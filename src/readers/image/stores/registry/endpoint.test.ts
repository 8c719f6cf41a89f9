import { expect, test } from "vitest";
import { parseImageReference } from "../../../../model/image-reference.ts";
import { endpointOf } from "./endpoint.ts";
import { realmOf } from "./token-realm.ts";

function where(text: string, plainHttp = false): unknown {
  const reference = parseImageReference(text);
  if (reference === undefined) return "no reference";
  const found = endpointOf(reference, plainHttp);
  if ("problem" in found) return found.problem;
  const { origins, repository, reference: which } = found;
  return `${origins.map(({ origin }) => origin).join(" ")} ${repository} ${which}`;
}

test("where an image lies", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  expect(where("node")).toBe("https://registry-1.docker.io library/node latest");
  expect(where("index.docker.io/a/b:1")).toBe("https://registry-1.docker.io a/b 1");
  expect(where("ghcr.io/a/b/c:1")).toBe("https://ghcr.io a/b/c 1");
  expect(where(`ghcr.io/a:1@${digest}`)).toBe(`https://ghcr.io a ${digest}`);
  expect(where("registry.example:5000/a")).toBe("https://registry.example:5000 a latest");
  expect(where("registry.example:5000/a", true)).toBe("http://registry.example:5000 a latest");
  expect(where("localhost:5000/a")).toBe("https://localhost:5000 http://localhost:5000 a latest");
  expect(where("127.0.0.1/a")).toBe("https://127.0.0.1 http://127.0.0.1 a latest");
  const shouting = parseImageReference("Registry.EXAMPLE:5000/a");
  // Credentials are looked for by this name.
  expect(shouting && endpointOf(shouting, false)).toMatchObject({ host: "registry.example:5000" });
  expect(where("10.0.0.1/a")).toBe("https://10.0.0.1 a latest");
});

test("what is no image is none", () => {
  for (const text of [
    "ghcr.io/a/../b",
    "ghcr.io/A/b",
    "ghcr.io/./b",
    "ghcr.io/a..b",
    "ghcr.io/-a",
    `ghcr.io/${"a".repeat(300)}`,
  ]) {
    expect([text, where(text)]).toEqual([
      text,
      "it is no name that an image can have in a registry",
    ]);
  }
  expect(where("localhost:99999/a")).toBe("its registry is no host that can be connected to");
  expect(where(`a@sha384:${"a".repeat(96)}`)).toBe(
    "its digest is of a kind that cannot be checked here",
  );
  expect(where("user:password@ghcr.io/a")).toBe("no reference");
});

function realm(text: string, registry: string): string {
  const found = realmOf(text, new URL(registry));
  return "problem" in found ? "refused" : found.mayKnow ? "shown" : "asked as nobody";
}

test("who is shown credentials besides the registry", () => {
  expect(realm("https://auth.docker.io/token", "https://registry-1.docker.io/")).toBe("shown");
  expect(realm("https://registry.example/token", "https://registry.example/")).toBe("shown");
  expect(realm("http://registry.example/token", "https://registry.example/")).toBe("refused");
  expect(realm("http://auth.example/token", "https://registry.example/")).toBe("refused");
  expect(realm("http://localhost/token", "https://registry.example/")).toBe("refused");
  expect(realm("http://auth.example/token", "http://registry.example/")).toBe("refused");
  expect(realm("https://auth.example/token", "http://registry.example/")).toBe("asked as nobody");
  expect(realm("http://registry.example:5001/token", "http://registry.example:5000/")).toBe(
    "shown",
  );
  expect(realm("http://127.0.0.1:5001/token", "http://localhost:5000/")).toBe("shown");
  expect(realm("http://127.0.0.1:5001/token", "https://localhost:5000/")).toBe("shown");
  expect(realm("https://auth.example/token", "http://localhost:5000/")).toBe("asked as nobody");
  expect(realm("https://user:password@auth.example/", "https://registry.example/")).toBe("refused");
  expect(realm("file:///etc/passwd", "https://registry.example/")).toBe("refused");
  expect(realm("token", "https://registry.example/")).toBe("refused");
});
