import { expect, test } from "vitest";
import { operation } from "../api/operations.ts";
import { checkBodyType, readHeaders, type RawHeaders } from "./headers.ts";

const outcome = (id: string, raw: RawHeaders): unknown => {
  const read = readHeaders(operation(id), raw);
  return read.ok ? read.value : read.refusal.code;
};

test("streams are upgraded to their own protocol and to no other", () => {
  const ask = (protocol: string): RawHeaders => [
    ["Connection", "Upgrade"],
    ["Upgrade", protocol],
  ];
  expect(outcome("ContainerAttach", ask("tcp"))).toEqual({ headers: [], upgrade: "tcp" });
  expect(outcome("ExecStart", ask("TCP"))).toMatchObject({ upgrade: "tcp" });
  expect(outcome("Session", ask("h2c"))).toMatchObject({ upgrade: "h2c" });
  expect(outcome("ExecStart", ask("h2c"))).toBe("upgrade");
  expect(outcome("ContainerCreate", ask("tcp"))).toBe("upgrade");
  expect(outcome("ContainerAttach", [["Upgrade", "tcp"]])).toBe("upgrade");
  expect(outcome("ContainerAttach", [...ask("tcp"), ["upgrade", "tcp"]])).toBe("upgrade");
});

test("a web socket's own headers pass there only", () => {
  const raw: RawHeaders = [
    ["Connection", "keep-alive, Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Key", "k"],
    ["Origin", "http://evil.example"],
  ];
  expect(outcome("ContainerAttachWebsocket", raw)).toEqual({
    headers: [["sec-websocket-key", "k"]],
    upgrade: "websocket",
  });
  expect(outcome("ContainerInspect", [["sec-websocket-key", "k"]])).toEqual({ headers: [] });
});

test("credentials pass where a handler reads them", () => {
  const raw: RawHeaders = [["X-Registry-Auth", "e30="]];
  expect(outcome("ImagePush", raw)).toEqual({ headers: [["x-registry-auth", "e30="]] });
  expect(outcome("ImageSearch", raw)).toEqual({ headers: [["x-registry-auth", "e30="]] });
  expect(outcome("ContainerInspect", raw)).toEqual({ headers: [] });
  expect(outcome("ImagePush", [...raw, ...raw])).toBe("bad-header");
  expect(outcome("ImagePush", [["X-Registry-Auth", "a\r\nb"]])).toBe("bad-header");
});

test("the type of a body is the gate's own", () => {
  const types = (value: string): RawHeaders => [["Content-Type", value]];
  expect(outcome("ContainerCreate", types("application/json; charset=utf-8"))).toEqual({
    headers: [["content-type", "application/json"]],
  });
  expect(outcome("ImageLoad", types("application/tar"))).toEqual({
    headers: [["content-type", "application/x-tar"]],
  });
  for (const form of [
    "multipart/mixed",
    " application/x-www-form-urlencoded",
    "Multipart/Form-Data;b=c",
  ]) {
    expect(outcome("ImageLoad", types(form))).toBe("content-type");
    expect(outcome("ContainerStart", types(form))).toBe("content-type");
  }
  expect(outcome("ContainerStart", [...types("a/b"), ...types("a/b")])).toBe("content-type");
  const create = operation("ContainerCreate");
  expect(checkBodyType(create, types("application/json;charset=utf-8")).ok).toBe(true);
  expect(checkBodyType(create, types("application/jsonp")).ok).toBe(false);
  expect(checkBodyType(create, types("application/json, text/plain")).ok).toBe(false);
});
