import { expect, test } from "vitest";
import { only, podText, read, readPod, runtimeOf, told } from "./testing.ts";

const windows = (options: unknown) => ({ securityContext: { windowsOptions: options } });

test("one host process makes it a pod of Windows, without a word on the node", () => {
  const workload = readPod({ container: windows({ hostProcess: true }) });
  expect(workload.platform).toBe("windows");
  expect(told(runtimeOf(workload).privileged)).toBe('true <- set: "hostProcess":true');
});

test("of the pod, and turned off by a container", () => {
  const spec = windows({ hostProcess: true });
  expect(told(runtimeOf(readPod({ spec })).privileged)).toMatch(/^true <- inherited from the pod/);
  const off = readPod({ spec, container: windows({ hostProcess: false }) });
  expect(told(runtimeOf(off).privileged)).toMatch(/^false <- default/);
});

test("what is no boolean is not taken for false", () => {
  const workload = readPod({ container: windows({ hostProcess: "true" }) });
  expect(told(runtimeOf(workload).privileged)).toMatch(
    /^unknown, hostProcess must be true or false/,
  );
});

test("a user name of Windows alone leaves a pod what it is", () => {
  const workload = readPod({ container: windows({ runAsUserName: "ContainerUser" }) });
  expect(workload.platform).toBe("linux");
  expect(told(runtimeOf(workload).privileged)).toMatch(/^false <- default/);
});

test("an image of Windows tells the platform", () => {
  const image = "mcr.microsoft.com/windows/nanoserver:ltsc2022";
  const workload = readPod({
    container: { image, ...windows({ runAsUserName: "ContainerAdministrator" }) },
  });
  expect(workload.platform).toBe("windows");
  expect(told(workload.user)).toContain("ContainerAdministrator");
  expect(only(read(podText({})).workloads).platform).toBe("linux");
});
