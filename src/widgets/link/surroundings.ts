/** The real socket, clock and chance, in a page or a worker. */
import type { SessionSurroundings } from './session.ts';

export const pageSurroundings: SessionSurroundings = {
  openSocket(url, events) {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => events.opened();
    socket.onclose = () => events.closed();
    socket.onmessage = (event: MessageEvent<unknown>) => {
      // Text is no part of the protocol: an empty message makes the session say so.
      events.message(event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : new Uint8Array(0));
    };
    return {
      send: (bytes) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
      },
      close: () => socket.close(),
    };
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  nowMs: Date.now,
};
