/** A network between a client and a server that a test can cut. */
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export interface TcpRelay {
  /** `host:port` that clients call. */
  readonly address: string;
  /** Connections that came so far, those that were cut at once included. */
  readonly connectionCount: number;
  /** Ends every connection, and every new one until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Passes bytes on to a port of this host. */
export async function startTcpRelay(port: number): Promise<TcpRelay> {
  const open = new Set<net.Socket>();
  let isCut = false;
  let connectionCount = 0;
  const server = net.createServer((client) => {
    connectionCount += 1;
    if (isCut) {
      client.destroy();
      return;
    }
    const onward = net.connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get connectionCount() {
      return connectionCount;
    },
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
