import type { Server } from '@grpc/grpc-js';

/** Bytes that a client may send ahead on a stream and on a connection: one chunk of a batch of our own client. */
const WINDOW_BYTES = 4 * 1024 * 1024;

interface Session {
  settings(settings: { readonly initialWindowSize: number }): void;
  setLocalWindowSize(bytes: number): void;
}

interface Http2Server {
  on(event: 'session', listener: (session: Session) => void): void;
}

/**
 * Lets clients send whole chunks at once: with HTTP/2's 64 KiB a batch waits for the event loops of both sides after every
 * thirty portfolios or so, and the workers wait with it. grpc-js has this option for clients only, so the servers below it are asked
 * directly; a version that keeps them elsewhere goes on with small windows. Call after `bindAsync`.
 */
export function widenWindows(server: Server): void {
  const { http2Servers } = server as unknown as { readonly http2Servers?: ReadonlyMap<Http2Server, unknown> };
  for (const listener of http2Servers?.keys() ?? []) {
    listener.on('session', (session) => {
      session.settings({ initialWindowSize: WINDOW_BYTES });
      session.setLocalWindowSize(WINDOW_BYTES);
    });
  }
}
