import { expect, test } from "vitest";
import { tokenDetectors } from "./detectors.ts";

/** Kinds of secrets that a scanner of images must know, and what knows them here beside the finders of text. */
const KINDS: Readonly<Record<string, string>> = {
  GitHub: "github-token github-fine-grained-token github-app-token",
  GitLab:
    "gitlab-token gitlab-routable-token gitlab-pipeline-trigger-token gitlab-job-token gitlab-runner-registration-token gitlab-oauth-secret",
  AWS: "aws-access-key-id aws-key-pair aws-secret-access-key aws-session-token aws-bedrock-key",
  Google: "google-api-key google-oauth-secret google-refresh-token google-access-token",
  Azure:
    "azure-account-key azure-shared-access-key azure-app-configuration-secret azure-annotated-key entra-client-secret",
  Docker:
    "docker-hub-token docker-config-auth docker-identity-token docker-config-base64 swarm-token swarm-unlock-key",
  Vault: "vault-token vault-legacy-token terraform-cloud-token",
  "package registries":
    "npm-token npmrc-auth-token yarn-auth-token pypi-token rubygems-token crates-token nuget-key",
  Kubernetes: "kubernetes-bootstrap-token openshift-token private-key-base64",
  keys: "age-secret-key wireguard-private-key jwt jenkins-secret",
  Slack: "slack-token slack-app-token slack-webhook slack-workflow-webhook",
  Stripe: "stripe-key stripe-webhook-secret",
  models:
    "openai-key anthropic-key huggingface-token groq-key xai-key perplexity-key langsmith-key",
  hosting: "digitalocean-token databricks-token heroku-key fly-token vercel-token supabase-token",
  mail: "sendgrid-key mailgun-key mailchimp-key twilio-key twilio-auth-token",
  chat: "telegram-bot-token discord-bot-token discord-webhook teams-webhook",
  shops: "shopify-token square-token square-access-token",
  monitoring:
    "new-relic-key datadog-key datadog-application-key grafana-service-account-token grafana-cloud-token grafana-api-key sentry-token sentry-user-token sonar-token dynatrace-token",
  tools:
    "postman-key atlassian-token bitbucket-app-password cloudflare-token cloudflare-origin-ca-key linear-key notion-token notion-legacy-token planetscale-token pulumi-token doppler-token doppler-service-token",
  access:
    "onepassword-service-token onepassword-secret-key tailscale-key okta-token artifactory-token artifactory-reference-token circleci-token buildkite-token",
  data: "mongodb-atlas-secret confluent-secret",
  "other clouds":
    "alibaba-access-key alibaba-access-key-secret tencent-secret-id yandex-key yandex-static-secret zuplo-key",
  "password hashes":
    "crypt-hash crypt-hash-with-rounds yescrypt-hash bcrypt-hash ldap-password-hash argon2-hash scram-verifier pbkdf2-hash",
};

test("every kind has its detectors, and every detector is of a kind", () => {
  const wanted = Object.values(KINDS).flatMap((ids) => ids.split(" "));
  expect(tokenDetectors.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
});
