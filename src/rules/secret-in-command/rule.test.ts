import fc from "fast-check";
import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import { spanText } from "../../model/source.ts";
import { readText } from "../../readers/read-text.ts";
import type { RunMount } from "../../model/build-steps.ts";
import { copyStep, leaks, runStep, sentinel, stage } from "../build-testing.ts";
import { minimalWorkload, somewhere, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const of = (script: string) => rule.check(stage({ runs: [runStep(script)] }));

const literal = [
  `mysql -uroot -p${sentinel} shop`,
  `mysqldump --password=${sentinel} shop`,
  `sshpass -p ${sentinel} ssh host`,
  `sshpass -p${sentinel} ssh host`,
  `curl -u me:${sentinel} https://h.example`,
  `curl --user me:${sentinel} https://h.example`,
  `curl -H "Authorization: Bearer ${sentinel}" https://h.example`,
  `wget --http-password=${sentinel} https://h.example`,
  `PGPASSWORD=${sentinel} psql -h db`,
  `export API_TOKEN=${sentinel}`,
  `env DB_PASSWORD=${sentinel} ./migrate`,
  `git clone https://bot:${sentinel}@git.example.net/a.git`,
  `npm config set //registry.example.net/:_authToken ${sentinel}`,
  `npm config set //registry.example.net/:_authToken=${sentinel}`,
  `echo "//registry.example.net/:_authToken=${sentinel}" > .npmrc`,
  `docker login -u me -p ${sentinel} registry.example.net`,
  `echo ${sentinel} | docker login -u me --password-stdin`,
  `redis-server --requirepass ${sentinel}`,
  `redis-cli -a ${sentinel} ping`,
  `echo "root:${sentinel}" | chpasswd`,
  `java -Dspring.datasource.password=${sentinel} -jar app.jar`,
  `keytool -importkeystore -storepass ${sentinel} -noprompt`,
  `aws configure set aws_secret_access_key ${sentinel}${sentinel}`,
  `poetry config pypi-token.internal-token ${sentinel}`,
  `rabbitmqctl add_user app ${sentinel}`,
  `sudo -u app ./run --db-password ${sentinel}`,
  `sh -c "./run --token=${sentinel}"`,
  `htpasswd -bc /etc/htpasswd me ${sentinel}`,
  `openssl rsa -in k -passin pass:${sentinel}`,
  `openssl enc -aes-256-cbc -k ${sentinel} -in a -out b`,
  `twine upload -u me -p ${sentinel} dist/*`,
  `psql -c "ALTER USER app WITH PASSWORD '${sentinel}'"`,
  `psql <<EOF\nCREATE ROLE app LOGIN PASSWORD '${sentinel}';\nEOF`,
  `mysql -e "CREATE USER 'app'@'%' IDENTIFIED BY '${sentinel}'"`,
  `mysql -e "SET PASSWORD FOR 'root'@'localhost' = PASSWORD('${sentinel}')"`,
  `composer config --global http-basic.repo.example.net me ${sentinel}`,
  `composer config gitlab-token.git.example.net ${sentinel}`,
  `SPRING_APPLICATION_JSON='{"spring.datasource.password":"${sentinel}"}' java -jar app.jar`,
  `export JAVA_OPTS="-Xmx1g -Djavax.net.ssl.keyStorePassword=${sentinel}"`,
  `mvn -Dgpg.passphrase=${sentinel} deploy`,
  `GIT=https://${sentinel}@git.example.net/a.git; git clone $GIT`,
  `ldapsearch -D cn=admin -w ${sentinel} uid=a`,
  `smbclient //files/share -U me%${sentinel}`,
  `dotnet nuget add source https://n.example.net -u me -p ${sentinel}`,
  `uv publish -p ${sentinel}`,
  `cargo login ${sentinel}`,
  `mc alias set store https://s.example.net access ${sentinel}`,
  `http -a me:${sentinel} https://h.example`,
];

test.each(literal)("%s", (script) => {
  const findings = of(script);
  expect(findings.length).toBeGreaterThan(0);
  for (const { at } of findings) {
    const span = "kind" in at ? at.span : at;
    expect(span === undefined ? "" : spanText(span)).toContain(sentinel.slice(0, 8));
  }
  expect(leaks(rule, stage({ runs: [runStep(script)] })).slices).toEqual([]);
});

test.each([
  'mysql -uroot -p"$MYSQL_ROOT_PASSWORD" shop',
  "mysql -p shop",
  'curl -u "me:$PASSWORD" https://h.example',
  "curl -u me https://h.example",
  'curl -H "Authorization: Bearer $TOKEN" https://h.example',
  "curl --netrc https://h.example",
  "PGPASSWORD=$DB psql",
  "docker login --password-stdin < /run/secrets/x",
  "docker run -p 80:80 nginx",
  "npm ci --registry https://registry.example.net",
  "git clone https://git.example.net/a.git",
  "mkdir -p /app/password",
  "useradd --password-file x app",
  "keytool -import -storepass changeit -noprompt",
  "./run --token-ttl 3600 --password-policy strict --key-file /etc/k.pem",
  "adduser --disabled-password --gecos '' app",
  "adduser --uid 1000 --disabled-password app",
  'KEY=0F3A9B7C55D2E6801B4C97AAE21D34F65B8890CE; gpg --recv-keys "$KEY"',
  "passwd -l root",
  "pip install --no-cache-dir token-utils",
  "openssl req -newkey rsa:2048 -keyout key.pem",
  "echo done",
  "sed -i s/password/x/ file",
  "grep -R secret= .",
  "twine upload dist/*",
  'twine upload -u me -p "$TWINE_PASSWORD" dist/*',
  "psql -p 5432 -c 'GRANT ALL ON DATABASE shop TO app'",
  `psql -c "ALTER USER app WITH PASSWORD '$PW'"`,
  `psql -v pw="$PW" -c "ALTER USER app WITH PASSWORD :'pw'"`,
  `psql -c 'ALTER USER app WITH PASSWORD '"'$PW'"`,
  `mysql -e "CREATE USER 'app'@'%' IDENTIFIED BY '\${PW}'"`,
  `mysql -e "CREATE USER 'app'@'%' IDENTIFIED WITH auth_socket"`,
  "psql -c 'ALTER ROLE app PASSWORD NULL'",
  "composer config --global repos.packagist composer https://packagist.example.net",
  "composer config http-basic.repo.example.net me $TOKEN",
  "composer config platform.php 8.3",
  "openssl rsa -in k -passin env:PW -passout file:/run/secrets/pw",
  "openssl enc -aes-256-cbc -kfile /run/secrets/key -in a",
  `SPRING_APPLICATION_JSON='{"server.port":"8080","tokenUrl":"https://h.example/t"}' java -jar app.jar`,
  'export JAVA_OPTS="-Xmx1g -Djavax.net.ssl.trustStorePassword=changeit"',
  "mvn -Dpassword=$PW -DskipTests deploy",
  "GIT=https://git@git.example.net/a.git; git clone $GIT",
  "ldapsearch -x -W -D cn=admin uid=a",
  "uv publish --index internal",
  "dotnet build -p:Version=1.2.3",
  "dotnet nuget push a.nupkg -s https://n.example.net",
  "docker login r.example && docker run -p 8080:80 x",
  "gh secret list && gh release create v1 -b notes",
  "mongodump --port 27017",
])("%s holds no secret", (script) => {
  expect(of(script).map(({ message }) => message)).toEqual([]);
});

test("start commands, hooks and arguments are judged in both forms", () => {
  const words = ["server", "--api-token", sentinel];
  const command = { command: { words, shell: false, spans: [somewhere, somewhere, somewhere] } };
  const workload = minimalWorkload(
    "kubernetes-container",
    {},
    {
      command: known(command, written),
      execs: [
        {
          what: "liveness probe",
          user: known({ text: "" }, written),
          privileged: known(false, written),
          command: { words: ["sh", "-c", `mysqladmin ping -p${sentinel}`], shell: false },
          origin: written,
        },
      ],
    },
  );
  expect(rule.check(workload)).toHaveLength(2);
  expect(leaks(rule, workload).slices).toEqual([]);
});

test("an entrypoint and its arguments are read together, arguments alone too", () => {
  const line = (words: string[]) => ({ words, shell: false });
  const started = (entrypoint: string[] | undefined, command: string[]) =>
    minimalWorkload(
      "kubernetes-container",
      {},
      {
        command: known(
          {
            ...(entrypoint === undefined ? {} : { entrypoint: line(entrypoint) }),
            command: line(command),
          },
          written,
        ),
      },
    );
  expect(rule.check(started(["mysql", "-uroot"], [`-p${sentinel}`]))).toHaveLength(1);
  expect(rule.check(started(undefined, [`--db-password=${sentinel}`]))).toHaveLength(1);
  expect(rule.check(started(undefined, ["--db-password-file=/run/secrets/x"]))).toEqual([]);
});

test("a stage outside of the image is less grave", () => {
  const run = runStep(`mysql -p${sentinel}`, { inImage: false });
  expect(verdicts(rule, stage({ runs: [run] }))[0]).toMatch(/^medium /);
});

test("credentials in the address of ADD are found", () => {
  const add = copyStep([`https://me:${sentinel}@files.example.net/a.tgz`], { what: "ADD" });
  expect(leaks(rule, stage({ copies: [add] }))).toEqual({ found: 1, slices: [] });
});

const mount = (options: Record<string, string>): RunMount => ({
  type: "secret",
  options,
  origin: written,
});
const withMount = (script: string, options: Record<string, string>) =>
  verdicts(rule, stage({ runs: [runStep(script, { mounts: [mount(options)] })] }));

test.each([
  "cat /run/secrets/npm > /root/.npmrc",
  'echo "//r.example.net/:_authToken=$(cat /run/secrets/npm)" > .npmrc',
  "cp /run/secrets/npm /root/.npmrc",
  "cat /run/secrets/npm | tee /root/.npmrc",
  "TOKEN=$(cat /run/secrets/npm) && npm config set //r.example.net/:_authToken $TOKEN",
  "git clone https://$(cat /run/secrets/npm)@git.example.net/a.git",
])("%s keeps a mounted secret", (script) => {
  expect(withMount(script, { id: "npm" })).toHaveLength(1);
});

test.each([
  "npm ci",
  "export TOKEN=$(cat /run/secrets/npm) && npm ci",
  "cat /run/secrets/npm > /dev/null",
  "cat /run/secrets/npm > .npmrc && npm ci && rm -f .npmrc",
  "cat /run/secrets/npm | docker-credential-x",
  "echo hello > /app/x",
])("%s keeps none", (script) => {
  expect(withMount(script, { id: "npm" })).toEqual([]);
});

test("a secret mounted as a variable is followed too", () => {
  expect(withMount("echo token=$NPM > x", { id: "npm", env: "NPM" })).toHaveLength(1);
  expect(withMount("echo token=$NPMX > x", { id: "npm", env: "NPM" })).toEqual([]);
});

test("what stands in the place of a program or an option is not repeated", () => {
  const workload = minimalWorkload(
    "compose-service",
    {},
    {
      command: known(
        { command: { words: [`PASSWORD=${sentinel}`, "--token", "abcdefgh1"], shell: false } },
        written,
      ),
    },
  );
  expect(leaks(rule, workload).slices).toEqual([]);
});

test("any script is judged", () => {
  const piece = fc.constantFrom(
    "curl ",
    "-u ",
    "a:b",
    " | ",
    "chpasswd",
    "'",
    '"',
    "$(",
    ")",
    "--password",
    "=",
    "x",
    " ",
    "\n",
    "npm config set ",
    "<<E",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const { at } of of(pieces.join(""))) expect(at).toBeDefined();
    }),
  );
});

test("a very long script is judged in time", () => {
  const script = `run ${"--password x ".repeat(20_000)}; ${`mysql -p${sentinel}; `.repeat(20_000)}`;
  const step = runStep(script);
  const start = performance.now();
  expect(rule.check(stage({ runs: [step] })).length).toBeGreaterThan(0);
  expect(performance.now() - start).toBeLessThan(2000);
});

test.each([
  [`RUN <<EOF\nexport API_TOKEN=${sentinel}\nEOF`],
  [`RUN <<-"EOF" bash\n\texport API_TOKEN=${sentinel}\nEOF`],
  [`RUN cat <<EOF > /app/.env\nDB_PASSWORD=${sentinel}\nEOF`],
  [`RUN tee /root/.netrc <<EOF\nmachine h.example login me password ${sentinel}\nEOF`],
  [`HEALTHCHECK CMD mysqladmin ping -p${sentinel}`],
  [`HEALTHCHECK CMD ["mysqladmin", "ping", "-p${sentinel}"]`],
])("in a Dockerfile: %s", (line) => {
  const [workload] = readText({ Dockerfile: `FROM example/app:1\n${line}\nUSER 1000\n` }).workloads;
  if (workload === undefined) throw new Error("no workload");
  expect(leaks(rule, workload)).toEqual({ found: 1, slices: [] });
});

test.each([
  ['RUN <<EOF\nexport API_TOKEN="$(cat /run/secrets/t)"\nEOF'],
  ["RUN cat <<EOF > /app/.env\nDB_PASSWORD=${DB_PASSWORD}\nPORT=80\nEOF"],
  ['HEALTHCHECK CMD mysqladmin ping -p"$MYSQL_ROOT_PASSWORD"'],
])("no secret in a Dockerfile: %s", (line) => {
  const [workload] = readText({ Dockerfile: `FROM example/app:1\n${line}\nUSER 1000\n` }).workloads;
  expect(workload === undefined ? ["none"] : verdicts(rule, workload)).toEqual([]);
});
