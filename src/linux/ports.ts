/** Ports as engines take them. Source: docker/go-connections v0.5 nat/nat.go ParsePortRange and validateProto. */

/** A port or a range of ports: `80`, `8000-8010`. 0 lets the engine pick one. */
export function isPortRange(text: string): boolean {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return false;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last <= 65_535;
}

export function isPortProtocol(text: string): boolean {
  return ["tcp", "udp", "sctp"].includes(text.toLowerCase());
}
