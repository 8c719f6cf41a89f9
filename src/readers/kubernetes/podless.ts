/** Tells by its text whether a document that cannot be parsed may hold a pod at all. */

/**
 * Built-in kinds without a pod (kubernetes v1.37, api/openapi-spec), and those of widespread
 * operators. Their text may hold the word `containers` all the same: a schema, a script, a policy.
 */
const PODLESS = new Set(
  `APIService Binding CertificateSigningRequest ClusterRole ClusterRoleBinding ConfigMap
  ControllerRevision CSIDriver CSINode CustomResourceDefinition Endpoints EndpointSlice Event
  FlowSchema HorizontalPodAutoscaler Ingress IngressClass Lease LimitRange
  MutatingWebhookConfiguration Namespace NetworkPolicy Node PersistentVolume PersistentVolumeClaim
  PodDisruptionBudget PodSecurityPolicy PriorityClass PriorityLevelConfiguration ResourceQuota Role
  RoleBinding RuntimeClass Secret Service ServiceAccount StorageClass ValidatingAdmissionPolicy
  ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment
  Certificate Issuer ClusterIssuer ServiceMonitor PodMonitor PrometheusRule Probe ScrapeConfig
  VerticalPodAutoscaler ScaledObject Gateway GatewayClass HTTPRoute GRPCRoute TCPRoute TLSRoute
  ReferenceGrant VirtualService DestinationRule AuthorizationPolicy PeerAuthentication
  CiliumNetworkPolicy ConstraintTemplate ClusterPolicy Policy Kustomization ExternalSecret SealedSecret
  SecretProviderClass SecurityContextConstraints IngressRoute ServiceEntry Route`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

const KIND = /^(["']?)kind\1[ \t]*:[ \t]*(["']?)([A-Za-z]{1,100})\2[ \t]*(?:#.*)?\r?$/gm;
const ANY_KIND = /^["']?kind["']?[ \t]*:/gm;
const POD_KIND =
  /^(?:Pod|PodTemplate|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob)$/;
/** What brings a pod into an object of a kind that is not known: its fields, or a template's text. */
const POD_WORDS = /containers|podTemplate|podSpec|\btemplate\b|\binclude\b|\btoYaml\b|\btpl\b/i;
/** A line of a template that puts nothing into the result by itself: `{{- if … }}`, `{{- $x := … }}`. */
const SILENT =
  /^[ \t]*(?:#|\{\{-?[ \t]*(?:(?:if|else|end|range|with|define)\b|\$\w+[ \t]*:?=|-?\}\}))/;

/** Whether a kind is known to hold no pod that runs. */
export function isPodless(kind: string): boolean {
  return PODLESS.has(kind);
}

/** False only when every document of the text names a kind that holds no pod. */
export function mayHoldPods(text: string): boolean {
  return withoutComments(text)
    .split(/^---.*$/m)
    .some(documentMayHoldPods);
}

/** Without a template's comments, which may go over several lines. */
function withoutComments(text: string): string {
  let rest = "";
  let at = 0;
  for (let open = text.indexOf("/*"); open >= 0; open = text.indexOf("/*", at)) {
    const close = text.indexOf("*/", open + 2);
    if (close < 0) break;
    rest += text.slice(at, open);
    at = close + 2;
  }
  return rest + text.slice(at);
}

function documentMayHoldPods(text: string): boolean {
  const kinds = [...text.matchAll(KIND)].map((match) => match[3] ?? "");
  if (kinds.length === 0) {
    return text.split("\n").some((line) => line.trim() !== "" && !SILENT.test(line));
  }
  if (kinds.length < [...text.matchAll(ANY_KIND)].length) return true;
  return kinds.some((kind) => !PODLESS.has(kind) && (POD_KIND.test(kind) || POD_WORDS.test(text)));
}
