/** The swarm itself, and plugins. */

import { judgeRegistry, registryOf } from "../checks/image-names.ts";
import { parseImageReference } from "../../../model/image-reference.ts";
import { type Handler, judged, judgingOf, parameter } from "./handler.ts";

/** A change of the swarm that no field of the body says. */
export const leaveSwarm: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  if (!judging.grants.privileged) {
    judging.miss({
      rule: "swarm-not-granted",
      at: "",
      message: "this changes who governs the host",
      key: "privileged",
      value: true,
      instead: "do it on the host",
    });
  }
  return judged(request, judging);
};

/** Whatever a policy says: a managed plugin is root on the host, and one may be what keeps others in check. */
export const noPlugins: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  judging.deny({
    rule: "plugin",
    at: "",
    message:
      "a managed plugin runs as root of the host, and may be what keeps clients of the engine in check",
    help: "Install, change and remove plugins on the host",
  });
  return judged(request, judging);
};

/** What a plugin asks for: its registry is asked. */
export const pluginPrivileges: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  const reference = parseImageReference(parameter(request, "remote"));
  if (reference === undefined) {
    judging.deny({ rule: "bad-image", at: "remote", message: "this is no name of a plugin" });
  } else {
    judgeRegistry(registryOf(reference.repository), "remote", judging);
  }
  return judged(request, judging);
};
