import { expect, test } from "vitest";
import { BuildResults } from "./build-results.ts";
import { writeUnary } from "./grpc-message.ts";
import { decodeProto, encodeProto, ProtoMessage, type ProtoValue } from "./proto/codec.ts";
import { BridgeSolveResponse, ReturnRequest } from "./proto/messages.ts";

const message = (fields: Readonly<Record<string, ProtoValue>>): ProtoMessage =>
  new ProtoMessage(new Map(Object.entries(fields)));
const result = (config: string): ProtoMessage =>
  message({
    ref: message({ id: "r1" }),
    metadata: [message({ key: "containerimage.config", value: Buffer.from(config) })],
  });
const answer = (config: string): Uint8Array =>
  writeUnary(encodeProto(message({ result: result(config) }), BridgeSolveResponse));
const returned = (config: string): ProtoMessage => message({ result: result(config) });

test("only what the engine gave to that build comes back as its result", () => {
  const results = new BuildResults();
  results.given("a", answer("{1}"));
  expect(results.judgeReturn("a", returned("{1}"))).toBeUndefined();
  expect(results.judgeReturn("a", returned("{2}"))?.rule).toBe("build-result-refused");
  expect(results.judgeReturn("b", returned("{1}"))?.rule).toBe("build-result-refused");
  expect(results.judgeReturn("b", message({ error: message({}) }))).toBeUndefined();
});

test("attestations of the client's own are refused", () => {
  const forged = message({
    result: message({ attestations: new Map([["linux/amd64", message({ attestation: [] })]]) }),
  });
  expect(new BuildResults().judgeReturn("a", forged)?.rule).toBe("build-result-refused");
});

test("fields that a newer engine answers with are passed over, and broken answers give nothing", () => {
  const results = new BuildResults();
  const newer = Buffer.concat([answer("{1}").subarray(5), Buffer.from("fa0101619a010162", "hex")]);
  results.given("a", writeUnary(newer));
  expect(results.judgeReturn("a", returned("{1}"))).toBeUndefined();
  results.given("c", Buffer.from("00"));
  expect(results.judgeReturn("c", returned("{1}"))?.rule).toBe("build-result-refused");
});

test("the graph of a result is taken in, and does not go on", () => {
  const read = decodeProto(Buffer.from("0a0a1a080a02723112020a00", "hex"), ReturnRequest);
  if (!read.ok) throw new Error(read.refusal.message);
  expect(Buffer.from(encodeProto(read.value, ReturnRequest)).toString("hex")).toBe(
    "0a061a040a027231",
  );
});

test("many builds are not remembered for ever", () => {
  const results = new BuildResults();
  for (let index = 0; index < 65; index++) results.given(String(index), answer("{1}"));
  expect(results.judgeReturn("0", returned("{1}"))).toBeDefined();
  expect(results.judgeReturn("64", returned("{1}"))).toBeUndefined();
});
