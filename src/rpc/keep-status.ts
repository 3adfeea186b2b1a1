import type { Writable } from 'node:stream';

/** A stream of answers as grpc-js makes it: what is written goes to the transport of its call. */
interface AnsweringCall extends Writable {
  readonly call?: { readonly stream?: Writable };
}

/**
 * Drops messages that come after the transport's end. At a deadline grpc-js ends the transport and tells the call only once the status is
 * sent; a message that is written in between, or that waited for the one before, would destroy the transport first, and the caller would
 * wait for ever. Throws for a grpc-js that keeps transports elsewhere: statuses would be lost silently.
 */
export function keepStatus(call: Writable): void {
  const transport = (call as AnsweringCall).call?.stream;
  if (transport === undefined)
    throw new Error('this version of grpc-js does not show the transport of a call');
  const write = call._write.bind(call);
  call._write = (message, encoding, done) => {
    if (transport.writableEnded) done();
    else write(message, encoding, done);
  };
}
