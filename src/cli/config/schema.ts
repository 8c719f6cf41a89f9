/** The shape of plimsoll.yaml. The published JSON Schema is made from this. */

import * as z from "zod";
import { severities } from "../../model/finding.ts";

const severity = z.enum(severities);

export const exceptionSchema = z
  .strictObject({
    rule: z
      .union([z.string(), z.array(z.string()).min(1)])
      .meta({ description: "The rule or rules that it covers." }),
    path: z
      .string()
      .optional()
      .meta({ description: "A glob over paths: `legacy/**`. Absent: every file." }),
    workload: z
      .string()
      .optional()
      .meta({ description: "A workload's id, or its part after `#`: `services.db`." }),
    subject: z.string().optional().meta({
      description:
        "What the finding is about, as in the JSON report: a capability, a path, a variable.",
    }),
    reason: z.string().trim().min(1).meta({ description: "Why the risk is accepted." }),
    until: z
      .union([z.iso.date(), z.date().transform((date) => date.toISOString().slice(0, 10))])
      .optional()
      .meta({ description: "The last day on which it holds, YYYY-MM-DD." }),
  })
  .meta({ description: "Findings that are accepted." });

export const configSchema = z
  .strictObject({
    "fail-on": z
      .enum([...severities, "none"])
      .optional()
      .meta({ description: "The least severity that makes the exit status 1. Default: medium." }),
    exclude: z
      .array(z.string())
      .optional()
      .meta({ description: "Globs over paths that are not read: `vendor/**`." }),
    rules: z
      .record(
        z.string(),
        z.union([z.literal("off"), severity, z.strictObject({ severity: severity.optional() })]),
      )
      .optional()
      .meta({ description: "Per rule: `off`, or the severity that it shall have here." }),
    standards: z.array(z.string()).optional().meta({
      description: "Published standards that pods are judged by: `pod-security:baseline`.",
    }),
    baseline: z.string().optional().meta({ description: "Findings in this file do not count." }),
    strict: z.boolean().optional().meta({ description: "Exit with 4 when something is unknown." }),
    "inline-exceptions": z.boolean().optional().meta({
      description: "Whether exceptions in comments and annotations count. Default: true.",
    }),
    exceptions: z.array(exceptionSchema).optional(),
  })
  .meta({ title: "plimsoll.yaml", description: "Configuration of Plimsoll." });

export type ConfigData = z.output<typeof configSchema>;

/** The JSON Schema of plimsoll.yaml, for editors. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, {
    io: "input",
    unrepresentable: "any",
    target: "draft-7",
  });
}
