import fc from "fast-check";
import { expect, test } from "vitest";
import { credentialFile } from "./credential-files.ts";

test.each([
  ".env", "app/.env", ".env.production", ".env.local", "config/prod.env", ".envrc", ".npmrc", "/root/.npmrc", ".pypirc", ".netrc", "_netrc",
  "id_rsa", "keys/id_ed25519", ".ssh/id_rsa", ".ssh", "/root/.ssh/", "deploy.ppk", "private.pem", "private-key.pem", "server-key.pem", "privkey.pem", "tls.key", "server.key", "some.pem",
  "cert.p12", "cert.pfx", "app.jks", "AuthKey.p8", "vault.kdbx", ".aws/credentials", "home/me/.aws/credentials", ".aws", ".docker/config.json", ".dockercfg", ".dockerconfigjson",
  "kubeconfig", "kubeconfig.yaml", "prod.kubeconfig", ".kube/config", ".git-credentials", "service-account.json", "service_account_key.json", "my-service-account.json", "gcp-key.json",
  "application_default_credentials.json", "terraform.tfstate", "terraform.tfstate.backup", "terraform.tfvars", ".vault-token", ".htpasswd", "wp-config.php", "secrets.yml", "secrets.yaml", "app-secrets.json",
  "credentials", "credentials.json", "config/master.key", "client_secret_123.json", ".pgpass", ".my.cnf", "rclone.conf", ".s3cfg", ".boto", ".terraformrc", ".m2/settings.xml", ".cargo/credentials.toml", "auth.json",
  ".bash_history", "ID_RSA", "C:\\Users\\me\\.ssh\\id_rsa",
])("%s holds credentials", (path) => {
  expect(credentialFile(path)).toBeDefined();
});

test.each([
  ".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults", "example.env", "id_rsa.pub", "my_id_rsa_notes.md", "cert.pem", "ca.pem", "fullchain.pem", "server-cert.pem", "ca-bundle.pem", "public.pem", "public.key",
  "package.json", "tsconfig.json", "keyboard.ts", "password_validation.py", "passwords.ts", "secrets.ts", "src/secrets/index.ts", "docker/config.json", "config.json", "credentials.ts", "token.go", "known_hosts", "authorized_keys",
  "environment.ts", ".env.d.ts/x.ts", "sealed-secrets.yaml", "external-secrets.yaml", "secrets.yaml.example", "secrets.sops", "wp-config-sample.php", ".dockerignore", "Dockerfile", "node_modules/.bin/env", "monkey", "", "/", ".", "..",
])("%s holds none", (path) => {
  expect(credentialFile(path)).toBeUndefined();
});

test("any path is judged", () => {
  fc.assert(fc.property(fc.string({ maxLength: 3000 }), (path) => void credentialFile(path)));
  const start = performance.now();
  for (const unit of ["a-", "key.", "service-account-", "secrets", "-private", "/.ssh"]) {
    credentialFile(unit.repeat(100_000));
  }
  expect(performance.now() - start).toBeLessThan(500);
});
