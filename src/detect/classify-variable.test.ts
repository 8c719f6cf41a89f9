import fc from "fast-check";
import { expect, test } from "vitest";
import { classifyVariable } from "./classify-variable.ts";
import { tokenDetectors } from "./detectors.ts";
import { randomText, sampleOf, seededRandom } from "./testing.ts";

const random = seededRandom(21);
const key = randomText("base62", 40, random);
const word = randomText("base62", 10, random);

test.each([
  ["DATABASE_URL", `postgres://app:${word}@db/shop`],
  ["REDIS_URL", `redis://:${word}@cache:6379`],
  ["ANY_NAME", `postgres://app:${word}@db/shop`],
  ["PIP_INDEX_URL", `https://me:${word}@pypi.example.com/simple`],
  ["CONNECTION_STRING", `Server=db;User Id=sa;Password=${word}`],
  ["DB_PASSWORD", word],
  ["DB_PASSWORD", "1234"],
  ["DB_PASSWORD", "correct horse battery staple"],
  ["APP_SECRET", word],
  ["STRIPE_KEY", key],
  ["FOO_KEY", key],
  ["AWS_SECRET_ACCESS_KEY", randomText("base64", 40, seededRandom(5))],
  [
    "SLACK_WEBHOOK",
    [
      "https://hooks.slack.com/services/T0A1B2C3D4",
      "B0A1B2C3D4",
      randomText("base62", 24, random),
    ].join("/"),
  ],
  ["DEPLOY_WEBHOOK_URL", `https://hooks.example.com/x/${key}`],
  ["PUBLIC_API_SECRET", word],
  ["API_KEY", "0F3A9B7C55D2E6801B4C97AAE21D34F65B8890CE"],
  ["SIGNING_KEY", "0f3a9b7c55d2e6801b4c97aae21d34f65b8890ce"],
  ["DB_PASSWORD", "DB_PASSWORD"],
  ["KAFKA_SSL_KEYSTORE_PASSWORD", word],
  ["PUSHER_APP_SECRET", word],
  ["SPRING_APPLICATION_JSON", `{"spring.datasource.password":"${word}"}`],
  ["VCAP_SERVICES", `{"db":[{"credentials":{"name":"a","password": "${word}"}}]}`],
  ["JAVA_OPTS", `-Xmx1g -Djavax.net.ssl.keyStorePassword=${word}`],
])("%s with a literal value is a secret", (name, value) => {
  expect(classifyVariable(name, value)).toMatchObject({ kind: "secret" });
});

test.each([
  ["DATABASE_URL", "postgres://app@db/shop"],
  ["SPRING_APPLICATION_JSON", '{"server.port":"8080","spring.datasource.password":"${PW}"}'],
  ["CONFIG", '{"tokenUrl":"https://h.example/token","passwordPolicy":"strict"}'],
  ["JAVA_OPTS", "-Xmx1g -Djavax.net.ssl.trustStorePassword=changeit"],
  ["JAVA_OPTS", "-Dspring.datasource.password=$DB_PASSWORD -Duser.home=/app"],
  ["DATABASE_URL", "postgres://app:${DB_PASSWORD}@db/shop"],
  ["DATABASE_URL", "sqlite:///data/app.db"],
  ["REDIS_URL", "redis://cache:6379/0"],
  ["SENTRY_DSN", ""],
  ["WEBHOOK_URL", "https://api.example.com/webhooks/incoming"],
  ["DB_PASSWORD", ""],
  ["DB_PASSWORD", '""'],
  ["DB_PASSWORD", "$DB_PASSWORD"],
  ["DB_PASSWORD", "${DB_PASSWORD:?set it}"],
  ["DB_PASSWORD", "$(cat /run/secrets/db)"],
  ["DB_PASSWORD", "{{ .Values.password }}"],
  ["DB_PASSWORD", "<your password>"],
  ["DB_PASSWORD", "%%DB_PASSWORD%%"],
  ["FEDERATED_TOKEN", "$env:idToken"],
  ["HF_TOKEN", "HF_TOKEN"],
  ["IPINFO_APIKEY", "ACCESS_TOKEN"],
  ["API_KEY", "invalid"],
  ["SECRET_KEY", "dummySecretThatIsLongEnough------------------"],
  ["GPG_KEY", "0F3A9B7C55D2E6801B4C97AAE21D34F65B8890CE"],
  ["GPG_KEY", "0f3a9b7c55d2e6801b4c97aae21d34f65b8890ce"],
  ["GPG_KEYS", "0F3A9B7C55D2E6801B4C97AAE21D34F65B8890CE 0xA1B2C3D4E5F60718"],
  ["key", "0F3A9B7C55D2E6801B4C97AAE21D34F65B8890CE"],
  ["KAFKA_SSL_KEYSTORE_CREDENTIALS", "broker_keystore_creds"],
  ["KAFKA_LISTENER_NAME_CONTROLLER_SSL_KEY_CREDENTIALS", "controller_sslkey_creds"],
  ["REGISTRY_AUTH", "htpasswd"],
  ["PUSHER_APP_KEY", "chat-of-the-shop"],
  ["DB_PASSWORD", "/run/secrets/db_password"],
  ["DB_PASSWORD", "vault:secret/data/db#password"],
  ["API_KEY", "your-api-key"],
  ["API_KEY", "YOUR_API_KEY_HERE"],
  ["API_KEY", "xxxxxxxxxxxx"],
  ["API_KEY", "changeme"],
  ["API_KEY", "replace_me"],
  ["API_KEY", "${{ secrets.API_KEY }}"],
  ["AUTH_TOKEN", "true"],
  ["AUTH_TOKEN", "3600"],
  ["TOKEN", "https://login.example.com/oauth/token"],
  ["SECRET_KEY", "./keys/app.pem"],
  ["SSH_KEY", "/root/.ssh/id_ed25519"],
  ["MYSQL_RANDOM_ROOT_PASSWORD", "yes"],
  ["FOO_KEY", "customer-name"],
  ["CACHE_KEY", key],
  ["SOME_ID", "0f8fad5b-d9cb-469f-a165-70867728950e"],
  ["JWT_KEY", "-----BEGIN PUBLIC KEY-----\nMFk"],
  ["DEPLOY_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me"],
  ["DB_PASSWORD", "ENC[AES256_GCM,data:abc,type:str]"],
])("%s=%s is no secret", (name, value) => {
  expect(classifyVariable(name, value).kind).toBe("not-secret");
});

test.each([
  ["POSTGRES_PASSWORD", "postgres"],
  ["POSTGRES_PASSWORD", "changeme"],
  ["MYSQL_ROOT_PASSWORD", "example"],
  ["MINIO_ROOT_PASSWORD", "minioadmin"],
  ["ADMIN_PASSWORD", "admin"],
  ["JWT_SECRET", "secret"],
  ["DATABASE_URL", "postgres://postgres:postgres@db/x"],
])("%s with a default that everybody knows is a secret of low confidence", (name, value) => {
  expect(classifyVariable(name, value)).toMatchObject({
    kind: "secret",
    confidence: "low",
    defaultCredential: true,
  });
});

test("an access key id of AWS is no secret by itself", () => {
  const detector = tokenDetectors.find(({ id }) => id === "aws-access-key-id");
  if (detector === undefined) throw new Error("the detector is gone");
  const { text } = sampleOf(detector, seededRandom(1), "shortest");
  expect(classifyVariable("AWS_ACCESS_KEY_ID", text)).toMatchObject({
    kind: "maybe",
    detector: "aws-access-key-id",
  });
});

const sure = tokenDetectors.filter(({ confidence }) => confidence === "high");

test.each(sure.map((detector) => [detector.id, detector] as const))(
  "%s is a secret whatever the name",
  (_, detector) => {
    const { text } = sampleOf(detector, seededRandom(9), "shortest");
    expect(classifyVariable("SOMETHING", text)).toMatchObject({ kind: "secret" });
  },
);

test("no verdict repeats the value", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("DB_PASSWORD", "API_KEY", "DATABASE_URL", "WEBHOOK", "NAME", "FOO_KEY"),
      fc.string({ minLength: 12, maxLength: 60 }),
      (name, value) => {
        expect(JSON.stringify(classifyVariable(name, value))).not.toContain(value.slice(0, 12));
      },
    ),
  );
});

const MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="a"';

test.each([
  ["JAAS", `${MODULE} password="Tr0ub4dorX99";`, "secret"],
  ["JAAS", `${MODULE} password="\${PASSWORD}";`, "not-secret"],
  ["GITLAB_OMNIBUS_CONFIG", `gitlab_rails['smtp_password'] = "Tr0ub4dorX98"`, "secret"],
  ["GITLAB_OMNIBUS_CONFIG", `gitlab_rails['smtp_address'] = "mail.example.net"`, "not-secret"],
  [
    "NEUTRAL",
    "-----BEGIN RSA PRIVATE KEY-----\\nMIIEvQIBADAN\\n-----END RSA PRIVATE KEY-----",
    "secret",
  ],
  [
    "NEUTRAL",
    "-----BEGIN RSA PRIVATE KEY-----\\nkey\\n-----END RSA PRIVATE KEY-----",
    "not-secret",
  ],
])("a value of %s names its own secret: %s", (name, value, kind) => {
  expect(classifyVariable(name, value).kind).toBe(kind);
});
