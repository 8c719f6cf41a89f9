// Generated from the folders of src/rules by scripts/generate-rules.ts. Do not edit.

import type { Rule } from "./contract.ts";
import { rule as appCanRewriteItself } from "./app-can-rewrite-itself/rule.ts";
import { rule as capabilitiesNotDropped } from "./capabilities-not-dropped/rule.ts";
import { rule as dangerousCapability } from "./dangerous-capability/rule.ts";
import { rule as engineApiOverTcp } from "./engine-api-over-tcp/rule.ts";
import { rule as engineSocket } from "./engine-socket/rule.ts";
import { rule as hostDevice } from "./host-device/rule.ts";
import { rule as hostNamespace } from "./host-namespace/rule.ts";
import { rule as hostPort } from "./host-port/rule.ts";
import { rule as imageNotPinned } from "./image-not-pinned/rule.ts";
import { rule as insecureBuildStep } from "./insecure-build-step/rule.ts";
import { rule as joinedNamespace } from "./joined-namespace/rule.ts";
import { rule as macUnconfined } from "./mac-unconfined/rule.ts";
import { rule as mountPropagation } from "./mount-propagation/rule.ts";
import { rule as noResourceLimits } from "./no-resource-limits/rule.ts";
import { rule as privilegeEscalationAllowed } from "./privilege-escalation-allowed/rule.ts";
import { rule as privileged } from "./privileged/rule.ts";
import { rule as remoteAddUnverified } from "./remote-add-unverified/rule.ts";
import { rule as runsAsRoot } from "./runs-as-root/rule.ts";
import { rule as seccompNotSet } from "./seccomp-not-set/rule.ts";
import { rule as seccompProfileWeak } from "./seccomp-profile-weak/rule.ts";
import { rule as seccompUnconfined } from "./seccomp-unconfined/rule.ts";
import { rule as secretFileCopied } from "./secret-file-copied/rule.ts";
import { rule as secretFileExposed } from "./secret-file-exposed/rule.ts";
import { rule as secretInAttestation } from "./secret-in-attestation/rule.ts";
import { rule as secretInBuildArg } from "./secret-in-build-arg/rule.ts";
import { rule as secretInCommand } from "./secret-in-command/rule.ts";
import { rule as secretInEnv } from "./secret-in-env/rule.ts";
import { rule as secretInHistory } from "./secret-in-history/rule.ts";
import { rule as secretInImageConfig } from "./secret-in-image-config/rule.ts";
import { rule as secretInLayer } from "./secret-in-layer/rule.ts";
import { rule as secretPassedAsEnv } from "./secret-passed-as-env/rule.ts";
import { rule as sensitiveHostPath } from "./sensitive-host-path/rule.ts";
import { rule as serviceAccountToken } from "./service-account-token/rule.ts";
import { rule as setuidBinaries } from "./setuid-binaries/rule.ts";
import { rule as unmaskedProc } from "./unmasked-proc/rule.ts";
import { rule as unsafeSysctl } from "./unsafe-sysctl/rule.ts";
import { rule as uselessCapability } from "./useless-capability/rule.ts";
import { rule as userNotNumeric } from "./user-not-numeric/rule.ts";
import { rule as volumeDriverBind } from "./volume-driver-bind/rule.ts";
import { rule as writableRootFilesystem } from "./writable-root-filesystem/rule.ts";
import { validateRules } from "./validate-rules.ts";

/** Every rule, by id in alphabetical order. */
export const rules: readonly Rule[] = validateRules({
  "app-can-rewrite-itself": appCanRewriteItself,
  "capabilities-not-dropped": capabilitiesNotDropped,
  "dangerous-capability": dangerousCapability,
  "engine-api-over-tcp": engineApiOverTcp,
  "engine-socket": engineSocket,
  "host-device": hostDevice,
  "host-namespace": hostNamespace,
  "host-port": hostPort,
  "image-not-pinned": imageNotPinned,
  "insecure-build-step": insecureBuildStep,
  "joined-namespace": joinedNamespace,
  "mac-unconfined": macUnconfined,
  "mount-propagation": mountPropagation,
  "no-resource-limits": noResourceLimits,
  "privilege-escalation-allowed": privilegeEscalationAllowed,
  privileged: privileged,
  "remote-add-unverified": remoteAddUnverified,
  "runs-as-root": runsAsRoot,
  "seccomp-not-set": seccompNotSet,
  "seccomp-profile-weak": seccompProfileWeak,
  "seccomp-unconfined": seccompUnconfined,
  "secret-file-copied": secretFileCopied,
  "secret-file-exposed": secretFileExposed,
  "secret-in-attestation": secretInAttestation,
  "secret-in-build-arg": secretInBuildArg,
  "secret-in-command": secretInCommand,
  "secret-in-env": secretInEnv,
  "secret-in-history": secretInHistory,
  "secret-in-image-config": secretInImageConfig,
  "secret-in-layer": secretInLayer,
  "secret-passed-as-env": secretPassedAsEnv,
  "sensitive-host-path": sensitiveHostPath,
  "service-account-token": serviceAccountToken,
  "setuid-binaries": setuidBinaries,
  "unmasked-proc": unmaskedProc,
  "unsafe-sysctl": unsafeSysctl,
  "useless-capability": uselessCapability,
  "user-not-numeric": userNotNumeric,
  "volume-driver-bind": volumeDriverBind,
  "writable-root-filesystem": writableRootFilesystem,
});
