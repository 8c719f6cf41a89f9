/**
 * The shape of a Compose file: which keys there are and of which type.
 *
 * Derived by scripts/generate-compose-schema.ts from compose-spec/compose-spec 170098b
 * schema/compose-spec.json; do not edit. `shape.ts` says how to read it.
 */

import type { Shape } from "./shape.ts";

export const composeShapes: Readonly<Record<string, Shape>> = {
  compose: {
    type: "object",
    keys: {
      version: "string",
      name: "string",
      include: {
        type: "array",
        items: "#include",
      },
      services: {
        type: "object",
        patterns: {
          "^[a-zA-Z0-9._-]+$": "#service",
        },
        rest: "none",
      },
      models: {
        type: "object",
        patterns: {
          "^[a-zA-Z0-9._-]+$": "#model",
        },
      },
      networks: {
        type: "object",
        patterns: {
          "^[a-zA-Z0-9._-]+$": "#network",
        },
      },
      volumes: {
        type: "object",
        patterns: {
          "^[a-zA-Z0-9._-]+$": "#volume",
        },
        rest: "none",
      },
      secrets: {
        type: "object",
        patterns: {
          "^[a-zA-Z0-9._-]+$": "#secret",
        },
        rest: "none",
      },
      configs: {
        type: "object",
        patterns: {
          "^[a-zA-Z0-9._-]+$": "#config",
        },
        rest: "none",
      },
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  service: {
    type: "object",
    keys: {
      develop: "#development",
      deploy: "#deployment",
      annotations: "#list_or_dict",
      attach: "boolean|string",
      build: {
        oneOf: [
          "string",
          {
            type: "object",
            keys: {
              context: "string",
              dockerfile: "string",
              dockerfile_inline: "string",
              entitlements: {
                type: "array",
                items: "string",
              },
              args: "#list_or_dict",
              ssh: "#list_or_dict",
              labels: "#list_or_dict",
              cache_from: {
                type: "array",
                items: "string",
              },
              cache_to: {
                type: "array",
                items: "string",
              },
              no_cache: "boolean|string",
              additional_contexts: "#list_or_dict",
              network: "string",
              provenance: "string|boolean",
              sbom: "string|boolean",
              pull: "boolean|string",
              target: "string",
              shm_size: "integer|string",
              extra_hosts: "#extra_hosts",
              isolation: "string",
              privileged: "boolean|string",
              secrets: "#service_config_or_secret",
              tags: {
                type: "array",
                items: "string",
              },
              ulimits: "#ulimits",
              platforms: {
                type: "array",
                items: "string",
              },
            },
            patterns: {
              "^x-": "any",
            },
            rest: "none",
          },
        ],
      },
      blkio_config: {
        type: "object",
        keys: {
          device_read_bps: {
            type: "array",
            items: "#blkio_limit",
          },
          device_read_iops: {
            type: "array",
            items: "#blkio_limit",
          },
          device_write_bps: {
            type: "array",
            items: "#blkio_limit",
          },
          device_write_iops: {
            type: "array",
            items: "#blkio_limit",
          },
          weight: "integer|string",
          weight_device: {
            type: "array",
            items: "#blkio_weight",
          },
        },
        rest: "none",
      },
      cap_add: {
        type: "array",
        items: "string",
        unique: true,
      },
      cap_drop: {
        type: "array",
        items: "string",
        unique: true,
      },
      cgroup: {
        type: "string",
        words: ["host", "private"],
      },
      cgroup_parent: "string",
      command: "#command",
      configs: "#service_config_or_secret",
      container_name: {
        type: "string",
        pattern: "[a-zA-Z0-9][a-zA-Z0-9_.-]+",
      },
      cpu_count: {
        oneOf: [
          "string",
          {
            type: "integer",
            minimum: 0,
          },
        ],
      },
      cpu_percent: {
        oneOf: [
          "string",
          {
            type: "integer",
            minimum: 0,
            maximum: 100,
          },
        ],
      },
      cpu_shares: "number|string",
      cpu_quota: "number|string",
      cpu_period: "number|string",
      cpu_rt_period: "number|string",
      cpu_rt_runtime: "number|string",
      cpus: "number|string",
      cpuset: "string",
      credential_spec: {
        type: "object",
        keys: {
          config: "string",
          file: "string",
          registry: "string",
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      depends_on: {
        oneOf: [
          "#list_of_strings",
          {
            type: "object",
            patterns: {
              "^[a-zA-Z0-9._-]+$": {
                type: "object",
                keys: {
                  restart: "boolean|string",
                  required: "boolean",
                  condition: {
                    type: "string",
                    words: ["service_started", "service_healthy", "service_completed_successfully"],
                  },
                },
                patterns: {
                  "^x-": "any",
                },
                rest: "none",
                required: ["condition"],
              },
            },
            rest: "none",
          },
        ],
      },
      device_cgroup_rules: "#list_of_strings",
      devices: {
        type: "array",
        items: {
          oneOf: [
            "string",
            {
              type: "object",
              keys: {
                source: "string",
                target: "string",
                permissions: "string",
              },
              patterns: {
                "^x-": "any",
              },
              rest: "none",
              required: ["source"],
            },
          ],
        },
      },
      dns: "#string_or_list",
      dns_opt: {
        type: "array",
        items: "string",
        unique: true,
      },
      dns_search: "#string_or_list",
      domainname: "string",
      entrypoint: "#command",
      env_file: "#env_file",
      label_file: "#label_file",
      environment: "#list_or_dict",
      expose: {
        type: "array",
        items: "string|number",
        unique: true,
      },
      extends: {
        oneOf: [
          "string",
          {
            type: "object",
            keys: {
              service: "string",
              file: "string",
            },
            rest: "none",
            required: ["service"],
          },
        ],
      },
      provider: {
        type: "object",
        keys: {
          type: "string",
          options: {
            type: "object",
            patterns: {
              "^.+$": {
                oneOf: [
                  "string|number|boolean",
                  {
                    type: "array",
                    items: "string|number|boolean",
                  },
                ],
              },
            },
          },
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
        required: ["type"],
      },
      external_links: {
        type: "array",
        items: "string",
        unique: true,
      },
      extra_hosts: "#extra_hosts",
      gpus: "#gpus",
      group_add: {
        type: "array",
        items: "string|number",
        unique: true,
      },
      healthcheck: "#healthcheck",
      hostname: "string",
      image: "string",
      init: "boolean|string",
      ipc: "string",
      isolation: "string",
      labels: "#list_or_dict",
      links: {
        type: "array",
        items: "string",
        unique: true,
      },
      logging: {
        type: "object",
        keys: {
          driver: "string",
          options: {
            type: "object",
            patterns: {
              "^.+$": "string|number|null",
            },
          },
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      mac_address: "string",
      mem_limit: "number|string",
      mem_reservation: "string|integer",
      mem_swappiness: "integer|string",
      memswap_limit: "number|string",
      network_mode: "string",
      models: {
        oneOf: [
          "#list_of_strings",
          {
            type: "object",
            patterns: {
              "^[a-zA-Z0-9._-]+$": {
                type: "object",
                keys: {
                  endpoint_var: "string",
                  model_var: "string",
                },
                patterns: {
                  "^x-": "any",
                },
                rest: "none",
              },
            },
          },
        ],
      },
      networks: {
        oneOf: [
          "#list_of_strings",
          {
            type: "object",
            patterns: {
              "^[a-zA-Z0-9._-]+$": {
                oneOf: [
                  {
                    type: "object",
                    keys: {
                      aliases: "#list_of_strings",
                      interface_name: "string",
                      ipv4_address: "string",
                      ipv6_address: "string",
                      link_local_ips: "#list_of_strings",
                      mac_address: "string",
                      driver_opts: {
                        type: "object",
                        patterns: {
                          "^.+$": "string|number",
                        },
                      },
                      priority: "number",
                      gw_priority: "number",
                    },
                    patterns: {
                      "^x-": "any",
                    },
                    rest: "none",
                  },
                  "null",
                ],
              },
            },
            rest: "none",
          },
        ],
      },
      oom_kill_disable: "boolean|string",
      oom_score_adj: {
        oneOf: [
          "string",
          {
            type: "integer",
            minimum: -1000,
            maximum: 1000,
          },
        ],
      },
      pid: "string|null",
      pids_limit: "number|string",
      platform: "string",
      ports: {
        type: "array",
        items: {
          oneOf: [
            "number",
            "string",
            {
              type: "object",
              keys: {
                name: "string",
                mode: "string",
                host_ip: "string",
                target: "integer|string",
                published: "string|integer",
                protocol: "string",
                app_protocol: "string",
              },
              patterns: {
                "^x-": "any",
              },
              rest: "none",
            },
          ],
        },
        unique: true,
      },
      post_start: {
        type: "array",
        items: "#service_hook",
      },
      pre_stop: {
        type: "array",
        items: "#service_hook",
      },
      privileged: "boolean|string",
      profiles: "#list_of_strings",
      pull_policy: {
        type: "string",
        pattern:
          "always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+",
      },
      pull_refresh_after: "string",
      read_only: "boolean|string",
      restart: "string",
      runtime: "string",
      scale: "integer|string",
      security_opt: {
        type: "array",
        items: "string",
        unique: true,
      },
      shm_size: "number|string",
      secrets: "#service_config_or_secret",
      sysctls: "#list_or_dict",
      stdin_open: "boolean|string",
      stop_grace_period: "string",
      stop_signal: "string",
      storage_opt: "object",
      tmpfs: "#string_or_list",
      tty: "boolean|string",
      ulimits: "#ulimits",
      use_api_socket: "boolean",
      user: "string",
      uts: "string",
      userns_mode: "string",
      volumes: {
        type: "array",
        items: {
          oneOf: [
            "string",
            {
              type: "object",
              keys: {
                type: {
                  type: "string",
                  words: ["bind", "volume", "tmpfs", "cluster", "npipe", "image"],
                },
                source: "string",
                target: "string",
                read_only: "boolean|string",
                consistency: "string",
                bind: {
                  type: "object",
                  keys: {
                    propagation: "string",
                    create_host_path: "boolean|string",
                    recursive: {
                      type: "string",
                      words: ["enabled", "disabled", "writable", "readonly"],
                    },
                    selinux: {
                      type: "string",
                      words: ["z", "Z"],
                    },
                  },
                  patterns: {
                    "^x-": "any",
                  },
                  rest: "none",
                },
                volume: {
                  type: "object",
                  keys: {
                    labels: "#list_or_dict",
                    nocopy: "boolean|string",
                    subpath: "string",
                  },
                  patterns: {
                    "^x-": "any",
                  },
                  rest: "none",
                },
                tmpfs: {
                  type: "object",
                  keys: {
                    size: {
                      oneOf: [
                        {
                          type: "integer",
                          minimum: 0,
                        },
                        "string",
                      ],
                    },
                    mode: "number|string",
                  },
                  patterns: {
                    "^x-": "any",
                  },
                  rest: "none",
                },
                image: {
                  type: "object",
                  keys: {
                    subpath: "string",
                  },
                  patterns: {
                    "^x-": "any",
                  },
                  rest: "none",
                },
              },
              patterns: {
                "^x-": "any",
              },
              rest: "none",
              required: ["type"],
            },
          ],
        },
        unique: true,
      },
      volumes_from: {
        type: "array",
        items: "string",
        unique: true,
      },
      working_dir: "string",
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  healthcheck: {
    type: "object",
    keys: {
      disable: "boolean|string",
      interval: "string",
      retries: "number|string",
      test: {
        oneOf: [
          "string",
          {
            type: "array",
            items: "string",
          },
        ],
      },
      timeout: "string",
      start_period: "string",
      start_interval: "string",
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  development: {
    type: "object|null",
    keys: {
      watch: {
        type: "array",
        items: {
          type: "object",
          keys: {
            ignore: "#string_or_list",
            include: "#string_or_list",
            path: "string",
            action: {
              type: "string",
              words: ["rebuild", "sync", "restart", "sync+restart", "sync+exec"],
            },
            target: "string",
            exec: "#service_hook",
            initial_sync: "boolean",
          },
          patterns: {
            "^x-": "any",
          },
          rest: "none",
          required: ["path", "action"],
        },
      },
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  deployment: {
    type: "object|null",
    keys: {
      mode: "string",
      endpoint_mode: "string",
      replicas: "integer|string",
      labels: "#list_or_dict",
      rollback_config: {
        type: "object",
        keys: {
          parallelism: "integer|string",
          delay: "string",
          failure_action: "string",
          monitor: "string",
          max_failure_ratio: "number|string",
          order: {
            type: "string",
            words: ["start-first", "stop-first"],
          },
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      update_config: {
        type: "object",
        keys: {
          parallelism: "integer|string",
          delay: "string",
          failure_action: "string",
          monitor: "string",
          max_failure_ratio: "number|string",
          order: {
            type: "string",
            words: ["start-first", "stop-first"],
          },
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      resources: {
        type: "object",
        keys: {
          limits: {
            type: "object",
            keys: {
              cpus: "number|string",
              memory: "string",
              pids: "integer|string",
            },
            patterns: {
              "^x-": "any",
            },
            rest: "none",
          },
          reservations: {
            type: "object",
            keys: {
              cpus: "number|string",
              memory: "string",
              generic_resources: "#generic_resources",
              devices: "#devices",
            },
            patterns: {
              "^x-": "any",
            },
            rest: "none",
          },
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      restart_policy: {
        type: "object",
        keys: {
          condition: "string",
          delay: "string",
          max_attempts: "integer|string",
          window: "string",
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      placement: {
        type: "object",
        keys: {
          constraints: {
            type: "array",
            items: "string",
          },
          preferences: {
            type: "array",
            items: {
              type: "object",
              keys: {
                spread: "string",
              },
              patterns: {
                "^x-": "any",
              },
              rest: "none",
            },
          },
          max_replicas_per_node: "integer|string",
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  generic_resources: {
    type: "array",
    items: {
      type: "object",
      keys: {
        discrete_resource_spec: {
          type: "object",
          keys: {
            kind: "string",
            value: "number|string",
          },
          patterns: {
            "^x-": "any",
          },
          rest: "none",
        },
      },
      patterns: {
        "^x-": "any",
      },
      rest: "none",
    },
  },
  devices: {
    type: "array",
    items: {
      type: "object",
      keys: {
        capabilities: "#list_of_strings",
        count: "string|integer",
        device_ids: "#list_of_strings",
        driver: "string",
        options: "#list_or_dict",
      },
      patterns: {
        "^x-": "any",
      },
      rest: "none",
      required: ["capabilities"],
    },
  },
  gpus: {
    oneOf: [
      {
        type: "string",
        words: ["all"],
      },
      {
        type: "array",
        patterns: {
          "^x-": "any",
        },
        rest: "none",
        items: {
          type: "object",
          keys: {
            capabilities: "#list_of_strings",
            count: "string|integer",
            device_ids: "#list_of_strings",
            driver: "string",
            options: "#list_or_dict",
          },
        },
      },
    ],
  },
  include: {
    oneOf: [
      "string",
      {
        type: "object",
        keys: {
          path: "#string_or_list",
          env_file: "#string_or_list",
          project_directory: "string",
        },
        rest: "none",
      },
    ],
  },
  network: {
    type: "object|null",
    keys: {
      name: "string",
      driver: "string",
      driver_opts: {
        type: "object",
        patterns: {
          "^.+$": "string|number",
        },
      },
      ipam: {
        type: "object",
        keys: {
          driver: "string",
          config: {
            type: "array",
            items: {
              type: "object",
              keys: {
                subnet: "string",
                ip_range: "string",
                gateway: "string",
                aux_addresses: {
                  type: "object",
                  patterns: {
                    "^.+$": "string",
                  },
                  rest: "none",
                },
              },
              patterns: {
                "^x-": "any",
              },
              rest: "none",
            },
          },
          options: {
            type: "object",
            patterns: {
              "^.+$": "string",
            },
            rest: "none",
          },
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      external: {
        type: "boolean|string|object",
        keys: {
          name: "string",
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      internal: "boolean|string",
      enable_ipv4: "boolean|string",
      enable_ipv6: "boolean|string",
      attachable: "boolean|string",
      labels: "#list_or_dict",
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  volume: {
    type: "object|null",
    keys: {
      name: "string",
      driver: "string",
      driver_opts: {
        type: "object",
        patterns: {
          "^.+$": "string|number",
        },
      },
      external: {
        type: "boolean|string|object",
        keys: {
          name: "string",
        },
        patterns: {
          "^x-": "any",
        },
        rest: "none",
      },
      labels: "#list_or_dict",
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  secret: {
    type: "object",
    keys: {
      name: "string",
      environment: "string",
      file: "string",
      external: {
        type: "boolean|string|object",
        keys: {
          name: "string",
        },
      },
      labels: "#list_or_dict",
      driver: "string",
      driver_opts: {
        type: "object",
        patterns: {
          "^.+$": "string|number",
        },
      },
      template_driver: "string",
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  config: {
    type: "object",
    keys: {
      name: "string",
      content: "string",
      environment: "string",
      file: "string",
      external: {
        type: "boolean|string|object",
        keys: {
          name: "string",
        },
      },
      labels: "#list_or_dict",
      template_driver: "string",
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
  },
  model: {
    type: "object",
    keys: {
      name: "string",
      model: "string",
      context_size: "integer",
      runtime_flags: {
        type: "array",
        items: "string",
      },
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
    required: ["model"],
  },
  command: {
    oneOf: [
      "null",
      "string",
      {
        type: "array",
        items: "string",
      },
    ],
  },
  service_hook: {
    type: "object",
    keys: {
      command: "#command",
      user: "string",
      privileged: "boolean|string",
      working_dir: "string",
      environment: "#list_or_dict",
    },
    patterns: {
      "^x-": "any",
    },
    rest: "none",
    required: ["command"],
  },
  env_file: {
    oneOf: [
      "string",
      {
        type: "array",
        items: {
          oneOf: [
            "string",
            {
              type: "object",
              keys: {
                path: "string",
                format: "string",
                required: "boolean|string",
              },
              rest: "none",
              required: ["path"],
            },
          ],
        },
      },
    ],
  },
  label_file: {
    oneOf: [
      "string",
      {
        type: "array",
        items: "string",
      },
    ],
  },
  string_or_list: {
    oneOf: ["string", "#list_of_strings"],
  },
  list_of_strings: {
    type: "array",
    items: "string",
    unique: true,
  },
  list_or_dict: {
    oneOf: [
      {
        type: "object",
        patterns: {
          ".+": "string|number|boolean|null",
        },
        rest: "none",
      },
      {
        type: "array",
        items: "string",
        unique: true,
      },
    ],
  },
  extra_hosts: {
    oneOf: [
      {
        type: "object",
        patterns: {
          ".+": {
            oneOf: [
              "string",
              {
                type: "array",
                items: "string",
              },
            ],
          },
        },
        rest: "none",
      },
      {
        type: "array",
        items: "string",
        unique: true,
      },
    ],
  },
  blkio_limit: {
    type: "object",
    keys: {
      path: "string",
      rate: "integer|string",
    },
    rest: "none",
  },
  blkio_weight: {
    type: "object",
    keys: {
      path: "string",
      weight: "integer|string",
    },
    rest: "none",
  },
  service_config_or_secret: {
    type: "array",
    items: {
      oneOf: [
        "string",
        {
          type: "object",
          keys: {
            source: "string",
            target: "string",
            uid: "string",
            gid: "string",
            mode: "number|string",
          },
          patterns: {
            "^x-": "any",
          },
          rest: "none",
        },
      ],
    },
  },
  ulimits: {
    type: "object",
    patterns: {
      "^[a-z]+$": {
        oneOf: [
          "integer|string",
          {
            type: "object",
            keys: {
              hard: "integer|string",
              soft: "integer|string",
            },
            patterns: {
              "^x-": "any",
            },
            rest: "none",
            required: ["soft", "hard"],
          },
        ],
      },
    },
  },
};
