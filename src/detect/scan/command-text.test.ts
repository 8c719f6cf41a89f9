import { describe, expect, test } from "vitest";
import { createByteScanner } from "./scanner.ts";
import { bytesOf, settledSightingsIn } from "./testing.ts";

const VALUE = ["R4nd7Xk2", "LmZp9RtW"].join("");
const scanner = createByteScanner({ keyedHash: () => "" });
const valuesIn = (text: string) =>
  settledSightingsIn(scanner, bytesOf(text)).map(({ start, end }) => text.slice(start, end));

const PROGRAMS = [
  "docker",
  "podman",
  "nerdctl",
  "buildah",
  "skopeo",
  "oras",
  "crane auth",
  "helm registry",
];

describe("passwords on command lines, in any text", () => {
  test.each(PROGRAMS)("%s login", (program) => {
    for (const option of [
      `-p ${VALUE}`,
      `-p${VALUE}`,
      `--password ${VALUE}`,
      `--password=${VALUE}`,
      `-p "${VALUE}"`,
    ]) {
      expect(valuesIn(`set -e\n${program} login -u bob ${option} registry.example.org\n`)).toEqual([
        VALUE,
      ]);
    }
  });

  test.each([
    `: 1600000001:0;PGPASSWORD=${VALUE} psql -h db`,
    `MYSQL_PWD='${VALUE}' mysqldump shop`,
    `redis-cli -h cache -a ${VALUE} ping`,
    `valkey-cli --pass ${VALUE}`,
    `RESTIC_PASSWORD=${VALUE} restic backup /`,
    `echo "root:${VALUE}" | chpasswd`,
    `printf 'root:${VALUE}\\n' | sudo chpasswd -e`,
    `echo ${VALUE} | docker login -u bob --password-stdin registry.example.org`,
    `openssl enc -aes-256-cbc -in a -pass pass:${VALUE} -out b`,
    `keytool -genkey -alias a -storepass ${VALUE}`,
    `ldapsearch -x -D cn=admin -w ${VALUE} -b dc=example`,
    `smbclient //nas/share -U 'bob%${VALUE}'`,
    `mongosh -u admin -p ${VALUE} --host db`,
    `/opt/mssql-tools/bin/sqlcmd -S db -U sa -P ${VALUE} -Q q`,
    `GET https://api.example.org/v1?q=1&api_key=${VALUE}`,
    `curl -H "Authorization: Splunk ${VALUE}" https://splunk.example.org:8088`,
    `h1 ansible_user=bob ansible_password=${VALUE} ansible_port=22`,
    `h1 ansible_become_pass="${VALUE}"`,
    `//nas/share /mnt cifs username=bob,uid=0,password=${VALUE},ro 0 0`,
    `machine git.example.org login bob account x password ${VALUE}`,
    `proxy_set_header Authorization "Bearer ${VALUE}";`,
    `httpHeaders:\n- name: Authorization\n  value: Bearer ${VALUE}\n`,
    `{"name": "Authorization", "value": "Bearer ${VALUE}"}`,
  ])("%s", (text) => {
    expect(valuesIn(text)).toEqual([VALUE]);
  });
});

describe("no password", () => {
  test.each([
    ...PROGRAMS.flatMap((program) => [
      `${program} login -u bob -p "$PASSWORD1" registry.example.org`,
      `${program} login -u bob --password-stdin registry1.example.org`,
      `${program} login [-u USER] [-p PASSWORD1] SERVER`,
      `${program} login -p password registry`,
    ]),
    'echo "root:$ROOT_PASSWORD1" | chpasswd',
    "echo root1 | grep x; chpasswd -h",
    'echo "$TOKEN1" | docker login -u bob1 --password-stdin r',
    "cat ~/pass1.txt | docker login -u bob1 --password-stdin r",
    "openssl enc -pass env:PASSWORD1 -in a",
    "keytool -list -storepass changeit",
    "ldapsearch -x -D cn=admin1 -W -b dc=example",
    "GET https://api.example.org/v1?q=1&api_key=your-api-key-goes-here",
    "GET https://api.example.org/v1?token=abc123",
    "PGPASSWORD=$DB_PASSWORD1 psql",
    "PGPASSWORD=password psql",
    "redis-cli -a $REDIS1 ping",
    "redis-cli -h cache1 -p 6379 ping",
    "Authorization: Splunk <token1>",
    "ansible_password={{ vault_password1 }}",
    "- name: Authorization\n  valueFrom: x1y2z3w4",
    "header 'X-Auth-Token: {0}\\nX-Storage-Token: {1}'",
    "x-access-token:%sx-forwarded-proto1",
  ])("%s", (text) => {
    expect(valuesIn(text)).toEqual([]);
  });
});
