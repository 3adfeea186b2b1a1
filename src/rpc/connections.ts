import type { Server } from '@grpc/grpc-js';

/** Bytes that a client may send ahead on a stream and on a connection: one chunk of a batch of our own client. */
const WINDOW_BYTES = 4 * 1024 * 1024;

interface TlsSocket {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly authorized?: boolean;
  getPeerCertificate?(): { readonly subjectaltname?: string };
}

interface Session {
  readonly socket: TlsSocket;
  settings(settings: { readonly initialWindowSize: number }): void;
  setLocalWindowSize(bytes: number): void;
  once(event: 'close', listener: () => void): void;
}

interface Http2Server {
  /** Of `net.Server`: connections above are closed as soon as they are accepted, before TLS. */
  maxConnections: number;
  on(event: 'session', listener: (session: Session) => void): void;
}

/**
 * The connections of a server: what each proves about its client, read once. Lets clients send whole chunks at once: with HTTP/2's
 * 64 KiB a batch waits for the event loops of both sides after every thirty portfolios or so, and the workers wait with it. grpc-js
 * has neither, so the servers below it are asked directly.
 */
export class Connections {
  readonly #namesOfPeer = new Map<string, readonly string[]>();
  #open = 0;

  /** @param most connections at once */
  constructor(private readonly most = Infinity) {}

  /** Call after `bindAsync`. Throws for a grpc-js that keeps its servers elsewhere: identities would be missing silently. */
  watch(server: Server): void {
    const { http2Servers } = server as unknown as {
      readonly http2Servers?: ReadonlyMap<Http2Server, unknown>;
    };
    if (http2Servers === undefined || http2Servers.size === 0)
      throw new Error('this version of grpc-js does not show its HTTP/2 servers');
    for (const listener of http2Servers.keys()) {
      listener.maxConnections = this.most;
      listener.on('session', (session) => {
        session.settings({ initialWindowSize: WINDOW_BYTES });
        session.setLocalWindowSize(WINDOW_BYTES);
        this.#remember(session);
      });
    }
  }

  get open(): number {
    return this.#open;
  }

  /** Subject alternative names of the certificate of `address:port`, e.g. `URI:spiffe://firm/desk-7`; empty without a trusted one. */
  certificateNames(peer: string): readonly string[] {
    return this.#namesOfPeer.get(peer) ?? [];
  }

  #remember(session: Session): void {
    const { remoteAddress = '', remotePort = 0 } = session.socket;
    const peer = `${remoteAddress}:${String(remotePort)}`;
    const names = namesOf(session.socket);
    this.#open += 1;
    this.#namesOfPeer.set(peer, names);
    session.once('close', () => {
      this.#open -= 1;
      if (this.#namesOfPeer.get(peer) === names) this.#namesOfPeer.delete(peer);
    });
  }
}

function namesOf(socket: TlsSocket): readonly string[] {
  if (socket.authorized !== true) return [];
  const text = socket.getPeerCertificate?.().subjectaltname ?? '';
  // Names with commas in them are quoted; nobody needs them, and cut at the wrong comma they would be somebody else's.
  return text === '' || text.includes('"') ? [] : text.split(', ');
}
