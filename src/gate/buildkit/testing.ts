/** For tests: one client of a policy as its file says. */

import { compileGate } from "../policy/compile.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
