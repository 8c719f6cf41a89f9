/** Images: where they come from, where they go, and the names that they are given. */

import { parseImageReference } from "../../../model/image-reference.ts";
import type { GateRequest } from "../../judge/contract.ts";
import {
  judgeNewName,
  judgeRegistry,
  judgeRemoteImage,
  registryOf,
} from "../checks/image-names.ts";
import type { Judging } from "../judging.ts";
import { textOf } from "../json.ts";
import { judgeConfig } from "./containers.ts";
import { bodyOf, type Handler, judged, judgingOf, parameter, withParameters } from "./handler.ts";

/** As dockerd puts repository and tag together; a tag that is a digest comes behind an `@`. */
export function referenceOf(repository: string, tag: string): string {
  if (tag === "") return repository;
  const colon = repository.indexOf(":", repository.lastIndexOf("/") + 1);
  const at = repository.indexOf("@");
  const cut = [colon, at].filter((place) => place >= 0);
  const bare = cut.length === 0 ? repository : repository.slice(0, Math.min(...cut));
  return tag.includes(":") ? `${bare}@${tag}` : `${bare}:${tag}`;
}

/** A pull, or an import of what the body holds. */
export const createImage: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  const from = parameter(request, "fromImage");
  const source = parameter(request, "fromSrc");
  const tag = parameter(request, "tag");
  if (from !== "") {
    if (source !== "") judging.deny(sourceRefused());
    judgeRemoteImage(referenceOf(from, tag), "fromImage", judging);
    // Without an import nothing reads these.
    const pull = withParameters(request, {
      changes: undefined,
      repo: undefined,
      message: undefined,
    });
    return judged(pull, judging);
  }
  if (source !== "-") judging.deny(sourceRefused());
  judgeNewName(referenceOf(parameter(request, "repo"), tag), "repo", judging);
  importByDigest(request, judging);
  return judged(request, judging);
};

function sourceRefused(): { rule: string; at: string; message: string; help: string } {
  return {
    rule: "remote-source",
    at: "fromSrc",
    message: "the engine would fetch this address from the host's own network",
    help: "Send the archive itself: docker import - NAME",
  };
}

/** What comes in by itself has no digest of a registry. */
function importByDigest({ operation }: GateRequest, judging: Judging): void {
  if (!judging.grants.imagesByDigest) return;
  judging.deny({
    rule: "image-not-pinned",
    at: operation.id === "ImageLoad" ? "" : "fromSrc",
    message: "the policy admits images by digest alone, and these come with names of their own",
    help: "Pull the image by its digest",
  });
}

/** An archive names its images itself. */
export const loadImage: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  importByDigest(request, judging);
  if (judging.grants.images !== undefined) {
    judging.deny({
      rule: "image-not-granted",
      at: "",
      message:
        "an archive names its images itself, and could give any image a name that the policy grants",
      help: "Pull the image from a registry",
    });
  }
  return judged(request, judging);
};

export const pushImage: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  const name = request.names.get("name") ?? "";
  judgePushed(referenceOf(name, parameter(request, "tag")), "name", judging);
  return judged(request, judging);
};

/** What leaves needs no digest. */
function judgePushed(name: string, at: string, judging: Judging): void {
  const reference = parseImageReference(name);
  if (reference === undefined) {
    judging.deny({ rule: "bad-image", at, message: "this is no name of an image" });
    return;
  }
  judgeRegistry(registryOf(reference.repository), at, judging);
  judgeNewName(name, at, judging, "every tag");
}

export const tagImage: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  const name = referenceOf(parameter(request, "repo"), parameter(request, "tag"));
  judgeNewName(name, "repo", judging);
  return judged(request, judging);
};

export const commitContainer: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  judgeNewName(referenceOf(parameter(request, "repo"), parameter(request, "tag")), "repo", judging);
  judgeConfig(request, judging);
  return judged(request, judging);
};

export const inspectDistribution: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  const reference = parseImageReference(request.names.get("name") ?? "");
  if (reference === undefined) {
    judging.deny({ rule: "bad-image", at: "name", message: "this is no name of an image" });
  } else {
    judgeRegistry(registryOf(reference.repository), "name", judging);
  }
  return judged(request, judging);
};

/** `term` may begin with a registry: registry.example/word. */
export const searchImages: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  const term = parameter(request, "term");
  const slash = term.indexOf("/");
  const first = slash < 0 ? "" : term.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  judgeRegistry(
    isHost ? first.replace(/^index\.(?=docker\.io$)/, "") : "docker.io",
    "term",
    judging,
  );
  return judged(request, judging);
};

/** The engine tries the credentials there. */
export const checkCredentials: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  judgeRegistry(hostOf(textOf(bodyOf(request).get("serveraddress"))), "serveraddress", judging);
  return judged(request, judging);
};

/** `https://index.docker.io/v1/` is how clients name Docker's own. */
function hostOf(address: string): string {
  const bare = address.replace(/^https?:\/\//, "");
  const host = bare.includes("/") ? bare.slice(0, bare.indexOf("/")) : bare;
  return ["", "index.docker.io", "registry-1.docker.io"].includes(host) ? "docker.io" : host;
}
