import { type NodeInfo, nodeInfo } from '../../../src/events/node-info.ts'
import type { GraphNode } from '../../../src/manifest/node.ts'

/** `node_info` of a made-up node. */
export const infoOf = (type: string, name: string, status = 'started', materialized = 'view'): NodeInfo =>
  nodeInfo(
    {
      unique_id: `${type}.rep.${name}`,
      name,
      resource_type: type,
      path: `${name}.sql`,
      original_file_path: `models/${name}.sql`,
      config: { materialized },
      meta: {},
      database: 'x',
      schema: 'main',
      alias: name,
      relation_name: `"x"."main"."${name}"`,
      checksum: { name: 'sha256', checksum: 'abc' },
    } as unknown as GraphNode,
    { status, startedAt: 0 },
  )
