/** The accounts of a Windows container that are what root is on Linux. */

import type { Workload } from "../../model/workload.ts";
import type { FindingDraft } from "../contract.ts";
import { inForm } from "../in-form.ts";

/**
 * ContainerAdministrator, the system's own account, and Administrator. Source: Microsoft,
 * "Secure Windows containers" and "Create a Windows HostProcess Pod".
 */
const ADMINISTRATOR =
  /^(?:(?:[^\\]{1,64}\\)?(?:containeradministrator|administrator)|(?:nt authority\\)?(?:system|local ?system))$/i;

/** Only an account that is written counts: what an image of Windows starts as is not known here. */
export function windowsAdministrator(workload: Workload): FindingDraft[] {
  const { user } = workload;
  if (!user.known || !ADMINISTRATOR.test(user.value.text.trim())) return [];
  const name = user.value.text.trim();
  return [
    {
      severity: "high",
      confidence: "high",
      message: `runs as ${name}, the administrator of Windows`,
      detail:
        "The processes of this container may do everything in it: change every file, install services, take over every account. An attacker who takes over the application starts there, and in a HostProcess container the same account owns the node.",
      help: inForm(workload, {
        dockerfile: "End the stage with `USER ContainerUser`",
        compose: "Set `user: ContainerUser`",
        kubernetes:
          "Set `windowsOptions.runAsUserName: ContainerUser`; in a HostProcess container `NT AUTHORITY\\Local service`",
        run: "Add `--user ContainerUser`",
        oci: "Set `process.user.username` to ContainerUser",
      }),
      at: user.origin,
      label: "an administrator",
      subject: "user",
    },
  ];
}
