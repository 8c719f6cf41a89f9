/**
 * Users of well-known public images, read in their upstream Dockerfiles and entrypoints.
 *
 * An image stands here only where its sources say what the user is; where versions differ, the tags say for
 * which an entry holds, and other tags have none. Root is entered freely, since a wrong root is
 * noise, while a wrong "not root" would be false safety.
 */

export interface WellKnownImage {
  /** Normalised: `docker.io/library/node`. */
  readonly repository: string;
  /** Tags for which it holds; all when absent. The first entry of a repository that matches wins. */
  readonly tags?: RegExp;
  /** The `User` of the image's config as engines read it: `root`, `1000`, `nonroot:nonroot`. */
  readonly user: string;
  /** Users other than root that the image has, with uid and gid. */
  readonly unprivileged: readonly {
    readonly name: string;
    readonly uid: number;
    readonly gid: number;
  }[];
  /** The entrypoint starts as root and drops to this user with this tool. */
  readonly drop?: {
    readonly tool: string;
    readonly to: string;
    /** A variable with which it keeps root. */
    readonly unless?: string;
  };
  /** Variables of the image with which Dockerfiles name a user. */
  readonly env?: Readonly<Record<string, string>>;
  /** Upstream file and revision or date. */
  readonly source: string;
}

type More = Partial<Pick<WellKnownImage, "tags" | "unprivileged" | "drop" | "env">>;
type User = WellKnownImage["unprivileged"][number];

const hub = (name: string): string =>
  name.includes(".") && name.includes("/")
    ? name
    : `docker.io/${name.includes("/") ? name : `library/${name}`}`;
const user = (name: string, uid: number, gid: number = uid): User => ({ name, uid, gid });

/** Images that run as root, by their space-separated names. */
function root(names: string, source: string, more: More = {}): readonly WellKnownImage[] {
  return as("root", names, source, more);
}

function as(
  who: string,
  names: string,
  source: string,
  more: More = {},
): readonly WellKnownImage[] {
  return names.split(" ").map((name) => ({
    repository: hub(name),
    user: who,
    unprivileged: more.unprivileged ?? [],
    source,
    ...(more.tags === undefined ? {} : { tags: more.tags }),
    ...(more.drop === undefined ? {} : { drop: more.drop }),
    ...(more.env === undefined ? {} : { env: more.env }),
  }));
}

/** Starts as root, and its entrypoint goes on as `to`, with this tool. */
function drops(
  names: string,
  tool: string,
  to: User,
  source: string,
  tags?: RegExp,
  unless?: string,
): readonly WellKnownImage[] {
  const drop = { tool, to: to.name, ...(unless === undefined ? {} : { unless }) };
  const more = { unprivileged: [to], drop };
  return root(names, source, tags === undefined ? more : { ...more, tags });
}

const ALPINE = /(^|[-.\d])alpine/;

const operatingSystems = [
  ...root("alpine", "alpinelinux/docker-alpine Dockerfile"),
  ...root("debian", "debuerreotype/docker-debian-artifacts Dockerfile"),
  ...root("ubuntu", "cloud-images.ubuntu.com oci, from 23.04 with the user ubuntu", {
    tags: /^(latest|rolling|devel|2[4-9]\.|noble|oracular|plucky|questing|resolute)/,
    unprivileged: [user("ubuntu", 1000)],
  }),
  ...root("ubuntu", "cloud-images.ubuntu.com oci"),
  ...root("busybox", "docker-library/busybox Dockerfile.template"),
  ...root("fedora registry.fedoraproject.org/fedora", "fedora-cloud/docker-brew-fedora Dockerfile"),
  ...root("rockylinux rockylinux/rockylinux", "rocky-linux/sig-cloud-instance-images Dockerfile"),
  ...root("almalinux", "AlmaLinux/container-images Containerfile"),
  ...root("centos quay.io/centos/centos", "CentOS/sig-cloud-instance-images Dockerfile"),
  ...root("oraclelinux", "oracle/container-images Dockerfile"),
  ...root("archlinux", "archlinux/archlinux-docker Dockerfile.template"),
  ...root(
    "amazonlinux public.ecr.aws/amazonlinux/amazonlinux",
    "amazonlinux/container-images Dockerfile",
  ),
  ...root("buildpack-deps bash", "docker-library Dockerfile.template"),
  ...root(
    "registry.access.redhat.com/ubi8 registry.access.redhat.com/ubi8-minimal registry.access.redhat.com/ubi8-micro registry.access.redhat.com/ubi8/ubi registry.access.redhat.com/ubi8/ubi-minimal registry.access.redhat.com/ubi8/ubi-micro registry.access.redhat.com/ubi9 registry.access.redhat.com/ubi9-minimal registry.access.redhat.com/ubi9-micro registry.access.redhat.com/ubi9/ubi registry.access.redhat.com/ubi9/ubi-minimal registry.access.redhat.com/ubi9/ubi-micro",
    "Red Hat Universal Base Image, Dockerfile in the catalog",
  ),
];

const languages = [
  ...root(
    "node",
    "nodejs/docker-node f27d936f Dockerfile-debian.template and Dockerfile-alpine.template",
    {
      unprivileged: [user("node", 1000)],
    },
  ),
  ...root("python", "docker-library/python Dockerfile-linux.template"),
  ...root("golang", "docker-library/golang Dockerfile-linux.template"),
  ...root("ruby", "docker-library/ruby Dockerfile.template"),
  ...root("perl", "Perl/docker-perl Dockerfile"),
  ...root("rust", "rust-lang/docker-rust Dockerfile-debian.template"),
  ...root("swift", "swiftlang/swift-docker Dockerfile"),
  ...root("elixir", "erlef/docker-elixir Dockerfile"),
  ...root("erlang", "erlang/docker-erlang-otp Dockerfile"),
  ...root("openjdk", "docker-library/openjdk Dockerfile-linux.template"),
  ...root("eclipse-temurin", "adoptium/containers d8d18d67 Dockerfile", {
    tags: /^(?!.*(windows|nanoserver))/,
  }),
  ...root("amazoncorretto", "corretto/corretto-docker Dockerfile"),
  ...root("maven", "carlossg/docker-maven 0170c5b Dockerfile", {
    tags: /^(?!.*(windows|nanoserver))/,
  }),
  ...root("gradle", "keeganwitt/docker-gradle 9fe6f1e Dockerfile (ends with USER root)", {
    unprivileged: [user("gradle", 1000)],
  }),
  ...root("php", "docker-library/php 445bf414 Dockerfile-linux.template", {
    tags: ALPINE,
    unprivileged: [user("www-data", 82)],
  }),
  ...root("php", "docker-library/php 445bf414 Dockerfile-linux.template; Debian base-passwd", {
    unprivileged: [user("www-data", 33)],
  }),
  ...root("composer", "composer/docker Dockerfile"),
  ...root("oven/bun", "oven-sh/bun dockerhub/debian/Dockerfile", {
    unprivileged: [user("bun", 1000)],
  }),
  ...root("denoland/deno", "denoland/deno_docker b7864b7 alpine.dockerfile", {
    tags: ALPINE,
    unprivileged: [user("deno", 1000)],
  }),
  ...root("denoland/deno", "denoland/deno_docker b7864b7 debian.dockerfile and ubuntu.dockerfile", {
    tags: /^(?!.*distroless)/,
    unprivileged: [user("deno", 1993)],
  }),
];

const DOTNET =
  "mcr.microsoft.com/dotnet/runtime mcr.microsoft.com/dotnet/aspnet mcr.microsoft.com/dotnet/runtime-deps";

const dotnet = [
  ...as("1654", DOTNET, "dotnet/dotnet-docker 3ed00b611c src/runtime-deps/*-chiseled/Dockerfile", {
    tags: /^(8|9|1\d)\.\d.*(chiseled|distroless)/,
    unprivileged: [user("app", 1654)],
    env: { APP_UID: "1654" },
  }),
  ...root(
    `${DOTNET} mcr.microsoft.com/dotnet/sdk`,
    "dotnet/dotnet-docker 3ed00b611c src/runtime-deps/*/Dockerfile",
    {
      tags: /^(?!.*(nanoserver|windows|chiseled|distroless))((8|9|1\d)\.\d|latest$)/,
      unprivileged: [user("app", 1654)],
      env: { APP_UID: "1654" },
    },
  ),
  ...root(
    `${DOTNET} mcr.microsoft.com/dotnet/sdk`,
    "dotnet/dotnet-docker 3ed00b611c, before .NET 8 without a user of their own",
    {
      tags: /^(?!.*(nanoserver|windows|chiseled|distroless))[3-7]\.\d/,
    },
  ),
];

const distrolessNames = [
  "static",
  "base",
  "base-nossl",
  "cc",
  "java-base",
  "java11",
  "java17",
  "java21",
  "java25",
  "nodejs18",
  "nodejs20",
  "nodejs22",
  "nodejs24",
  "python3",
]
  .flatMap((name) =>
    ["", "-debian11", "-debian12", "-debian13"].map(
      (suffix) => `gcr.io/distroless/${name}${suffix}`,
    ),
  )
  .join(" ");

const distroless = [
  ...as(
    "65532",
    distrolessNames,
    "GoogleContainerTools/distroless cd080764 static/static.bzl, common/variables.bzl",
    {
      tags: /^(debug-)?nonroot(-|$)/,
      unprivileged: [user("nonroot", 65532)],
    },
  ),
  ...root(
    distrolessNames,
    "GoogleContainerTools/distroless cd080764 static/static.bzl, common/variables.bzl",
    {
      unprivileged: [user("nonroot", 65532)],
    },
  ),
];

const CHAINGUARD = "chainguard-images/images cd7edd236 images/*/locked_config.json (run-as)";
const cgr = (names: string): string =>
  names
    .split(" ")
    .map((name) => `cgr.dev/chainguard/${name}`)
    .join(" ");

const chainguard = [
  ...as("65532", cgr("nginx"), CHAINGUARD, { unprivileged: [user("nginx", 65532)] }),
  ...as("65532", cgr("node"), CHAINGUARD, { unprivileged: [user("node", 65532)] }),
  ...as(
    "65532",
    cgr(
      "static glibc-dynamic python jdk jre busybox curl ruby php rust dotnet aspnet-runtime maven gradle kubectl helm cosign crane mariadb mongodb minio valkey tomcat wordpress",
    ),
    CHAINGUARD,
    { unprivileged: [user("nonroot", 65532)] },
  ),
  ...root(cgr("bash go gcc-glibc wolfi-base postgres docker-dind apko melange"), CHAINGUARD),
];

const NGINX_UNPRIVILEGED = "nginx/docker-nginx-unprivileged e26803b Dockerfile-debian.template";

const webServers = [
  ...root("nginx", "nginx/docker-nginx 0d7f438 Dockerfile-debian.template", {
    unprivileged: [user("nginx", 101)],
  }),
  ...as(
    "101",
    "nginxinc/nginx-unprivileged ghcr.io/nginx/nginx-unprivileged ghcr.io/nginxinc/nginx-unprivileged quay.io/nginx/nginx-unprivileged public.ecr.aws/nginx/nginx-unprivileged",
    NGINX_UNPRIVILEGED,
    { unprivileged: [user("nginx", 101)] },
  ),
  ...root("httpd", "docker-library/httpd 9b63b37 Dockerfile-alpine.template", {
    tags: ALPINE,
    unprivileged: [user("www-data", 82)],
  }),
  ...root("httpd", "docker-library/httpd 9b63b37 Dockerfile-debian.template; Debian base-passwd", {
    unprivileged: [user("www-data", 33)],
  }),
  ...root("caddy", "caddyserver/caddy-docker 62d1326 Dockerfile.tmpl"),
  ...root("traefik", "traefik/traefik-library-image 6973938 Dockerfile"),
  ...as("haproxy", "haproxy", "docker-library/haproxy ec437dd Dockerfile.template", {
    tags: /^(latest|lts|alpine|trixie|dev|2\.(4|5|6|7|8|9)([.-]|$)|[3-9]\.\d)/,
    unprivileged: [user("haproxy", 99)],
  }),
  ...root("tomcat", "docker-library/tomcat 40f27d56 Dockerfile.template"),
  ...as("jetty", "jetty", "jetty/jetty.docker c6c5ebe Dockerfile", {
    tags: /^(latest|9\.4|1[0-2](\.|-|$)|jdk|jre|alpine)/,
  }),
  ...root("envoyproxy/envoy", "envoyproxy/envoy ci/Dockerfile-envoy", {
    tags: /^(?!.*distroless)/,
  }),
];

const databases = [
  ...drops(
    "postgres",
    "gosu",
    user("postgres", 70),
    "docker-library/postgres 6edb0a8c4d Dockerfile-alpine.template",
    ALPINE,
  ),
  ...drops(
    "postgres",
    "gosu",
    user("postgres", 999),
    "docker-library/postgres 6edb0a8c4d Dockerfile-debian.template",
  ),
  ...drops(
    "mysql",
    "gosu",
    user("mysql", 999),
    "docker-library/mysql 7f30fdb template/Dockerfile.oracle",
  ),
  ...as("mysql", "mariadb", "MariaDB/mariadb-docker 1b6429b *-ubi/Dockerfile", {
    tags: /-ubi/,
    unprivileged: [user("mysql", 999)],
  }),
  ...drops(
    "mariadb",
    "gosu",
    user("mysql", 999),
    "MariaDB/mariadb-docker 1b6429b Dockerfile.template",
  ),
  ...drops(
    "mongo",
    "gosu",
    user("mongodb", 999),
    "docker-library/mongo 2c69a57b9 Dockerfile-linux.template",
    /^(?!.*(windows|nanoserver))/,
  ),
  ...drops(
    "redis",
    "gosu",
    user("redis", 999, 1000),
    "redis/docker-library-redis e5650da9 7.4/alpine/Dockerfile",
    /^[67](\.\d|$|-).*alpine/,
  ),
  ...drops(
    "redis",
    "gosu",
    user("redis", 999),
    "redis/docker-library-redis e5650da9 7.4/debian/Dockerfile",
    /^(?!.*alpine)[67](\.\d|$|-)/,
  ),
  ...drops(
    "redis",
    "setpriv",
    user("redis", 999, 1000),
    "redis/docker-library-redis 0076c90 alpine/Dockerfile",
    /^(?![0-7](\.|-|$)).*alpine/,
    "SKIP_DROP_PRIVS",
  ),
  ...drops(
    "redis",
    "setpriv",
    user("redis", 999),
    "redis/docker-library-redis 0076c90 debian/Dockerfile",
    /^(?![0-7](\.|-|$))/,
    "SKIP_DROP_PRIVS",
  ),
  ...root("redis", "redis/docker-library-redis: earlier versions also start as root"),
  ...drops(
    "valkey/valkey",
    "setpriv",
    user("valkey", 999, 1000),
    "valkey-io/valkey-container ae6141e Dockerfile.template",
    ALPINE,
  ),
  ...drops(
    "valkey/valkey",
    "setpriv",
    user("valkey", 999),
    "valkey-io/valkey-container ae6141e Dockerfile.template",
  ),
  ...as("memcache", "memcached", "docker-library/memcached 53ac0ec Dockerfile.template", {
    unprivileged: [user("memcache", 11211)],
  }),
  ...drops(
    "cassandra",
    "gosu",
    user("cassandra", 999),
    "docker-library/cassandra 7b9da8f Dockerfile.template",
  ),
  ...drops(
    "couchdb",
    "gosu",
    user("couchdb", 5984),
    "apache/couchdb-docker 4c82ee0 3.1.2/docker-entrypoint.sh",
    /^(2|3\.[01])(\.|$)/,
  ),
  ...drops(
    "couchdb",
    "setpriv",
    user("couchdb", 5984),
    "apache/couchdb-docker 4c82ee0 3.5.1/docker-entrypoint.sh",
    /^(?!.*nouveau)/,
  ),
  ...drops(
    "neo4j",
    "su-exec",
    user("neo4j", 7474),
    "neo4j/docker-neo4j 9df98ef docker-image-src/calver/coredb/docker-entrypoint.sh",
    /^(latest|community|enterprise|20\d\d|5)/,
  ),
  ...as("8983", "solr", "apache/solr-docker 884b2e6 10.0/Dockerfile", {
    tags: /^(latest|slim|9|1\d)/,
    unprivileged: [user("solr", 8983)],
  }),
  ...as(
    "101:101",
    "clickhouse clickhouse/clickhouse-server",
    "ClickHouse/docker-library b347516 server/*/Dockerfile.distroless",
    {
      tags: /distroless/,
      unprivileged: [user("clickhouse", 101)],
    },
  ),
  ...drops(
    "clickhouse clickhouse/clickhouse-server",
    "clickhouse su",
    user("clickhouse", 101),
    "ClickHouse/docker-library b347516 server/*/entrypoint.sh",
  ),
  ...root("influxdb", "influxdata/influxdata-docker d457cb9 influxdb/1.*/{data,meta}/Dockerfile", {
    tags: /^1(\.\d+)*-(data|meta)/,
  }),
  ...as(
    "influxdb",
    "influxdb",
    "influxdata/influxdata-docker d457cb9 influxdb/1.1[12]/Dockerfile",
    {
      tags: /^1\.1[12](\.|-|$)/,
      unprivileged: [user("influxdb", 1500)],
    },
  ),
  ...root("influxdb", "influxdata/influxdata-docker d457cb9 influxdb/1.[78]/Dockerfile", {
    tags: /^1\.[78](\.|-|$)/,
  }),
  ...as("influxdb3", "influxdb", "influxdata/influxdata-docker d457cb9 influxdb/3.*/Dockerfile", {
    tags: /^3(\.|-|$)/,
    unprivileged: [user("influxdb3", 1500)],
  }),
  ...drops(
    "influxdb",
    "su-exec",
    user("influxdb", 1000),
    "influxdata/influxdata-docker d457cb9 influxdb/2.*/alpine/entrypoint.sh",
    /^2(\.\d+)*(-.*)?-?alpine/,
  ),
  ...drops(
    "influxdb",
    "gosu",
    user("influxdb", 1000),
    "influxdata/influxdata-docker d457cb9 influxdb/2.*/entrypoint.sh",
    /^2(\.|-|$)/,
  ),
];

const ELASTIC = "docker.elastic.co/elasticsearch/elasticsearch elasticsearch";

const queuesAndSearch = [
  ...drops(
    "rabbitmq",
    "su-exec",
    user("rabbitmq", 100, 101),
    "docker-library/rabbitmq 9193c1d Dockerfile-alpine.template",
    ALPINE,
  ),
  ...drops(
    "rabbitmq",
    "gosu",
    user("rabbitmq", 999),
    "docker-library/rabbitmq 9193c1d Dockerfile-ubuntu.template",
  ),
  ...as("appuser", "apache/kafka", "apache/kafka 1eb7644349c docker/jvm/Dockerfile"),
  ...drops(
    "zookeeper",
    "gosu",
    user("zookeeper", 1000),
    "31z4/zookeeper-docker 52a8364 docker-entrypoint.sh",
  ),
  ...root("nats", "nats-io/nats-docker aa0caa5 Dockerfile"),
  ...as(
    "elasticsearch:root",
    ELASTIC,
    "elastic/dockerfiles 598f2ae (v8.0.0) elasticsearch/Dockerfile",
    {
      tags: /^8\.[0-7](\.|-|$)/,
      unprivileged: [user("elasticsearch", 1000)],
    },
  ),
  ...as(
    "1000:0",
    ELASTIC,
    "elastic/dockerfiles 59cef71 (v8.15.0) and dd7bdb1 (9.0) elasticsearch/Dockerfile",
    {
      tags: /^(8|9)\.\d/,
      unprivileged: [user("elasticsearch", 1000)],
    },
  ),
  ...drops(
    ELASTIC,
    "chroot",
    user("elasticsearch", 1000),
    "elastic/dockerfiles c0460e5 (v7.17.0) and 014e96c (v6.8.0) elasticsearch/bin/docker-entrypoint.sh",
    /^(7\.\d|6\.[6-8](\.|$))/,
  ),
  ...as(
    "1000",
    "docker.elastic.co/kibana/kibana kibana",
    "elastic/dockerfiles 59cef71 (v8.15.0) and dd7bdb1 (9.0) kibana/Dockerfile",
    { tags: /^(8\.(1[2-9]|[2-9]\d)|9\.\d)/, unprivileged: [user("kibana", 1000)] },
  ),
  ...as(
    "kibana",
    "docker.elastic.co/kibana/kibana kibana",
    "elastic/dockerfiles c0460e5 (v7.17.0) and 598f2ae (v8.0.0) kibana/Dockerfile",
    { tags: /^[78]\.\d/, unprivileged: [user("kibana", 1000)] },
  ),
  ...as(
    "1000",
    "docker.elastic.co/logstash/logstash logstash",
    "elastic/dockerfiles c0460e5 (v7.17.0) and dd7bdb1 (9.0) logstash/Dockerfile",
    { tags: /^(7\.([2-9]|1\d)|[89]\.\d)/, unprivileged: [user("logstash", 1000)] },
  ),
];

const MONITORING = /^(?!.*distroless)(latest|main|master|v[1-9]|v0\.(2\d|3\d))/;
const nobody = { unprivileged: [user("nobody", 65534)] };

const monitoring = [
  ...as(
    "nobody",
    "prom/prometheus quay.io/prometheus/prometheus",
    "prometheus/prometheus d15adb9ad7 Dockerfile",
    {
      tags: /^(?!.*distroless)(latest|main|v[23]\.)/,
      ...nobody,
    },
  ),
  ...as(
    "nobody",
    "prom/alertmanager quay.io/prometheus/alertmanager",
    "prometheus/alertmanager 68fb2d575 Dockerfile",
    { tags: MONITORING, ...nobody },
  ),
  ...as(
    "nobody",
    "prom/node-exporter quay.io/prometheus/node-exporter",
    "prometheus/node_exporter a7dcc3a0 Dockerfile",
    {
      tags: /^(?!.*distroless)(latest|master|v1\.)/,
      ...nobody,
    },
  ),
  ...root(
    "gcr.io/cadvisor/cadvisor ghcr.io/google/cadvisor",
    "google/cadvisor 6a0c4f25 deploy/Dockerfile",
  ),
  ...as(
    "472",
    "grafana/grafana grafana/grafana-oss grafana/grafana-enterprise",
    "grafana/grafana 78515af65f Dockerfile (GF_UID 472)",
    {
      tags: /^(latest|main|[89]\.|1\d\.)/,
      unprivileged: [user("grafana", 472, 0)],
    },
  ),
  ...as("10001", "grafana/loki", "grafana/loki 65e30f8488 cmd/loki/Dockerfile", {
    tags: /^(latest|main|[3-9]\.)/,
    unprivileged: [user("loki", 10001)],
  }),
  ...as("10001:10001", "grafana/tempo", "grafana/tempo ad33aa8faf cmd/tempo/Dockerfile", {
    tags: /^(latest|main|2\.([5-9]|1\d)|[3-9]\.)/,
    unprivileged: [user("tempo", 10001)],
  }),
  ...as(
    "10001:10001",
    "otel/opentelemetry-collector otel/opentelemetry-collector-contrib otel/opentelemetry-collector-k8s ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
    "open-telemetry/opentelemetry-collector-releases ceccc19d distributions/*/Dockerfile",
    { tags: /^(latest|nightly|0\.1\d\d|[1-9]\.)/ },
  ),
  ...as("10001", "jaegertracing/jaeger", "jaegertracing/jaeger 8498073ff cmd/jaeger/Dockerfile"),
  ...root("telegraf", "influxdata/influxdata-docker d457cb9 telegraf/*/entrypoint.sh", {
    drop: { tool: "setpriv", to: "telegraf" },
  }),
  ...as("fluent", "fluent/fluentd", "fluent/fluentd-docker-image 426b4a1 v1.*/Dockerfile", {
    tags: /^(?!.*windows)(edge|v1\.([6-9]|1\d))/,
  }),
  ...root(
    "fluent/fluent-bit cr.fluentbit.io/fluent/fluent-bit",
    "fluent/fluent-bit d55459d49 dockerfiles/Dockerfile (gcr.io/distroless/cc without nonroot)",
  ),
];

const applications = [
  ...as("www-data", "wordpress", "docker-library/wordpress bf223d1c2 cli/*/alpine/Dockerfile", {
    tags: /^cli/,
    unprivileged: [user("www-data", 82)],
  }),
  ...root(
    "wordpress nextcloud phpmyadmin drupal joomla",
    "docker-library/wordpress bf223d1c2, nextcloud/docker 4de1eed6, phpmyadmin/docker 452a995: Dockerfile-alpine",
    {
      tags: ALPINE,
      unprivileged: [user("www-data", 82)],
    },
  ),
  ...root(
    "wordpress nextcloud phpmyadmin drupal joomla phpmyadmin/phpmyadmin",
    "docker-library/wordpress bf223d1c2, nextcloud/docker 4de1eed6, phpmyadmin/docker 452a995: Dockerfile-debian",
    {
      unprivileged: [user("www-data", 33)],
    },
  ),
  ...drops(
    "ghost",
    "gosu",
    user("node", 1000),
    "docker-library/ghost 7edb45d docker-entrypoint.sh",
  ),
  ...as("adminer", "adminer", "TimWolla/docker-adminer 7088bf0 5/Dockerfile"),
  ...as(
    "sonarqube",
    "sonarqube",
    "SonarSource/docker-sonarqube df5a6ae community-build/Dockerfile",
    {
      tags: /^(latest|community|developer|enterprise|datacenter|9\.|1\d\.|2\d\.|20\d\d)/,
      unprivileged: [user("sonarqube", 1000, 0)],
    },
  ),
  ...as("jenkins", "jenkins/jenkins", "jenkinsci/docker ab3f5e0a debian/Dockerfile", {
    tags: /^(?!.*windows)/,
    unprivileged: [user("jenkins", 1000)],
  }),
  ...as("1000:1000", "gitea/gitea docker.gitea.com/gitea", "go-gitea/gitea Dockerfile.rootless", {
    tags: /rootless/,
    unprivileged: [user("git", 1000)],
  }),
  ...root("gitea/gitea docker.gitea.com/gitea", "go-gitea/gitea Dockerfile", {
    unprivileged: [user("git", 1000)],
  }),
  ...root("registry", "distribution/distribution-library-image a829ed8 Dockerfile"),
  ...root(
    "gitlab/gitlab-ce gitlab/gitlab-ee gitlab/gitlab-runner",
    "gitlab.com omnibus-gitlab docker/Dockerfile",
  ),
  ...as(
    "1000",
    "quay.io/keycloak/keycloak keycloak/keycloak",
    "keycloak/keycloak 1842fa971e and 0463815bc9 (22.0) quarkus/container/Dockerfile",
    {
      tags: /^(latest|nightly|1[7-9]\.|2\d\.)/,
      unprivileged: [user("keycloak", 1000, 0)],
    },
  ),
  ...as(
    "65532",
    "quay.io/oauth2-proxy/oauth2-proxy",
    "oauth2-proxy/oauth2-proxy 14af2951 Makefile (gcr.io/distroless/static:nonroot)",
    {
      tags: /^(latest$|v7\.([5-9]|1\d)\.\d+$)/,
      unprivileged: [user("nonroot", 65532)],
    },
  ),
];

/** By name: the versions, and where in bitnami/containers they were read. */
const BITNAMI: readonly (readonly [name: string, versions: RegExp, revisions: string])[] = [
  ["kafka", /^[34](\.|-|$)/, "060fe4d (3.6), 01ffc6f (4.0)"],
  ["mariadb", /^(10\.([6-9]|1\d)|11)(\.|-|$)/, "02646c0 (10.6), 0230b29 (11.8)"],
  ["minio", /^2024(\.|-|$)/, "043f89c (2024)"],
  ["mongodb", /^[5-8](\.|-|$)/, "00505de (5.0), 043f89c (8.0)"],
  ["mysql", /^[89](\.|-|$)/, "0a8348e (8.0), 26e16cb (9.3)"],
  ["nginx", /^1\.2[5-9](\.|-|$)/, "057f076 (1.25), 04296e7 (1.29)"],
  ["postgresql", /^1[1-7](\.|-|$)/, "0285c4c (11), 0293904 (17)"],
  ["rabbitmq", /^(3\.1[2-9]|4)(\.|-|$)/, "041ee17 (3.12), 0549917 (4.1)"],
  ["redis", /^[5-8](\.|-|$)/, "0095ac7 (5.0), 0f576b4 (8.0)"],
  ["wordpress", /^6(\.|-|$)/, "00530c0 (6.7)"],
  ["zookeeper", /^3\.[89](\.|-|$)/, "0239c08 (3.8), 031d7a5 (3.9)"],
];

/** Not `latest`: what it stands for has changed, and is not known. */
const bitnami = BITNAMI.flatMap(([name, tags, revisions]) =>
  as(
    "1001",
    `bitnami/${name} bitnamilegacy/${name}`,
    `bitnami/containers bitnami/${name} Dockerfile: ${revisions}`,
    { tags },
  ),
);

const infrastructure = [
  ...as("rootless", "docker", "docker-library/docker 3289af8 Dockerfile-dind-rootless.template", {
    tags: /dind-rootless/,
    unprivileged: [user("rootless", 1000)],
  }),
  ...root(
    "docker",
    "docker-library/docker 3289af8 Dockerfile-cli.template and Dockerfile-dind.template",
    {
      tags: /^(?!.*windows)/,
    },
  ),
  ...root(
    "portainer/portainer-ce portainer/portainer-ee portainer/agent",
    "portainer/portainer cc7516743 build/linux/Dockerfile",
  ),
  ...root("containrrr/watchtower", "containrrr/watchtower dockerfiles/Dockerfile"),
  ...root("minio/minio quay.io/minio/minio", "minio/minio 7aac2a2c5 Dockerfile.release"),
  ...as("100", "hashicorp/consul", "hashicorp/consul Dockerfile, target ubi", { tags: /-ubi$/ }),
  ...drops(
    "hashicorp/consul consul",
    "su-exec",
    user("consul", 100, 1000),
    "hashicorp/consul Dockerfile and .release/docker/docker-entrypoint.sh",
    /^(?!.*ubi)/,
  ),
  ...drops(
    "hashicorp/vault vault",
    "su-exec",
    user("vault", 100, 1000),
    "hashicorp/vault .release/docker/docker-entrypoint.sh",
    /^(?!.*(ubi|fips))/,
  ),
  ...root("hashicorp/terraform", "hashicorp/terraform Dockerfile"),
  ...root("amazon/aws-cli", "aws/aws-cli docker/Dockerfile"),
  ...as(
    "65532:65532",
    "coredns/coredns registry.k8s.io/coredns/coredns",
    "coredns/coredns 4b26cced3 Dockerfile",
    {
      tags: /^(latest|v?1\.(1[1-9]|[2-9]\d))/,
      unprivileged: [user("nonroot", 65532)],
    },
  ),
  ...as(
    "www-data",
    "registry.k8s.io/ingress-nginx/controller",
    "kubernetes/ingress-nginx dbb11b92d rootfs/Dockerfile",
    {
      tags: /^v1\./,
      unprivileged: [user("www-data", 101, 82)],
    },
  ),
  ...root(
    "registry.k8s.io/kube-proxy registry.k8s.io/kube-apiserver registry.k8s.io/kube-controller-manager registry.k8s.io/kube-scheduler registry.k8s.io/etcd",
    "kubernetes/kubernetes build/server-image/Dockerfile",
  ),
];

export const imageTable: readonly WellKnownImage[] = [
  ...operatingSystems,
  ...languages,
  ...dotnet,
  ...distroless,
  ...chainguard,
  ...webServers,
  ...databases,
  ...queuesAndSearch,
  ...monitoring,
  ...applications,
  ...bitnami,
  ...infrastructure,
];
