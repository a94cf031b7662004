/** One request of a load. */
import http from 'node:http';

/** @returns the status; the body is read and thrown away */
export function get(
  agent: http.Agent,
  url: string,
  headers: http.OutgoingHttpHeaders,
): Promise<number> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent, headers }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      })
      .once('error', reject);
  });
}
