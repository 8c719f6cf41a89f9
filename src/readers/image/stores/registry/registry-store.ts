/** An image in a registry, read as it comes: nothing of it is kept on disk, no layer in memory. */

import { homedir } from "node:os";
import { parseImageReference } from "../../../../model/image-reference.ts";
import type { LayerReport } from "../../layers/layer-report.ts";
import type { Descriptor } from "../../manifest/descriptor.ts";
import { isAttestation } from "../../manifest/descriptor.ts";
import type { Document, Root } from "../../manifest/store.ts";
import { MAX_DOCUMENT_BYTES } from "../../manifest/store.ts";
import type { ByteStream } from "../../stream/byte-stream.ts";
import { readAll } from "../../stream/byte-stream.ts";
import { createAuthorization } from "./authorization.ts";
import { blobStream } from "./blob-stream.ts";
import { createClient } from "./client.ts";
import type { CredentialPlaces } from "./credentials/find-credentials.ts";
import { findCredentials } from "./credentials/find-credentials.ts";
import { endpointOf } from "./endpoint.ts";
import { createGate } from "./gate.ts";
import { fetchManifest, isManifestType } from "./manifests.ts";
import { readAuthorities } from "./authorities.ts";
import { createNetwork } from "./network.ts";
import { proxiesOf } from "./proxies.ts";
import type { ResolveAll } from "./network-guard.ts";
import { createNetworkGuard } from "./network-guard.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, isProblem, problem } from "./problem.ts";
import type { ReferringStore } from "./referrers.ts";
import { fetchCosigned, fetchReferrers } from "./referrers.ts";
import { createRetries } from "./retries.ts";
import type { Timing } from "./timing.ts";
import { TIMING, createPatience } from "./timing.ts";
import { fetchToken } from "./token-service.ts";

export interface RegistryOptions {
  /** As the user wrote it: `node:22`, `localhost:5000/app@sha256:…`. */
  readonly reference: string;
  /** The target as it is shown. */
  readonly name: string;
  /** Reads the stream or closes it; the digest is that by which the registry is asked for it. */
  readonly scan: (blob: ByteStream, digest: string) => Promise<LayerReport>;
  /** Speaks HTTP without TLS to the registry, wherever it is. */
  readonly plainHttp?: boolean;
  /** A file of certificates of authorities in PEM form, to trust besides those of Node and the system. */
  readonly authorities?: string;
  /** Where credentials and proxies are looked up; this process's own environment when absent. */
  readonly places?: CredentialPlaces;
  readonly timing?: Partial<Timing>;
  readonly resolve?: ResolveAll;
}

/** As many as Docker pulls at once. */
const MAX_LAYERS_AT_ONCE = 3;

/** Asks the registry for the image's manifest or index, and gives the store that begins there. */
export async function openRegistry(
  options: RegistryOptions,
): Promise<ReferringStore | RegistryProblem> {
  const reference = parseImageReference(options.reference);
  if (reference === undefined || reference.repository === "scratch") {
    // It is not shown: what is no reference may hold a password.
    return problem("it is no image reference", "write it as HOST/NAME:TAG or HOST/NAME@sha256:…");
  }
  const endpoint = endpointOf(reference, options.plainHttp ?? false);
  if (isProblem(endpoint)) return endpoint;
  const authorities =
    options.authorities === undefined ? undefined : readAuthorities(options.authorities);
  if (authorities !== undefined && isProblem(authorities)) return authorities;

  const places = options.places ?? { environment: process.env, home: homedir() };
  const proxies = proxiesOf(places.environment);
  if (isProblem(proxies)) return proxies;
  const timing = { ...TIMING, ...options.timing };
  const patience = createPatience(timing);
  const guard = createNetworkGuard(endpoint.origins[0]?.hostname ?? "", options.resolve);
  const network = createNetwork({
    guard,
    timing,
    patience,
    proxies,
    ...(authorities === undefined ? {} : { authorities }),
  });
  const retries = createRetries(network, timing, patience);
  const { host, repository } = endpoint;
  const client = createClient({
    endpoint,
    network,
    retries,
    authorize: (registry) =>
      createAuthorization({
        registry,
        host,
        repository,
        find: () => findCredentials(host, repository, places),
        fetchToken: (request) => fetchToken(request, retries.sender, timing, patience),
      }),
  });
  const common = { client, timing, patience, repository };

  const first = await fetchManifest({ ...common, reference: endpoint.reference });
  if (isProblem(first)) {
    network.close();
    return first;
  }
  const top: Descriptor = {
    mediaType: first.mediaType,
    digest: first.digest,
    size: first.bytes.length,
    annotations: {},
    urls: [],
  };
  const blob = ({ digest, size }: Descriptor): ReturnType<typeof blobStream> =>
    blobStream({
      ...common,
      path: `${repository}/blobs/${digest}`,
      digest,
      ...(size === undefined ? {} : { size }),
    });

  const manifest = async ({ digest, size }: Descriptor): Promise<Document | RegistryProblem> =>
    fetchManifest({ ...common, reference: digest, ...(size === undefined ? {} : { size }) });
  const plainDocument = async (at: Descriptor): Promise<Document | RegistryProblem> => {
    const stream = blob(at);
    const bytes = await readAll(stream, MAX_DOCUMENT_BYTES);
    stream.close();
    if ("problem" in bytes) return stream.refusal() ?? problem(bytes.problem, NOT_TRUSTED);
    return { bytes };
  };
  const read = async (at: Descriptor): Promise<Document | RegistryProblem> => {
    if (at.digest === top.digest) return { bytes: first.bytes };
    if (at.size !== undefined && at.size > MAX_DOCUMENT_BYTES) {
      return problem(`a document of ${String(at.size)} bytes is not read`, NOT_TRUSTED);
    }
    if (isManifestType(at.mediaType)) return manifest(at);
    const found = await plainDocument(at);
    // Of what kind it is, only its type tells; that may be wrong.
    return isProblem(found) && found.missing === true ? manifest(at) : found;
  };
  const gate = createGate(MAX_LAYERS_AT_ONCE);

  return {
    name: options.name,
    roots: (): Promise<readonly Root[]> =>
      Promise.resolve([
        { names: [reference.text], start: { kind: "descriptor", descriptor: top } },
      ]),
    document: async (at) => {
      const found = await read(at);
      // A platform may be left out of a mirror; an attestation that is promised and not there is told.
      if (isProblem(found) && found.missing === true && isAttestation(at)) {
        return problem("the registry does not have it", found.settle);
      }
      return found;
    },
    layer: (at) =>
      gate(async () => {
        const stream = blob(at);
        const report = await options.scan(stream, at.digest);
        stream.close();
        return stream.refusal() ?? report;
      }),
    referrers: (subject) => fetchReferrers(common, subject.digest),
    cosigned: (subject) => fetchCosigned(common, subject.digest),
    close: network.close,
  };
}
