/** Where a hub puts a user's server, and how long its proxy bears a quiet link. */
export const hub = { baseUrl: '/user/ann/', idleMs: 1500 } as const;

/** The server's settings behind it: the bridge says something three times as often as the proxy wants to hear something. */
export const behindHub = {
  baseUrl: hub.baseUrl,
  config: { DuallaneExtension: { ping_seconds: hub.idleMs / 3000 } },
};
