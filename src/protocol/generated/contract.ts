// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '3882746d5cb862ee', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
