/** Images and containers that are targets of a check. What reads them is loaded only for them. */

import type { Invocation, UsageProblem } from "../../../command.ts";
import type { Progress } from "../progress.ts";
import type { SourceReading } from "./read.ts";
import type { SourceTarget } from "./targets.ts";

export async function readNamed(
  sources: readonly SourceTarget[],
  { options, io }: Invocation,
  progress: Progress,
): Promise<SourceReading | UsageProblem> {
  const { readSources } = await import("./read.ts");
  const platform = options.text("platform");
  const authorities = options.text("ca");
  const lines = options.text("log-lines") ?? "0";
  if (!/^\d{1,7}$/.test(lines)) {
    return {
      problem: `--log-lines ${lines} is no number of lines`,
      help: "write --log-lines 1000",
    };
  }
  if (platform !== undefined && !/^\w+\/[\w.-]+(?:\/[\w.-]+)?$/.test(platform)) {
    return { problem: `--platform ${platform} is no platform`, help: "write it as linux/arm64" };
  }
  return readSources(sources, {
    io,
    progress,
    useCache: !options.flag("no-cache"),
    logLines: Number(lines),
    plainHttp: options.flag("plain-http"),
    ...(authorities === undefined ? {} : { authorities }),
    ...(platform === undefined ? {} : { platform }),
  });
}
