import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { memoryFiles } from "../../readers/memory-files.ts";
import { readKubernetes } from "../../readers/kubernetes/read.ts";
import { judgePod } from "./judge-pod.ts";
import { parseStandard } from "./parse-standard.ts";

const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: app
        image: x
        securityContext:
          allowPrivilegeEscalation: yes
          capabilities:
            add:
            - NET_ADMIN
`;

test("points at the field that fails, and at the nearest line for one that is missing", () => {
  const parsed = parseStandard("pod-security:restricted@1.30");
  const file = { path: "web.yaml", text };
  const [pod] = readKubernetes(file, { files: memoryFiles({}), environment: {} }).pods ?? [];
  if (!parsed.ok || pod === undefined) throw new Error("expected a pod");
  const result = judgePod(pod, parsed.standard);
  expect(result).toMatchObject({ standard: "pod-security:restricted@1.30", pod: "Deployment web" });
  const places = result.failures.flatMap(({ fields }) =>
    fields.map(({ field, span }) => `${field} at ${spanText(span)}`),
  );
  expect(places).toEqual([
    "spec.containers[0].securityContext.allowPrivilegeEscalation at allowPrivilegeEscalation: yes",
    "spec.containers[0].securityContext.capabilities.drop at capabilities",
    "spec.containers[0].securityContext.capabilities.add[0] at NET_ADMIN",
    "spec.containers[0].securityContext.runAsNonRoot at securityContext",
    "spec.containers[0].securityContext.seccompProfile.type at securityContext",
  ]);
});
