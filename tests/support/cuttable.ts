/** A line to a server that breaks when a test says so. */
import {
  type AddressInfo,
  createServer,
  connect as netConnect,
  type Server,
  type Socket,
} from 'node:net';

export interface Cuttable {
  /** Port on loopback. */
  port: number;
  /** The line breaks after so many bytes of answers. */
  cutAfter(bytes: number): void;
  close(): void;
}

/** A way to a server that can be cut after so many bytes of answers. */
export async function cuttable(to: number | string): Promise<Cuttable> {
  let most = Number.POSITIVE_INFINITY;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = typeof to === 'string' ? netConnect(to) : netConnect(to, '127.0.0.1');
    let seen = 0;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far);
    far.on('data', (chunk) => {
      seen += chunk.length;
      if (seen > most) {
        near.destroy();
        far.destroy();
      } else near.write(chunk);
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter: (bytes) => {
      most = bytes;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
