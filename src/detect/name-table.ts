/**
 * What words in the names of variables say about secrets. Scores are in hundredths: 70 and more is a
 * secret, 30 to 69 may be one.
 *
 * Collected from the environment variables that the official images on Docker Hub, the cloud SDKs,
 * and the rule sets of public secret scanners document (state of November 2026), and from the words that
 * BuildKit's check SecretsUsedInArgOrEnv misses or flags wrongly
 * (moby/buildkit 73ed6825c frontend/dockerfile/dockerfile2llb/validations.go).
 */

/** What sort of secret a word names. It decides how a value is judged. */
export type SecretSort = "password" | "token" | "key" | "secret" | "url" | "webhook" | "hash";

export interface Noun {
  readonly sort: SecretSort;
  /** With other words around it. */
  readonly score: number;
  /** When it is the whole name. */
  readonly alone: number;
}

/** Words that name a secret when they are the head of a name: its last word that is no descriptor. */
export const nouns: Readonly<Record<string, Noun>> = {
  password: { sort: "password", score: 95, alone: 95 },
  passwords: { sort: "password", score: 80, alone: 80 },
  passwd: { sort: "password", score: 95, alone: 95 },
  passwrd: { sort: "password", score: 95, alone: 95 },
  pword: { sort: "password", score: 90, alone: 90 },
  passphrase: { sort: "password", score: 95, alone: 95 },
  passcode: { sort: "password", score: 80, alone: 80 },
  passwort: { sort: "password", score: 90, alone: 90 },
  pass: { sort: "password", score: 85, alone: 70 },
  // `PWD` and `OLDPWD` are the shell's working directory.
  pwd: { sort: "password", score: 85, alone: 0 },
  pw: { sort: "password", score: 70, alone: 50 },
  pin: { sort: "password", score: 35, alone: 30 },
  otp: { sort: "password", score: 35, alone: 30 },
  secret: { sort: "secret", score: 90, alone: 90 },
  secrets: { sort: "secret", score: 70, alone: 60 },
  credential: { sort: "secret", score: 85, alone: 80 },
  credentials: { sort: "secret", score: 85, alone: 80 },
  creds: { sort: "secret", score: 85, alone: 80 },
  cred: { sort: "secret", score: 80, alone: 70 },
  token: { sort: "token", score: 85, alone: 85 },
  tokens: { sort: "token", score: 60, alone: 40 },
  jwt: { sort: "token", score: 75, alone: 75 },
  pat: { sort: "token", score: 75, alone: 60 },
  bearer: { sort: "token", score: 70, alone: 60 },
  sas: { sort: "token", score: 45, alone: 30 },
  auth: { sort: "token", score: 40, alone: 40 },
  authtoken: { sort: "token", score: 90, alone: 90 },
  key: { sort: "key", score: 35, alone: 30 },
  keys: { sort: "key", score: 25, alone: 20 },
  apikey: { sort: "key", score: 90, alone: 90 },
  apikeys: { sort: "key", score: 80, alone: 80 },
  privkey: { sort: "key", score: 85, alone: 85 },
  cookie: { sort: "token", score: 20, alone: 10 },
  salt: { sort: "secret", score: 50, alone: 45 },
  pepper: { sort: "secret", score: 70, alone: 60 },
  mnemonic: { sort: "secret", score: 70, alone: 70 },
  hash: { sort: "hash", score: 0, alone: 0 },
  url: { sort: "url", score: 0, alone: 0 },
  uri: { sort: "url", score: 0, alone: 0 },
  urls: { sort: "url", score: 0, alone: 0 },
  dsn: { sort: "url", score: 50, alone: 50 },
  jdbc: { sort: "url", score: 40, alone: 30 },
  connstr: { sort: "url", score: 60, alone: 60 },
  webhook: { sort: "webhook", score: 40, alone: 35 },
  webhooks: { sort: "webhook", score: 40, alone: 35 },
};

/** What the words before (or after) the head add to its score. */
export const modifiers: Readonly<Record<SecretSort, Readonly<Record<string, number>>>> = {
  password: { minimum: -60, max: -80, min: -80, no: -80, show: -80, hide: -80, reset: -40, forgot: -80, incorrect: -80, invalid: -80, allow: -80, require: -80, use: -50, enable: -80, disable: -80, search: -60, boarding: -80, season: -80, render: -80, first: -60, second: -60, single: -60, low: -60, high: -60, band: -60 },
  secret: { image: -60, pull: -60, external: -40, use: -50, enable: -80, disable: -80, create: -80, existing: -80, no: -80, mount: -60, sealed: -60 },
  token: {
    max: -90, min: -90, num: -90, total: -90, count: -90, prompt: -90, completion: -90, input: -90,
    output: -90, context: -90, stop: -90, special: -90, eos: -90, bos: -90, pad: -90, unk: -90,
    mask: -90, next: -80, page: -80, continuation: -80, pagination: -80, sync: -30, cancellation: -80,
    use: -60, enable: -80, disable: -80, require: -80, skip: -80, design: -80, separator: -80,
    npm: 30, basic: 30, csrf: -20, xsrf: -20, public: -20, publishable: -70, mapbox: -10, client: 0,
    redis: 30, rediscli: 40, registry: 30, git: 10, docker: 15, no: -80, allow: -80, anonymous: -60, mutual: -60,
    peer: -60, ldap: -10, smtp: -10, user: 0, erc20: -90, nft: -90, instance: -20,
  },
  key: {
    api: 50, apis: 50, secret: 55, private: 50, priv: 50, access: 40, encryption: 50, encrypt: 45, enc: 40, decryption: 50,
    crypto: 40, cipher: 45, crypt: 40, signing: 45, sign: 40, signature: 40, master: 45, auth: 45,
    app: 40, application: 35, license: 40, licence: 40, account: 45, storage: 40, service: 35,
    deploy: 45, deployment: 40, ssh: 40, session: 40, jwt: 50, jwk: 35, hmac: 50, aes: 50, rsa: 40,
    fernet: 55, webhook: 35, admin: 45, shared: 45, server: 35, root: 40, write: 40, ingest: 30,
    ingestion: 40, instrumentation: 15, subscription: 40, integration: 40, personal: 40,
    consumer: 35, client: 25, tls: 35, ssl: 35, vault: 40, unseal: 55, sas: 45, kms: 5, gpg: 40, pgp: 40,
    password: 45, token: 40, cookie: 45, wallet: 40, recovery: 40, backup: 35, stripe: 40, openai: 45,
    sendgrid: 45, anthropic: 45, datadog: 40, dd: 35, algolia: 30, mailgun: 45, twilio: 40, azure: 35,
    aws: 40, gcp: 40, google: 35, maps: 20, github: 35, gitlab: 35, npm: 40, nuget: 40, pypi: 40,
    cloudflare: 40, cf: 25, cosmos: 40, cosmosdb: 40, search: 25, cognitive: 40, relic: 45, newrelic: 45, honeycomb: 45, wireguard: 40, wg: 30,
    django: 40, flask: 40, rails: 45, symfony: 40, laravel: 40, grafana: 35, sentry: 30, linear: 40,
    dev: 15, rest: 25, seed: 30, db: 25, database: 25, user: 15, bot: 25, telegram: 30, discord: 30,
    host: 10, management: 40, functions: 40, function: 35, eventgrid: 40, validator: 40, ethereum: 20, hex: 5,
    public: -60, pub: -60, publishable: -80, primary: -40, foreign: -60, sort: -60, partition: -60,
    cache: -60, hash: -40, range: -60, index: -50, unique: -60, idempotency: -60, routing: -60,
    shard: -60, group: -50, object: -60, bucket: -60, redis: -30, lock: -50, queue: -40,
    config: -40, row: -60, column: -60, map: -60, dict: -60, json: -50, registry: -30, hot: -60,
    hotkey: -60, arrow: -60, translation: -60, i18n: -60, locale: -60, feature: -50, flag: -50,
    tab: -60, enter: -60, escape: -60, shortcut: -60, leader: -60, modifier: -60, compose: -40,
    verify: -20, verification: -30, verifying: -30, trusted: -50, authorized: -50, known: -50, site: -10, label: -60,
    annotation: -60, taint: -60, topology: -60, metadata: -60, metric: -60, order: -60, by: -40,
    check: -30, no: -60, use: -60, enable: -80, generate: -60, require: -60, allow: -60, missing: -80, invalid: -80,
    sonar: -60, project: -30, jira: -20, sort_by: -60, apt: -20, repo: -20, message: -50, event: -40, kafka: -30,
  },
  hash: { password: 60, passwd: 60, pass: 60, pwd: 60, secret: 50, token: 40, admin: 20, bcrypt: 50, htpasswd: 60, auth: 40 },
  url: {
    database: 55, db: 55, postgres: 55, postgresql: 55, pg: 55, mysql: 55, mariadb: 55, mongo: 55,
    mongodb: 55, redis: 50, valkey: 50, amqp: 55, rabbitmq: 55, rabbit: 55, cloudamqp: 55, broker: 50, celery: 40,
    clickhouse: 50, mssql: 55, sqlserver: 55, oracle: 50, cassandra: 45, neo4j: 45, couchdb: 50,
    influx: 40, influxdb: 40, jdbc: 50, sqlalchemy: 55, cockroach: 50, cockroachdb: 50, ldap: 30,
    sql: 45, queue: 35, sentry: 10, memcached: 30, elasticsearch: 35, elastic: 30, opensearch: 35, smtp: 40, mailer: 45, pip: 35, uv: 30,
    datasource: 50, nats: 40, cloudinary: 55, webhook: 40, hook: 35, dsn: 50, shadow: 10, index: 10, direct: 5,
    proxy: 30, dashboard: -60, console: -60, admin: -40, public: -40, docs: -80, metrics: -60,
  },
  webhook: { slack: 35, discord: 35, teams: 35, mattermost: 30, zapier: 30, google: 20, alert: 10, msteams: 35, port: -60, path: -60 },
};

/**
 * Words that turn the name of a secret into the name of something about it: a name that ends in one
 * of them holds no secret.
 */
export const descriptors: ReadonlySet<string> = new Set(
  `file files path paths dir directory folder location filename name names id ids alias aliases mode
  type types kind ttl expiry expires expire expiration exp expired policy policies endpoint endpoints host
  hostname hosts port ports provider providers header headers length len size minimum maximum min max count
  limit limits algorithm alg algo format fmt version versions issuer audience aud scope scopes
  prefix suffix enabled enable disabled disable required require requires allow allowed method methods strategy
  backend engine driver store manager service server region namespace ns label labels field fields column
  param params parameter parameters regex pattern validation validator validators rule rules rotation rotate interval
  timeout retry retries attempts age days hours minutes seconds secs sec ms lifetime duration refresh
  cache reset change changed hint prompt strength complexity history generator generation user
  username login authentication authenticator authorization status state level domain realm group
  groups role roles class module plugin handler middleware adapter client resolver source sources
  encoding charset bits bytes iterations rounds cost factor separator delimiter placeholder
  ref reference selector index order list map table template arn usage use budget price symbol address
  supply contract bucket buckets owner email mail flow grant verification verify check checks
  checker strategies minlength maxlength visibility visible input screen page form view button title text description
  message notification rate quota window leeway skew offset grace period schedule cron rotate cmd command helper script exec
  fingerprint thumbprint checksum manager operator agent injector webhooks provider metrics annotations parallelism
  forwarding passthrough lock slot zone uid gid typ loader lookup fetcher getter setter factory builder bundle
  vault stdin env errors error count attempts exists`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** Words at the end of a name that do not change what it holds: `TOKEN_PROD`, `PASSWORD_OLD`. */
export const neutralEndings: ReadonlySet<string> = new Set(
  `prod production dev development staging stage stg test testing tests qa uat ci live sandbox local default
  value val string str raw plain plaintext base64 b64 hex encoded old new current previous prev
  primary secondary backup main base data var here a b c one two v1 v2 v3 v4 rw ro readonly readwrite
  production demo example blue green eu us com`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** Whole names whose meaning their words do not tell. */
export const wholeNames: Readonly<Record<string, { sort: SecretSort; score: number }>> = {
  "aws access key id": { sort: "key", score: 35 },
  "docker auth config": { sort: "secret", score: 85 },
  "gcp sa key": { sort: "key", score: 90 },
  "google credentials": { sort: "secret", score: 90 },
  // A path, by the SDK's documentation.
  "google application credentials": { sort: "secret", score: 20 },
  "aws shared credentials": { sort: "secret", score: 0 },
  "rabbitmq erlang cookie": { sort: "secret", score: 90 },
  "erlang cookie": { sort: "secret", score: 90 },
  "release cookie": { sort: "secret", score: 75 },
  "pip index url": { sort: "url", score: 55 },
  "pip extra index url": { sort: "url", score: 55 },
  "uv index url": { sort: "url", score: 50 },
  "uv extra index url": { sort: "url", score: 50 },
  "neo4j auth": { sort: "password", score: 85 },
  "npm auth": { sort: "token", score: 85 },
  "kubernetes service port https": { sort: "url", score: 0 },
  "seed phrase": { sort: "secret", score: 80 },
  "wallet seed": { sort: "secret", score: 80 },
  "spring datasource url": { sort: "url", score: 50 },
  "ssh auth sock": { sort: "key", score: 0 },
  "xauthority": { sort: "key", score: 0 },
  "htpasswd": { sort: "hash", score: 60 },
};

/** Beginnings of names that end in something the user chose: a package index, a host. */
export const beginnings: Readonly<Record<string, { sort: SecretSort; score: number }>> = {
  "poetry pypi token": { sort: "token", score: 85 },
  "tf token": { sort: "token", score: 85 },
};

/** Front-end build tools put every variable with one of these prefixes into the bundle for browsers. */
export const bundledPrefixes: readonly RegExp[] = [
  /^VITE_/,
  /^REACT_APP_/,
  /^NEXT_PUBLIC_/,
  /^NUXT_PUBLIC_/,
  /^GATSBY_/,
  /^EXPO_PUBLIC_/,
  /^VUE_APP_/,
  /^PUBLIC_/,
];

/** Further words that stand glued to others in names; they only help to take names apart. */
const fillers = `my root sys sudo mail smtp imap ftp sftp http https web wp ghost drupal joomla
  jenkins sonar nexus artifactory harbor quay keycloak okta auth0 cognito firebase supabase heroku
  netlify vercel digitalocean linode hetzner twitter facebook linkedin gh gl bitbucket jira slack
  teams pagerduty opsgenie splunk loki minio s3 es kibana zookeeper consul nomad etcd rancher k8s
  kube kubernetes helm argocd argo flux proxy cluster replica replication repl slave superuser postgresql
  oauth oauth2 sso saml oidc ldap bind bot app api access private secret public signing encryption
  master session client server account storage service deploy license mysql mariadb pg postgres
  redis mongo mongodb rabbitmq db database sql mssql sa oracle couchdb influxdb jwt hmac aes rsa
  keystore truststore cert ssl tls gpg pgp ssh git docker registry hub npm pypi nuget maven
  gradle sentry datadog dd newrelic grafana admin user github gitlab aws azure gcp google
  stripe paypal twilio sendgrid mailgun openai anthropic connection conn store refresh id bearer
  rails django flask laravel symfony`;

/** Every word by which a glued name may be taken apart. Short ones are left out: they stand in other words. */
export const nameWords: ReadonlySet<string> = new Set(
  [
    ...Object.keys(nouns),
    ...Object.values(modifiers).flatMap((table) => Object.keys(table)),
    ...descriptors,
    ...fillers.split(/\s+/),
    "base64",
    "api",
  ].filter((word) => word.length >= 3 || ["db", "pg", "my", "gh", "wp", "id", "pw", "dd"].includes(word)),
);
