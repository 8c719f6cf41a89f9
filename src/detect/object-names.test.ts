import { describe, expect, test } from "vitest";
import { classifyVariable } from "./classify-variable.ts";

const verdict = (name: string, value: string) => {
  const { kind, confidence } = classifyVariable(name, value);
  return kind === "secret" ? `secret ${confidence}` : kind;
};

describe("the name of another object is no secret", () => {
  test.each([
    ["secret", "my-tls-secret"],
    ["secret", "shop-db-creds-2"],
    ["tlsSecret", "ghost.local-tls"],
    ["tlsSecret", "myTlsSecret"],
    ["TLS_SECRET", "shop-certificate"],
    ["imagePullSecret", "acme-registry"],
    ["passwordSecret", "shop-mysql-password"],
    ["passwordKey", "postgres-password"],
    ["passwordKey", "pg_su_password"],
    ["existingSecretPasswordKey", "redis-password"],
    ["clientSecretKey", "clientSecret"],
    ["token", "shop-robot-token-v2"],
    ["SLACK_CLIENT_SECRET", "slack.client-secret"],
    ["credentialsSecret", "backup-credentials"],
  ])("%s: %s", (name, value) => {
    expect(verdict(name, value)).toBe("not-secret");
  });
});

describe("what may be one, or a secret that was chosen badly, is less sure", () => {
  test.each([
    ["webSocketSecret", "words-for-talking-to-stats"],
    ["nodeSecret", "cockroach-node"],
    ["password", "client-password"],
    ["postgresPassword", "not-secure-database-password"],
    ["DB_PASSWORD", "my-secret-pw"],
    ["password", "admin123"],
    ["password", "cGFzc3dvcmQ="],
  ])("%s: %s", (name, value) => {
    expect(verdict(name, value)).toBe("secret low");
  });
});

describe("secrets stay secrets", () => {
  test.each([
    ["secret", "x7-q9fk-2mzp-7xk3"],
    ["secret", "Kq3vR8wLxT2mZp9a"],
    ["JWT_SECRET", "correct-horse-battery"],
    ["password", "correct-horse-battery-staple"],
    ["DB_PASSWORD", "shop-prod-2024"],
    ["apiKey", "a1b2-c3d4-e5f6-a7b8"],
    ["token", "6A0EA6C6-8006-4E39-FC44-C35FF6E561A8"],
  ])("%s: %s", (name, value) => {
    expect(verdict(name, value)).toMatch(/^secret (?:high|medium)$/);
  });
});

describe("values that are filled in, cut off or settings", () => {
  test.each([
    ["PASSWORD", "$1"],
    ["token", "9cbaf023786cd7..."],
    ["pass", "<<<ADMINPW>>>"],
    ["apiKey", "00000000000000000000000000000000"],
    ["registry-auth-token", "^4.0.0"],
    ["AGENT_TOKEN", "-config-file /etc/agent-token.json"],
    ["token", "\\b(\\w+)\\b"],
    ["AWS_SECRET_KEY", "(?i).*aws_secret_access_key"],
    ["gcp_credentials", "ENCRYPTED[a28959877b2c9c36f151781b0a05]"],
    ["minisign_secret_key", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"],
    ["password", '\\"$ADMIN_PASSWORD\\"'],
    ["sasl_password", "projects/12345/secrets/my-sasl/versions/1"],
    ["password", "%saccess"],
  ])("%s: %s", (name, value) => {
    expect(verdict(name, value)).toBe("not-secret");
  });
});
