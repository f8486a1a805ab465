import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** By socket, who wants to know when it closes: of requests that came together there may be many. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once, when the answer has ended or its client has gone.
 *
 * The socket is watched too: an answer that waits behind another one on its connection hears nothing.
 */
export function onceOver(request: IncomingMessage, response: ServerResponse, callback: () => void): void {
  const onSocket = waiting.get(request.socket) ?? watched(request.socket);
  let isOver = false;
  const over = (): void => {
    // A closing socket closes its answer and then still calls the listener that was just taken off.
    if (isOver) return;
    isOver = true;
    response.off('close', over);
    onSocket.delete(over);
    callback();
  };
  response.on('close', over);
  onSocket.add(over);
}

function watched(socket: Socket): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(socket, callbacks);
  socket.once('close', () => {
    for (const callback of callbacks) callback();
  });
  return callbacks;
}
