import { describe, expect, it } from "vitest";
import { readFileCapability } from "./file-capability.ts";

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));

describe("capabilities of files", () => {
  it("reads what setcap writes", () => {
    // setcap cap_net_raw+ep; cap_net_bind_service,cap_bpf+p; with `-n 1000`.
    expect(readFileCapability(bytes("0100000200200000000000000000000000000000"))).toEqual({
      permitted: ["NET_RAW"],
      inheritable: [],
      effective: true,
    });
    expect(readFileCapability(bytes("0000000200040000000000008000000000000000"))).toEqual({
      permitted: ["NET_BIND_SERVICE", "BPF"],
      inheritable: [],
      effective: false,
    });
    expect(readFileCapability(bytes("0100000300200000002000000000000000000000e8030000"))).toEqual({
      permitted: ["NET_RAW"],
      inheritable: ["NET_RAW"],
      effective: true,
      rootId: 1000,
    });
    expect(readFileCapability(bytes("010000010020000000000000"))).toMatchObject({
      permitted: ["NET_RAW"],
    });
  });

  it("refuses other versions and lengths", () => {
    expect(readFileCapability(bytes("010000020020000000000000"))).toBeUndefined();
    expect(readFileCapability(bytes("0100000400200000000000000000000000000000"))).toBeUndefined();
    expect(readFileCapability(new Uint8Array(0))).toBeUndefined();
  });
});
