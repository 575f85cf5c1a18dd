// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '11ec5067b7fc33e0', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
