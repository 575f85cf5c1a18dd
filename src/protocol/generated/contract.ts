// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '998e08a98283191d', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
