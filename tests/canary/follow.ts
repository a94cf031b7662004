/** Everybody follows the live stream of his page, over a socket, for as long as the walk lasts. */
import type { Reader, Stage } from './stage.ts';

export interface Heard {
  /** Ends the streams; gives what came over them, by login. */
  end(): Promise<ReadonlyMap<string, Buffer>>;
  close(): Promise<void>;
}

interface Stream {
  login: string;
  pieces: Buffer[];
  reading: Promise<void>;
}

async function open(url: string, who: Reader, signal: AbortSignal): Promise<Stream> {
  const answer = await fetch(`${url}/api/notices/stream`, { headers: who.headers, signal });
  if (!answer.ok || answer.body === null) throw new Error(`${who.login}: ${answer.status}`);
  const pieces: Buffer[] = [];
  const { body } = answer;
  const reading = (async () => {
    for await (const piece of body) pieces.push(Buffer.from(piece));
  })().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return { login: who.login, pieces, reading };
}

/** Opens a stream for every reader. */
export async function follow(stage: Stage): Promise<Heard> {
  const url = await stage.world.app.listen({ host: '127.0.0.1', port: 0 });
  const stop = new AbortController();
  const streams: Stream[] = [];
  for (const who of stage.readers) streams.push(await open(url, who, stop.signal));
  const close = async (): Promise<void> => {
    stop.abort();
    await Promise.all(streams.map(({ reading }) => reading));
  };
  return {
    end: async () => {
      await close();
      return new Map(streams.map(({ login, pieces }) => [login, Buffer.concat(pieces)]));
    },
    close,
  };
}
