// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: 'b1b2632ae4b76100', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
