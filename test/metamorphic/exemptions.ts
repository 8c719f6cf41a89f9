import type { Form, Row } from "./forms.ts";

/** Carriers that change what is written, with the reason. */
export const exemptions: readonly {
  readonly rule: string;
  readonly form: Form;
  readonly carrier: string;
  readonly why: string;
}[] = [
  {
    rule: "useless-capability",
    form: "run-line",
    carrier: "podman run",
    why: "Podman makes what is added for a user who is not root ambient, so that it can be used",
  },
  {
    rule: "useless-capability",
    form: "container",
    carrier: "what Podman answers clients of Docker",
    why: "as above",
  },
  {
    rule: "no-resource-limits",
    form: "kubernetes",
    carrier: "an ephemeral container",
    why: "Kubernetes refuses limits there",
  },
];

export function isExempt({ rule }: Row, form: Form, carrier: string): boolean {
  return exemptions.some(
    (exempt) => exempt.rule === rule && exempt.form === form && exempt.carrier === carrier,
  );
}
