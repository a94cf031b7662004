/** Mail by SMTP (RFC 5321), to the address a person gave. */
import nodemailer from 'nodemailer';
import { GuantongError } from '#kernel/errors';
import { type Adapter, ChannelFailure, type Push, pushGuard } from './channel.ts';

export interface MailOptions {
  host: string;
  port: number;
  /**
   * `tls` from the first byte, `starttls` before anything is said, `none` inside a closed network.
   */
  security: 'tls' | 'starttls' | 'none';
  from: string;
  user: string | null;
  password: string | null;
}

const textOf = ({ body, settled, url }: Push): string => {
  const { zh, en } = settled ?? body;
  return [zh, en, ...(url === null ? [] : [url])].join('\n\n');
};

const titleOf = ({ title, urgent, done }: Push): string =>
  `${done ? '【已办】' : urgent ? '【急】' : ''}${title.zh}`;

/** What became of it hangs below the first message (RFC 5322, 3.6.4). */
const threadOf = (id: string, { done }: Push) =>
  done
    ? { messageId: `<done.${id}>`, inReplyTo: `<${id}>`, references: `<${id}>` }
    : { messageId: `<${id}>` };

/**
 * A line of a header holds no break: nodemailer folds, and what a text smuggles in is taken out.
 */
const line = (text: string): string => text.replace(/[\r\n]+/g, ' ');

/** 4xx of SMTP and of the network may pass; 5xx will not. */
function failureOf(error: unknown): ChannelFailure {
  if (error instanceof GuantongError) return new ChannelFailure('refused', error.code);
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  const said = responseCode === undefined ? (code ?? 'failed') : `SMTP ${responseCode}`;
  return new ChannelFailure(
    responseCode !== undefined && responseCode >= 500 ? 'refused' : 'down',
    said,
  );
}

export const mail = (options: MailOptions): Adapter => ({
  personal: true,
  whenDone: 'follows',
  send: async (ctx, push, address) => {
    if (address === null) throw new ChannelFailure('refused', 'no address');
    const limit = ctx.settings.push_time_limit_ms;
    const { host, port, security, user, password } = options;
    try {
      // The address that was checked is the one connected to.
      const checked = await pushGuard(ctx.settings).addressOf(host);
      const transport = nodemailer.createTransport({
        host: checked,
        port,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        tls: { servername: host },
        connectionTimeout: limit,
        greetingTimeout: limit,
        socketTimeout: limit,
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
      });
      const id = `${push.id}.${push.account}@guantong.local`;
      await transport.sendMail({
        from: options.from,
        to: address,
        subject: line(titleOf(push)),
        text: textOf(push),
        ...threadOf(id, push),
        date: push.at,
      });
      return id;
    } catch (error) {
      throw failureOf(error);
    }
  },
});
