// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '4c337e81b16994c6', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
