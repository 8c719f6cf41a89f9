/** Seccomp, AppArmor and SELinux, as a container asks for them. */

export interface Seccomp {
  /** default: the engine's own profile; not-set: nothing asked and the engine (Kubernetes) may apply none. */
  readonly mode: "default" | "unconfined" | "custom" | "not-set";
  /** Path or name of a custom profile. */
  readonly name?: string;
  /** The parsed profile, when it could be read. */
  readonly profile?: unknown;
  /** Why the profile of a custom mode could not be read. */
  readonly unread?: string;
}

export interface AppArmor {
  readonly mode: "default" | "unconfined" | "profile";
  readonly name?: string;
}

export interface Selinux {
  readonly mode: "default" | "disabled" | "custom";
  readonly user?: string;
  readonly role?: string;
  readonly type?: string;
  readonly level?: string;
}
